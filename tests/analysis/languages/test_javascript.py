# ruff: noqa: E501
"""JavaScript and TypeScript: every export by the name under which users import it, signatures as callers see them."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Export, FileFacts, Import
from repodoc_hooks.analysis.languages import parse


def public(found: FileFacts) -> dict[str, str]:
    return {s.name: s.signature for s in found.symbols if s.public}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export { a, b as c } from './x'", [Export("a", "./x", "a"), Export("c", "./x", "b")]),
        ("export * from './x'", [Export("*", "./x")]),
        ("export * as ns from './x'", [Export("ns", "./x")]),
        ("export type { A } from './x'", [Export("A", "./x", "A", type_only=True)]),
        (
            "export { type A, b } from './x'",
            [Export("A", "./x", "A", type_only=True), Export("b", "./x", "b")],
        ),
        ("export { default } from './x'", [Export("default", "./x", "default")]),
        ("export { default as a } from './x'", [Export("a", "./x", "default")]),
        ("import { b as c } from './x'\nexport { c as d }", [Export("d", "./x", "b")]),
        ("import c from './x'\nexport default c", [Export("default", "./x", "default")]),
        ("import * as c from './x'\nexport { c }", [Export("c", "./x")]),
        ("import type { A } from './x'\nexport { A }", [Export("A", "./x", "A", type_only=True)]),
        ("export function f() {}", [Export("f")]),
        ("export const { a, b: [c], ...d } = x", [Export("a"), Export("c"), Export("d")]),
        ("export interface I {}\nexport enum E {}", [Export("I", type_only=True), Export("E")]),
        ("export default class {}", [Export("default")]),
        ("export default class A {}", [Export("default", origin="A")]),
        ("class A {}\nexport { A as default, A }", [Export("default", origin="A"), Export("A")]),
        ("class A {}\nexport { A as B }", [Export("B")]),
        ("class A {}\nexport = A", [Export("default", origin="A")]),
        ("export default defineConfig({})", [Export("default")]),
        ("export {}\ndeclare global { function f(): void }", []),
        ("export namespace n { export default 1 }\nexport const a = 1", [Export("n"), Export("a")]),
    ],
)
def test_exports_of_modules(source: str, expected: list[Export]) -> None:
    assert list(parse("typescript", source.encode()).exports) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("exports.a = b\nfunction b() {}", [Export("a")]),
        ("exports.a = function () {}", [Export("a")]),
        ("exports.a = require('./a')", [Export("a", "./a")]),
        ("module.exports = { a, b: c, d() {}, e: 1 }", [Export("a"), Export("b", origin="c"), Export("d"), Export("e")]),
        ("const a = require('./a')\nmodule.exports = { a, ...a }", [Export("a", "./a"), Export("*", "./a")]),
        ("module.exports = require('./x')", [Export("*", "./x"), Export("default", "./x", "default")]),
        ("const p = module.exports = { a() {} }", [Export("a")]),
        ("module.exports = (s) => 1", [Export("default")]),
        ("Object.assign(module.exports, { a() {} }, require('./b'))", [Export("a"), Export("*", "./b")]),
        ("__exportStar(require('./b'), exports)", [Export("*", "./b")]),
        (
            "(function (root, factory) { if (typeof define === 'function' && define.amd) define(factory); else module.exports = factory(); })(this, function () { function f() {}\n return { f }; });",
            [Export("f")],
        ),
        (";(function () {\n function _() {}\n module.exports = _;\n}.call(this));", [Export("default", origin="_")]),
    ],
)  # fmt: skip
def test_exports_of_scripts_that_are_modules(source: str, expected: list[Export]) -> None:
    assert list(parse("javascript", source.encode()).exports) == expected


def test_a_definition_known_by_another_name_is_listed_under_it() -> None:
    found = parse("typescript", b"class Depot { open(): void {} }\nexport { Depot as Base }\n")
    assert public(found) == {"Base": "class Base", "Base.open": "open(): void"}


def test_generic_call_signatures_lose_nothing_that_follows() -> None:
    source = b"""export interface Makes<E> {
  <I extends Input = {}>(
    one: H<I>
  ): Answer<I>

  // two
  <
    I,
    J,
  >(one: H<I>, two: H<J>): Answer<J>
  new <T>(a: T): T
  [key: string]: number
}
export class Factory<A> { make(): void {} }
"""
    found = parse("typescript", source)
    assert found.unread == ()
    assert [s.signature for s in found.symbols if s.name.startswith("Makes.")] == [
        "<I extends Input = {}>(one: H<I>): Answer<I>",
        "<I, J>(one: H<I>, two: H<J>): Answer<J>",
        "new <T>(a: T): T",
        "[key: string]: number",
    ]
    assert "Factory.make" in public(found)
    assert parse("typescript", source.replace(b"two: H<J>", b"two: H<I>")).interface != found.interface


def test_overloads_are_shown_as_callers_see_them() -> None:
    source = b"""export function add(a: string): string
