"""Set up this repository: configuration, git attributes, hooks, notes, then the first pages."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.config import CONFIG_NAME, Config
from repodoc_hooks.errors import EXIT_OK, RepositoryError
from repodoc_hooks.git import jujutsu
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.console import is_quiet, tell
from repodoc_hooks.setup.ci_services import SERVICES

HOOKS = ("native", "pre-commit", "none")
AGENTS = ("claude", "opencode", "codex", "cursor")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc init`."""
    parser.add_argument(
        "--hooks", choices=HOOKS, default="native", help="who runs the hooks (default: %(default)s)"
    )
    parser.add_argument("--ci", choices=tuple(SERVICES), help="also write a CI recipe, or renew it")
    parser.add_argument(
        "--install",
        metavar="SPEC",
        default="",
        help="with --ci: what pip is to install there (default: what this program was installed from)",
    )
    parser.add_argument(
        "--agent",
        choices=AGENTS,
        action="append",
        default=[],
        help="also write what this coding agent needs to keep the pages; more than once for several",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="ask nothing")


def run(args: argparse.Namespace) -> int:
    """Do it step by step, and report each step in a line."""
    from repodoc_hooks.git.work_files import refuse_outside
    from repodoc_hooks.setup import steps

    git = open_git(args)
    if not args.yes and sys.stdin.isatty() and not _agreed(args.hooks):
        tell("nothing was done")
        return EXIT_OK
    refuse_outside(git.top, f"{config_of(git, args).docs_dir}/README.md")
    joined = os.path.lexists(git.top / CONFIG_NAME)
    tell(steps.write_config(git))
    config = config_of(git, args)
    tell(steps.write_attributes(git, config))
    for line in _hooks(git, args.hooks):
        tell(line)
    for line in steps.configure_git(git):
        tell(line)
    if args.ci:
        for line in steps.write_ci(git, args.ci, config, args.install):
            tell(line)
    for host in args.agent:
        from repodoc_hooks.setup.agent_files import write_agent

        for line in write_agent(git, host):
            tell(line)
    if args.agent and find_spec("mcp") is None:
        from repodoc_hooks.extras import install_command

        tell(
            f"the MCP server is not installed here (`repodoc tasks` needs none); run: {install_command('mcp')}"
        )
    tell(_first_pages(git, config))
    for line in _next(git, config, args.hooks, joined=joined):
        tell(line)
    return EXIT_OK


def _agreed(hooks: str) -> bool:
    what = (
        f"{CONFIG_NAME}, .gitattributes, pages and {hooks} hooks"
        if hooks != "none"
        else "configuration and pages"
    )
    print(f"Set up {what} here? [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def _hooks(git: Git, hooks: str) -> list[str]:
    if hooks == "native" and jujutsu.owned_index(git.env):
        return []
    if hooks == "native":
        from repodoc_hooks.git.install import install

        try:
            return install(git)
        except RepositoryError as error:  # somebody else's hooks folder; all the rest works beside it
            return [f"hooks: not installed: {error}"]
    if hooks == "pre-commit":
        from repodoc_hooks.setup.pre_commit_config import add_hooks

        return add_hooks(git)
    return []


def _next(git: Git, config: Config, hooks: str, *, joined: bool) -> Iterator[str]:
    """What is left to do: commit what was written, and see that hooks run, here and at a colleague's.

    Who has `joined` a repository with our configuration is a colleague, and knows.
    """
    from repodoc_hooks.diagnostics.runners import find_runner
    from repodoc_hooks.git.install import status
    from repodoc_hooks.setup import agent_files, pre_commit_config, steps

    ours = [CONFIG_NAME, steps.ATTRIBUTES, pre_commit_config.NAME, *steps.ci_files(git), config.docs_dir]
    ours += agent_files.ours_in(git)
    listed = git.run("status", "--porcelain", "-z", "--", *(f":(literal){path}" for path in ours))
    changed = [
        path for path in ours if any(entry[3:].startswith(os.fsencode(path)) for entry in listed.split(b"\0"))
    ]
    found = status(git)
    runner = find_runner(git, found)
    if jujutsu.takes_new_files(git.top, git.env):
        yield f"jj runs no hooks: {jujutsu.ADVICE}"
        if changed:
            yield "next: jj commit"
        return
    served = any(hook.by for hook in found) or runner.hooks or hooks == "pre-commit"
    then = (
        "from then on every commit carries its pages" if served else "then `repodoc update` before a commit"
    )
    if not served:
        advice = "" if hooks == "none" and not runner.name else f"; {runner.advice}"
        yield f"hooks: none runs repodoc here{advice}"
    if not joined:
        yield f"a colleague who clones this runs once: {_COLLEAGUE[hooks]}"
    if changed:
        yield f"next: git add {' '.join(map(shlex.quote, changed))} && git commit; {then}"


_COLLEAGUE = {
    "native": "repodoc init",
    "none": "repodoc init --hooks none",
    "pre-commit": "repodoc init --hooks pre-commit && pre-commit install",
}


def _first_pages(git: Git, config: Config) -> str:
    """Pages made without a model: the set-up costs nothing and needs no account."""
    from repodoc_hooks.incremental_engine import Engine, Request
    from repodoc_hooks.reports.formatting import several
    from repodoc_hooks.reports.left_out import left_out_lines
    from repodoc_hooks.reports.observe import observed

    progress = "auto" if sys.stderr.isatty() and not is_quiet() else "none"
    with Engine.open(git, config, bulk=True) as engine, observed(engine.workspace, progress):
        done = engine.rehearse(Request(origin="cli", backend="none" if config.asks_models else "auto"))
        report, left_out, components = done.report(), done.survey.left_out, len(done.survey.components)
    for message in report.messages:
        tell(f"note: {message}")
    for line in left_out_lines(left_out):
        tell(f"left out: {line}")
    if not report.written:
        return f"{config.docs_dir}: the pages are current"
    if not components:
        later = "files that git does not know yet get theirs with their commit"
        why = "no component: all source is left out" if left_out else later
        return f"{config.docs_dir}: {several(len(report.written), 'page')}; {why}"
    later = "; `repodoc update` asks your model for the prose" if config.asks_models else ""
    return f"{config.docs_dir}: {several(len(report.written), 'page')} for {several(components, 'component')}{later}"
