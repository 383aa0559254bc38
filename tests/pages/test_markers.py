"""Regions and people's text: nothing of theirs is lost, nothing of ours is doubled."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.errors import ConfigError, PageDamaged
from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests.pages import strategies

REGIONS = {
    "summary": "## Summary\n\nIt does things.",
    "structure": "## Structure\n\n```mermaid\nflowchart LR\n  a --> b\n```",
    "dependencies": "## Dependencies\n\nNone.",
    "api": "## API\n\n### a.py\n\n- `x`",
}
STAMPS = Stamps(component="src/x", templates="1")

human = st.one_of(
    st.sampled_from(
        (
            "",
            "\n",
            "Mine.\n",
            "\n# Own heading\n\n- item\n",
            "no line end",
            "\u2028\x85odd\n",
            "\r",
            "a\r\nb\r\n",
        )
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
).filter(lambda text: not re.search(r"^\s*<!--\s*repodoc:", text, re.MULTILINE))


def new_page(regions: dict[str, str] | None = None) -> str:
    return compose(None, "x", REGIONS if regions is None else regions, STAMPS, PAGE_ORDER, "d/x.md")


def parse(text: str) -> Page:
    return parse_page("d/x.md", text)


@st.composite
def pages_with_human_text(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A page with people's text before, between and behind the regions, in LF or CRLF."""
    sections = draw(st.lists(st.sampled_from(tuple(REGIONS)), unique=True))
    eol = draw(st.sampled_from(("\n", "\r\n")))
    own = []
    text = ""
    for section in [*sections, "stamps"]:
        piece = draw(human)
        own.append(piece)
        if text + piece and not (text + piece).endswith("\n"):
            piece += eol
        part = new_page({section: REGIONS[section]} if section in REGIONS else {})
        found = re.search(
            rf"<!-- repodoc:(?:begin )?{section}.*?repodoc:end(?:-stamps| {section}) -->\n", part, re.DOTALL
        )
        assert found
        text += piece + found[0].replace("\n", eol)
    own.append(draw(human))
    return text + own[-1], own


def test_a_new_page_is_read_back() -> None:
    page = parse(new_page())
    assert list(page.regions) == ["header", "summary", "structure", "dependencies", "api"]
    assert {s: r.body for s, r in page.regions.items() if s in REGIONS} == REGIONS
    assert page.stamps == STAMPS
    line = page.text.split("\n").index("<!-- repodoc:begin api -->") + 1
    assert page.regions["api"].line == line


@given(pages_with_human_text())
def test_nothing_changes_when_nothing_changes(made: tuple[str, list[str]]) -> None:
    text, _ = made
    page = parse(text)
    bodies = {section: region.body for section, region in page.regions.items()}
    assert compose(page, "x", bodies, page.stamps, ()) == text
    full = compose(page, "x", REGIONS, page.stamps, PAGE_ORDER)
    assert compose(parse(full), "x", REGIONS, page.stamps, PAGE_ORDER) == full


@given(pages_with_human_text(), st.lists(st.sampled_from(tuple(REGIONS)), unique=True), strategies.stamps())
def test_human_text_survives_every_change(
    made: tuple[str, list[str]], changed: list[str], stamps: Stamps
) -> None:
    text, own = made
    page = parse(text)
    regions = {section: f"## {section}\n\nNew text." for section in changed}
    after = compose(page, "other", regions, stamps, PAGE_ORDER)
    position = 0
    for piece in own:
        position = after.index(piece, position) + len(piece)
    again = parse(after)
    assert again.stamps == stamps
    for section in changed:
        assert again.regions[section].body == regions[section]
    for section in set(page.regions) - set(changed):
        assert again.regions[section].body == page.regions[section].body
    if "\r\n" in text and not re.search("(?<!\r)\n", text):
        assert not re.search("(?<!\r)\n", after), "a CRLF page got a bare LF"


def test_new_regions_stand_in_their_order() -> None:
    text = new_page({"summary": REGIONS["summary"], "api": REGIONS["api"]})
    text = text.replace("<!-- repodoc:end summary -->\n", "<!-- repodoc:end summary -->\nTheirs.\n")
    after = compose(parse(text), "x", REGIONS, STAMPS, PAGE_ORDER)
    assert list(parse(after).regions) == ["header", "summary", "structure", "dependencies", "api"]
    assert after.index("end dependencies -->") < after.index("Theirs.") < after.index("begin api")


def test_a_deleted_header_stays_deleted() -> None:
    text = re.sub("(?s)<!-- repodoc:begin header.*?end header -->", "# My own title", new_page())
    after = compose(parse(text), "x", {**REGIONS, "summary": "## Summary\n\nNew."}, STAMPS, PAGE_ORDER)
    assert "begin header" not in after
    assert after.startswith("# My own title\n")


