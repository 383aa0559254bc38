"""Kotlin: what its grammar misreads is read all the same, or told."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("kotlin", text.encode())


def public(found: FileFacts) -> list[str]:
    return [s.name for s in found.symbols if s.public]


def signatures(text: str) -> dict[str, str]:
    return {s.name: s.signature for s in read(text).symbols}


_SHAPES = r"""
### two annotations on a class: One One.a Two
@A
@B(1)
class One {
  fun a() = 1
}
class Two
### two annotations on an interface: I I.a b
@A @B(1)
interface I {
  fun a(): Int
}
fun b() = 1
### two annotations on an enum: Side Side.LEFT C
@A
@B(1)
enum class Side { LEFT }
class C
### two annotations on an object: P
@A
@B(1)
internal object O
object P
### annotations between classes: One One.a Two Two.b
@A
@B(1)
class One {
  fun a() = 1
}

@A
@B(2)
abstract class Two {
  abstract fun b(): Int
}
### an annotation class: M after
@Target(CLASS)
annotation class M

fun after() {}
### an annotation class at the end: B T
class B

@Retention(R)
@MustBeDocumented
annotation class T
### an annotation with a site: a C
@get:JvmName("x")
@set:[A B(")")]
var a = 1
@A @B class C
### an annotated extension: w
@Throws(E::class)
fun <T : B> T.w(b: UByte): T {
  return this
}
### a context parameter: write After
context(log: Log)
fun write(a: Int) {}

class After
### a context receiver: write After
context(Log, Clock<Int>)
fun write(a: Int) {}
class After
### a context in a class: A A.a A.b c
class A {
  context(l: L)
  @B fun a() {}
  fun b() {}
}
val c = 1
### a context in a type: e f
fun <E> e(b: context(R<E>) () -> E): E {
  return b()
}
fun f() = 1
### a guard: k A A.b
fun k(a: Any) = when (a) {
  is Int if a > 1 -> 1
  else -> 2
}
class A {
  fun b() = 1
}
### suspend as a name: M M.suspend M.other
class M {
  fun <R : Any> suspend(r: R): R = r
  fun other() = 1
}
### modifiers as names: M M.value M.open M.data M.inner
class M(val value: Int, val open: Int = 1) {
  val data = 1
  fun inner() { final = true }
}
### a delegated class: Q Q.size Q.pop after
class Q : Base(), C by inner { val size = 1
 fun pop() {} }
fun after() {}
### a delegate with arguments: Q Q.pop
class Q(a: A) : C by make(a, { 1 }), D {
  fun pop() {}
}
### a constructor on its own line: Bytes Bytes.hash after
actual open class Bytes
internal actual constructor(
  internal actual val data: ByteArray,
) : S, C<Bytes> {
  fun hash() {}
}

fun after() {}
### an annotated constructor: A A.a A.b
class A<T>
@Inject
protected constructor(val a: T) {
  val b = 1
}
### strings with several dollars: A A.b
private val K = $$"$ref"
class A {
  val b = $$QQQ${x} $${y("}")}QQQ
}
### an annotated parameter type: J J.type J.b
@S
data class J(
  val type: @S(T.X::class) T? = null,
  val b: Map<String, Int> = mapOf<String, Int>(),
)
### a function interface: F F.run g
fun interface F<T : R> {
  context(c: C)
  fun run(a: List<T>)
}
fun g() = F { it }
### accessors on the line: A A.b A.d A.constructor A.e C
class A {
  val b: P get() = q(if (c) 1 else 2)
  var d: Int = 1
    private set

  @I
  constructor(a: Int) : this() { x() }
  inline val e get() = 1
}
@A @B class C
### an enum with bodies: E E.a E.X E.Y E.f
@A @B(1)
enum class E(val a: Int) {
  X(1) { override fun f() = 2 },
  @C("x") Y(2);
  open fun f() = 1
}
### value classes and aliases: V V.a H X
@JvmInline
@S
value class V(val a: Int)
@A typealias H<E> = (context: C, e: E) -> Unit
expect class X
### a companion after annotations: C C.a C.Companion C.D
@A
@B(1)
class C {
  @JvmStatic val a by lazy { 1 }
  companion object {
    const val D = "x"
  }
}
"""
SHAPES = {
    title.partition(":")[0]: (text.replace("QQQ", '"""'), title.partition(":")[2].split())
    for title, _, text in (block.partition("\n") for block in _SHAPES.split("### ")[1:])
}
"""Source by what is special in it, with the names that are public there."""


@pytest.mark.parametrize("shape", SHAPES)
def test_declarations_are_read_whatever_stands_around_them(shape: str) -> None:
    text, names = SHAPES[shape]
    found = read("package depot\n\n" + text)
    assert public(found) == names
    assert not found.unread


