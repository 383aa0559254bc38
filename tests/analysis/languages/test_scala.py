"""Scala: what others see of a file, in both syntaxes."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import parse
from tests.analysis.resolution.worlds import arrows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class A(val b: Int, var c: Int, d: Int, private val e: Int)", ["A", "A.b", "A.c"]),
        ("class A private (val b: Int)", ["A", "A.b"]),
        ("case class A(b: Int)(c: Int)", ["A", "A.b"]),
        ("private[x] class A { def b = 1 }", []),
        ("class A { private[this] def b = 1; protected def c = 1; protected[x] def d = 1 }", ["A", "A.c"]),
        ("package object a { def b = 1 }", ["a", "a.b"]),
        ("trait A:\n  def b: Int\n  private def c = 1\nend A\nclass D", ["A", "A.b", "D"]),
        ("enum A(val b: Int):\n  case C extends A(1)\n  case D, E", ["A", "A.b", "A.C", "A.D", "A.E"]),
        ("object A { val (b, c) = (1, 2); lazy val d: Int = 3 }", ["A", "A.b", "A.c", "A.d"]),
        ("given a: B[Int] with\n  def c(x: Int) = 1\ngiven B[Int] = ???", ["a", "a.c", "given_B_Int"]),
        (
            "given [T] => x.Ord[List[T]]:\n  def c = 1\ngiven Context = ctx",
            ["given_Ord_List", "given_Ord_List.c", "given_Context"],
        ),
        ("given (Int => String) = f\nclass After", ["After"]),
        ("extension (a: Int)\n  def b: Int = 1\n  def c(x: Int): Int = 2", ["b", "c"]),
        ("class A { def +(b: Int): Int = b; def this(c: Int) = this() }", ["A", "A.+", "A.this"]),
        ("sealed trait A\ncase object B extends A\nopaque type C = Int", ["A", "B", "C"]),
    ],
)
def test_what_is_public(text: str, expected: list[str]) -> None:
    found = parse("scala", text.encode())
    assert [s.name for s in found.symbols if s.public] == expected
    assert not found.unread


def test_imports_name_what_they_take() -> None:
    text = b"import a.{B, C => D, E as F, _}\nimport g.h, i.J\nimport k.*\nimport l.given\nexport m.N\n"
    assert [i for i in parse("scala", text).imports if i.kind != "mention"] == [
        Import("a.B"),
        Import("a.C", ("D",)),
        Import("a.E", ("F",)),
        Import("a", ("*",)),
        Import("g.h"),
        Import("i.J"),
        Import("k", ("*",)),
        Import("l", ("*",)),
        Import("m.N", use="export"),
    ]


def test_documentation_above_a_definition_is_its_own_though_the_block_before_has_no_end() -> None:
    text = b"""class A {
  /** First. */
  def a(x: Int): Int =
    x + 1

  /**
   * Second, see [[a]] or [[x.Y the ys]].
   * {{{
   * val z = 1
   * }}}
   */
  def b: Int =
    if (c)
      1
    else
      2
  // remark
  def d = 1
}
"""
    assert [(s.name, s.summary) for s in parse("scala", text).symbols] == [
        ("A", ""),
        ("A.a", "First."),
        ("A.b", "Second, see `a` or the ys."),
        ("A.d", ""),
    ]


def test_files_see_the_packages_around_them_and_other_languages_of_the_build() -> None:
    scala, java = "src/main/scala/shop/{}.scala".format, "src/main/java/shop/{}.java".format
    files = {
        scala("package"): "package object shop { type Id = Int }\n",
        scala("Item"): "package shop\ncase class Item(id: Int)\n",
        scala("web/Page"): "package shop\npackage web\nclass Page(item: Item)\n",
        scala("app/Main"): "package shop.app\nimport shop.web._\nobject Main { new Page(null) }\n",
        java("Old"): "package shop;\nclass Old { Item item; }\n",
        scala("New"): "package shop\nclass New extends Old\n",
    }
    assert arrows(files) == {
        scala("web/Page"): [scala("Item")],
        scala("app/Main"): [scala("web/Page")],
        java("Old"): [scala("Item")],
        scala("New"): [java("Old")],
    }


def test_what_an_opaque_type_is_made_of_is_not_shown() -> None:
    text = b"object A:\n  opaque type Id = Long\n  private opaque type B <: Any = Int\n  type Plain = Int\n"
    told = [s.signature for s in parse("scala", text).symbols if s.kind == "type"]
    assert told == ["opaque type Id", "private opaque type B <: Any", "type Plain = Int"]
