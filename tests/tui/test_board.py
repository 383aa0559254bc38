"""What the board says in one line."""

from __future__ import annotations

from repodoc_hooks.tui.board import Board


def test_pages_that_were_not_read_yet_are_not_said_to_be_missing() -> None:
    board = Board()
    assert board.summary() == "reading the pages"
    board.tree = "a" * 40
    assert board.summary() == "no pages yet"
    board.problem = "no repository"
    assert board.summary() == "no repository"
