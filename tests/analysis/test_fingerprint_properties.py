"""Properties of the fingerprints, over generated programs and bytes."""

from __future__ import annotations

import ast
import random

from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import from_json, to_json
from repodoc_hooks.analysis.languages import parse
from tests.analysis.samples import SAMPLES, Sample

LANGUAGES = st.sampled_from([*(s.language for s in SAMPLES), "tsx", "unknown"])
NAMES = st.sampled_from(["a", "b", "value", "_hidden", "Name"])
STRINGS = st.sampled_from(["'x'", '"y"', "'it\\'s # no comment'", "'''long\n  text'''", "f'{a} # b'"])
EXPRESSIONS = st.recursive(
    NAMES | STRINGS | st.integers(0, 99).map(str) | st.just("None"),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]} + {p[1]})"),
        st.tuples(NAMES, inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, inner).map(lambda p: f"{{{p[0]}: {p[1]}}}"),
        st.tuples(NAMES, inner).map(lambda p: f"(lambda {p[0]}: {p[1]})"),
    ),
    max_leaves=6,
)
SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda p: f"{p[0]}: int = {p[1]}"),
    st.sampled_from(["import a.b", "from . import value", "from ..a import b as c", "pass", "'''A note.'''"]),
)


def block(statements: list[str], depth: int) -> str:
    pad = "    " * depth
    return "\n".join(pad + s for s in statements) or pad + "pass"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A small Python module."""
    pieces = draw(st.lists(SIMPLE, max_size=3))
    for _ in range(draw(st.integers(0, 3))):
        body = draw(st.lists(SIMPLE, min_size=1, max_size=3))
        parameters = draw(st.sampled_from(["", "a", "a, b=1", "*, key: int = 2", "a, /, *rest, **more"]))
        function = f"def {draw(NAMES)}({parameters}):\n{block(body, 1)}"
        if draw(st.booleans()):
            condition = draw(EXPRESSIONS)
            function += f"\n    if {condition}:\n{block(draw(st.lists(SIMPLE, min_size=1, max_size=2)), 2)}"
        pieces.append(function)
    if draw(st.booleans()):
        members = draw(st.lists(SIMPLE, min_size=1, max_size=3))
        pieces.append(
            f"class {draw(NAMES)}(Base):\n{block(members, 1)}\n    def m(self): return {draw(EXPRESSIONS)}"
        )
    return "\n".join(pieces) + "\n"


def with_remarks(source: str, seed: int) -> str:
    """The program with comments and blank lines between its logical lines."""
    choose = random.Random(seed)
    starts = {node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt)}
    lines = []
    for number, line in enumerate(source.split("\n"), 1):
        if number in starts and choose.random() < 0.5:
            lines += ["", "  # a remark", ""][: choose.randint(1, 3)]
        lines.append(line)
    return "\n".join(lines)


@given(programs(), st.integers(0, 99))
def test_python_layout_and_comments_do_not_count(source: str, seed: int) -> None:
    before = parse("python", source.encode())
    after = parse("python", with_remarks(ast.unparse(ast.parse(source)), seed).encode())
    assert before.parsed
    assert (before.ast, before.interface) == (after.ast, after.interface)
    assert [s.digest for s in before.symbols] == [s.digest for s in after.symbols]


@given(programs(), programs())
def test_python_hashes_differ_where_programs_do(one: str, other: str) -> None:
    def shape(source: str) -> str:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            body = getattr(node, "body", None)
            if isinstance(body, list):
                node.body = [s for s in body if not _is_string(s)]  # type: ignore[attr-defined]
        return ast.dump(tree)

    same = shape(one) == shape(other)
    assert (parse("python", one.encode()).ast == parse("python", other.encode()).ast) == same


def _is_string(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


@given(programs())
def test_facts_survive_json(source: str) -> None:
    found = parse("python", source.encode())
    assert from_json(to_json(found)) == found


@given(LANGUAGES, st.binary(max_size=200))
def test_bytes_of_any_kind_are_hashed(language: str, data: bytes) -> None:
    found = parse(language, data)
    assert found == parse(language, data)
    assert from_json(to_json(found)) == found


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A sample with a few of its bytes changed, moved or cut out."""
    sample = draw(st.sampled_from(SAMPLES))
    data = bytearray(sample.source.encode())
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        data[start:end] = draw(
            st.binary(max_size=5) | st.sampled_from([b"{", b"(", b'"', b"/*", b"\n", b"#if X\n"])
        )
    return sample.language, bytes(data)


@given(damaged())
def test_damaged_sources_are_hashed(case: tuple[str, bytes]) -> None:
    language, data = case
    assert len(parse(language, data).interface) == 12


@given(st.sampled_from([s for s in SAMPLES if s.language != "python"]), st.integers(0, 10**6))
def test_every_visible_byte_outside_of_comments_counts(sample: Sample, seed: int) -> None:
    """Changing a letter of a name or a digit changes the hash of the file: nothing is skipped over."""
    source = sample.source
    choose = random.Random(seed)
    spots = [i for i, c in enumerate(source) if c.isalnum() and source[i - 1 : i].isalnum()]
    at = choose.choice(spots)
    new = source[:at] + ("q" if source[at] != "q" else "z") + source[at + 1 :]
    before, after = parse(sample.language, source.encode()), parse(sample.language, new.encode())
    in_comment = _in_comment(source, at)
    assert in_comment or before.ast != after.ast


def _in_comment(source: str, at: int) -> bool:
    line = source[source.rfind("\n", 0, at) + 1 : at]
    inside_block = source.rfind("/*", 0, at) > source.rfind("*/", 0, at)
    return inside_block or "//" in line or line.lstrip().startswith("#")
