"""Rust: documentation, visibility, what `use` hands on, and the items that macros make."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(source: str) -> FileFacts:
    found = parse("rust", source.encode())
    assert found.parsed
    assert not found.failure
    return found


def summaries(source: str) -> dict[str, str]:
    return {s.name: s.summary for s in read(source).symbols}


def public(source: str) -> list[str]:
    return [s.name for s in read(source).symbols if s.public and not s.internal]


def exports(source: str) -> list[tuple[str, str, str]]:
    return [(e.name, e.target, e.origin) for e in read(source).exports if e.target]


@pytest.mark.parametrize(
    ("above", "summary"),
    [
        ("/// Opens the lid\n/// of a box.\n", "Opens the lid of a box."),
        ("/// Opens it.\n#[inline]\n/// And more.\n", "Opens it. And more."),
        ("/// Opens it.\n\n// a remark\n\n", "Opens it."),
        ("/** Opens it. */\n", "Opens it."),
        ("/**\n * Opens the lid\n * of a box.\n */\n", "Opens the lid of a box."),
        ('#[doc = "Opens it."]\n', "Opens it."),
        ('#[doc = r#"Opens "it"."#]\n', 'Opens "it".'),
        ('#[doc = concat!("Opens a `", stringify!(Lid), "`.")]\n', "Opens a `Lid`."),
        ('#[cfg_attr(feature = "docs", doc = "Opens it.")]\n', "Opens it."),
        ('/// Opens it.\n#[doc(alias = "lift")]\n// Some call it lift.\n', "Opens it."),
        ("// TODO: this is slow\n", ""),
        ("//// Opens nothing.\n", ""),
        ("/*** Opens nothing. ***/\n", ""),
        ('#[doc(alias = "lift")]\n', ""),
        ('#[doc = include_str!("../lid.md")]\n', ""),
    ],
)
def test_documentation_of_an_item(above: str, summary: str) -> None:
    assert summaries(above + "pub fn open() {}\n")["open"] == summary


def test_documentation_of_a_module_stands_above_it_and_in_it() -> None:
    assert summaries("pub mod a {\n//! Holds lids\n//! and boxes.\n}\n")["a"] == "Holds lids and boxes."
    assert read("//! Boxes and\n//! lids.\n\n/// A lid.\npub struct Lid;\n").summary == "Boxes and lids."
    assert read('#![doc = "Boxes."]\n#![deny(missing_docs)]\npub struct Lid;\n').summary == "Boxes."


def test_documentation_of_members() -> None:
    found = summaries(
        "pub struct Lid {\n/// How wide\n/// it is.\npub width: u8,\n}\n"
        "pub enum Side {\n/// The left\n/// one.\nLeft,\n// no words\nRight }\n"
        "impl Lid {\n/// Turns\n/// it.\npub fn turn(&self) {} }\n"
    )
    assert found["Lid.width"] == "How wide it is."
    assert found["Side.Left"] == "The left one."
    assert found["Side.Right"] == ""
    assert found["Lid.turn"] == "Turns it."


def test_restricted_visibility_is_not_public() -> None:
    assert public(
        "pub(crate) fn a() {}\npub(super) fn b() {}\npub(in crate::x) fn c() {}\npub fn d() {}\n"
        "pub struct S { pub(crate) x: u8, pub y: u8 }\nmod hidden { pub fn e() {} }\n"
    ) == ["d", "S", "S.y"]


def test_members_of_a_private_type_are_not_public() -> None:
    assert public(
        "struct S;\nimpl S { pub fn f(&self) {} }\npub struct T;\nimpl T { pub fn g(&self) {} }\n"
    ) == [
        "T",
        "T.g",
    ]


def test_hidden_items_are_internal_with_all_that_they_hold() -> None:
    found = read(
        "#[doc(hidden)]\npub fn a() {}\n#[doc(hidden)]\npub mod m { pub fn f() {} }\n"
        "#[doc(hidden)]\npub struct S { pub x: u8 }\nimpl S { pub fn g() {} }\n"
        "pub enum E { One, #[doc(hidden)] Rest }\npub fn seen() {}\n"
    )
    assert [s.name for s in found.symbols if s.public and not s.internal] == ["E", "E.One", "seen"]
    assert {s.name for s in found.symbols if s.internal} == {"a", "m", "m.f", "S", "S.x", "S.g", "E.Rest"}


@pytest.mark.parametrize("mark", ["#[cfg(test)]", '#[cfg(all(test, feature = "x"))]'])
def test_what_only_tests_compile_is_no_definition_and_uses_for_tests(mark: str) -> None:
    found = read(f"{mark}\npub mod t {{ use super::a; use crate::b::C; fn f() {{ crate::d::e(); }} }}\n")
    assert found.symbols == ()
    assert {(i.target, i.use) for i in found.imports} == {
        ("self::a", "test"),
        ("crate::b::C", "test"),
        ("crate::d::e", "test"),
    }


def test_what_other_configurations_compile_is_a_definition() -> None:
    assert public('#[cfg(any(test, feature = "x"))]\npub fn a() {}\n#[cfg(unix)]\npub fn b() {}\n') == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("source", "handed"),
    [
        ("pub use inner::Thing;", [("Thing", "inner", "Thing")]),
        ("pub use crate::codec::Decoder as Reader;", [("Reader", "crate::codec", "Decoder")]),
        ("pub use a::{self, b::{C, D as E}};", [("a", "a", ""), ("C", "a::b", "C"), ("E", "a::b", "D")]),
        ("pub use a::*;", [("*", "a", "")]),
        ("pub use self::a::*;", [("*", "self::a", "")]),
        ("pub use ::serde_core::{de, ser};", [("de", "serde_core", "de"), ("ser", "serde_core", "ser")]),
        ("pub use depot;", [("depot", "depot", "")]),
        ("pub extern crate depot as stock;", [("stock", "depot", "")]),
        ("pub mod m { pub use super::a::B; }", [("m.B", "self::a", "B")]),
        ("pub(crate) use a::B;", []),
        ("use a::B;", []),
        ("pub use a::Trait as _;", []),
        ("#[doc(hidden)]\npub use a::Secret;", []),
        ("mod m { pub use a::B; }", []),
    ],
)
def test_what_a_file_hands_on(source: str, handed: list[tuple[str, str, str]]) -> None:
    assert exports(source) == handed


def test_a_file_that_hands_on_hands_out_its_own_too() -> None:
    found = read("pub use a::B;\npub struct C;\nstruct D;\n#[doc(hidden)]\npub struct E;\n").exports
    assert [(e.name, e.target) for e in found] == [("B", "a"), ("C", "")]
    assert read("pub struct C;\n").exports == ()


def test_a_change_of_what_is_handed_on_changes_the_interface() -> None:
    before = read("pub use a::{B, C};\n")
    assert before.interface != read("pub use a::B;\n").interface
    assert before.interface != read("pub use a::{B, C as D};\n").interface


def test_uses_say_what_for() -> None:
    found = read("use a::B;\npub use a::C;\n#[cfg(test)]\nuse a::D;\nuse a::E as F;\n").imports
    assert [(i.target, i.names, i.use) for i in found] == [
        ("a::B", (), ""),
        ("a::C", (), "export"),
        ("a::D", (), "test"),
        ("a::E", ("F",), ""),
    ]


def test_traits_of_a_type_stand_on_one_line() -> None:
    found = read(
        "#[derive(Clone, Debug)]\n#[derive(serde::Serialize)]\npub struct Lid;\nimpl std::fmt::Display for Lid {}\n"
        "impl<'a> From<&'a str> for Lid {}\nstruct Hidden;\nimpl Clone for Hidden {}\nimpl Clone for Elsewhere {}\n"
    )
    lines = [(s.name, s.signature) for s in found.symbols if s.name.endswith(".impl")]
    assert lines == [("Lid.impl", "impl Clone, Debug, Serialize, Display, From<&'a str>")]


def test_macros_of_the_file_are_expanded() -> None:
    source = """
