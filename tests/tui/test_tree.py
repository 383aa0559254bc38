"""Sections as the tree of their pages: what is shown, what is folded, what comes first."""

from __future__ import annotations

import pytest

from repodoc_hooks.tui.tree import Entry, Fold, Tree, page_key, page_of


def entries(*lines: str) -> list[Entry]:
    """`page kind state reason ...` each."""
    found = []
    for line in lines:
        page, kind, state, *because = line.split()
        found.append(Entry(f"{page}#{kind}", page, kind, state, " ".join(because)))
    return found


def shown(tree: Tree, **folds: Fold) -> list[str]:
    return [" | ".join(row.cells).rstrip(" |") for row in tree.rows(folds)]


CURRENT = entries(
    ". overview current",
    "app api current",
    "app/core api current",
    "app/core/x.py api current",
    "lib api current",
)


def test_parts_stand_below_their_component_and_files_below_their_part() -> None:
    assert shown(Tree(CURRENT)) == [
        "current | ▸ index",
        "current | ▾ app",
        "current |   ▾ core",
        "current |     ▸ x.py",
        "current | ▸ lib",
    ]


def test_what_needs_a_look_comes_first_and_takes_what_it_stands_below_along() -> None:
    tree = Tree([*CURRENT, *entries("lib/deep api stale", "zoo api current")])
    assert [row.key for row in tree.rows({})] == [
        "." + "#",
        "lib#",
        "lib/deep#",
        "app#",
        "app/core#",
        "app/core/x.py#",
        "zoo#",
    ]


def test_sections_that_differ_have_lines_of_their_own() -> None:
    mixed = entries("app api stale `f` changed", "app summary owed no model yet", "app surface current")
    assert shown(Tree(mixed)) == [
        "stale | ▾ app | api: `f` changed",
        "owed |     summary | no model yet",
    ]
    assert shown(Tree(mixed), app=Fold.OPEN)[1:] == [
        "stale |     api | `f` changed",
        "owed |     summary | no model yet",
        "current |     surface",
    ]


def test_what_stands_in_a_file_of_its_own_is_called_after_it() -> None:
    tree = Tree(entries(". overview current", ". llms missing", ". agents stale"))
    found = [row.cells[1].strip() for row in tree.rows({".": Fold.OPEN})]
    assert {"llms.txt", "AGENTS.md"} <= {*found}


def test_a_page_whose_sections_are_alike_is_one_line() -> None:
    assert shown(Tree(entries("app api missing new", "app summary missing new"))) == ["missing | ▸ app | new"]
    assert shown(Tree(entries("app api stale `f`", "app summary stale `g`"))) == [
        "stale | ▸ app | api, summary"
    ]


def test_what_most_sections_have_in_common_is_said_once() -> None:
    new = entries(
        "app api missing new", "app parts missing new", "app summary missing new", "app surface missing new"
    )
    assert shown(Tree([*new, *entries("app design deferred later")])) == [
        "missing | ▾ app | 4 sections: new",
        "deferred |     design | later",
    ]


def test_a_closed_page_says_what_is_below() -> None:
    tree = Tree(entries("app api current", "app/a api stale", "app/b api owed", "app/b summary current"))
    assert shown(tree, app=Fold.CLOSED) == ["stale | ▸ app | 2 below"]


def test_folding_stops_where_there_is_no_more_to_show_or_hide() -> None:
    tree = Tree(CURRENT)
    assert tree.next_fold("lib", Fold.DEFAULT, -1) is Fold.DEFAULT, "nothing is below"
    assert tree.next_fold("app", Fold.DEFAULT, -1) is Fold.CLOSED
    assert tree.next_fold("app", Fold.OPEN, 1) is Fold.OPEN


@pytest.mark.parametrize("page", ["app", "a#b", "."])
def test_rows_know_their_page(page: str) -> None:
    assert page_of(page_key(page)) == page
    assert page_of(f"{page}#api") == page


def test_hostile_names_are_printable() -> None:
    (row,) = Tree([Entry("x#api", "\x1b[2J", "api", "stale", "\u202e")]).rows({})
    assert "\x1b" not in "".join(row.cells)
    assert "\u202e" not in "".join(row.cells)
