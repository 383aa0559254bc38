# ruff: noqa: E501
"""Ruby: what YARD's tags and RDoc's directives declare and tell, definitions in rare places."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("ruby", text.encode())


def told(text: str) -> dict[str, str]:
    return {s.name: s.summary for s in read(f"class C\n{text}\nend\n").symbols if "." in s.name}


@pytest.mark.parametrize(
    ("comment", "summary"),
    [
        ("# @return [String] the name", "Returns the name"),
        ("# @return [String]", ""),
        ("# @see Other\n# Text behind.", "Text behind."),
        ("# Does it.\n# @param a [Integer] what\n#   it is", "Does it."),
        ("# @note Careful.\n#   More.\n# Gives x.", "Gives x."),
        ("# @!group Things\n# Grouped.", "Grouped."),
        ("# @!endgroup\n# @return [Boolean] whether it is on", "Returns whether it is on"),
        ("# @api public\n#\n# Public.", "Public."),
        ("# @example\n#   foo\n#\n#   bar\n# After.", "After."),
        ("# @deprecated Use {#other} instead.", ""),
        ("# * `close` must never be called here.\n# * Nor there.", "`close` must never be called here."),
        ("# * a: one\n# * b: two", ""),
        ("# (see #other)", "The other one."),
        ("# (see #none)", ""),
    ],
)
def test_what_a_comment_says_without_its_tags(comment: str, summary: str) -> None:
    found = told(f"# The other one.\ndef other; end\n{comment}\ndef m(a); end")
    assert found["C.m"] == summary


def test_overloads_are_the_forms_that_callers_write() -> None:
    text = """class C
  # @overload get(key)
  #   Gets by key.
  #   @param key [String]
  # @overload get(key, default)
  #   Gets with default.
  def get(*args); end
  # Both ways.
  # @overload put(key)
  # @overload put(key, value)
  def self.put(*args); end
end
"""
    assert [(s.signature, s.summary) for s in read(text).symbols][1:] == [
        ("def get(key)", "Gets by key."),
        ("def get(key, default)", "Gets with default."),
        ("def self.put(key)", "Both ways."),
        ("def self.put(key, value)", ""),
    ]


def test_methods_and_attributes_that_only_comments_declare() -> None:
    text = """class C
  # @!attribute [r] size
  #   @return [Integer] how much it holds

  # @!method find(a, b)
  #   Finds it.
  #   @param a [String]
  # @!method self.make
  #   Makes one.

  # @!method get(url = nil)
  # Gets it.
  # @!scope class

  # :method: ghost
  # Haunts.

  # :attr_reader: shade
  # Dims.

  # @!visibility private
  # @!method hidden
