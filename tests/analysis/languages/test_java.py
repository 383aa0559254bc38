"""Java: documentation of types, packages and modules, records and annotations."""

from __future__ import annotations

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("java", text.encode())


def summaries(text: str) -> dict[str, str]:
    return {s.name: s.summary for s in read(text).symbols}


def test_package_info_describes_its_package() -> None:
    found = read(
        "/* Licence. */\n\n/**\n * Holds crates. More.\n *\n * @since 1\n */\n@NullMarked\n"
        "package com.depot;\n\nimport a.NullMarked;\n"
    )
    assert (found.package, found.summary, found.symbols) == ("com.depot", "Holds crates. More.", ())  # fmt: skip


def test_modules_are_known_with_what_they_hand_out() -> None:
    text = (
        "import a.B;\n\n/** Holds crates. */\n@Deprecated\nopen module com.depot {\n"
        "  requires java.base;\n  exports com.depot;\n}\n"
    )
    found = read(text)
    assert [(s.kind, s.name, s.signature, s.summary) for s in found.symbols] == [
        ("module", "com.depot", "open module com.depot", "Holds crates.")
    ]
    assert found.interface != read(text.replace("exports com.depot", "exports com.depot.b")).interface


def test_a_file_is_described_by_the_type_that_it_is_about() -> None:
    text = (
        "/** A header. */\npackage a;\n\n/** Holds. */\npublic class A {\n  /** Does. */\n  void f() {}\n}\n"
    )
    assert read(text).summary == "Holds."
    assert read(text.replace("/** Holds. */\n", "")).summary == "A header."
    assert read("package a;\npublic class A {\n  /** Does. */\n  public void f() {}\n}\n").summary == ""


def test_records_sealed_types_and_annotations_are_read() -> None:
    found = read(
        "public sealed interface S permits R {\n  /** Two of them. */\n"
        "  record R(@A int x, String y) implements S {\n"
        "    /** Checks. */\n    public R { }\n    public static final int K = 1;\n  }\n}\n"
        '/** Marks. */\npublic @interface M {\n  /** How. */\n  String value() default "x";\n'
        "  int N = 1;\n}\n"
        "class Hidden { public void f() {} }\n"
    )
    assert [(s.kind, s.name, s.signature, s.summary) for s in found.symbols if s.public] == [
        ("interface", "S", "public sealed interface S permits R", ""),
        ("class", "S.R", "record R(@A int x, String y) implements S", "Two of them."),
        ("method", "S.R.R", "public R(@A int x, String y)", "Checks."),
        ("constant", "S.R.K", "public static final int K = 1", ""),
        ("interface", "M", "public @interface M", "Marks."),
        ("method", "M.value", 'String value() default "x"', "How."),
        ("constant", "M.N", "int N = 1", ""),
    ]


def test_documentation_belongs_to_the_next_declaration_and_remarks_do_not() -> None:
    text = (
        "/** Holds. */\n\n@A(\n  1\n)\npublic class C {\n  // a remark\n  public void f() {}\n\n"
        "  /** Does. */\n  // a remark\n  public void g() {}\n}\n"
    )
    assert summaries(text) == {"C": "Holds.", "C.f": "", "C.g": "Does."}  # fmt: skip


def test_tags_that_stand_for_text_are_not_printed() -> None:
    text = (
        "public class A implements Runnable {\n  /**\n   * {@inheritDoc}\n   */\n  @Override\n"
        "  public void run() {}\n}\n"
    )
    assert summaries(text) == {"A": "", "A.run": ""}


def signatures(text: str) -> list[str]:
    return [s.signature for s in read(text).symbols]


def test_markdown_comments_are_markdown_with_tags() -> None:
    text = (
        "/// A **crate** of [List] and [the adder][List#add(int)], {@code x}.\n///\n/// More.\n/// @since 1\n"
        "public class A {\n  /// Holds `a<b>`.\n  public void f() {}\n}\n"
    )
    assert summaries(text) == {"A": "A **crate** of `List` and the adder, `x`.", "A.f": "Holds `a<b>`."}


def test_a_file_without_a_class_tells_what_it_holds() -> None:
    found = read(
        'import module java.base;\nvoid main() { IO.println("x"); }\nString name = "x";\nrecord P(int x) {}\n'
    )
    assert [(s.kind, s.name, s.public) for s in found.symbols] == [
        ("function", "main", False),
        ("variable", "name", False),
        ("class", "P", False),
    ]
    assert found.imports[0].target == "java.base"
    assert not found.unread


def test_statements_may_stand_before_the_call_of_a_constructor() -> None:
    found = read(
        "public class A {\n  public A(int x) { int y = x; super(y); }\n  public A() { f(); this(1); }\n}\n"
    )
    assert not found.unread


def test_annotations_of_types_leave_the_modifiers_of_a_signature() -> None:
    text = (
        "public class A {\n  public static @Nullable String f(@B int @C ... x) { return null; }\n"
        "  protected @Nullable String g;\n}\n"
    )
    assert signatures(text) == [
        "public class A",
        "public static String f(@B int @C ... x)",
        "protected String g",
    ]
    assert not read(text).unread


def test_a_script_may_begin_with_the_line_that_runs_it() -> None:
    found = parse("java", b"#!/usr/bin/env java --source 21\n/** A. */\npublic class A { }\n")
    assert [(s.name, s.summary) for s in found.symbols] == [("A", "A.")]
    assert not found.unread


def test_a_compact_constructor_has_the_parameters_of_its_record() -> None:
    text = b"public record P<T>(@A T a, int... b) {\n  public P { check(a); }\n  public P(T a) { this(a, 1); }\n}\n"
    assert [s.signature for s in parse("java", text).symbols] == [
        "public record P<T>(@A T a, int... b)",
        "public P(@A T a, int... b)",
        "public P(T a)",
    ]
