"""C and C++: what macros make: values, members, declarations; what is left to macros of other files."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str, language: str = "c") -> FileFacts:
    found = parse(language, ("#pragma once\n" + source).encode())
    assert not found.failure
    assert not found.unread
    return found


def told(source: str, language: str = "c") -> list[str]:
    """Names of all that is public and no macro, with what is said of it."""
    return [
        f"{s.name}: {s.summary}" if s.summary else s.name
        for s in read(source, language).symbols
        if s.public and s.kind != "macro"
    ]


MAP = "#define MAP(V) V(A, 1) V(B, 2)\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            MAP + "#define XX(n, v) E_##n = v,\nenum e { MAP(XX) E_MAX };\n",
            ["e", "e.E_A", "e.E_B", "e.E_MAX"],
        ),
        (
            MAP + "enum e {\n  E_MIN,\n#define XX(n, v) E_##n = v,\n  MAP(XX)\n#undef XX\n  E_MAX\n};\n",
            ["e", "e.E_MIN", "e.E_A", "e.E_B", "e.E_MAX"],
        ),
        (
            (
                "#define OPT(na, t, nu) na = t + nu\ntypedef enum {\n  /* The file. */\n  OPT(O_A, LONG, 1),\n"
                "  OPT(O_B, LONG, 2),\n  O_LAST\n} opt;\n"
            ),
            ["opt", "opt.O_A: The file.", "opt.O_B", "opt.O_LAST"],
        ),
        ("#define OPS V_A, V_B, \\\n  V_C\nenum e { OPS };\n", ["e", "e.V_A", "e.V_B", "e.V_C"]),
        ("#define N 3\n#define E X\nenum e { A = N, E };\n", ["e", "e.A", "e.E"]),
        (
            (
                "#define LIST \\\n  OP(a) \\\n  OP(b)\nenum e {\n#define OP(n) E_##n,\n  LIST\n#undef OP\n  E_N\n};\n"
                "enum f {\n#define OP(n) F_##n,\n  LIST\n#undef OP\n  F_N\n};\n"
            ),
            ["e", "e.E_a", "e.E_b", "e.E_N", "f", "f.F_a", "f.F_b", "f.F_N"],
        ),
        (MAP + "#define XX(n, v) n,\nenum { MAP(XX) };\n", ["A", "B"]),
        (
            "#define FIELDS /* kept */ void* data; int n;\nstruct s { FIELDS int z; };\nstruct t {\n  FIELDS\n};\n",
            ["s", "s.data", "s.n", "s.z", "t", "t.data", "t.n"],
        ),
        (
            (
                "#define DECLARE(T) typedef struct list_##T { T* items; } list_##T; "
                "void list_##T##_free(list_##T* l);\n"
                "/** Of ints. */\nDECLARE(int)\nint after;\n/** Of floats. */\nDECLARE(float);\n"
                "/** Next. */\nint next;\n"
            ),
            [
                *("list_int: Of ints.", "list_int.items", "list_int_free", "after"),
                *("list_float: Of floats.", "list_float.items", "list_float_free", "next: Next."),
            ],
        ),
        (
            "#define handler(n) int on_##n(void)\nhandler(open);\nhandler(shut) { return 0; }\n",
            ["on_open", "on_shut"],
        ),
        (
            (
                "#define CAT_(a, b) a##b\n#define CAT(a, b) CAT_(a, b)\n#define P foo_\n"
                "#define FN(n) int CAT(P, n)(void);\nFN(x)\n"
            ),
            ["foo_x"],
        ),
        ("#define V(n, ...) int n(__VA_ARGS__);\nV(f, int a, char b)\n", ["f"]),
        ('#define OLD(x) __attribute__((deprecated(x)))\n/** It. */\nOLD("no")\nint f(void);\n', ["f: It."]),
        ("#define AGAIN(x) AGAIN(x)\nAGAIN(1);\nint f(void);\n", ["f"]),
        ("#if 0\n#define M(n) int n;\nM(a)\n#endif\nint f(void);\n", ["f"]),
    ],
)
def test_what_macros_of_the_file_make(source: str, expected: list[str]) -> None:
    assert told(source) == expected


def test_what_macros_make_in_classes() -> None:
    source = (
        "#define ERROR_DEF(parent, name) protected: name(int a) : parent(a) {} public: explicit name(long b);\n"
        "class Failure : public Base {\n  ERROR_DEF(Base, Failure)\n  int code() const;\n private:\n  int hidden;\n};\n"
    )
    assert told(source, "cpp") == ["Failure", "Failure.Failure", "Failure.Failure", "Failure.code"]


def test_a_call_in_a_body_makes_nothing() -> None:
    source = "#define CHECK(x) int x;\nint f(void) {\n  CHECK(a);\n  CHECK(b)\n  return 0;\n}\n"
    assert told(source) == ["f"]


def test_a_change_of_the_macro_changes_the_interface() -> None:
    source = "#define XX(n) E_##n,\n#define MAP(V) V(A)\nenum e { MAP(XX) E_MAX };\n"
    assert read(source).interface != read(source.replace("V(A)", "V(A) V(B)")).interface


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("enum e { A, MAP(XX) B };\n", [("values", "e.", "{ A, MAP(XX) B }")]),
        ('enum e {\n#include "e.def"\n};\n', [("values", "e.", '{\n#include "e.def"\n}')]),
        ("DECLARE_LIST(int);\n", [("items", "", "DECLARE_LIST(int);")]),
        ("struct s { FIELDS };\n", [("members", "s.", "FIELDS")]),
        ("enum e { A DEPRECATED(1), B };\nFOO_API int f(void);\n", []),
    ],
)
def test_what_is_left_to_other_files(source: str, left: list[tuple[str, str, str]]) -> None:
    assert [(each.kind, each.owner, each.text.strip()) for each in read(source).unmade] == left


def test_macros_that_come_to_too_much_are_left() -> None:
    doubled = "".join(f"#define M{i}(x) M{i - 1}(x) M{i - 1}(x)\n" for i in range(1, 40))
    found = parse("c", f"#pragma once\n#define M0(x) int x;\n{doubled}M39(a);\nint f(void);\n".encode())
    assert not found.failure
    assert "f" in [s.name for s in found.symbols]
