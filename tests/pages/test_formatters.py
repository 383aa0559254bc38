"""Formatters change no page of ours, and what reads Markdown as MDX (Docusaurus) takes every page."""

from __future__ import annotations

import difflib
import json
import subprocess
from pathlib import Path

import mdformat
import pytest

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.pages import render
from repodoc_hooks.pages.markers import compose
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.surface import surface
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests import tools

NPM = (("prettier", "3.10.1"), ("@mdx-js/mdx", "3.1.1"), ("remark-gfm", "4.0.1"))

WORDS = (
    "Reads a Map<String, T> from <PROGRAM>_HOME, {x} or `{y}` for $5 and $6.",
    "Takes *args, **kwargs, 2 * 3, a*b*c, _private, __init__, snake_case and trailing_.",
    "See :class:`~a.b.Foo`, {@link Bar}, [docs](http://x.y), [y], [x](z), a[i](j) and ![i](j.png).",
    "At https://x.y/z?a=b, www.x.com or me@x.com; :smile: &amp; &copy; x & y.",
    "**Bold** and *it* and ~~struck~~ and ~home; C:\\new \\* \\_ `tick",
    "- item",
    "# head",
    "1. one",
    "> quoted",
    "=====",
    "---",
    "***",
    "+ plus",
    "::: note",
    "!!! note",
    "| a | b |",
    "import x from 'y'",
    "export default {x}",
    "<script setup> and <style>, a < b, a <= b, a<b, x -> y, <br/>end.",
    "Uses {{ liquid }} and {% tags %} and #hash and 100% @you #1.",
    "日本語 _強調_ テキスト。",
    "a | b \\| c",
    "1) one",
    "1986. A year",
    "In the range [200..300), (0, 1] or f(x [, y [, z]]); [see here, ] and [`a`, b] of (`c`, d].",
    "- [ ] task and - [x] done",
    "[^1]: foot and a mark[^1]",
    "[[wiki]] and [[wiki|label]] and [@cite]",
    "Takes a List<Map<K, V[]>>, T&, T&& and x::y<z>::w.",
    "H~2~O, x^2^, ==marked==, ++more++, a--b, a...b",
    "`a`b`c` and `` ` `` and `|`",
    "&nbsp;&#35;&lt;b&gt; and &unknown;",
    "$$x$$ and \\(x\\) and \\[y\\]",
    "<details><summary>More</summary>hidden</details>",
    "Emoji 🎉 and שלום and \u00a0 and e\u0301.",
    "Ends with a star* and under_ and back\\",
    "https://a_b.c/d_e_f*g* and file://x and mailto:a@b.c",
    "%% comment and @param x and #hash",
    "*** bold *** __ x __ _a_b_ *a*b*",
    "{{{{ x }}}} and {{y}}{{z}}",
)
SIGNATURES = (
    "def get(self, path: str, *, response_model: Any = Default(None), status_code: int | None = None, tags: x = None)",
    "type T<Path> = Path extends `${infer A}/${infer B}` ? A | B : never",
    "export function on<T>(this: T, ...args: string[]): void",
    "template <class T> class x<T>::y operator<<(std::ostream&, const T&)",
    "VERSION = '{{x}}'",
)  # fmt: skip


def hostile() -> str:
    """A page of words and signatures that are markup to somebody."""
    component = Component("src", "The <title> of {x}", "directory", ())
    kinds = ("class", "function", "constant", "method")
    symbols = tuple(
        Symbol(f"n{n}", kinds[n % 3], SIGNATURES[n % len(SIGNATURES)], text, True, "", internal=n % 7 == 0)
        for n, text in enumerate(WORDS)
    )
    files = {
        f"src/{n}.ts": FileFacts("typescript", "", "", "", symbols, summary=text, unread=((3, 9),))
        for n, text in enumerate(WORDS)
    }
    names = tuple(PublicName(f"n{n}", "class", "src/0.ts", f"n{n}", "", text) for n, text in enumerate(WORDS))
    spread = tuple(
        PublicName(f"{name.name}.{number}", "class", f"src/{number}_x.ts", "", "", name.summary)
        for name in names
        for number in range(9)
    )
    many = Surface((EntryPoint("@x/y|{z}", "src/0.ts", spread), EntryPoint("x{{y}}", "", names)))
    page = "docs/repodoc/src.md"
    regions = {
        "summary": render.prose("summary", {"text": [*WORDS, "- one", "- two", "", "Last."]}, "offline"),
        "structure": render.structure(component, files, {path: set(files) for path in files}),
        "dependencies": render.dependencies(
            component.id, {"src/0.ts": {"lib/a.ts"}}, {"lib/a.ts": "lib"}, {}, packages=["@x/y", "z_"]
        ),
        "api": "\n\n".join(
            (
                *(
                    render.api(component, dict([*files.items()][at : at + 4]), page, room=100_000)
                    for at in range(0, len(files), 4)
                ),
                render.api(component, files, page),
                surface(Surface((EntryPoint("@x/y", "src/a.ts", names),)), page, {}, {}),
                surface(many, page, {"src/1.ts": page}, {}),
            )
        ),
        "design": render.prose("design", {"text": [*WORDS, "## Main {types}", "More."]}, "opencode"),
        "walkthrough": render.walkthrough(
            {"text": WORDS, "steps": [{"from": "a", "to": "b", "text": w} for w in WORDS]}, "offline"
        ),
    }
    return compose(None, component.title, regions, Stamps(component="src"), PAGE_ORDER)


@pytest.fixture(scope="module")
def texts(own_pages: dict[str, Page]) -> dict[str, str]:
    return {"hostile.md": hostile(), **{page.path: page.text for page in own_pages.values()}}


def read(reader: str, texts: dict[str, str]) -> dict[str, str]:
    """What one of npm's readers makes of texts by name."""
    tools.install(*NPM)
    program = Path(__file__).with_name("readers.mjs")
    command = [str(tools.node()), str(program), str(tools.root() / "node_modules"), reader]
    done = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The lines that differ."""
    return [
        line
        for name, text in before.items()
        for line in difflib.unified_diff(
            text.splitlines(), after[name].splitlines(), name, name, n=0, lineterm=""
        )
    ]


def test_prettier_changes_nothing(texts: dict[str, str]) -> None:
    assert changes(texts, read("prettier", texts)) == []


@pytest.mark.parametrize("extensions", [(), ("gfm",)])
def test_mdformat_changes_nothing(texts: dict[str, str], extensions: tuple[str, ...]) -> None:
    after = {name: mdformat.text(text, extensions=extensions) for name, text in texts.items()}
    assert changes(texts, after) == []


def test_mdx_reads_every_page(texts: dict[str, str]) -> None:
    assert read("mdx", texts) == {}


def test_the_readers_read() -> None:
    assert read("prettier", {"a.md": "* a\n"}) == {"a.md": "- a\n"}
    assert read("mdx", {"a.md": "A {brace"}) != {}
