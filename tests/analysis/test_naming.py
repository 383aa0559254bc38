"""What a file is about, and how names are written."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.naming import main_types, outermost, written


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ruby", "Depot::Yard"),
        ("rust", "Depot::Yard"),
        ("cpp", "Depot::Yard"),
        ("php", "Depot::Yard"),
        ("python", "Depot.Yard"),
        ("csharp", "Depot.Yard"),
        ("", "Depot.Yard"),
    ],
)
def test_names_are_written_as_in_their_language(language: str, expected: str) -> None:
    assert written("Depot.Yard", language) == expected


@pytest.mark.parametrize(
    ("language", "text", "names"),
    [
        ("ruby", "module D\n  class Y\n    def a; end\n  end\nend\n", ["D.Y"]),
        ("ruby", "module D\n  class Y\n    class Z\n      def a; end\n    end\n  end\nend\n", ["D.Y.Z"]),
        ("ruby", "module D\n  # Yards.\n  class Y\n    class Z\n    end\n  end\nend\n", ["D.Y"]),
        ("ruby", "module D\n  module M\n    def a; end\n    class C; end\n  end\nend\n", ["D.M", "D.M.C"]),
        ("ruby", "class D::Y\n  def a; end\nend\n", ["D.Y"]),
        ("python", "class A:\n    class B:\n        def c(self): ...\n\ndef f(): ...\n", ["A.B", "f"]),
        ("rust", "pub mod m { pub struct S { pub a: u8 } }\npub fn f() {}\n", ["m.S", "f"]),
        ("rust", "pub struct S { a: u8 }\nimpl Clone for S { fn clone(&self) -> S { S } }\n", ["S"]),
        ("cpp", "namespace a { class B { public: void c(); }; }\n", ["B"]),
        ("java", "class Hidden { public static class Shown { public int a; } }\n", ["Hidden.Shown"]),
    ],
)
def test_what_a_file_is_about(language: str, text: str, names: list[str]) -> None:
    assert [symbol.name for symbol in outermost(parse(language, text.encode()).symbols)] == names


def test_what_a_type_implements_is_no_type_in_it() -> None:
    text = b"pub struct S { a: u8 }\nimpl Future for S { type Output = (); fn poll(self) {} }\n"
    shown = [symbol for symbol in parse("rust", text).symbols if symbol.public or symbol.name == "S.impl"]
    assert main_types(shown) == ["S"]


def test_main_types_are_found_in_modules() -> None:
    text = b"module D\n  class A; end\n  class B\n    def a; end\n    class C\n      def b; end\n    end\n  end\nend\n"
    assert main_types(parse("ruby", text).symbols, 1) == ["D.B"]