export function add(a: number): number
/** Adds. */
export function add(a: any): any { return a }
export class C {
  at(a: string): string
  at(a: number): number
  at(a: any): any { return a }
}
"""
    found = parse("typescript", source)
    assert [s.signature for s in found.symbols if s.name == "add"] == [
        "function add(a: string): string",
        "function add(a: number): number",
    ]
    assert [s.signature for s in found.symbols if s.name == "C.at"] == [
        "at(a: string): string",
        "at(a: number): number",
    ]
    other = parse("typescript", source.replace(b"{ return a }\nexport class", b"{ return 2 }\nexport class"))
    assert other.symbols[0].digest != found.symbols[0].digest


def test_parameter_properties_and_strange_names() -> None:
    source = b"""export class C {
  abstract: string
  constructor(readonly a: number, private b: string, public c?: D, d = 1) {}
}
"""
    assert public(parse("typescript", source)) == {
        "C": "class C",
        "C.abstract": "abstract: string",
        "C.constructor": "constructor(readonly a: number, private b: string, public c?: D, d = 1)",
        "C.a": "readonly a: number",
        "C.c": "public c?: D",
    }


def test_what_is_not_for_users_is_marked() -> None:
    source = b"""/** @internal */
export function a(): void {}
export class P {
  /** @private */
  b(): void {}
  c(): void {}
}
"""
    found = parse("typescript", source)
    assert {s.name for s in found.symbols if s.internal} == {"a", "P.b"}
    assert all(s.public for s in found.symbols)


def test_expressions_that_are_exported_have_a_name() -> None:
    assert public(parse("typescript", b"export default async (r: R) => 1")) == {
        "default": "default = async (r: R)"
    }
    assert public(parse("javascript", b"module.exports = (s) => 1")) == {"default": "module.exports = (s)"}
    assert public(parse("typescript", b"export default (class { a() {} })")) == {
        "default": "default = class",
        "default.a": "a()",
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import type { A } from 'x'", [Import("x", ("A",), use="type")]),
        ("import { type A, b } from 'x'", [Import("x", ("b",)), Import("x", ("A",), use="type")]),
        ("import { type A } from 'x'", [Import("x", ("A",), use="type")]),
        ("import 'x'", [Import("x")]),
        ("import a, * as b from 'x'", [Import("x", ("default", "*"))]),
        ("export * from 'x'", [Import("x", ("*",), kind="export", use="export")]),
    ],
)
def test_imports_say_what_they_are_for(source: str, expected: list[Import]) -> None:
    assert list(parse("typescript", source.encode()).imports) == expected


def test_types_of_other_modules_are_imported_for_types_alone() -> None:
    text = (
        'export const a: import("./a").A<string> = 1 as any\n'
        'export type B = import("./b").N.B<string>\n'
        'export let c: typeof import("./c")\n'
        'export function d<T extends import("./d").D<T>>(x: T): void {}\n'
        'const e = await import("./e")\n'
        'const f = import("./f") as Promise<unknown>\n'
    )
    found = parse("typescript", text.encode())
    assert found.unread == ()
    assert public(found)["d"] == 'function d<T extends import("./d").D<T>>(x: T): void'
    types = {i.target for i in found.imports if i.use == "type"}
    assert types == {"./a", "./b", "./c", "./d"}
    assert {i.target for i in found.imports if not i.use} == {"./e", "./f"}


def test_the_type_that_a_function_is_declared_with_is_its_signature() -> None:
    found = parse(
        "typescript", b"export const f: (a: string) => void = (a) => {}\nexport const g: F = (a) => {}\n"
    )
    assert public(found) == {"f": "const f: (a: string) => void", "g": "const g: F = (a)"}


def test_a_default_class_without_a_name_may_be_abstract() -> None:
    found = parse("typescript", b"export default abstract class {\n  m(): void {}\n}\n")
    assert (found.unread, found.exports) == ((), (Export("default"),))


def test_what_is_assigned_to_what_a_module_is_as_a_whole_is_handed_out() -> None:
    text = (
        b"function f(a) {}\nmodule.exports = Object.assign(f, { helper(b) {}, other })\nfunction other() {}\n"
    )
    found = parse("javascript", text)
    assert {e.name for e in found.exports} == {"default", "helper", "other"}
    assert public(found) == {"f": "function f(a)", "helper": "helper(b)", "other": "function other()"}


def test_bounds_of_types_give_way_to_parameters_in_a_signature_that_is_too_long() -> None:
    def read(bound: str) -> FileFacts:
        source = f"export function f<T extends {bound}, const U>(schema: T, other: U): U {{ return other }}\n"
        return parse("typescript", source.encode())

    long = " | ".join(f"Schema{n}<unknown, Issue<unknown>>" for n in range(80))
    assert [s.signature for s in read(long).symbols] == ["function f<T, U>(schema: T, other: U): U"]
    assert read(long).interface != read(f"{long} | Other").interface
    assert [s.signature for s in read("A").symbols] == [
        "function f<T extends A, const U>(schema: T, other: U): U"
    ]
