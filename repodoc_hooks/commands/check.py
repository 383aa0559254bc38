"""Are the pages current? Needs no model, no network, no cache and no notes; exit code 1 when something is stale."""

from __future__ import annotations

import argparse
import os
import shlex
from typing import TYPE_CHECKING

from repodoc_hooks.commands._shared import (
    add_source_arguments,
    config_of,
    conflicts_first,
    open_git,
    repository_paths,
    source_of,
)
from repodoc_hooks.errors import EXIT_OK, UsageError
from repodoc_hooks.pipeline import known_current
from repodoc_hooks.pipeline.config_source import config_text, source_tree
from repodoc_hooks.reports import check_options as options
from repodoc_hooks.reports.color import plain
from repodoc_hooks.reports.console import emit, paint, tell

if TYPE_CHECKING:
    from repodoc_hooks.config import Config
    from repodoc_hooks.git.process import Git
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.pipeline.config_source import Source
    from repodoc_hooks.pipeline.plan import Plan, SectionState
    from repodoc_hooks.pipeline.run_state import RunState
    from repodoc_hooks.reports.verdict import Verdict


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc check`."""
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="components, source files, pages or directories; default: all",
    )
    add_source_arguments(parser)
    parser.add_argument(
        "--changed", metavar="BASE", help="only components that differ from the merge base with BASE"
    )
    parser.add_argument(
        "--format", choices=options.FORMAT_NAMES, help="default: text, or github in GitHub Actions"
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the report to FILE")
    parser.add_argument("--full", action="store_true", help="render the local sections again and compare")
    parser.add_argument(
        "--diff", action="store_true", help="show what `repodoc update` would change without a model"
    )
    parser.add_argument("--fix", action="store_true", help="first fix what needs no model")
    parser.add_argument(
        "--fail-on",
        metavar="LIST",
        default=",".join(options.FAIL_ON),
        help="states that fail, by comma (%(default)s)",
    )
    parser.add_argument("--exit-zero", action="store_true", help="exit 0 whatever is found")


_FOR_REVIEWERS = ("github", "gitlab", "sarif")
"""Formats that forges show beside the lines of a change."""


def run(args: argparse.Namespace) -> int:
    """Judge a snapshot."""
    fail_on = frozenset(word for word in args.fail_on.split(",") if word)
    unknown = sorted(fail_on - set(options.STATES))
    if unknown:
        raise UsageError(
            f"there is no state {unknown[0]!r}", where="--fail-on", fix=f"use {', '.join(options.STATES)}"
        )
    git = open_git(args)
    source = source_of(args)
    rev = args.rev or "HEAD"
    tree = ""
    form = args.format or options.default_format(os.environ)
    brief = form == "text" and not any(
        (args.paths, args.full, args.diff, args.changed, args.output, args.fix)
    )
    if brief and not args.config_file and "GITHUB_STEP_SUMMARY" not in os.environ:
        known, tree = _known_current(git, args, source, rev)
        if known:
            if not args.quiet:
                emit(paint()(options.all_current(known), "green") + "\n")
            return EXIT_OK
    config = config_of(git, args, source, rev)
    if args.fix:
        _fix(args, source)
    from repodoc_hooks.reports import check as report
    from repodoc_hooks.reports.verdict import summary_line

    verdict = _judge(git, config, args, source, tree, fail_on, causes=form in _FOR_REVIEWERS)
    if not verdict.current:
        verdict = _in_context(git, config, source, rev, verdict)
    color = plain if args.output else paint()
    emit(report.render(verdict, form, color, quiet=args.quiet), args.output)
    if args.output:
        tell(summary_line(verdict))
    report.write_job_summary(verdict, os.environ)
    if form == "text" and not verdict.current:
        _invite(git)
    return EXIT_OK if args.exit_zero else verdict.exit


def _in_context(git: Git, config: Config, source: Source, rev: str, verdict: Verdict) -> Verdict:
    """The verdict with what has to be done first in a conflict, and for a branch that is not checked out."""
    from msgspec.structs import replace

    from repodoc_hooks.git import jujutsu
    from repodoc_hooks.git.snapshot import branch_of

    update = "repodoc update"
    if source == "rev" and verdict.hint == update:
        branch = branch_of(git, rev)
        elsewhere = branch and branch != branch_of(git, "HEAD")
        return replace(verdict, hint=f"{update} --rev {shlex.quote(rev)} --commit") if elsewhere else verdict
    first, pages = conflicts_first(git, config.docs_dir) if source == "worktree" else ("", False)
    messages = (*verdict.messages, first) if first else verdict.messages
    if not pages:
        return replace(verdict, messages=messages)
    jj = jujutsu.takes_new_files(git.top, git.env)
    merge = f"jj resolve --tool repodoc {config.docs_dir}" if jj else "repodoc resolve"
    return replace(verdict, messages=messages, hint=f"{merge} && {update}")


def _invite(git: Git) -> None:
    """Tell a colleague whose clone has no hooks yet, or whose commit a job looks at, the one command."""
    from repodoc_hooks.diagnostics.runners import find_runner
    from repodoc_hooks.git.install import status

    found = status(git)
    if not any(hook.by for hook in found) and not find_runner(git, found).name:
        where = "in a clone of yours" if os.environ.get("CI") else "here"
        tell(f"repodoc: no hook keeps the pages when you commit? Run `repodoc init` once {where}")


def _known_current(git: Git, args: argparse.Namespace, source: Source, rev: str) -> tuple[int, str]:
    """How many sections are current, if all are and a former look tells so (0 when only a new one can tell).

    With it the tree, "" where it was not looked for.
    """
    rules = _rules(git, source, rev)
    memory = known_current.recall(git.state_dir, rules)
    if memory is None:
        return 0, ""
    tree = source_tree(git, memory.docs_dir, memory.others, source, rev)
    for found in memory.current:
        if found.tree == tree and found.sections:
            return found.sections, tree
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.pipeline.fast_path import narrow

    latest = next((found for found in memory.current if found.sections), None)
    if latest is None:
        return 0, tree
    config = config_of(git, args, source, rev)
    with Engine.open(git, config, cached=False) as engine:
        narrowed = narrow(engine.workspace, latest.tree, tree)
    if narrowed is None or any(
        section.state != "current" or section.rule for section in narrowed[1].sections
    ):
        return 0, tree
    known_current.remember(git.state_dir, rules, config, known_current.Current(tree, latest.sections))
    return latest.sections, tree


def _rules(git: Git, source: Source, rev: str) -> str:
    return known_current.rules_of(config_text(git, source, rev), os.environ)


def _judge(
    git: Git,
    config: Config,
    args: argparse.Namespace,
    source: Source,
    tree: str,
    fail_on: frozenset[str],
    *,
    causes: bool,
) -> Verdict:
    """Every section held against the tree, which is made if it is "" yet; with `causes`, where in source they are."""
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.pipeline.causes import causes as find_causes
    from repodoc_hooks.pipeline.plan import FAILING_STATES
    from repodoc_hooks.reports.verdict import judge

    rev = args.rev or "HEAD"
    with Engine.open(git, config, cached=False) as engine:
        tree = tree or engine.tree(source, rev)
        run_ = _rehearse(engine, source, args) if args.full or args.diff else None
        plan = run_.plan if run_ is not None else engine.plan(tree)
        sections = list(plan.sections)
        known = any(section.state in FAILING_STATES for section in sections)
        # What only a fresh rendering shows, `update` does not know of.
        command = "repodoc check --full --fix" if args.full and not known else "repodoc update"
        if args.full and run_ is not None:
            sections = _full(sections, run_)
        diff = _diff(run_) if args.diff and run_ is not None else ""
        if all(section.state == "current" for section in sections) and not args.config_file:
            silent = not plan.messages and not any(
                section.rule for section in sections
            )  # else it is not all said by their number
            found = known_current.Current(tree, len(sections) if silent else 0)
            known_current.remember(git.state_dir, _rules(git, source, rev), config, found)
        if args.paths:
            from repodoc_hooks.pipeline.selection import only

            sections = only(plan, sections, repository_paths(git, args.directory, args.paths))
        if args.changed:
            sections = _changed_since(engine, plan, sections, tree, args.changed)
        places = find_causes(engine.survey(tree), plan, sections) if causes and known else {}
    return judge(
        sections,
        tree=tree,
        messages=plan.messages,
        fail_on=fail_on,
        command=command,
        diff=diff,
        causes=places,
    )


def _fix(args: argparse.Namespace, source: Source) -> None:
    if source != "worktree":
        raise UsageError("--fix works on the work tree", where="--fix", fix="leave out --staged and --rev")
    from repodoc_hooks.incremental_engine import Engine, Request

    git = open_git(args)
    with Engine.open(git, config_of(git, args)) as engine:
        engine.run(Request(origin="check", backend="none", all=args.full))


def _rehearse(engine: Engine, source: Source, args: argparse.Namespace) -> RunState:
    """The run that `repodoc update` would make without a model, with nothing written."""
    from repodoc_hooks.incremental_engine import Request

    request = Request(
        origin="check", source=source, rev=args.rev or "HEAD", all=args.full, backend="none", apply="none"
    )
    return engine.rehearse(request)


def _full(sections: list[SectionState], run_: RunState) -> list[SectionState]:
    """Sections whose text differs from a fresh rendering are stale, whatever the stamps say."""
    from msgspec.structs import replace

    fresh = _differences(run_)
    because = ("its text is not what a fresh rendering gives",)
    return [
        replace(s, state="stale", rule="RD008", because=because)
        if s.id in fresh and s.state == "current"
        else s
        for s in sections
    ]


def _differences(run_: RunState) -> frozenset[str]:
    """Ids of the sections made without a model whose fresh rendering differs from the page."""
    from repodoc_hooks.pages.stamps import same_meaning

    found = set()
    for component, fresh in run_.pages.items():
        old = run_.plan.pages[component].page
        for kind, region in old.regions.items() if old is not None else ():
            by_model = fresh.stamps.authors.get(kind, "offline") != "offline"
            if (
                not by_model
                and kind in fresh.regions
                and not same_meaning(fresh.regions[kind].body, region.body)
            ):
                found.add(f"{component}#{kind}")
    return frozenset(found)


def _diff(run_: RunState) -> str:
    import difflib

    parts: list[str] = []
    for path, data in sorted(run_.texts.items()):
        before = run_.survey.read(path).decode("utf-8", "replace").splitlines(keepends=True)
        after = (data or b"").decode("utf-8", "replace").splitlines(keepends=True)
        parts += difflib.unified_diff(before, after, f"a/{path}", f"b/{path}")
    return "".join(line if line.endswith("\n") else line + "\n" for line in parts)


def _changed_since(
    engine: Engine, plan: Plan, sections: list[SectionState], tree: str, base: str
) -> list[SectionState]:
    """Sections of the components that differ from the merge base, or that look at something that does."""
    git = engine.workspace.git
    fork = git.line("merge-base", base, "HEAD") or base
    paths = {path for path, _, _ in engine.workspace.objects.diff(engine.tree("rev", fork), tree)}
    touched = {
        id_
        for id_, p in plan.components.items()
        if p.subject.path in paths
        or any(path in paths for path in p.subject.files)
        or any(path in paths for path in (*p.stamps.files, *p.stamps.dependencies))
    }
    return [
        s for s in sections if s.component in touched or s.path in paths or s.component not in plan.components
    ]
