"""The keys, on a screen of their own; a test holds this text against the bindings."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Markdown

HELP = """
# Keys

| key | does |
|---|---|
| `1` `2` `3` `4` `5` | runs, pages, sessions, the page and its tabs, log |
| `[` `]` | previous, next tab |
| `j` `k` `g` `G` | down, up, top, bottom |
| `enter` | drill in: a run to its pages, a page to its text |
| `l` `h` | more, less of what stands below a page: its sections, the pages of its parts |
| `esc` | back: out of the input, the filter, the run, the page |
| `/` | filter the pages and their sections |
| `u` `U` | update the page under the cursor and those of its parts, everything |
| `s` | stop gracefully; once more: at once |
| `r` | refresh; in the queue: retry what failed |
| `o` `y` | open the page in your editor, copy its path |
| `:` | command: `update [PATH]`, `deep`, `retry`, `stop`, `filter WORDS`, `theme`, `quit` |
| `t` | light or dark |
| `ctrl+p` | all commands |
| `q` | quit; a run that was started here is stopped gracefully first |
"""


class Help(ModalScreen[None]):
    """The keys."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,question_mark", "dismiss", "Back")]
    DEFAULT_CSS = """
    Help { align: center middle; }
    Help VerticalScroll { width: 76; max-width: 95%; height: auto; max-height: 95%; background: $surface;
        border: round $primary; padding: 0 1; }
    """

    def compose(self) -> ComposeResult:
        """One page."""
        with VerticalScroll():
            yield Markdown(HELP)
