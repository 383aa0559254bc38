"""Rust: items that macros of other files of the crate, and of crates that it depends on, make."""

from __future__ import annotations

from repodoc_hooks.analysis.elsewhere import Elsewhere
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse

MANIFEST = '[package]\nname = "depot"\nversion = "0.1.0"\n'
MACROS = (
    "macro_rules! route_fn {\n    ($name:ident, $doc:literal) => {\n        #[doc = $doc]\n"
    "        pub fn $name() {}\n        helper!($name);\n    };\n}\n"
    "macro_rules! helper { ($name:ident) => { pub mod $name { pub struct Inner; } } }\n"
    "macro_rules! getters { ($($f:ident),*) => { $( /** Gets. */ pub fn $f(&self) -> u32 { 0 } )* } }\n"
    "macro_rules! opaque { ($(#[$m:meta])* pub type $name:ident = $t:ty;) =>"
    " { $(#[$m])* pub struct $name { inner: $t } } }\n"
)


def completed(path: str, files: dict[str, str]) -> tuple[FileFacts, list[str]]:
    elsewhere = Elsewhere(files, lambda name: files.get(name, "").encode())
    data = files[path].encode()
    facts = elsewhere.complete(path, data, parse("rust", data))
    return facts, sorted(elsewhere.sources(path, facts))


def told(facts: FileFacts) -> list[str]:
    return [f"{s.name}: {s.summary}" if s.summary else s.name for s in facts.symbols if s.public]


def test_items_and_members_that_macros_of_the_crate_make() -> None:
    source = (
        'route_fn!(get, "Gets it.");\npub struct Conf;\nimpl Conf {\n    getters!(a, b);\n    pub fn c(&self) {}\n}\n'
        "crate::opaque! {\n    /// A future.\n    pub type Fut = u32;\n}\nunknown!(x);\npub fn end() {}\n"
    )
    files = {"Cargo.toml": MANIFEST, "src/macros.rs": MACROS, "src/routes.rs": source}
    found, sources = completed("src/routes.rs", files)
    assert told(found) == [
        *("get: Gets it.", "get", "get.Inner", "Conf", "Conf.a: Gets.", "Conf.b: Gets.", "Conf.c"),
        *("Fut: A future.", "end"),
    ]
    assert sources == ["src/macros.rs"]


def test_what_they_make_is_handed_out_beside_what_is_handed_on() -> None:
    files = {
        "Cargo.toml": MANIFEST,
        "src/macros.rs": "macro_rules! both { ($n:ident) => { pub fn $n() {} pub use crate::a::Other; } }\n",
        "src/lib.rs": "pub use std::fmt::Debug;\nboth!(open);\n",
    }
    found, _ = completed("src/lib.rs", files)
    assert sorted(e.name for e in found.exports) == ["Debug", "Other", "open"]


def test_macros_of_a_crate_that_is_depended_on() -> None:
    files = {
        "core/Cargo.toml": MANIFEST.replace("depot", "core"),
        "core/src/lib.rs": "#[macro_export]\nmacro_rules! unit { ($n:ident) => { pub struct $n; } }\n",
        "app/Cargo.toml": MANIFEST + '[dependencies]\ncore = { path = "../core" }\n',
        "app/src/lib.rs": "core::unit!(Metre);\n",
        "other/Cargo.toml": MANIFEST,
        "other/src/lib.rs": "core::unit!(Metre);\n",
    }
    assert told(completed("app/src/lib.rs", files)[0]) == ["Metre"]
    files["app/src/other.rs"] = "use core::unit as of;\nof!(Second);\n"
    assert told(completed("app/src/other.rs", files)[0]) == ["Second"]
    assert completed("other/src/lib.rs", files) == (completed("other/src/lib.rs", files)[0], [])
    assert told(completed("other/src/lib.rs", files)[0]) == []


def test_private_scopes_and_tests_are_left_alone() -> None:
    source = "#[cfg(test)]\nmod tests { unit!(A); }\nmod inner { unit!(B); }\nthread_local! { static X: u8 = 1; }\n"
    assert not parse("rust", source.encode()).unmade
