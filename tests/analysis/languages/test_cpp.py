"""C++: which headers are C++, macros where the grammar expects none, namespaces for nobody, members of every kind."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str, language: str = "cpp") -> FileFacts:
    found = parse(language, ("#pragma once\n" + source).encode())
    assert found.parsed
    assert not found.failure
    return found


def names(source: str, language: str = "cpp") -> list[str]:
    return [
        s.name for s in read(source, language).symbols if s.public and not s.internal and s.kind != "macro"
    ]


CLASS = "class Crate {\n public:\n  void open();\n};\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"#if __cplusplus >= 201703L\n#endif\n{CLASS}", ["Crate", "Crate.open"]),
        (
            f"#ifndef __cplusplus\n#error C++ only\n#endif\nnamespace depot {{\n{CLASS}}}\n",
            ["Crate", "Crate.open"],
        ),
        (
            "class Crate {\n public:\n  void open();\n#if __cplusplus >= 201703L\n  void shut();\n#endif\n};\n",
            ["Crate", "Crate.open", "Crate.shut"],
        ),
        (
            f'#ifdef __cplusplus\nextern "C" {{\n#endif\nint open();\n#ifdef __cplusplus\n}}\n{CLASS}#endif\n',
            ["open", "Crate", "Crate.open"],
        ),
        ("struct Derived : Base {\n  int x;\n};\n", ["Derived", "Derived.x"]),
        ("enum class Side { left, right };\n", ["Side", "Side.left", "Side.right"]),
        ("constexpr int width() { return 3; }\n", ["width"]),
        ("struct A { int x; };\nbool operator==(const A& a, const A& b);\n", ["A", "A.x", "operator=="]),
        ("struct A { int size() const; };\n", ["A", "A.size"]),
    ],
)
def test_a_header_is_cpp_by_its_constructs(source: str, expected: list[str]) -> None:
    assert names(source, "c") == expected
    assert read(source, "c").language == "cpp"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("class DEPOT_API Crate", ""),
        ("class Depot_Export Crate", ""),
        ("class DEPOT_EXPORT DEPRECATED Crate", ""),
        ("class DEPOT_EXPORT(3) Crate final : public Base", ""),
        ("class [[nodiscard]] Crate", ""),
        ("class [[nodiscard]] DEPOT_API Crate", ""),
        ("DEPOT_NAMESPACE_BEGIN\n\nclass Crate", "\nDEPOT_NAMESPACE_END\n"),
        ("DEPOT_NAMESPACE_BEGIN(depot)\nclass Crate", "\nDEPOT_NAMESPACE_END(depot)\n"),
        ("depot_begin\nclass Crate", "\n"),
        ("class [[nodiscard]] Other;\nclass DEPOT_API Third;\nclass Crate", ""),
        ("FMT_LIKE_TYPE(unsigned, one);\nclass Crate", ""),
        ("enum : unsigned { mask = 3 };\nclass Crate", ""),
    ],
)
def test_macros_and_attributes_around_a_class(before: str, after: str) -> None:
    found = names(f"{before} {{\n public:\n  void open();\n}};\n{after}")
    assert [name for name in found if name != "mask"] == ["Crate", "Crate.open"]


@pytest.mark.parametrize(
    "member",
    [
        "DEPOT_INLINE void open();",
        "DEPOT_INLINE DEPOT_COLD auto open() -> int;",
        "[[nodiscard]] DEPOT_API int open();",
        "DEPOT_CONSTEXPR explicit Crate(int a) {}\n  int open();",
        "DEPOT_CONSTEXPR Crate(int a) : a_(unsigned(a) << 3) {}\n  int open();",
        "DEPOT_API ~Crate();\n  int open();",
        "int open() DEPOT_NOEXCEPT;",
        "int open() const DEPOT_LOCKS(mutex_) DEPOT_COLD { return 1; }",
        "static void open(int a)\n      DEPOT_LOCK_REQUIRED_(mutex);",
        "template <typename T, DEPOT_ENABLE_IF(sizeof(T) != 0 && !is_x<T>::value)>\n  void open(const T& x);",
        "void open(int x DEPOT_UNUSED = 3, T t = {});",
        "void open() {\n    DEPOT_TRY { x(); }\n    DEPOT_CATCH(e)\n    if DEPOT_CONSTEXPR20 (y) return;\n  }",
        'GENERATED_BODY()\n\n public:\n  PROPERTY(EditAnywhere, Category = "x")\n  void open();',
        "OBJECT\n private:\n  int a_;\n public:\n  void open();",
    ],
)
def test_macros_around_members(member: str) -> None:
    found = names(f"class Crate {{\n public:\n  {member}\n  int last();\n}};\nint after();\n")
    assert "Crate.open" in found
    assert found[-2:] == ["Crate.last", "after"]
    assert not {name for name in found if name.rpartition(".")[2].isupper()}


@pytest.mark.parametrize(
    "name", ["detail", "details", "internal", "impl", "depot_detail", "testing_internal"]
)
def test_namespaces_for_nobody_are_internal(name: str) -> None:
    source = f"namespace depot {{\nnamespace {name} {{\nstruct guts {{ int x; }};\n}}\nstruct face {{ int y; }};\n}}\n"
    assert names(source) == ["face", "face.y"]
    assert [s.name for s in read(source).symbols if s.internal] == ["guts", "guts.x"]
    assert names(f"namespace depot::{name} {{ int f(); }}\n") == []


def test_names_without_a_namespace_are_private() -> None:
    assert names("namespace {\nint f();\n}\nint g();\n") == ["g"]


def test_members_of_every_kind() -> None:
    source = (
        "template <class T> class Box : public Base<T> {\n public:\n  using value = T;\n  Box(const Box&) = delete;\n"
        "  explicit operator bool() const; operator const T*();\n"
        "  T& operator[](int i);\n  static constexpr int limit = 3;\n"
        "  friend bool operator<(Box, Box);\n protected:\n  int kept_;\n private:\n  int own_;\n};\n"
        "template <class T> Box(T) -> Box<T>;\ntemplate <class T> concept Small = sizeof(T) < 8;\n"
        "template <> struct hash<depot::Box<int>> { int operator()(int) const; };\n"
    )
    assert names(source) == [
        *(
            "Box",
            "Box.value",
            "Box.Box",
            "Box.operator bool",
            "Box.operator const T*",
            "Box.operator[]",
            "Box.limit",
            "Box.kept_",
            "Small",
        ),
        *("hash<depot::Box<int>>", "hash<depot::Box<int>>.operator()"),
    ]


def test_signatures_are_without_macros() -> None:
    source = "class DEPOT_API Crate { public: DEPOT_INLINE void open(int a) DEPOT_COLD; };\n"
    assert [s.signature for s in read(source).symbols] == ["class Crate", "void open(int a)"]


def test_a_macro_still_counts_as_text() -> None:
    source = "DEPOT_API int open();\n"
    assert read(source).ast != read(source.replace("DEPOT_API", "DEPOT_LIB")).ast
    assert read(source).interface == read(source.replace("DEPOT_API", "DEPOT_LIB")).interface


def test_a_type_in_capitals_is_no_macro() -> None:
    source = (
        "class A {\n public:\n  HANDLE open();\n  DWORD size;\n  SIZE_T const *all(UINT a, LPVOID b);\n};\n"
    )
    signatures = [s.signature for s in read(source).symbols]
    assert signatures == ["class A", "HANDLE open()", "DWORD size", "SIZE_T const *all(UINT a, LPVOID b)"]


def test_each_of_several_names_in_one_declaration_is_declared_as_if_alone() -> None:
    text = b"""#pragma once
