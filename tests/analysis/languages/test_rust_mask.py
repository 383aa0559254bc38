"""Rust that is newer than its grammar, or written to mislead a reader of text."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.rust_mask import mask


def read(source: str) -> FileFacts:
    found = parse("rust", source.encode())
    assert found.parsed
    assert not found.failure
    return found


def public(source: str) -> list[str]:
    return [s.name for s in read(source).symbols if s.public and not s.internal]


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ('unsafe extern "C" {\n    pub safe fn open(x: f64) -> f64;\n}\n', "pub safe fn open(x: f64) -> f64"),
        (
            'unsafe extern "C" {\n    pub unsafe fn open(p: *const u8);\n}\n',
            "pub unsafe fn open(p: *const u8)",
        ),
        ("unsafe extern {\n    pub safe static OPEN: i32;\n}\n", "pub safe static OPEN: i32"),
        ("unsafe extern {\n    pub unsafe static OPEN: i32;\n}\n", "pub unsafe static OPEN: i32"),
        ("pub gen fn open() -> u32 { yield 1; }\n", "pub gen fn open() -> u32"),
        ("pub async gen fn open() -> u32 { yield 1; }\n", "pub async gen fn open() -> u32"),
        (
            "pub fn open<'a, T>(x: &'a T) -> impl Sized + use<'a, T> { x }\n",
            "pub fn open<'a, T>(x: &'a T) -> impl Sized + use<'a, T>",
        ),
        ("pub fn open() { let p = &raw const x; let q = &raw mut y; }\n", "pub fn open()"),
        ('pub fn open() { let s = c"lid"; let t = cr#"li"d"#; let u = br##"a"#"##; }\n', "pub fn open()"),
        ("pub fn open() { if let Some(a) = f() && let Ok(b) = a && b > 1 {} }\n", "pub fn open()"),
        ("pub fn open() { let Some(x) = y else { return }; }\n", "pub fn open()"),
        ("pub fn open() { let c = async move || { 1 }; let d = async |x: u32| x; }\n", "pub fn open()"),
        (
            "pub fn open() { match x { 0..=9 | 11.. => (), n @ 1 if n > 1 => (), _ => () } }\n",
            "pub fn open()",
        ),
        ("pub fn open() -> bool { (a as usize) < b && x < (y) }\n", "pub fn open() -> bool"),
        ("pub fn open() { 'outer: loop { break 'outer; } let c = 'x'; }\n", "pub fn open()"),
        ('#[unsafe(no_mangle)]\npub extern "C" fn open() {}\n', 'pub extern "C" fn open()'),
        ("pub fn open(f: impl async Fn(u32) -> u32) {}\n", "pub fn open(f: impl async Fn(u32) -> u32)"),
        ("pub fn open(f: impl AsyncFn(u32)) {}\n", "pub fn open(f: impl AsyncFn(u32))"),
        ("pub const fn open<T: [const] Clone>(t: T) {}\n", "pub const fn open<T: [const] Clone>(t: T)"),
        ("pub const fn open<T: ~const Clone>(t: T) {}\n", "pub const fn open<T: ~const Clone>(t: T)"),
        (
            "pub struct Open<const N: usize = 16, T = u8>([T; N]);\n",
            "pub struct Open<const N: usize = 16, T = u8>([T; N])",
        ),
        ("pub struct Open<const N: usize = { 1 + 2 }>;\n", "pub struct Open<const N: usize = { 1 + 2 }>"),
        ("pub const trait Open {}\n", "pub const trait Open"),
        ("pub unsafe trait Open {}\n", "pub unsafe trait Open"),
        ("pub trait Open = Clone + Send;\n", "pub trait Open = Clone + Send"),
        ("pub trait Open<T>: Clone where T: Send {}\n", "pub trait Open<T>: Clone where T: Send"),
        ("pub fn open() -> ! { loop {} }\n", "pub fn open() -> !"),
        (
            "pub type Open = dyn for<'a> Fn(&'a str) -> Box<dyn Send + 'a>;\n",
            "pub type Open = dyn for<'a> Fn(&'a str) -> Box<dyn Send + 'a>",
        ),
        ("pub type Open = impl Fn(u32) -> u32;\n", "pub type Open = impl Fn(u32) -> u32"),
        ("pub const OPEN: [u8; 3] = const { [1; 3] };\n", "pub const OPEN: [u8; 3] = const { [1; 3] }"),
        ("pub union Open { pub a: u8 }\n", "pub union Open"),
        ("pub fn r#open(r#type: u8) -> u8 { r#type }\n", "pub fn r#open(r#type: u8) -> u8"),
        (
            "pub fn open((a, b): (u8, u8), [c, .., d]: [u8; 4], Point { x, y }: Point, mut z: u8, &w: &u8) {}\n",
            "pub fn open((a, b): (u8, u8), [c, .., d]: [u8; 4], Point { x, y }: Point, mut z: u8, &w: &u8)",
        ),
        ("pub struct Open(pub u8, u16, pub(crate) u32);\n", "pub struct Open(pub u8, u16, pub(crate) u32)"),
        (
            "pub fn open<T>() where [T; 2]: Sized, for<'c> T: Fn(&'c u8) {}\n",
            "pub fn open<T>() where [T; 2]: Sized, for<'c> T: Fn(&'c u8)",
        ),
        (
            "pub static OPEN: &[(&str, fn(u8) -> u8)] = &[];\n",
            "pub static OPEN: &[(&str, fn(u8) -> u8)] = &[]",
        ),
        ("pub fn open(safe: u8, gen: u8) -> u8 { safe + gen }\n", "pub fn open(safe: u8, gen: u8) -> u8"),
        ('pub const OPEN: &str = "safe fn shut()";\n', 'pub const OPEN: &str = "safe fn shut()"'),
        ("pub fn open() { /* /* nested */ pub fn shut() {} */ }\n", "pub fn open()"),
        ('pub fn open() { let s = "\\"} pub fn shut() {"; }\n', "pub fn open()"),
        ("pub fn open() { let s = '\"'; let t = b'\\''; }\n", "pub fn open()"),
    ],
)
def test_a_definition_is_read_and_shown_as_it_stands(source: str, signature: str) -> None:
    found = read(source)
    assert [s.signature for s in found.symbols if s.public and s.name.lower() == "open"] == [signature]
    assert [s.name for s in found.symbols if s.public and s.name[0] != "O" and "." not in s.name] in (
        [],
        ["open"],
    )
    assert found.unread == ()


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (
            "pub trait T { type A<'a>: Iterator<Item: Clone> where Self: 'a; async fn g(&self); }\n",
            ["T", "T.A", "T.g"],
        ),
        ("pub trait T { const N: usize = 1; fn f() -> impl Iterator<Item = u32>; }\n", ["T", "T.N", "T.f"]),
        ("pub enum E { A = 1, B { x: u8 } = 2, #[default] C(u8) }\n", ["E", "E.A", "E.B", "E.C"]),
        (
            "pub mod m { pub fn a() {} pub(crate) fn b() {} pub(in crate::m) fn c() {} pub(super) struct D; }\n",
            ["m", "m.a"],
        ),
        ("pub(crate) mod m { pub struct S; }\nmod n { pub struct T; }\n", []),
        (
            "pub struct Set<T>(T);\ntype Owned = Set<Vec<u8>>;\nimpl Owned { pub fn new() -> Owned { todo!() } }\n",
            ["Set", "Set.new"],
        ),
        ("type Owned = Vec<u8>;\nimpl Lift for Owned { fn lift(&self) {} }\n", []),
        ("const _: () = ();\npub const _: () = assert!(true);\n", []),
        (
            "pub struct S;\nimpl S { pub const N: u8 = 1; pub fn a(&self) {} fn b() {} pub(super) fn c() {} }\n",
            ["S", "S.N", "S.a"],
        ),
        ("struct S;\nimpl S { pub fn a(&self) {} }\n", []),
        ("macro_rules! hidden { () => {} }\n#[macro_export]\nmacro_rules! shown { () => {} }\n", ["shown"]),
        ("#[cfg(test)]\nmod tests { pub fn a() {} }\npub fn b() {}\n", ["b"]),
        ("#[doc(hidden)]\npub fn a() {}\npub fn b() {}\n", ["b"]),
        ("impl const Default for u8 { fn d() -> Self { 0 } }\npub fn b() {}\n", ["b"]),
        ('extern "C" { pub fn a(x: u8, ...); fn b(); pub static C: u8; }\n', ["a", "C"]),
        ("pub fn a() { pub fn inner() {} struct S; impl S { pub fn m() {} } }\n", ["a"]),
        ("#![feature(x)]\n#!/usr/bin/env run\npub fn a() {}\n", ["a"]),
        ("pub use self::m::S;\nmod m { pub struct S; pub struct T; }\n", ["m.S"]),
        ("pub struct S { pub r#type: u8, pub(crate) b: u8, c: u8 }\n", ["S", "S.type"]),
    ],
)
def test_what_is_public(source: str, names: list[str]) -> None:
    assert public(source) == names


def test_what_a_type_never_implements_is_said_so() -> None:
    found = read("impl !Send for S {}\nimpl Sync for S {}\npub struct S;\n")
    assert [s.signature for s in found.symbols if s.name == "S.impl"] == ["impl !Send, Sync"]


def test_what_a_module_keeps_for_its_crate_is_internal() -> None:
    found = read("pub(crate) mod m {\n    /// One.\n    pub struct S;\n    struct T;\n}\n")
    assert [(s.name, s.public, s.internal) for s in found.symbols] == [
        ("m.S", True, True),
        ("m.T", False, True),
    ]


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("pub fn a() {}\npub fn b( {}\npub fn c() {}\n", 2),
        ("pub fn a() {}\npub macro m2($a:expr) { $a }\npub fn c() {}\n", 2),
        ('pub fn a() {}\nextern "C" { pub type Opaque; }\npub fn c() {}\n', 2),
    ],
)
def test_what_cannot_be_read_is_told_and_contributes_nothing(source: str, line: int) -> None:
    found = read(source)
    assert any(first <= line <= last for first, last in found.unread)
    assert {"a"} <= {s.name for s in found.symbols} <= {"a", "c"}


def test_a_mask_keeps_every_byte_in_its_place() -> None:
    source = b"unsafe extern {\n pub safe fn a();\n}\npub trait T = A;\nimpl const X for Y {}\n"
    assert len(mask(source)) == len(source)
    assert [i for i, byte in enumerate(mask(source)) if byte == 10] == [
        i for i, byte in enumerate(source) if byte == 10
    ]
