"""pre-commit: the pages that the staged change makes stale go into the same commit. See githooks(5)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from repodoc_hooks import expressions
from repodoc_hooks.errors import EXIT_OK, EXIT_REFUSED
from repodoc_hooks.git.process import Git
from repodoc_hooks.hooks import limit_time, read_settings, rebasing, set_quiet
from repodoc_hooks.source_patterns import PATTERNS

if TYPE_CHECKING:
    from repodoc_hooks.config import Config, PreCommitConfig
    from repodoc_hooks.git.objects import Objects
    from repodoc_hooks.pipeline.run_report import RunReport

BY_SHIM = "REPODOC_BY_SHIM"
_FRAMEWORK = "framework"  # the value by which a shim says that a framework runs it
_NOT_SET_UP = (
    "there is no .repodoc.yaml in the index, so commits carry no pages; `repodoc init --hooks none` writes it"
)
_SHOWN = 3


def run(git: Git, args: Sequence[str]) -> int:
    """Describe what is staged; it stops git only where the configuration asks for strictness or forbids staging."""
    if rebasing(git):
        return EXIT_OK
    shim = os.environ.pop(BY_SHIM, "")
    by_shim = bool(shim)
    if _by_hand() and git.call("diff", "--cached", "--quiet", "--no-ext-diff").returncode == 0:
        return _everything(git)
    nothing = not by_shim and not (git.state_dir / "ready").exists() and _unconcerned(git)
    set_quiet(git, quiet=nothing)
    if nothing:
        return EXIT_OK
    expressions.use_kept()
    from repodoc_hooks.git.objects import open_objects

    with open_objects(git) as objects:
        config, backend = read_settings(git, "staged", objects=objects)
        if config is None and shim == _FRAMEWORK:
            from repodoc_hooks.reports.console import tell

            tell(f"repodoc: {_NOT_SET_UP}")
        if config is None or config.write != "commit":
            return EXIT_OK
        limit_time(config)
        return _update(git, config, objects, backend, by_shim=by_shim)


def _unconcerned(git: Git) -> bool:
    """Nothing is staged that pages are made from; the shim, which frameworks do without, asks the same."""
    command = ("--icase-pathspecs", "diff", "--cached", "--quiet", "--no-ext-diff", "--", *PATTERNS)
    return git.call(*command).returncode == 0


def _by_hand() -> bool:
    """A framework runs us and no git does: `pre-commit run --all-files`, as CI services call it.

    git sets GIT_INDEX_FILE for this hook (githooks(5)); pre-commit and prek set PRE_COMMIT.
    """
    return "PRE_COMMIT" in os.environ and "GIT_INDEX_FILE" not in os.environ


def _everything(git: Git) -> int:
    """Make every page current in the work tree without a model, and fail if one was not, as formatters do."""
    from repodoc_hooks.incremental_engine import Engine, Request
    from repodoc_hooks.reports.console import tell

    config, _ = read_settings(git, "worktree")
    if config is None or config.write != "commit":
        return EXIT_OK
    with Engine.open(git, config) as engine:
        report = engine.run(Request(origin="check", backend="none" if config.asks_models else "auto"))
    for line in _lines(report, told=False):
        tell(f"repodoc: {line}")
    return EXIT_REFUSED if report.written else EXIT_OK


def _update(git: Git, config: Config, objects: Objects, backend: str, *, by_shim: bool) -> int:
    from repodoc_hooks.agents.hosts import agent_at_hand
    from repodoc_hooks.git.staging import repair
    from repodoc_hooks.hooks import agent_debt as debt
    from repodoc_hooks.pipeline.run_request import AGENT
    from repodoc_hooks.reports.console import tell
    from repodoc_hooks.store import pending

    pending.drop_note(git)
    for path in repair(git):
        tell(f"repodoc: {path}: repaired after a run that was killed")
    agent = agent_at_hand()
    if agent and config.asks_models:
        backend = AGENT
    report = _run(git, config, objects, backend)
    _keep_record(git, report, by_shim=by_shim, agent=agent)
    expressions.keep()
    for line in _lines(report, told=config.asks_models and backend != AGENT):
        tell(f"repodoc: {line}")
    refusal = _refusal(config.pre_commit, report)
    if agent and not refusal and (owed := debt.owed(report)):
        tell(f"repodoc: {debt.told(owed, agent)}")
        if config.pre_commit.agent == "write" and debt.first_time(git, report):
            refusal = debt.REFUSAL
    if refusal:
        tell(f"repodoc: {refusal}")
    return EXIT_REFUSED if refusal else EXIT_OK


def _run(git: Git, config: Config, objects: Objects, backend: str) -> RunReport:
    from repodoc_hooks.incremental_engine import Engine, Request
    from repodoc_hooks.reports.observe import observed

    request = Request(
        origin="pre-commit",
        source="staged",
        backend=backend,
        deadline=config.pre_commit.deadline,
        apply="index" if config.pre_commit.stage else "worktree",
    )
    shown = "auto" if config.asks_models and backend == "auto" else "none"
    with Engine.open(git, config, objects=objects) as engine, observed(engine.workspace, shown):
        return engine.run(request)


def _keep_record(git: Git, report: RunReport, *, by_shim: bool, agent: str) -> None:
    """Leave to post-commit what belongs on the commit, which has no name yet."""
    from repodoc_hooks.pipeline import manifest
    from repodoc_hooks.store import job_files, pending

    lines = manifest.lines(report)
    if not lines:
        set_quiet(git, quiet=True)
        return
    pending.save(git, report.run_id, report.staged, lines)
    if by_shim and not job_files.queued(git.state_dir) and (agent or not pending.owes(lines)):
        _leave_to_shim(git, report.staged, lines)


def _refusal(settings: PreCommitConfig, report: RunReport) -> str:
    """Why the configuration asks for this commit to be stopped, "" if it does not."""
    from repodoc_hooks.sections.kinds import QUICK_SECTIONS

    if report.written and not settings.stage:
        return "pages were written; `git add` them and commit again"
    left = [s for s in report.sections if s.action in ("failed", "deferred") and s.kind in QUICK_SECTIONS]
    if settings.strict and left:
        return f"{left[0].id} is not current and pre_commit.strict is set: {left[0].reason}"
    return ""


def _leave_to_shim(git: Git, tree: str, lines: list[dict[str, Any]]) -> None:
    """All that post-commit has to do is to write the note, unless commits were given up before this one."""
    from repodoc_hooks.git import notes
    from repodoc_hooks.store import pending

    if len(pending.load(git)) == 1:
        pending.save_note(git, tree, notes.content_of(lines))


def _lines(report: RunReport, *, told: bool) -> list[str]:
    """What a developer wants to know while committing: the pages, and what asks for attention (unless it was told)."""
    from repodoc_hooks.reports.formatting import listed

    names = [page.path for page in report.written]
    return [*([f"updated {listed(names, _SHOWN)}"] if names else []), *(() if told else report.messages)]
