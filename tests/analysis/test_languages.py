"""What is read from a file in each language, and which edits its hashes see."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import FileFacts, Import, from_json, to_json
from repodoc_hooks.analysis.languages import language_of, parse, record
from repodoc_hooks.analysis.languages.summary import summary_of
from repodoc_hooks.source_files import MODULE_BY_LANGUAGE
from tests.analysis.samples import SAMPLES, Sample

samples = pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: s.language)


def facts(sample: Sample, source: str | None = None) -> FileFacts:
    found = parse(sample.language, (sample.source if source is None else source).encode())
    assert found.parsed
    return found


def edited(sample: Sample, edit: tuple[str, str]) -> FileFacts:
    old, new = edit
    assert sample.source.count(old) == 1
    return facts(sample, sample.source.replace(old, new))


@samples
def test_public_symbols_with_kind_and_signature(sample: Sample) -> None:
    public = [(s.name, s.kind, s.signature) for s in facts(sample).symbols if s.public]
    assert public == list(sample.public)


@samples
def test_other_symbols_are_not_public(sample: Sample) -> None:
    assert [s.name for s in facts(sample).symbols if not s.public] == list(sample.hidden)


@samples
def test_imports_package_and_summary(sample: Sample) -> None:
    found = facts(sample)
    written = [i.target for i in found.imports if i.kind not in ("mention", "path")]
    assert (tuple(written), found.package, found.summary) == (sample.imports, sample.package, sample.summary)


@samples
def test_first_sentence_of_the_documentation(sample: Sample) -> None:
    old, new = sample.documented
    sentence = next(s.summary for s in facts(sample).symbols if s.summary and old.split(".")[0] in s.summary)
    assert sentence.endswith((".", "host"))
    after = edited(sample, sample.documented)
    assert any(new.split(".")[0] in s.summary for s in after.symbols)


@samples
def test_layout_and_remarks_do_not_count(sample: Sample) -> None:
    before, after = facts(sample), facts(sample, sample.reformatted)
    assert (after.ast, after.interface, after.doc) == (before.ast, before.interface, before.doc)
    assert [(s.name, s.kind, s.summary) for s in after.symbols] == [
        (s.name, s.kind, s.summary) for s in before.symbols
    ]


@samples
def test_line_ends_and_byte_order_mark_do_not_count(sample: Sample) -> None:
    windows = b"\xef\xbb\xbf" + sample.source.replace("\n", "\r\n").encode()
    assert parse(sample.language, windows) == facts(sample)


@samples
def test_a_body_edit_leaves_interface_and_documentation(sample: Sample) -> None:
    before, after = facts(sample), edited(sample, sample.body)
    assert after.ast != before.ast
    assert (after.interface, after.doc) == (before.interface, before.doc)
    assert sum(a != b for a, b in zip(before.symbols, after.symbols, strict=True)) >= 1


@samples
def test_a_public_signature_is_interface(sample: Sample) -> None:
    assert edited(sample, sample.interface).interface != facts(sample).interface


@samples
def test_documentation_is_its_own_hash(sample: Sample) -> None:
    before, after = facts(sample), edited(sample, sample.documented)
    assert after.doc != before.doc
    assert (after.ast, after.interface) == (before.ast, before.interface)


def test_half_a_surrogate_pair_survives_json() -> None:
    found = FileFacts("python", "1", "2", "3", summary="\ud800")
    assert from_json(to_json(found)) == found


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"language": 1}', b'{"language": "c"}'])
def test_json_of_another_shape_is_an_error_that_callers_expect(data: bytes) -> None:
    with pytest.raises(ValueError):
        from_json(data)


@samples
def test_facts_survive_json_and_pickle(sample: Sample) -> None:
    found = facts(sample)
    assert from_json(to_json(found)) == found
    assert pickle.loads(pickle.dumps(found)) == found


@samples
def test_a_broken_file_still_has_hashes(sample: Sample) -> None:
    half = sample.source[: len(sample.source) // 2] + "\n((((("
    found = parse(sample.language, half.encode())
    assert len(found.ast) == len(found.doc) == len(found.interface) == 12
    assert found.ast != facts(sample).ast


def test_threads_and_processes_give_the_same_facts() -> None:
    work = [(s.language, s.source.encode()) for s in SAMPLES]
    here = [parse(*item) for item in work]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(parse, *zip(*(work * 3), strict=True))) == here * 3
    with ProcessPoolExecutor(1) as processes:
        assert list(processes.map(parse, *zip(*work, strict=True))) == here


def test_names_decide_the_language() -> None:
    expected = {
        "a/b.py": "python", "b.pyi": "python", "c.tsx": "tsx", "d.mjs": "javascript", "x/e.h": "c", "f.hpp": "cpp",
        "G.JAVA": "java", "h.kts": "kotlin", "README.md": None, "Makefile": None, ".py": None, "a.min.js": None,
        "x_pb2.py": None, "dir.py/file": None,
    }  # fmt: skip
    assert {path: language_of(path) for path in expected} == expected


def test_every_language_has_a_token_rate() -> None:
    assert {s.language for s in SAMPLES} | {"tsx"} == MODULE_BY_LANGUAGE.keys()
    assert all(2 < record(language).chars_per_token < 6 for language in MODULE_BY_LANGUAGE)


def test_overloads_are_all_there() -> None:
    found = parse("java", b"public class A { public void f(int a) {} public void f(String b) {} }")
    assert [s.signature for s in found.symbols if s.kind == "method"] == [
        "public void f(int a)",
        "public void f(String b)",
    ]


def test_commonjs_exports() -> None:
    source = b"""
