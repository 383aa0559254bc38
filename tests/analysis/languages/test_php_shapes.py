# ruff: noqa: E501
"""PHP: the newest syntax and what people write at its edges."""

from __future__ import annotations

import pytest

from tests.analysis.shapes import check, check_documentation, documented, shapes

SHAPES = shapes(
    r"""
=== the pipe operator
<?php
function f(string $a): array { return $a |> trim(...) |> (fn($x) => explode(',', $x)) |> array_filter(...); }
const AFTER = 1;
--- f, AFTER
=== clone with
<?php
final readonly class P {
    public function __construct(public int $x, public int $y = 0) {}
    public function withX(int $x): static { return clone($this, ['x' => $x]); }
    public function copy(): self { return clone $this; }
}
--- P, P.__construct, P.x, P.y, P.withX, P.copy
=== property hooks of all sorts
<?php
class A {
    public string $full { get => "$this->a $this->b"; set(string|Stringable $v) { [$this->a] = explode(' ', $v); } }
    public int $size { &get { return $this->n; } }
    final public protected(set) string $c { final get => 'x'; #[X] set => trim($value); }
    public function __construct(public private(set) string $d = 'x' { set { $this->d = $value ?: throw new E(); } }, protected int $e = 1) {}
    public function after(): void {}
}
interface I { public int $n { get; } abstract public string $s { set; } }
--- A, A.full, A.size, A.c, A.__construct, A.d, A.after, I, I.n, I.s
A.full = public string $full { get; set; }
=== asymmetric visibility
<?php
class A {
    private(set) string $a = 'x';
    public protected(set) readonly int $b;
    protected private(set) int $c;
    public private(set) static int $d = 1;
}
--- A, A.a, A.b, A.d
=== constants in types
<?php
interface I { const int A = 1; public const ?string B = null; final const array|false C = [1, 'x' => ['}']]; }
enum E: int { const self D = self::A; case A = 1 << 0; case B = 2; public const Z = [self::A->value, self::B->name]; }
class K { #[X] public const F = self::A . '{' . PHP_EOL, G = new Foo(1); const H = static function() { return 1; }; const class_ = 1; const ENUM = E::A; }
--- I, I.A, I.B, I.C, E, E.D, E.A, E.B, E.Z, K, K.F, K.G, K.H, K.class_, K.ENUM
I.B = const ?string B = null
=== attributes everywhere
<?php
#[A, B(1, x: [']', ")"])]
#[C]
abstract class K {
    #[D] #[E(self::class . '::x')]
    public const X = 1;
    #[F] public ?int $p = null;
    #[G]
    #[H(fn() => 1)]
    abstract protected function f(#[I] int $a, #[J] string ...$b): static;
    #[NoDiscard("x")] public static function g(): int { return 1; }
}
#[K] function h(#[L] $a) {}
$x = new #[M] class { public $no; };
#[N] enum E { #[O] case A; }
--- K, K.X, K.p, K.g, h, E, E.A
K.p = public ?int $p
K.g = public static function g(): int
=== functions with names of words
<?php
class A {
    public function readonly() {} public function list() {} public function class() {} public function enum() {}
    public function match() {} public function fn() {} public function static() {} public function new(): static { return new static; }
    public const FOR = 1, CLASS_ = 2, enum = 3; public $list, $class, $readonly;
    public function &ref(): array { return $this->x; }
    public function print() {} public function function() {} public function self() {}
}
function readonly(int $a) { return $a; }
function enum() {}
function after() {}
--- A, A.readonly, A.list, A.class, A.enum, A.match, A.fn, A.static, A.new, A.FOR, A.CLASS_, A.enum, A.list, A.class, A.readonly, A.ref, A.print, A.function, A.self, readonly, enum, after
=== types of all sorts
<?php
function f((A&B)|null $a, int|string|false $b, ?callable $c, self|static|parent $d, iterable $e, \A\B $g, namespace\C $h, null|true $i, never|array &...$j): (X&Y)|null { return null; }
function g(): never { exit; }
function h(mixed $a = new Foo(), array $b = ['a' => [1, 2]], $c = PHP_INT_MAX, string $d = "}", int $e = A::B | C) {}
--- f, g, h
f = function f((A&B)|null $a, int|string|false $b, ?callable $c, self|static|parent $d, iterable $e, \A\B $g, namespace\C $h, null|true $i, never|array &...$j): (X&Y)|null
=== strings of all sorts
<?php
class A {
    const X = <<<'EOT'
        class No { function no() {} }
        EOT;
    public $y = <<<HTML
    <div>{}</div>
    HTML . 'x';
    function f() { return "{$this->a['b']} ${x} $y[0] \{" . `ls {$z}` . 'it\'s }'; }
    function after() {}
}
--- A, A.X, A.y, A.f, A.after
=== code between text
<html><?php if ($x): ?>
<p><?= $y ?></p>
<?php foreach ($a as $b): ?> class No {} <?php endforeach; else: ?> <?php endif ?>
<?php
function f() { ?> <b>text }</b> <?php }
class A { function g() {} }
?>
text function no() {}
--- f, A, A.g
=== blocks of namespaces
<?php
declare(strict_types=1);
namespace A\B {
    use C\D as E, F\G;
    use function H\{i, j as k};
    use L\{M, const N, function O};
    class P extends E implements G, \Q { use R, S { S::x insteadof R; R::x as protected y; } }
    function f() {}
}
namespace { const Z = 1; function g() {} }
--- P, f, Z, g
=== conditional functions
<?php
if (!function_exists('f')) { function f() {} }
if (PHP_VERSION_ID >= 80000) {
    class A { function x() {} }
} else {
    class B { function y() {} }
}
if (!defined('X')) define('X', 1);
if (!defined('Y')) { define('Y', 'a' . 'b'); }
defined('Z') or define('Z', 2);
--- f, A, A.x, B, B.y, X, Y, Z
=== anonymous classes and closures
<?php
class A {
    public function f() { return new class(1) extends B implements C { public function no() {} public int $no; }; }
    public function g() { return static fn(int ...$a): int => array_sum($a); }
    public function h() { return function() use (&$x): void { function inner() {} }; }
    public Closure $i;
}
--- A, A.f, A.g, A.h, A.i
=== traits, abstract and static things
<?php
trait T {
    abstract private function no(): int;
    abstract public static function make(): static;
    public static ?int $count = 0;
    private static $no2;
    protected const K = 1;
    public function f() { static $n = 0; return self::$count++; }
    final const int L = 2;
}
--- T, T.make, T.count, T.f, T.L
=== properties in all forms
<?php
class A {
    var $a, $b = 1;
    public static $c;
    static public int|null $d = null;
    readonly public array $e;
    public readonly ?B $f;
    private $g;
    protected(set) string $h;
    public $i = [1, 2, ['x' => fn() => 1]], $j;
    final public int $k;
}
--- A, A.a, A.b, A.c, A.d, A.e, A.f, A.h, A.i, A.j, A.k
=== match and throw expressions
<?php
function f($x) { return match(true) { $x > 1, $x < 0 => throw new E(), default => match($x) { 1 => fn() => 2, }, }; }
function g($x) { $a = $x ?? throw new E; return $x?->a?->b()::C; }
function h() { yield from [1]; yield 'a' => 2; goto end; end: }
--- f, g, h
=== comments in the midst of declarations
<?php
final /* x */ class /* y */ A /* z */ extends B // w
    implements C # q
{
    public /* a */ static // b
    function f(/* c */ int $a, // d
        int $b # e
    ) /* f */ : /* g */ int { return 1; }
}
--- A, A.f
A = final class A extends B implements C
A.f = public static function f(int $a, int $b) : int
=== braces and alternative syntax in bodies
<?php
class A {
    function f() { if ($a): while (1): endwhile; elseif ($b): for (;;): endfor; else: switch ($c): case 1: endswitch; endif; }
    function g() { for ($i = 0; ; $i++) { continue 2; } do {} while (0); try {} catch (A|B) {} finally {} }
    function h() { list('a' => $x) = $z; [, $y] = $z; [$p, , $q] = $r; echo $a <=> $b, $c ** 2, $d <> $e; }
}
--- A, A.f, A.g, A.h
=== names in full
<?php
namespace A;
class B extends \C\D implements namespace\E, F\G { public function f(\H $a = \I::J): \K\L { return new \M(...$a); } }
--- B, B.f
B.f = public function f(\H $a = \I::J): \K\L
=== arguments by name and first class callables
<?php
$f = strlen(...); $g = $this->x(...); $h = A::b(...);
function f() { return g(a: 1, default: 2, fn: 3, class : A::class, ...$x); }
class A { const X = self::class; function h() { return new self(array: [1], list: 2); } }
--- f, A, A.X, A.h
=== an enumeration with everything
<?php
/** Suits. */
enum Suit: string implements I, J {
    use T;
    case Hearts = 'H'; case Spades = 'S';
    const Wild = self::Spades;
    const int X = 1;
    public static function from2(string $x): self { return self::Hearts; }
    public function label(): string { return match($this) { self::Hearts => '}', default => ucfirst($this->name) }; }
    private function no() {}
}
--- Suit, Suit.Hearts, Suit.Spades, Suit.Wild, Suit.X, Suit.from2, Suit.label
=== old ways
<?php
class A { function A() {} var $x; function f(array &$a, A $b = NULL, $c = array()) { return $a[0]; } }
function g() {}
--- A, A.A, A.x, A.f, g
=== ends of files
<?php
class A {}
__halt_compiler(); class No { function }
--- A
=== a script that runs
#!/usr/bin/env php
<?php
require __DIR__ . '/vendor/autoload.php';
function f() {}
f();
exit(0);
--- f
=== closing tags in comments
<?php
// a ?> text
<?php # b ?>
<?php
class A { /* ?> */ function f() {} }
--- A, A.f
=== names of other alphabets
<?php
class Größe { public $été; const Ñ = 1; function 变量() {} }
--- Größe, Größe.été, Größe.Ñ, Größe.变量
=== parameters that become properties
<?php
class A {
    public function __construct(
        /** How many. */
        #[X] public readonly int $a,
        protected ?string $b = null,
        private array $c = [],
        final public string $d = '}',
        readonly string $e = 'x',
        public int &$f = self::N,
        int ...$g,
    ) { parent::__construct(); }
}
--- A, A.__construct, A.a, A.d, A.e, A.f
=== static closures in constants and casts
<?php
class A {
    const F = static function (int $x): int { return $x; };
    public static function g(): int { return (int) (string) (float) $x + (bool) -1; }
    #[X(static function () { return 1; })] public int $h = 1;
    function i() { return (void) f(); }
}
--- A, A.F, A.g, A.h, A.i
"""
)


