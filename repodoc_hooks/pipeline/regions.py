"""The sections that analysis makes: what each is rendered from, and by what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.surface import Surface
from repodoc_hooks.pages import api, mermaid, render
from repodoc_hooks.pages import index as lists
from repodoc_hooks.pages.definitions import densest_lines
from repodoc_hooks.pages.layout import display_path
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.room import Shares, shares
from repodoc_hooks.pages.subject import Subject, listed_title, stem_of
from repodoc_hooks.pages.surface import surface, untold
from repodoc_hooks.pages.text import code
from repodoc_hooks.pipeline.page_planning import wanted_kinds
from repodoc_hooks.pipeline.plan import PagePlan
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import KINDS


class Around(Struct, frozen=True, dict=True):
    """The other pages, as a page sees them: all `subjects` by id, and those of their `pages` that are there."""

    subjects: Mapping[str, Subject]
    pages: Mapping[str, Page]

    def trail(self, subject: Subject) -> tuple[tuple[str, str], ...]:
        """Titles and paths of the pages above, the index first."""
        above = [self.subjects[id_] for id_ in subject.above if id_ in self.subjects]
        return tuple((each.title, each.path) for each in above)

    def below(self, subject: Subject) -> dict[str, Page]:
        """The pages one level below, by id."""
        return {id_: self.pages[id_] for id_ in subject.parts if id_ in self.pages}

    def within(self, id_: str) -> list[Stamps]:
        """The stamps of a subject's page and of all pages below it."""
        return [self.pages[each].stamps for each in (id_, *self._inside.get(id_, ())) if each in self.pages]

    @cached_property
    def homes(self) -> dict[str, Subject]:
        """File -> the subject on whose page it is described."""
        return {path: subject for subject in self.subjects.values() for path in subject.files}

    @cached_property
    def beside(self) -> dict[str, list[str]]:
        """Id of a directory -> files beside it that bear its name."""
        found: dict[str, list[str]] = {}
        for each in self.subjects.values():
            if each.kind == "file" and (stem := stem_of(each.id)) in self.subjects:
                found.setdefault(stem, []).append(each.id)
        return found

    @cached_property
    def _inside(self) -> dict[str, list[str]]:
        """Id of a subject -> ids of all below it."""
        inside: dict[str, list[str]] = {}
        for each in self.subjects.values():
            for id_ in each.above:
                inside.setdefault(id_, []).append(each.id)
        return inside


class View(Struct, frozen=True, dict=True):
    """What a section is rendered from: the page's subject and stamps, the page as it stands, the pages around it."""

    survey: Survey
    subject: Subject
    stamps: Stamps
    around: Around
    page: Page | None = None

    def former(self, section: str) -> str:
        """A section as it stands, "" without one."""
        region = self.page.regions.get(section) if self.page is not None else None
        return region.body if region is not None else ""

    @cached_property
    def shares(self) -> Shares:
        """The lines that sections may take."""
        return shares_of(self.subject, densest_lines(self.facts))

    @property
    def component(self) -> Component:
        """The component that the page belongs to."""
        return self.survey.components[self.subject.component]

    @property
    def facts(self) -> dict[str, FileFacts]:
        """The facts of the page's files."""
        self.survey.load(self.subject.files)
        return {path: self.survey.facts(path) for path in self.subject.files}


def local_regions(
    survey: Survey,
    plan: PagePlan,
    stamps: Stamps,
    around: Around,
    *,
    only: Collection[str] | None = None,
) -> dict[str, str]:
    """The sections of a page that analysis makes, `only` some of them; `stamps` are the page's new ones."""
    kinds = {kind.name for kind in wanted_kinds(survey, plan.subject, plan.page) if not kind.prose}
    if only is not None:
        kinds &= set(only)
    if survey.part is not None:  # a part is looked at only where pictures and lists stay as they are
        kinds &= {"api"}
    view = View(survey, plan.subject, stamps, around, plan.page)
    return {name: _rendered(view, name) for name in KINDS if name in kinds}


def _rendered(view: View, name: str) -> str:
    """One section; of a part of the tree it is made once, to be compared and to be written."""
    if view.survey.part is None:
        return _RENDERERS[name](view)
    known = view.survey.sections
    key = view.subject.id, name
    if key not in known:
        known[key] = _RENDERERS[name](view)
    return known[key]