var app = exports = module.exports = {};
/** Starts it. */
app.listen = function listen(port) {};
exports.helper = helper;
exports.Route = require('./route');
function helper(a) {}
function inner() {}
"""
    found = parse("javascript", source)
    public = [(s.name, s.kind, s.summary) for s in found.symbols if s.public]
    assert public == [
        ("app", "variable", ""),
        ("app.listen", "method", "Starts it."),
        ("helper", "function", ""),
    ]
    assert found.imports[0] == Import("./route", ("Route",), kind="export", use="export")


def test_a_script_without_modules_offers_everything() -> None:
    found = parse("javascript", b"function run() {}\nvar state = 1;\n")
    assert [s.name for s in found.symbols if s.public] == ["run", "state"]


def test_a_header_offers_its_prototypes_and_a_source_does_not() -> None:
    header = b"#ifndef A_H\n#define A_H\nstruct wire { int fd; };\nint up(struct wire *w);\n#endif\n"
    assert [s.name for s in parse("c", header).symbols if s.public] == ["wire", "wire.fd", "up"]
    source = b"int up(void);\nstatic int down(void) { return 0; }\nint up(void) { return down(); }\n"
    assert [(s.name, s.public) for s in parse("c", source).symbols] == [("down", False), ("up", True)]


def test_a_cpp_header_is_read_as_cpp_whatever_its_name() -> None:
    assert parse("c", b"#pragma once\nnamespace a {\nclass B { public: void f(); };\n}\n").language == "cpp"


def test_conditional_compilation_that_tears_a_class_apart() -> None:
    source = b"public class A : B\n#if X\n, C\n#endif\n{\n public void F() { }\n}\n"
    assert [s.name for s in parse("csharp", source).symbols] == ["A", "A.F"]


def test_members_of_a_namespace_have_to_be_exported() -> None:
    found = parse("typescript", b"export namespace n { export type A = 1; type B = 2; }")
    assert [(s.name, s.public) for s in found.symbols] == [("n", True), ("n.A", True), ("n.B", False)]


def test_python_names_in_dunder_all_are_the_public_ones() -> None:
    source = b"""
from .a import x, y
__all__ = ['f', 'x']
__all__ += ['_g']
def f(): ...
def _g(): ...
def h(): ...
"""
    found = parse("python", source)
    assert [s.name for s in found.symbols if s.public] == ["f", "_g"]
    assert parse("python", source.replace(b"'x'", b"'y'")).interface != found.interface


def test_python_handed_on_names_are_interface_and_used_ones_are_not() -> None:
    used = b"from .a import x\ndef f(): return x\n"
    assert (
        parse("python", used).interface == parse("python", b"from .b import x\ndef f(): return x\n").interface
    )
    handed = b"from .a import x\n"
    assert parse("python", handed).interface != parse("python", b"from .b import x\n").interface


def test_python_indentation_counts() -> None:
    inside = b"def f(a):\n    if a:\n        g()\n        h()\n"
    outside = b"def f(a):\n    if a:\n        g()\n    h()\n"
    assert parse("python", inside).ast != parse("python", outside).ast


def test_python_definitions_in_branches_count_once() -> None:
    source = b"""
