"""What may be wrong with a set-up, each finding with its remedy; some remedies are safe to apply by themselves."""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Literal

from msgspec import Struct

from repodoc_hooks.analysis.facts import line_words
from repodoc_hooks.backends.programs import version_of
from repodoc_hooks.config import CONFIG_NAME, NO_SETTINGS, Config
from repodoc_hooks.diagnostics.runners import Runner, find_runner, nowhere, worktrees
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.git import install, jujutsu, notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.private import DAMAGED, foreign_owner
from repodoc_hooks.reports.left_out import left_out_lines
from repodoc_hooks.shims import HOOKS

Level = Literal["ok", "note", "warning", "error"]
OLDEST_GIT = (2, 31)
# Runners that were seen to lose unstaged edits of a file that a hook changes: the last such version.
_LOSSY = {"prek": (0, 4, 14), "lefthook": (2, 2, 2)}
_RUNNERS = ("pre-commit", "prek", "lefthook", "husky")


class Finding(Struct, frozen=True):
    """One thing that was looked at. `remedy` is the safe remedy, None where a person has to decide."""

    check: str
    level: Level
    text: str
    fix: str = ""
    remedy: Callable[[], object] | None = None


def diagnose(git: Git, read_config: Callable[[], Config], *, reach: bool = True) -> Iterator[Finding]:
    """All findings; with `reach`, programs are started and servers asked (never a model)."""
    yield from _git(git)
    try:
        config = read_config()
        if (git.top / CONFIG_NAME).exists():
            yield Finding("configuration", "ok", f"{CONFIG_NAME} is valid")
        else:
            told = f"there is no {CONFIG_NAME}: hooks leave this repository alone"
            yield Finding("configuration", "note", told, "repodoc init")
    except RepodocError as error:
        told = f"{error.where}: {error.what}" if error.where else error.what
        yield Finding("configuration", "error", told, error.fix)
        config = Config()
    yield from _variables()
    yield from _hooks(git, reach=reach)
    yield from _pages(git, config)
    yield from _merging(git, config)
    yield from _notes(git)
    yield from _permissions(git)
    yield from _state(git)
    yield from _stores(git, config)
    yield from _backends(git, config, reach=reach)


def _git(git: Git) -> Iterator[Finding]:
    version = git.version()
    shown = ".".join(map(str, version))
    if version < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        yield Finding("git", "error", f"git {shown} is too old", f"install git {wanted} or newer")
    else:
        yield Finding("git", "ok", f"git {shown}")
    if git.line("rev-parse", "--is-shallow-repository") == "true":
        yield Finding("git", "note", "the clone is shallow; notes of older commits are out of reach")


def _variables() -> Iterator[Finding]:
    from repodoc_hooks.config.reader import variables

    known = {*variables(), *NO_SETTINGS}
    for name in sorted(os.environ):
        if name.startswith("REPODOC_") and name not in known and not name.startswith("REPODOC_TEST_"):
            near = get_close_matches(name, known, 1)
            fix = f"did you mean {near[0]}?" if near else "unset it"
            yield Finding("variables", "warning", f"{name} is set, but means nothing", fix)
    if os.environ.get("REPODOC_SKIP"):
        yield Finding("variables", "warning", "REPODOC_SKIP is set: hooks do nothing", "unset it")


def _hooks(git: Git, *, reach: bool) -> Iterator[Finding]:
    found = install.status(git)
    runner = find_runner(git, found)
    if jujutsu.takes_new_files(git.top, git.env):
        yield Finding("jj", "note", "jj runs no hooks", jujutsu.ADVICE)
    if jujutsu.owned_index(git.env):
        return
    yield from _hooks_path(git)
    active = [hook for hook in found if hook.by]
    if active:
        yield _native(git, found)
    elif "pre-commit" in runner.hooks:
        missing = [name for name in HOOKS if name not in runner.hooks]
        without = f"; not {', '.join(missing)}" if missing else ""
        yield Finding("hooks", "ok", f"run through {_runner_words(runner)}{without}")
    elif runner.name:
        text = f"the hooks are run by {_runner_words(runner)}, which does not name repodoc"
        yield Finding("hooks", "warning", text, runner.advice)
    elif not nowhere(git):
        yield Finding("hooks", "warning", "no hooks are installed", "repodoc init")
    owners = sorted({runner.name, *(hook.owner for hook in found)} & set(_RUNNERS))
    for owner in (owner for owner in owners if reach and owner in _LOSSY):
        version = version_of(owner) or ()
        if version and version <= _LOSSY[owner]:
            shown = ".".join(map(str, version))
            text = f"{owner} {shown} can lose unstaged edits of a file that a hook changes"
            yield Finding(
                "runner", "warning", text, f"update {owner}, or run `repodoc install` for native hooks"
            )