@pytest.mark.parametrize("title", SHAPES)
def test_what_is_public_is_read(title: str) -> None:
    check("php", SHAPES[title])


BROKEN = shapes(
    r"""
=== a method whose parameters never end
<?php
class A {
    public function one() { }
    public function two(int $a, { $b = 1; return $out; }
    public function three() { }
}
--- A, A.one, A.three
=== a conflict of a merge
<?php
class A {
    public int $one;
<<<<<<< HEAD
    public int $two;
=======
    public int $other;
>>>>>>> branch
    public function last() { }
}
--- A, A.one, A.two, A.other, A.last
=== a body that is half written
<?php
class A {
    public function one() { }
    public function two() { if ($x instanceof
}
function three() { }
---
"""
)


@pytest.mark.parametrize("title", BROKEN)
def test_what_is_broken_is_told_and_nothing_of_it_shown(title: str) -> None:
    check("php", BROKEN[title], whole=False)


COMMENTS = documented(
    r"""
=== links
/** Opens {@see Box::open()}, {@link https://x.y the site} and {@see Box the box}. */
--- Opens `Box::open()`, the site and the box.
=== links without words
/** See {@link https://x.y}, {@see \A\B} and {@see $key}. */
--- See https://x.y, `A\B` and `$key`.
=== code
/** Calls `open<T>()` and <code>x()</code>. */
--- Calls `open<T>()` and `x()`.
=== types as text
/** Returns array<int, string> or Collection<Box> of class-string<T>. */
--- Returns array<int, string> or Collection<Box> of class-string<T>.
=== tags only
/**
 * @param int $a the a
 * @return string
 */
---
=== a type with words
/** @var int How many. */
--- How many.
=== a type with a name and words
/** @var array<string, int> $after How many. */
--- How many.
=== a type alone
/** @var int|null */
---
=== what is inherited
/** {@inheritdoc} */
---
=== what is inherited, without braces
/** @inheritDoc */
---
=== a class in full as the first word
/** \Exception that is thrown. */
--- \Exception that is thrown.
=== inherited with more
/**
 * {@inheritdoc}
 *
 * Also shuts.
 */
--- Also shuts.
=== paragraphs
/**
 * Opens the box
 * of the depot
 *
 * More.
 */
--- Opens the box of the depot
=== a list
/**
 * Does:
 *  - one
 *  - two
 */
--- Does: one; two.
=== code below
/**
 * Opens:
 *
 *     $box->open();
 *
 * Then more words.
 */
--- Then more words.
=== marks of HTML
/** A <b>bold</b>, <i>slanted</i> word,<br/>then more. */
--- A bold, slanted word, then more.
=== entities
/** A &lt;b&gt; &amp; &quot;c&quot;. */
--- A \<b> & "c".
=== for other tools
/**
 * @psalm-suppress X
 * @phpstan-return list<Box>
 * Opens it.
 */
--- Opens it.
=== deprecated
/** @deprecated since 1.0, use {@see x} */
---
=== internal, with words
/**
 * Opens it.
 *
 * @internal
 */
--- Opens it.
=== no documentation
// Not this.
---
=== a block that is none
/* Nor this. */
---
=== hashes
# Nor this.
---
=== an attribute below
/** Opens it. */
#[X]
--- Opens it.
=== a template
/**
 * @template T
 * Opens it.
 */
---
=== words behind a template
/**
 * Opens it.
 * @template T of Box<int>
 */
--- Opens it.
=== one line without spaces
/**Opens it.*/
--- Opens it.
=== Markdown
/** **Opens** the _box_ of [the site](https://x.y). */
--- **Opens** the _box_ of [the site](https://x.y).
=== a licence
/**
 * This file is part of the depot.
 *
 * (c) Somebody <a@b.c>
 *
 * For the full copyright and license information, please view the LICENSE file.
 */
--- This file is part of the depot.
=== a name in PHPDoc of old
/**
 * int $after
 */
--- int $after
"""
)


def around(comment: str) -> str:
    """A comment where it documents something."""
    return f"<?php\nclass A\n{{\n{comment}public int $after;\n}}\n"


@pytest.mark.parametrize("title", COMMENTS)
def test_documentation_reads_as_it_is_meant(title: str) -> None:
    comment, sentence = COMMENTS[title]
    check_documentation("php", around(comment), sentence)