def test_the_header_follows_a_rename() -> None:
    above = [("all", "d/README.md"), ("the_lib", "d/lib/README.md")]
    path = "d/lib/deep/y/README.md"
    stamps = Stamps(component="lib/deep/y")
    moved = compose(parse(new_page()), "y_z", {}, stamps, PAGE_ORDER, path, trail=above)
    assert "\n# y_z\n" in moved
    assert "\n[All components](../../../README.md) / [the_lib](../../README.md)\n" in moved


def test_what_people_wrote_elsewhere_comes_before_the_stamps() -> None:
    page = parse(new_page())
    after = compose(page, "x", REGIONS, page.stamps, PAGE_ORDER, words="\n## Ours\n\nText.\n")
    assert after.index("## Ours") > after.index("end api")
    assert "\n\n## Ours\n\nText.\n\n<!-- repodoc:stamps" in after
    assert parse(after).regions == page.regions


def test_a_section_that_is_gone_takes_its_blank_line_with_it() -> None:
    page = parse(new_page())
    after = compose(page, "x", {**REGIONS, "api": None}, page.stamps, PAGE_ORDER)
    assert "repodoc:begin api" not in after
    assert "\n\n\n" not in after


def test_a_missing_end_of_file_is_respected() -> None:
    text = new_page().rstrip("\n")
    after = compose(parse(text), "x", {"summary": "## Summary\n\nNew."}, Stamps(component="z"), PAGE_ORDER)
    assert after.endswith("repodoc:end-stamps -->")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("<!-- repodoc:end summary -->\n", "", "begins inside 'summary'"),
        ("<!-- repodoc:begin summary -->\n", "", "'summary' ends without a beginning"),
        ("<!-- repodoc:end summary -->", "<!-- repodoc:end api -->", "'api' ends inside 'summary'"),
        ("<!-- repodoc:begin api -->", "<!-- repodoc:begin summary -->", "twice"),
        ("<!-- repodoc:begin api -->", "<!-- repodoc:begin apis -->", "no section 'apis'"),
        ("<!-- repodoc:begin api -->", "<!--repodoc:begin api-->", "damaged marker"),
        ("<!-- repodoc:begin api -->", "  <!-- repodoc:begin api -->", "damaged marker"),
        ("repodoc:end-stamps -->\n", "", "'stamps' has no end"),
        (
            "It does things.",
            "<<<<<<< HEAD\nIt does.\n=======\nIt did.\n>>>>>>> b",
            "merge conflict in the section",
        ),
    ],
)
def test_damage_is_told_and_nothing_is_guessed(before: str, after: str, words: str) -> None:
    text = new_page()
    assert before in text
    with pytest.raises(PageDamaged, match=words) as caught:
        parse(text.replace(before, after, 1))
    assert re.fullmatch(r"d/x\.md:\d+", caught.value.where)
    assert caught.value.fix


@pytest.mark.parametrize("text", ["", "# Notes\n\nMine.\n", "About `<!-- repodoc:begin api -->` markers.\n"])
def test_a_file_without_markers_belongs_to_people(text: str) -> None:
    with pytest.raises(PageDamaged, match="not ours to write"):
        parse(text)


@given(st.text(max_size=60))
def test_any_text_is_a_page_or_damaged(text: str) -> None:
    for candidate in (text, new_page()[:200] + text, new_page() + text):
        try:
            page = parse(candidate)
        except PageDamaged:
            continue
        assert page.text == candidate


def test_a_template_that_writes_markers_is_refused() -> None:
    with pytest.raises(ConfigError, match="reads as a marker"):
        new_page({"api": "## API\n\n<!-- repodoc:end api -->"})


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_markers_in_a_code_block_are_an_example(fence: str) -> None:
    example = f"\n{fence}markdown\n<!-- repodoc:begin summary -->\n<!-- repodoc:end summary -->\n{fence}\n"
    page = parse(new_page() + example)
    assert page.regions == parse(new_page()).regions
    assert example in compose(page, "x", {"summary": "## Summary\n\nNew."}, page.stamps, PAGE_ORDER)


def test_indented_code_holds_no_markers() -> None:
    page = parse(new_page() + "\n    <!-- repodoc:begin summary -->\n")
    assert page.regions == parse(new_page()).regions


def test_a_fence_that_nobody_closed_hides_no_marker() -> None:
    assert parse("```\n\n" + new_page()).regions.keys() == parse(new_page()).regions.keys()


def test_a_byte_order_mark_is_no_damage() -> None:
    page = parse("\ufeff" + new_page())
    assert page.regions == parse(new_page()).regions
    assert "New." in compose(page, "x", {"summary": "## Summary\n\nNew."}, page.stamps, PAGE_ORDER)
