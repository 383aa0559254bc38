"""What stands in strings and regular expressions is their value: it is shown and counted as it stands."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.text import squeeze

AS_IT_STANDS = {
    "spaces in a class of characters": r"FWS = /[ \t]+(?:\r\n[ \t]+)?/",
    "spaces in a string": 'const indent = "    "',
    "a comma between spaces": "const separator = ' , '",
    "words between single quotes": "const greeting = 'a ,  b'",
    "a bracket that opens": 'OPEN = "( "',
    "a list's end in a string": 'def join(end: str = ",]")',
    "a template": "const line = `a  b`",
    "a quote between quotes": 'char quote = \'"\', *words = "a  b"',
}


@pytest.mark.parametrize("case", AS_IT_STANDS)
def test_values_are_shown_as_they_stand(case: str) -> None:
    assert one_line(AS_IT_STANDS[case]) == AS_IT_STANDS[case]


@pytest.mark.parametrize(
    ("written", "tidy"),
    [
        ("fn f<'a, 'b>( x: &'a str , y: &'b  str ) -> T {", "fn f<'a, 'b>(x: &'a str, y: &'b str) -> T"),
        ("const BLANKS: &'static  [char] = &[ ' ', ',' ];", "const BLANKS: &'static [char] = &[' ', ',']"),
        ("int n = 1'000'000 ,  m = 1'000;", "int n = 1'000'000, m = 1'000"),
        ('def f(\n    a = "x, )" ,\n    b = 1,\n)', 'def f(a = "x, )", b = 1)'),
        ("x = a  / b  / c", "x = a / b / c"),
    ],
)
def test_what_stands_around_them_is_made_tidy(written: str, tidy: str) -> None:
    assert one_line(written) == tidy


def test_white_space_counts_in_a_string_only() -> None:
    assert squeeze("f( a,  'b , c' )") == "f(a,'b , c')"
    assert squeeze("fn f<'a, 'b>( x: &'a str )") == "fn f<'a,'b>(x:&'a str)"


@pytest.mark.parametrize(
    ("language", "text", "other"),
    [
        ("ruby", "SEPARATOR = ', '\n", "SEPARATOR = ','\n"),
        ("ruby", "BLANK = /[ \\t]/\n", "BLANK = /[\\t]/\n"),
        ("go", 'package a\n\nconst Separator = ", "\n', 'package a\n\nconst Separator = ","\n'),
        ("typescript", "export const separator = ', ';\n", "export const separator = ',';\n"),
    ],
)
def test_another_value_is_another_interface(language: str, text: str, other: str) -> None:
    assert parse(language, text.encode()).interface != parse(language, other.encode()).interface


_CRATE = "public class A { public int Size; /* \u00e9 */ public int Größe; }\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
def test_sources_are_read_in_the_encoding_that_their_first_bytes_tell(encoding: str) -> None:
    found = parse("csharp", _CRATE.encode(encoding))
    assert [s.name for s in found.symbols] == ["A", "A.Size", "A.Größe"]
    assert not found.unread


def test_a_zero_byte_is_not_the_end_of_a_file() -> None:
    text = "public class A { }\n" + "// far down\n" * 1000 + "/* \0 */ public class B { }\n"
    assert [s.name for s in parse("java", text.encode()).symbols] == ["A", "B"]
