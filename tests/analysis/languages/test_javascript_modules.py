# ruff: noqa: E501
"""JavaScript and TypeScript: module systems in all their shapes, what is declared for others, Flow, JSX."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Export, FileFacts
from repodoc_hooks.analysis.languages import parse


def facts(source: str, language: str = "javascript") -> FileFacts:
    return parse(language, source.encode())


def names(found: FileFacts) -> set[str]:
    return {s.name for s in found.symbols if s.public}


def handed(found: FileFacts) -> set[tuple[str, str, str]]:
    return {(e.name, e.target, e.origin) for e in found.exports}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("exports = module.exports = f\nfunction f() {}\nexports.a = a\nfunction a() {}", {("default", "", "f"), ("a", "", "")}),
        ("exports['a-b'] = 1; exports.c = exports.d = function () {}", {("a-b", "", ""), ("c", "", ""), ("d", "", "")}),
        ("exports.a = require('./a').b", {("a", "./a", "b")}),
        ("const { x, y: z = 1 } = require('./d')\nmodule.exports = { x, z }", {("x", "./d", "x"), ("z", "./d", "y")}),
        ("const w = require('./d').w\nmodule.exports = { w, v: w }", {("w", "./d", "w"), ("v", "./d", "w")}),
        ("const d = require('./d')\nmodule.exports = { w: d.w }", {("w", "./d", "w")}),
        ("module.exports = X ? require('./a') : require('./b')", {("*", "./a", ""), ("*", "./b", ""), ("default", "./a", "default"), ("default", "./b", "default")}),
        ("if (X) { module.exports = require('./a') } else { module.exports = require('./b') }", {("*", "./a", ""), ("*", "./b", ""), ("default", "./a", "default"), ("default", "./b", "default")}),
        ("module.exports = require('./a').b", {("default", "./a", "b")}),
        ("module.exports = new Thing()\nmodule.exports.Thing = Thing\nfunction Thing() {}", {("default", "", ""), ("Thing", "", "")}),
        ("module.exports = f\nfunction f() {}\nmodule.exports.default = module.exports\nmodule.exports.__esModule = true", {("default", "", "f")}),
        ("var self = exports\nself.a = () => 1", {("a", "", "")}),
        ("Object.assign(module.exports, require('./a'), { b: 1 })", {("*", "./a", ""), ("b", "", "")}),
        ("Object.defineProperty(exports, 'a', { enumerable: true, get: function () { return require('./a').a } })", {("a", "./a", "a")}),
        ("const a_1 = require('./a')\nObject.defineProperty(exports, 'a', { get: () => a_1.a })", {("a", "./a", "a")}),
        ("Object.defineProperties(exports, { p: { get() { return 1 } }, q: { value: f } })\nfunction f() {}", {("p", "", ""), ("q", "", "")}),
        ("exports.A = exports.b = void 0\nclass A {}\nexports.A = A", {("A", "", "")}),
        ("define(['a', './b'], function (a, b) { return { x: function () {} } })", {("x", "", "")}),
        ("define('n', function (require, exports, module) { exports.run = function () {} })", {("run", "", "")}),
        ("define({ a: 1 })", {("a", "", "")}),
        ("(function (r, f) { if (typeof exports === 'object') f(exports); else f(r.x = {}) }(this, function (exports) { exports.a = a; function a() {} function b() {} }))", {("a", "", "")}),
        ("(function (r, f) { module.exports = f() })(this, () => ({ a, b() {} }))\nconst a = 1", {("a", "", ""), ("b", "", "")}),
        ("(function (window) { function Lib() {} function no() {} window.Lib = Lib })(window)", {("Lib", "", "")}),
    ],
)  # fmt: skip
def test_what_scripts_hand_out(source: str, expected: set[tuple[str, str, str]]) -> None:
    assert handed(facts(source)) == expected


def test_dependencies_of_an_amd_module_are_imports() -> None:
    found = facts("define(['exports', 'a', './b'], function (exports, a, b) { exports.x = 1 })")
    assert {i.target for i in found.imports} == {"a", "./b"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("function A() {}\nA.prototype = { constructor: A, run: function () {}, jump() {} }\nmodule.exports = A", {"A", "A.run", "A.jump"}),
        ("function A() {}\nObject.assign(A.prototype, { fly() {} })\nA.make = () => 1\nmodule.exports = A", {"A", "A.fly", "A.make"}),
        ("var app = module.exports = {}\napp.init = function init() {}\napp.version = '1'", {"app", "app.init", "app.version"}),
    ],
)  # fmt: skip
def test_members_of_constructors_and_of_exported_objects(source: str, expected: set[str]) -> None:
    assert names(facts(source)) == expected


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("export const f = x => x", "const f = (x)"),
        ("export const f = async x => x", "const f = async (x)"),
        ("export const A = class B extends C {}", "const A = class B extends C"),
        ("module.exports = createStore({})", "module.exports = createStore({})"),
    ],
)
def test_signatures_of_values(source: str, signature: str) -> None:
    assert [s.signature for s in facts(source).symbols] == [signature]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export type * from './a'", [Export("*", "./a", type_only=True)]),
        ("export type * as N from './a'", [Export("N", "./a", type_only=True)]),
        ("export import a = require('./a')", [Export("a", "./a")]),
        ("export import B = N.B", [Export("B")]),
        ("export { 'a b' as c } from './a'", [Export("c", "./a", "a b")]),
        ("import defer * as d from './d'\nimport source w from './w'\nexport { d, w }", [Export("d", "./d"), Export("w", "./w", "default")]),
        ("export namespace N.M { export const x = 1 }", [Export("N")]),
        ("declare module 'x' { export default class D {} export { y as z } }\ndeclare function g(): void", []),
    ],
)  # fmt: skip
def test_exports_that_are_young_or_rare(source: str, expected: list[Export]) -> None:
    found = facts(source, "typescript")
    assert (list(found.exports), found.unread) == (expected, ())


def test_imports_that_are_required_or_deferred() -> None:
    source = "import fs = require('./fs')\nexport import a = require('./a')\nimport defer * as d from './d'\n"
    assert {i.target for i in facts(source, "typescript").imports} == {"./fs", "./a", "./d"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export namespace A.B.C { export const x = 1; const y = 2 }", {"A", "A.B", "A.B.C", "A.B.C.x"}),
        ("export class K { m(): void {} }\nexport namespace K { export const v = 1 }\nexport interface K { e: number }", {"K", "K.m", "K.v", "K.e"}),
        ("declare module 'x' { export function f(): void; interface I { a: 1 } export default class D { m(): void } }", {"x", "x.f", "x.I", "x.I.a", "x.D", "x.D.m"}),
        ("export {}\ndeclare global { interface Window { a: 1 } namespace N { interface G { b: 1 } } }", {"Window", "Window.a", "N", "N.G", "N.G.b"}),
        ("declare function g(): void;\ndeclare namespace L { namespace D { type T = 1 } }", {"g", "L", "L.D", "L.D.T"}),
        ("declare module 'x' { export const a: 1 }\ndeclare const b: 1", {"x", "x.a", "b"}),
        ("export class C { ['a']() {} ['b']: 1; static #p = 1; accessor q = 1 }", {"C", "C.a", "C.b", "C.q"}),
    ],
)  # fmt: skip
def test_what_is_declared(source: str, expected: set[str]) -> None:
    found = facts(source, "typescript")
    assert (names(found), found.unread) == (expected, ())


def test_text_of_jsx_may_hold_what_begins_no_entity() -> None:
    found = facts("export const A = () => <b>you & me &amp; all</b>\nexport function B() { return 1 }\n")
    assert (names(found), found.unread) == ({"A", "B"}, ())


FLOW = """/** @flow strict */
import type { A, B } from './types';
import typeof Mod from './mod';
import { type C, typeof D, e } from './mix';
export type Props = {| +a: number, -b?: string, [key: string]: mixed |};
export type State = { ...Other, +count: number, ... };
export opaque type ID: string = string;
declare export function f(x: number): string;
export function greet(name: ?string, ...rest: Array<*>): Promise<void> { return ((name: any): T); }
export const z = (a: ?string, b?: number = 1): boolean %checks => !!a;
export default class Foo<+T, -U: Object = {}> extends Comp<Props> { +x: T; static +y: ?number; m = (a: number): void => {}; }
"""


def test_types_of_flow_are_read() -> None:
    found = facts(FLOW)
    assert (found.language, found.parsed, found.unread) == ("javascript", True, ())
    assert names(found) == {"Props", "State", "ID", "f", "greet", "z", "Foo", "Foo.x", "Foo.y", "Foo.m"}
    signatures = {s.name: s.signature for s in found.symbols}
    assert signatures["greet"] == "function greet(name: ?string, ...rest: Array<*>): Promise<void>"
    assert signatures["Props"] == "type Props = {| +a: number, -b?: string, [key: string]: mixed |}"
    assert {(i.target, i.use) for i in found.imports} == {
        ("./types", "type"),
        ("./mod", "type"),
        ("./mix", ""),
        ("./mix", "type"),
    }


def test_what_was_written_otherwise_for_the_grammar_counts() -> None:
    assert facts(FLOW).interface != facts(FLOW.replace("?string", "string")).interface
    assert facts(FLOW).ast != facts(FLOW.replace("<*>", "<T>")).ast
    plain = "export const f = (a) => { return a ? -b : +c }\n"
    assert facts(plain).ast != facts(plain.replace("-b", "+b")).ast


@pytest.mark.parametrize("tag", ["@module", "@packageDocumentation", "@fileoverview", "@file"])
def test_the_comment_of_a_file_is_not_that_of_its_first_definition(tag: str) -> None:
    found = facts(
        f"/**\n * {tag}\n * Encodes.\n */\nexport const a = 1;\n/** Does b. */\nexport function b() {{}}\n"
    )
    assert [(s.name, s.summary) for s in found.symbols] == [("a", ""), ("b", "Does b.")]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("export interface A<in out T extends X, // why\n  out U = Y,\n  in V> { m(): void }\nexport class B {}", {"A", "A.m", "B"}),
        ("export interface A {\n  in2?: string\n  in?: string\n  of: number\n}\nexport class B {}", {"A", "A.in2", "A.in", "A.of", "B"}),
        ("export interface A {\n  s?: import('@x/y').S[]\n  t: string\n}\nexport class B {}", {"A", "A.s", "A.t", "B"}),
    ],
)  # fmt: skip
def test_types_that_the_grammar_does_not_know(source: str, expected: set[str]) -> None:
    found = facts(source, "typescript")
    assert (names(found), found.unread) == (expected, ())


def test_what_a_namespace_exports_is_handed_out_by_the_module_that_is_it() -> None:
    text = """import { Log as LogIt } from './log'
