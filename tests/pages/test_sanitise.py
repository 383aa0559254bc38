"""Whatever a model or a doc comment says becomes plain Markdown without HTML, links, images or markers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from repodoc_hooks.pages.sanitise import (
    MAX_LINE,
    MAX_LINES,
    _parsed,
    _simply_written,
    _written,
    blocks,
    first_sentence,
    inline,
    sentences,
)
from repodoc_hooks.pages.text import code, escape, plain
from tests.pages.strategies import hostile

MARKDOWN = MarkdownIt("gfm-like")
assert MARKDOWN.linkify
MARKDOWN.linkify.set({"fuzzy_link": False, "fuzzy_email": False})  # GitHub links neither `a.b` nor `www\.a.b`
WANTED = {
    "text",
    "code_inline",
    "strong_open",
    "strong_close",
    "em_open",
    "em_close",
    "softbreak",
    "text_special",
}
FRAME = {"paragraph_open", "paragraph_close", "inline"}
LISTS = {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}

texts = st.lists(
    st.one_of(
        hostile,
        st.sampled_from(("**bold**", "*it*", "`code`", "One. Two.", "# Head", "- item", "\n", "\n\n")),
    ),
    max_size=6,
).map(" ".join)


def kinds(markdown: str) -> set[str]:
    """The kinds of everything that CommonMark with GitHub's extensions sees in a text."""

    def walk(tokens: list[Token]) -> set[str]:
        return {t.type for t in tokens} | {k for t in tokens for k in walk(t.children or [])}

    return walk(MARKDOWN.parse(markdown))


@given(texts)
def test_a_line_is_a_paragraph_of_words(text: str) -> None:
    line = inline(text)
    assert "\n" not in line
    assert kinds(line) <= WANTED | FRAME
    assert inline(line) == line, "sanitised text must stay as it is"


@given(st.lists(texts, max_size=5), st.booleans())
def test_blocks_are_paragraphs_lists_and_headings(items: list[str], headings: bool) -> None:
    markdown = blocks(items, headings=headings)
    allowed = WANTED | FRAME | LISTS | ({"heading_open", "heading_close"} if headings else set())
    assert kinds(markdown) <= allowed
    assert len([line for line in markdown.split("\n") if line]) <= MAX_LINES
    assert not re.search(r"\n\n\n", markdown)
    assert not re.search(r"^\s*(<!--|repodoc:end)", markdown, re.MULTILINE)
    assert blocks(markdown.split("\n"), headings=headings) == markdown


@given(texts)
def test_plain_text_means_itself(text: str) -> None:
    html = MARKDOWN.render(escape(text))
    shown = re.sub("<[^>]*>", "", html)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, char)
    assert shown.strip() == plain(text)
    assert "<a " not in html


@given(hostile.filter(plain))
def test_code_means_itself(text: str) -> None:
    (paragraph,) = [token for token in MARKDOWN.parse(code(text)) if token.type == "inline"]
    assert [(t.type, t.content) for t in paragraph.children or []] == [("code_inline", plain(text))]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("See :class:`~a.b.Foo` and ``x``.", "See `a.b.Foo` and `x`."),
        ("Holds *args and **kwargs.", "Holds \\*args and \\*\\*kwargs."),
        ("{@code List<T>} of {@link Foo}", "`List<T>` of `Foo`"),
        ("<p>Some <b>bold</b> <code>x</code>", "Some bold `x`"),
        ("A `link <https://x.y>`_ here", "A link here"),
        ("At https://x.y/z?a=b, see [docs](http://a.b) ![i](c.png)", "At `https://x.y/z?a=b`, see docs i"),
        ("Map<String, T> -> {x}", "`Map<String, T>` -> `{x}`"),
        ("a_b __init__", "a_b `__init__`"),
        ("To _every_ one, a_b_c.", "To _every_ one, a_b_c."),
        ("export default {x}", "`export` default `{x}`"),
        ("1. first", "1\\. first"),
        ("**Bold** and *it*.", "**Bold** and _it_."),
    ],
)
def test_markup_of_many_kinds(text: str, line: str) -> None:
    assert inline(text) == line


def test_sentences_stand_alone() -> None:
    text = "It parses e.g. `a. B`. Then it runs, i.e. works! See Mr. X? (Yes.) The end"
    assert sentences(text) == [
        "It parses e.g. `a. B`.",
        "Then it runs, i.e. works!",
        "See Mr. X?",
        "(Yes.)",
        "The end",
    ]
    assert first_sentence("  ") == ""


def test_length_is_bounded() -> None:
    assert len(blocks(["word " * 100_000])) < 20 * MAX_LINE
    assert blocks(["- x"] * 1000).count("\n") < MAX_LINES
    assert len(inline("x" * 100_000)) <= MAX_LINE


def test_fenced_text_is_left_out() -> None:
    assert blocks(["Before.\n```mermaid\ngraph\n```\nAfter.", "~~~", "Next."]) == "Before.\nAfter.\nNext."


@given(st.text(alphabet="ab_Z9 ``[]()<>&;!.:é/#", max_size=30))
def test_what_is_read_without_the_parser_is_what_the_parser_reads(text: str) -> None:
    line = plain(text)
    simple = _simply_written(line)
    assert simple is None or simple == _written(_parsed(line), emphasis=True)


@pytest.mark.parametrize(
    "text", ["give snake_case names", "use `a < b` & ``c``", "`a_` then [x] of list[int] 1 < 2"]
)
def test_plain_words_and_code_spans_need_no_parser(text: str) -> None:
    assert _simply_written(text) is not None


def test_two_braces_stand_in_spans_that_touch() -> None:
    """Vue reads what stands in `{{` and `}}` as an expression, in code spans, too."""
    once = inline("Fills `{{ x }}` and {{{y}}} in.")
    assert "{{" not in once
    assert once.startswith("Fills `{`<!-- -->`{ x }}` and `{`<!-- -->`{`<!-- -->`{y}}}` in.")
    assert inline(once) == once