def _api(view: View) -> str:
    if not view.subject.files:
        return ""
    survey = view.survey
    return render.api(
        view.component,
        view.facts,
        view.subject.path,
        survey.templates,
        source_url=survey.config.source_url,
        exported=view.stamps.handed,
        room=view.shares.definitions,
        most=view.shares.most_definitions,
        contents=view.shares.contents,
    )


def shares_of(subject: Subject, densest: int = 0) -> Shares:
    """The lines that sections of a page may take, whose definitions need so many in the densest form.

    A division changes these and the page alike; those of the definitions are the same however many they need.
    """
    components = len(subject.components)
    own = subject.id == subject.component
    return shares(subject.kind, len(subject.parts) - components, components, component=own, densest=densest)


def _structure(view: View) -> str:
    facts = view.facts
    imports = {path: view.survey.imports(path) for path in facts}
    survey, subject = view.survey, view.subject
    return render.structure(
        view.component, facts, imports, survey.templates, view.shares.diagram, subject.title
    )


def _dependencies(view: View) -> str:
    if view.subject.kind in ("part", "file"):
        return _uses_of_page(view)
    survey = view.survey
    below = [
        stamps
        for id_ in view.subject.parts
        if id_ not in view.subject.components
        for stamps in view.around.within(id_)
    ]
    every = [view.stamps, *below]
    return render.dependencies(
        view.component.id,
        {"": {path for stamps in every for path in _drawn(stamps)}},
        survey.paths,
        {id_: listed_title(title) for id_, title in survey.titles.items()},
        survey.page_paths,
        survey.templates,
        used_by=view.stamps.users,
        packages=view.stamps.packages,
        environment={name for stamps in every for name in stamps.environment},
        room=view.shares.dependencies,
    )


def _uses_of_page(view: View) -> str:
    """The pages of its component that a page imports from, and other components."""
    survey, around = view.survey, view.around
    used = uses_of_page(survey, view.subject, view.stamps, around)
    titles = {
        id_: listed_title(survey.titles[id_])
        if path == survey.page_paths.get(id_)
        else _name_inside(around.subjects[id_])
        for id_, path in used.values()
    }
    return render.dependencies(
        view.subject.id,
        {"": used.keys()},
        {file: id_ for file, (id_, _) in used.items()},
        titles,
        {view.subject.id: view.subject.path, **dict(used.values())},
        survey.templates,
        environment=view.stamps.environment,
        room=view.shares.dependencies,
    )


def uses_of_page(
    survey: Survey, subject: Subject, stamps: Stamps, around: Around
) -> dict[str, tuple[str, str]]:
    """Imported file -> what the page of a part or file names for it, as id and path of the page: the page on which it
    is described, of another component that of the component."""
    found = {}
    for path in _drawn(stamps) & around.homes.keys():
        home = around.homes[path]
        inside = home.component == subject.component and home.kind in ("part", "file")
        found[path] = (home.id, home.path) if inside else (home.component, survey.page_paths[home.component])
    return found


def _name_inside(subject: Subject) -> str:
    """A part or file by its path in its component."""
    return code(display_path(subject.component, subject.id) + "/" * (subject.kind == "part"))


def _drawn(stamps: Stamps) -> set[str]:
    """Files of other pages that the files of a page import."""
    return {d.path for d in stamps.dependencies.values() if not d.through}


def drawn_otherwise(survey: Survey, plan: PagePlan, around: Around) -> bool:
    """The picture of what imports what has other arrows than the stamps of the pages say; looked at line by line, which
    costs a tenth of drawing it."""
    view = View(survey, plan.subject, plan.stamps, around, plan.page)
    boxes = _boxes(view)
    if len(boxes) < 2:
        return False
    wanted = lists.arrows(boxes, _titles(view, boxes), shares_of(view.subject).diagram)
    if wanted == mermaid.lines_of(view.former("architecture")):
        return False
    return _architecture(view).strip("\n") != view.former("architecture")


def _boxes(view: View) -> dict[str, list[Stamps]]:
    """The boxes of the picture, each with the stamps of its pages."""
    around = view.around
    return {
        id_: [stamps for each in (id_, *around.beside.get(id_, ())) for stamps in around.within(each)]
        for id_ in view.subject.drawn
        if id_ in around.pages
    }