import type { Req } from './req'
declare class LogClass { write(): void }
declare namespace lib {
  export interface Options { a: number }
  export type Size = number
  export { LogClass as Log, Req, Size as Big, lib as default }
  export type { LogIt }
  export const lib: Lib
  interface Kept { b: string }
  export namespace inner { export const deep: number }
}
declare function lib(options?: lib.Options): string
export = lib
"""
    facts = parse("typescript", text.encode())
    assert {(e.name, e.target, e.origin, e.type_only) for e in facts.exports} == {
        ("default", "", "lib", False),
        ("Options", "", "lib.Options", True),
        ("Size", "", "lib.Size", True),
        ("Big", "", "lib.Size", False),
        ("Log", "", "", False),
        ("Req", "./req", "Req", True),
        ("LogIt", "./log", "Log", True),
        ("lib", "", "lib.lib", False),
        ("inner", "", "lib.inner", False),
    }
    public = {s.name for s in facts.symbols if s.public and s.kind in ("class", "interface")}
    assert public == {"Log", "lib.Options"}


def test_the_members_of_an_exported_class_are_not_those_of_the_module() -> None:
    facts = parse("typescript", b"declare class C { m(): void }\nexport = C\n")
    assert [(e.name, e.origin) for e in facts.exports] == [("default", "C")]
