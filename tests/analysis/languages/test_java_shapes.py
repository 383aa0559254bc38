# ruff: noqa: E501
"""Java: the newest syntax, the oldest, and what people write at the edges of both."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r'''
=== statements before the call of another constructor
public class A extends B {
    final int y;
    public A(int x) {
        if (x < 0) throw new IllegalArgumentException("x");
        this.y = x;
        super(x);
    }
    public A() { int z = f(); this(z); }
    public void g() { super.g(); }
}
--- A, A.A, A.A, A.g
=== unnamed variables and patterns
public class A {
    public int f(Object o) {
        for (var _ : list()) { n++; }
        try { g(); } catch (RuntimeException _) { }
        try (var _ = lock()) { }
        run(_ -> 1);
        run((_, _) -> 2);
        return o instanceof P(int a, _) ? a : 0;
    }
    public void g() { }
}
--- A, A.f, A.g
=== nested record patterns with guards
public class A {
    public static int f(Object o) {
        return switch (o) {
            case P(var a, Q(_, int b)) when a > b && o != null -> { yield 1; }
            case String s when s.length() > 2 -> 2;
            case int i when i > 1 -> 3;
            case null, default -> 4;
        };
    }
    public static final int AFTER = 1;
}
--- A, A.f, A.AFTER
A.AFTER = public static final int AFTER = 1
=== sealed types over several lines
public sealed abstract class Shape
        permits Circle,
                Shape.Square {
    public static non-sealed class Square extends Shape { }
    public record Dot(int x, int y) { }
}
final class Circle extends Shape { }
--- Shape, Shape.Square, Shape.Dot
Shape = public sealed abstract class Shape permits Circle, Shape.Square
Shape.Square = public static non-sealed class Square extends Shape
=== annotated type parameters and bounds
public class A<@X T extends @Y Comparable<? super T> & java.io.Serializable> {
    public <U extends T, @Z V> Map<U, List<Map<V, ? extends T[]>>> f(Class<? super U>... types) throws E, F { return null; }
    public <W> A(W w) { }
}
--- A, A.f, A.A
A.f = public <U extends T, @Z V> Map<U, List<Map<V, ? extends T[]>>> f(Class<? super U>... types) throws E, F
A.A = public <W> A(W w)
=== dimensions behind names
public class A {
    public int a, b[] = {1}, c[][];
    public int f(int x[])[] { return null; }
    public static final String[] NAMES[] = {{"a"}};
}
--- A, A.a, A.b, A.c, A.f, A.NAMES
A.f = public int f(int x[])[]
=== the receiver as a parameter
public class A {
    public class B {
        public B(A A.this) { }
        public void f(@X A.B this, int y) { }
    }
}
--- A, A.B, A.B.B, A.B.f
A.B.f = public void f(@X A.B this, int y)
=== an enumeration with bodies, arguments and annotations
public enum Op implements IntBinaryOperator {
    @Deprecated PLUS("+") {
        @Override public int apply(int a, int b) { return a + b; }
    },
    MINUS("-") { public int apply(int a, int b) { return a - b; } },
    ;
    private final String sign;
    Op(String sign) { this.sign = sign; }
    public abstract int apply(int a, int b);
    public static final int MANY = 2;
}
--- Op, Op.PLUS, Op.MINUS, Op.apply, Op.MANY
=== an enumeration without constants
public enum None { ; public static int size() { return 0; } }
--- None, None.size
=== an annotation with everything
@Retention(RUNTIME) @Target({TYPE, METHOD})
public @interface Mark {
    String[] value() default {"a", "{"};
    int depth() default -1;
    Class<? extends Throwable> on() default Throwable.class;
    Kind kind() default Kind.A;
    enum Kind { A, B }
    String NAME = "x";
    @interface List { Mark[] value(); }
}
--- Mark, Mark.value, Mark.depth, Mark.on, Mark.kind, Mark.Kind, Mark.Kind.A, Mark.Kind.B, Mark.NAME, Mark.List, Mark.List.value
Mark.depth = int depth() default -1
=== members of an interface
public interface I<T> {
    int A = 1, B = -2;
    void f();
    default <U> U g(U u) { return h(u); }
    static <T> I<T> of() { return null; }
    private <U> U h(U u) { return u; }
    private static void k() { }
    class Inner { public int x; int hidden; protected int y; }
    interface Nested { void n(); }
}
--- I, I.A, I.B, I.f, I.g, I.of, I.Inner, I.Inner.x, I.Inner.y, I.Nested, I.Nested.n
I.A = int A = 1
I.B = int B = -2
=== initialisers, local and anonymous classes
public class A {
    static { class L { public void no() { } } }
    { run(new Runnable() { public void run() { } public int no; }); }
    public Runnable f() {
        record R(int x) { public int no() { return x; } }
        enum E { X }
        interface J { void no(); }
        return new Runnable() { @Override public void run() { } };
    }
    public int last;
}
--- A, A.f, A.last
=== text blocks that hold code
public class A {
    public static final String CODE = """
        class No { public void no() { } }
        \""" and "quotes" \
        """;
    public void f() { g("""
        }"""); }
    public int after;
}
--- A, A.CODE, A.f, A.after
=== comments in the midst of declarations
public /* x */ class /* y */ A /* z */ <T> // w
        extends B {
    public /* a */ static // b
    int f(/* the first */ int a, // the first
          int b /* the second */) throws E, /* q */ F { return 1; }
}
--- A, A.f
A = public class A <T> extends B
A.f = public static int f(int a, int b) throws E, F
=== annotations between modifiers
public class A {
    public @X({"a", "{", ";"}) static @Y(b = @Z("}")) final int K = 1;
    @Override public final @X synchronized strictfp native void f();
}
--- A, A.K, A.f
A.K = public static final int K = 1
=== words that are names elsewhere
public class A {
    public A record(A record) { return record; }
    public int sealed, permits, when, yield, module, open, exports, to, with, var, value;
    public void sealed(int when) { var var = 1; int yield = when; A record = null; }
    public A when() { return this; }
}
--- A, A.record, A.sealed, A.permits, A.when, A.yield, A.module, A.open, A.exports, A.to, A.with, A.var, A.value, A.sealed, A.when
=== semicolons that nobody needs
;
package a;;
import b.C;;
public class A { ; public int x;; public void f() { }; };
;
interface Hidden { }
public interface B { ; void g(); ; }
--- A, A.x, A.f, B, B.g
=== names that no one types
public class Größe { public int $a$, _b, été, 变量; public void ñ() { } }
--- Größe, Größe.$a$, Größe._b, Größe.été, Größe.变量, Größe.ñ
=== what stands in a type that nobody sees
class A { public static class B { public int c; } protected interface D { int E = 1; } }
---
=== protected members of protected types
public abstract class A {
    protected static class B { protected int c; private int d; int e; }
    protected A() { }
    protected abstract <T> T f();
    abstract void g();
}
--- A, A.B, A.B.c, A.A, A.f
=== constants with values that tell and others
public class A {
    public static final char C = '"', D = '\'', E = '{';
    public static final int NEGATIVE = -1, BITS = 0b1010_1010;
    public static final long BIG = 0xFFFF_FFFFL;
    public static final double D1 = 1e-9;
    public static final boolean YES = true;
    public static final Object NONE = null;
    public static final Pattern P = Pattern.compile("[{;]");
    public static final String S = "a;b{c}//d" + "e";
}
--- A, A.C, A.D, A.E, A.NEGATIVE, A.BITS, A.BIG, A.D1, A.YES, A.NONE, A.P, A.S
A.NEGATIVE = public static final int NEGATIVE = -1
A.BIG = public static final long BIG = 0xFFFF_FFFFL
A.P = public static final Pattern P
=== records
public record Range<T extends Comparable<T>>(@NonNull T low, T... high) implements Comparable<Range<T>> {
    public static final Range<?> NONE = null;
    private static int count;
    public Range { Objects.requireNonNull(low); }
    public Range(T low) { this(low, low); }
    public T low() { return low; }
    static int no() { return 0; }
    public record Pair<A, B>(A a, B b) { }
}
--- Range, Range.NONE, Range.Range, Range.Range, Range.low, Range.Pair
=== constructions of inner classes
public class A {
    public class In { public In(int x) { } }
    public static class Sub extends A.In { public Sub(A a) { a.super(1); } }
    public In make(A a) { return a.new In(1) { }; }
    public Object after = int[]::new;
}
--- A, A.In, A.In.In, A.Sub, A.Sub.Sub, A.make, A.after
=== annotated arrays
public class A {
    public @X String @Y [] @Z [] f(@X int @Y ... a) { return null; }
    public int @X [] b;
    public List<@X ? extends @Y T> c() { return null; }
}
--- A, A.f, A.b, A.c
=== operators that look like brackets
public class A {
    public boolean f(int a, int b) { return a < b && b > (a >>> 2) || x instanceof List<?> l && !l.isEmpty(); }
    public int g(int a) { return a > 0 ? (int) -a : (Integer) +a; }
    public Supplier<List<Map<String, int[]>>> h = () -> new ArrayList<>() {{ add(null); }};
}
--- A, A.f, A.g, A.h
=== labels, loops and old switches
public class A {
    public void f() {
        outer: for (;;) { switch (x) { case A, B: break outer; case 1: default: continue outer; } }
        do { assert x > 1 : "no"; } while (true);
    }
    public void g() { synchronized (this) { } }
}
--- A, A.f, A.g
=== lambdas with types and blocks
public class A {
    public Fn f = (final var a, @X var b) -> { return a + b; };
    public Fn g = (int... a) -> switch (a.length) { case 0 -> { yield 1; } default -> throw new E(); };
    public <T> void h() { this.<T>h(); A.<T>of().<T>h(); String::<T>valueOf; }
}
--- A, A.f, A.g, A.h
=== a generic class inside of a generic class
public class A<T> extends B<T>.C<T[]> implements D<E<F>>, G {
    public A<T>.In<String> f(final Map.Entry<? extends T, ?> e) { return null; }
    public class In<U> { }
}
--- A, A.f, A.In
A = public class A<T> extends B<T>.C<T[]> implements D<E<F>>, G
=== a class for values
public value class Point { public int x; }
public abstract value class Base { }
value record Hidden(int x) { }
public value record Pair(int a) { public int value() { return 1; } }
--- Point, Point.x, Base, Pair, Pair.value
Point = public value class Point
Pair = public value record Pair(int a)
=== escapes of letters in names
public class \u0041b { public int \u00e9t\uu00e9 = 1; String s = "\u0022 + \"x"; char c = '\u0041'; public void f() { } }
--- Ab, Ab.été, Ab.f
Ab.été = public int été
=== imports of modules and of everything
package a.b;
import module java.base;
import static java.lang.Math.*;
import static java.util.Map.Entry.comparingByKey;
import java.util.*;
public class A { public void f() { } }
--- A, A.f
=== a module with everything
/** Holds. */
@Deprecated(since = "1")
open module com.depot.core {
    requires transitive static java.sql;
    exports com.depot to a.b, c.d;
    opens com.depot.in;
    uses com.depot.Spi;
    provides com.depot.Spi with com.depot.Own, com.depot.Other;
}
--- com.depot.core
com.depot.core = open module com.depot.core
=== a file with nothing but a package
/** Of crates. */
package a.b;
---
=== a file with nothing at all
// nothing
---
=== a class of which a method has no body by mistake
public abstract class A { public native int f(); public abstract void g() throws E; public int h; }
--- A, A.f, A.g, A.h
=== constants of one declaration with comments
public interface K {
    int A = 1, // the first
        B = 2; // the second
    String C = "c";
}
--- K, K.A, K.B, K.C
=== a method with a default behind an annotation
public interface A { @Deprecated default void f() { } public static @X int g() { return 1; } @SafeVarargs static <T> void h(T... t) { } }
--- A, A.f, A.g, A.h
=== casts to intersections and generic calls
public class A {
    public Object f() { return (Runnable & Serializable) () -> { }; }
    public Object g() { return (T[]) new Object[] {1, 2,}; }
    public Object h() { return new int[][] {{1}, {}}; }
}
--- A, A.f, A.g, A.h
'''
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("java", SHAPES[title])


BROKEN = shapes(
    r"""
=== a method whose parameters never end
public class A {
    public void one() { }
    public void two(int a, { int b = 1; return out; }
    public void three() { }
}
--- A, A.one
=== a conflict of a merge
public class A {
    public int one;
<<<<<<< HEAD
    public int two;
=======
    public int other;
>>>>>>> branch
    public void last() { }
}
--- A, A.one, A.two, A.other, A.last
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("java", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== code
/** Holds {@code List<String>} and {@code {a, {b}}}. */
--- Holds `List<String>` and `{a, {b}}`.
=== code over lines
/**
 * Takes {@code Map<K,
 * V>} once.
 */
--- Takes `Map<K, V>` once.
=== a link with a label
/** See {@link #f(int, String) the f} and {@linkplain Map.Entry entries}. */
--- See the f and entries.
=== links without
/** See {@link java.util.Map.Entry#getKey()}, {@link #f(int)} and {@link Box}. */
--- See `java.util.Map.Entry.getKey()`, `f(int)` and `Box`.
=== a snippet
/** Opens it.
 * {@snippet lang=java :
 * Box box = new Box(); // @highlight substring="Box"
 * }
 */
--- Opens it.
=== a snippet in the midst
/** Opens {@snippet file="x.java" region="a"} it. */
--- Opens it.
=== a summary
/** {@summary The one thing} that matters. More. */
--- The one thing
=== what is returned
/** {@return the size of {@code this} box} */
--- Returns the size of `this` box.
=== a word for the index
/** Holds {@index box} and {@index "large boxes" those of size} things. */
--- Holds box and large boxes things.
=== the value of another constant
/** At most {@value #LIMIT} or {@value Box#SIZE}. */
--- At most `LIMIT` or `Box.SIZE`.
=== its own value
/** The limit, {@value}. */
--- The limit.
=== its own value in brackets
/** The limit ({@value}) of all. */
--- The limit of all.
=== a property of the system
/** Read from {@systemProperty depot.home}. */
--- Read from `depot.home`.
=== literal text
/** Where {@literal a < b && c > d}, not {@literal <b>}. */
--- Where a < b && c > d, not \<b>.
=== an annotation in text
/** Marked by {@literal @}Inject or &#64;Named. */
--- Marked by @Inject or @Named.
=== entities
/** A Box&lt;T&gt; &mdash; of &quot;things&quot; &amp; more&hellip;&nbsp;Yes. */
--- A Box<T> — of "things" & more… Yes.
=== paragraphs
/** Opens. <p>Then more. */
--- Opens.
=== a list
/** Does: <ul><li>one</li><li>two</li></ul> Then. */
--- Does: one; two.
=== code in blocks
/** Used so: <pre>{@code
 *   a.b();
 * }</pre>
 * and more. */
--- Used so.
=== marks of HTML
/** A <b>bold</b>, <i>slanted</i> <em>word</em>, <a href="x.html">linked</a>, H<sub>2</sub>O, <tt>x&lt;y</tt>. */
--- A bold, slanted word, linked, H2O, `x<y`.
=== nothing but tags
/**
 * @param a the a
 * @return b
 */
---
=== what is inherited
/** {@inheritDoc} */
---
=== what is inherited, and more
/** {@inheritDoc} Also shuts. */
--- Also shuts.
=== deprecated alone
/** @deprecated use {@link #g} */
---
=== Markdown with links
/// A [Box], the [big ones][Box#big(int)], [java.util.List#add(Object)] and [text](https://x.y).
--- A `Box`, the big ones, `java.util.List#add(Object)` and [text](https://x.y).
=== Markdown with code
/// Holds `a<b>` and:
///
/// ```java
/// x();
/// ```
--- Holds `a<b>` and ...
=== Markdown with a list
/// Does:
/// - one
/// - two
--- Does: one; two.
=== Markdown in paragraphs
///   First
///   words.
///
///   More.
/// @since 1
--- First words.
=== Markdown with a table
/// Counts.
///
/// | a | b |
/// |---|---|
/// | 1 | 2 |
--- Counts.
=== Markdown and what is no Markdown
/** Old. */
/// New.
--- New.
=== no documentation
// not this
---
=== a ruler
/******************
 * Not this either.
 ******************/
---
=== stars that are words
/**
 ** Shouts.
 **/
--- Shouts.
=== one without a space
/**Tight.*/
--- Tight.
=== a type in angle brackets
/** Returns a List<String> or Map<K, List<V>> of them. */
--- Returns a List<String> or Map<K, List<V>> of them.
=== shortened words
/** Takes e.g. a box, i.e. one of No. 5 vs. others. And more. */
--- Takes e.g. a box, i.e. one of No. 5 vs. others. And more.
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"public class A {{\n{comment}public int after;\n}}\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("java", around(comment), sentence)
