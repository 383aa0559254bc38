"""Which page in the tree is whose: division of components, pages that follow what moved, pages to be taken in.

A page tells its subject by id. Where the subject stands elsewhere now, or its component is divided otherwise, the page
goes with the files that it describes, and people's words with it.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis import HASH_DIGITS, languages
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.pages.definitions import DENSEST, file_lines
from repodoc_hooks.pages.division import as_it_stands, divide
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.subject import Division, Subject, subjects
from repodoc_hooks.pipeline.plan import Pages
from repodoc_hooks.pipeline.survey import TEMPLATES_VERSION, Survey

_SAME_SUBJECT = 0.5
_MANY_FILES = 200
_AT_ONCE = 1000
_OLD_INDEX = ".index"


class Places(Struct, frozen=True):
    """The subjects of a tree, and the page of each.

    Attributes:
        subjects: by id, each behind those above it.
        pages: the standing page of a subject by its id.
        absorbed: pages whose subject has none of its own any more, by the id of the subject that takes them in.
        orphans: pages of ours of which nothing is left in the tree.
        old_layout: a page that shows that all stand where an earlier version, or another `docs_dir`, had them.
    """

    subjects: Mapping[str, Subject]
    pages: Mapping[str, Page]
    absorbed: Mapping[str, tuple[Page, ...]]
    orphans: tuple[Page, ...]
    old_layout: Page | None


def place(survey: Survey, pages: Pages, name: str) -> Places:
    """Find the subjects of a tree, and whose each of its pages is; `name` is the repository's."""
    return _Placing(survey, pages, name).places()


