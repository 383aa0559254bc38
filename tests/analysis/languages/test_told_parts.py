"""What the documentation of a type says of the properties in its head."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse

KDOC = """/**
 * A point.
 *
 * @property x The x
 *   coordinate [y].
 * @param y The y.
 * @param `in` Odd.
 *
 * More text.
 * @constructor Makes it.
 */
@Serializable
data class P(
  val x: Int,
  /** Own. */
  val y: Int,
  var z: Int,
  val `in`: Int,
)
"""
PHPDOC = """<?php
class P {
    /**
     * Makes it.
     * @param array<int, string> $a The as.
     * @param int $b
     * @param ?B $c Of {@see B} and
     *     more.
     */
    public function __construct(public array $a, public int $b, #[X] public ?B $c, int $d) {}
}
"""
XML = """/// <summary>R.</summary>
/// <param name="X">The <see cref="Foo"/> x.
/// And more.</param>
/// <param name='Y'/>
[Attr]
public record P(int X, int Y);
"""
SCALADOC = "/** A case.\n  * @param a the a\n  * @tparam T nothing\n  */\ncase class P[T](a: Int, b: T)\n"


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("kotlin", KDOC, {"x": "The x coordinate `y`.", "y": "Own.", "z": "", "`in`": "Odd."}),
        ("php", PHPDOC, {"a": "The as.", "b": "", "c": "Of `B` and more."}),
        ("csharp", XML, {"X": "The `Foo` x. And more.", "Y": ""}),
        ("scala", SCALADOC, {"a": "the a", "b": ""}),
        ("scala", "object O:\n  def x = 1\n\n" + SCALADOC, {"a": "the a", "b": ""}),
        ("kotlin", "/** A. */\nclass P(val x: Int)\n// @property x No.\nclass Q(val x: Int)\n", {"x": ""}),
    ],
)
def test_properties_are_told_by_what_they_stand_in(language: str, text: str, told: dict[str, str]) -> None:
    facts = parse(language, text.encode())
    found = {s.name.removeprefix("P."): s.summary for s in facts.symbols if s.kind == "property"}
    assert {name: summary for name, summary in found.items() if "." not in name} == told


def test_what_is_told_counts_as_documentation() -> None:
    other = KDOC.replace("@param y The y.", "@param z The z.")
    assert parse("kotlin", KDOC.encode()).doc != parse("kotlin", other.encode()).doc
    assert parse("kotlin", KDOC.encode()).interface == parse("kotlin", other.encode()).interface
