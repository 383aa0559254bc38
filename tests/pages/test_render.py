"""Regions as text: what they say, and that they say it of any names."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.naming import main_types
from repodoc_hooks.errors import ConfigError
from repodoc_hooks.pages import render
from repodoc_hooks.pages.index import architecture, components, omitted
from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import body_checksums
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests.pages import strategies

PAGE = "docs/repodoc/src/click.md"
CLICK = Component("src/click", "click", "Python package", ())
HASH = "0" * 12
MARKDOWN = MarkdownIt("gfm-like")
assert MARKDOWN.linkify
MARKDOWN.linkify.set(
    {"fuzzy_link": False, "fuzzy_email": False}
)  # GitHub links neither `a.b` nor `www\\.a.b`
ALLOWED_HTML = {"<details", "<summary", "</summary", "</details"}


def symbol(
    name: str, kind: str = "function", signature: str = "", summary: str = "", public: bool = True
) -> Symbol:
    return Symbol(name, kind, signature or f"def {name}()", summary, public, "")


def facts(*symbols: Symbol, summary: str = "", language: str = "python") -> FileFacts:
    return FileFacts(language, HASH, HASH, HASH, symbols, summary=summary)


def test_api() -> None:
    files = {
        "src/click/utils.py": facts(symbol("echo"), symbol("_hidden", public=False)),
        "src/click/core.py": facts(
            symbol("main", signature="def main(*args: str) -> None"),
            symbol("Context.invoke", "method", "def invoke(self)", "Calls it. And more."),
            symbol("Context", "class", "class Context", "Holds *args."),
            symbol("VERSION", "constant", "VERSION = '1`2'"),
            summary="The core. It is large.",
        ),
        "src/click/__init__.py": facts(),
    }
    assert (
        render.api(CLICK, files, PAGE)
        == """\
## API

