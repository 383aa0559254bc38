"""The line at the bottom: filter and commands, and the way back."""

from __future__ import annotations

import shlex

from textual.widgets import Input

from repodoc_hooks.tui.actions import Actions
from repodoc_hooks.tui.board import Board
from repodoc_hooks.tui.help import Help
from repodoc_hooks.tui.sources import Repository


class Prompt(Actions):
    """The part of the app that reads a line."""

    def __init__(self, repository: Repository, board: Board) -> None:
        super().__init__(repository, board)
        self.words = ""
        self._prompt_for = ""

    def action_help(self) -> None:
        """Show the keys."""
        self.push_screen(Help())

    def action_theme_toggle(self) -> None:
        """Between light and dark."""
        self.theme = "textual-light" if self.current_theme.dark else "textual-dark"

    def action_go_back(self) -> None:
        """Out of the prompt, the filter, the run, the page: whatever was entered last."""
        prompt = self.query_one("#prompt", Input)
        if prompt.display:
            self._close_prompt()
        elif self.words or self.board.run:
            self.words, self.board.run = ("", self.board.run) if self.words else ("", "")
            self.redraw()
        self.table("sections").focus()

    def action_filter(self) -> None:
        """Ask for words."""
        self._ask("/", "words that sections must contain", self.words)

    def action_command(self) -> None:
        """Ask for a command."""
        self._ask(":", "update [PATH], deep, retry, stop, filter WORDS, theme, quit", "")

    def _ask(self, kind: str, hint: str, value: str) -> None:
        prompt = self.query_one("#prompt", Input)
        self._prompt_for = kind
        prompt.placeholder = f"{kind} {hint}"
        prompt.value = value
        prompt.display = True
        self.screen.set_focus(prompt)  # at once: the next keys may be here already

    def _close_prompt(self) -> None:
        prompt = self.query_one("#prompt", Input)
        prompt.display = False
        self._prompt_for = ""
        self.table("sections").focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter works while it is typed."""
        if self._prompt_for == "/":
            self.words = event.value
            self.redraw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or obey."""
        kind, text = self._prompt_for, event.value
        self._close_prompt()
        if kind == ":":
            self.obey(text)

    def obey(self, text: str) -> None:
        """Do what a command line says."""
        try:
            verb, *rest = shlex.split(text) or [""]
        except ValueError:
            verb, rest = text, []
        match verb:
            case "":
                return
            case "q" | "quit":
                self.action_quit_gracefully()
            case "update" | "u":
                self.start_run(*rest)
            case "deep":
                self.start_run("--deep", *rest)
            case "retry":
                self.retry()
            case "stop":
                self.action_stop()
            case "refresh":
                self.action_refresh()
            case "theme":
                self.action_theme_toggle()
            case "help":
                self.action_help()
            case "filter":
                self.words = " ".join(rest)
                self.redraw()
            case _:
                self.notify(f"there is no command {verb!r}; ? shows them", severity="warning", markup=False)
