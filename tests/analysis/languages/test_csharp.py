"""C#: the preprocessor never shows, extension blocks and records are read, visibility is what users meet."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("csharp", text.encode())


def signatures(text: str) -> list[str]:
    return [s.signature for s in read(text).symbols if s.public]


_DIRECTIVES = """
=== a body of an interface's method
public interface I
{
    void Debug(string template)
#if FEATURE
        => Write(template)
#endif
    ;
    void Write(string template);
}
--- public interface I | void Debug(string template) | void Write(string template)
=== an attribute
public class C
{
#if DEBUG
    [Obsolete("x")]
#endif
    public int? Size { get; set; }
}
--- public class C | public int? Size { get; set; }
=== heads of one body
public static class G
{
#if NET8_0
    public static void Open()
#else
    public static void Open(int bay)
#endif
    {
    }
    public static void Shut() { }
}
--- public static class G | public static void Open() | public static void Shut()
=== whole members in every branch
public class C
{
#if A
    public void One() { }
#elif B
    public void Two() { }
#else
    public void Three() { }
#endif
}
--- public class C | public void One() | public void Two() | public void Three()
=== one in the other
public class C
{
#if A
    public void One()
#if B
        => Two();
#else
    { }
#endif
#endif
    public void Four() { }
}
--- public class C | public void One() | public void Four()
=== a base
public class C : B
#if A
    , IDisposable
#endif
{
    public void One() { }
}
--- public class C : B, IDisposable | public void One()
=== parameters
public class C
{
    public void One(int a,
#if A
        int b
#else
        long b
#endif
    ) { }
}
--- public class C | public void One(int a, int b)
=== constants of an enumeration
public enum E
{
    A,
#if X
    B,
#endif
    C
}
--- public enum E | A | B | C
=== a whole file
#if X
namespace N;
public class C { }
#endif
--- public class C
=== warnings, regions and lines
#region API
#pragma warning disable CA1710
public partial class C
#pragma warning restore CA1710
{
#nullable enable
    public void One()
#pragma warning restore X
    {
    }
#endregion
}
--- public partial class C | public void One()
=== text that looks like directives
public class C
{
    public const string S = @"
#if X
""#else";
    public void One() { }
}
--- public class C | public const string S = @" #if X ""#else" | public void One()
=== a file that is a program
#!/usr/bin/env dotnet
#:package A@1
public class C { }
--- public class C
"""
DIRECTIVES = {
    title: (text, expected.strip().split(" | "))
    for title, _, rest in (block.partition("\n") for block in _DIRECTIVES.split("=== ")[1:])
    for text, _, expected in [rest.rpartition("--- ")]
}
"""Source by what a directive does in it, with the public signatures."""


@pytest.mark.parametrize("case", DIRECTIVES)
def test_directives_never_show_in_signatures(case: str) -> None:
    text, expected = DIRECTIVES[case]
    assert signatures(text) == expected
    assert not read(text).unread


def test_every_branch_and_condition_counts() -> None:
    text, _ = DIRECTIVES["heads of one body"]
    assert read(text).ast != read(text.replace("int bay", "long bay")).ast
    assert read(text).ast != read(text.replace("NET8_0", "NET9_0")).ast


def test_extension_blocks_give_members_of_their_class() -> None:
    text = (
        "public static class T\n{\n    extension<U>(IEnumerable<U> source) where U : class\n    {\n"
        "        /// <summary>Whether nothing is there.</summary>\n"
        "        public bool IsEmpty => !source.Any();\n    }\n"
        '    extension(string)\n    {\n        public static string Z(int a) => "}";\n    }\n'
        "    public static void Last() { }\n}\n"
        "public class extension { public extension(int a) { } }\n"
    )
    assert [(s.name, s.signature, s.summary) for s in read(text).symbols] == [
        ("T", "public static class T", ""),
        (
            "T.IsEmpty",
            "extension<U>(IEnumerable<U> source) where U : class public bool IsEmpty { get; }",
            "Whether nothing is there.",
        ),
        ("T.Z", "extension(string) public static string Z(int a)", ""),
        ("T.Last", "public static void Last()", ""),
        ("extension", "public class extension", ""),
        ("extension.extension", "public extension(int a)", ""),
    ]


def test_records_have_the_properties_of_their_parameters() -> None:
    found = read(
        "public record Person(string Name, [property: X] int Age = 1) : Base(Name) { public int Age { get; } }\n"
        "public readonly record struct P(int X);\npublic class Q(int a);\n"
    )
    assert [(s.kind, s.name, s.signature) for s in found.symbols] == [
        ("class", "Person", "public record Person(string Name, [property: X] int Age = 1) : Base(Name)"),
        ("property", "Person.Name", "string Name"),
        ("property", "Person.Age", "public int Age { get; }"),
        ("struct", "P", "public readonly record struct P(int X)"),
        ("property", "P.X", "int X"),
        ("class", "Q", "public class Q(int a)"),
    ]


def test_protected_members_count_where_somebody_can_inherit_them() -> None:
    found = read(
        "public sealed class A { protected void F() { } protected internal void G() { } }\n"
        "public class B { protected void F() { } }\npublic struct C { }\n"
        "public class D { internal D() { } protected void F() { } }\n"
        "public class E { private E() { } public E(int a) { } protected void F() { } }\n"
    )
    assert [s.name for s in found.symbols if s.public] == ["A", "B", "B.F", "C", "D", "E", "E.E", "E.F"]


def test_signs_of_newer_versions_are_read() -> None:
    found = read(
        "public class C\n{\n    public void F()\n    {\n        a?.B = 1;\n        a?.B.C += 2;\n"
        "        G((ref x) => x, (in y, out z) => y);\n    }\n    public bool H => a?.B == 1;\n}\n"
    )
    assert not found.unread
    assert [s.name for s in found.symbols] == ["C", "C.F", "C.H"]


def test_documentation_belongs_to_the_next_declaration() -> None:
    text = (
        "namespace N;\n\n/// <summary>Holds.</summary>\n#if X\n[A]\n#endif\n[B]\npublic class C\n{\n"
        "    /// <summary>Does.</summary>\n\n    public void F() { }\n}\n"
    )
    assert [s.summary for s in read(text).symbols] == ["Holds.", "Does."]
    assert read(text).summary == "Holds."


def test_a_file_is_not_described_by_one_of_many_types() -> None:
    assert (
        read(
            "public class A { }\n/// <summary>B.</summary>\npublic class B { }\npublic class C { }\n"
        ).summary
        == ""
    )


def test_a_type_called_namespace_doc_speaks_for_its_namespace() -> None:
    text = b"""namespace A.B;
