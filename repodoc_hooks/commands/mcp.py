"""Serve the repository to a coding agent over MCP (stdio): tasks, check, plan, read, find; with --write answer, too."""

from __future__ import annotations

import argparse

from repodoc_hooks.commands._shared import open_git
from repodoc_hooks.errors import EXIT_OK, UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc mcp`."""
    parser.add_argument("--write", action="store_true", help="let the agent put its answers on the pages")


def run(args: argparse.Namespace) -> int:
    """Serve until the host hangs up."""
    from repodoc_hooks.agents.desk import Desk
    from repodoc_hooks.agents.hosts import UNKNOWN, agent_at_hand

    git = open_git(args)
    try:
        from repodoc_hooks.agents.mcp_server import serve
    except ImportError:
        from repodoc_hooks.extras import install_command

        raise UsageError("the MCP server is not installed", fix=f"run: {install_command('mcp')}") from None
    serve(Desk(git, agent_at_hand() or UNKNOWN), write=args.write)
    return EXIT_OK
