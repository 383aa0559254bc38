"""A completion script for your shell, on stdout.

bash: `eval "$(repodoc completion bash)"` in ~/.bashrc. zsh: the same in ~/.zshrc, after compinit. fish: `repodoc
completion fish > ~/.config/fish/completions/repodoc.fish`.
"""

from __future__ import annotations

import argparse

from repodoc_hooks.errors import EXIT_OK
from repodoc_hooks.reports.console import emit

SHELLS = ("bash", "zsh", "fish", "powershell")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc completion`."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to read it")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    import shtab

    from repodoc_hooks import cli

    emit(shtab.complete(cli.whole_parser(), shell=args.shell) + "\n")
    return EXIT_OK
