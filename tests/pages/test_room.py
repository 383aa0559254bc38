"""No page is longer than any may be, however much there is to say; and what is written closely stays so in doubt."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Component, FileFacts, SourceFile, Symbol
from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.pages import index, render
from repodoc_hooks.pages.api import anchors, api, fragment
from repodoc_hooks.pages.definitions import DENSEST, densest_lines, file_lines
from repodoc_hooks.pages.division import divide
from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Page, Region, Stamps
from repodoc_hooks.pages.room import DEPENDENCIES, DIAGRAM, MOST_BYTES, MOST_LINES, SURFACE, Shares, shares
from repodoc_hooks.pages.surface import surface
from repodoc_hooks.sections.kinds import PAGE_ORDER, PageKind
from tests.pages.strategies import hostile

COMPONENT = Component("lib", "lib", "directory", ())
PAGE = "docs/repodoc/lib/README.md"
HASH = "0123456789ab"
KINDS = ("class", "function", "constant", "method", "module", "macro")


def facts(number: int, symbols: int, words: Sequence[str]) -> FileFacts:
    """A file with so many symbols: long and short signatures, sentences, members, what could not be read."""
    made = []
    for each in range(symbols):
        word = words[each % len(words)]
        name = f"n{number}_{each}" if each % 3 else f"n{number}_{each - each % 9}.m{each}"
        signature = f"def {name}({word * (1 + each % 7)}, {'a, ' * (each % 40)})"
        made.append(
            Symbol(name, KINDS[each % len(KINDS)], signature, word * (each % 5), True, "", each % 11 == 0)
        )
    unread = ((number, number + 1),) if number % 5 == 0 else ()
    return FileFacts("python", "", "", "", tuple(made), summary=words[0] * (number % 3), unread=unread)


def page_of(id_: str, summary: str) -> Page:
    """A page below, which says one sentence of itself."""
    return Page(
        f"docs/repodoc/{id_}.md", "", {"summary": Region("summary", f"## Summary\n\n{summary}", 1)}, Stamps()
    )


def regions_of(
    room: Shares,
    kind: PageKind,
    component: bool,
    files: dict[str, FileFacts],
    below: tuple[int, int],
    names: tuple[int, int],
) -> dict[str, str]:
    """What analysis writes on a page with so many parts and components below, and entry points with names."""
    parts, components = (
        {
            f"lib/{'a/' * (n % 3)}{what}{n}": page_of(f"lib/{what}{n}", f"Does {n} {what}." * 9)
            for n in range(many)
        }
        for what, many in zip(("part", "member"), below, strict=True)
    )
    edges = {
        path: {
            target for target in files if (len(path) * 7 + int(path[4:-3]) * 3 + int(target[4:-3])) % 7 == 0
        }
        for path in files
    }
    found = {
        "api": api(COMPONENT, files, PAGE, room=room.definitions, most=room.most_definitions),
        "summary": render.prose("summary", {"text": [f"Sentence {n}." for n in range(20)]}, "offline"),
    }
    if kind != "file" and not parts:
        found["structure"] = render.structure(COMPONENT, files, edges, room=room.diagram)
    if parts:
        found["parts"] = index.parts(parts, "lib", PAGE, room=room.parts)
    if component:
        entry_points, each = names
        defined = tuple(
            PublicName(f"name{n}", "function", f"lib/{n % 99}.py", "", "", "Yes. " * 9) for n in range(each)
        )
        found["surface"] = surface(
            Surface(tuple(EntryPoint(f"entry{n}", "lib/e.py", defined) for n in range(entry_points))),
            PAGE,
            {},
            {},
            room=room.surface,
        )
    if kind != "index" or component:
        found["dependencies"] = render.dependencies(
            "lib",
            {"lib/a.py": set(files)},
            {path: path for path in files},
            {},
            used_by=[f"user{n}" for n in range(names[1])],
            packages=[f"package{n}" for n in range(names[1])],
            room=room.dependencies,
        )
    if kind == "index":
        found["omitted"] = index.omitted([f"tests/{n}: tests" for n in range(below[0])], room=room.omitted)
        found["components"] = index.components(components, {}, PAGE, room=room.components)
    return found


@settings(max_examples=60)
@given(
    kind=st.sampled_from(["index", "component", "part", "file"]),
    top=st.booleans(),
    sizes=st.lists(st.integers(0, 60), min_size=1, max_size=8),
    files=st.sampled_from([1, 3, 12, 40, 150, 600]),
    below=st.tuples(st.sampled_from([0, 1, 9, 40, 90, 400]), st.sampled_from([0, 2, 30, 150, 400])),
    names=st.tuples(st.sampled_from([1, 3, 60]), st.sampled_from([0, 5, 45, 300, 900])),
    dependencies=st.sampled_from([0, 10, 100, 400]),
    words=st.lists(hostile.filter(bool), min_size=1, max_size=3),
)
def test_no_page_is_longer_than_any_may_be(
    kind: PageKind,
    top: bool,
    sizes: list[int],
    files: int,
    below: tuple[int, int],
    names: tuple[int, int],
    dependencies: int,
    words: list[str],
) -> None:
    component = kind == "component" or (kind == "index" and top)
    if kind == "file":
        files, below = 1, (0, 0)
    parts, components = (below[0] if kind != "index" or top else 0), (below[1] if kind == "index" else 0)
    known = {f"lib/{n}.py": facts(n, sizes[n % len(sizes)], words) for n in range(files)}
    if kind == "index" and not top:
        known = {}
    room = shares(kind, parts, components, component=component, densest=densest_lines(known))
    regions = regions_of(room, kind, component, known, (parts, components), names)
    stamps = Stamps(
        component="lib",
        files={path: FileStamp(path, HASH, HASH, HASH, HASH) for path in known},
        dependencies={f"out/{n}.py": DependencyStamp(f"out/{n}.py", HASH) for n in range(dependencies)},
        summaries={f"lib/{n}": HASH for n in range(parts + components)},
    )
    text = compose(None, "lib", {k: v for k, v in regions.items() if v}, stamps, PAGE_ORDER, PAGE)
    sizes_of = {section: body.count("\n") for section, body in regions.items()}
    assert text.count("\n") <= MOST_LINES, sizes_of
    assert len(text.encode("utf-8", "surrogateescape")) <= MOST_BYTES, sizes_of
    page = parse_page(PAGE, text)
    assert (page.stamps.files, page.stamps.dependencies) == (stamps.files, stamps.dependencies)
    assert page.stamps.summaries == stamps.summaries
    again = compose(page, "lib", {k: v for k, v in regions.items() if v}, page.stamps, PAGE_ORDER, PAGE)
    assert again == text


@pytest.mark.parametrize("kind", ["index", "component", "part"])
@pytest.mark.parametrize("parts", [0, 1, 30, 200])
def test_what_is_beside_definitions_gives_way_only_where_these_need_it(kind: PageKind, parts: int) -> None:
    usual, there = (
        shares(kind, parts, component=kind != "part", densest=lines) for lines in (0, 10 * MOST_LINES)
    )
    assert (usual.surface, usual.dependencies, usual.diagram) == (
        SURFACE * (kind != "part"),
        DEPENDENCIES,
        DIAGRAM,
    )
    assert (there.surface < usual.surface) is (kind != "part" and not parts)
    assert there.dependencies < usual.dependencies
    assert (there.diagram < usual.diagram) is not bool(parts)
    lists = ("definitions", "most_definitions", "parts", "components", "omitted")
    assert [getattr(usual, name) for name in lists] == [getattr(there, name) for name in lists]


def test_a_package_of_many_small_files_fits_on_one_page() -> None:
    few = [
        Symbol(name, "function", f"def {name}(x)", "Does it.", True, "") for name in ("one", "two", "three")
    ]
    known = {
        f"lib/f{n:02}.py": FileFacts("python", "", "", "", tuple(few), summary="Says it.") for n in range(20)
    }
    sizes = {path: file_lines(facts) for path, facts in known.items()}
    component = Component(
        "lib", "lib", "directory", tuple(SourceFile(path, HASH, "python") for path in known)
    )
    least = dict.fromkeys(known, file_lines(known["lib/f00.py"], DENSEST))
    assert set(divide(component, (), sizes.__getitem__, least=least.__getitem__)) == {"lib"}
    room = shares("component", 0, component=True, densest=densest_lines(known))
    assert "def two(x)" in api(COMPONENT, known, PAGE, room=room.definitions, most=room.most_definitions)


def test_files_of_which_nothing_else_can_be_said_are_listed_and_counted() -> None:
    many = {f"lib/f{n:03}.py": facts(n, 30, ["Does it. "]) for n in range(200)}
    text = api(COMPONENT, many, PAGE, room=100)
    assert "- [`f001.py`](../../../lib/f001.py): " in text
    assert "_There is no room here for 112 more._" in text
    assert anchors("lib", many, 100) == {}


@pytest.mark.parametrize("room", [60, 100, 160, 310])
def test_links_lead_to_headings_that_are_there(room: int) -> None:
    many = {f"lib/f{n:03}.py": facts(n, 20, ["Does it. "]) for n in range(9)}
    text = api(COMPONENT, many, PAGE, room=room)
    there = {
        fragment(line.lstrip("# ").replace("`", "")) for line in text.splitlines() if line.startswith("####")
    }
    there |= {line.split('"')[1] for line in text.splitlines() if line.startswith("<a id=")}
    assert set(anchors("lib", many, room).values()) <= there


def found(count: int) -> Surface:
    names = tuple(
        PublicName(f"n{n:03}", "function", f"lib/f{n % 9}.py", "", "", "Does it.") for n in range(count)
    )
    return Surface((EntryPoint("lib", "lib/index.py", names),))


@given(st.lists(st.integers(1, 300), min_size=2, max_size=6))
def test_public_names_written_again_are_as_they_were(counts: list[int]) -> None:
    text = ""
    for count in counts:
        text = surface(found(count), PAGE, {}, {}, former=text)
        assert surface(found(count), PAGE, {}, {}, former=text) == text


def test_one_name_more_or_less_seldom_changes_how_names_are_written() -> None:
    counts = range(1, 300)
    up = [surface(found(n), PAGE, {}, {}).count("\n") for n in counts]
    limit = next(
        n for n in range(1, 298) if up[n] < up[n - 1]
    )  # of so many names the list is written closely
    spaced, close = surface(found(limit), PAGE, {}, {}), surface(found(limit + 1), PAGE, {}, {})
    assert "\n\n- [`n001`]" in spaced and "\n- [`n001`]" in close and "\n\n- [`n001`]" not in close
    kept = surface(found(limit), PAGE, {}, {}, former=close)
    assert "\n\n- [`n001`]" not in kept
    assert surface(found(limit - 10), PAGE, {}, {}, former=close) == surface(found(limit - 10), PAGE, {}, {})


@given(st.lists(st.integers(1, 120), min_size=2, max_size=6))
def test_a_list_written_again_is_as_it_was(counts: list[int]) -> None:
    text = ""
    for count in counts:
        pages = {f"lib/p{n:03}": page_of(f"lib/p{n:03}", "Does it.") for n in range(count)}
        text = index.parts(pages, "lib", PAGE, room=100, former=text)
        assert index.parts(pages, "lib", PAGE, room=100, former=text) == text
        assert text.count("\n") <= 100
