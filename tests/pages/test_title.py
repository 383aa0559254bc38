"""The title in a page's header is read back as it was written."""

from __future__ import annotations

import pytest

from repodoc_hooks.pages import markers
from repodoc_hooks.pages.model import Stamps
from repodoc_hooks.sections.kinds import PAGE_ORDER


@pytest.mark.parametrize(
    "title",
    [
        *("click", "a_b-c.d", "1. # not a list", "C:\\x", "*stars* [x](y) <b> `t`", "ünïcode", "a\\*b"),
        *("tmp_ab_", "__x__", "_a", "a_ b", "a`b_", "`", "|*"),
    ],
)
def test_the_title_is_read_back(title: str) -> None:
    text = markers.compose(None, title, {"overview": "Text."}, Stamps(component=".index"), PAGE_ORDER, "i.md")
    assert markers.title_of(markers.parse_page("i.md", text)) == title


def test_a_page_without_a_heading_has_no_title() -> None:
    text = markers.compose(None, "x", {"overview": "Text."}, Stamps(component=".index"), PAGE_ORDER, "i.md")
    assert markers.title_of(markers.parse_page("i.md", text.replace("# x", "x"))) == ""