inline constexpr int one{1}, two{2};
extern const char *a, *b;
struct S {
  int c{1}, d{2};
  static constexpr int e{3}, f = 4;
};
"""
    assert {s.name: s.signature for s in parse("cpp", text).symbols} == {
        "one": "inline constexpr int one",
        "two": "inline constexpr int two",
        "a": "extern const char *a",
        "b": "extern const char *b",
        "S": "struct S",
        "S.c": "int c{1}",
        "S.d": "int d{2}",
        "S.e": "static constexpr int e{3}",
        "S.f": "static constexpr int f = 4",
    }


def test_newest_syntax_is_read_and_stays_in_signatures() -> None:
    text = (
        "#pragma once\nclass Box {\npublic:\n"
        "  template <class Self> auto&& get(this Self&& self) { return self.t_; }\n"
        "  auto make(int x = {1}, std::vector<int> v = {1, 2}) -> Box { return {}; }\n"
        "  enum class E : unsigned char { A [[deprecated]] = 1, B };\n  int bits : 3 = 1;\n  int Box::*pm;\n"
        "  int after;\n};\nextern template class Vec<char>;\nalignas(16) struct Al { int x; };\n"
        "constexpr int f(int n) pre(n > 0) { if consteval { return 1; } else { return 2; } }\n"
        "int g(int (&a)[3]);\nusing H = int (Box::*)(int);\n"
    )
    found = parse("cpp", text.encode())
    assert not found.unread
    assert [s.signature for s in found.symbols if s.public] == [
        "class Box",
        "template <class Self> auto&& get(this Self&& self)",
        "auto make(int x = {1}, std::vector<int> v = {1, 2}) -> Box",
        "enum class E : unsigned char",
        "A [[deprecated]] = 1",
        "B",
        "int bits : 3 = 1",
        "int Box::*pm",
        "int after",
        "struct Al",
        "int x",
        "constexpr int f(int n) pre(n > 0)",
        "int g(int (&a)[3])",
        "using H = int (Box::*)(int)",
    ]


def test_modules_hand_out_what_they_export() -> None:
    text = (
        "module;\n#include <vector>\nexport module depot.yard:part;\nimport std;\nexport import depot.core;\n"
        "namespace depot::inline v1 {\nexport struct Open { int x; };\nstruct Shut { int y; };\n"
        "export int open(int a) { return a; }\nint shut();\n}\nexport { void block(); }\n"
        "export namespace out { void named(); }\n"
    )
    found = parse("cpp", text.encode())
    assert not found.unread
    assert found.package == "depot.v1"
    assert [s.name for s in found.symbols if s.public] == ["Open", "Open.x", "open", "block", "named"]
    assert [s.name for s in found.symbols if not s.public] == ["Shut", "Shut.y", "shut"]