- [`__init__.py`](#init-py)

- [`core.py`](#core-py):
  The core.

- [`utils.py`](#utils-py):
  `echo`

<a id="init-py"></a>

[`__init__.py`](../../../src/click/__init__.py)

<!-- init-py -->

<a id="core-py"></a>

### [`core.py`](../../../src/click/core.py)

The core.

#### `Context`

`class Context`: Holds \\*args.

- `def invoke(self)`: Calls it. And more.

#### `main`

`def main(*args: str) -> None`

#### `VERSION`

```python
VERSION = '1`2'
```

<!-- core-py -->

<a id="utils-py"></a>

### [`utils.py`](../../../src/click/utils.py)

#### `echo`

`def echo()`

<!-- utils-py -->"""
    )


def test_structure() -> None:
    files = {
        "src/click/core.py": facts(symbol("Context", "class"), symbol("Context.x"), symbol("Group", "class")),
        "src/click/utils.py": facts(),
    }
    text = render.structure(CLICK, files, {"src/click/core.py": {"src/click/utils.py", "other/x.py"}})
    assert text.endswith(
        "  %% core_py\n"
        '  core_py["core.py<br/>Context, Group"]\n'
        "  core_py --> utils_py\n\n"
        "  %% utils_py\n"
        '  utils_py["utils.py"]\n\n'
        "```"
    )
    assert "accTitle: Structure of click" in text
    assert render.structure(CLICK, files, {}) == ""


def test_files_deep_in_a_package_are_named_in_the_picture_below_what_all_share() -> None:
    folder = "src/click/main/java/org/example/very/deep/inside/of/the/application/owner"
    files = {f"{folder}/{name}.java": facts() for name in ("Owner", "Pet")}
    text = render.structure(CLICK, files, {f"{folder}/Owner.java": {f"{folder}/Pet.java"}})
    assert '["Owner.java"]' in text
    assert '["Pet.java"]' in text
    assert folder not in text


def test_dependencies() -> None:
    owners = {"src/click/a.py": "src/click", "lib/x.py": "lib", "src/y.py": "src"}
    titles = {"src/click": "click", "lib": "the lib", "src": "src"}
    pages = {"src/click": PAGE, "lib": "docs/repodoc/lib.md", "src": "docs/repodoc/src.md"}
    imports = {"src/click/a.py": {"lib/x.py", "src/y.py", "src/click/a.py", "outside.py"}}
    text = render.dependencies(
        CLICK.id, imports, owners, titles, pages, used_by=["lib"], packages=["rich", "attrs"]
    )
    assert text == (
        "## Dependencies\n\n### Uses\n\n- [the lib](../lib.md)\n\n- [src](../src.md)\n\n"
        "### Used by\n\n- [the lib](../lib.md)\n\n### Packages\n\n`attrs`\n`rich`"
    )
    assert render.dependencies(CLICK.id, {}, owners, titles, pages) == ""


def test_what_is_left_out_is_said_with_its_place() -> None:
    text = omitted(
        ["tests: tests", ".: tests", "**/bench: benchmarks", "a/b: no support for Lua", ".x: hidden"]
    )
    assert text == (
        "## Not described here\n\n- Lua in `a/b/`\n\n- benchmarks in directories called `bench`\n\n"
        "- hidden files in `.x/`\n\n- tests at the top\n\n- tests in `tests/`"
    )
    many = omitted([f"m{number}: build scripts" for number in range(7)])
    assert many == "## Not described here\n\n- build scripts in many directories"
    assert omitted([]) == ""


def test_words_of_a_file_are_not_said_twice() -> None:
    known = facts(symbol("Crate", "class", summary="Holds things. All of them."), summary="Holds things.")
    text = render.api(CLICK, {"src/click/crate.py": known}, PAGE)
    assert text.count("Holds things.") == 1


def test_main_types_are_those_with_most_members() -> None:
    names = ["A", "B", "B.x", "B.y", "C", "C.x", "D", "D.x", "_E"]
    symbols = [symbol(name, "method" if "." in name else "class", public=name != "_E") for name in names]
    assert main_types(symbols) == ["B", "C", "D"]


@given(st.dictionaries(strategies.paths, strategies.facts, max_size=5))
@example({"a.py": facts(symbol("Crate", "class", summary="<!["))})
def test_api_of_any_names_is_headings_links_and_lists(files: dict[str, FileFacts]) -> None:
    text = render.api(Component("src", "src", "directory", ()), files, "docs/repodoc/src.md")
    tokens = MARKDOWN.parse(text)
    kinds = {token.type for token in tokens}
    assert kinds <= {
        *(
            "heading_open",
            "heading_close",
            "inline",
            "paragraph_open",
            "paragraph_close",
            "html_block",
            "fence",
        ),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
    }
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert set(re.findall(r"</?[a-z]+", re.sub("<!--.*?-->", "", html))) <= ALLOWED_HTML
    inline = [child for token in tokens for child in token.children or []]
    assert not {child.type for child in inline} & {"image", "hardbreak"}
    tags = {child.content for child in inline if child.type == "html_inline"}
    assert all(re.fullmatch(r'<a id="[a-z0-9-]+">|</a>|<!-- -->', tag) for tag in tags)
    links = [str(child.attrs["href"]) for child in inline if child.type == "link_open"]
    assert all(link.startswith(("../../", "#")) for link in links)
    assert len(links) >= len(files)
    page = compose(None, "x", {"api": text}, Stamps(component="src"), PAGE_ORDER)
    assert parse_page("p", page).regions["api"].body == text


@given(st.dictionaries(strategies.paths, strategies.facts, max_size=5), st.randoms(use_true_random=False))
def test_order_of_files_and_symbols_does_not_show(files: dict[str, FileFacts], random: object) -> None:
    component = Component("src", "src", "directory", ())
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = {path: files[path] for path in shuffled}
    assert render.api(component, again, PAGE) == render.api(component, files, PAGE)
    assert render.structure(component, again, {}) == render.structure(component, files, {})


def make_page(component: str, summary: str, imports: tuple[str, ...] = ()) -> Page:
    body = render.prose("summary", {"text": [summary]}, "opencode")
    stamps = Stamps(
        component=component,
        files={f"{component}/a.py": FileStamp(f"{component}/a.py", HASH, HASH, HASH, HASH)},
        dependencies={path: DependencyStamp(path, HASH) for path in imports},
        outputs={"summary": body_checksums(body)},
    )
    path = f"docs/repodoc/{component}.md"
    return parse_page(path, compose(None, component, {"summary": body}, stamps, PAGE_ORDER, path))


def test_index() -> None:
    pages = {
        "src/b": make_page("src/b", "Sends *things*. And more.", ("lib/a.py", "src/b/a.py", "gone.py")),
        "lib": make_page("lib", "Helps."),
    }
    titles = {"src/b": "SRC/B", "lib": "LIB"}
    listed = components(pages, titles, "docs/repodoc/README.md")
    assert listed == (
        "## Components\n\n- [LIB](lib.md), `lib`:\n  Helps.\n\n- [SRC/B](src/b.md), `src/b`:\n  Sends _things_."
    )
    picture = architecture({id_: [page.stamps] for id_, page in pages.items()}, titles)
    assert picture.count("-->") == 1
    assert '["SRC#47;B"] --> lib["LIB"]' in picture.replace("SRC/B", "SRC#47;B")
    assert components({}, {}, "docs/repodoc/README.md").endswith("There are no components.")
    assert architecture({}, {}) == ""


def test_nothing_in_a_page_tells_the_time_or_a_count() -> None:
    text = render.api(CLICK, {"src/click/a.py": facts(symbol("x"))}, PAGE)
    assert not re.search(r"\b20\d\d\b|\bversion\b", text)


def own(prose: str) -> Overrides:
    return Overrides("own", (("pages/prose.md.j2", prose),))


def test_a_repository_may_replace_templates() -> None:
    ours = own("## {{ heading }} of ours\n\n{{ text }}\n")
    text = render.prose("summary", {"text": ["It works."]}, "offline", ours)
    assert text == "## Summary of ours\n\nIt works."
    assert render.api(CLICK, {"src/click/a.py": facts(symbol("x"))}, PAGE, ours).startswith("## API")


@pytest.mark.parametrize(
    "template",
    [
        "{{ nothing }}",
        "{% if %}",
        "{{ ''.__class__.__mro__ }}",
        "{{ 1 / 0 }}",
        "{% include 'none' %}",
    ],
)
def test_a_template_that_does_not_work_is_told(template: str) -> None:
    with pytest.raises(ConfigError, match="template does not work") as caught:
        render.prose("summary", {"text": ["It works."]}, "", own(template))
    assert caught.value.where.startswith("own/pages/prose.md.j2")


def test_links_to_source_may_follow_a_pattern() -> None:
    found = {"src/click/a b.py": facts(symbol("x"))}
    text = render.api(CLICK, found, PAGE, source_url="https://x.y/blob/main/{path}")
    assert "### [`a b.py`](https://x.y/blob/main/src/click/a%20b.py)" in text


def test_what_could_not_be_read_is_said() -> None:
    torn = FileFacts("python", HASH, HASH, HASH, (symbol("x"),), unread=((3, 9), (12, 12)))
    text = render.api(CLICK, {"src/click/a.py": torn}, PAGE)
    assert "_Lines 3-9 could not be read._\n\n_Line 12 could not be read._" in text


def test_what_is_internal_is_folded_by_name() -> None:
    hidden = Symbol("Secret", "class", "class Secret", "No.", True, "", internal=True)
    inner = symbol("Secret.tell", "method")
    text = render.api(CLICK, {"src/click/a.py": facts(hidden, inner, symbol("x"))}, PAGE)
    assert text.endswith("<summary>Internal</summary>\n\n`Secret`\n\n</details>\n\n<!-- a-py -->")
    assert "class Secret" not in text
    known = {"src/click/_impl.py": facts(symbol("Client", "class"), symbol("helper"))}
    text = render.api(CLICK, known, PAGE, exported={"src/click/_impl.py": ["Client"]})
    assert "#### `Client`" in text
    assert text.endswith("`helper`\n\n</details>\n\n<!-- impl-py -->")


def test_a_large_component_is_no_trouble() -> None:
    symbols = [symbol(f"C{n // 10}.m{n}" if n % 10 else f"C{n // 10}") for n in range(5000)]
    text = render.api(CLICK, {"src/click/a.py": facts(*symbols)}, PAGE)
    assert len(text.splitlines()) < 500
    assert "There is no room here for 440 further definitions; among them are `C" in text