macro_rules! getters {
    ($($(#[$meta:meta])* $name:ident: $kind:ty),* $(,)?) => {
        $($(#[$meta])* pub fn $name<T>(&self, rest: T) -> $kind where T: Into<u8> { self.$name })*
    };
}
macro_rules! verb {
    ($name:ident, GET) => { verb!(/// Answers `GET`.
        $name, GET,); };
    ($(#[$meta:meta])+ $name:ident, $method:ident,) => {
        $(#[$meta])+
        #[doc = concat!("With ", stringify!($method), ".")]
        pub fn $name(path: &str) -> Route { on(Method::$method, path) }
    };
}
pub struct Lid;
impl Lid {
    getters!(
        /// How wide
        /// it is.
        width: Vec<(u8, u8)>,
        height: u8,
    );
}
verb!(get, GET);
"""
    found = {s.name: (s.signature, s.summary, s.public) for s in read(source).symbols}
    assert found["Lid.width"] == (
        "pub fn width<T>(&self, rest: T) -> Vec<(u8, u8)> where T: Into<u8>",
        "How wide it is.",
        True,
    )
    assert found["Lid.height"][2]
    assert found["get"] == ("pub fn get(path: &str) -> Route", "Answers `GET`. With GET.", True)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("cfg_rt! {\n/// Runs.\npub struct Run;\npub mod rt;\n}\n", ["Run", "rt"]),
        ("cfg_if::cfg_if! { if #[cfg(unix)] { pub fn a() {} } else { pub fn b() {} } }\n", ["a", "b"]),
        ("lazy_static! { pub static ref LID: Lid = Lid::new(); }\n", ["LID"]),
        ("thread_local! { pub static LID: Lid = Lid::new(); }\n", ["LID"]),
        (
            "bitflags! { /// Sides.\n pub struct Sides: u32 { const LEFT = 1; const RIGHT = 2; } }\n",
            ["Sides", "Sides.LEFT", "Sides.RIGHT"],
        ),
        ("unknown!(pub struct Lid;);\n", []),
        ("unknown! { pub struct ??? }\n", []),
    ],
)
def test_items_between_the_braces_of_common_macros(source: str, names: list[str]) -> None:
    assert public(source) == names


def test_a_macro_that_makes_itself_ends() -> None:
    source = (
        "macro_rules! again { ($($x:tt)*) => { again!($($x)* $($x)*); again!($($x)*); }; }\nagain!(a b c);\n"
    )
    assert public(source + "pub fn f() {}\n") == ["f"]


def test_what_a_macro_makes_changes_with_the_macro() -> None:
    source = "macro_rules! make { ($n:ident) => { pub fn $n(x: u8) {} }; }\nmake!(a);\n"
    assert read(source).interface != read(source.replace("u8", "u16")).interface


def test_what_a_private_module_hands_on_by_its_file_is_public() -> None:
    source = (
        "mod inner {\n    /// Kept.\n    pub struct Foo;\n    impl Foo { pub fn go(&self) {} fn hid(&self) {} }\n"
        "    pub struct Bar;\n}\npub use self::inner::Foo;\npub(crate) use inner::Bar;\n"
        "mod all { pub fn one() {} pub(crate) fn two() {} }\npub use all::*;\n"
    )
    found = parse("rust", source.encode())
    assert [s.name for s in found.symbols if s.public] == ["inner.Foo", "inner.Foo.go", "all.one"]


def test_the_type_of_a_trait_object_is_its_first_trait() -> None:
    found = parse("rust", b"pub trait A {}\nimpl dyn A + Send { pub fn m(&self) {} }\n")
    assert [s.name for s in found.symbols] == ["A", "A.m"]
