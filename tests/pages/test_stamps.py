"""The comment at the foot of a page: whatever is written is read back, and it merges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages import stamps as stamps_of
from repodoc_hooks.pages.model import Debt, FileStamp, Page, Region, Stamps
from tests.pages import strategies

EXAMPLE = """<!-- repodoc:stamps

component src/click

templates 1

author summary
offline

debt summary src/click/core.py

dep src/other/util.py
0123456789ab

file src/click/core.py
0123456789ab 1123456789ab 2123456789ab 3123456789ab

out summary 0123456789ab

repodoc:end-stamps -->"""


def inner(comment: str) -> str:
    """What stands between the first and the last line of the comment."""
    return comment.split("\n", 1)[1].rsplit("\n", 1)[0]


def read(comment: str) -> Stamps:
    return stamps_of.parse(inner(comment), "page.md", 1)


def test_documented_form() -> None:
    stamps = read(EXAMPLE)
    assert stamps.component == "src/click"
    assert stamps.authors == {"summary": "offline"}
    assert stamps.debts == {Debt("summary", "src/click/core.py")}
    assert stamps.files["src/click/core.py"].interface == "3123456789ab"
    assert stamps.outputs == {"summary": ("0123456789ab",)}
    assert stamps_of.format_stamps(stamps) == EXAMPLE


@given(strategies.stamps())
def test_written_stamps_are_read_back(stamps: Stamps) -> None:
    text = stamps_of.format_stamps(stamps)
    assert read(text) == stamps
    assert read(text.replace("\n", "\r\n")) == stamps
    body = text.removeprefix("<!--").removesuffix("-->")
    assert "--" not in body
    assert ">" not in body
    assert text.isascii()
    assert all(line.isprintable() for line in text.split("\n"))


@given(strategies.stamps(), st.randoms(use_true_random=False))
def test_order_of_insertion_does_not_show(stamps: Stamps, random: object) -> None:
    files = list(stamps.files.items())
    random.shuffle(files)  # type: ignore[attr-defined]
    assert stamps_of.format_stamps(replace(stamps, files=dict(files))) == stamps_of.format_stamps(stamps)


def test_entries_of_a_newer_version_are_kept() -> None:
    text = EXAMPLE.replace("out summary", "seal summary\nabc def\n\nout summary")
    stamps = read(text)
    assert stamps.extra == ("seal summary\nabc def",)
    assert "seal summary\nabc def\n\n" in stamps_of.format_stamps(stamps)
    assert read(stamps_of.format_stamps(stamps)) == stamps


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("0123456789ab 1123", "0123456789a 1123", 15, "'file' is damaged"),
        ("component src/click", "component", 3, "'component' is damaged"),
        ("author summary\noffline", "author summary", 7, "'author' is damaged"),
        ("templates 1", "templates 1\n\ntemplates 2", 7, "twice"),
        ("dep src/other", "<<<<<<< ours\ndep src/other", 12, "merge conflict"),
        ("3123456789ab", "3123456789ab\n\nfile src/click/core.py\n" + " ".join(["0" * 12] * 4), 18, "twice"),
    ],
)
def test_damage_is_told_with_its_line(before: str, after: str, line: int, words: str) -> None:
    with pytest.raises(PageDamaged, match=words) as caught:
        read(EXAMPLE.replace(before, after, 1))
    assert caught.value.where == f"page.md:{line}"
    assert caught.value.fix


def test_a_region_is_edited_when_its_lines_are_not_ours() -> None:
    body = "## Summary\n\nOne.\nTwo."
    ours = Stamps(outputs={"summary": stamps_of.body_checksums(body)})

    def edited(text: str) -> bool:
        return stamps_of.is_edited(Page("p", "", {"summary": Region("summary", text, 1)}, ours), "summary")

    assert not edited(body)
    assert not edited(body.replace("\n\n", "\n\n\n") + "  \n")
    assert edited(body.replace("Two", "2"))
    assert edited(body + "\nThree.")
    assert edited("## Summary\n\nOne.")
    assert not stamps_of.is_edited(Page("p", "", {}, ours), "summary")


def test_a_checksum_is_the_same_on_every_platform() -> None:
    assert stamps_of.line_checksum("  Hello. \r\n") == stamps_of.line_checksum("Hello.")
    assert len(stamps_of.line_checksum("é")) == HASH_DIGITS


def test_five_thousand_files() -> None:
    files = {f"src/m{n}.py": FileStamp(f"src/m{n}.py", *["0" * 12] * 4) for n in range(5000)}
    stamps = Stamps(component="src", files=files)
    assert read(stamps_of.format_stamps(stamps)) == stamps


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("_Italic_ and **bold**.", "*Italic* and __bold__."),
        ("- An item", "*   An item"),
        ("  3. Third", "1) Third"),
        (r"2 \* 3 and a\_b", "2 * 3 and a_b"),
    ],
)
def test_what_a_formatter_writes_otherwise_means_the_same(one: str, other: str) -> None:
    assert stamps_of.line_checksum(one) == stamps_of.line_checksum(other)
    assert stamps_of.same_meaning(f"{one}\n", f"\n{other}\n\n")


@pytest.mark.parametrize(("one", "other"), [("a_b", "ab"), ("- x", "x"), ("Boxes.", "Crates.")])
def test_other_words_mean_something_else(one: str, other: str) -> None:
    assert stamps_of.line_checksum(one) != stamps_of.line_checksum(other)


@given(strategies.stamps(), st.integers(1, 40))
def test_dense_stamps_are_read_back(stamps: Stamps, room: int) -> None:
    text = stamps_of.format_stamps(stamps, room)
    found = read(text)
    assert replace(found, dense=False) == stamps
    assert found.dense == (text != stamps_of.format_stamps(stamps))
    assert stamps_of.format_stamps(found, room) == text


@pytest.mark.parametrize("room", range(8, 72))
def test_dense_stamps_take_no_more_lines_than_there_is_room_for(room: int) -> None:
    stamps = Stamps(component="src", templates="1", summaries={f"src/{n:02}": "0" * 12 for n in range(60)})
    assert stamps_of.format_stamps(stamps, room).count("\n") + 1 <= max(room, 10)


def test_dense_stamps_are_found_by_what_they_are_of_and_told_apart_from_damage() -> None:
    files = {f"src/{n}.py": FileStamp(f"src/{n}.py", *["0" * 12] * 4) for n in range(100)}
    text = stamps_of.format_stamps(Stamps(component="src", files=files), 30)
    assert text.count("\n") + 1 <= 30
    assert "file src/17.py " in text
    with pytest.raises(PageDamaged, match="damaged"):
        read(text.replace("file src/17.py 0", "file src/17.py x"))
    with pytest.raises(PageDamaged, match="twice"):
        read(text.replace("file src/17.py", "file src/18.py"))


def test_stamps_stay_dense_until_the_page_is_much_shorter() -> None:
    files = {f"src/{n:02}.py": FileStamp(f"src/{n:02}.py", *["0" * 12] * 4) for n in range(40)}
    stamps = Stamps(component="src", files=files)
    lines = stamps_of.format_stamps(stamps).count("\n") + 1
    dense = read(stamps_of.format_stamps(stamps, lines - 1))
    assert dense.dense
    assert not read(stamps_of.format_stamps(stamps, lines + 5)).dense
    assert read(stamps_of.format_stamps(dense, lines + 5)).dense
    assert not read(stamps_of.format_stamps(dense, lines + 100)).dense
