"""What a page is about: the repository (the index), a component, a part of one, a single file.

A page is as large as its subject: `division` says which parts and files of a component have pages of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.config import Config
from repodoc_hooks.pages.layout import INDEX_ID, page_paths
from repodoc_hooks.pages.text import escape
from repodoc_hooks.sections.kinds import PageKind, Role

Division = Mapping[str, tuple[str, ...]]
"""Id of a subject -> the files whose API stands on its page."""

_MAIN = 0.85  # so much of all files are in a component that is nearly all
_SOURCE_ROOTS = ("src/main/java/", "src/main/kotlin/", "src/main/scala/", "src/", "lib/")


class Subject(Struct, frozen=True):
    """What one page is about.

    Attributes:
        id: "." for the index, else a directory, the name of a component, or the path of a file.
        title: of the page.
        kind: "index", "component", "part" or "file".
        component: id of its component; of the index "." where the top directory is a component, else "".
        path: of its page.
        files: the source files whose API stands on this page.
        parts: ids of the subjects one level below that have pages of their own.
        components: those of them that are components, which only the index has.
        above: ids of the subjects above it, the index first.
        only: it is the one component below the top directory, or the main one, and the index draws its parts.
        drawn: ids of the subjects that are the boxes of its diagram; files that bear a directory's name are in its box.
    """

    id: str
    title: str
    kind: PageKind
    component: str
    path: str
    files: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    only: bool = False
    drawn: tuple[str, ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        """What the page has to be at once: the index may be that of the top directory's component, too."""
        roles: set[Role] = {self.kind}
        if self.kind == "index" and self.component:
            roles.add("root")
        if len(self.parts) > len(self.components):
            roles.add("divided")
        if self.only:
            roles.add("only")
        return frozenset(roles)


def subjects(
    config: Config, components: Mapping[str, Component], divisions: Mapping[str, Division], name: str
) -> dict[str, Subject]:
    """Everything that has a page, by id, each behind those above it.

    `divisions` are those of the components, `name` is the repository's: no page of a component is called as the index.
    """
    files = {path for component in components.values() for path in (f.path for f in component.files)}
    paths = page_paths(config, {id_: id_ in files for id_ in (INDEX_ID, *_ids(divisions))})
    top = _inside(components.get(INDEX_ID), divisions.get(INDEX_ID, {}), paths, name)
    others = {id_: c for id_, c in components.items() if id_ != INDEX_ID}
    own = top.pop(INDEX_ID, None)
    below = sorted((*others, *(own.parts if own else ())))
    found = {
        INDEX_ID: Subject(
            INDEX_ID,
            f"{name} repository" if any(c.title == name for c in others.values()) else name,
            "index",
            INDEX_ID if own else "",
            paths[INDEX_ID],
            own.files if own else (),
            tuple(below),
            components=tuple(others),
        )
    }
    found |= top
    for id_, component in others.items():
        found |= _inside(component, divisions[id_], paths, component.title)
    drawn = [*below]
    for id_ in others:
        if len(found[id_].parts) > 1 and _is_main(id_, components):
            found[id_] = replace(found[id_], only=True)
            drawn = sorted({*drawn, *found[id_].parts} - {id_})
    found[INDEX_ID] = replace(found[INDEX_ID], drawn=_boxes(drawn, files))
    return found


def _is_main(id_: str, components: Mapping[str, Component]) -> bool:
    """It is the only component below the top directory, or nearly all that there is, so that a picture of components
    would show one large box beside small ones."""
    alone = not components.keys() - {INDEX_ID, id_}
    return alone or len(components[id_].files) >= _MAIN * sum(len(each.files) for each in components.values())


def _ids(divisions: Mapping[str, Division]) -> Iterable[str]:
    return (id_ for division in divisions.values() for id_ in division)


def _inside(
    component: Component | None, division: Division, paths: Mapping[str, str], title: str
) -> dict[str, Subject]:
    """The subjects of one component: itself, its parts and files, in the order of their ids."""
    if component is None:
        return {}
    ids = [component.id, *sorted(id_ for id_ in division if id_ != component.id)]
    parents = {id_: _parent(id_, ids, component.id) for id_ in ids[1:]}
    titles = _titles(component.id, title, ids[1:])
    files = {file.path for file in component.files}
    above = () if component.id == INDEX_ID else (INDEX_ID,)
    found: dict[str, Subject] = {}
    for id_ in ids:
        kind: PageKind = "component" if id_ == component.id else "file" if id_ in files else "part"
        below = tuple(child for child in ids[1:] if parents[child] == id_)
        found[id_] = Subject(
            id_,
            titles.get(id_, title),
            kind,
            component.id,
            paths[id_],
            division[id_],
            below,
            (*found[parents[id_]].above, parents[id_]) if id_ in parents else above,
            drawn=_boxes(below, files),
        )
    return found


def stem_of(file: str) -> str:
    """The directory that a file may stand beside, whose name it bears: `assets/` of `assets.rs`."""
    folder, slash, name = file.rpartition("/")
    return f"{folder}{slash}{name.rpartition('.')[0]}"


def _boxes(ids: Iterable[str], files: Collection[str]) -> tuple[str, ...]:
    """Those of them that are boxes of a picture: a directory and a file beside it that bears its name are one."""
    every = set(ids)
    return tuple(id_ for id_ in sorted(every) if id_ not in files or stem_of(id_) not in every)


def _parent(id_: str, ids: list[str], component: str) -> str:
    """The innermost other subject whose directory it is in."""
    while "/" in id_:
        id_ = id_.rpartition("/")[0]
        if id_ in ids:
            return id_
    return component


def listed_title(title: str) -> str:
    """What a list calls a component, as Markdown; the top directory has no name of its own where nothing tells one."""
    return "the top directory" if title == "." else escape(title)


def _titles(component: str, title: str, ids: list[str]) -> dict[str, str]:
    """Titles of parts: the component's, and the path in it, without the folder that all source is in."""
    inside = {id_: id_.removeprefix(f"{component}/") for id_ in ids}
    short = {id_: _without_root(path) for id_, path in inside.items()}
    times = Counter(short.values())
    return {id_: f"{title}/{short[id_] if times[short[id_]] == 1 else inside[id_]}" for id_ in ids}


def _without_root(path: str) -> str:
    root = next((root for root in _SOURCE_ROOTS if path.startswith(root)), "")
    return path[len(root) :]
