"""C: prototypes, function pointers, macros where none is expected, enumerations and structs made by macros."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str) -> FileFacts:
    found = parse("c", source.encode())
    assert found.parsed
    assert not found.failure
    return found


def signatures(source: str) -> list[str]:
    return [s.signature for s in read(source).symbols if s.public and s.kind != "macro"]


def names(source: str) -> list[str]:
    return [s.name for s in read(source).symbols if s.public and s.kind != "macro"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("__BEGIN_DECLS\n\n/* Opens. */\nint depot_open(int a);\n\n__END_DECLS\n", ["int depot_open(int a)"]),
        ("DEPOT_API int depot_open(void);\n", ["int depot_open(void)"]),
        (
            "DEPOT_API DEPOT_NONNULL(1) const char *depot_name(void *d);\n",
            ["const char *depot_name(void *d)"],
        ),
        ("DEPOT_API DepotKind depot_kind(void);\n", ["DepotKind depot_kind(void)"]),
        ('DEPOT_DEPRECATED("use other") int depot_open(void);\n', ["int depot_open(void)"]),
        ("JNIEXPORT jint JNICALL Java_Depot_open(JNIEnv *env);\n", ["jint Java_Depot_open(JNIEnv *env)"]),
        ("void *WINAPI depot_open(int a);\n", ["void * depot_open(int a)"]),
        ('EXTERN T DEPRECATED(7.56, "a (b) c")\ndepot_add(int *a);\n', ["T depot_add(int *a)"]),
        (
            "int depot_print(const char *f, ...) PRINTF_LIKE(1, 2) DEPOT_COLD;\n",
            ["int depot_print(const char *f, ...)"],
        ),
        ("int depot_open(int a DEPOT_UNUSED, int b);\n", ["int depot_open(int a, int b)"]),
        ("extern int (*Depot_Open)(void *p) DEPOT_ATTR;\n", ["extern int (*Depot_Open)(void *p)"]),
        ("DEPOT_API String * (*Depot_Name)(void *p) DEPOT_ATTR;\n", ["String * (*Depot_Name)(void *p)"]),
        ("DEPOT_API mstime_t (*Depot_Time)(void) DEPOT_ATTR;\n", ["mstime_t (*Depot_Time)(void)"]),
        ("int (*depot_chosen(int a))(char);\n", ["int (*depot_chosen(int a))(char)"]),
        ("DEPOT_API int (depot_top) (lua_State *L);\n", ["int (depot_top) (lua_State *L)"]),
        (
            "DWORD depot_tick(void);\nHANDLE MAX_WORD(int a);\n",
            ["DWORD depot_tick(void)", "HANDLE MAX_WORD(int a)"],
        ),
        ("#if 0\nint gone(void);\n#else\nint here(void);\n#endif\n", ["int here(void)"]),
        ("static const int depot_limit = 3;\nstatic int hidden;\n", ["static const int depot_limit"]),
    ],
)
def test_declarations_between_macros(source: str, expected: list[str]) -> None:
    assert signatures("#pragma once\n" + source) == expected


def test_kinds_of_functions_and_pointers_to_them() -> None:
    source = "#pragma once\nint (*chosen(int a))(char);\nint (*slot)(char);\nint (f)(int);\nint *g(int);\n"
    kinds = {s.name: s.kind for s in read(source).symbols}
    assert kinds == {"chosen": "function", "slot": "variable", "f": "function", "g": "function"}


def test_documentation_behind_a_macro_line_belongs_to_the_function() -> None:
    found = read("__BEGIN_DECLS\n\n/* Opens it. */\nint depot_open(int a);\n__END_DECLS\n")
    assert [(s.name, s.summary) for s in found.symbols] == [("depot_open", "Opens it.")]


@pytest.mark.parametrize(
    "body",
    [
        "\n#define XX(c) E_##c,\n  MAP(XX)\n#undef XX\n  E_MAX\n",
        "\n  E_MIN = 0,\n#define XX(c, s) E_##c = s,\n  MAP(XX)\n#undef XX\n  E_MAX\n",
        " E_MIN DEPRECATED(2), E_MAX ",
        "\n  E_MIN,\n#ifdef MORE\n  E_MID,\n#endif\n  E_MAX\n",
    ],
)
def test_an_enumeration_that_macros_fill_disturbs_nothing(body: str) -> None:
    found = names(
        f"#define MAP(XX) XX(A) XX(B)\ntypedef enum {{{body}}} e_t;\nstruct s {{ int x; }};\nint fn(int a);\n"
    )
    assert found[0] == "e_t"
    assert "e_t.E_MAX" in found
    assert found[-3:] == ["s", "s.x", "fn"]


def test_structs_that_macros_fill() -> None:
    assert names(
        "#pragma once\nstruct one { FIELDS };\nstruct two { FIELDS int path; };\n"
        "struct three {\n  FIELDS\n  PRIVATE_FIELDS(3)\n  int left;\n};\nint fn(int a);\n"
    ) == ["one", "two", "two.path", "three", "three.left", "fn"]


def test_members_of_unions_without_a_name() -> None:
    assert names(
        "#pragma once\nstruct s {\n  union { int a; float b; };\n  union { int c; } in;\n  unsigned d : 3;\n};\n"
    ) == ["s", "s.a", "s.b", "s.in.c", "s.in", "s.d"]


def test_a_c_header_for_both_languages_is_c() -> None:
    source = '#ifdef __cplusplus\nextern "C" {\n#endif\nint new(int class);\n#ifdef __cplusplus\n}\n#endif\n'
    found = read(source)
    assert (found.language, [s.name for s in found.symbols]) == ("c", ["new"])


def test_values_of_enumerations_are_no_macros() -> None:
    text = (
        "#pragma once\n#define LIST(X) X(A) X(B)\n#define FIRST X(A)\nenum a {\n  FIRST\n  LAST };\n"
        "enum b { A DEPRECATED, B DEPRECATED = 3 };\nenum c {\n#define X(n) n,\n  LIST\n#undef X\n  END\n};\n"
    )
    found = parse("c", text.encode())
    assert not found.unread
    assert [s.name for s in found.symbols if s.kind == "constant"] == [
        "a.LAST",
        "b.A",
        "b.B",
        "c.LIST",
        "c.END",
    ]


def test_types_that_grammars_lack_are_read() -> None:
    text = (
        "#pragma once\n_Atomic(int) a;\n_Thread_local int b;\n_Complex double c;\n_BitInt(128) d;\ntypeof(int) e;\n"
        "int __cdecl f(void);\nint g[] = {\n#embed <x>\n};\ntypedef struct n { int v; } n_t, *n_p;\n"
    )
    found = parse("c", text.encode())
    assert not found.unread
    names = {s.name: s.signature for s in found.symbols}
    assert [*names] == ["a", "b", "c", "d", "e", "f", "g", "n", "n.v", "n_t", "n_p"]
    assert (names["a"], names["e"], names["n_p"]) == (
        "_Atomic(int) a",
        "typeof(int) e",
        "typedef struct n *n_p",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "API_PUBLIC(char *) one(int a);\nPyAPI_FUNC(struct s) two(void);\n",
            ["char * one(int a)", "struct s two(void)"],
        ),
        ("struct h { void *(CALL_CDECL *make)(size_t n); };\n", ["struct h", "void *(*make)(size_t n)"]),
        ("extern void WINAPI_X (*wake)(int a);\nint after;\n", ["extern void (*wake)(int a)", "int after"]),
        (
            "API_EXTERN ALLOC_FUNC ALLOC_SIZE(1)\n  void *one(int a);\nint two(void);\n",
            ["void *one(int a)", "int two(void)"],
        ),
        (
            "struct q {\n  TAILQ_HEAD(list, item) items;\n  int n; };\n",
            ["struct q", "TAILQ_HEAD(list, item) items", "int n"],
        ),
        (
            "#define SET(msg, args...) \\\n  set(msg, args)\nint f(void);\n",
            ["#define SET(msg, args...)", "int f(void)"],
        ),
        (
            "#define MAKE(a) \\\n  struct a { \\\n    /* words \\\n     * more */ \\\n    int a##_x; }\nint f(void);\n",
            ["#define MAKE(a)", "int f(void)"],
        ),
        (
            "#ifndef OLD /* tell if it builds\n the old stuff removed! */\nint f(void);\n#endif\n",
            ["int f(void)"],
        ),
        (
            'enum o { OPT(A, LONG, 1),\n  /* x */\n  OPT(B, O, 2),\n  LAST,\n  OLD API_DEPRECATED(1, "x") = 3 };\n',
            ["enum o", "LAST", "OLD = 3"],
        ),
    ],
)
def test_macros_of_many_kinds_leave_what_they_stand_beside(text: str, expected: list[str]) -> None:
    found = parse("c", b"#pragma once\n" + text.encode())
    assert ([s.signature for s in found.symbols], found.unread) == (expected, ())


def test_bodies_may_hold_what_only_macros_take() -> None:
    text = (
        "#pragma once\nstatic inline int f(va_list a) {\n  check(r, ==, 1);\n  s = va_arg(a, struct t *);\n"
        '  e = UPCAST(x, struct y, z);\n  put("a " VERSION);\n  CS(1, A,,,);\n  return take(char *);\n}\nint after;\n'
    )
    found = parse("c", text.encode())
    assert [s.name for s in found.symbols] == ["f", "after"]
    assert not found.unread


def test_comments_behind_document_what_stands_before_them() -> None:
    text = (
        "#pragma once\nstruct s { /* none */\n  int x; /**< The x. */\n  int y; ///< The y\n         ///< goes on.\n"
        "  int z; /* a remark */\n};\nenum e {\n  A, /**< First. */\n  B //!< Second.\n};\n#define M 1 /**< The m. */\n"
        "#define N 2 // a remark\n/** Far. */\n\nAPI_EXPORT\nint f(int a);\n"
    )
    told = {s.name: s.summary for s in parse("c", text.encode()).symbols}
    assert told == {
        "s": "",
        "s.x": "The x.",
        "s.y": "The y goes on.",
        "s.z": "a remark",
        "e": "",
        "e.A": "First.",
        "e.B": "Second.",
        "M": "The m.",
        "N": "",
        "f": "Far.",
    }


def test_only_the_branches_at_an_error_are_left_out() -> None:
    text = (
        "#pragma once\nstruct opaque\n#ifdef DOCS\n{}\n#endif\n;\n\n\n\n#ifdef NATIVE\n#define vec iovec\n#else\n"
        "struct vec { int base; };\n#endif\n\n\n\n#if A\nint f(int a,\n#else\nint g(int a,\n#endif\n  int b);\n"
    )
    found = parse("c", text.encode())
    assert {"vec", "vec.base", "f"} <= {s.name for s in found.symbols}