def _native(git: Git, found: list[install.HookStatus]) -> Finding:
    odd = [hook.name for hook in found if not (hook.by and hook.current)]
    if odd:
        text = f"hooks are missing or of another version: {', '.join(odd)}"
        return Finding("hooks", "warning", text, "repodoc install", partial(install.install, git))
    by = next(hook.by for hook in found)
    return Finding("hooks", "ok", f"all {len(found)} hooks are in ({by})")


def _runner_words(runner: Runner) -> str:
    return f"{runner.name} ({runner.place})" if runner.name != "other" else runner.place


def _hooks_path(git: Git) -> Iterator[Finding]:
    """A `core.hooksPath` that leads nowhere switches every hook off, in all work trees that read the same file."""
    path = nowhere(git)
    if not path:
        return
    scope = git.line("config", "--show-scope", "core.hooksPath").split("\t")[0] or "local"
    others = worktrees(git)
    reach = (
        f", in all {len(others)} work trees: {', '.join(others)}"
        if scope == "local" and len(others) > 1
        else ""
    )
    text = f"core.hooksPath is {path} ({scope} configuration): git runs no hook{reach}"
    yield Finding("hooks", "warning", text, f"git config --{scope} --unset core.hooksPath")


def _pages(git: Git, config: Config) -> Iterator[Finding]:
    page = f"{config.docs_dir}/README.md"
    if git.line("check-ignore", "--verbose", "--no-index", page):
        text = f"{config.docs_dir} is ignored by git: its pages cannot be committed"
        yield Finding("pages", "error", text, f"take {config.docs_dir} out of .gitignore")
    elif not (git.top / page).exists():
        yield Finding("pages", "warning", f"there is no {page}", "repodoc update")
    else:
        yield Finding("pages", "ok", f"pages are in {config.docs_dir}")
    yield from _sources(git, config)


def _sources(git: Git, config: Config) -> Iterator[Finding]:
    """What no page describes, and what could be read only in part."""
    from repodoc_hooks.incremental_engine import Engine

    try:
        with Engine.open(git, config) as engine:
            survey = engine.survey(engine.tree("worktree"))
            survey.load(survey.paths)
            facts = {path: survey.facts(path) for path in survey.paths}
    except RepodocError as error:
        yield Finding("sources", "error", str(error))
        return
    lines = left_out_lines(survey.left_out)
    for number, line in enumerate(lines, 1):
        fix = '`exclude: ["!DIRECTORY/"]` brings one back' if number == len(lines) else ""
        yield Finding("sources", "note", f"left out: {line}", fix)
    for path, found in facts.items():
        if found.failure:
            yield Finding(
                "sources", "warning", f"{path}: not read: {found.failure}", "report it with the file"
            )
        elif not found.parsed:
            yield Finding("sources", "note", f"{path}: not parsed")
        elif found.unread:
            unread = line_words(",".join(f"{first}-{last}" for first, last in found.unread))
            yield Finding("sources", "note", f"{path}: {unread} could not be read")


def _merging(git: Git, config: Config) -> Iterator[Finding]:
    wanted = git.run("check-attr", "-z", "merge", "--", f"{config.docs_dir}/README.md").split(b"\0")
    attribute = wanted[2] if len(wanted) > 2 else b""
    driver = git.line("config", "merge.repodoc.driver")
    if attribute != b"repodoc":
        text = "pages have no merge=repodoc attribute; they merge as text"
        yield Finding("merge driver", "note", text, "repodoc init")
    if not driver:
        text = "the merge driver is not registered here; git merges the pages as text"
        yield Finding("merge driver", "note", text, "repodoc doctor --fix", partial(_configure, git))
    elif attribute == b"repodoc":
        yield Finding("merge driver", "ok", "pages merge with repodoc's driver")


