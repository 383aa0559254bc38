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
        ("# T\n\n- a list of many things\n", ""),
        ("", ""),
    ],
)
def test_introduction(text: str, words: str) -> None:
    assert introduction(text) == words
    assert introduction(text.replace("\n", "\r\n")) == words
