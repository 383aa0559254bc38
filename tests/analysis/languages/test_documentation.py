# ruff: noqa: E501
"""What comments say, in the markup of each language, as one line of Markdown without HTML."""

from __future__ import annotations

import time

import pytest

from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.languages.comments import describe_file, strip_comment
from repodoc_hooks.analysis.languages.markup import Markup, to_markdown
from repodoc_hooks.analysis.languages.summary import summary_of

DEFINITIONS = {
    "c": "int f(int a);",
    "csharp": "public class F {}",
    "go": "func F() {}",
    "java": "public class F {}",
    "javascript": "export function f() {}",
    "kotlin": "fun f() {}",
    "php": "function f() {}",
    "ruby": "def f; end",
    "rust": "pub fn f() {}",
    "typescript": "export function f() {}",
}
BEFORE = {"go": "package p\n\n", "php": "<?php\n", "ruby": "X = 1\n\n"}


def described(language: str, comment: str) -> str:
    """What is shown of a comment above a definition."""
    source = f"{BEFORE.get(language, '')}{comment}\n{DEFINITIONS[language]}\n"
    return parse(language, source.encode()).symbols[-1].summary


@pytest.mark.parametrize(
    ("language", "comment", "expected"),
    [
        # text in angle brackets
        ("go", "// F reads <PROGRAM>_HELP, where <PROGRAM> is the name.", "F reads <PROGRAM>_HELP, where <PROGRAM> is the name."),
        ("rust", "/// Reads a Map<String, u8> from <path>, giving `Vec<T>`.", "Reads a Map<String, u8> from <path>, giving `Vec<T>`."),
        ("rust", "/// Compares a<b and c>d.", "Compares a\\<b and c>d."),
        ("c", "/* Needs x<y and <s>. */", "Needs x<y and \\<s>."),
        ("typescript", "/** Renders <Button kind=\"x\"> into <div>. */", "Renders <Button kind=\"x\"> into \\<div>."),
        ("typescript", "/** Compiles `<script setup>` for the `<style>` block. */", "Compiles `<script setup>` for the `<style>` block."),
        ("kotlin", "/** Gives a List<String>, or `Map<K, V>`. */", "Gives a List<String>, or `Map<K, V>`."),
        ("java", "/** Gives a {@code List<String>} of <b>names</b>. */", "Gives a `List<String>` of names."),
        ("java", "/** Gives a Map&lt;K, V&gt; &amp; more. */", "Gives a Map<K, V> & more."),
        ("java", "/** One<br>two.<p>Three. */", "One two."),
        ("java", "/** Uses <code>a &lt; b</code> and <tt>c</tt>. */", "Uses `a < b` and `c`."),
        ("java", "/** Reads it.\n * <pre>{@code int a = 1;}</pre>\n */", "Reads it."),
        ("php", "/** Reads <b>all</b> of array<string, int>. */", "Reads all of array<string, int>."),
        ("csharp", "/// <summary>Holds a List&lt;T&gt; of <c>x &lt; y</c>.</summary>", "Holds a List<T> of `x < y`."),
        ("javascript", "/** <p>HTML <b>bold</b> <code>x &lt; y</code></p><p>Second.</p> */", "HTML bold `x < y`"),
        ("javascript", "/** One.<p>Two. */", "One."),
        ("javascript", "/** <ul><li>one thing</li></ul> */", "one thing"),
        ("javascript", "/** Renders <p> and <li> of a list. */", "Renders \\<p> and \\<li> of a list."),
        # links
        ("java", "/** Reads the {@link System#getProperties() System properties}. */", "Reads the System properties."),
        ("java", "/** Calls {@link Foo#bar(int, String)} or {@link #baz}. */", "Calls `Foo.bar(int, String)` or `baz`."),
        ("java", "/** As {@code a {b} c} and {@literal <x>}. */", "As `a {b} c` and <x>."),
        ("javascript", "/** See {@link Foo#bar|the bar}, {@linkcode baz} and {@link Qux}. */", "See the bar, `baz` and `Qux`."),
        ("kotlin", "/** Opens the [cipher] with [Key.of]. See [the manual][Manual]. */", "Opens the `cipher` with `Key.of`. See the manual."),
        ("rust", "/// Makes an [Arg][crate::Arg] for a [Command], see [`parse`].\n///\n/// [Command]: crate::Command", "Makes an `Arg` for a `Command`, see `parse`."),
        ("rust", "/// Takes x[0], [1, 2] and [a](b).", "Takes x[0], [1, 2] and a."),
        ("csharp", "/// <summary>As <see cref=\"T:A.B\"/>, <see langword=\"null\"/>, <see cref=\"X\">the X</see>, <paramref name=\"y\"/>.</summary>", "As `A.B`, `null`, the X, `y`."),
        ("ruby", "# Returns +nil+ if +name+ is empty; see {the manual}[https://a.b] and <tt>x < y</tt>.", "Returns `nil` if `name` is empty; see the manual and `x < y`."),
        ("c", "/** \\brief Opens \\p name with @c O_RDONLY. */", "Opens `name` with `O_RDONLY`."),
        ("go", "// F opens an [fs.FS].", "F opens an `fs.FS`."),
        ("go", "// F fills a [Pair], see [the text] and [].\n//\n// [the text]: https://a.b", "F fills a `Pair`, see the text and []."),
        # inherited, or none of its own
        ("java", "/** {@inheritDoc} */", ""),
        ("php", "/** {@inheritdoc} */", ""),
        ("php", "/** @inheritDoc */", ""),
        ("csharp", "/// <inheritdoc/>", ""),
        ("csharp", "/// <param name=\"a\">How many.</param>", ""),
        ("ruby", "# == Depot of crates\n#\n# Holds crates.", "Holds crates."),
        ("ruby", "# call-seq:\n#   open(a) -> b\n#\n# Opens a crate.", "Opens a crate."),
        ("ruby", "# :nodoc:", ""),
        ("ruby", "# Opens it.\n# @param a [String] a name\n# @return [nil]", "Opens it."),
        # what tools and lawyers are told
        ("typescript", "// ts-prune-ignore-next", ""),
        ("typescript", "// tslint:disable-next-line", ""),
        ("typescript", "/* @__PURE__ */", ""),
        ("typescript", "/** Takes a value.\n */\n/*@__NO_SIDE_EFFECTS__*/", "Takes a value."),
        ("typescript", "/** Takes a value. */\n// eslint-disable-next-line", "Takes a value."),
        ("typescript", "// a remark between people", ""),
        ("go", "// F sends.\n//\n//go:noinline", "F sends."),
        ("go", "//nolint:all", ""),
        ("rust", "// TODO: be faster", ""),
        ("rust", "/// Sends.\n// a remark", "Sends."),
        ("go", "// TODO(me): say what it does", ""),
        ("c", "/* Sends.\n *\n * FIXME: never. */", "Sends."),
        ("php", "// phpcs:ignore", ""),
        ("java", "// a remark", ""),
        ("typescript", "/**\n * Flattens a type.\n * @copyright from Somebody\n */", "Flattens a type."),
        ("typescript", "/**\n * @license MIT\n * Flattens a type.\n */", ""),
        # paragraphs and sentences
        ("rust", "/// Hint that the type is expecting a struct\n/// field or an enum.\n///\n/// More.", "Hint that the type is expecting a struct field or an enum."),
        ("go", "// F does it, e.g. Like this. It waits: always.", "F does it, e.g. Like this. It waits: always."),
        ("go", "// F takes\n//   - one\n//   - two", "F takes"),
        ("java", "/** Gives all.\n * <ul><li>one</li></ul>\n * @return x */", "Gives all."),
        ("java", "/** @return x */", ""),
        ("javascript", "/**\n * @param {string} a\n * @description Opens it.\n */", "Opens it."),
        ("rust", "/// Iterators for [standard things][std::things] and [`a` ones][b].", "Iterators for standard things and `a` ones."),
        ("rust", "/// Iterators for [other things].\n///\n/// [other things]: https://a.b", "Iterators for other things."),
        ("rust", "/// Gives a[b][c] and [some value].", "Gives a[b][c] and [some value]."),
        ("rust", "/// # Title\n///\n/// Words.", "Words."),
        ("rust", "/// [![Build](https://a/b.svg)](https://a)\n///\n/// > **Parses** it.", "**Parses** it."),
        ("kotlin", "/** Keeps [Crate]s, not [Boxes]x. */", "Keeps `Crate`s, not [Boxes]x."),
        # banners part a file and speak of all that follows
        ("c", "/*-*******************\n*  Advanced functions\n*********************/", ""),
        ("c", "/* --- dependencies ---*/", ""),
        ("c", "/*- Compiler specifics -*/", ""),
        ("go", "// ----------\n// Helpers\n// ----------", ""),
        ("c", "/*********************\n * Sends what is said.\n *********************/", "Sends what is said."),
        ("c", "/* ---- Sends a crate to the host on the other side ---- */", "Sends a crate to the host on the other side"),
        # a name that its own documentation begins with
        ("c", "/* f() : Adds a crate. */", "Adds a crate."),
        ("c", "/* f - adds a crate */", "adds a crate"),
        ("c", "/* f-like things */", "f-like things"),
        ("go", "// F sends: at once.", "F sends: at once."),
        ("go", "// F sends at once. Call it like this:\n//\n//\tF()", "F sends at once."),
        ("go", "// F is called like this:\n//\n//\tF()", "F is called like this ..."),
    ],
)  # fmt: skip
def test_documentation_is_told_as_it_reads(language: str, comment: str, expected: str) -> None:
    assert described(language, comment) == expected


