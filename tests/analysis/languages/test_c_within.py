"""C: macros between the parts of a declaration, around its name, and in the place of fields."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str, language: str = "c") -> FileFacts:
    found = parse(language, source.encode())
    assert found.parsed
    assert not found.failure
    return found


def public(source: str, language: str = "c") -> list[tuple[str, str]]:
    symbols = read("#pragma once\n" + source, language).symbols
    return [(s.name, s.signature) for s in symbols if s.public and s.kind != "macro"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("extern const uch LID_INTERNAL codes[];\n", [("codes", "extern const uch codes[]")]),
        ("local const word_t FAR table[] = { 1 };\n", [("table", "const word_t table[]")]),
        ("typedef lid_s * LID_RESTRICT lidp;\n", [("lidp", "typedef lid_s * lidp")]),
        (
            "unsigned const char c;\nstatic const int d = 1;\n",
            [("c", "unsigned const char c"), ("d", "static const int d")],
        ),
        ("lid *(lid_new)(void);\n", [("lid_new", "lid *(lid_new)(void)")]),
        (
            "LID_API lid_f (lid_get) (lid *l, void **u);\n",
            [("lid_get", "lid_f (lid_get) (lid *l, void **u)")],
        ),
        ("typedef int LID_CB(lid_done)(\n  int a);\n", [("lid_done", "typedef int LID_CB(lid_done)(int a)")]),
        (
            "struct lid { int LID_CB(done)(int a); };\n",
            [("lid", "struct lid"), ("lid.done", "int LID_CB(done)(int a)")],
        ),
        (
            "struct lid { int LID_PRIVATE(state); void (*LID_PRIVATE(f))(int); };\n",
            [
                ("lid", "struct lid"),
                ("lid.LID_PRIVATE(state)", "int LID_PRIVATE(state)"),
                ("lid.LID_PRIVATE(f)", "void (*LID_PRIVATE(f))(int)"),
            ],
        ),
        (
            "struct lid { union { int a; } LID_PRIVATE(u); };\nint open(void);\n",
            [
                ("lid", "struct lid"),
                ("lid.LID_PRIVATE(u).a", "int a"),
                ("lid.LID_PRIVATE(u)", "union { int a; } LID_PRIVATE(u)"),
                ("open", "int open(void)"),
            ],
        ),
        (
            "#define Common int next; char tt\nstruct lid { Common; int own; };\n",
            [("lid", "struct lid"), ("lid.next", "int next"), ("lid.tt", "char tt"), ("lid.own", "int own")],
        ),
        ("#define LID(n) extern int n\nLID(open);\n", [("open", "extern int open")]),
        ("#define lid_(n) extern int lid_##n\nlid_(open);\n", [("lid_open", "extern int lid_open")]),
        (
            "#if A\n# define LID(t, n) t n(void);\n#else\n# define LID(t, n)\n#endif\nLID(int, open)\n",
            [("open", "int open(void)")],
        ),
    ],
)
def test_declarations(source: str, expected: list[tuple[str, str]]) -> None:
    assert public(source) == expected


def test_a_field_that_an_unknown_macro_makes_is_left_to_the_headers() -> None:
    found = read("#pragma once\nstruct lid { LidFields; int own; };\n")
    assert [(left.kind, left.owner, left.text) for left in found.unmade] == [
        ("members", "lid.", "LidFields;")
    ]


def test_what_reads_like_a_function_in_a_struct_of_c_is_none() -> None:
    found = read("#pragma once\nstruct lid { int a; int open(int b); };\n")
    assert [s.name for s in found.symbols] == ["lid", "lid.a"]
    assert found.unread == ((2, 2),)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("static int open(void)\n{\n  return 1;\n}\n#define LID(x) (x)\n", True),
        ("static int open(void)\n{\n  return 1;\n}\nconst struct ops lid = { open };\n", False),
        ("static int open(void)\n{\n  return 1;\n}\nmodule_init(open);\n", False),
        ("static int open(void)\n{\n  return 1;\n}\nint main(void)\n{\n  return open();\n}\n", False),
    ],
)
def test_a_file_of_static_functions_alone_is_there_to_be_put_in(source: str, shown: bool) -> None:
    assert [s.public for s in read(source).symbols if s.name == "open"] == [shown]


@pytest.mark.parametrize(
    ("comment", "summary"),
    [
        ("// # of bits in a lid.", "`#` of bits in a lid."),
        ("/* # of lids */", "`#` of lids"),
        ("// \\A - beginning of text", "\\A - beginning of text"),
        ("// \\b - word boundary", "\\b - word boundary"),
        ("/// \\brief Opens it.", "Opens it."),
        ("/* \\n ends a line. */", "\\n ends a line."),
        ("//  __|  |   __|  Lid\n// |  |  |__   |  of wood\n", ""),
        ("/***********\\\n * Opens it,  *\n * all of it. *\n\\***********/", "Opens it, all of it."),
    ],
)
def test_comments(comment: str, summary: str) -> None:
    found = read(f"#pragma once\n{comment}\nint open(void);\n")
    assert [s.summary for s in found.symbols] == [summary]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("#if defined(A)\n#elif V >= 3 && HAS(<lid.h>)\n# define LID 1\n#else\n# define LID 0\n#endif\n", 2),
        ("#if __has_cpp_attribute(a::b)\n# define LID 1\n#endif\n", 1),
    ],
)
def test_conditions_that_ask_for_headers_lose_nothing_behind_them(source: str, expected: int) -> None:
    assert [s.name for s in read("#pragma once\n" + source).symbols] == ["LID"] * expected


def test_conversion_operators_keep_their_class_and_their_type() -> None:
    found = public(
        "struct L { operator const std::locale&() const { return l; } operator P<::std::tuple<T>>(); };\n",
        "cpp",
    )
    assert [name for name, _ in found] == [
        "L",
        "L.operator const std::locale&",
        "L.operator P<::std::tuple<T>>",
    ]


def test_handlers_made_by_macros_are_read() -> None:
    found = read(
        "#pragma once\ninline int open() { LID_TRY { f(); } LID_CATCH (std::exception&) { } return 1; }\n",
        "cpp",
    )
    assert [s.name for s in found.symbols] == ["open"]
    assert found.unread == ()
