"""Which parts of a component have pages of their own: a page is as large as its subject.

A component whose page stays under about 300 lines is one page. A larger one is divided: directories become parts,
which may be divided again, then files with much to say. The outcome follows from the tree and the pages in it. What has
a page keeps it until it is much smaller than what a new one is made for, so that a small edit never reshuffles pages;
and each directory or file is judged by itself, so that branches that divide differently merge.

Sizes are lines of a page, as `size` gives them for a file (`definitions.file_lines`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages.layout import ROOT_ID

ONE_PAGE = 300  # a new page that would be longer is divided
STILL_ONE_PAGE = 400  # one that stands undivided is not, up to here
STILL_DIVIDED = 200  # one that stands divided is, down to here
_WORTH_A_PAGE = 60  # a directory with so much to say becomes a part, a file a page
_STILL_WORTH_IT = 30
_BESIDE_PARTS = 260  # so much of its own may stand on a page that lists parts
_BESIDE_ALL = 160  # on that of a component, which has its public names, too
_STILL = 0.7  # of it, where files have left already
_LOWER = (50, 40, 32, 24, 16, 0)  # what is worth a page where the rest would still be too long
_SOURCE = frozenset(("src", "lib", "source"))  # all source is in it: it says nothing of what
_ENTRIES = frozenset(("__init__", "index", "mod", "lib", "doc", "package-info"))


def as_it_stands(component: Component, standing: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The division that the ids of the pages in the tree give, where every file has been seen."""
    found: dict[str, list[str]] = {component.id: []}
    for file in component.files:
        home = next((id_ for id_ in _upwards(file.path) if id_ in standing and id_ != ROOT_ID), component.id)
        found.setdefault(home if _within(home, component) else component.id, []).append(file.path)
    return {id_: tuple(files) for id_, files in found.items()}


def divide(
    component: Component,
    standing: Collection[str],
    size: Callable[[str], int],
    others: Collection[str] = (),
    *,
    by_directory: bool = True,
) -> dict[str, tuple[str, ...]]:
    """Subjects of a component, each with the files whose API stands on its page; the component comes first.

    Args:
        standing: ids of subjects that have a page in the tree.
        size: lines of a file.
        others: ids of other components, which no part may bear.
        by_directory: False for a component that is no directory.
    """
    found: dict[str, tuple[str, ...]] = {component.id: ()}
    paths = [file.path for file in component.files]
    sizes = {path: size(path) for path in paths}
    root = "" if component.id == ROOT_ID else component.id
    _Division(frozenset(standing), sizes, frozenset(others), by_directory, found).page(
        component.id, root, paths
    )
    return found


class _Division(Struct, frozen=True):
    standing: frozenset[str]
    sizes: Mapping[str, int]
    others: frozenset[str]
    by_directory: bool
    found: dict[str, tuple[str, ...]]

    def page(self, id_: str, directory: str, paths: list[str]) -> None:
        """Give files to the page of a subject and to those below it."""
        below = any(
            path in self.standing or any(up in self.standing for up in _between(path, directory))
            for path in paths
        )
        limit = STILL_DIVIDED if below else STILL_ONE_PAGE if id_ in self.standing else ONE_PAGE
        if self.lines(paths) <= limit:
            self.found[id_] = tuple(paths)
            return
        own = self.directories(_unbranched(directory, paths), paths) if self.by_directory else paths
        self.found[id_] = tuple(
            self.files(own, _BESIDE_ALL if id_ == next(iter(self.found)) else _BESIDE_PARTS)
        )

    def directories(self, directory: str, paths: list[str]) -> list[str]:
        """Make parts of directories with much to say; the files that are left over."""
        own: list[str] = []
        for child, inside in _grouped(directory, paths):
            if child == directory:
                own += inside
                continue
            part = _unbranched(child, inside)
            least = _STILL_WORTH_IT if self.stands(directory, inside) else _WORTH_A_PAGE
            if part in self.others or child.rpartition("/")[2] in _SOURCE:
                own += self.directories(part, inside)
            elif self.lines(inside) >= least:
                self.page(part, part, inside)
            else:
                own += inside
        return sorted(own)

    def files(self, paths: list[str], most: int) -> list[str]:
        """Make pages of files with much to say, if the rest is too long for one page; the files that are left over."""
        divided = any(path in self.standing for path in paths)
        if self.lines(paths) <= (_STILL * most if divided else most):
            return paths
        left = paths
        for worth in (_WORTH_A_PAGE, *_LOWER):
            large = {
                p
                for p in left
                if _may_leave(p)
                and self.sizes[p] >= (min(worth, _STILL_WORTH_IT) if p in self.standing else worth)
            }
            self.found.update((path, (path,)) for path in left if path in large)
            left = [path for path in left if path not in large]
            if self.lines(left) <= most:
                break
        return left

    def stands(self, directory: str, inside: list[str]) -> bool:
        """A directory below this one, in which these files are, has a page."""
        return any(up in self.standing for path in inside for up in _between(path, directory))

    def lines(self, paths: Iterable[str]) -> int:
        return sum(self.sizes[path] for path in paths)


def _may_leave(path: str) -> bool:
    """What stands for its directory stays on the directory's page."""
    return path.rpartition("/")[2].partition(".")[0] not in _ENTRIES


def _grouped(directory: str, paths: list[str]) -> list[tuple[str, list[str]]]:
    """The files directly in a directory under its own name, the others under its sub-directories."""
    skip = len(directory) + 1 if directory else 0
    groups: dict[str, list[str]] = {}
    for path in paths:
        head, slash, _ = path[skip:].partition("/")
        groups.setdefault(path[:skip] + head if slash else directory, []).append(path)
    return sorted(groups.items())


def _unbranched(directory: str, paths: list[str]) -> str:
    """The directory below which all these files branch: `src` gives `src/main/java/org` where nothing else is in it."""
    while True:
        groups = _grouped(directory, paths)
        if len(groups) != 1 or groups[0][0] == directory:
            return directory
        directory = groups[0][0]


def _upwards(path: str) -> Iterable[str]:
    """A file, and the directories around it from the inside."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _between(path: str, directory: str) -> Iterable[str]:
    """The directories around a file that are strictly below another one."""
    for up in _upwards(path.rpartition("/")[0]):
        if len(up) <= len(directory):
            return
        yield up


def _within(id_: str, component: Component) -> bool:
    return (
        component.id == ROOT_ID
        or id_.startswith(f"{component.id}/")
        or any(file.path == id_ for file in component.files)
    )
