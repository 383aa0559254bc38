# ruff: noqa: E501
"""Kotlin: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r'''
=== guards with else if
fun f(a: Any): Int = when (a) {
    is String if a.length > 2 && a != "x" -> 1
    is Int if (a > 1) -> { 2 }
    !in list if x -> 3
    else if a == null -> 4
    else -> 5
}
val after = 1
--- f, after
=== backing fields with types
class A {
    val names: List<String>
        field = mutableListOf<String>()
    val city: StateFlow<String>
        field: MutableStateFlow<String> = MutableStateFlow("")
    var count: Int = 0
        private set
    fun f() { names.add("x") }
}
--- A, A.names, A.city, A.count, A.f
A.city = val city: StateFlow<String>
=== aliases inside of types
class A {
    typealias Ids = Map<String, List<Int>>
    private typealias No = Int
    companion object { typealias Key = String }
    fun f(a: Ids) {}
}
interface B { typealias T = () -> Unit }
--- A, A.Ids, A.Companion, A.Key, A.f, B, B.T
A.Ids = typealias Ids = Map<String, List<Int>>
=== strings with several dollars
const val SCHEMA = $$"""{"$id": "x", "y": "$${1 + 1}"}"""
val a = $$$"$$ ${'$'} $$${b}"
fun f() = $"x"
--- SCHEMA, a, f
=== properties with contexts
context(log: Log, _: Clock)
val now: Instant get() = log.at()
context(_: Raise<E>) suspend inline fun <reified T> f(crossinline block: suspend context(Raise<E>) T.() -> Unit): T? = null
class A { context(c: C) var x: Int
    get() = 1
    set(value) { c.put(value) }
}
--- now, f, A, A.x
now = context(log: Log, _: Clock) val now: Instant
=== leaving from inside a lambda
fun f(): Int {
    list.forEach { x -> if (x == null) return@forEach else if (x > 1) continue }
    outer@ for (i in 0..<10 step 2) { break@outer }
    return list.map inner@{ return@inner 1 }.sum()
}
fun g() {}
--- f, g
=== a setter that others may not use
class A {
    var a: Int = 1; protected set
    var b: Int = 2; private set
    val c get() = 1; val d: Int get() { return 1 }
    fun f() {}
}
--- A, A.a, A.b, A.c, A.d, A.f
=== accessors with annotations
class A {
    @get:JvmName("x") @set:Inject var a: Int
        @JvmStatic get() = field
        @Synchronized internal set(@X value) { field = value }
    val b: Int @JvmName("y") get() = 1
    lateinit var c: String
    var d by Delegates.observable(1) { _, old, new -> println("$old ${new.let { it }}") }
    val e by lazy(NONE) { 1 }
    fun f() {}
}
--- A, A.a, A.b, A.c, A.d, A.e, A.f
=== a property that extends
val <T : Comparable<T>> List<T>.top: T? get() = maxOrNull()
var String?.`odd name`: Int
    get() = 1
    set(_) {}
val Map<String, List<Int?>>.Companion.x: Int get() = 2
val (() -> Unit).y get() = 3
--- top, `odd name`, x, y
top = val <T : Comparable<T>> List<T>.top: T?
=== functions that extend
fun <K, V : Any> Map<K, V?>.filled(default: (K) -> V = { error("no $it") }): Map<K, V> where K : Comparable<K>, K : Any = this as Map<K, V>
infix fun Int.shl2(other: Int) = this shl other
operator fun <T> Box<T>.get(i: Int): T = TODO()
tailrec fun f(a: Int): Int = if (a <= 0) a else f(a - 1)
fun String.() : Int = 1
fun (suspend () -> Unit).start(vararg args: String, end: Int = args.size) {}
fun @receiver:X String.g() {}
external fun h(): Int
--- filled, shl2, get, f, start, g, h
shl2 = infix fun Int.shl2(other: Int)
=== interfaces of one function and sealed ones
sealed interface Result<out T> {
    @JvmInline value class Ok<T>(val value: T) : Result<T>
    data class Failed(val error: Throwable, internal val code: Int = -1) : Result<Nothing>
    data object Waiting : Result<Nothing>
    fun interface Mapper<in T, out R> { operator fun invoke(t: T): R }
}
--- Result, Result.Ok, Result.Ok.value, Result.Failed, Result.Failed.error, Result.Waiting, Result.Mapper, Result.Mapper.invoke
=== objects of all sorts
object A : B(), C by D { const val X = "}" ; init { println() }; @JvmField val y = object : E { override fun no() {} } }
private object Hidden { val x = 1 }
val z = object : Runnable { override fun run() {} }
class G { companion object; fun f() {} }
class H { private companion object { const val NO = 1 } }
class I { companion object Named : J { override val k = 1 } }
--- A, A.X, A.y, z, G, G.Companion, G.f, H, I, I.Named, I.k
=== enumerations
enum class A(val n: Int, private val m: Int = 1) : I {
    @X ONE(1) { override fun f() = "}" }, TWO(2),
    `three 3`(3, 4),
    ;
    abstract fun f(): String
    companion object { fun of(n: Int) = entries.first { it.n == n } }
}
enum class Empty
enum class E { A, B, }
enum class F { A; fun x() = 1 }
--- A, A.n, A.ONE, A.TWO, A.`three 3`, A.f, A.Companion, A.of, Empty, E, E.A, E.B, F, F.A, F.x
=== constructors of all sorts
open class A @Inject internal constructor(@Named("x") val a: Int, vararg val b: String, c: Int = run { 1 }) : B(a, { it }), C<D> {
    constructor(a: Int) : this(a, "x", c = 1) { println("}") }
    protected constructor() : this(1)
    private constructor(x: Long) : this(x.toInt())
    init { require(a > 0) { "a: $a" } }
    inner class In(val d: Int)
}
class P private constructor()
annotation class M(val value: String = "x", vararg val more: KClass<out Any>)
--- A, A.a, A.b, A.constructor, A.constructor, A.In, A.In.d, P, M, M.value, M.more
=== words of the language as names
fun `is`(`in`: Int, data: Int, value: Int, open: Int) {}
val field = 1
var get = 2
var set = 3
fun by(where: Int, init: Int, dynamic: dynamic) = where
class constructor(val file: Int, val property: Int)
fun import() {}
val typeOf = 1
--- `is`, field, get, set, by, constructor, constructor.file, constructor.property, import, typeOf
=== strings that hold code
val a = "class No { fun no() {} } ${if (x) "}" else "{"}"
val b = """
    fun no() { "${'$'}" }
    ${"""nested ${x}"""}