end
"""
    found = [(s.name, s.kind, s.signature, s.summary, s.internal) for s in read(text).symbols][1:]
    assert found == [
        ("C.size", "property", "attr_reader :size", "Returns how much it holds", False),
        ("C.find", "method", "def find(a, b)", "Finds it.", False),
        ("C.make", "method", "def self.make", "Makes one.", False),
        ("C.get", "method", "def self.get(url = nil)", "Gets it.", False),
        ("C.ghost", "method", "def ghost", "Haunts.", False),
        ("C.shade", "property", "attr_reader :shade", "Dims.", False),
        ("C.hidden", "method", "def hidden", "", True),
    ]


def test_a_directive_hides_what_follows_until_another_one() -> None:
    text = "class C\n  # @!visibility private\n\n  def a; end\n  # @!visibility public\n\n  def b; end\nend\n"
    assert [(s.name, s.internal) for s in read(text).symbols][1:] == [("C.a", True), ("C.b", False)]


def test_what_stands_behind_a_constant_or_an_attribute_describes_it() -> None:
    assert told(
        "LIMIT = 3 # how many there may be\nattr_reader :a # the a\nX = 1 # :nodoc:\ndef m; end # no"
    ) == {
        "C.LIMIT": "how many there may be",
        "C.a": "the a",
        "C.X": "",
        "C.m": "",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("module A\n  class B; end\n  class << B\n    def m; end\n  end\nend", ["A", "A.B", "A.B.m"]),
        ("module A; end\ndef A.m; end", ["A", "A.m"]),
        ("class A\n  def A.m; end\nend", ["A", "A.m"]),
        ("class A\n  def b(&)\n    c(\n      1,\n      &\n    )\n  end\n  def d; end\nend", ["A", "A.b", "A.d"]),
        ("A, B = 1, 2\nC ||= 3\nD::E = 4", ["A", "B", "C", "D.E"]),
        ("class A\n  attr_reader(*%i[a b])\n  attr_accessor :c\n  private :c, *%i[b]\nend", ["A", "A.a"]),
        ("module R\n  refine String do\n    def shout; end\n  end\nend", ["R", "R.String", "R.String.shout"]),
        ("module M\n  included do\n    def a; end\n    attr_reader :b\n  end\nend", ["M", "M.a", "M.b"]),
        ("module M\n  concerning :Bill do\n    def a; end\n  end\nend", ["M", "M.Bill", "M.Bill.a"]),
        ("class A\n  delegate %i[a b] => :@c\n  instance_delegate [:d] => :e\nend", ["A", "A.a", "A.b", "A.d"]),
        ("class A\n  def self.a; end\n  singleton_class.alias_method :b, :a\nend", ["A", "A.a", "A.b"]),
        ("class A\n  def b = puts \"x\"\n  def c(...) = d(...)\n  def +(o) = o\n  def `(x); end\nend", ["A", "A.b", "A.c", "A.+", "A.`"]),
        ("class A\n  def b\n    x(<<~P, <<-'Q')\n      class No; end\n    P\n      def no; end\n      Q\n  end\n  def c; end\nend\n__END__\nclass D; end", ["A", "A.b", "A.c"]),
        ("class A\n  def b(x)\n    case x\n    in {n: String => m} if m then 1\n    in [Integer, *] | nil then it\n    end\n  end\n  def c = [1].map { _1 + it }\nend", ["A", "A.b", "A.c"]),
    ],
)  # fmt: skip
def test_definitions_in_rare_places(text: str, expected: list[str]) -> None:
    found = read(text)
    assert ([s.name for s in found.symbols if s.public], found.unread) == (expected, ())


def test_paths_from_the_directory_of_the_file() -> None:
    text = 'autoload :A, "#{__dir__}/a"\nrequire "#{File.dirname(__FILE__)}/b"\nrequire "#{x}/c"\nrequire File.join(__dir__, "d")\n'
    assert [(i.target, i.kind) for i in read(text).imports if i.kind != "mention"] == [
        ("a", "require_relative"),
        ("b", "require_relative"),
        ("d", "require_relative"),
    ]


PARSED = """module Depot
  # @!parse
  #   # Settings of a crate.
  #   #
  #   # @!attribute lid
  #   #   @return [Lid] the lid
  #   class Settings < Options; end
  Settings = Options.new(:lid, :size) do
    def self.from(value); end
  end

  # @!parse
  #   # Only told.
  #   def self.told(a); end

  # A record of what moved.
  #
  # @!attribute from
  #   @return [Place] where it was
  Move = Struct.new(:from, :to)

  # A crate.
  #
  # @!attribute [r] weight
  #   @return [Integer] in grams
  class Crate; end
end
"""


def test_code_in_comments_and_directives_above_types_declare() -> None:
    found = {s.name: s for s in read(PARSED).symbols}
    assert found["Depot.Settings"].summary == "Settings of a crate."
    assert found["Depot.Settings"].signature == "Settings = Options.new(:lid, :size)"
    assert found["Depot.Settings.lid"].summary == "Returns the lid"
    assert found["Depot.told"].signature == "def self.told(a)"
    assert found["Depot.told"].summary == "Only told."
    assert found["Depot.Move.from"].summary == "Returns where it was"
    assert found["Depot.Crate.weight"].signature == "attr_reader :weight"
    assert "Depot.weight" not in found


def test_another_form_in_a_comment_changes_what_is_promised() -> None:
    assert read(PARSED).interface != read(PARSED.replace("told(a)", "told(b)")).interface


def test_the_documentation_of_a_method_elsewhere_is_found_by_its_owner() -> None:
    text = "class A\n  # Sends it.\n  def send_it; end\nend\nclass B\n  # (see A#send_it)\n  def send_it; end\n  # (see C#x)\n  def x; end\nend\n"
    found = {s.name: s.summary for s in read(text).symbols}
    assert (found["B.send_it"], found["B.x"]) == ("Sends it.", "")


def test_keys_that_are_called_like_an_operator_hide_nothing() -> None:
    found = read("module M\n  MAP = { defined?: A,\n    b: B }\n  def m(defined?: 1); end\nend\n")
    assert found.unread == ()
    assert {s.name for s in found.symbols} == {"M", "M.MAP", "M.m"}


def test_what_stands_behind_a_licence_describes() -> None:
    legal = '# Copyright 2020 A\n#\n# Permission is hereby granted, free of charge.\n#\n# THE SOFTWARE IS PROVIDED "AS IS".\n#\n'
    assert read(f"X = 1\n\n{legal}# Sends crates.\nmodule M; end\n").symbols[-1].summary == "Sends crates."
    assert read(f"X = 1\n\n# Keeps.\n#\n{legal}# Sends.\nmodule M; end\n").symbols[-1].summary == "Keeps."


DEFINED = """class C
  # @!macro [attach] setting
  #   @!attribute [rw] $1
  #     Says $1.
  def self.setting(name, options = {}); end

  # @!macro [attach] query
  #   @!method $1(value, &block)
  #   @overload $1
  #   @overload $1(value)
  #   @return [Array] all of $1
  def self.query(name); end

  # @!macro kept
  #   @return [$2] the kept $1
  # @!macro [new] named
  #   Named $1 by ${0} with $* and \\$5.

