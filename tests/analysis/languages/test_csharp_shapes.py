# ruff: noqa: E501
"""C#: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse
from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r'''
=== extension blocks of all sorts
public static class E
{
    extension<T>(List<T> source) where T : notnull
    {
        public int Size => source.Count;
        public T this[int i] => source[i];
        public void Add2(T a) { }
        internal void No() { }
    }
    extension(ref Box box) { public static Box operator +(Box a, Box b) => a; public static Box Make() => new(); }
    public static void Old(this string s) { }
}
--- E, E.Size, E.this[], E.Add2, E.operator +, E.Make, E.Old
E.Size = extension<T>(List<T> source) where T : notnull public int Size { get; }
=== the word field
public class C
{
    public string Name { get; set => field = value ?? throw new E(nameof(value)); } = "";
    public int Size { get { return field; } private set { field = value; } }
    public required string Key { get; init; }
    public int Count => field;
}
--- C, C.Name, C.Size, C.Key, C.Count
C.Name = public string Name { get; set; }
C.Size = public int Size { get; private set; }
C.Key = public required string Key { get; init; }
=== partial members
public partial class C
{
    public partial C(int a);
    public partial C(int a) { }
    public partial event Action Changed;
    public partial event Action Changed { add { } remove { } }
    public partial string Name { get; set; }
    public partial int this[int i] { get; }
    public partial void F();
}
--- C, C.C, C.Changed, C.Name, C.this[], C.F
=== params of any collection
public class C
{
    public void F(params ReadOnlySpan<int> a) { }
    public void G(params IEnumerable<string>? b) { }
    public void H(params int[]? c) { }
}
--- C, C.F, C.G, C.H
C.F = public void F(params ReadOnlySpan<int> a)
=== assignment behind a question mark
public class C
{
    public void F(C? a) { a?.B = 1; a?.List[0] = 2; a?[1] = 3; a?.B += 4; a?.D?.B ??= 5; var x = a?.B == 1 ? a?.B : 2; }
    public int B;
}
--- C, C.F, C.B
=== types of one file
file class No { public int A; }
file static class Helper { public static void F() { } }
file record struct R(int A);
public class C { public int B; }
--- C, C.B
=== primary constructors
public class A(int a, ILogger<A> log = null!) : B(a), IC where T : D { public int X => a; }
public struct S(int a) { public int X { get; } = a; }
public class Empty(int a);
public abstract class Q<T>(T t) where T : class, new();
public interface IX;
public struct Y;
--- A, A.X, S, S.X, Empty, Q, IX, Y
A = public class A(int a, ILogger<A> log = null!) : B(a), IC where T : D
=== constraints of all sorts
public class C
{
    public T F<T, U>(scoped in T a, ref readonly U b) where T : struct, allows ref struct where U : unmanaged, I<T?>, notnull => a;
    public static abstract T operator checked +(T a, T b);
    public ref readonly int G(scoped ref int a, [UnscopedRef] out int b) { b = 1; return ref a; }
    public unsafe delegate* unmanaged[Cdecl]<int*, void> H;
    public nint I; public nuint J; public (int A, string? B)[] K = [];
}
--- C, C.F, C.operator +, C.G, C.H, C.I, C.J, C.K
=== patterns
public class C
{
    public int F(object o) => o switch
    {
        { Length: > 1 and < 5 or 7 } s when s != null => 1,
        [1, .., var last, _] => 2,
        (int a, > 3) { X: not null } => 3,
        string { Length: 0 } or null => 4,
        not (1 or 2) => 5,
        A.B<C> => 6,
        _ => throw new E(),
    };
    public bool G(object o) => o is not { A.B: [..] } and (>= 'a' and <= 'z');
    public int After;
}
--- C, C.F, C.G, C.After
=== collection expressions and spreads
public class C
{
    public int[] A = [1, .. B, ..C];
    public static readonly Dictionary<string, int> D = new() { ["a"] = 1, { "b", 2 } };
    public List<int> E { get; } = [];
    public int[][] F => [[1], []];
    public Range G = 1..^2;
    public Index H = ^1;
}
--- C, C.A, C.D, C.E, C.F, C.G, C.H
=== strings of all sorts
public class C
{
    public const string A = """
        class No { public void No() { } } "quoted"
        """;
    public string B => $$"""{{{x}}} and {"y"}""";
    public string D = $"{(a ? "}" : "{")} {{x}} {b:N2} {c,10:{d}}";
    public string E = @"\" + "//" + "/*";
    public string F = $"{f(new { A = "x" })}" + $@"{y}\";
    public ReadOnlySpan<byte> G => "x"u8;
    public char H = '"', I = '\'', J = '{';
    public string K = "\e[1m";
    public int After;
}
--- C, C.A, C.B, C.D, C.E, C.F, C.G, C.H, C.I, C.J, C.K, C.After
=== quotes in verbatim strings and in their holes
public class C
{
    public string A = @$"""{kv.Key}""{(kv.Value is null ? "" : $" '{kv.Value}'")}";
    public string B = $@"{{""x""}} {(y ? '"' : '{')} """;
    public int After;
}
--- C, C.A, C.B, C.After
=== words of the language as names
public class @class
{
    public int @int, var, value, get, set, add, remove, record, required, scoped, field, file, partial, where, when, yield, await, async, nameof, dynamic, global, alias, managed, notnull, unmanaged, with, init, and, or, not, on, by, into, extension;
    public void F(int var, int record, int get) { var var2 = var; }
    public void async() { }
}
--- @class, @class.@int, @class.var, @class.value, @class.get, @class.set, @class.add, @class.remove, @class.record, @class.required, @class.scoped, @class.field, @class.file, @class.partial, @class.where, @class.when, @class.yield, @class.await, @class.async, @class.nameof, @class.dynamic, @class.global, @class.alias, @class.managed, @class.notnull, @class.unmanaged, @class.with, @class.init, @class.and, @class.or, @class.not, @class.on, @class.by, @class.into, @class.extension, @class.F, @class.async
=== comments in the midst of declarations
public /* x */ class /* y */ C // z
    : B /* w */
{
    public /* a */ static // b
        int F(/* the first */ int a, // the first
              int b /* the second */) => 1; // c
}
--- C, C.F
C = public class C : B
C.F = public static int F(int a, int b)
=== attributes everywhere
[assembly: A("x")]
[module: B]
[Serializable, A(B = typeof(C<>), D = new[] { "]" })]
public class C<[X] T>([Y] int a)
{
    [field: NonSerialized] public event EventHandler? E;
    [return: NotNull] [A] public T? F([CallerMemberName] string? b = null, [X(")")] params object[] c) => default;
    [property: X] public int G { [A] get; [B] private protected set; }
}
--- C, C.E, C.F, C.G
C = public class C<[X] T>([Y] int a)
C.F = public T? F([CallerMemberName] string? b = null, [X(")")] params object[] c)
C.G = public int G { get; private protected set; }
=== operators of all sorts
public readonly struct V
{
    public static V operator +(V a) => a;
    public static V operator -(V a, V b) => a;
    public static bool operator true(V a) => true;
    public static bool operator false(V a) => false;
    public static implicit operator int(V a) => 1;
    public static explicit operator checked byte(V a) => 1;
    public static V operator >>>(V a, int b) => a;
    public static V operator ++(V a) => a;
    public static bool operator ==(V a, V b) => true;
    public static bool operator !=(V a, V b) => false;
    public void operator ++() { }
    public void operator -=(int a) { }
}
--- V, V.operator +, V.operator -, V.operator true, V.operator false, V.operator int, V.operator byte, V.operator >>>, V.operator ++, V.operator ==, V.operator !=, V.operator ++, V.operator -=
=== members of an interface
public interface I<in T, out U> : J where T : class
{
    int A { get; }
    U F(T t) => default;
    static abstract U Make();
    static virtual int G() => 1;
    private void No() { }
    protected void P() { }
    internal void Q() { }
    event Action E;
    int this[int i] { get; set; }
    const int K = 1;
    class In { public int X; int No; }
    static I() { }
}
--- I, I.A, I.F, I.Make, I.G, I.P, I.E, I.this[], I.K, I.In, I.In.X
=== explicit implementations
public class C : I, IEnumerable<int>
{
    int I.A => 1;
    IEnumerator IEnumerable.GetEnumerator() => null!;
    void I.F<T>(T t) { }
    event Action I.E { add { } remove { } }
    public static explicit operator int(C c) => 1;
    public IEnumerator<int> GetEnumerator() { yield break; }
}
--- C, C.operator int, C.GetEnumerator
=== visibility in two words
public class C
{
    protected internal int A;
    private protected int B;
    internal protected int D { get; set; }
    protected private void E() { }
    internal int F;
    int G;
    protected class H { protected int I; }
    ~C() { }
    static C() { }
}
--- C, C.A, C.D, C.H, C.H.I
=== nested types and delegates
public delegate Task<T> Fn<in T>(T a, params object[] b) where T : class;
public class C
{
    public delegate void In();
    public enum E : byte { A = 1 << 0, [X] B = A | 2, C = 'c', }
    public record struct R(int A) { public int B; }
    private class No { public int X; }
    public static class S { public const double PI = 3.14; }
}
--- Fn, C, C.In, C.E, C.E.A, C.E.B, C.E.C, C.R, C.R.A, C.R.B, C.S, C.S.PI
=== namespaces of all sorts
global using System;
global using static System.Math;
using A = System.Collections.Generic.List<int>;
using unsafe P = int*;
extern alias X;
namespace A.B
{
    using C.D;
    namespace E { public class F { } }
    public class G { }
}
namespace H { public class I { } }
--- F, G, I
=== statements at the top
using System;
var x = args.Length;
Console.WriteLine($"{x}");
int Local(int a) => a;
await Task.Delay(1);
return x;
public class C { public int A; }
--- C, C.A
=== local functions and lambdas
public class C
{
    public void F()
    {
        static int Local<T>(T a) where T : class => 1;
        [A] void Other() { }
        var f = [X] static async (int a, string b = "x", params int[] c) => { await a; return 1; };
        var g = int (ref int a) => a;
        var h = delegate (int a) { return a; };
        var i = (a, _, _) => a;
        foreach (var (k, v) in m) { }
        using var y = z;
        if (x is { } q) goto end;
        checked { a++; } unsafe { fixed (int* p = &a[0]) { } } lock (o) { }
        end: return;
    }
    public int After;
}
--- C, C.F, C.After
=== queries
public class C
{
    public object F() => from a in b where a.X > 1 join c in d on a.Id equals c.Id into e orderby a.Y descending, a.Z let f = a group f by a.K into g select new { g.Key, N = g.Count() };
    public int After;
}
--- C, C.F, C.After
=== generics that look like comparisons
public class C
{
    public bool A = a < b && c > (d);
    public object B = F<int>(1) is List<int>[] ? G<A, B>.X : (a < b, c > d);
    public Func<int, (int A, int? B)?, Task<List<int[]>>> D = null!;
    public int? E = x ? y : z;
    public T?[]? F2<T>() => default;
}
--- C, C.A, C.B, C.D, C.E, C.F2
=== fixed buffers and events
public unsafe struct C
{
    public fixed byte A[16], B[8];
    public event EventHandler D, E;
    public static readonly int F = 1, G = 2;
    public const int H = 1, I = -2;
    public volatile int J;
    public extern int K();
}
--- C, C.A, C.B, C.D, C.E, C.F, C.G, C.H, C.I, C.J, C.K
C.I = public const int I = -2
=== bodies as expressions
public class C
{
    public C(int a) => A = a;
    public int A { get => 1; set => B = value; }
    public int this[int i] { get => i; set { } }
    public int B => 1;
    ~C() => F();
    public void F() => G();
    public event Action E { add => x += value; remove => x -= value; }
    public static implicit operator C(int a) => new(a);
}
--- C, C.C, C.A, C.this[], C.B, C.F, C.E, C.operator C
=== records of all sorts
public record A;
public sealed record B(int X, string Y = "x") : A { public virtual bool Equals(B? o) => true; public required int Z { get; init; } }
public readonly record struct D(in int X, params int[] Y);
public abstract record class E<T>(T V) where T : notnull { protected E(E<T> o) { V = o.V; } }
--- A, B, B.X, B.Y, B.Equals, B.Z, D, D.X, D.Y, E, E.V, E.E
=== directives of a single file program
#!/usr/bin/env dotnet run
#:package Newtonsoft.Json@13.0.3
#:sdk Microsoft.NET.Sdk.Web
#:property LangVersion=preview
Console.WriteLine("x");
public class C { public int A; }
--- C, C.A
=== directives between members of an initialiser
public class C
{
    public static readonly string[] A = {
        "a",
#if X
        "b",
#else
        "c",
#endif
    };
    public int B(
#if X
        int a
#endif
    ) => 1;
    public int D;
}
--- C, C.A, C.B, C.D
=== casts, defaults and ranges
public class C
{
    public int A = (int)-1, B = default, D = (x) - 1;
    public object E = (object)(a, b);
    public object F = new() { };
    public object G = new int[,] { { 1 } }, H = stackalloc int[] { 1 };
    public object I = typeof(List<>), J = sizeof(int), K = nameof(A.B<int>.C), L = nameof(List<>);
    public object M = a switch { 1 => 2, _ => 3 } with { X = 1 };
    public object N = await foo!.Bar![0]!;
}
--- C, C.A, C.B, C.D, C.E, C.F, C.G, C.H, C.I, C.J, C.K, C.L, C.M, C.N
=== names that no one types
public class Größe { public int été, _b, 变量; public void ñ\u00e9() { } }
--- Größe, Größe.été, Größe._b, Größe.变量, Größe.ñ\u00e9
'''
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("csharp", SHAPES[title])


BROKEN = shapes(
    r"""
=== a method whose parameters never end
public class C
{
    public void One() { }
    public void Two(int a, { int b = 1; return out; }
    public void Three() { }
}
--- C, C.One
=== a conflict of a merge
public class C
{
    public int One;
<<<<<<< HEAD
    public int Two;
=======
    public int Other;
>>>>>>> branch
    public void Last() { }
}
--- C, C.One, C.Two, C.Other, C.Last
=== a body that is half written
public class C
{
    public void One() { }
    public void Two() { if (x is
}
public class D { public int A; }
---
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("csharp", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== references
/// <summary>Opens a <see cref="Box"/>, <see cref="Box.Open(int)"/>, <see cref="List{T}"/> or <see cref="T:A.B`1"/>.</summary>
--- Opens a `Box`, `Box.Open(int)`, `List<T>` or `A.B`.
=== references with words
/// <summary>See <see cref="Box">the box</see>, <see href="https://x.y">the site</see> and <see href="https://x.y"/>.</summary>
--- See the box, the site and https://x.y.
=== words of the language
/// <summary>Returns <see langword="true"/>, not <see langword="null" />.</summary>
--- Returns `true`, not `null`.
=== parameters
/// <summary>Adds <paramref name="a"/> to <typeparamref name="T"/>.</summary>
--- Adds `a` to `T`.
=== code
/// <summary>Calls <c>Open&lt;T&gt;()</c> and <code>x.y()</code>.</summary>
--- Calls `Open<T>()` and x.y().
=== paragraphs
/// <summary>
/// <para>Opens it.</para>
/// <para>More.</para>
/// </summary>
/// <remarks>No.</remarks>
--- Opens it.
=== lists
/// <summary>
/// Does:
/// <list type="bullet">
/// <item><description>one</description></item>
/// <item><term>two</term></item>
/// </list>
/// </summary>
--- Does: one; two.
=== entities
/// <summary>A &lt;b&gt; &amp; &quot;c&quot; &#64;d.</summary>
--- A \<b> & "c" @d.
=== what is inherited
/// <inheritdoc/>
---
=== what is inherited from another
/// <inheritdoc cref="Box.Open(int)" path="/summary"/>
---
=== remarks alone
/// <remarks>Opens it.</remarks>
--- Opens it.
=== what a value is
/// <value>The size.</value>
--- The size.
=== returns alone
/// <returns>The size.</returns>
---
=== one line without tags
/// Opens it.
--- Opens it.
=== a summary over many lines
/// <summary>
///   Opens
///   it   all.
/// </summary>
/// <param name="a">No.</param>
--- Opens it all.
=== a block
/** <summary>Opens it.</summary> */
--- Opens it.
=== a block with stars
/**
 * <summary>
 * Opens it.
 * </summary>
 */
--- Opens it.
=== an empty summary
/// <summary></summary>
---
=== a summary that is never closed
/// <summary>Opens it.
/// <param name="a">No.</param>
--- Opens it.
=== character data
/// <summary>Where <![CDATA[a < b && c]]> holds.</summary>
--- Where a < b && c holds.
=== marks of HTML
/// <summary>A <b>bold</b>, <i>slanted</i><br/>word, <a href="https://x.y">linked</a>.</summary>
--- A bold, slanted word, linked.
=== no documentation
// Not this.
---
=== four slashes
//// Nor this.
---
=== generics as text
/// <summary>A List&lt;T&gt; of Dictionary{K,V}.</summary>
--- A List<T> of Dictionary{K,V}.
=== attributes below
/// <summary>Opens it.</summary>
[Obsolete("x")]
[A]
--- Opens it.
=== a directive between
/// <summary>Opens it.</summary>
#pragma warning disable CS1591
--- Opens it.
=== a remark between
/// <summary>Opens it.</summary>
// Not this.
--- Opens it.
=== an example first
/// <example><code>x();</code></example>
/// <summary>Opens it.</summary>
--- Opens it.
=== a file that holds it
/// <include file='docs.xml' path='docs/member[@name="A"]/*'/>
---
=== shortened words
/// <summary>Takes e.g. a box, i.e. one of C# 14.0. And more.</summary>
--- Takes e.g. a box, i.e. one of C# 14.0. And more.
=== references to overloads and operators
/// <summary>See <see cref="o:Box.Open"/>, <see cref="M:A.B.C(System.Int32)"/>, <see cref="operator +(A, A)"/>.</summary>
--- See `Box.Open`, `A.B.C(System.Int32)`, `operator +(A, A)`.
=== quotes of the other kind
/// <summary>A <see cref='Box'/> and <paramref name='a' />.</summary>
--- A `Box` and `a`.
=== notes
/// <summary>Opens it.<note type="caution">Not this.</note></summary>
--- Opens it.
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"public class A\n{{\n{comment}public int After;\n}}\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("csharp", around(comment), sentence)


def test_documentation_may_trail_what_stands_before_it_and_belong_to_what_follows() -> None:
    text = "public enum E { /// <summary>The a.</summary>\n A, /// <summary>The b.</summary>\n B }\n"
    assert [s.summary for s in parse("csharp", text.encode()).symbols] == ["", "The a.", "The b."]