@pytest.mark.parametrize(
    ("language", "source"),
    [
        ("javascript", "#!/usr/bin/env node\nexport function f() {}\n"),
        ("ruby", "#!/usr/bin/env ruby\ndef f; end\n"),
        ("go", "//usr/bin/env go run $0; exit\npackage main\n\nfunc F() {}\n"),
        ("kotlin", "#!/usr/bin/env kotlin\nfun f() {}\n"),
        ("rust", "#!/usr/bin/env run-cargo-script\npub fn f() {}\n"),
        ("typescript", "#!/usr/bin/env -S npx tsx\n// @ts-check\nexport function f() {}\n"),
        ("php", "#!/usr/bin/env php\n<?php\nfunction f() {}\n"),
    ],
)
def test_the_line_that_runs_a_script_is_no_documentation(language: str, source: str) -> None:
    found = parse(language, source.encode())
    assert (found.summary, [s.summary for s in found.symbols]) == ("", [""] * len(found.symbols))


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("/* wire.c - Sends what is said.\n *\n * Copyright (c) 2020 Somebody\n */", "Sends what is said."),
        ("/* Copyright (c) 2020 Somebody\n * Sends. */", ""),
        ("// SPDX-License-Identifier: MIT", ""),
        ("/*!\n * wire\n * Copyright(c) 2013 A\n * MIT Licensed\n */", ""),
        ("// Checks the licences of packages.", "Checks the licences of packages."),
        ("/** @file wire.h\n * @brief Sends. */", "Sends."),
        ("// -*- mode: c -*-\n// Sends.", "Sends."),
        ("//============\n// Sends.\n//============", "Sends."),
        ("// TypeScript Version: 4.7", ""),
        ('/// <reference types="vite/client" />', ""),
        ("/** Module dependencies. */", ""),
        ("/* Includes */", ""),
        ("/* Tuning parameters */", ""),
        ("// We can only import types here, since it is loaded twice", ""),
        ("// Borrowed from another project: https://a.b/c", ""),
        ("// This file is `/top.mjs` because the built one is", ""),
        ("// We/they: a list of pronouns.", "We/they: a list of pronouns."),
        ("/* wire\n * Sends what is said. */", "Sends what is said."),
        ("/**\n * Runs crates.\n * @module crate-runner\n * @private\n */", "Runs crates."),
        ("// 1. get all tags\n// 2. get all commits\n// 3. compare", ""),
        ("/* global foo, bar:writable */", ""),
        ("/* exported boot */", ""),
        ("/* global state of the program */", "global state of the program"),
    ],
)
def test_a_file_is_described_by_its_first_words(comment: str, expected: str) -> None:
    assert summary_of(describe_file([comment], "doxygen")) == expected