class _Placing:
    def __init__(self, survey: Survey, pages: Pages, name: str) -> None:
        self.survey = survey
        self.name = name
        self.pages = [_modern(page) for _, page in sorted(pages.good.items()) if page.stamps.component]
        self.damaged = pages.damaged

    def places(self) -> Places:
        every = subjects(self.survey.config, self.survey.components, self._divisions(), self.name)
        found = self._by_id(every)
        found |= self._by_likeness(every, found)
        taken = {page.path for page in found.values()}
        left = [page for page in self.pages if page.path not in taken]
        homes = {page.path: self._home(every, page) for page in left}
        absorbed: dict[str, tuple[Page, ...]] = {}
        for page in left:
            if home := homes[page.path]:
                absorbed[home] = (*absorbed.get(home, ()), page)
        orphans = tuple(page for page in left if not homes[page.path])
        return Places(every, found, absorbed, orphans, self._old_layout(every))

    # division

    def _divisions(self) -> dict[str, Division]:
        """Component -> its division. Files that no page knows as they are get read many at once."""
        own: dict[str, set[str]] = {}
        for id_ in self._pages_of:
            own.setdefault(self._owner(id_) or "", set()).add(id_)
        stamped = {path: stamp.blob for page in self.pages for path, stamp in page.stamps.files.items()}
        found: dict[str, Division] = {}
        with self.survey.reading_many():
            for batch in self._batches(stamped):
                self.survey.load(path for _, unseen in batch for path in unseen)
                for component, _ in batch:
                    found[component.id] = self._division(component, own.get(component.id, set()))
                self.survey.relieve()
        return found

    def _batches(self, stamped: Mapping[str, str]) -> Iterator[list[tuple[Component, list[str]]]]:
        """Components with those of their files that are not as stamped, enough of these at once for processes."""
        batch: list[tuple[Component, list[str]]] = []
        files = 0
        for component in self.survey.components.values():
            unseen = [f.path for f in component.files if not f.blob.startswith(stamped.get(f.path, "none"))]
            batch.append((component, unseen))
            files += len(unseen)
            if files >= _AT_ONCE:
                yield batch
                batch, files = [], 0
        yield batch

    def _division(self, component: Component, own: Collection[str]) -> Division:
        """The division of one component; that which stands, where its files say what they said."""
        current = as_it_stands(component, own)
        if own and self._is_seen(component, current):
            return current
        return division_anew(self.survey, component, own)

    def _is_seen(self, component: Component, division: Division) -> bool:
        """The pages describe these very files with these interfaces, so that their division holds."""
        pages = [page for id_ in division for page in self._pages_of.get(id_, ())]
        pages.sort(key=lambda page: page.path)
        if any(
            _is_of_another_version(page) for page in pages
        ):  # all are written anew, so that none is moved twice
            return False
        stamps = {path: stamp for page in pages for path, stamp in page.stamps.files.items()}
        if stamps.keys() != {file.path for file in component.files}:
            return False
        changed = [f.path for f in component.files if not f.blob.startswith(stamps[f.path].blob)]
        self.survey.load(changed)
        return all(stamps[path].interface == self.survey.facts(path).interface for path in changed)

    @cached_property
    def _pages_of(self) -> Mapping[str, list[Page]]:
        """Id of a subject as it stands now -> the pages that name it."""
        found: dict[str, list[Page]] = {}
        for page in self.pages:
            id_ = page.stamps.component
            found.setdefault(self.renamed.get(id_, id_), []).append(page)
        return found

    def _owner(self, id_: str) -> str | None:
        """The component that an id lies in, None when there is nothing of it in the tree."""
        if id_ in self.survey.components:
            return id_
        if id_ == INDEX_ID:  # lies in none; every directory would be looked at to find that out
            return None
        return self.survey.owner(id_) or self._directories.get(id_)

    @cached_property
    def _directories(self) -> Mapping[str, str]:
        """Directory -> the component that most of its files belong to."""
        owners: dict[str, Counter[str]] = {}
        for path, owner in self.survey.paths.items():
            for directory in _directories_of(path):
                owners.setdefault(directory, Counter())[owner] += 1
        return {directory: max(sorted(found), key=found.__getitem__) for directory, found in owners.items()}

    # pages that follow

    @cached_property
    def renamed(self) -> Mapping[str, str]:
        """Id on a page -> where that stands now, as far as unchanged files tell."""
        lost = [page for page in self.pages if self._owner(page.stamps.component) is None]
        if not lost:
            return {}
        moves = self._moves()
        found: dict[str, str] = {}
        for page in lost:
            id_ = page.stamps.component
            votes = Counter(new for move in moves if (new := _follow(id_, *move)) and self._owner(new))
            most = max(sorted(votes), key=votes.__getitem__, default="")
            if most and 2 * votes[most] >= len(page.stamps.files):
                found[id_] = most
        return found

    def _moves(self) -> list[tuple[str, str]]:
        """Files that stand elsewhere now, by content: former and present path."""
        stamped = {path: s for page in self.pages for path, s in page.stamps.files.items()}
        fresh: dict[str, list[str]] = {}
        for path in self.survey.paths:
            if path not in stamped:
                fresh.setdefault(self.survey.blob(path)[:HASH_DIGITS], []).append(path)
        moves = []
        for path, stamp in stamped.items():
            if path not in self.survey.paths and (candidates := fresh.get(stamp.blob)):
                moves.append((path, max(candidates, key=partial(_common_end, path))))
        return moves

    def _by_id(self, every: Mapping[str, Subject]) -> dict[str, Page]:
        """The page of each subject that has one; of several the one at its place, else the first."""
        found: dict[str, Page] = {}
        for id_, pages in self._pages_of.items():
            for page in pages if id_ in every else ():
                if id_ not in found or page.path == every[id_].path:
                    found[id_] = page
        return found

    def _by_likeness(self, every: Mapping[str, Subject], found: Mapping[str, Page]) -> dict[str, Page]:
        """Subject without a page -> the page of one that is gone and had mostly the same files."""
        taken = {page.path for page in found.values()}
        free = [
            page
            for page in self.pages
            if page.path not in taken and page.stamps.files and self._owner(page.stamps.component) is None
        ]
        matches: dict[str, Page] = {}
        for subject in every.values() if free else ():
            if subject.id in found or not subject.files or subject.path in self.damaged:
                continue
            likeness = {page.path: self._likeness(subject, page) for page in free}
            best = max(free, key=lambda page: likeness[page.path], default=None)
            if best is not None and likeness[best.path] >= _SAME_SUBJECT:
                matches[subject.id] = best
                free.remove(best)
        return matches

    def _likeness(self, subject: Subject, page: Page) -> float:
        """Share of files that the subject and the page have in common, by blob, else by structure."""
        size = max(len(subject.files), len(page.stamps.files))
        blobs = Counter(stamp.blob for stamp in page.stamps.files.values())
        own = Counter(self.survey.blob(path)[:HASH_DIGITS] for path in subject.files)
        same = sum((blobs & own).values())
        if same / size >= _SAME_SUBJECT or size > _MANY_FILES:
            return same / size
        asts = Counter(stamp.ast for stamp in page.stamps.files.values())
        self.survey.load(subject.files)
        same = sum((asts & Counter(self.survey.facts(path).ast for path in subject.files)).values())
        return same / size

    def _home(self, every: Mapping[str, Subject], page: Page) -> str:
        """The subject that has most of the page's files now, "" when none has any."""
        homes = {path: subject.id for subject in every.values() for path in subject.files}
        now = Counter(homes[path] for path in page.stamps.files if path in homes)
        if now:
            return max(sorted(now), key=now.__getitem__)
        if page.stamps.files:
            return ""
        owner = self._owner(page.stamps.component)
        return owner if owner is not None and owner in every else ""

    def _old_layout(self, every: Mapping[str, Subject]) -> Page | None:
        """An index that stands where another version or another `docs_dir` had it."""
        index = every[INDEX_ID].path
        here = {page.path for page in self.pages}
        if index in here or index in self.damaged:
            return None
        return next((page for page in self.pages if page.stamps.component == INDEX_ID), None)


