"""Which parts of a component have pages of their own: a page is as large as its subject.

A component whose page stays under about 300 lines is one page. A larger one is divided: directories become parts,
which may be divided again, then files with much to say. The outcome follows from the tree and the pages in it. What has
a page keeps it until it is much smaller than what a new one is made for, and what has none gets one only when the page
that it stands on is much longer than a new one may be, so that a small edit never reshuffles pages; and each directory
or file is judged by itself, so that branches that divide differently merge.

Sizes are lines of a page, as `size` gives them for a file (`definitions.file_lines`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct

from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.analysis.naming import ENTRIES, PROGRAMS
from repodoc_hooks.pages.layout import ROOT_ID
from repodoc_hooks.pages.room import AROUND_DEFINITIONS, shares
from repodoc_hooks.sections.kinds import PageKind

ONE_PAGE = 300  # a new page that would be longer is divided
STILL_ONE_PAGE = 400  # one that stands undivided is not, up to here
STILL_DIVIDED = 200  # one that stands divided is, down to here
_FILE_WORTH, _DIRECTORY_WORTH = 90, 60  # with so much to say one gets a page of its own
_ENTRY_WORTH = 220  # a file that stands for its directory belongs on the directory's page
_STILL_WORTH_IT = 0.5  # times the least that one is made for
_STILL_FITS = 1.35  # times so much may stand on a page that is there before more of it leaves
_SHARE = 0.4  # so much of it will do where the rest would be too long
_BESIDE_PARTS = 260  # so much of its own may stand on a page that lists parts
_BESIDE_ALL = 150  # on that of a component, which has its public names, too
_DENSE = 1.4  # times so much, written more densely, where only small files are left
_GAIN = 13  # with fewer lines a page below would take as many as it spares
_FILLED = 0.93  # so much of the room of a page may a new division fill
_SOURCE = frozenset(("src", "lib", "source"))  # all source is in it: it says nothing of what
_ENTRIES = ENTRIES - PROGRAMS


def as_it_stands(component: Component, standing: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The division that the ids of the pages in the tree give, where every file has been seen."""
    found: dict[str, list[str]] = {component.id: []}
    for file in component.files:
        parts = (id_ for id_ in _upwards(file.path) if id_ in standing and id_ != component.id)
        around = [id_ for id_ in parts if _within(id_, component)]
        for id_ in around:  # of some all files have pages of their own
            found.setdefault(id_, [])
        found[around[0] if around else component.id].append(file.path)
    return {id_: tuple(files) for id_, files in found.items()}


def divide(
    component: Component,
    standing: Collection[str],
    size: Callable[[str], int],
    others: Collection[str] = (),
    *,
    by_directory: bool = True,
    least: Callable[[str], int] | None = None,
) -> dict[str, tuple[str, ...]]:
    """Subjects of a component, each with the files whose API stands on its page; the component comes first.

    Args:
        standing: ids of subjects that have a page in the tree.
        size: lines of a file.
        others: ids of other components, which no part may bear.
        by_directory: False for a component that is no directory.
        least: lines of a file written as densely as can be; as `size` without it.
    """
    found: dict[str, tuple[str, ...]] = {component.id: ()}
    paths = [file.path for file in component.files]
    sizes = {path: size(path) for path in paths}
    root = "" if component.id == ROOT_ID else component.id
    _Division(frozenset(standing), sizes, least or size, frozenset(others), by_directory, found).page(
        component.id, root, paths
    )
    return found


class _Candidate(Struct, frozen=True):
    """A directory or file that may get a page: its files, its lines, those of the densest form, what is worth a page,
    whether it has one."""

    id: str
    files: tuple[str, ...]
    size: int
    least: int
    worth: int
    stands: bool

    @property
    def still_worth_it(self) -> bool:
        """It has a page, and keeps it."""
        enough = self.size >= _SHARE * self.worth * _STILL_WORTH_IT or self.least >= _GAIN * _STILL_WORTH_IT
        return self.stands and enough


class _Division(Struct, frozen=True):
    standing: frozenset[str]
    sizes: Mapping[str, int]
    least: Callable[[str], int]
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
        component = id_ == next(iter(self.found))
        stands = id_ in self.standing
        self.found[id_] = tuple(self.left(_unbranched(directory, paths), paths, component, stands))

    def left(self, directory: str, paths: list[str], component: bool, stands: bool) -> list[str]:
        """Give pages to what is largest, a directory or a file, until the rest fits; the files that are left over."""
        waiting = self.candidates(directory, paths)
        own, below = set(paths), 0
        top = component and ROOT_ID in self.found
        components = len(self.others) * top
        most = _BESIDE_ALL if component else _BESIDE_PARTS

        def filled() -> float:
            """The share of the room that the densest form takes."""
            kind: PageKind = "index" if top else "component" if component else "part"
            room = shares(kind, below, components, component=component).most_definitions
            return (sum(map(self.least, own)) + AROUND_DEFINITIONS) / room

        stages: tuple[tuple[Callable[[_Candidate], bool], Callable[[], float], float, float], ...] = (
            (lambda each: each.still_worth_it, lambda: math.inf, 0, 0),
            (lambda each: each.size >= each.worth, lambda: self.lines(own) / most, 1, _STILL_FITS),
            (
                lambda each: each.size >= _SHARE * each.worth,
                lambda: self.lines(own) / most,
                _DENSE,
                _DENSE * _STILL_FITS,
            ),
            (lambda each: each.least >= _GAIN, filled, _FILLED, 1),
        )
        for may_leave, taken, fits, still_fits in stages:
            if stands and taken() <= still_fits:
                continue
            for each in waiting[:]:
                if taken() <= fits:
                    break
                if may_leave(each):
                    waiting.remove(each)
                    own.difference_update(each.files)
                    below += 1
                    if each.files == (each.id,):
                        self.found[each.id] = each.files
                    else:
                        self.page(each.id, each.id, list(each.files))
        return sorted(own)

    def candidates(self, directory: str, paths: list[str]) -> list[_Candidate]:
        """What may get a page: what has one comes first, then the largest."""
        return sorted(self.inside(directory, paths), key=lambda each: (not each.stands, -each.size, each.id))

    def inside(self, directory: str, paths: list[str]) -> Iterable[_Candidate]:
        """The directories and files in a directory; those in a folder that all source is in count as its own."""
        for child, inside in _grouped(directory, paths) if self.by_directory else [(directory, paths)]:
            part = _unbranched(child, inside) if child != directory else child
            if child == directory:
                for path in inside:
                    worth = _ENTRY_WORTH if _is_entry(path) else _FILE_WORTH
                    stands = path in self.standing
                    yield _Candidate(path, (path,), self.sizes[path], self.least(path), worth, stands)
            elif part in self.others or child.rpartition("/")[2] in _SOURCE:
                yield from self.inside(part, inside)
            else:
                stands = self.stands(directory, inside)
                least = sum(map(self.least, inside))
                yield _Candidate(part, tuple(inside), self.lines(inside), least, _DIRECTORY_WORTH, stands)

    def stands(self, directory: str, inside: list[str]) -> bool:
        """A directory below this one, in which these files are, has a page."""
        return any(up in self.standing for path in inside for up in _between(path, directory))

    def lines(self, paths: Iterable[str]) -> int:
        return sum(self.sizes[path] for path in paths)


def _is_entry(path: str) -> bool:
    """What stands for its directory stays on the directory's page, unless it is a book of its own."""
    return path.rpartition("/")[2].partition(".")[0] in _ENTRIES


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