CALL
end
"""


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("# What it is.\n  setting :colour", [("attr_accessor :colour", "Says colour.")]),
        ("setting :colour, default: 1", [("attr_accessor :colour", "Says colour.")]),
        (
            "# Asks.\n  query :crates",
            [("def crates", "Asks."), ("def crates(value)", "")],
        ),
        ("# @!macro kept\n  keep :box, String", [("def box", "Returns the kept box")]),
        (
            "# @!macro named\n  # @return [X]\n  make 'a', :b",
            [("def a", "Named a by make with a, b and $5.")],
        ),
        ("# Plain words.\n  keep :box", []),
        ("##\n  # Shown by RDoc.\n  keep :box", [("def box", "Shown by RDoc.")]),
        ("# @return [String] the box\n  keep :box", [("def box", "Returns the box")]),
        ("# @return [String] the box\n  keep box", []),
        ("# @overload box(a)\n  #   Of a.\n  keep :box", [("def box(a)", "Of a.")]),
        ("# @!scope class\n  # For all.\n  keep :box", [("def self.box", "For all.")]),
        ("# @!method box(a)\n  #   By hand.\n  keep :other", [("def box(a)", "By hand.")]),
        ("# @method box(a)\n  # By an old hand.\n  keep :other", [("def box(a)", "By an old hand.")]),
        ("# @return [String] it\n  require 'box'", []),
        ("# @!macro gone\n  keep :box", []),
    ],
)
def test_calls_that_comments_declare_by(call: str, expected: list[tuple[str, str]]) -> None:
    known = {"class C", "def self.setting(name, options = {})", "def self.query(name)"}
    symbols = read(DEFINED.replace("CALL", f"  {call}")).symbols
    assert [(s.signature, s.summary) for s in symbols if s.signature not in known] == expected


@pytest.mark.parametrize(
    "line",
    ["memoize def m(a); end", "ruby2_keywords def m(a); end", "memoize(def m(a); end)", "a b def m(a); end"],
)
def test_a_definition_that_is_handed_to_a_method_is_one(line: str) -> None:
    [_, method] = read(f"class C\n  # Tells.\n  {line}\nend\n").symbols
    assert (method.signature, method.summary, method.public) == ("def m(a)", "Tells.", True)


def test_a_private_definition_that_is_handed_to_a_method_is_private() -> None:
    [_, method] = read("class C\n  private memoize def m(a); end\nend\n").symbols
    assert not method.public


def test_the_comment_of_a_class_tells_of_its_attributes() -> None:
    text = """# A line.
#
# @attr start [Point] where it begins
# @attr_reader [Point] finish where it
#   ends
# @attr width how wide
Line = Struct.new(:start, :finish)
# @attr [String] name what it is called
class Named; end
"""
    assert [(s.name, s.signature, s.summary) for s in read(text).symbols] == [
        ("Line", "Line = Struct.new(:start, :finish)", "A line."),
        ("Line.start", "attr_accessor :start", "where it begins"),
        ("Line.finish", "attr_accessor :finish", "where it ends"),
        ("Named", "class Named", ""),
        ("Line.width", "attr_accessor :width", "how wide"),
        ("Named.name", "attr_accessor :name", "what it is called"),
    ]


def test_private_by_name_in_the_class_of_the_class_hides_attributes() -> None:
    text = "class C\n  class << self\n    attr_accessor :a, :b\n    private :a, :a=\n  end\nend\n"
    assert [(s.name, s.public) for s in read(text).symbols] == [("C", True), ("C.a", False), ("C.b", True)]


def test_macros_that_use_each_other_without_end_take_no_time() -> None:
    uses = "".join(f"  #   @!macro m{n % 9}\n" for n in range(200))
    macros = "".join(f"  # @!macro [new] m{n}\n{uses}" for n in range(9))
    found = read(f"class C\n{macros}\n  # @!macro m0\n  # @return [X] it\n  keep :box\nend\n")
    assert [s.name for s in found.symbols] == ["C", "C.box"]
