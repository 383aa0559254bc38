"""The managed OpenCode server of this repository: start, stop, status."""

from __future__ import annotations

import argparse
import json

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.errors import EXIT_OK, EXIT_STALE
from repodoc_hooks.reports.console import emit, tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `repodoc server`."""
    parser.add_argument("action", nargs="?", default="status", choices=("start", "stop", "status"))
    parser.add_argument("--json", action="store_true", help="print the state as JSON")


def run(args: argparse.Namespace) -> int:
    """0 when the server is in the state that was asked for; `status` gives 1 when none runs.

    Raises:
        BackendError: it does not start.
    """
    from repodoc_hooks.backends.opencode_server import ManagedServer
    from repodoc_hooks.incremental_engine import Engine
    from repodoc_hooks.pipeline.own_templates import own_templates
    from repodoc_hooks.prompts import system_prompt
    from repodoc_hooks.sections.failures import Deadline

    git = open_git(args)
    settings = config_of(git, args)
    config = settings.backends.opencode
    with Engine.open(git, settings, cached=False) as engine:
        templates = own_templates(engine.workspace.objects, engine.tree("worktree"), settings.templates)
    server = ManagedServer(config, git.state_dir, system_prompt(templates))
    if any(config.urls):
        tell("backends.opencode.urls names servers: a managed one is not used")
    if args.action == "start":
        with server.lease():
            server.ensure(Deadline.after(90.0))
    elif args.action == "stop" and not server.stop():
        tell("no OpenCode server was running")
    status = server.status()
    if args.json:
        facts = {"schema": 1, "running": status.running, "url": status.url, "pid": status.pid}
        emit(
            json.dumps({**facts, "memory_mb": round(status.memory_mb), "seconds": round(status.seconds)})
            + "\n"
        )
    elif status.running:
        minutes = f"{status.seconds / 60:.0f} min"
        emit(f"running at {status.url}, process {status.pid}, {status.memory_mb:.0f} MB, up {minutes}\n")
    else:
        emit("not running\n")
    return EXIT_STALE if args.action == "status" and not status.running else EXIT_OK
