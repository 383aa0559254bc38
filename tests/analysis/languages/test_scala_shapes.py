# ruff: noqa: E501
"""Scala: both syntaxes, the newest forms and what people write at their edges."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r'''
=== the new syntax of givens
package a
trait Ord[T]:
  def compare(x: T, y: T): Int
given intOrd: Ord[Int] with
  def compare(x: Int, y: Int) = 1
given Ord[String]:
  def compare(x: String, y: String) = 1
given listOrd: [T] => (ord: Ord[T]) => Ord[List[T]]:
  def compare(x: List[T], y: List[T]) = 0
given context: Config = Config()
given [A, B] => Ord[Pair[A, B]] = ???
class After
--- Ord, Ord.compare, intOrd, intOrd.compare, given_Ord_String, given_Ord_String.compare, listOrd, listOrd.compare, context, given_Ord_Pair, After
=== contexts with using
def f(using Config)(x: Int)(using c: Ctx, d: D = D()): Int = 1
class A(using val b: B)(c: Int)
def g[T: Ord](x: T): T = x
def h[T: {Ord, Show as s}](x: T): T = x
def i(x: Int ?=> String): (Ctx, D) ?=> Int = 1
--- f, A, A.b, g, h, i
f = def f(using Config)(x: Int)(using c: Ctx, d: D = D()): Int
=== enumerations
enum Color(val rgb: Int) derives CanEqual:
  case Red extends Color(0xFF0000)
  case Green extends Color(0x00FF00)
  case Mix(a: Color, b: Color) extends Color(1)
  def hex: String = "x"
  private def no = 1
object Color { def of(x: Int) = Red }
enum Option2[+T] { case Some(x: T); case None }
enum Empty:
  case A, B, C
--- Color, Color.rgb, Color.Red, Color.Green, Color.Mix, Color.hex, Color, Color.of, Option2, Option2.Some, Option2.None, Empty, Empty.A, Empty.B, Empty.C
=== extensions
extension (s: String)
  def shout: String = s.toUpperCase
  private def no = 1
  infix def <+>(t: String): String = s + t
extension [T: Ord](xs: List[T])(using c: Ctx) def top: T = xs.head
extension (x: Int) { def y: Int = 1; inline def z = 2 }
object O:
  extension (a: A)
    def b = 1
--- shout, <+>, top, y, z, O, O.b
=== opaque types and aliases
object A:
  opaque type Id <: Long = Long
  type F[X] = [Y] =>> Map[X, Y]
  type G = { def close(): Unit; type T <: Int }
  type H[+A, -B] = A match { case Int => B; case _ => String }
  type I >: Null <: AnyRef
  private type No = Int
  type K = Int | String & Foo
--- A, A.Id, A.F, A.G, A.H, A.I, A.K
A.Id = opaque type Id <: Long
=== named tuples
type Person = (name: String, age: Int)
val bob: Person = (name = "Bob", age = 33)
def f(p: (x: Int, y: Int)): (z: Int) = (z = p.x)
val g = f((x = 1, y = 2)).z
val after = 1
--- Person, bob, f, g, after
=== indentation
class A(val x: Int):
  def f(y: Int) =
    if y > 1 then
      y
    else if y < 0 then -1
    else
      val z = y match
        case 1 => 2
        case n if n > 3 =>
          try g() catch case e: E => 3 finally h()
        case _ => 4
      z
  end f

  def g() =
    for
      a <- xs
      b = a + 1
      if b > 1
    yield a + b

  while x > 1 do println(x)
  val k = xs.map: x =>
    x + 1
  def last = 1
end A

object B:
  val c = 1
--- A, A.x, A.f, A.g, A.k, A.last, B, B.c
=== export clauses
class A(private val b: B):
  export b.{c, d as e, *}
  export b.f
  def g = 1
object H:
  export A.given
  def i = 1
--- A, A.c, A.e, A.f, A.g, H, H.i
A.c = export b.c
A.e = export b.d as e
=== transparent, inline and erased things
inline def f(inline x: Int): Int = ${ g('x) }
transparent inline def h[T](using m: Mirror.Of[T]): Any = inline m match { case _ => 1 }
transparent trait T
infix type Or[A, B] = Either[A, B]
open class O
final case class P private (x: Int, private val y: Int)(using z: Z)
sealed abstract class Q
into trait R
--- f, h, T, Or, O, P, P.x, Q, R
=== visibility
class A private[a] (val b: Int, protected val c: Int, private[this] val d: Int) {
  private[A] def e = 1
  protected[pkg] val f = 1
  protected def g = 1
  private object No { def h = 1 }
  final override protected lazy val i: Int = 1
}
private case class J(k: Int)
protected[x] trait L { def m = 1 }
--- A, A.b, A.c, A.g, A.i
=== values and patterns
object A {
  val (a, b) = (1, 2)
  val Some(c) = d
  val e :: f = xs
  var g: Int = _
  final val H = 1
  val i, j: Int = 2
  lazy val k = { class No { def no = 1 }; 1 }
  val `odd name` = 1
  implicit val l: Ord[Int] = null
  val M = "x" + 1
}
--- A, A.a, A.b, A.c, A.e, A.f, A.g, A.H, A.i, A.j, A.k, A.`odd name`, A.l, A.M
=== operators as names
class V {
  def +(o: V): V = o
  def unary_- : V = this
  def ::(x: Int): V = this
  def <~>[A](a: A) = a
  def x_=(y: Int): Unit = ()
  def apply(i: Int) = i
  def update(i: Int, j: Int): Unit = {}
  def `type` = 1
  def |@|(x: Int) = 1
  def foo_? : Boolean = true
}
--- V, V.+, V.unary_-, V.::, V.<~>, V.x_=, V.apply, V.update, V.`type`, V.|@|, V.foo_?
=== strings that hold code
object A {
  val b = """class No { def no = 1 } "quoted" ${x}"""
  val c = s"${if (x) "}" else "{"} $y $$"
  val d = raw"\n" + f"${x}%2.2f"
  val e = '"'; val f = '\''; val g = '{'
  val h = sql"""select ${s"${x}"} from y"""
  def after = 1
}
--- A, A.b, A.c, A.d, A.e, A.f, A.g, A.h, A.after
=== comments inside of comments
/* a /* b */ class No */ class A /* x */ {
  // def no = 1
  def /* y */ f(/* z */ a: Int, // q
                b: Int) /* r */ : Int = 1
}
--- A, A.f
A.f = def f(a: Int, b: Int) : Int
=== functions of all sorts
object A {
  def a: Int => String => Unit = ???
  def b(x: => Int, y: Int*)(implicit z: Z): Unit = ()
  def c[F[_]: Monad, A >: B <: C, D <% E](f: A => F[A]): F[A] = f
  def d(x: Int = { 1 }, y: String = "a,b)"): (Int, String) = (x, y)
  def e[A]: PartialFunction[A, Int] = { case x if x == 1 => 2 }
  def f: Int @unchecked = 1
  def g() { println("}") }
  def h[T <: AnyRef { def close(): Unit }](t: T) = t
  def i(f: (Int, Int) => Int)(xs: List[Int] forSome { type T }): Int = 1
  def j(x: A#B, y: a.type, z: "lit", w: 1): this.type = this
  def k: [T] => T => T = [T] => (x: T) => x
}
--- A, A.a, A.b, A.c, A.d, A.e, A.f, A.g, A.h, A.i, A.j, A.k
=== annotations everywhere
@deprecated("x", "1.0") @A(b = { c }) class D @Inject() (@E val f: Int, @(G @field) var h: String) extends I[J] with K {
  @tailrec final def l(@unused x: Int): Int = 1
  @main def m(args: String*): Unit = ()
  @N val o = 1
}
--- D, D.f, D.h, D.l, D.m, D.o
=== anonymous classes and refinements
object A {
  val a = new B { def no = 1; val no2 = 2 }
  val b = new C with D { override def no = 1 }
  def c = new { val no = 1 }
  val d: B { type X = Int } = null
  val e = reflectiveCalls { x => y: Int => z }
  def after = 1
}
--- A, A.a, A.b, A.c, A.d, A.e, A.after
=== a package inside of a package
package a.b
package c {
  class D { def e = 1 }
  object `package` { def f = 1 }
}
package object g { type H = Int }
--- D, D.e, `package`, `package`.f, g, g.H
=== macros and quotes
object M {
  inline def f(x: Int): Int = ${ impl('x) }
  def impl(x: Expr[Int])(using Quotes): Expr[Int] = '{ $x + 1 }
  def t[T: Type]: Expr[String] = '{ ${ Expr(Type.show[T]) } }
  def g: Any = macro gImpl
}
--- M, M.f, M.impl, M.t, M.g
=== a class for values
class Id(val x: Long) extends AnyVal { def y = x }
implicit class Ops[A](private val a: A) extends AnyVal { def ~>(b: Int) = 1 }
implicit def conv(x: Int): String = "x"
case object Z extends Q
case class Empty()
trait T(val p: Int)
--- Id, Id.x, Id.y, Ops, Ops.~>, conv, Z, Empty, T, T.p
=== constructors
class A(x: Int) {
  def this() = this(1)
  def this(y: String) = { this(y.toInt) }
  { println("x") }
  println("}")
  val z = x
}
--- A, A.this, A.this, A.z
=== a script
//> using scala 3.7
//> using dep a::b:1
import a.*
@main def run(x: Int, ys: String*): Unit = println(x)
val y = 1
println(y)
--- run, y
=== braces and indentation mixed
object A {
  def f =
    xs.foldLeft(0) { (a, b) =>
      a + b
    }
  def g = xs
    .map(_ + 1)
    .filter { x => x > 1 }
  def h = x match {
    case Some(y) if y > 1 => { z }
    case _: A | _: B => 1
    case a @ C(_, b*) => 2
    case s"x$y" => 3
  }
  def i = try { 1 } catch { case NonFatal(e) => 2 } finally { 3 }
  def j = for { a <- b; c <- d } yield { e }
  def k = if (a) { b } else c
  def last = 1
}
--- A, A.f, A.g, A.h, A.i, A.j, A.k, A.last
=== abstract members
trait A[F[_]] extends B with C { self: D =>
  type T
  val a: Int
  var b: Int
  def c: F[T]
  def d(x: Int): Unit
  given e: Ord[T]
  object G { val h = 1 }
  case class I(j: Int)
}
--- A, A.T, A.a, A.b, A.c, A.d, A.e, A.G, A.G.h, A.I, A.I.j
=== derived and with deferred givens
trait A:
  given Ord[Int] = deferred
  def f = 1
case class B(x: Int) derives Show, Codec.AsObject, Eq
class C extends A, D, E:
  def g = 2
--- A, A.given_Ord_Int, A.f, B, B.x, C, C.g
=== names of other alphabets
class Größe { def été = 1; val 变量 = 2; def δ_β = 3 }
--- Größe, Größe.été, Größe.变量, Größe.δ_β
'''
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("scala", SHAPES[title])


BROKEN = shapes(
    r"""
