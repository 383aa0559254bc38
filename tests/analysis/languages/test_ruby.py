"""Ruby: documentation of first members, what is not meant for users, what calls declare."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("ruby", text.encode())


def by_name(text: str) -> dict[str, Symbol]:
    return {s.name: s for s in read(text).symbols}


def shown(text: str) -> list[str]:
    """Names that are public and meant for users."""
    return [s.name for s in read(text).symbols if s.public and not s.internal]


def signatures(text: str) -> dict[str, str]:
    return {s.name: s.signature for s in read(text).symbols}


FIRST_MEMBERS = {
    "method of a module": ("module M\n  # Does one.\n  def one; end\nend\n", "M.one", "Does one."),
    "method of a class": (
        "class C < B\n  # Does one.\n  def one; end\n  def two; end\nend\n",
        "C.one",
        "Does one.",
    ),
    "class of a module": ("module M\n  # Holds.\n  class C\n    def x; end\n  end\nend\n", "M.C", "Holds."),
    "singleton": (
        "class C\n  class << self\n    # Makes.\n    def make; end\n  end\nend\n",
        "C.make",
        "Makes.",
    ),
    "behind a remark": ("class C # :nodoc:\n  # Does.\n  def one; end\nend\n", "C.one", "Does."),
    "behind an empty line": ("module M\n\n  # Does.\n\n  def one; end\nend\n", "M.one", "Does."),
    "constant": ("module M\n  # The most.\n  MOST = 1\nend\n", "M.MOST", "The most."),
    "block": ("P = Struct.new(:x) do\n  # Far.\n  def far; end\nend\n", "P.far", "Far."),
}


@pytest.mark.parametrize("case", FIRST_MEMBERS)
def test_first_members_keep_their_documentation(case: str) -> None:
    text, name, summary = FIRST_MEMBERS[case]
    assert by_name(text)[name].summary == summary


def test_a_remark_behind_the_name_of_a_class_is_no_documentation() -> None:
    assert by_name("class C # a remark\n  def one; end\nend\n")["C.one"].summary == ""


def test_methods_of_the_class_are_shown_as_its_own() -> None:
    found = signatures(
        "class C\n  class << self\n    attr_reader :a\n    def make(b) = b\n    alias made make\n  end\n"
        "  def self.x; end\nend\n"
        "module M\n  module_function\n  def y(a); end\nend\nmodule N\n  def z; end\n  module_function :z\nend\n"
    )
    assert found == {
        "C": "class C",
        "C.a": "self.attr_reader :a",
        "C.make": "def self.make(b)",
        "C.made": "alias self.made self.make",
        "C.x": "def self.x",
        "M": "module M",
        "M.y": "def self.y(a)",
        "N": "module N",
        "N.z": "def self.z",
    }


_NOT_FOR_USERS = """
=== a method: C C.a
class C
  # Seen.
  def a; end
  def b; end # :nodoc:
  def c # :nodoc:
    1
  end
end
=== above it: C C.c
class C
  # :nodoc:
  def a; end
  # Does.
  # :nodoc:
  def b; end
  def c; end
end
=== a class: M M.G.H M.G.H.j
module M
  class G # :nodoc:
    def i; end
    class H
      def j; end
    end
  end
end
=== all of a class: M
module M
  class G # :nodoc: all
    def i; end
    class H
    end
  end
end
=== others: C
class C
  A = 1 # :nodoc:
  attr_reader :b # :nodoc:
  alias c d # :nodoc:
end
=== between marks: C C.a C.c
class C
  def a; end
  # :stopdoc:
  def b; end
  X = 1
  # :startdoc:
  def c; end
end
=== to the end of the class: C D D.b
class C
  # :stopdoc:
  def a; end
end
class D
  def b; end
end
=== private tags: C C.c
class C
  # @private
  def a; end
  # Not.
  # @api private
  def b; end
  # @api public
  def c; end
end
=== a private class: M
module M
  # @api private
  class C
    def a; end
    class D; end
  end
end
=== by their names: C C.initialize C.c
class C
  def initialize(a); end
  def initialize_copy(b); end
  def respond_to_missing?(n, a = 1) = true
  def c; end
end
=== sections: C C.a C.c C.e
class C
  def a; end
  private
  def b; end
  public
  def c; end
  protected
  def d; end
  def self.e; end
end
=== by name: C C.L C.f
class C
  def a; end
  def self.a; end
  def b; end
  private :a, "b"
  private_class_method :a
  K = 1
  L = 2
  private_constant :K
  class D
    def e; end
  end
  private_constant :D
  private
  def f; end
  public :f
end
=== around them: C C.d C.e
class C
  private def a; end
  private attr_reader :b
  private_class_method def self.c; end
  public def d; end
  private(*%i[x])
  def e; end
end
=== in class << self: C C.a
class C
  class << self
    def a; end
    def b; end
    private :b
    private
    def c; end
  end
