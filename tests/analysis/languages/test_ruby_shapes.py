"""Ruby: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, shapes

SHAPES = shapes(
    r"""
=== endless methods
class A
  def a(x) = x * 2
  def self.b = puts "hi"
  def ==(o) = true
  def c = @c ||= compute do |x|
    x
  end
  def d; end
end
--- A, A.a, A.b, A.==, A.c, A.d
A.a = def a(x)
A.b = def self.b
A.== = def ==(o)
=== operators
class A
  def []=(k, v); end
  def +@; end
  def !; end
  def <=>(o); end
  def =~(o); end
  def call(*, **, &) = other(*, **, &)
  def fwd(...) = other(...)
  def nokw(**nil); end
  def a=(v); end
  def b?; end
  def c!; end
end
--- A, A.[]=, A.+@, A.!, A.<=>, A.=~, A.call, A.fwd, A.nokw, A.a=, A.b?, A.c!
A.[]= = def []=(k, v)
A.<=> = def <=>(o)
A.=~ = def =~(o)
A.call = def call(*, **, &)
A.fwd = def fwd(...)
A.nokw = def nokw(**nil)
A.a= = def a=(v)
=== patterns and it
class A
  def m(x)
    case x
    in {name: String => n, age: Integer | nil} if n then it
    in [Integer, *, /re/] | ^y then 1
    end
    x => {a:}
    y if x in [1, *]
  end
  def n = [1].map { it + 1 }.then { _1 }
end
--- A, A.m, A.n
A.m = def m(x)
=== data and structs
Point = Data.define(:x, :y) do
  def +(o) = with(x: x + o.x)
  def self.origin = new(0, 0)
end
S = Struct.new("Name", :a, keyword_init: true) do
  def sum = a
  private
  def hid; end
end
class Sub < Data.define(:z)
  def w; end
end
--- Point, Point.x, Point.y, Point.+, Point.origin, S, S.a, S.sum, Sub, Sub.z, Sub.w
Point = Point = Data.define(:x, :y)
Point.x = attr_reader :x
Point.y = attr_reader :y
Point.+ = def +(o)
Point.origin = def self.origin
S = S = Struct.new("Name", :a, keyword_init: true)
S.a = attr_accessor :a
Sub = class Sub < Data.define(:z)
Sub.z = attr_reader :z
=== heredocs with code in them
class A
  T = <<~ONE + <<-'TWO'
    #{x "def fake; end"}
    class Fake; end
  ONE
    def fake2; end
    TWO
  Q = %q(def fake3; end)
  R = /def fake4/
  def after; end
end
--- A, A.T, A.Q, A.R, A.after
A.T = T = <<~ONE + <<-'TWO'
A.Q = Q = %q(def fake3; end)
A.R = R = /def fake4/
=== private in every form
class A
  private attr_reader :a, :b
  private def c(x); end
  private
  def d; end
  attr_accessor :e
  X = 1
  class In; end
  def self.f; end
  public
  def g; end
  def h; end
  private :h
  private_class_method :f
  private_constant :X
  protected def i; end
  private_class_method def self.j; end
  private(*%i[g])
end
--- A, A.In
A.In = class In
=== the class of the class
class A
  class << self
    attr_accessor :config
    def a; end
    private
    def b; end
    attr_reader :c
    public def d; end
  end
  def e; end
end
class << A
  def f; end
end
--- A, A.config, A.a, A.d, A.e, A.f
A.config = self.attr_accessor :config
A.a = def self.a
A.d = def self.d
A.f = def self.f
=== module functions
module M
  module_function
  def a; end
  def b(x); end
end
module N
  def c; end
  def d; end
  module_function :c
  extend self
end
--- M, M.a, M.b, N, N.c, N.d
M.a = def self.a
M.b = def self.b(x)
N.c = def self.c
=== names of names
class A
  def a; end
  alias b a
  alias_method :c, :a
  alias_method "d", "a"
  alias $new $old
  singleton_class.alias_method :e, :new
  alias + a
end
--- A, A.a, A.b, A.c, A.d, A.e, A.+
A.b = alias b a
A.c = alias c a
A.d = alias d a
A.e = alias self.e self.new
A.+ = alias + a
=== delegation
class A
  extend Forwardable
  def_delegators :@items, :size, :<<
  def_delegator :@items, :first, :head
  delegate %i[x y] => :z
  delegate :name, to: :person, prefix: true
  delegate :age, to: :person, prefix: :owner, allow_nil: true
  delegate :secret, to: :person, private: true
  instance_delegate q: :z
end
--- A, A.size, A.<<, A.head, A.x, A.y, A.person_name, A.owner_age
A.size = def_delegators :@items, :size
A.<< = def_delegators :@items, :<<
A.head = def_delegator :@items, :first, :head
A.x = delegate :x => :z
A.y = delegate :y => :z
A.person_name = delegate :name, to: :person
A.owner_age = delegate :age, to: :person
=== methods that are made
class A
  define_method(:a) { |x, y = 1| }
  define_method "b" do; end
  define_method("c#{x}") { }
  %w[d e].each { |n| define_method(n) { } }
  attr_writer :w
  mattr_accessor :m
  class_attribute :k, instance_writer: false