try:
    from a import f
except ImportError:
    def f(x): ...
if X:
    def g(a): ...
else:
    def g(b): ...
"""
    assert [s.signature for s in parse("python", source).symbols] == ["def f(x)", "def g(a)"]


def test_declared_encoding_and_undeclared_latin_1() -> None:
    declared = "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1")
    assert parse("python", declared).symbols[0].signature == "name = 'é'"
    undeclared = "/** Größe. */\nexport const a = 'ü';\n".encode("latin-1")
    assert parse("javascript", undeclared).symbols[0].summary == "Größe."


@pytest.mark.parametrize(
    "data",
    [
        b"\0\1\2",
        b"",
        b"x = " + b"(" * 2000 + b")" * 2000,
        b"x = " + b"-" * 50_000 + b"1",
        b"a" * 100_000,
        b"x = " + b"9" * 10_000,
        b"\xff\xfe\x00a",
        b"/*" + b"\n" * 30_000 + b"*/\nint f(int a);\n" + b"# \n" * 10_000 + b"int g(int a);\n",
    ],
    ids=["binary", "empty", "parentheses", "signs", "long line", "long number", "utf-16", "long comment"],
)
@pytest.mark.parametrize("language", [*MODULE_BY_LANGUAGE, "unknown"])
def test_hostile_files_are_hashed(language: str, data: bytes) -> None:
    found = parse(language, data)
    assert len(found.ast) == 12
    assert replace(found, lines=0) == replace(parse(language, data), lines=0)


def test_deeply_nested_code_is_read() -> None:
    deep = b"function f() {" + b"if (a) {\n" * 3000 + b"}" * 3000 + b"}\nexport { f };\n"
    assert [s.name for s in parse("javascript", deep).symbols if s.public] == ["f"]
    chain = b"export const text = 'a'" + b"\n + 'b'" * 20_000 + b";\n"
    assert [s.name for s in parse("typescript", chain).symbols] == ["text"]


@pytest.mark.parametrize(
    ("doc", "expected"),
    [
        (":rtype: str", ""),
        ("Args:\n    x: how many", ""),
        ("Parameters\n----------\nx : int", ""),
        ("@param x how many", ""),
        ("Sends.\n:param x: how many.", "Sends."),
        ("Sends it\nReturns:\n    True", "Sends it"),
        ("Returns the thing sent.", "Returns the thing sent."),
        (":class:`Wire` sends.", "`Wire` sends."),
        (".. versionadded:: 8.0\n    As `b`.\n\nSends. Waits.", "Sends. Waits."),
        ("..", ""),
        ("Wire ...", ""),
        ("Title\n=====\n\nSends.", "Sends."),
        (
            "A [`std::io::Error`] or an [fs.FS], see [a.b](c).",
            "A `std::io::Error` or an `fs.FS`, see [a.b](c).",
        ),
        ("Takes x[a.b] apart.", "Takes x[a.b] apart."),
    ],
)
def test_a_summary_is_prose(doc: str, expected: str) -> None:
    assert summary_of(doc) == expected
    source = f"def f():\n    r'''{doc}'''\n"
    assert parse("python", source.encode()).symbols[0].summary == expected


def test_values_that_may_be_secrets_are_not_printed() -> None:
    token = "ghp_" + "a1B2" * 9
    text = (
        f'"""Doc."""\n\nTOKEN = "{token}"\nDB_PASSWORD = "hunter2-hunter2"\nSECRET_KEY: str = "x-y-z-1-2-3"\n'
        f'DSN = "postgres://app:hunter2@db/x"\nNAME = "kept"\n\ndef login(user: str, password: str = "hunter2"):\n'
        f'    """Log in with {token}."""\n'
    )
    facts = parse("python", text.encode())
    shown = "\n".join(f"{each.signature} {each.summary}" for each in facts.symbols)
    assert not any(secret in shown for secret in (token, "hunter2", "x-y-z"))
    assert 'DB_PASSWORD = "..."' in shown or "DB_PASSWORD = '...'" in shown
    assert "kept" in shown