def test_a_name_alone_above_other_words_is_a_title() -> None:
    assert summary_of("depot.crates\n\nHolds crates.") == "Holds crates."
    assert summary_of("depot.crates") == "depot.crates"
    assert summary_of("Deprecated.\n\nHolds crates.") == "Deprecated."


def test_roles_whose_text_is_words_are_words() -> None:
    told = summary_of(
        "Base of :ref:`all crates <topics-crates>`, :class:`Crate <depot.Crate>` and :term:`boxes`"
    )
    assert told == "Base of all crates, `Crate` and boxes"


@pytest.mark.parametrize(
    ("functions", "expected"),
    [(1, "Keeps what f needs."), (9, "")],
    ids=["beside a function", "a mere helper"],
)
def test_the_words_of_a_helper_are_not_those_of_its_file(functions: int, expected: str) -> None:
    body = "\n".join(f"fun f{n}(a: Int) {{ println(a) }}" for n in range(functions))
    found = parse(
        "kotlin",
        f"package p\n\n{body}\n\n/** Keeps what f needs. */\ninterface Scope {{ val a: Int }}\n".encode(),
    )
    assert found.summary == expected


def test_long_paragraphs_give_their_first_sentence() -> None:
    long = "Sends `a. B. c` to v. Neumann (cf. Knuth), e.g. Now. " + "It waits for an answer. " * 20
    assert summary_of(long) == "Sends `a. B. c` to v. Neumann (cf. Knuth), e.g. Now."
    assert summary_of("word " * 200).endswith(" ...")


