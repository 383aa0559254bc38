"""C23, C++20 and later, and what else the grammars do not know: each is read, shown as it stands, and loses nothing."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str, language: str) -> FileFacts:
    found = parse(language, ("#pragma once\n" + source).encode())
    assert found.parsed
    assert not found.failure
    return found


def names(found: FileFacts) -> list[str]:
    return [s.name for s in found.symbols if s.public and not s.internal and s.kind != "macro"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("constexpr int lid = 3;\n", ["lid"]),
        ("int *lid = nullptr;\n", ["lid"]),
        ("[[nodiscard]] int open(void);\n", ["open"]),
        ('[[deprecated("use shut")]] extern int lid;\n', ["lid"]),
        ("typeof(int) open(typeof(3) a);\n", ["open"]),
        ("typeof_unqual(x) lid;\n", ["lid"]),
        ("_BitInt(17) open(unsigned _BitInt(8) a);\n", ["open"]),
        ("enum lid : unsigned char { UP, DOWN };\n", ["lid", "lid.UP", "lid.DOWN"]),
        ("enum lid : int;\nint open(enum lid l);\n", ["open"]),
        ('static const char lid[] = {\n#embed "lid.bin"\n};\nint open(void);\n', ["lid", "open"]),
        ("bool open(void);\nstatic_assert(sizeof(int) == 4);\n", ["open"]),
        ("int open(int n, int a[static n]);\n", ["open"]),
        ("int open(int a[restrict], char *restrict b);\n", ["open"]),
        ("_Noreturn void open(void);\n_Alignas(16) extern int lid;\n", ["open", "lid"]),
        ("extern thread_local int lid;\nextern _Thread_local int cap;\n", ["lid", "cap"]),
        ('_Static_assert(1, "x");\nint open(void);\n', ["open"]),
        ("int open(_Atomic int *a, _Atomic(int) b);\n", ["open"]),
        ("double _Complex open(void);\n", ["open"]),
        ("int (*open(int a))(char);\n", ["open"]),
        ("int (*(*open)(int))(char);\n", ["open"]),
        ("int open(int (*f)(int, char), void *(*g[3])(void));\n", ["open"]),
        ("typedef int (*open)(int), lid[3], *cap;\n", ["open", "lid", "cap"]),
        ("struct lid { int a : 3, b : 4; unsigned : 0; };\n", ["lid", "lid.a", "lid.b"]),
        (
            "struct lid { struct { int a; }; union { int b; int c; } u; };\n",
            ["lid", "lid.a", "lid.u.b", "lid.u.c", "lid.u"],
        ),
        ("struct lid { int n; int data[]; } __attribute__((packed));\n", ["lid", "lid.n", "lid.data"]),
        ("struct __attribute__((aligned(8))) lid { int n; };\n", ["lid", "lid.n"]),
        ("enum { UP = 'a', DOWN = sizeof(int), [[deprecated]] OLD };\n", ["UP", "DOWN"]),
        ("int open(a, b)\n  int a;\n  char *b;\n{ return a; }\nint shut(void);\n", ["open", "shut"]),
        ("int open(void) { char *s = \"} int shut(void) {\"; return '}'; }\n", ["open"]),
        ("/* int shut(void); */ int open(void); // int lid;\n", ["open"]),
        ("int open(const char *, ...) __attribute__((format(printf, 1, 2)));\n", ["open"]),
        ('extern int open(void) __asm__("_open");\n', ["open"]),
        ("#if 0\nint shut(void);\n#elif 1\nint open(void);\n#endif\n", ["open"]),
        ("#ifdef A\nint open(int a)\n#else\nint open(long a)\n#endif\n;\n", ["open"]),
        ("#if defined(A) && __has_include(<lid.h>)\nint open(void);\n#endif\n", ["open"]),
        ("#if 0\n#elif __has_c_attribute(gnu::pure) > 1\nint open(void);\n#endif\n", ["open"]),
        ("??=define LID 1\nint open(void);\n", ["open"]),
        ("int open(void) \\\n  ;\nint \\\nshut(void);\n", ["open", "shut"]),
        ("int \u00f6ffnen(void);\nint $lid;\n", ["\u00f6ffnen", "$lid"]),
        ("__extension__ typedef long long lid;\n", ["lid"]),
        ("inline static unsigned long long int open(void) { return 0; }\n", ["open"]),
    ],
)
def test_c(source: str, expected: list[str]) -> None:
    assert names(read(source, "c")) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("template <typename T> concept Lid = requires(T t) { t.open(); };\n", ["Lid"]),
        ("template <Lid T> requires (sizeof(T) > 1) void open(T t);\n", ["open"]),
        ("void open(Lid auto x, auto... rest) requires true;\n", ["open"]),
        ("struct Lid { void open(this Lid& self); };\n", ["Lid", "Lid.open"]),
        ("struct Lid { auto operator<=>(const Lid&) const = default; };\n", ["Lid", "Lid.operator<=>"]),
        ("consteval int open() { return 1; }\nconstinit int lid = 3;\n", ["open", "lid"]),
        (
            "struct Lid { void open() { if consteval { } else { } } void shut(); };\n",
            ["Lid", "Lid.open", "Lid.shut"],
        ),
        ("generator<int> open() { co_yield 1; co_return; }\n", ["open"]),
        ("enum class Lid : char { up };\nusing enum Lid;\nvoid open();\n", ["Lid", "Lid.up", "open"]),
        ("auto open() { auto [a, b] = f(); return a; }\n", ["open"]),
        ('Lid operator""_lid(const char*, size_t);\n', ['operator""_lid']),
        (
            "template <class T> struct Lid { Lid(T); };\ntemplate <class T> Lid(T) -> Lid<T>;\nvoid open();\n",
            ["Lid", "Lid.Lid", "open"],
        ),
        ("namespace a::inline b::c { void open(); }\n", ["open"]),
        ("namespace [[deprecated]] a { void open(); }\n", ["open"]),
        ("inline namespace v1 { struct Lid {}; }\n", ["Lid"]),
        (
            "struct [[nodiscard]] alignas(8) Lid final : virtual private Base<int>, public B2 { int a; };\n",
            ["Lid", "Lid.a"],
        ),
        (
            (
                "template <auto N, template <class...> class C, class... T> struct Lid;\n"
                "template <> struct Lid<1, V> { int a; };\n"
            ),
            ["Lid<1,V>", "Lid<1,V>.a"],
        ),
        ("template <class T> constexpr bool lid_v = Lid<T>::value;\n", ["lid_v"]),
        ("template <class T> using Lid = std::vector<T>;\n", ["Lid"]),
        (
            "struct Lid { explicit(true) Lid(int); ~Lid() = default; Lid(const Lid&) = delete; };\n",
            ["Lid", "Lid.Lid", "Lid.~Lid", "Lid.Lid"],
        ),
        (
            "struct Lid { operator bool() const; explicit operator const char*() const; operator std::string&(); };\n",
            ["Lid", "Lid.operator bool", "Lid.operator const char*", "Lid.operator std::string&"],
        ),
        (
            "struct Lid { void operator()(int) const; int operator[](int, int); void* operator new(size_t); };\n",
            ["Lid", "Lid.operator()", "Lid.operator[]", "Lid.operator new"],
        ),
        (
            "struct Lid { int a = 3, b{4}; static inline int c; mutable std::mutex m; };\n",
            ["Lid", "Lid.a", "Lid.b", "Lid.c", "Lid.m"],
        ),
        (
            "struct Lid { void open() &; void open() &&; void shut() const volatile noexcept(true); };\n",
            ["Lid", "Lid.open", "Lid.open", "Lid.shut"],
        ),
        ("struct Lid { friend void open(Lid); friend class B; void shut(); };\n", ["Lid", "Lid.shut"]),
        (
            "struct Lid { using Base::Base; using type = int; typedef int old; };\n",
            ["Lid", "Lid.type", "Lid.old"],
        ),
        (
            "class Lid { int a; protected: int b; public: int c; private: int d; };\n",
            ["Lid", "Lid.b", "Lid.c"],
        ),
        (
            "class Lid { public: struct In { int a; }; enum E { up }; private: struct Out { int b; }; };\n",
            ["Lid", "Lid.In", "Lid.In.a", "Lid.E", "Lid.E.up"],
        ),
        (
            (
                "template <class T> class Lid { public: class In; };\n"
                "template <class T> class Lid<T>::In { public: int a; };\n"
            ),
            ["Lid", "Lid.In", "Lid.In.a"],
        ),
        ("auto open() -> decltype(auto);\nauto shut(int a) -> std::pair<int, int>;\n", ["open", "shut"]),
        ("void open(std::function<void(int)> f = [](int x) { return; }, int b = {});\n", ["open"]),
        ("void open(int (&a)[3], int (*b)(int), int C::*m, int (C::*f)(int) const);\n", ["open"]),
        ("extern template class Lid<int>;\ntemplate class Lid<char>;\nvoid open();\n", ["open"]),
        ('extern "C" { void open(); }\nextern "C++" void shut();\n', ["open", "shut"]),
        ("namespace { void hidden(); }\nnamespace detail { void internal(); }\nvoid open();\n", ["open"]),
        ("void open() try { } catch (...) { }\nvoid shut();\n", ["open", "shut"]),
        ("struct Lid { Lid() try : a(1) { } catch (...) { } int a; };\n", ["Lid", "Lid.Lid", "Lid.a"]),
        ('const char* text = R"x(} void hidden(); )" )x";\nvoid open();\n', ["text", "open"]),
        (
            "void open() { auto s = u8\"}\"; auto c = '}'; auto n = 1'000'000; }\nvoid shut();\n",
            ["open", "shut"],
        ),
        (
            "struct Lid { template <class T> T get() { return this->template as<T>(); } void open(); };\n",
            ["Lid", "Lid.get", "Lid.open"],
        ),
        (
            "struct Lid {\n#if A\n  void open();\n#else\n  void shut();\n#endif\n};\n",
            ["Lid", "Lid.open", "Lid.shut"],
        ),
        ("[[gnu::always_inline]] [[nodiscard]] inline int open [[deprecated]] ();\n", ["open"]),
        ("using namespace std;\nusing std::swap;\nvoid open();\n", ["open"]),
        ('static_assert(sizeof(int) == 4);\nasm("nop");\nvoid open();\n', ["open"]),
        ("template <class T> void open() requires requires { typename T::x; };\n", ["open"]),
        ("void open(int a, ...) noexcept;\nint lid [[maybe_unused]] = 1, cap;\n", ["open", "lid", "cap"]),
        (
            (
                "class W : public QObject {\n  Q_OBJECT\n public:\n  W();\n signals:\n  void done();\n"
                " public slots:\n  void go();\n private Q_SLOTS:\n  void hidden();\n};\n"
            ),
            ["W", "W.W", "W.done", "W.go"],
        ),
        (
            "class Lid {\n LID_PRIVATE_UNLESS_TESTED:\n  int a;\n LID_PUBLIC_IN_TESTS:\n  int b;\n};\n",
            ["Lid", "Lid.b"],
        ),
        (
            "struct Lid { const char* lid_nonnull text; void open(char* lid_nullable a); };\n",
            ["Lid", "Lid.text", "Lid.open"],
        ),
    ],
)
def test_cpp(source: str, expected: list[str]) -> None:
    assert names(read(source, "cpp")) == expected


@pytest.mark.parametrize(
    ("source", "language"),
    [
        ("void open();\nvoid shut( {\n};\nvoid lift();\n", "cpp"),
        ("struct lid { int a; int (b; };\nint open(void);\n", "c"),
        ("@interface Lid : NSObject\n- (void)open;\n@end\n", "c"),
        ("int open(void) { return 0; } } return out;\n", "c"),
    ],
)
def test_what_is_broken_is_told_and_makes_nothing_up(source: str, language: str) -> None:
    found = read(source, language)
    assert found.unread
    assert set(names(found)) <= {"open", "lift", "lid", "lid.a"}