"""
val c = '"'; val d = '\''; val e = '{'
fun after() {}
--- a, b, c, d, e, after
=== comments inside of comments
/* a /* b */ class No */ class A /* x */ {
    // fun no() {
    fun /* y */ f(/* z */ a: Int /* w */, // q
                  b: Int) /* r */ : Int /* s */ = 1
}
--- A, A.f
A.f = fun f(a: Int, b: Int) : Int
=== types of all sorts
val a: (Int, suspend (String) -> Unit) -> ((Int) -> Int)? = TODO()
val b: Map<in String, out List<*>> = TODO()
val c: @X (() -> Unit)? = null
val d: T & Any = TODO()
val e: (@X Int).(b: @Y String) -> Unit = {}
fun f(): context(Log) (Int) -> Unit = {}
val g: A.B<C>.D<*, in E>? = null
--- a, b, c, d, e, f, g
=== what is expected and what is actual
expect class File(path: String) { val path: String; fun open(): Int; companion object { val sep: Char } }
actual typealias Lock = java.util.concurrent.locks.ReentrantLock
expect fun now(): Long
actual val os: String = "x"
expect annotation class M()
--- File, File.path, File.open, File.Companion, File.sep, Lock, now, os, M
=== destructured at the top of a script
val (a, b) = 1 to 2
val (_, c: Int) = x
fun f() { val (d, e) = y; for ((k, v) in m) {} }
--- f
=== what is private in a file
private fun a() {}
internal class B { fun c() {} }
private val d = 1
internal typealias E = Int
public class F { private class G { fun h() {} } protected fun i() {} internal fun j() {} }
--- F, F.i
=== calls with lambdas behind lambdas
class A {
    val a = build { x { y() } }.also { it.z() } ?: run { null!! }
    fun f() = foo(1) { 2 } ?: bar { }
    val b = if (c) { 1 } else { 2 }
    val d = try { 1 } catch (e: E) { 2 } finally { }
    fun g() = with(x) { when { a > b -> 1; else -> 2 } }
}
--- A, A.a, A.f, A.b, A.d, A.g
=== operators over lines
val a = listOf(1)
    .map { it + 1 }
    ?.filter { it > 1 }
val b = x
    ?: y
    && z
val c = 1 +
    2
fun f() = a
    .size
val d = a as? List<*> ?: emptyList<Int>()
--- a, b, c, f, d
=== annotations of all sorts
@file:JvmName("X")
@file:[Suppress("a") OptIn(B::class)]
package a.b
import c.*
import d.E as F
@Target(AnnotationTarget.CLASS, AnnotationTarget.FUNCTION) @Retention(BINARY) @MustBeDocumented
annotation class M
@M @[N O(1)] class A @M constructor(@field:N @param:O(1) @property:M val b: @P Int)
@all:M val c = 1
@Composable fun d(content: @Composable () -> Unit) {}
--- M, A, A.b, c, d
=== contracts and nested functions
fun f(a: Any?): Boolean {
    contract { returns(true) implies (a != null) }
    fun inner(b: Int): Int { class L { fun no() {} }; return b }
    return a != null
}
@OptIn(X::class)
inline fun g(block: () -> Unit) { contract { callsInPlace(block, EXACTLY_ONCE) }; block() }
--- f, g
=== generics that look like comparisons
fun f() { if (a < b && c > d) x(); val y = g<Int>(1) < h<Int>(2); foo(a < b, c > (d)) }
val a = A<B<C>>(1)
val c = a < b
class D<T>(val e: Int = if (a < b) 1 else 2) where T : F, T : G<H>
--- f, a, c, D, D.e
=== a body that is a lambda
fun f() = { x: Int -> x + 1 }
fun g(): () -> Unit = { }
val h = fun(x: Int): Int { return x }
val i = fun Int.(): Int = this
val j = suspend { 1 }
--- f, g, h, i, j
=== labels and jumps
fun f() { loop@ while (true) { do { break@loop } while (x) } ; return }
class A { fun g() = this@A; fun h() = super@A.toString(); fun i() = super<B>.x() }
--- f, A, A.g, A.h, A.i
=== references
val a = String::length
val b = A.B<C>::d
val c = ::f
val d = this::class.java
val e = Int?::x
val g = A::class
--- a, b, c, d, e, g
=== members with default bodies in an interface
interface A<T> : B<T>, C where T : D {
    val a: Int
    var b: T
        get() = x
        set(value) {}
    fun f(): Int = 1
    private fun no() {}
    suspend fun g()
    companion object { fun h() {} }
    class In
    enum class E { X }
}
--- A, A.a, A.b, A.f, A.g, A.Companion, A.h, A.In, A.E, A.E.X
=== arguments with commas at their ends
class A(
    val a: Int,
    private val b: String = "a,b",
    val c: (Int, Int,) -> Unit = { x, y, -> },
) : B(
    1,
) {
    fun f(
        a: Int = 1,
        b: List<Int> = listOf(1, 2,),
    ): Int = 1
}
--- A, A.a, A.c, A.f
A.f = fun f(a: Int = 1, b: List<Int> = listOf(1, 2)): Int
=== a context in the body before
class A {
    fun one() { g("""
        context(Foo)
        @X fun no() {}
    """) }
    fun two() = context(x)
    context(c: C)
    @Y fun three() {}
    fun four() = h { context(y) }
}
--- A, A.one, A.two, A.three, A.four
A.two = fun two()
A.three = context(c: C) fun three()
A.four = fun four()
=== assignments and statements of a script
#!/usr/bin/env kotlin
@file:DependsOn("a:b:1")
import a.b
val x = 1
println("x")
if (x > 1) { fun no() {} }
class A { val b = 1 }
fun f() = 1
--- x, A, A.b, f
'''
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("kotlin", SHAPES[title])


BROKEN = shapes(
    r"""