def _titles(view: View, boxes: Collection[str]) -> dict[str, str]:
    """What the boxes are called."""
    subjects = view.around.subjects
    owners = {subjects[id_].component for id_ in boxes}
    within = {view.survey.components[id_].title for id_ in owners if id_}
    titles = {id_: subjects[id_].title for id_ in boxes}
    return titles | {id_: _below(title, within) for id_, title in titles.items() if id_ not in owners}


def _architecture(view: View) -> str:
    subject, around = view.subject, view.around
    boxes = _boxes(view)
    if len(boxes) == 1 and not subject.component:
        return lists.of_its_files(around.pages[next(iter(boxes))])
    if len(boxes) < 2 and subject.component:
        return ""
    titles = _titles(view, boxes)
    noun = "component" if {around.subjects[id_].component for id_ in boxes}.issuperset(boxes) else "part"
    drawn = {*boxes, *(each for id_ in boxes for each in around.beside.get(id_, ()))}
    partly = bool(subject.files) or any(
        around.subjects[id_].files for id_ in subject.parts if id_ not in drawn
    )
    return lists.architecture(
        boxes, titles, view.survey.templates, noun=noun, partly=partly, room=view.shares.diagram
    )


def _below(title: str, components: Collection[str]) -> str:
    """The title of a part without that of its component."""
    return next((title[len(each) + 1 :] for each in components if title.startswith(f"{each}/")), title)


def _components(view: View) -> str:
    if view.subject.component and not view.subject.components:
        return ""
    below = view.around.below(view.subject)
    components = {id_: page for id_, page in below.items() if id_ in view.subject.components}
    titles = {id_: view.around.subjects[id_].title for id_ in components}
    return lists.components(
        components,
        titles,
        view.subject.path,
        view.survey.templates,
        room=view.shares.components,
        former=view.former("components"),
        above=view.subject.title if view.subject.component else "",
    )


def _omitted(view: View) -> str:
    return lists.omitted(view.stamps.omitted, view.survey.templates, room=view.shares.omitted)


def _surface(view: View) -> str:
    survey, around = view.survey, view.around
    found = survey.surface(view.component)
    homes = around.homes
    own = {file.path for file in view.component.files}
    page = view.subject.path
    defining = {name.file for entry in found.entries for name in entry.names} & homes.keys()
    described = {path: homes[path].path for path in defining}
    listed = untold(found, {path for path, at in described.items() if at != page})
    named = {name.file for entry in listed for name in entry.names} & defining
    anchors: dict[tuple[str, str], str] = {}
    for subject in {homes[path].id: homes[path] for path in sorted(named)}.values():
        survey.load(subject.files)
        anchors |= fragments(subject, {path: survey.facts(path) for path in subject.files})
    return surface(
        _without_foreign_words(found, own),
        page,
        described,
        anchors,
        survey.templates,
        source_url=survey.config.source_url,
        room=view.shares.surface,
        former=view.former("surface"),
    )


def fragments(subject: Subject, facts: Mapping[str, FileFacts]) -> dict[tuple[str, str], str]:
    """(file, symbol) -> the fragment of its place on a subject's page; `facts` are those of the page's files."""
    room = shares_of(subject)
    return api.anchors(subject.component, facts, room.definitions, room.most_definitions)


def _without_foreign_words(found: Surface, own: Collection[str]) -> Surface:
    """Names that other components define stand without their sentence: stamps hold the interface of these alone."""
    entries = (
        replace(
            entry,
            names=tuple(name if name.file in own else replace(name, summary="") for name in entry.names),
        )
        for entry in found.entries
    )
    return replace(found, entries=tuple(entries))


def _parts(view: View) -> str:
    below = view.around.below(view.subject)
    parts = {id_: page for id_, page in below.items() if id_ not in view.subject.components}
    return lists.parts(
        parts,
        view.subject.id,
        view.subject.path,
        view.survey.templates,
        room=view.shares.parts,
        former=view.former("parts"),
    )


_RENDERERS: Mapping[str, Callable[[View], str]] = {
    "api": _api,
    "structure": _structure,
    "dependencies": _dependencies,
    "architecture": _architecture,
    "components": _components,
    "parts": _parts,
    "surface": _surface,
    "omitted": _omitted,
}
