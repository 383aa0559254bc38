"""How long a file gets on its page is known before it is written, and long pages are written more densely."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.pages.api import anchors, api
from repodoc_hooks.pages.definitions import ROOM, Density, density_of, entries_of, file_lines, headings
from repodoc_hooks.pages.signatures import wrapped

COMPONENT = Component("lib", "lib", "directory", ())
_STAMP = 3


def symbol(name: str, kind: str, signature: str = "", summary: str = "", *, internal: bool = False) -> Symbol:
    return Symbol(name, kind, signature or name, summary, True, "0" * 12, internal)


def facts(*symbols: Symbol, summary: str = "") -> FileFacts:
    return FileFacts("python", "a" * 12, "b" * 12, "c" * 12, symbols, summary=summary)


LONG = "def send(" + ", ".join(f"parameter_{number}: int" for number in range(12)) + ") -> None"
FILES = {
    "functions": facts(
        *(symbol(f"f{n}", "function", f"def f{n}()") for n in range(12)), summary="Functions."
    ),
    "list": facts(*(symbol(f"f{n}", "function", f"def f{n}()", "Does it.") for n in range(40))),
    "class": facts(
        symbol("Session", "class", "class Session", "Sends."),
        *(symbol(f"Session.m{n}", "method", f"def m{n}(self)") for n in range(20)),
    ),
    "long": facts(symbol("send", "function", LONG, "Sends it.")),
    "folded": facts(symbol("a", "function", "def a()"), symbol("b", "function", "def b()", internal=True)),
    "together": facts(
        *(replace(symbol(f"A{n}", "constant", f"A{n} = {n}"), group=f"Some {n % 3}.") for n in range(20))
    ),
    "values": facts(*(symbol(f"A{n}", "constant", f"A{n} = {n}") for n in range(20))),
}


@pytest.mark.parametrize("case", FILES)
def test_the_lines_of_a_file_are_those_on_its_page(case: str) -> None:
    others = {f"lib/{name}.py": facts(symbol(name, "constant")) for name in ("one", "two")}
    without = api(COMPONENT, others, "docs/repodoc/lib/README.md")
    text = api(COMPONENT, {**others, "lib/seen.py": FILES[case]}, "docs/repodoc/lib/README.md")
    taken = len(text.split("\n")) - len(without.split("\n")) + _STAMP
    assert abs(taken - file_lines(FILES[case])) <= 2


@pytest.mark.parametrize("kind", ["function", "class", "constant"])
@pytest.mark.parametrize("many", [10, 200, 3000])
def test_a_section_has_room_on_its_page(kind: str, many: int) -> None:
    made = {"lib/a.py": facts(*(symbol(f"n{n}", kind, LONG, "Does it.") for n in range(many)))}
    assert file_lines(made["lib/a.py"], density_of(made)) <= ROOM
    assert len(api(COMPONENT, made, "docs/repodoc/lib/README.md").split("\n")) <= ROOM


def test_definitions_that_a_program_wrote_are_left_out_and_that_is_said() -> None:
    made = {
        "lib/a.py": facts(symbol("a", "function", "def a()")),
        "lib/made.py": replace(facts(symbol("machine_made", "function")), generated=True),
    }
    text = api(COMPONENT, made, "docs/repodoc/lib/README.md")
    assert "machine_made" not in text
    assert "Generated: its definitions are left out." in text
    assert "#### `a`" in text
    assert anchors("lib", made)["lib/made.py", "machine_made"] == "made-py"


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("def send(a: int) -> None", ["def send(a: int) -> None"]),
        (
            f"def send(a: str = ', (', b: dict[str, int] = {{1: 2}}, *, {'long_' * 12}name: list[Pair<A, B>] = x)",
            [
                "def send(",
                "    a: str = ', (',",
                "    b: dict[str, int] = {1: 2},",
                "    *,",
                f"    {'long_' * 12}name: list[Pair<A, B>] = x",
                ")",
            ],
        ),
        (
            f"type Alternatives = {'A' * 40} | Pair<B | C> | {'D' * 40}",
            [f"type Alternatives = {'A' * 40}", "    | Pair<B | C>", f"    | {'D' * 40}"],
        ),
        (f"fn it's(a: &'a str, b: {'B' * 90})", ["fn it's(", "    a: &'a str,", f"    b: {'B' * 90}", ")"]),
    ],
)
def test_long_signatures_are_wrapped_outside_of_strings_and_brackets(
    signature: str, lines: list[str]
) -> None:
    assert list(wrapped(signature)) == lines


def test_headings_are_the_entries_of_a_file() -> None:
    for known in FILES.values():
        for density in (Density(), Density(functions=0)):
            public = [s for s in known.symbols if s.public]
            entries, _ = entries_of(public, "", density)
            assert headings(public, density) == [entry.name for entry in entries]


def test_what_is_documented_together_is_told_once_above_its_first() -> None:
    text = (
        "package n\n\n// Sides of a box.\nconst (\n\tRight = iota\n\tLeft\n\t// Top is above.\n\tTop\n)\n\n"
        "// Apart is not one.\nconst Apart = 1\n"
    )
    _, values = entries_of(list(parse("go", text.encode()).symbols), "go", Density())
    assert [(item.signature, item.summary) for item in values] == [
        ("`const Apart = 1`", "Apart is not one."),
        ("`Left`, `Right`, `Top`", "Sides of a box."),
        ("`const Left`", ""),
        ("`const Right = iota`", ""),
        ("`const Top`", "Top is above."),
    ]


def test_a_long_page_of_one_file_begins_with_its_contents() -> None:
    kinds = [symbol(f"Kind{n}", "class", f"class Kind{n}", "Is one.") for n in range(12)]
    members = [symbol(f"Kind{n}.m{m}", "method", f"def m{m}(self)") for n in range(12) for m in range(6)]
    made = {"lib/a.py": facts(*kinds, *members)}
    text = api(COMPONENT, made, "docs/repodoc/lib/a.py.md", room=420, contents=70)
    assert text.startswith(
        "## API\n\n- [`Kind0`](#kind0)\n\n- [`Kind1`](#kind1)\n\n- [`Kind10`](#kind10)\n\n"
    )
    assert "(#kind0)" not in api(COMPONENT, made, "docs/repodoc/lib/a.py.md", room=155)
    short = {"lib/a.py": facts(*kinds[:5])}
    assert "(#kind0)" not in api(COMPONENT, short, "docs/repodoc/lib/a.py.md", room=420, contents=70)