=== a function whose parameters never end
class A {
    fun one() {}
    fun two(a: Int, { val b = 1; return out }
    fun three() {}
}
---
=== a conflict of a merge
class A {
    val one = 1
<<<<<<< HEAD
    val two = 2
=======
    val other = 2
>>>>>>> branch
    fun last() {}
}
--- A, A.one, A.two, A.other, A.last
=== a body that is half written
class A {
    fun one() = 1
    fun two() = when (x) { is
}
fun three() {}
---
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("kotlin", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== links
/** Opens a [Box] with [Box.key], see [open the box][Box.open] and [the site](https://x.y). */
--- Opens a `Box` with `Box.key`, see open the box and [the site](https://x.y).
=== links to members of packages
/** A [kotlin.collections.List] of [T], [size]s and [operator fun]. */
--- A `kotlin.collections.List` of `T`, `size`s and [operator fun].
=== what is no link
/** Takes \[a\] or x[0], array[i] and `[b]`. */
--- Takes \[a\] or x[0], array[i] and `[b]`.
=== types as text
/** Returns List<T> or Map<K, V> of a `Box<T>`. */
--- Returns List<T> or Map<K, V> of a `Box<T>`.
=== tags only
/**
 * @param a the a
 * @return the b
 */
---
=== words and tags
/**
 * Opens it
 * @see Box
 */
--- Opens it
=== a receiver first
/** @receiver the box */
---
=== paragraphs
/**
 * Opens the box
 * of the depot.
 *
 * More.
 */
--- Opens the box of the depot.
=== code in fences
/**
 * Opens it:
 * ```kotlin
 * open() // not this
 * ```
 * Then more.
 */
--- Opens it.
=== a list
/**
 * Does:
 * - one
 * * two
 */
--- Does: one; two.
=== entities
/** A &lt;b&gt; &amp; c &copy; &#64;Inject &nbsp;d. */
--- A \<b> & c © @Inject d.
=== one line without spaces
/**Opens.*/
--- Opens.
=== emphasis
/** **Opens** the _box_ of *all*. */
--- **Opens** the _box_ of *all*.
=== a heading
/**
 * # Boxes
 *
 * Holds them.
 */
--- Holds them.
=== a sample
/**
 * Opens it.
 * @sample a.b.c
 */
--- Opens it.
=== marks of HTML
/** Opens <b>it</b>,<br>then <i>shuts</i> it. */
--- Opens it, then shuts it.
=== remarks
// Not this.
---
=== a block that is no documentation
/* Nor this. */
---
=== a remark between
/** Opens. */
// Not this.
--- Opens.
=== a remark after a gap
/** Opens. */
@A
@B(1)

// Not this.
@C
--- Opens.
=== a picture
/** ![x](y.png) Opens. */
--- Opens.
=== an internal link
/** Opens [the box](Box.kt#L1). */
--- Opens the box.
=== backquoted names
/** Opens [`odd name`] and [Box.`odd`]. */
--- Opens `odd name` and `Box.odd`.
=== links with arguments
/** Opens [open()] and [Box::key]. */
--- Opens `open()` and `Box::key`.
=== questions
/** Is it open? Then yes. And so on, which is told at a length that no list has room for, for it goes on and on, word after word, until there is nobody left who would want to read it in a table of short sentences. */
--- Is it open?
=== text of another alphabet
/** Öffnet die Kiste „X“, ja. */
--- Öffnet die Kiste „X“, ja.
=== suppressed with a reason
/**
 * Opens.
 * @suppress internal
 */
--- Opens.
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"class A {{\n{comment}val after = 1\n}}\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("kotlin", around(comment), sentence)