end
--- A, A.a, A.b, A.w, A.m, A.k
A.a = def a(x, y = 1)
A.w = attr_writer :w
A.m = mattr_accessor :m
A.k = class_attribute :k
=== refinements
module R
  refine String do
    def shout = upcase
  end
end
--- R, R.String, R.String.shout
R.String = refine String
=== compact names and reopened classes
class M::Deep::Nested < ::Base
  def a; end
end
class M::Deep::Nested
  def b; end
end
module ::Top; def self.c; end; end
--- M.Deep.Nested, M.Deep.Nested.a, M.Deep.Nested, M.Deep.Nested.b, Top, Top.c
M.Deep.Nested = class M::Deep::Nested
Top = module ::Top
Top.c = def self.c
=== methods of other objects
class A
  def A.a; end
  def Other.b; end
  def self.c; end
  def obj.d; end
end
--- A, A.a, A.Other.b, A.c
A.Other.b = def Other.b
A.c = def self.c
=== in branches
class A
  if RUBY_VERSION > "3"
    def a; end
  else
    def b(x); end
  end
  begin
    def c; end
  rescue LoadError
    def d; end
  ensure
    x
  end
  def e; end unless method_defined?(:e)
  case x
  when 1
    def f; end
  end
end
--- A, A.a, A.b, A.c, A.d, A.e, A.f
A.b = def b(x)
=== constants
module M
  A, B = 1, 2
  C = D = 3
  E ||= 4
  F = { a: 1 }.freeze
  G = ->(x) { x }
  H = Class.new(StandardError)
  I = Module.new do
    def j; end
  end
  M::K = 1
end
--- M, M.A, M.B, M.C, M.D, M.E, M.F, M.G, M.H, M.I, M.I.j, M.K
M.A = A
M.B = B
M.C = C = D = 3
M.D = D = 3
M.E = E = 4
M.F = F = { a: 1 }.freeze
M.G = G = ->(x) { x }
M.H = H = Class.new(StandardError)
M.I = I = Module.new
M.K = K = 1
=== not for users
module M
  VERSION = "1" # :nodoc:
  class Nod # :nodoc: all
    def a; end
  end
  # @private
  class Hid; def b; end; end
  # @api private
  def c; end
  # :stopdoc:
  def d; end
  # :startdoc:
  def e; end
end
--- M, M.VERSION, M.Nod, M.Nod.a, M.Hid, M.Hid.b, M.c, M.d, M.e
M.VERSION = VERSION = "1"
M.Nod = class Nod
M.Hid = class Hid
=== what is private by its name
class A
  def initialize(x); end
  def initialize_copy(o); end
  def respond_to_missing?(n, p = false); end
  def method_missing(n, *a, &b); end
end
--- A, A.initialize, A.method_missing
A.initialize = def initialize(x)
A.method_missing = def method_missing(n, *a, &b)
=== parameters of all sorts
class A
  def m(a, (b, c), d = 1, *e, f, g:, h: 2, **i, &j); end
  def n a, b = {}, *c
  end
  def o(a, b = [1, { c: ")" }], d: ->(x) { x }); end
end
--- A, A.m, A.n, A.o
A.m = def m(a, (b, c), d = 1, *e, f, g:, h: 2, **i, &j)
A.n = def n a, b = {}, *c
A.o = def o(a, b = [1, { c: ")" }], d: ->(x) { x })
=== undefined
class A
  def a; end
  def b; end
  undef a
end
--- A, A.b
=== behind the end
def a = 1
BEGIN { x }
END { y }
__END__
def fake; end
--- a
=== a program
#!/usr/bin/env ruby
# frozen_string_literal: true
require "optparse"
def main(argv); end
main(ARGV) if __FILE__ == $0
--- main
main = def main(argv)
=== blocks of Active Support
module Con
  extend ActiveSupport::Concern
  included do
    attr_reader :a
    def b; end
  end
  class_methods do
    def c; end
  end
  concerning :Part do
    def d; end
  end
end
--- Con, Con.a, Con.b, Con.ClassMethods.c, Con.Part, Con.Part.d
Con.a = attr_reader :a
Con.Part = concerning :Part
=== shorthand and young syntax
class A
  def a = { x:, y: }
  def b(x) = x&.y&.[](1)
  def d = 1r + 2i
  def e = foo rescue bar
  def f(&) = g(&)
  def h = case [1] in [Integer => i] then i end
end
--- A, A.a, A.b, A.d, A.e, A.f, A.h
A.b = def b(x)
A.f = def f(&)
=== many on one line
class A; def a; end; def b; end; attr_reader :c; end; class B < A; end
--- A, A.a, A.b, A.c, B
A.c = attr_reader :c
B = class B < A
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_and_how_it_is_written(title: str) -> None:
    check("ruby", SHAPES[title])
