"""The diagram of the TUI tells the truth: its keys are bound, its panels exist, and it parses."""

from __future__ import annotations

import re
from pathlib import Path

from textual.pilot import Pilot

from repodoc_hooks.tui.app import RepodocApp
from repodoc_hooks.tui.body import Body
from repodoc_hooks.tui.table import Table
from tests.pages.real_mermaid import running
from tests.repos import Repo
from tests.tui.world import MadeUp, drive, git_of

DIAGRAM = Path(__file__).parents[2] / "diagrams" / "stage_3" / "tui.mmd"
NAMES = {
    "?": "question_mark",
    "/": "slash",
    ":": "colon",
    "[": "left_square_bracket",
    "]": "right_square_bracket",
}
_KEY = re.compile(r"enter|escape|[\[\]?/:A-Za-z]")


def keys() -> set[str]:
    """The keys that label arrows: single characters, `enter`, `escape`."""
    labels = re.findall(r'-->\|"([^"]+)"\|', DIAGRAM.read_text(encoding="utf-8"))
    words = [word for label in labels for word in re.split(r"[ ,]+", label)]
    return {NAMES.get(word, word) for word in words if _KEY.fullmatch(word)}


def test_every_key_of_the_diagram_is_bound() -> None:
    bindings = [*RepodocApp.BINDINGS, *Body.BINDINGS, *Table.BINDINGS]
    bound = {part for binding in bindings for part in binding.key.split(",")}  # type: ignore[union-attr]
    assert keys() >= {"enter", "escape", "u", "s", "q"}
    assert keys() <= bound


def test_every_numbered_panel_exists(repo: Repo) -> None:
    panels = dict(re.findall(r'\["(\d) (\w+)', DIAGRAM.read_text(encoding="utf-8")))

    async def script(app: RepodocApp, pilot: Pilot[int]) -> None:
        titles = {str(widget.border_title) for widget in app.query("*") if widget.border_title}
        assert {f"{number} {name}" for number, name in panels.items()} <= titles

    assert list(panels) == ["1", "2", "3", "4", "5"]
    drive(MadeUp(git_of(repo.path)), script)


def test_the_diagram_parses_in_the_real_mermaid() -> None:
    with running() as mermaid:
        parsed = mermaid.parse(DIAGRAM.read_text(encoding="utf-8"))
    assert parsed.error == ""
    assert "1 runs" in parsed.labels
