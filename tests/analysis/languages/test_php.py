"""PHP: promoted parameters, typed constants, property hooks, what is marked internal."""

from __future__ import annotations

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse


def read(text: str) -> FileFacts:
    return parse("php", f"<?php\nnamespace Depot;\n{text}".encode())


def shown(text: str) -> dict[str, str]:
    return {s.name: s.signature for s in read(text).symbols if s.public}


def test_promoted_parameters_are_as_visible_as_they_say() -> None:
    text = """class Key
{
    public function __construct(
        #[\\SensitiveParameter] protected string $secret,
        #[A(1), B] private ?int $hidden = null,
        /** How many. */
        public readonly int $size = 1,
        private(set) string $hooked { get => $this->hooked; },
        public private(set) array $list = ['a' => 1],
        readonly int $bare = 1,
        final protected int $fixed = 2,
        int $none = 3,
    ) {
    }
}
"""
    found = shown(text)
    found.pop("Key.__construct")
    assert found == {
        "Key": "class Key",
        "Key.size": "public readonly int $size = 1",
        "Key.hooked": "private(set) string $hooked { get; }",
        "Key.list": "public private(set) array $list = ['a' => 1]",
        "Key.bare": "readonly int $bare = 1",
    }
    assert not read(text).unread
    assert {s.name: s.summary for s in read(text).symbols}["Key.size"] == "How many."


def test_constants_have_their_types() -> None:
    assert shown(
        'class K\n{\n    public const string NAME = "x";\n    #[A]\n'
        "    final public const int|null LIMIT = 3, MORE = 4;\n"
        "    const PLAIN = 1;\n    protected const ?string HIDDEN = null;\n}\nconst TOP = 1;\n"
    ) == {
        "K": "class K",
        "K.NAME": 'const string NAME = "x"',
        "K.LIMIT": "const int|null LIMIT = 3",
        "K.MORE": "const int|null MORE = 4",
        "K.PLAIN": "const PLAIN = 1",
        "TOP": "const TOP = 1",
    }


def test_properties_show_hooks_and_no_attributes() -> None:
    assert shown(
        "interface I { public string $p { get; set; } }\nabstract class C\n{\n    #[A(\"x\")]\n"
        '    public string $full { get => "x"; set(string $v) { $this->x = $v; } }\n'
        "    public protected(set) ?string $asym = null, $second = 's';\n"
        "    abstract public int $abs { get; }\n"
        "    static ?int $count = 0;\n    private int $no;\n}\n"
    ) == {
        "I": "interface I",
        "I.p": "public string $p { get; set; }",
        "C": "abstract class C",
        "C.full": "public string $full { get; set; }",
        "C.asym": "public protected(set) ?string $asym",
        "C.second": "public protected(set) ?string $second",
        "C.abs": "abstract public int $abs { get; }",
        "C.count": "static ?int $count",
    }  # fmt: skip


def test_enumerations_have_cases_constants_and_methods() -> None:
    found = read(
        "/** Suits. */\nenum Suit: string implements X\n{\n    /** Hearts. */\n    #[A]\n"
        "    case Hearts = 'H';\n    case Spades = 'S';\n"
        "    const Wild = self::Spades;\n    public function label(): string { return ''; }\n}\n"
    )  # fmt: skip
    assert [(s.kind, s.name, s.signature, s.summary) for s in found.symbols] == [
        ("enum", "Suit", "enum Suit: string implements X", "Suits."),
        ("constant", "Suit.Hearts", "case Hearts = 'H'", "Hearts."),
        ("constant", "Suit.Spades", "case Spades = 'S'", ""),
        ("constant", "Suit.Wild", "const Wild = self::Spades", ""),
        ("method", "Suit.label", "public function label(): string", ""),
    ]


def test_what_is_marked_internal_is_internal() -> None:
    found = read(
        "class A\n{\n    /** @internal */\n    public function a() {}\n    /** Does. */\n"
        "    public function b() {}\n}\n"
        "/**\n * Inner.\n * @internal\n */\n#[X]\nclass B\n{\n    public function c() {}\n}\n"
        "/** @internal */\nfunction d() {}\n"
    )
    assert [(s.name, s.public, s.internal) for s in found.symbols] == [
        ("A", True, False),
        ("A.a", True, True),
        ("A.b", True, False),
        ("B", True, True),
        ("B.c", True, True),
        ("d", True, True),
    ]


def test_tags_that_stand_for_text_are_not_printed() -> None:
    found = read(
        "class A implements B\n{\n    /**\n     * {@inheritdoc}\n     */\n    public function f() {}\n}\n"
    )
    assert [s.summary for s in found.symbols] == ["", ""]


def test_a_file_is_described_by_its_type_alone() -> None:
    assert read("class A\n{\n    /** Does. */\n    public function a() {}\n}\n").summary == ""
    assert (
        read("/** Fails. */\nclass E {}\n/** Serves. */\nclass A { function a() { return 1; } }\n").summary
        == "Serves."
    )


def test_constants_defined_by_the_name_of_the_function_in_full() -> None:
    found = parse("php", b"<?php\nnamespace A;\n/** Q. */\n\\define('Q', 1);\n\\printf('Z', 1);\n")
    assert [(s.name, s.summary) for s in found.symbols] == [("Q", "Q.")]