=== a method whose parameters never end
class A {
  def one = 1
  def two(a: Int, { val b = 1; b }
  def three = 1
}
--- A, A.one, A.three
=== a conflict of a merge
class A {
  val one = 1
<<<<<<< HEAD
  val two = 2
=======
  val other = 2
>>>>>>> branch
  def last = 1
}
--- A, A.one, A.two, A.other, A.last
=== a body that is half written
class A {
  def one = 1
  def two = x match { case
}
class B
--- A, A.one, A.two, A.B
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("scala", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== links
/** Opens a [[Box]], a [[a.b.Box#open]], see [[Box the box]] and [[https://x.y the site]]. */
--- Opens a `Box`, a `a.b.Box.open`, see the box and the site.
=== links to objects and types
/** A [[Box$]], [[Box!.T]] and [[https://x.y]]. */
--- A `Box`, `Box!.T` and https://x.y.
=== code
/** Calls `open[T]()` and {{{ x.y }}}. */
--- Calls `open[T]()` and `x.y`.
=== a block of code
/** Opens it.
  *
  * {{{
  * val x = 1
  * }}}
  *
  * More.
  */
--- Opens it.
=== the wiki's bold and slanted
/** A '''bold''', ''slanted'' and __lined__ word. */
--- A bold, slanted and __lined__ word.
=== tags only
/** @param a the a
  * @return b
  */
---
=== words and tags
/** Opens it
  * @tparam T the t
  */
--- Opens it
=== paragraphs
/** Opens the box
  * of the depot.
  *
  * More.
  */
--- Opens the box of the depot.
=== the old style
/**
 * Opens the box
 * of the depot.
 */
--- Opens the box of the depot.
=== a list
/** Does:
  *  - one
  *  - two
  */
--- Does: one; two.
=== a numbered list
/** Does:
  *  1. one
  *  1. two
  */
--- Does: one; two.
=== types as text
/** Returns List[T] or Map<K, V> of F[_]. */
--- Returns List[T] or Map<K, V> of F[_].
=== entities
/** A &lt;b&gt; &amp; c. */
--- A \<b> & c.
=== a heading
/** = Boxes =
  *
  * Holds them.
  */
--- Holds them.
=== grouped
/** Opens it.
  * @group boxes
  * @since 1.0
  */
--- Opens it.
=== a note alone
/** @note not this */
---
=== no documentation
// Not this.
---
=== a block that is none
/* Nor this. */
---
=== one line without spaces
/**Opens it.*/
--- Opens it.
=== Markdown of Scala 3
/** Opens [the site](https://x.y) of **all** `boxes`. */
--- Opens [the site](https://x.y) of **all** `boxes`.
=== fences
/** Opens it.
 *
 *  ```scala
 *  val x = 1
 *  ```
 */
--- Opens it.
=== marks of HTML
/** A <b>bold</b> <code>x[T]</code>,<br>then more. */
--- A bold `x[T]`, then more.
=== a macro variable
/** Opens $coll of [[$Coll]]. */
--- Opens $coll of `$Coll`.
=== inherited
/** @inheritdoc */
---
=== inherited with more
/** @inheritdoc
  *
  * Also shuts.
  */
--- Also shuts.
=== an annotation below
/** Opens it. */
@deprecated("x", "1")
--- Opens it.
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"class A {{\n{comment}val after = 1\n}}\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("scala", around(comment), sentence)