/// <summary>What the namespace is for.</summary>
internal static class NamespaceDoc { }
/// <summary>Another.</summary>
public class Big { public void First() {} public void Second() {} public void Third() {} }
"""
    assert parse("csharp", text).summary == "What the namespace is for."


def test_operators_that_assign_and_constraints_of_ref_structs_are_read() -> None:
    found = read(
        "public class V {\n  public void operator +=(int x) { }\n  public void operator checked >>>=(int x) { }\n"
        "  public static bool operator >=(V a, V b) => true;\n"
        "  public T Get<T>(T a) where T : new(), allows ref struct => a;\n  public int After;\n}\n"
    )
    assert [(s.name, s.signature) for s in found.symbols] == [
        ("V", "public class V"),
        ("V.operator +=", "public void operator +=(int x)"),
        ("V.operator >>>=", "public void operator checked >>>=(int x)"),
        ("V.operator >=", "public static bool operator >=(V a, V b)"),
        ("V.Get", "public T Get<T>(T a) where T : new(), allows ref struct"),
        ("V.After", "public int After"),
    ]
    assert not found.unread


def test_aliases_of_tuples_and_pointers_import_nothing() -> None:
    found = read(
        "using System;\nusing P = (int X, int Y);\nusing unsafe I = int*;\nusing D = A.B<C>;\nclass A { }\n"
    )
    assert [i.target for i in found.imports if i.kind != "mention"] == ["System", "A.B"]


def test_ref_structs_in_parts_and_names_that_are_words_of_the_language_are_read() -> None:
    found = read(
        "public readonly ref partial struct K\n{\n    public int A(bool async, int partial) => async ? partial : 1;\n"
        "    public int B;\n}\n"
    )
    assert [s.signature for s in found.symbols] == [
        "public readonly ref partial struct K",
        "public int A(bool async, int partial)",
        "public int B",
    ]
    assert not found.unread


@pytest.mark.parametrize("text", ['$@"a ""{x}"""', '@$", D = ""{x}: {y}"""', '$@""""', '$@"{f("")} """'])
def test_quotes_at_the_end_of_verbatim_strings_are_read(text: str) -> None:
    found = read(f"public class A {{\n  string F() {{ return {text}; }}\n  public int After;\n}}\n")
    assert not found.unread
    assert found.symbols[-1].name == "A.After"
