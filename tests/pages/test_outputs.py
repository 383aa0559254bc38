"""llms.txt and the region in AGENTS.md."""

from __future__ import annotations

import pytest

from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.pages import render
from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.outputs import output_text
from repodoc_hooks.pages.stamps import body_checksums
from repodoc_hooks.sections.kinds import PAGE_ORDER


def make_page(path: str, component: str, section: str, text: str, order: tuple[str, ...]) -> Page:
    body = render.prose(section, {"text": [text]}, "opencode")
    stamps = Stamps(component=component, outputs={section: body_checksums(body)})
    return parse_page(path, compose(None, component, {section: body}, stamps, order, path))


INDEX = make_page("docs/repodoc/README.md", ".", "overview", "A tool. It <works>.", PAGE_ORDER)
PAGES = {
    "src/a b": make_page("docs/repodoc/src/a b/README.md", "src/a b", "summary", "Parses. More.", PAGE_ORDER),
    "lib": make_page("docs/repodoc/lib/README.md", "lib", "summary", "Helps.", PAGE_ORDER),
}
TITLES = {"src/a b": "a b", "lib": "lib"}


def made(name: str, old: str | None = None) -> str:
    return output_text(name, old, "tool_x", INDEX, PAGES, TITLES)


def test_llms_txt_has_the_published_form() -> None:
    lines = made("llms.txt").split("\n")
    assert lines[0] == "# tool_x"
    assert "> A tool." in lines
    assert "## Components" in lines
    links = [line for line in lines if line.startswith("- [")]
    assert links[0].startswith("- [Index](docs/repodoc/README.md): ")
    assert links[1:] == [
        "- [lib](docs/repodoc/lib/README.md): Helps.",
        "- [a b](docs/repodoc/src/a%20b/README.md): Parses.",
    ]


@pytest.mark.parametrize("name", ["llms.txt", "AGENTS.md"])
def test_people_keep_their_text(name: str) -> None:
    new = made(name)
    assert made(name, new) == new
    own = (
        new.replace("# tool_x\n", "# Rules\r\n\r\nMine.\r\n").replace("\n", "\r\n").replace("\r\r", "\r")
        + "Last."
    )
    assert made(name, own) == own
    for old in ("# Mine\n\nRules.", "# Mine\n\nRules.\n", ""):
        text = made(name, old)
        assert text.startswith(old)
        assert made(name, text) == text


def test_agents_learn_where_the_pages_are() -> None:
    text = made("AGENTS.md")
    assert "](docs/repodoc/README.md)" in text
    assert "`docs/repodoc/a/b/README.md`" in text
    assert "\nA tool.\n" in text


def test_agents_learn_the_layout_and_what_users_import() -> None:
    body = (
        "## Public API\n\n### [`a.b`](x)\n\n- [`f`](#f): F `x`.\n\n- [`a.c`](c): [`g`](#g), [`h`](#h)\n\n"
        "- [`command ab`](y)\n\n### [`console script abc`](z)\n\n- [`run`](#run)"
    )
    page = parse_page(
        PAGES["lib"].path, compose(PAGES["lib"], "lib", {"surface": body}, Stamps("lib"), PAGE_ORDER)
    )
    part = make_page("docs/repodoc/lib/p/README.md", "lib/p", "summary", "Part.", PAGE_ORDER)
    pages = {**PAGES, "lib": page, "lib/p": part}
    text = output_text("AGENTS.md", None, "tool_x", INDEX, pages, TITLES)
    assert "- [`src/a b`](docs/repodoc/src/a%20b/README.md)\n" in text
    api = text.partition("### Public API\n\n")[2]
    link = "docs/repodoc/lib/README.md#public-api"
    assert api.startswith(f"- [`a.b`]({link})\n\n- [`a.c`]({link})\n")
    assert f"### Commands\n\n- [`ab`]({link})\n\n- [`abc`]({link})\n\n### Layout" in text
    other = output_text("AGENTS.md", None, "tool_x", INDEX, PAGES, {**TITLES, "lib": "@yard/lib"})
    assert "- [`lib`](docs/repodoc/lib/README.md): @yard/lib\n" in other
    for name in ("AGENTS.md", "llms.txt"):
        assert "lib/p/README.md" not in output_text(name, None, "tool_x", INDEX, pages, TITLES)
    assert "lib/p/README.md" in output_text(
        "llms.txt", None, "tool_x", INDEX, {"lib/p": part}, {".": "tool_x"}
    )


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        (
            "### [`yard`](x)\n\n- [`src/a.rs`](../a.rs): [`f`](#f), [`g`](#g)\n\n- [`src/b.rs`](b): [`h`](#h)",
            ["yard"],
        ),
        (
            "- [`include/a.h`](../a.h): [`f`](#f)\n\n- [`include/b.h`](b): [`h`](#h)",
            ["include/a.h", "include/b.h"],
        ),
        ("### [`yard`](x)\n\n- [`f`](#f)\n\n- [`yard/sub`](y): [`h`](#h)", ["yard", "yard/sub"]),
    ],
)
def test_files_that_define_what_an_entry_point_offers_are_none(body: str, listed: list[str]) -> None:
    text = compose(PAGES["lib"], "lib", {"surface": f"## Public API\n\n{body}"}, Stamps("lib"), PAGE_ORDER)
    pages = {"lib": parse_page(PAGES["lib"].path, text)}
    api = output_text("AGENTS.md", None, "x", INDEX, pages, TITLES).partition("### Public API\n\n")[2]
    assert [line.split("`")[1] for line in api.splitlines() if line.startswith("- ")] == listed


def test_damage_is_told() -> None:
    with pytest.raises(PageDamaged, match="has no end"):
        made("AGENTS.md", made("AGENTS.md").replace("<!-- repodoc:end agents -->\n", ""))
