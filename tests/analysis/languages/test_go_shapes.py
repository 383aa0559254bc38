"""Go: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r"""
=== generic aliases
package n

type Set[T comparable] = map[T]struct{}
type Pair[K, V any] = struct {
	Key K
	Value V
}
type Old = fmt.Stringer
type (
	A[T any] = []T
	b        = int
)
--- Set, Pair, Pair.Key, Pair.Value, Old, A
Set = type Set[T comparable] = map[T]struct{}
=== ranges over functions and integers
package n

func All[T any](xs []T) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i := range 10 {
			if !yield(i, xs[i]) { return }
		}
		for range f { }
		for x := range All(xs) { _ = x }
	}
}
var After int
--- All, After
All = func All[T any](xs []T) iter.Seq2[int, T]
=== constraints of all sorts
package n

type Num interface { ~int | ~int64 | ~float64; String() string; comparable }
type Empty interface{}
type Rec[T Rec[T]] interface{ Less(T) bool }
func F[S ~[]E, E cmp.Ordered, P interface{ *E; Set(string) }](s S, p ...P) (n int, err error) { return }
func G[K comparable, V any, M ~map[K]V](m M) []K { return nil }
type Tree[T interface{ Less(T) bool }] struct { Left, Right *Tree[T]; val T }
func (t *Tree[T]) Walk(f func(T) bool) { }
func (Tree[_]) Len() int { return 0 }
--- Num, Num.String, Empty, Rec, Rec.Less, F, G, Tree, Tree.Left, Tree.Right, Tree.Walk, Tree.Len
F = func F[S ~[]E, E cmp.Ordered, P interface{ *E; Set(string) }](s S, p ...P) (n int, err error)
=== struct fields of all sorts
package n

type S struct {
	A, B int `json:"a,omitempty"`
	io.Reader
	*Base `yaml:",inline"`
	pkg.Gen[int]
	hidden
	_ [4]byte
	C struct { D int }
	F func(a, b int) (c error)
	G chan<- <-chan int
	H map[string][]*[2]interface{ M() }
	i int
}
--- S, S.A, S.B, S.Reader, S.Base, S.Gen, S.C, S.F, S.G, S.H
=== methods of hidden types
package n

type t struct{ A int }
func (t) Pub() {}
func (x *t) Other() {}
type T struct{ a int }
func (t T) Pub() {}
func (*T) Ptr() {}
func (T) hidden() {}
func (_ T) Blank() {}
func ((T)) Odd() {}
--- T, T.Pub, T.Ptr, T.Blank, T.Odd
=== constants in groups
package n

const (
	_  = iota
	KB = 1 << (10 * iota)
	MB
	gb
	X, Y = iota, "a;b"
)
const Pi, e = 3.14, 2.7
const (
	A Kind = 'a' + iota
	B
)
const Big = 1 << 100
const S = `raw
}`
--- KB, MB, X, Y, Pi, A, B, Big, S
=== variables of all sorts
package n

var (
	ErrA, ErrB = errors.New("a"), errors.New("b")
	_ io.Reader = (*T)(nil)
	C map[string]int = map[string]int{"}": 1}
	D = func() int { return 1 }()
	E struct { F int }
)
var G, h int
var I = []T{{1}, {2}}
var J = &T{A: 1}
--- ErrA, ErrB, C, D, E, G, I, J
C = var C map[string]int
=== functions of all sorts
package n

func F(a, b int, c ...string) (x, y int, err error) { return }
func G() func(int) (func() error, error) { return nil }
func H(f func(a int, b ...string) (c bool), ch <-chan struct{}) *[]map[string]interface{} { return nil }
func I(int, string, ...interface{})
func init() {}
func main() {}
func J(_ int, _ ...any) {}
func K(a struct{ X int }, b interface{ M() }) [2][]int { return nil }
func L[T any, U interface{ ~[]T }](x U) (r T) { return }
--- F, G, H, I, J, K, L
I = func I(int, string, ...interface{})
=== strings and runes that look like code
package n

