# ruff: noqa: E501
"""TypeScript: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Export
from repodoc_hooks.analysis.languages import parse
from tests.analysis.shapes import blocks, check, shapes

SHAPES = shapes(
    r"""
=== overloads with generics and their implementation
export function on<K extends keyof M>(name: K, f: (e: M[K]) => void): void
export function on(name: string, f: (...a: any[]) => void): void
export function on(...a: unknown[]) {}
--- on, on
on = function on(name: string, f: (...a: any[]) => void): void
=== overloads of methods and constructors
export class C {
  constructor(a: string)
  constructor(a: number, b?: boolean)
  constructor(...a: unknown[]) {}
  get(k: 'a'): 1
  get(k: string): unknown
  get(k: string) { return k }
}
--- C, C.constructor, C.constructor, C.get, C.get
C.constructor = constructor(a: number, b?: boolean)
C.get = get(k: string): unknown
=== what can be called, built and indexed
export interface F<T> {
  (x: T): void
  <U>(x: U): U
  new (x: T): F<T>
  readonly [key: `data-${string}`]: T
  [Symbol.asyncIterator](): AsyncIterator<T>
}
--- F, F.(), F.(), F.new, F.[], F.[Symbol.asyncIterator]
F = interface F<T>
F.() = <U>(x: U): U
F.new = new (x: T): F<T>
F.[] = readonly [key: `data-${string}`]: T
F.[Symbol.asyncIterator] = [Symbol.asyncIterator](): AsyncIterator<T>
=== names that are words of the language
export interface W { new: string; get: number; set?: 1; static: 2; async(): void; type: 't'; abstract: 3; readonly: 4; in: 5; of: 6; delete(): void }
--- W, W.new, W.get, W.set, W.static, W.async, W.type, W.abstract, W.readonly, W.in, W.of, W.delete
W.new = new: string
W.get = get: number
W.set = set?: 1
W.static = static: 2
W.async = async(): void
W.type = type: 't'
W.abstract = abstract: 3
W.readonly = readonly: 4
W.in = in: 5
W.of = of: 6
W.delete = delete(): void
=== a class called by words of the language
export class type { declare = 1; async = 2; get = 3; static = 4; static static = 5 }
--- type, type.declare, type.async, type.get, type.static, type.static
type.declare = declare = 1
type.async = async = 2
type.get = get = 3
type.static = static static = 5
=== accessors of all sorts
export class A {
  accessor a = 1
  static accessor b = 2
  get c(): number { return 1 }
  set c(v) {}
  static get d() { return 1 }
}
--- A, A.a, A.b, A.c, A.c, A.d
A.a = accessor a = 1
A.b = static accessor b = 2
A.c = set c(v)
A.d = static get d()
=== decorators with arguments over lines
@Component({
  selector: 'app',
  template: `<b>${1 > 0}</b>`,
})
export class D {
  @Input({ required: true }) name!: string
  @Output()
  changed = new EventEmitter<string>()
  @HostListener('click', ['$event'])
  click(@Inject(X) e: Event): void {}
}
--- D, D.name, D.changed, D.click
D.name = name!: string
D.changed = changed
D.click = click(@Inject(X) e: Event): void
=== decorators behind export
export @sealed class S {}
export default @sealed class T {}
--- S, T
=== satisfies and as const
export const routes = { a: '/a', b: { c: 1 } } as const satisfies Routes
export const f = ((x: number) => x) satisfies Fn
--- routes, f
f = const f = (x: number)
=== const type parameters and variance
export function tuple<const T extends readonly unknown[]>(...x: T): T { return x }
export interface V<in T, out U, in out W> { t: T }
--- tuple, V, V.t
tuple = function tuple<const T extends readonly unknown[]>(...x: T): T
V = interface V<in T, out U, in out W>
V.t = t: T
=== an enum with a namespace and computed values
export enum E { A = 1 << 0, B = A | 2, 'C-D' = 'x'.length, E }
export namespace E { export function parse(s: string): E { return E.A } function hidden() {} }
export declare const enum G { X = -1 }
--- E, E.A, E.B, E.C-D, E.E, E, E.parse, G, G.X
E.A = A = 1 << 0
E.B = B = A | 2
E.C-D = 'C-D' = 'x'.length
E.E = E
E.parse = function parse(s: string): E
G.X = X = -1
=== a class, an interface and a namespace of one name
export class M { a(): void {} }
export interface M { b: string }
export namespace M { export type O = { c: 1 } }
--- M, M.a, M, M.b, M, M.O
M.a = a(): void
M.b = b: string
M.O = type O = { c: 1 }
=== export equals
class K { m(): void {} }
export = K
--- K, K.m
K.m = m(): void
=== default by name
export { default } from './a'
export { default as B, type C as D } from './b'
function f() {}
export { f as default }
--- f
f = function f()
=== string names
const x = 1
export { x as 'a-b', x as "c d" }
--- x
x = const x = 1
=== types of every sort
export type U = | 'a' | 'b'
export type R<T> = T extends [infer H extends string, ...infer S] ? R<S> : never
export type Mp<T> = { readonly [K in keyof T as `on${Capitalize<string & K>}`]-?: () => T[K] }
export type Ctor = abstract new (...a: any[]) => object
export type Pred = (x: unknown) => asserts x is string
export type Imp = import('./t').Deep<typeof import('./v')>
export type Unq = { readonly s: unique symbol }
--- U, R, Mp, Ctor, Pred, Imp, Unq
U = type U = 'a' | 'b'
R = type R<T> = T extends [infer H extends string, ...infer S] ? R<S> : never
Mp = type Mp<T> = { readonly [K in keyof T as `on${Capitalize<string & K>}`]-?: () => T[K] }
Ctor = type Ctor = abstract new (...a: any[]) => object
Pred = type Pred = (x: unknown) => asserts x is string
Imp = type Imp = import('./t').Deep<typeof import('./v')>
Unq = type Unq = { readonly s: unique symbol }
=== functions by what they are assigned
export const a = <T,>(x: T) => x
export const b = async function named<T>(x: T): Promise<T> { return x }
export const c: (x: string, ...r: number[]) => void = (y, ...z) => {}
export const d = function* (n: number) { yield n }
export let e = (x = { a: 1 }) => x
--- a, b, c, d, e
a = const a = <T>(x: T)
b = const b = async function named<T>(x: T): Promise<T>
c = const c: (x: string, ...r: number[]) => void
d = const d = function* (n: number)
e = let e = (x = { a: 1 })
=== destructured
export const { a, b: { c = 1, ...d }, ...e } = o
export let [f, , [g]] = l
--- a, c, d, e, f, g
=== arrow with a type predicate
export const isS = (x: unknown): x is string => true
export function assertS(x: unknown): asserts x is string {}
--- isS, assertS
isS = const isS = (x: unknown): x is string
assertS = function assertS(x: unknown): asserts x is string
=== this and optional parameters
export function h(this: Window, a?: string, b: number = 1, { c, d }: { c: 1; d?: 2 } = { c: 1 }, ...e: any[]): void {}
--- h
h = function h(this: Window, a?: string, b: number = 1, { c, d }: { c: 1; d?: 2 } = { c: 1 }, ...e: any[]): void
=== abstract members
export abstract class Ab {
  abstract a: string
  protected abstract b(): void
  abstract get c(): number
  private d = 1
  #e = 2
  static #f() {}
  static { Ab.x = 1 }
  declare g: string
  override h(): void {}
  readonly i = 1 as const
}
--- Ab, Ab.a, Ab.c, Ab.g, Ab.h, Ab.i
Ab.a = abstract a: string
Ab.c = abstract get c(): number
Ab.g = declare g: string
Ab.h = override h(): void
Ab.i = readonly i
=== parameter properties
export class Pp { constructor(public a: string, private readonly b = 1, protected c?: C, readonly d: D = x, e?: E) {} }
--- Pp, Pp.constructor, Pp.a, Pp.d
Pp.constructor = constructor(public a: string, private readonly b = 1, protected c?: C, readonly d: D = x, e?: E)
Pp.a = public a: string
Pp.d = readonly d: D
=== an anonymous class
export default class { m(): void {} }
--- default, default.m
default = default = class
default.m = m(): void
=== an anonymous function
export default async function* <T>(x: T) {}
--- default
default = default = async function* <T>(x: T)
=== an expression
export default defineConfig({ a: 1 })
--- default
default = default = defineConfig({ a: 1 })
=== declared globals
export {}
declare global {
  var g: string
  interface Window { w: 1 }
  namespace NodeJS { interface ProcessEnv { X: string } }
}
--- g, Window, Window.w, NodeJS, NodeJS.ProcessEnv, NodeJS.ProcessEnv.X
g = var g: string
Window.w = w: 1
NodeJS.ProcessEnv = interface ProcessEnv
NodeJS.ProcessEnv.X = X: string
=== what a module adds to another
import 'vue'
declare module 'vue' { interface ComponentCustomProperties { $t: (k: string) => string } }
declare module './local' { export const more: number }
--- vue, vue.ComponentCustomProperties, vue.ComponentCustomProperties.$t, ./local, ./local.more
vue = module 'vue'
vue.ComponentCustomProperties = interface ComponentCustomProperties
vue.ComponentCustomProperties.$t = $t: (k: string) => string
./local = module './local'
./local.more = const more: number
=== an ambient file
declare const VERSION: string
declare function f(x: string): void
declare class C { private constructor(); m(): void }
declare namespace N.M { let z: 1 }
declare module '*.css' { const s: string; export default s }
--- VERSION, f, C, C.m, N, N.M, N.M.z, *.css, *.css.s
VERSION = const VERSION: string
f = function f(x: string): void
C.m = m(): void
N.M.z = let z: 1
*.css = module '*.css'
*.css.s = const s: string
=== regular expressions and templates that look like code
export const r = /[/]{2}export const no = 1`/g
export const t = `export const no = ${`export const nono = 1`}`
export const after = 1
--- r, t, after
t = const t = `export const no = ${`export const nono = 1`}`
after = const after = 1
=== generics that look like comparison
export const cmp = a < b && c > d
export const call = f<string>(x)
export const inst = f<string>
export const after = 1
--- cmp, call, inst, after
after = const after = 1
=== members without semicolons
export interface Ns {
  a: string
  <T>(x: T): T
  b(): void
  [k: string]: any
  new <T>(x: T): T
}
--- Ns, Ns.a, Ns.(), Ns.b, Ns.[], Ns.new
Ns.a = a: string
Ns.() = <T>(x: T): T
Ns.b = b(): void
Ns.[] = [k: string]: any
Ns.new = new <T>(x: T): T
=== a unique symbol as a name
export class Sy { [Symbol.iterator]() {} [key]: 1; static [Symbol.species] = 1; ['a b']: 2; 0: 3; 1.5() {} }
--- Sy, Sy.[Symbol.iterator], Sy.[key], Sy.[Symbol.species], Sy.a b, Sy.0, Sy.1.5
Sy.[Symbol.iterator] = [Symbol.iterator]()
Sy.[key] = [key]: 1
Sy.[Symbol.species] = static [Symbol.species] = 1
Sy.a b = ['a b']: 2
Sy.0 = 0: 3
Sy.1.5 = 1.5()
=== comments everywhere
export /* a */ function /* b */ f /* c */ <T /* d */>(/* e */ x: T, // g
  y: T): /* h */ T { return x }
--- f
f = function f <T >(x: T, y: T): T
=== exported through a list before it is declared
export { late, Late as Later }
const late = (x: number) => x
class Late { m(): void {} }
--- late, Later, Later.m
late = const late = (x: number)
Later.m = m(): void
=== with a byte-order mark and carriage returns
export const a = 1
export function b(): void {}
--- a, b
a = const a = 1
b = function b(): void
=== overloads of an exported default
export default function o(a: string): void
export default function o(a: number): void
export default function o(a: any) {}
--- o, o
o = function o(a: number): void
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_and_how_it_is_written(title: str) -> None:
    check("typescript", SHAPES[title])


EXPORTS = {
    title: (source, told)
    for title, source, told in blocks(
        r"""
=== decorators behind export
export @sealed class S {}
export default @sealed class T {}
--- S, default = T
=== export equals
class K { m(): void {} }
export = K
--- default = K
=== required by import
import fs = require('fs')
import type T = require('t')
export import p = require('./p')
export { fs }
--- p = ./p:, fs = fs:
=== namespaces of modules
export * as ns from './ns'
export * as default from './d'
export type * as types from './types'
export * from './all'
--- ns = ./ns:, default = ./d:, types = ./types: (type), * = ./all:
=== default by name
export { default } from './a'
export { default as B, type C as D } from './b'
function f() {}
export { f as default }
--- default = ./a:default, B = ./b:default, D = ./b:C (type), default = f
=== string names
const x = 1
export { x as 'a-b', x as "c d" }
--- a-b = x, c d = x
=== only for types
import type { A } from './a'
import { type B, C } from './b'
export type { A, B }
export { C }
--- A = ./a:A (type), B = ./b:B (type), C = ./b:C
=== overloads of an exported default
export default function o(a: string): void
export default function o(a: number): void
export default function o(a: any) {}
--- default = o
"""
    )
}


def shown(export: Export) -> str:
    """`name = ./target:origin`, `name = origin` of the file itself."""
    origin = f"{export.target}:{export.origin}" if export.target else export.origin
    return f"{export.name}{f' = {origin}' if origin else ''}{' (type)' if export.type_only else ''}"


@pytest.mark.parametrize("title", EXPORTS)
def test_what_is_handed_out_and_where_it_comes_from(title: str) -> None:
    source, told = EXPORTS[title]
    found = parse("typescript", source.encode())
    assert ", ".join(map(shown, found.exports)) == told