def test_signatures_are_those_of_the_source() -> None:
    found = signatures(
        "package a\n\n@A\n@B(1)\nclass Q<T>(a: Int) : Base(x { 1 }), Crates by inner {\n  val size = 1\n}\n"
        "context(log: Log, c: Clock) @A\nfun <T> write(a: Int = f { 2 }): T {\n  return 1\n}\n"
        "data object P : Work by Work({ delay() })\n"
        "actual open class R\ninternal constructor(val a: Int)\n"
        "const val K = $$\"$x\"\n"
    )  # fmt: skip
    assert found == {
        "Q": "class Q<T>(a: Int) : Base(x { 1 }), Crates by inner",
        "Q.size": "val size",
        "write": "context(log: Log, c: Clock) fun <T> write(a: Int = f { 2 }): T",
        "P": "data object P : Work by Work({ delay() })",
        "R": "actual open class R internal constructor(val a: Int)",
        "R.a": "val a: Int",
        "K": 'const val K = $$"$x"',
    }


def test_documentation_survives_annotations_of_many_lines() -> None:
    text = (
        '/** Holds. */\n@A(\n  "x",\n)\n@B(1)\nclass C(\n  /** How many. */\n  @D(1)\n  val a: Int,\n) {\n'
        "  /** Does. */\n  @E\n  @F(2)\n  fun f() {}\n}\n"
    )
    assert {s.name: s.summary for s in read(text).symbols} == {
        "C": "Holds.",
        "C.a": "How many.",
        "C.f": "Does.",
    }


REREAD = "package a\n\n@A\n@B(1)\nclass C {\n  fun f(a: Int): Int {\n    // why\n    return a + 1\n  }\n}\n"


def test_formatting_and_comments_of_what_is_read_by_its_declarations_change_nothing() -> None:
    one = read(REREAD)
    other = read(REREAD.replace("    // why\n", "").replace("return a + 1", "return  a +\n      1 /* x */"))
    assert (one.ast, one.doc, one.interface) == (other.ast, other.doc, other.interface)


def test_bodies_and_annotations_of_what_is_read_by_its_declarations_count() -> None:
    one = read(REREAD)
    for old, new in (("a + 1", "a + 2"), ("@B(1)", "@B(2)")):
        other = read(REREAD.replace(old, new))
        assert one.ast != other.ast
        assert one.interface == other.interface
    assert one.symbols != read(REREAD.replace("a + 1", "a + 2")).symbols


def test_bodies_that_are_blanked_out_still_name_types() -> None:
    text = 'package a\n\n@A\n@B(1)\nclass C {\n  fun f() = Till.open(helper("Nothing")).Member\n}\n'
    found = read(text)
    mentioned = {name for i in found.imports if i.kind == "mention" for name in i.names}
    assert {"Till", "helper", "A", "B"} <= mentioned
    assert mentioned.isdisjoint({"Nothing", "Member", "open"})


def test_what_cannot_be_read_is_told() -> None:
    found = read("package a\n\nclass A\n\nclass B {\n  fun ( ] x\n}\n\nfun g() {}\n")
    assert found.unread
    assert "A" in public(found)


def test_scripts_are_statements_and_not_misread() -> None:
    found = read('plugins {\n  kotlin("jvm")\n}\nval a = 1\ndependencies { implementation(x) }\n')
    assert public(found) == ["a"]
    assert not found.unread


def test_what_is_kept_from_the_documentation_is_internal() -> None:
    found = read(
        'package a\n\n/** @suppress */\nclass A {\n  fun f() {}\n}\n\n@Suppress("x")\nclass B {\n'
        "  /** Old. @suppress */\n  fun g() {}\n}\n"
    )
    assert [(s.name, s.internal) for s in found.symbols] == [
        ("A", True),
        ("A.f", True),
        ("B", False),
        ("B.g", True),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fun interface Run { fun run() }", ["Run", "Run.run"]),
        ("object One : Base(), Iface { fun x() {} }\nval y = 1", ["One", "One.x", "y"]),
        (
            "@JvmInline value class Id(val raw: String) { init { check(raw) } val size: Int get() = raw.length }",
            ["Id", "Id.raw", "Id.size"],
        ),
        (
            "class Id { companion object Made : Any() { @JvmStatic fun of() = Id(); const val MAX = 3 } }",
            ["Id", "Id.Made", "Id.of", "Id.MAX"],
        ),
        ("class P(d: Int) : Base(d), Comparable<P> by d { fun x() {} }", ["P", "P.x"]),
        (
            "class A { class B { fun x() {} } fun y() {}; val z = 1; ; val q by lazy { 3 } }",
            ["A", "A.B", "A.B.x", "A.y", "A.z", "A.q"],
        ),
        (
            "class A {\n  val names: List<String>\n    field = mutableListOf()\n  fun f() = 1\n}\n\n@A @B(1)\nclass C",
            ["A", "A.names", "A.f", "C"],
        ),
    ],
)
def test_bodies_on_one_line_end_their_declarations(text: str, expected: list[str]) -> None:
    found = read(text + "\n")
    assert (public(found), found.unread) == (expected, ())


def test_context_parameters_at_the_very_top_are_shown() -> None:
    assert signatures("context(log: Log)\nfun f() {\n}\n") == {"f": "context(log: Log) fun f()"}


def test_annotations_between_modifiers_are_no_part_of_a_signature() -> None:
    assert signatures("public @Composable inline fun f() {}\n") == {"f": "public inline fun f()"}