const A = "func No() { \"}\" // x"
var B = `type No struct {
	X int
}` + "`" + '}' + '\''
func C() string { return "/* " + `\` + " */" }
var D = 1
--- A, B, C, D
=== labels, selects and switches
package n

func F() {
outer:
	for {
		select { case x, ok := <-c: break outer; case d <- 1: default: continue outer }
		switch x := y.(type) { case int, *T: fallthrough; case nil: default: }
		switch { case a < b && c > d: }
		goto end
	}
end:
	defer func() { recover() }()
	go func(a int) {}(1)
	if x, err := f(); err != nil { } else if y := g(); y { }
	a[i], b = b, a[i:j:k]
	x &^= 1; y <<= 2; z++
	var t struct { No int }
	type No2 struct { X int }
	const No3 = 1
}
func G() {}
--- F, G
=== comments in the midst of declarations
package /* x */ n // y

func /* a */ F( // b
	a int, // the first
	b /* q */ string, /* the second */
) ( /* r */ int, error) /* s */ { return }
type /* t */ T /* u */ struct { // v
	A int /* w */
}
--- F, T, T.A
F = func F(a int, b string) (int, error)
=== imports of all sorts
package n

import "a"
import b "c/d"
import . "e"
import _ `f/g`
import (
	"h"

	i "j/v2" // x
)
func F() {}
--- F
=== semicolons that nobody needs
package n; import "a"; const A = 1; type B struct { C int; D string }; func F() { x(); }; var G = 2
--- A, B, B.C, B.D, F, G
=== build tags and directives
//go:build linux && !cgo
// +build linux,!cgo

// Package n counts.
package n

//go:embed x.txt
var A string

//go:generate stringer -type=B
type B int

//go:noinline
//go:linkname c runtime.c
func C() {}

//export D
func D() {}
--- A, B, C, D
=== C in a comment
package n

// #include <stdio.h>
// typedef struct { int No; } no_t;
import "C"

/*
int No(void);
*/
func F() C.int { return C.f((*C.char)(unsafe.Pointer(&x[0]))) }
--- F
=== names of other alphabets
package n

type Größe struct{ Été int; été int; 变量 int }
func Ñ() {}
const Δ = 1
--- Größe, Größe.Été, Ñ, Δ
=== words that are built in as names
package n

type String string
func (s String) string() string { return "" }
func New(len, cap, new, make, any, min, max, clear int) {}
var Error, Nil, True = 1, 2, 3
func any2[any int]() {}
--- String, New, Error, Nil, True
=== interfaces of all sorts
package n

type I interface {
	io.Reader
	pkg.Gen[int]
	M(a int) (b error)
	hidden()
	interface{ N() }
	~int
}
--- I, I.Reader, I.Gen, I.M
=== conversions and composite literals
package n

var A = (func())(nil)
var B = [...]string{2: "a", "b"}
var C = map[K]struct{ X, Y int }{{1}: {2, 3}}
var D = []func(){func() {}, nil}
var E = x.(interface{ M() }).M
var F = T[int, string]{}
var G = f[int](1)
var H = a < b || c > d
--- A, B, C, D, E, F, G, H
=== a file of tests
package n_test

import "testing"

func TestF(t *testing.T) { t.Run("x", func(t *testing.T) {}) }
func ExampleF() {
	fmt.Println()
	// Output:
}
func FuzzF(f *testing.F) {}
--- TestF, ExampleF, FuzzF
=== type declarations of all sorts
package n

type (
	A int
	B []A
	C map[A]B
	D func(A) B
	E chan A
	F *A
	G [2]A
	H pkg.X
	I struct{}
	J interface{ K() }
	L = A
)
type M (A)
--- A, B, C, D, E, F, G, H, I, J, J.K, L, M
=== numbers of all sorts
package n

const (
	A = 0b1010_1010
	B = 0o17
	C = 0xFFp-2
	D = 1_000.5e-3i
	E = -1
	F = 'a'
	G = '\u00e9'
	H = "\x00\"\n"
)
--- A, B, C, D, E, F, G, H
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("go", SHAPES[title])


BROKEN = shapes(
    r"""
=== a function whose parameters never end
package n

func One() { }
func Two(a int, { b := 1; return out }
func Three() { }
--- One, Three
=== a conflict of a merge
package n

var One int
<<<<<<< HEAD
var Two int
=======
var Other int
>>>>>>> branch
func Last() { }
--- One, Two, Other, Last
=== a struct that is half written
package n

func One() { }
type T struct {
	A int
	B map[
}
func Three() { }
--- One, T, T.A, Three
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("go", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== links
// After holds a [Box], [Box.Open], [io.Reader], [*Box] and [encoding/json.Decoder].
--- After holds a `Box`, `Box.Open`, `io.Reader`, `Box` and `encoding/json.Decoder`.
=== links by definition
// After follows [RFC 1] and [the site].
//
// [RFC 1]: https://x.y/1
// [the site]: https://x.y
--- After follows RFC 1 and the site.
=== what is no link
// After is x[0], [a] or a [1]int of [2]Box.
--- After is x[0], [a] or a [1]int of [2]Box.
=== paragraphs
// After holds
// the box.
//
// More.
--- After holds the box.
=== code below
// After opens:
//
//	box.Open()
//
// More.
--- After opens.
=== a list
// After does:
//   - one
//   - two
--- After does: one; two.
=== a heading
// # Boxes
//
// After holds them.
--- After holds them.
=== types as text
// After returns List<T>, map[string]int or Box[T].
--- After returns List<T>, map[string]int or Box[T].
=== a block
/*
After holds
the box.

More.
*/
--- After holds the box.
=== a block on one row
/* After holds it. */
--- After holds it.
=== directives below
// After holds it.
//
//nolint:all
//go:embed x.txt
--- After holds it.
=== directives alone
//nolint:all
---
=== a blank line between

// Not this.

---
=== deprecated
// After holds it.
//
// Deprecated: use Box.
--- After holds it.
=== deprecated alone
// Deprecated: use Box.
--- Deprecated: use Box.
=== a task
// TODO(x): write this.
---
=== a task below
// After holds it.
// TODO(x): more.
--- After holds it.
=== shortened words
// After takes e.g. a box, i.e. one of v1.2 vs. v2. And more.
--- After takes e.g. a box, i.e. one of v1.2 vs. v2. And more.
=== marks of code
// After calls `f(x)` or "g" with 'h'.
--- After calls `f(x)` or "g" with 'h'.
=== an address
// After follows https://x.y/z_a*b*. See http://a.b.
--- After follows https://x.y/z_a*b*. See http://a.b.
=== entities that are text
// After is &amp; or &lt;.
--- After is &amp; or &lt;.
=== a ruler above
// ----------------------
// After holds it.
// ----------------------
--- After holds it.
=== behind on its row
var Before int // not this

// After holds it.
--- After holds it.
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"package n\n\n{comment}var After int\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("go", around(comment), sentence)
