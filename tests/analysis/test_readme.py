"""The README's introduction, in the shapes that real projects give it."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.readme import introduction


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# Title\n\nA tool for people.\n", "A tool for people."),
        ("Title (t)\n---------\nA tool\nfor many people.\n\nMore.\n", "A tool for many people."),
        (
            "[![b](x)](y)\n\n**Fast, small framework for [Node.js](https://n.org).**\n",
            "Fast, small framework for Node.js.",
        ),
        ("<p align=center>\n<img>\n</p>\n\n# T\n\n**T** is a _simple_ library.\n", "T is a simple library."),
        ("T\n=\n\n.. image:: x\n\n`T <https://t.org>`_ does a thing well.\n", "T does a thing well."),
        ("# T\n\nLicensed under the MIT licence, friends.\n\nIt sorts very fast.\n", "It sorts very fast."),
        ("# T\n\nWe are happy to announce T two.\n\nT is a thing that helps.\n", "T is a thing that helps."),
        ("```sh\nthis is code for you\n```\n\nThis is prose for you.\n", "This is prose for you."),
        ("# T\n\nShow your love for T with a cup!\n\nT is a thing that helps.\n", "T is a thing that helps."),
        (
            "# T\n\nMugs and stickers are now available.\n\nT is a thing that helps.\n",
            "T is a thing that helps.",
        ),
        ("# T\n\n- a list of many things\n", ""),
        ("", ""),
        (
            "---\nname: Images\nslug: images for all\n---\n\n# T\n\nReal words for people.\n",
            "Real words for people.",
        ),
        (
            "# S\n\n[a b]: https://x.y\n[c]: https://x.y/z\n\nIt keeps crates in order.\n",
            "It keeps crates in order.",
        ),
        (
            "# R\n\n[English](a) • [Español](b) • [Deutsch](c)\n\nIt writes rich text.\n",
            "It writes rich text.",
        ),
        ("# R\n\nEnglish | 简体中文 | Deutsch\n\nIt writes rich text.\n", "It writes rich text."),
        ("# L\n\n[A](b) |\n[C](d) |\n[E](f)\n\nL has many small functions.\n", "L has many small functions."),
        ("# U\n\nPlease follow the documentation at x.org!\n", ""),
        (
            "# U\n\nFor more information see the website here.\n\nU draws what you say.\n",
            "U draws what you say.",
        ),
        (
            "# N\n\nRun it<br/>on your machine!<br>Any computer will do.\n",
            "Run it on your machine! Any computer will do.",
        ),
        ("# T\n\nA light [W] for [all people].\n\n[W]: http://x\n", "A light W for all people."),
        ("# T\n\nA light [WSGI] thing for people.\n", "A light WSGI thing for people."),
        ("# T\n\n> [!NOTE]\n> This is only a note.\n\nT sorts what you give.\n", "T sorts what you give."),
        ("> **An argument parser for shells**\n", "An argument parser for shells"),
        ("# T\n\n## Installation\n\nOnce it is installed, import it.\n", ""),
        (
            "# T\n\n## News\n\n### Today\n\nWe have done many things.\n\n## About\n\nT is for you all.\n",
            "T is for you all.",
        ),
        ("# T\n\nT does this in a line:\n\n```\nx\n```\n", "T does this in a line."),
        ("# T\n\nT is a thing that:\n\n- sorts\n", ""),
        (
            "<table><tr><td><p>Sponsored words of another firm</p></td></tr></table>\n\n<p>T is a client.</p>\n",
            "T is a client.",
        ),
        ("# 数据库\n\n这是一个快速而可靠的数据库系统。\n", "这是一个快速而可靠的数据库系统。"),
        ("= T\n:toc:\n\nimage::x.png[]\n\nT is https://x.y[a tool] for people.\n", "T is a tool for people."),
        (
            "= T sorts\n:author: A\nifdef::x[]\n:c: `d`_\nendif::[]\n\n== Introduction\n\nT is a sorter for you all.\n",
            "T is a sorter for you all.",
        ),
        (
            "# T\n\n> [!NOTE]\n> A new branch.\n>\n> It may break what you had.\n\nT sorts for you all.\n",
            "T sorts for you all.",
        ),
        (
            "<p>T's work is supported by <a href=x>the community</a>.</p>\n\n> T sorts for you all.\n",
            "T sorts for you all.",
        ),
        ("# Click\n\nClick is a package for shells.\n", "Click is a package for shells."),
        ("# T\n\nTo add crates, import the library:\n\n```\nx\n```\n", ""),
        (
            "# T\n\nTo add crates, import it:\n\n```\nx\n```\n\nAnd that's it, have fun!\n\nThen use the crate well.\n",
            "",
        ),
        ("# T\n\nThis feature is only for ships.\n\nUnlike others, T has no crates.\n", ""),
        ("# T\n\nBy default, T does not load crates.\n\nT needs a crane here.\n", ""),
        ("# T\n\nBy default, T is off.\n\n## About\n\nT moves crates by sea.\n", "T moves crates by sea."),
        ("# T\n\nThe old T is no longer maintained.\n\nA mover that uses T.\n", "A mover that uses T."),
        ("# T\n\n☕️ Small, quick mover of crates ☕\n", "Small, quick mover of crates"),
        ("# Check\n\nCheck provides tests for all.\n\nMore words of it.\n", "Check provides tests for all."),
        ("# T\n\nBecome a backer of this project today.\n\nT sorts for you all.\n", "T sorts for you all."),
        (
            "# T\n\nT reads all formats that are supported by Y.\n",
            "T reads all formats that are supported by Y.",
        ),
        ("# T\n\nT sorts for you all. [→ Documentation](x)\n", "T sorts for you all."),
        (
            "T\n~~~\n\n.. note::\n\n   Not these words of a note.\n\nIt reads :doc:`all <x>` of ``it``.\n",
            "It reads `all` of `it`.",
        ),
    ],
)
def test_introduction(text: str, words: str) -> None:
    assert introduction(text) == words
    assert introduction(text.replace("\n", "\r\n")) == words


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        ("T is a quick mover of crates and supports:", "T is a quick mover of crates."),
        ("T is a quick mover of crates, for example:", "T is a quick mover of crates."),
        ("T moves crates by sea for all, in particular:", "T moves crates by sea for all."),
        ("T is a mover powered by winds offering the following features:", "T is a mover powered by winds."),
        ("T is a thing that:", ""),
        ("T is a library that provides:", ""),
        ("You can call it like:", ""),
        ("The T mover of crates supports:", ""),
    ],
)
def test_what_a_paragraph_says_before_it_leads_to_a_list(lead: str, words: str) -> None:
    assert introduction(f"# T\n\n{lead}\n\n- crates\n- casks\n") == words


def test_what_refers_back_to_a_list_introduces_nothing() -> None:
    text = "# T\n\nThe library is made of these crates:\n\n- a\n- b\n\nEach of them stands for itself.\n"
    assert introduction(text) == ""
    assert introduction(f"{text}\nT moves crates by sea.\n") == "T moves crates by sea."
    assert introduction(f"{text}\n## About\n\nThis moves crates by sea.\n") == "This moves crates by sea."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# T\n\nThings that help.\n", "Things that help."),
        ("# T\n\nThings that help\n", ""),
        ("# T\n\nUnder heavy development.\n", ""),
        ("# T\n\nWork in progress.\n", ""),
        ("# T\n\n:rocket: T moves crates by sea. :ship:\n", "T moves crates by sea."),
        (
            "# T\n\nThe `t-x` wiki is at https://x.y. All the topics of it are listed here.\n\nT moves all crates.\n",
            "T moves all crates.",
        ),
    ],
)
def test_short_words_and_signposts(text: str, words: str) -> None:
    assert introduction(text) == words


ASCIIDOC = """\
= T: crates
Ann Bell <https://x.y[@ann]>; Bo Cod <b@x.y>
v1.0, 2020-01-01
// Settings:
:toc: macro
ifndef::a[:uri-t: https://x.y/t]
:uri-s: {uri-t}/s

{uri-t}[T] moves {uri-s}[all crates] by sea.
"""
RDOC = """\
= T -- crates

{<img src="x" />}[http://y]

T moves +crates+ for {all of you}[http://x] and Rack[http://z].
"""
ORG = """\
#+TITLE: T
#+AUTHOR: Ann

[[http://x][https://x/b.svg]] [[file:a.png]]

* TOC :noexport:
- [[#a][A]]
* About T :x:y:
:PROPERTIES:
:ID: 1
:END:
# a remark
~t~ moves /all/ crates of [[http://x][the yard]] in =a/b=.
"""
ORG_WITHOUT_TITLE = """\
* T

#+begin_src sh
this is code for you
#+end_src

T moves crates by sea.
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ASCIIDOC, "T moves all crates by sea."),
        ("= T\n:a: {a}{a}\n\nT moves {a} by sea.\n", f"T moves {'{a}' * 8} by sea."),
        (RDOC, "T moves `crates` for all of you and Rack."),
        (ORG, "`t` moves all crates of the yard in `a/b`."),
        (ORG_WITHOUT_TITLE, "T moves crates by sea."),
    ],
)
def test_other_markups(text: str, words: str) -> None:
    assert introduction(text) == words
    assert introduction(text.replace("\n", "\r\n")) == words
