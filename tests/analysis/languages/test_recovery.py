"""What a grammar cannot read is known by its lines and its text, and what stands around it is still read."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def public(found: FileFacts) -> list[str]:
    return [s.name for s in found.symbols if s.public]


BROKEN = {
    "java": ("public class A { public void f() {} }\n", "@@ ( what ?\n", "class B { public void g() {} }\n"),
    "go": ("package a\n\nfunc F() {}\n", "func ( [[ ??\n", "\nfunc G() {}\n"),
    "rust": ("pub fn f() {}\n", "pub struct ??? ((\n", "pub fn g() {}\n"),
    "typescript": (
        "export function f(): void {}\n",
        "export type = <<< ;\n",
        "export function g(): void {}\n",
    ),
}


@pytest.mark.parametrize("language", sorted(BROKEN))
def test_broken_lines_are_told_and_count_in_every_hash(language: str) -> None:
    before, broken, after = BROKEN[language]
    found = parse(language, (before + broken + after).encode())
    line = before.count("\n") + 1
    assert any(first <= line <= last for first, last in found.unread)
    assert public(parse(language, before.encode()))[0] in public(found)
    other = parse(language, (before + broken.replace("?", "!").replace("<<<", "<<<<") + after).encode())
    assert {found.ast, found.doc, found.interface}.isdisjoint((other.ast, other.doc, other.interface))


@pytest.mark.parametrize("language", sorted(BROKEN))
def test_whole_files_have_nothing_unread(language: str) -> None:
    before, _, _ = BROKEN[language]
    assert parse(language, before.encode()).unread == ()


def test_formatting_of_broken_text_changes_nothing() -> None:
    one = parse("go", b"package a\n\nfunc F() {}\n\nfunc ( [[ ??\n")
    other = parse("go", b"package a\n\nfunc F() {}\n\nfunc  (  [[\t??\n")
    assert one.unread
    assert replace(one, lines=0) == replace(other, lines=0)


def test_statements_of_a_torn_function_are_no_definitions() -> None:
    source = b"""#ifndef A_H
#define A_H
int up(int a);
FMT_API auto convert(char* out) ATTRIBUTE(x) -> char* {
  int size = 1;
  return out;
}
int down(int a);
#endif
"""
    found = parse("c", source)
    assert not {s.name for s in found.symbols} & {"out", "size", "return"}
    assert "up" in public(found)


def test_members_of_a_torn_class_are_not_those_of_the_file() -> None:
    found = parse(
        "java", b"package a;\npublic class A extends @@@ ( {\n public void f() {}\n public int g;\n"
    )
    assert all(s.name.startswith("A") for s in found.symbols)
    assert found.unread or not found.parsed
