"""The line at the bottom: it asks for words to filter by, or for a command."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

FILTER, COMMAND = "/", ":"
_HINTS = {
    FILTER: "words that pages and sections must contain",
    COMMAND: "update [PATH], deep, retry, stop, filter WORDS, theme, quit",
}


class Prompt(Input):
    """An input that is there only while it is asked for something."""

    DEFAULT_CSS = "Prompt { display: none; height: 1; border: none; padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Back", show=False)]

    class Filtered(Message):
        """The words to filter by, as they are typed."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    class Commanded(Message):
        """A command line."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Closed(Message):
        """The line is gone."""

    def __init__(self) -> None:
        super().__init__(id="prompt", compact=True)
        self._kind = ""

    def ask(self, kind: str, value: str = "") -> None:
        """Ask for words (FILTER) or a command (COMMAND)."""
        self._kind = kind
        self.placeholder = f"{kind} {_HINTS[kind]}"
        self.value = value
        self.display = True
        self.screen.set_focus(self)  # at once: the next keys may be here already

    def action_close(self) -> None:
        """Away with it."""
        self._kind = ""
        self.display = False
        self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        """The filter works while it is typed."""
        event.stop()
        if self._kind == FILTER:
            self.post_message(self.Filtered(event.value))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the filter, or hand the command on."""
        event.stop()
        kind = self._kind
        self.action_close()
        if kind == COMMAND:
            self.post_message(self.Commanded(event.value))