def division_anew(survey: Survey, component: Component, own: Collection[str]) -> Division:
    """The division of a component by what is in its files; `own` are ids of its pages in the tree."""
    survey.load(file.path for file in component.files)
    return divide(
        component,
        own,
        lambda path: file_lines(survey.facts(path)),
        survey.components.keys() - {component.id},
        by_directory=not survey.config.components,
        least=cache(lambda path: file_lines(survey.facts(path), DENSEST)),
    )


def _is_of_another_version(page: Page) -> bool:
    """Our own templates of another version made it; the repository's have a hash instead of a number."""
    version = page.stamps.templates
    return version.isdigit() and version != TEMPLATES_VERSION


def _modern(page: Page) -> Page:
    """A page with its stamps as this version writes them: the first layout kept all of them among files and imports."""
    stamps = page.stamps
    if stamps.component == _OLD_INDEX:
        files = {path: s for path, s in stamps.files.items() if languages.language_of(path) is not None}
        stamps = replace(
            stamps,
            component=INDEX_ID,
            files={},
            dependencies={},
            summaries={id_: s.interface for id_, s in stamps.dependencies.items()},
            words={path: s.blob for path, s in stamps.files.items() if path not in files},
        )
    else:
        other = {p: s for p, s in stamps.dependencies.items() if languages.language_of(p) is None}
        if other:
            stamps = replace(
                stamps,
                dependencies={p: s for p, s in stamps.dependencies.items() if p not in other},
                words={**stamps.words, **{path: s.interface for path, s in other.items()}},
            )
    return page if stamps is page.stamps else replace(page, stamps=stamps)


def _follow(id_: str, old: str, new: str) -> str:
    """Where an id is, if a file went from `old` to `new`; "" when that tells nothing of it."""
    if id_ == old:
        return new
    end = _common_end(old, new)
    before, after = old[: len(old) - end].rstrip("/"), new[: len(new) - end].rstrip("/")
    if not before or not (id_ == before or id_.startswith(f"{before}/")):
        return ""
    return posixpath.normpath(after + id_[len(before) :]) if after else id_[len(before) + 1 :]


def _common_end(one: str, other: str) -> int:
    """Characters of the path segments that two paths have in common at their end."""
    size = 0
    for a, b in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if a != b:
            break
        size += len(a) + 1
    return min(size, len(one), len(other))


def _directories_of(path: str) -> Iterable[str]:
    while path := path.rpartition("/")[0]:
        yield path
