"""The public API under the names by which users import it."""

from __future__ import annotations

import re

from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.pages.api import anchors
from repodoc_hooks.pages.surface import surface

PAGE = "docs/repodoc/src/requests/README.md"
API = "src/requests/api.py"
GET = PublicName("get", "function", API, "get", "def get(url)", "Sends a GET request. Or not.")
SESSION = PublicName("Session", "class", "src/requests/sessions.py", "Session", "class Session", "")
ELSEWHERE = PublicName("urllib3", "module")


def entry(*names: PublicName, name: str = "requests", path: str = "src/requests/__init__.py") -> Surface:
    return Surface((EntryPoint(name, path, names),))


def test_names_are_linked_to_where_they_are_described() -> None:
    facts = {API: FileFacts("python", "", "", "", (Symbol("get", "function", "def get(url)", "", True, ""),))}
    described = {API: PAGE, "src/requests/sessions.py": "docs/repodoc/src/requests/sessions.py.md"}
    text = surface(entry(GET, SESSION, ELSEWHERE), PAGE, described, anchors("src/requests", facts))
    assert text == (
        "## Public API\n\n### [`requests`](../../../../src/requests/__init__.py)\n\n"
        "- `urllib3`\n\n"
        "- [`Session`](sessions.py.md)\n\n"
        "- [`get`](#get):\n  Sends a GET request."
    )


def test_names_without_a_page_lead_to_source() -> None:
    text = surface(entry(GET), PAGE, {}, {}, source_url="https://x.y/blob/main/{path}")
    assert "- [`get`](https://x.y/blob/main/src/requests/api.py)" in text


def test_what_an_entry_point_defines_itself_is_told_below() -> None:
    own = PublicName("Reader", "struct", "pkg/reader.go", "Reader")
    assert surface(entry(own, name="x.y/pkg", path="pkg"), PAGE, {}, {}) == ""
    renamed = PublicName("Other", "struct", "pkg/reader.go", "Reader")
    assert "`Other`" in surface(entry(own, renamed, name="x.y/pkg", path="pkg"), PAGE, {}, {})
    assert surface(Surface(), PAGE, {}, {}) == ""


def test_very_many_names_are_listed_briefly_and_counted() -> None:
    many = [
        PublicName(f"n{number:03}", "function", API, f"n{number}", "", "Does it.") for number in range(500)
    ]
    text = surface(entry(*many), PAGE, {}, {})
    assert "- [`n000`]" not in text
    assert "[`n000`](../../../../src/requests/api.py), [`n001`]" in text
    assert "_There is no room here for 100 further names._" in text
    assert len(text.splitlines()) < 10


def test_an_ambiguous_heading_is_found_by_its_file() -> None:
    def known(name: str) -> FileFacts:
        return FileFacts("python", "", "", "", (Symbol(name, "class", f"class {name}", "", True, ""),))

    found = anchors(
        "p", {"p/a.py": known("Summary"), "p/b.py": known("X"), "p/c.py": known("X"), "p/d.py": known("Y")}
    )
    assert found["p/a.py", "Summary"] == "a-py"
    assert found["p/b.py", "X"] == "b-py"
    assert found["p/d.py", "Y"] == "y"


def test_only_headings_that_are_there_are_linked() -> None:
    def known(name: str, *, internal: bool = False) -> Symbol:
        return Symbol(name, "class", f"class {name}", "", True, "", internal=internal)

    hidden = FileFacts(
        "ruby", "", "", "", (known("Hidden", internal=True), known("Hidden.Inside"), known("Shown"))
    )
    found = anchors("p", {"p/a.rb": hidden})
    assert (found["p/a.rb", "Hidden"], found["p/a.rb", "Hidden.Inside"]) == ("a-rb", "a-rb")
    assert found["p/a.rb", "Shown"] == "shown"
    many = FileFacts("ruby", "", "", "", tuple(known(f"N{number:03}") for number in range(300)))
    found = anchors("p", {"p/a.rb": many}, room=100)
    assert found["p/a.rb", "N000"] == "n000"
    assert found["p/a.rb", "N200"] == "a-rb"


def test_very_many_names_stand_by_the_file_that_defines_them() -> None:
    many = [
        PublicName(f"n{number:03}", "function", f"src/{number % 3}.py", f"n{number}") for number in range(150)
    ]
    text = surface(entry(*many, ELSEWHERE), PAGE, {"src/1.py": "docs/repodoc/src/1.py.md"}, {})
    assert "\n- `urllib3`\n" in text
    assert "- [`src/0.py`](../../../../src/0.py): [`n000`](../../../../src/0.py), [`n003`]" in text
    assert "- [`src/1.py`](../1.py.md): [`n001`](../1.py.md)" in text
    wide = [entry(*many, name=f"e{number}").entries[0] for number in range(40)]
    text = surface(Surface(tuple(wide)), PAGE, {}, {}, room=100)
    assert len(text.splitlines()) < 100
    assert "[`n024`]" in text and "[`n025`]" not in text
    assert "_There is no room here for 17 further entry points._" in text
    spread = [
        PublicName(f"n{number:03}", "function", f"src/{number % 2}/{number}.py", "") for number in range(150)
    ]
    assert "- [`src/0`](../../../../src/0): " in surface(entry(*spread), PAGE, {}, {})


def test_many_names_are_a_line_each_with_their_sentence() -> None:
    many = [
        PublicName(f"n{number:03}", "function", API, f"n{number}", "", "Does it.") for number in range(100)
    ]
    text = surface(entry(*many), PAGE, {}, {})
    assert "- [`n000`](../../../../src/requests/api.py): Does it.\n- [`n001`]" in text


def test_what_an_entry_point_is_called_after_stands_first() -> None:
    names = ["Ape", "Devise::Models", "default", "Devise", "zebra"]
    found = entry(*(PublicName(name, "class", API, name) for name in names), name="devise")
    text = surface(found, PAGE, {}, {})
    assert re.findall(r"- \[`(.*?)`\]", text) == ["default", "Devise", "Devise::Models", "Ape", "zebra"]
    found = entry(
        *(PublicName(name, "class", API, name) for name in ("Ape", "LinkExtractor")), name="x.link_extractors"
    )
    assert surface(found, PAGE, {}, {}).index("LinkExtractor") < surface(found, PAGE, {}, {}).index("Ape")


def test_packages_that_pages_below_describe_are_listed_level_by_level() -> None:
    def package(name: str, count: int) -> EntryPoint:
        path = name.replace(".", "/")
        return EntryPoint(
            name,
            path,
            tuple(PublicName(f"N{n:02}", "class", f"{path}/N{n:02}.java", f"N{n:02}") for n in range(count)),
        )

    small, large, inside = package("a.b", 20), package("a.b.c", 90), package("a.b.internal", 3)
    files = {name.file for each in (small, large, inside) for name in each.names}
    apart = dict.fromkeys(files, "docs/repodoc/a/b/README.md")
    assert surface(Surface((small,)), PAGE, dict.fromkeys(files, PAGE), {}) == "", "the API section says it"
    text = surface(Surface((small, large, inside)), PAGE, apart, {})
    assert re.findall(r"### \[`(.*?)`\]", text) == ["a.b"]
    assert re.findall(r"### \[`(.*?)`\]", surface(Surface((inside,)), PAGE, apart, {})) == ["a.b.internal"]
    assert re.findall(r"- \[`(.*?)`\]", surface(Surface((large,)), PAGE, apart, {}))[0] == "N00"