end
"""
NOT_FOR_USERS = {
    title.partition(":")[0]: (text, title.partition(":")[2].split())
    for title, _, text in (block.partition("\n") for block in _NOT_FOR_USERS.split("=== ")[1:])
}
"""Source by why something in it is not for users, with the names that are."""


@pytest.mark.parametrize("case", NOT_FOR_USERS)
def test_what_is_not_meant_for_users_is_known(case: str) -> None:
    text, names = NOT_FOR_USERS[case]
    assert shown(text) == names


def test_internal_symbols_stay_public() -> None:
    assert [
        (s.name, s.public, s.internal) for s in read("class C\n  def a; end # :nodoc:\nend\n").symbols
    ] == [
        ("C", True, False),
        ("C.a", True, True),
    ]


def test_calls_declare() -> None:
    found = signatures(
        "class C\n  attr_accessor :a, 'b'\n  alias_method :c, :d\n  alias e d\n  define_method(:f) { |x, y = 1| x }\n"
        "  delegate :g, :h, to: :@i\n  delegate :j, to: :k, prefix: true\n  def_delegators :@l, :m, :n\n"
        "  def_delegator :@l, :size, :length\n  mattr_accessor :o\n  include Comparable\nend\n"
    )
    assert found == {
        "C": "class C",
        "C.a": "attr_accessor :a",
        "C.b": "attr_accessor :b",
        "C.c": "alias c d",
        "C.e": "alias e d",
        "C.f": "def f(x, y = 1)",
        "C.g": "delegate :g, to: :@i",
        "C.h": "delegate :h, to: :@i",
        "C.k_j": "delegate :j, to: :k",
        "C.m": "def_delegators :@l, :m",
        "C.n": "def_delegators :@l, :n",
        "C.length": "def_delegator :@l, :size, :length",
        "C.o": "mattr_accessor :o",
    }


def test_records_and_classes_made_by_calls_are_types() -> None:
    found = read(
        "P = Struct.new(:x, :y, keyword_init: true) do\n  def far; end\nend\nQ = Data.define(:z)\n"
        "E = Class.new(StandardError)\n"
        "class R < Struct.new(:w)\n  def v; end\nend\nT = 1\n"
    )
    assert [(s.name, s.kind, s.signature) for s in found.symbols] == [
        ("P", "class", "P = Struct.new(:x, :y, keyword_init: true)"),
        ("P.x", "property", "attr_accessor :x"),
        ("P.y", "property", "attr_accessor :y"),
        ("P.far", "method", "def far"),
        ("Q", "class", "Q = Data.define(:z)"),
        ("Q.z", "property", "attr_reader :z"),
        ("E", "class", "E = Class.new(StandardError)"),
        ("R", "class", "class R < Struct.new(:w)"),
        ("R.w", "property", "attr_accessor :w"),
        ("R.v", "method", "def v"),
        ("T", "constant", "T = 1"),
    ]


def test_definitions_in_branches_and_behind_conditions_are_found() -> None:
    text = (
        "class C\n  if A\n    def a; end\n  elsif B\n    def b; end\n  else\n    def c; end\n  end\n"
        "  def d; end unless method_defined?(:d)\n  alias e d if X\n  def @@f.g; end\nend\n"
    )
    assert shown(text) == ["C", "C.a", "C.b", "C.c", "C.d", "C.e"]


def test_class_methods_of_a_concern_have_their_module() -> None:
    text = "module M\n  class_methods do\n    # Finds.\n    def find; end\n  end\nend\n"
    assert shown(text) == ["M", "M.ClassMethods.find"]


HEREDOCS = """class A
  def sql
    run(<<~ONE, <<~TWO)
      a #{x(<<~IN)} b
        c
      IN
    ONE
      d
    TWO
  end
  def x = raise ArgumentError, "no" unless y
  def z = render json: 1,
                 status: 2
  # Says.
  private def w = yield 1
  def v = w
end
class B; end
"""


def test_nested_heredocs_and_bodies_without_brackets_swallow_nothing() -> None:
    found = read(HEREDOCS)
    assert [s.name for s in found.symbols] == ["A", "A.sql", "A.x", "A.z", "A.w", "A.v", "B"]
    assert not found.unread
    assert found.ast != read(HEREDOCS.replace('"no"', '"yes"')).ast
    assert found.ast != read(HEREDOCS.replace("        c\n", "        e\n")).ast


@pytest.mark.parametrize(
    ("text", "summary"),
    [
        ("#!/usr/bin/env ruby\n# frozen_string_literal: true\n\nclass C\nend\n", ""),
        ("# frozen_string_literal: true\n\n# Holds crates.\nmodule M\nend\n", "Holds crates."),
        ("module M\n  # Holds.\n  class C\n  end\nend\n", "Holds."),
        ("module M\n  # One.\n  class A\n  end\n  # Two.\n  class B\n  end\n  # Three.\n  class D\n  end\nend\n", ""),
        ("module M\n  # Fails.\n  class E; end\n  def self.a(b)\n    b.c(1)\n  end\n  def self.d; end\nend\n", ""),
        ("module M\n  # Fails.\n  class E; end\n  # Serves.\n  class A\n    def a\n    end\n  end\nend\n", "Serves."),
    ],
)  # fmt: skip
def test_a_file_is_described_by_what_it_is_about(text: str, summary: str) -> None:
    assert read(text).summary == summary


def test_an_alias_has_the_documentation_of_what_it_names() -> None:
    text = "class C\n  # Does.\n  def a; end\n  alias b a\n  # Own.\n  alias_method :c, :a\nend\n"
    found = {name: s.summary for name, s in by_name(text).items()}
    assert (found["C.b"], found["C.c"]) == ("Does.", "Own.")
