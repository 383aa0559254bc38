"""Environment variables that a file reads by name, language by language."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis import languages

READS = [
    (
        "python",
        'import os\nA = os.environ["ONE"]\nB = os.environ.get("TWO", "")\nC = os.getenv("THREE")\n',
        "ONE THREE TWO",
    ),
    ("python", 'import os\nON = "FOUR" not in os.environ\n', "FOUR"),
    ("python", '"""Set os.environ["NOT"]."""\n# os.environ["NOT"]\nNAME = "NOT"\n', ""),
    (
        "typescript",
        "const a = process.env.ONE ?? process.env['TWO'] ?? import.meta.env.VITE_X\n",
        "ONE TWO VITE_X",
    ),
    ("javascript", "// process.env.NOT\nmodule.exports = Deno.env.get('ONE')\n", "ONE"),
    ("rust", 'fn a() { std::env::var("ONE"); env::var_os("TWO"); env!("CARGO_PKG_NAME"); }\n', "ONE TWO"),
    ("go", 'package a\n\nvar A, B = os.Getenv("ONE"), f(os.LookupEnv("TWO"))\n', "ONE TWO"),
    ("java", 'class A { String a = System.getenv("ONE"); }\n', "ONE"),
    ("kotlin", 'val a = System.getenv("ONE")\n', "ONE"),
    ("csharp", 'class A { string a = Environment.GetEnvironmentVariable("ONE"); }\n', "ONE"),
    ("ruby", "A = ENV['ONE'] || ENV.fetch('TWO', nil)\n", "ONE TWO"),
    ("php", "<?php\n$a = getenv('ONE') ?: $_ENV['TWO'];\n", "ONE TWO"),
    ("c", 'char *a(void) { return getenv("ONE"); }\n', "ONE"),
]


@pytest.mark.parametrize(("language", "text", "names"), READS)
def test_names_are_found_where_code_reads_them(language: str, text: str, names: str) -> None:
    assert " ".join(languages.parse(language, text.encode()).environment) == names


def test_another_variable_is_a_change_of_the_code() -> None:
    one, other = (
        languages.parse("python", f"import os\na = os.getenv({n!r})\n".encode()) for n in ("A", "B")
    )
    assert one.ast != other.ast
