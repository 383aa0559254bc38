"""The short way: when a tree differs little from one whose pages were current, only what differs is looked at.

A tree that this machine has found current is where it starts (`known_current`). If every difference since is a
changed source file with the same imports, nothing but the pages that describe these files, and those that depend on
an interface that changed, can be stale; no other page, tree or file is opened. Whatever is out of the ordinary (a
file more or less, a manifest, a page edited by hand) takes the long way, which gives the same result.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from repodoc_hooks.analysis import description, languages
from repodoc_hooks.analysis.build_units import is_marker
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.imports import found_by
from repodoc_hooks.analysis.left_out import marks_output, unsupported
from repodoc_hooks.analysis.manifest_rules import read_by
from repodoc_hooks.analysis.naming import main_types
from repodoc_hooks.analysis.repository_name import may_name
from repodoc_hooks.config import CONFIG_NAME
from repodoc_hooks.errors import GitError, PageDamaged
from repodoc_hooks.git.grep import MAX_PATTERNS, files_with
from repodoc_hooks.git.objects import Objects, TreeEntry
from repodoc_hooks.pages import markers
from repodoc_hooks.pages.api import is_internal
from repodoc_hooks.pages.definitions import densest_lines, file_lines
from repodoc_hooks.pages.division import STILL_DIVIDED, STILL_ONE_PAGE
from repodoc_hooks.pages.layout import INDEX_ID, display_path, page_path, relative_link
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import encode_path
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.config_source import Source, config_text
from repodoc_hooks.pipeline.included_documents import may_have_a_part
from repodoc_hooks.pipeline.page_planning import plan_page
from repodoc_hooks.pipeline.plan import PagePlan, Plan, Standing
from repodoc_hooks.pipeline.public_lists import lists_the_same, names, told
from repodoc_hooks.pipeline.regions import fragments, shares_of
from repodoc_hooks.pipeline.settling import imports_wait, settled
from repodoc_hooks.pipeline.stamped_subject import stamped_subject
from repodoc_hooks.pipeline.survey import Part, Survey
from repodoc_hooks.pipeline.workspace import Workspace


def rules_of(workspace: Workspace, source: Source, rev: str = "HEAD") -> str:
    """What the verdict on a snapshot depends on beside its tree."""
    text = config_text(workspace.git, source, rev, workspace.objects)
    return known_current.rules_of(text, os.environ)


def nearest_current(workspace: Workspace, source: Source, rev: str = "HEAD") -> known_current.Current | None:
    """The tree to start from: that of HEAD if it is known to be current, else the latest that is."""
    memory = known_current.recall(workspace.git.state_dir, rules_of(workspace, source, rev))
    return memory.nearest(workspace.objects.resolve("HEAD^{tree}")) if memory is not None else None


def narrow(workspace: Workspace, baseline: str, tree: str) -> tuple[Survey, Plan] | None:
    """Survey and plan of what can be stale in `tree`, from a tree whose pages are known to be current.

    None when only the long way can tell.
    """
    if workspace.config.components or workspace.config.outputs:
        return None
    try:
        return _Narrowing(workspace, tree).plan(baseline)
    except GitError:  # the baseline is not in this clone, or too much changed for one search
        return None


class _Described(Struct):
    """A page that is looked at, and the entries of the files that it describes."""

    page: Page
    files: dict[str, TreeEntry]


class _Narrowing:
    def __init__(self, workspace: Workspace, tree: str) -> None:
        self.workspace = workspace
        self.objects: Objects = workspace.objects
        self.config = workspace.config
        self.tree = tree
        self.former: dict[str, str] = {}
        self.facts_before: dict[str, FileFacts | None] = {}

    def plan(self, baseline: str) -> tuple[Survey, Plan] | None:
        changes = self.objects.diff(baseline, self.tree)
        texts: list[str] = []
        for path, old, new in changes:
            if self._is_structural(path, old, new):
                return None
            if may_have_a_part(path):
                texts.append(path)
            if languages.language_of(path) is not None and old is not None:
                self.former[path] = old.oid
        if texts and self._grep("text", texts):
            return None
        owned = self._pages_of(self.former)
        if owned is None:
            return None
        survey = self._survey(owned.values())
        if (
            survey is None
            or not self._same_files(survey, owned.values())
            or not self._same_shape(survey, owned)
            or not self._same_size(survey, owned)
            or not self._same_surface(survey, owned)
        ):
            return None
        moved = [path for path in owned if self._interface_moved(survey, path)]
        described = {item.page.path: item for item in owned.values()}
        dependents = self._dependents(moved, described)
        if dependents is None:
            return None
        described |= dependents
        if dependents:
            survey = self._survey(described.values())
        if survey is None or not self._same_files(survey, described.values()):
            return None
        if not self._same_elsewhere(survey, owned, moved, described.values()):
            return None
        if any(imports_wait(survey, item.page) for item in described.values()):
            return None
        plan = Plan(self.tree, dict(self._page_plans(survey, described, set(owned))))
        return survey, settled(survey, plan)

    def _is_structural(self, path: str, old: TreeEntry | None, new: TreeEntry | None) -> bool:
        """The change may alter which components there are, or what an import means."""
        name = posixpath.basename(path)
        ours = [self.config.docs_dir, *filter(None, [self.config.templates])]
        if (
            path == CONFIG_NAME
            or description.may_describe(name)
            or may_name(path)
            or any(path.startswith(f"{folder}/") for folder in ours)
        ):
            return True
        if read_by(name):
            return True
        if languages.language_of(path) is None:
            if unsupported(path) and (old is None or new is None):  # what is left out is told by its place
                return True
            return is_marker(name) or marks_output(name) or name.endswith((".json", ".toml", ".mod"))
        if is_marker(name) and name != "__init__.py":  # of that only whether it is there decides
            return True
        return (
            old is None or new is None or (old.mode, old.kind) != (new.mode, new.kind) or new.kind != "file"
        )

    def _pages_of(self, changed: Iterable[str]) -> dict[str, _Described] | None:
        """Changed file -> the page that describes it; files that no page describes are left out."""
        owned: dict[str, _Described] = {}
        pages: dict[str, _Described] = {}
        homeless = []
        for path in changed:
            homes = [page_path(self.config, path, file=True)]
            homes += [page_path(self.config, directory or INDEX_ID) for directory in _parents(path)]
            for name in homes:
                if name not in pages and self.objects.lookup(self.tree, name) is not None:
                    item = self._read(name)
                    if item is None:
                        return None
                    pages[name] = item
                if name in pages and path in pages[name].page.stamps.files:
                    owned[path] = pages[name]
                    break
            else:
                homeless.append(path)
        return None if homeless and self._grep("file", homeless) else owned

    def _read(self, name: str) -> _Described | None:
        entry = self.objects.lookup(self.tree, name)
        if entry is None or entry.kind != "file":
            return None
        try:
            page = markers.parse_page(name, self.objects.blob(entry.oid).decode("utf-8", "surrogateescape"))
        except PageDamaged:
            return None
        files = {path: self.objects.lookup(self.tree, path) for path in page.stamps.files}
        found = {path: entry for path, entry in files.items() if entry is not None and entry.kind == "file"}
        return _Described(page, found) if len(found) == len(files) else None

    def _survey(self, described: Collection[_Described]) -> Survey | None:
        """A survey of the components of some pages and of the files that these import."""
        entries: dict[str, TreeEntry] = {}
        outside: dict[str, frozenset[str]] = {}
        for item in described:
            entries |= item.files
            outside[item.page.stamps.component] = frozenset(item.page.stamps.dependencies)
            for path in (*item.page.stamps.dependencies, *item.page.stamps.words):
                entry = self.objects.lookup(self.tree, path)
                if entry is None or entry.kind != "file":
                    return None
                entries[path] = entry
            for path in item.page.stamps.included:
                if (entry := self.objects.lookup(self.tree, path)) is not None:
                    entries[path] = entry
        for directory in {folder for path in entries for folder in _parents(path)}:
            for entry in self.objects.inside(self.tree, directory):
                if is_marker(posixpath.basename(entry.path)):
                    entries.setdefault(entry.path, entry)
        own = {page_path(self.config, item.page.stamps.component): item.page for item in described}
        titles = {p.stamps.component: markers.title_of(p) for path, p in own.items() if path == p.path}
        part = Part(tuple(entries.values()), outside, titles)
        workspace = self.workspace
        return Survey(
            self.objects, self.tree, self.config, cache=workspace.cache, bus=workspace.bus, part=part
        )

    def _same_files(self, survey: Survey, described: Iterable[_Described]) -> bool:
        """Pages describe their files as those of one component, seen from as little as the part shows."""
        for item in described:
            owners = {survey.owner(path) for path in item.page.stamps.files}
            if len(owners) != 1 or None in owners:
                return False
        return True

    def _same_size(self, survey: Survey, owned: Mapping[str, _Described]) -> bool:
        """No page gets so long or so short that its component might be divided otherwise."""
        for item in {item.page.path: item for item in owned.values()}.values():
            files = item.page.stamps.files
            moved = [path for path in files if path in owned and self._interface_moved(survey, path)]
            former = [self._before(survey, path) for path in moved]
            before = sum(file_lines(facts) for facts in former if facts is not None)
            grown = sum(file_lines(survey.facts(path)) for path in moved) - before
            if grown and not self._may_be_so_long(survey, item.page, grown):
                return False
            if not self._same_room(survey, item.page):
                return False
        return True

    def _same_room(self, survey: Survey, page: Page) -> bool:
        """What stands beside the definitions of a page has the room that it had."""
        subject = stamped_subject(survey, page)
        before, after = (
            shares_of(subject, densest_lines(facts))
            for facts in (self._facts_before(survey, page), self._facts(survey, page))
        )
        return before == after

    def _same_surface(self, survey: Survey, owned: Mapping[str, _Described]) -> bool:
        """What components hand out is what their pages say: the lists themselves are not made from a part."""
        shown: dict[str, str | None] = {}
        for path, item in owned.items():
            before, after = self._before(survey, path), survey.facts(path)
            if before is None or before.exports != after.exports:
                return False
            owner = survey.owner(path) or ""
            same_names = names(before) == names(after)
            if not same_names and is_internal(display_path(owner, path)):
                return False
            if before.interface != after.interface and not self._same_places(survey, item.page):
                return False
            if told(before) == told(after):
                continue
            if owner not in shown:
                shown[owner] = self._surface_of(owner)
            body = shown[owner]
            if body is None or (body and not same_names):
                return False
            if body and not self._lists_the_same(
                survey, page_path(self.config, owner), body, item.page, path
            ):
                return False
        return True

    def _same_places(self, survey: Survey, page: Page) -> bool:
        """Links from elsewhere lead to what they did on a page."""
        after, subject = self._facts(survey, page), stamped_subject(survey, page)
        old, new = fragments(subject, self._facts_before(survey, page)), fragments(subject, after)
        return all(old[key] == new[key] for key in old.keys() & new.keys())

    def _lists_the_same(self, survey: Survey, home: str, body: str, page: Page, path: str) -> bool:
        """A list on the page `home` says of a file of another page what it should."""
        link = "" if home == page.path else relative_link(home, page.path)
        files = self._facts(survey, page)
        before = self._facts_before(survey, page)[path]
        return lists_the_same(body, path, link, before, files[path], files)

    def _facts(self, survey: Survey, page: Page) -> dict[str, FileFacts]:
        survey.load(page.stamps.files)
        return {path: survey.facts(path) for path in page.stamps.files}

    def _facts_before(self, survey: Survey, page: Page) -> dict[str, FileFacts]:
        return {
            path: self._before(survey, path) or facts for path, facts in self._facts(survey, page).items()
        }

    def _same_elsewhere(
        self,
        survey: Survey,
        owned: Mapping[str, _Described],
        moved: Iterable[str],
        described: Iterable[_Described],
    ) -> bool:
        """What other components hand on of files whose interface changed is what their pages say."""
        for item in described:
            body = item.page.regions["surface"].body if "surface" in item.page.regions else ""
            for path in moved if body else ():
                if path in item.page.stamps.dependencies and not self._lists_the_same(
                    survey, item.page.path, body, owned[path].page, path
                ):
                    return False
        return True

    def _surface_of(self, component: str) -> str | None:
        """The section of a component that lists what it hands out; None where its page cannot be read."""
        item = self._read(page_path(self.config, component))
        if item is None or item.page.stamps.component != component:
            return None
        region = item.page.regions.get("surface")
        return region.body if region is not None else ""

    def _may_be_so_long(self, survey: Survey, page: Page, grown: int) -> bool:
        """A page that has grown (or shrunk) by some lines stays what it is, whatever stands on others."""
        subject = stamped_subject(survey, page)
        survey.load(subject.files)
        lines = sum(file_lines(survey.facts(path)) for path in subject.files)
        if subject.parts:
            return False
        if grown > 0:
            return subject.kind == "file" or lines <= STILL_ONE_PAGE
        return subject.id == subject.component or lines >= STILL_DIVIDED

    def _same_shape(self, survey: Survey, owned: Collection[str]) -> bool:
        """The changed files import what they did and have the same main types, so that diagrams stay as they are."""
        survey.load(owned)
        for path in owned:
            before, after = self._before(survey, path), survey.facts(path)
            if before is None or before.imports != after.imports or found_by(before) != found_by(after):
                return False
            if before.environment != after.environment or before.included != after.included:
                return False
            if _left_to_others(before) != _left_to_others(after):
                return False
            if main_types(before.symbols) != main_types(after.symbols) or path in survey.skipped:
                return False
        return True

    def _before(self, survey: Survey, path: str) -> FileFacts | None:
        """The facts of a changed file in the tree that was current; its page may have been made from an older one."""
        if path not in self.facts_before and path in self.former:
            self.facts_before[path] = survey.former(path, self.former[path])
        return self.facts_before.get(path)

    def _interface_moved(self, survey: Survey, path: str) -> bool:
        before = self._before(survey, path)
        return before is None or before.interface != survey.facts(path).interface

    def _dependents(self, moved: list[str], known: Mapping[str, _Described]) -> dict[str, _Described] | None:
        found: dict[str, _Described] = {}
        for name in self._grep("dep", moved):
            if name in known:
                continue
            item = self._read(name)
            if item is None:
                return None
            if not item.page.stamps.dependencies.keys().isdisjoint(moved):
                found[name] = item
        return found

    def _grep(self, word: str, paths: Iterable[str]) -> list[str]:
        """The pages with a stamp of one of these paths."""
        patterns = [f"{word} {encode_path(path)}" for path in paths]
        if len(patterns) > MAX_PATTERNS:
            raise GitError("too many patterns for one search")
        return files_with(self.workspace.git, self.tree, patterns, self.config.docs_dir)

    def _page_plans(
        self, survey: Survey, described: Mapping[str, _Described], changed: set[str]
    ) -> Iterable[tuple[str, PagePlan]]:
        for item in described.values():

            def known(path: str, page: Page = item.page) -> str | None:
                same = path not in changed
                return page.stamps.dependencies[path].interface if same else survey.facts(path).interface

            subject = stamped_subject(survey, item.page)
            yield subject.id, plan_page(survey, subject, Standing(item.page, known=known))


def _left_to_others(facts: FileFacts) -> list[tuple[str, str, str]]:
    """What only the macros of files tell that need not be those which the page knows."""
    return [(each.kind, each.owner, each.text) for each in facts.unmade]


def _parents(path: str) -> Iterable[str]:
    while path:
        path = posixpath.dirname(path)
        yield path
