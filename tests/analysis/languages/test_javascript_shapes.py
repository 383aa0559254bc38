# ruff: noqa: E501
"""JavaScript: CommonJS in every form, UMD, scripts, JSX, Flow, the newest syntax."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Export
from repodoc_hooks.analysis.languages import parse
from tests.analysis.shapes import blocks, check, shapes

SHAPES = shapes(
    r"""
=== one function by two names
exports.a = exports.b = function shared(x) {}
--- a, b
a = a = function shared(x)
b = b = function shared(x)
=== a getter that leads elsewhere
const e_1 = require('./e')
Object.defineProperty(exports, '__esModule', { value: true })
Object.defineProperty(exports, 'e', { enumerable: true, get: function () { return e_1.e } })
Object.defineProperty(exports, 'f', { value: function f(a) {} })
--- f
f = function f(a)
=== everything of another module
__exportStar(require('./star'), exports)
tslib_1.__exportStar(require('./more'), exports)
Object.assign(exports, require('./mixin'), { o: 1, p() {} })
--- o, p
o = o = 1
p = p()
=== a class as a whole
module.exports = class K extends Base { m(a) {} static s() {} #p() {} }
--- K, K.m, K.s
K = class K extends Base
K.m = m(a)
K.s = static s()
=== an object made
module.exports = new Thing({ a: 1 })
module.exports.Thing = Thing
function Thing(o) {}
--- default, Thing
default = module.exports = new Thing({ a: 1 })
Thing = function Thing(o)
=== a function with members
module.exports = main
module.exports.helper = helper
main.sub = (x) => x
function main(a, b) {}
function helper() {}
--- main.sub, main, helper
main.sub = sub = (x)
main = function main(a, b)
helper = function helper()
=== an object of every form
const { a, b: renamed } = require('./ab')
const lib = require('./lib')
function fn(x) {}
module.exports = { ...require('./spread'), ...lib, a, renamed, fn, lit: 1, 'q-k': 2, method(x) {}, async am() {}, get g() { return 1 }, arrow: (y) => y, other: lib.other, fn2: fn, [c]: 1 }
--- fn, lit, q-k, method, am, g, arrow
fn = function fn(x)
lit = lit = 1
q-k = q-k = 2
method = method(x)
am = async am()
g = get g()
arrow = arrow = (y)
=== exports by another name
const self = module.exports
self.a = function (x) {}
self.b = 1
--- a, b
a = a = function (x)
b = b = 1
=== in a function of its own
;(function () {
  function hidden() {}
  exports.shown = function (x) {}
  exports.also = hidden
}).call(this)
--- also, shown
also = function also()
shown = shown = function (x)
=== UMD
(function (root, factory) {
  if (typeof define === 'function' && define.amd) define(['exports', './dep'], factory)
  else if (typeof exports === 'object') factory(exports, require('./dep'))
  else factory((root.lib = {}), root.dep)
}(this, function (exports, dep) {
  exports.x = function (a) {}
}))
--- x
x = x = function (a)
=== AMD
define('name', ['./a', './b'], function (a, b) { return { run: function (x) {}, stop() {} } })
--- run, stop
run = run = function (x)
stop = stop()
=== a factory that returns a function
(function (root, factory) { if (typeof module === 'object') module.exports = factory(); else root.f = factory() }(this, function () { return function made(a, b) {} }))
--- made
made = function made(a, b)
=== a script that gives everybody
window.App = { start(x) {} }
window.helper = function (a) {}
globalThis.Other = class { m() {} }
window.location = '/'
window.onload = function () {}
self['named'] = 2
function top(a) {}
--- top, App, helper, Other, Other.m, named
top = function top(a)
helper = helper = function (a)
Other = Other = class
Other.m = m()
named = named = 2
=== a module that sets a global is asked for its exports alone
import x from './x'
window.App = x
export const a = 1
--- a
a = const a = 1
=== prototypes
function P(a) {}
P.prototype.run = function run(b) {}
P.prototype = { constructor: P, stop() {} }
Object.assign(P.prototype, { fly(c) {} })
P.make = (x) => new P(x)
module.exports = P
--- P, P.run, P.stop, P.fly, P.make
P = function P(a)
P.run = function run(b)
P.stop = stop()
P.fly = fly(c)
P.make = make = (x)
=== assigned unless it is there
exports.s ??= 3
exports.t ||= function (x) {}
--- s, t
s = s = 3
t = t = function (x)
=== emptied first
exports.a = exports.b = void 0
exports.a = 1
exports.b = () => 2
--- a, b
a = a = 1
b = b = ()
=== JSX with signs of comparison
export const B = ({ a, b = 1, ...rest }) => <b {...rest}>{a < b && <i>{'}'}</i>} it's & </b>
export const C = memo(function Inner({ x }) { return <></> })
export function D() { return <X.Y z={<a />} /> }
export const after = 1
--- B, C, D, after
B = const B = ({ a, b = 1, ...rest })
D = function D()
after = const after = 1
=== young syntax
export const a = x?.y ?? z?.[0]?.(1)
export const b = 1_000n ** 2n
export class C { static #p = 1; static { this.q = 1 } static async *gen() {} get #g() { return 1 } has(o) { return #p in o } }
export const { d = 1, ...e } = await import('./d.js')
import data from './data.json' with { type: 'json' }
export { data }
--- a, b, C, C.gen, C.has, d, e
C.gen = static async *gen()
C.has = has(o)
=== strict mode and a run line
#!/usr/bin/env node
'use strict'
exports.a = 1
--- a
a = a = 1
=== Flow
// @flow
import type { A } from './a'
export type B = {| +a: string, -b?: ?number |}
export function f(x: ?string, ...r: Array<number>): %checks { return !!x }
opaque type T = string
export opaque type U: string = string
--- B, f, U
B = type B = {| +a: string, -b?: ?number |}
f = function f(x: ?string, ...r: Array<number>): %checks
U = type U: string = string
=== names that are words of the language
exports.delete = function (x) {}
exports.default = 1
exports.class = class {}
--- delete, default, class
delete = delete = function (x)
default = default = 1
=== exported functions of strict modules
export default (a, b) => a
--- default
default = default = (a, b)
=== generators and async
export async function* ag(x) {}
export const g = function* () {}
export const h = async ({ a }, [b]) => {}
--- ag, g, h
ag = async function* ag(x)
g = const g = function* ()
h = const h = async ({ a }, [b])
=== labels and comma
a: for (;;) {}
export var x = 1, y = (2, 3), z = () => {}
--- x, y, z
x = var x = 1
z = var z = ()
=== regular expressions after a bracket
if (a) /export const no = 1/.test(b)
export const after = 1
--- after
after = const after = 1
=== HTML comments
<!-- old
exports.a = 1
--> old
--- a
a = a = 1
=== a class by an expression
exports.K = class extends mixin(A, B) { m() {} }
exports.L = mixin(class Inner {})
--- K, K.m, L
K = K = class extends mixin(A, B)
K.m = m()
=== a loop that nobody can follow
for (const k of Object.keys(x)) exports[k] = x[k]
exports.known = 1
--- known
known = known = 1
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_and_how_it_is_written(title: str) -> None:
    check("javascript", SHAPES[title])


EXPORTS = {
    title: (source, told)
    for title, source, told in blocks(
        r"""
=== a getter that leads elsewhere
const e_1 = require('./e')
Object.defineProperty(exports, '__esModule', { value: true })
Object.defineProperty(exports, 'e', { enumerable: true, get: function () { return e_1.e } })
Object.defineProperty(exports, 'f', { value: function f(a) {} })
--- e = ./e:e, f
=== everything of another module
__exportStar(require('./star'), exports)
tslib_1.__exportStar(require('./more'), exports)
Object.assign(exports, require('./mixin'), { o: 1, p() {} })
--- * = ./star:, * = ./more:, * = ./mixin:, o, p
=== a class as a whole
module.exports = class K extends Base { m(a) {} static s() {} #p() {} }
--- default = K
=== a function with members
module.exports = main
module.exports.helper = helper
main.sub = (x) => x
function main(a, b) {}
function helper() {}
--- default = main, helper
=== an object of every form
const { a, b: renamed } = require('./ab')
const lib = require('./lib')
function fn(x) {}
module.exports = { ...require('./spread'), ...lib, a, renamed, fn, lit: 1, 'q-k': 2, method(x) {}, async am() {}, get g() { return 1 }, arrow: (y) => y, other: lib.other, fn2: fn, [c]: 1 }
--- * = ./spread:, * = ./lib:, a = ./ab:a, renamed = ./ab:b, fn, lit, q-k, method, am, g, arrow, other = ./lib:other, fn2 = fn
=== whole modules
module.exports = require('./lib/main')
--- * = ./lib/main:, default = ./lib/main:default
=== by condition
if (process.env.NODE_ENV === 'production') { module.exports = require('./min') } else { module.exports = require('./dev') }
--- * = ./min:, default = ./min:default, * = ./dev:, default = ./dev:default
=== either of two
module.exports = x ? require('./a') : require('./b')
--- * = ./a:, default = ./a:default, * = ./b:, default = ./b:default
=== a factory that returns a function
(function (root, factory) { if (typeof module === 'object') module.exports = factory(); else root.f = factory() }(this, function () { return function made(a, b) {} }))
--- default = made
=== prototypes
function P(a) {}
P.prototype.run = function run(b) {}
P.prototype = { constructor: P, stop() {} }
Object.assign(P.prototype, { fly(c) {} })
P.make = (x) => new P(x)
module.exports = P
--- default = P
=== young syntax
export const a = x?.y ?? z?.[0]?.(1)
export const b = 1_000n ** 2n
export class C { static #p = 1; static { this.q = 1 } static async *gen() {} get #g() { return 1 } has(o) { return #p in o } }
export const { d = 1, ...e } = await import('./d.js')
import data from './data.json' with { type: 'json' }
export { data }
--- a, b, C, d, e, data = ./data.json:default
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
    found = parse("javascript", source.encode())
    assert ", ".join(map(shown, found.exports)) == told
