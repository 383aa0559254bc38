"""Swift: what others see of a module."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("public struct A { var b: Int; public var c: Int }", ["A", "A.c"]),
        ("struct A { public var c: Int }", []),
        ("public protocol A { associatedtype B; func c(); init(d: Int) }", ["A", "A.B", "A.c", "A.init"]),
        ("public enum A { case b, c(Int)\n func d() {}\n}", ["A", "A.b", "A.c"]),
        ("public extension A { func b() {}\n internal func c() {}\n}", ["A.b"]),
        ("extension A { public func b() {}\n func c() {}\n}", ["A.b"]),
        ("private extension A { public func b() {}\n}", []),
        (
            "open class A { open func b() {}\n public internal(set) var c = 1\n deinit {}\n}",
            ["A", "A.b", "A.c"],
        ),
        ("package func a() {}\nfileprivate func b() {}\npublic func c() {}", ["c"]),
        ("#if os(Linux)\npublic func a() {}\n#else\npublic func b() {}\n#endif", ["a", "b"]),
        ("public actor A { public nonisolated func b() {} }", ["A", "A.b"]),
        ("public let (a, b) = (1, 2)", ["a", "b"]),
        ("infix operator <+>\npublic func <+> (a: Int, b: Int) -> Int { a }", ["<+>"]),
    ],
)
def test_what_is_public(text: str, expected: list[str]) -> None:
    assert [s.name for s in parse("swift", text.encode()).symbols if s.public] == expected


def test_what_is_for_friends_alone_is_internal() -> None:
    text = b"public func _a() {}\n@_spi(Tests) public func b() {}\n@available(iOS 13, *) public func c() {}"
    assert [(s.name, s.internal) for s in parse("swift", text).symbols] == [
        ("_a", True),
        ("b", True),
        ("c", False),
    ]


def test_a_property_says_who_may_assign_to_it_and_no_more_of_how_it_is_computed() -> None:
    text = b"""public struct A {
      public private(set) var a: Int = 0 { didSet { print(1) } }
      public var b: Int { get { 1 } set {} }
      public var c: Int { 1 }
      @Lazy public var d = 3
      public static let e = "x"
      public subscript(i: Int) -> Int { get { 1 } set {} }
    }"""
    assert [s.signature for s in parse("swift", text).symbols][1:] == [
        "public private(set) var a: Int",
        "public var b: Int { get set }",
        "public var c: Int",
        "public var d = 3",
        'public static let e = "x"',
        "public subscript(i: Int) -> Int { get set }",
    ]


def test_documentation_is_what_three_slashes_and_two_stars_say() -> None:
    text = b"""// MARK: - Things

/// A ``Thing`` of
/// two lines.
///
/// - Parameter x: no.
public struct A {}

// No documentation.
public struct B {}

/** Says it. */
@MainActor
public struct C {}
"""
    assert [s.summary for s in parse("swift", text).symbols] == ["A ``Thing`` of two lines.", "", "Says it."]


def test_attributes_of_what_is_inherited_leave_the_signature_whole() -> None:
    text = "@A public @B final class T<U>: Base, @unchecked Sendable where U: E {}\npublic @C func f() {}\n"
    assert [s.signature for s in parse("swift", text.encode()).symbols] == [
        "public final class T<U>: Base, @unchecked Sendable where U: E",
        "public func f()",
    ]


def test_the_isolation_of_function_types_is_read() -> None:
    found = parse("swift", b"public func f(_ x: nonisolated(nonsending) () async -> Void) {}\n")
    assert [s.signature for s in found.symbols] == [
        "public func f(_ x: nonisolated(nonsending) () async -> Void)"
    ]
    assert not found.unread


def test_older_and_newer_words_of_swift_are_read() -> None:
    text = (
        "public protocol P {\n  associatedtype Index: Equatable, Hashable\n}\n"
        "public struct S {\n  @_lifetime(borrow self)\n  public __consuming func f(_ x: __owned Int) -> Self { self }\n"
        '  public var v: Int {\n    borrow { a }\n    mutate { &a }\n  }\n}\n#if os(x)\n#error("no")\n#endif\n'
    )
    found = parse("swift", text.encode())
    assert not found.unread
    assert [s.signature for s in found.symbols] == [
        "public protocol P",
        "associatedtype Index: Equatable, Hashable",
        "public struct S",
        "public __consuming func f(_ x: __owned Int) -> Self",
        "public var v: Int { get set }",
    ]