def test_admonitions_of_mkdocs_are_no_words_of_their_own() -> None:
    assert (
        summary_of('!!! abstract "Usage"\n    [Build one](../x.md)\n\nPlugins of the library.')
        == "Plugins of the library."
    )
    assert summary_of("!!! note\n    Only this.") == "Only this."


def test_colours_and_tags_in_docstrings_are_text() -> None:
    found = parse("python", b'def f():\n    """Colour as hsl(<h>, <s>, <l>)."""\n')
    assert found.symbols[0].summary == "Colour as hsl(<h>, \\<s>, <l>)."


@pytest.mark.parametrize("markup", ["plain", "markdown", "javadoc", "jsdoc", "doxygen", "xml", "rdoc"])
@pytest.mark.parametrize(
    "piece", ["<b ", "<pre", "`", "``a", "{@link ", "[a", "<a href=", "((", "![", "+a", "<see cref=\"", "\x00", " ", "*", "---", "&", "!!! a\n", "<summary>", "@p ", "\n\n"]
)  # fmt: skip
def test_hostile_comments_take_no_time(markup: Markup, piece: str) -> None:
    text = f"/** {piece * (30_000 // len(piece))}x */"
    started = time.process_time()
    summary_of(strip_comment([text], markup))
    assert time.process_time() - started < 5
    assert "\x00" not in to_markdown("a \x00 b \x000\x00", markup)


def test_what_parts_markup_of_restructuredtext_from_letters_is_no_text() -> None:
    text = "They are either :class:`Option`\\s or :class:`Argument`\\ s."
    assert summary_of(text) == "They are either `Option`s or `Argument`s."


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        (
            "java",
            "public enum E { /** The a. */ A, /** The b. */ B, C /* no */ }",
            {"E.A": "The a.", "E.B": "The b."},
        ),
        (
            "kotlin",
            "enum class E { /** The a. */ A, /** The b. */ B, C }",
            {"E.A": "The a.", "E.B": "The b."},
        ),
        (
            "kotlin",
            "data class D(/** The a. */ val a: Int, /** The b. */ val b: Int)",
            {"D.a": "The a.", "D.b": "The b."},
        ),
        (
            "scala",
            "case class D(/** The a. */ a: Int, /** The b. */ b: Int)",
            {"D.a": "The a.", "D.b": "The b."},
        ),
        (
            "php",
            "<?php class E { const /** The a. */ A = 1, /** The b. */ B = 2; }",
            {"E.A": "The a.", "E.B": "The b."},
        ),
        ("php", "<?php class E { /** Both. */ const A = 1, B = 2; }", {"E.A": "Both.", "E.B": "Both."}),
        (
            "csharp",
            "public enum E { /** <summary>A.</summary> */ A, /** <summary>B.</summary> */ B }",
            {"E.A": "A.", "E.B": "B."},
        ),
        (
            "typescript",
            "export interface E { /** The a. */ a: 1; /** The b. */ b: 2 }",
            {"E.a": "The a.", "E.b": "The b."},
        ),
        (
            "java",
            "public class A { int a; /* of a */\n  /** The b. */ int b; // of b\n  int c; }",
            {"A.b": "The b."},
        ),
    ],
)
def test_documentation_may_stand_on_the_row_of_what_it_is_about(
    language: str, text: str, told: dict[str, str]
) -> None:
    found = {s.name: s.summary for s in parse(language, text.encode()).symbols if s.summary}
    assert found == told