def _notes(git: Git) -> Iterator[Finding]:
    for remote in git.run("remote").decode("utf-8", "replace").split():
        fetched = git.run("config", "--get-all", f"remote.{remote}.fetch", check=False).decode(
            "utf-8", "replace"
        )
        if notes.REF not in fetched:
            text = f"git fetch does not bring the notes of {remote}"
            yield Finding("notes", "note", text, "repodoc doctor --fix", partial(_configure, git))
        elif f"+{notes.REF}:" in fetched:
            text = f"git fetch fails as long as {remote} has no notes"
            yield Finding("notes", "warning", text, "repodoc doctor --fix", partial(_configure, git))
        elif any(line.endswith(f":{notes.REF}") for line in fetched.splitlines()):
            text = f"git fetch overwrites our notes by those of {remote}"
            yield Finding("notes", "error", text, f"remove that refspec from remote.{remote}.fetch")
    if git.line("config", "--get-all", "notes.rewriteRef"):
        text = "notes.rewriteRef is set; git and repodoc both carry notes over a rebase"
        yield Finding("notes", "note", text, "git config --unset-all notes.rewriteRef")


def _configure(git: Git) -> None:
    """Merge driver and refspecs, as `init` sets them."""
    from repodoc_hooks.setup import steps

    list(steps.configure_git(git))


def _permissions(git: Git) -> Iterator[Finding]:
    folder = git.state_dir
    if not folder.exists():
        return
    loose = [path for path in (folder, *folder.iterdir()) if _readable_by_others(path)]
    for path in loose:
        mode = 0o700 if path.is_dir() else 0o600
        name = path.relative_to(git.common_dir)
        text = f"{name} can be read by other users"
        yield Finding("permissions", "warning", text, f"chmod {mode:o} {path}", partial(path.chmod, mode))
    if not loose:
        yield Finding("permissions", "ok", f"{folder.name}/ is private")


def _readable_by_others(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    inside_private = path.name != "repodoc" and not path.parent.stat().st_mode & 0o077
    return not stat.S_ISLNK(mode) and bool(mode & 0o077) and not inside_private


def _state(git: Git) -> Iterator[Finding]:
    """State of ours that belongs to somebody else, or was set aside because it could not be read."""
    for folder in dict.fromkeys((git.state_dir, git.worktree_state_dir)):
        if folder.exists() and (owner := foreign_owner(folder)):
            what, _, fix = owner.removeprefix("; ").partition(": ")
            yield Finding("state", "error", f"{folder} cannot be written to: {what}", fix)
        for aside in sorted(folder.glob(f"*{DAMAGED}*")) if folder.is_dir() else ():
            text = f"{aside.name} could not be read, and was set aside"
            yield Finding("state", "note", text, f"delete it: rm -r {shlex.quote(str(aside))}")


def _stores(git: Git, config: Config) -> Iterator[Finding]:
    for name in ("ledger.sqlite", "jobs.sqlite"):
        path = git.state_dir / name
        if path.exists():
            problem = _integrity(path)
            if problem:
                fix = f"move it away: mv {path} {path}.damaged"
                yield Finding("stores", "error", f"{name} is damaged: {problem}", fix)
            else:
                yield Finding("stores", "ok", f"{name} is sound")
    if not config.cache.enabled:
        yield Finding("cache", "note", "the cache is turned off: answers are paid for again")
    elif (git.state_dir / "cache").exists():
        from repodoc_hooks.store.cache import open_cache

        with closing(open_cache(git.state_dir, config)) as cache:
            stats = cache.stats()
        if stats.path:
            size = (
                f"{stats.entries:,} entries, {stats.bytes / 2**20:.1f} of {stats.limit_bytes / 2**20:.0f} MB"
            )
            yield Finding("cache", "ok", size)
        else:
            yield Finding("cache", "warning", "the cache cannot be opened", "repodoc cache clear")


def _integrity(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as database:
            answer = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return "" if answer == "ok" else answer


def _backends(git: Git, config: Config, *, reach: bool) -> Iterator[Finding]:
    from repodoc_hooks.backends.registry import records

    order = config.backends.order
    if order == ("offline",):
        yield Finding(
            "models", "note", "no model is configured; prose comes from docstrings", "set backends.order"
        )
    for record in records(order):
        for remark in record.examine(config.backends, git.state_dir, reach):
            yield Finding(record.name, remark.level, remark.text, remark.fix)
