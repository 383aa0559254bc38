# ruff: noqa: E501
"""What of a documentation is prose, in the forms that each language's own tools know."""

from __future__ import annotations

import pytest

from repodoc_hooks.analysis.languages.comments import strip_comment
from repodoc_hooks.analysis.languages.markup import Markup
from repodoc_hooks.analysis.languages.summary import summary_of

SECTIONS = (
    "Args:",
    "Arguments:",
    "Returns:",
    "Raises:",
    "Yields:",
    "Attributes:",
    "Examples:",
    "Note:",
    "See Also:",
    "Keyword Args:",
    "Todo:",
)
TITLES = (
    "Parameters",
    "Returns",
    "Other Parameters",
    "Notes",
    "See Also",
    "Examples",
    "References",
    "Warnings",
)


@pytest.mark.parametrize("section", SECTIONS)
def test_sections_of_google_are_passed_over_wherever_they_stand(section: str) -> None:
    assert summary_of(f"Sends it.\n\n{section}\n    a: b") == "Sends it."
    assert summary_of(f"{section}\n    a: b\n\n    c: d\n\nSends it.") == "Sends it."


@pytest.mark.parametrize("title", TITLES)
def test_sections_of_numpy_are_passed_over(title: str) -> None:
    assert summary_of(f"Sends it.\n\n{title}\n{'-' * len(title)}\na : int\n    b") == "Sends it."
    rest = f"{title}\n{'-' * len(title)}\na : int\n    b\n\nReturns\n-------\nint"
    assert title in ("Notes", "Warnings") or summary_of(rest) == ""


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        # fields, directives, titles, code
        (":param a: b\n:returns: c\n\nSends it.", "Sends it."),
        (":Author: A\n:Date: B\n\nSends it.", "Sends it."),
        (".. note::\n\n   Slowly.\n\nSends it.", "Sends it."),
        (".. note:: Slowly.\n   Always.", "Slowly. Always."),
        (".. deprecated:: 1.0\n   Use b.\n\nSends it.", "Sends it."),
        (".. code-block:: python\n\n   a = 1\n\nSends it.", "Sends it."),
        (".. module:: a\n   :synopsis: Sends it.", "Sends it."),
        (".. _label:\n\nSends it.", "Sends it."),
        ("a.b\n~~~~\n\nSends it.", "Sends it."),
        ("=====\nTitle\n=====\n\nSends it.", "Sends it."),
        (">>> a()\n1\n\nSends it.", "Sends it."),
        ("::\n\n    a()\n\nSends it.", "Sends it."),
        ("Example::\n\n    a()\n\nSends it.", "Sends it."),
        ("Usage:\n    a [options]\n\nOptions:\n  -h", ""),
        ("Note:\n    Slowly.", "Slowly."),
        ("$Id: a.py 1 $", ""),
        # forms of calls
        ("send(a[, b]) -> int\n\nSends it.", "Sends it."),
        ("str(a='') -> str\nstr(a) -> str\n\nMakes a string.", "Makes a string."),
        ("D.get(k) -> v", "D.get(k) -> v"),
        # what a colon leads to
        ("Sends it, like this::\n\n    a()", "Sends it."),
        ("It is sent like this::\n\n    a()", "It is sent like this ..."),
        ("Sends it, e.g.:\n\n    a()", "Sends it."),
        ("Sends it::\n\na()\nb()\n\nMore.", "Sends it."),  # what `inspect.cleandoc` leaves of a short docstring
        ("Is true if::\n\na()", "Is true if ..."),
        ("Args:\na: b\n\nSends it.", "Sends it."),
        ("Sends it. Example usage::\n\n    a()", "Sends it."),
        ("Sends it. Options:\n- a\n- b", "Sends it."),
        ("Sends one of:\n\n- a bit\n- a byte,\n  or two", "Sends one of: a bit; a byte, or two."),
        ("Sends one of:\n" + "- a long thing to send\n" * 20, "Sends one of ..."),
        ("Is true if:\n\n    a", "Is true if ..."),
        ("Is true if:\n\n    a\n\nSends it.", "Sends it."),
        ("Settings of a sender:\n\n* `a`: b\n* `c`: d", "Settings of a sender."),
        ("Options:\n\n* a: b\n* c: d", ""),
        ("Sends: all of it.", "Sends: all of it."),
        # references
        ("Sends `a`_ by |name| as [1]_ says, `here <https://a.b>`_.", "Sends a by name as says, [here](https://a.b)."),
        ("Is [a|b] or x|y|z.", "Is [a|b] or x|y|z."),
    ],
)  # fmt: skip
def test_docstrings(docstring: str, expected: str) -> None:
    assert summary_of(docstring) == expected


def test_a_single_word_above_a_list_says_nothing() -> None:
    assert summary_of("results:\n```\nnot performed\n```\n") == ""


def commented(text: str, markup: Markup) -> str:
    """What is shown of a comment in the form that goes with a markup."""
    if markup in ("rdoc", "xml"):
        mark = "#" if markup == "rdoc" else "///"
        return summary_of(strip_comment([f"{mark} {line}".rstrip() for line in text.split("\n")], markup))
    inside = "\n".join(f" * {line}".rstrip() for line in text.split("\n"))
    return summary_of(strip_comment([f"/**\n{inside}\n */"], markup))


RDOC = [
    ("Prevented attack::   XSS\nSupported browsers:: all\n\nEscapes all.", "Escapes all."),
    ("Depot::\n  Where it is.\nCrate::\n  What is there.\n\nHolds all.", "Holds all."),
    ("[name] The name.\n[+size+]\n  How large.\n\nHolds all.", "Holds all."),
    ("[name] The name.", ""),
    ("Holds it. Options:\n[a] The a.", "Holds it."),
    ("Holds Depot::Crate and a[b].", "Holds Depot::Crate and a[b]."),
    ("==== Options\n* a - b\n\nHolds all.", "Holds all."),
    ("=== The `Host` Header", "The `Host` Header"),
    ("  a.b\n  c.d\n\nHolds all.", "Holds all."),
    ("Holds all:\n  a.b\n  c.d", "Holds all."),
    ("Holds all that\n  there is.", "Holds all that there is."),
    ("depot.open(a) => b\n\nOpens it.", "Opens it."),
    ("Opens it. :nodoc:", "Opens it."),
    ("See {Depot#open}, {Depot the depot}, {https://a.b the manual} and rdoc-ref:Depot.", "See `Depot#open`, the depot, the manual and `Depot`."),
    ("Takes {a: 1} and %{b}.", "Takes {a: 1} and %{b}."),
    ("Opens it.\n\n@example\n  a.b\n@return [C] d", "Opens it."),
]  # fmt: skip
JSDOC = [
    ("@internal\nSends it.", "Sends it."),
    ("@category Mail\n\nSends it.", "Sends it."),
    ("Sends it. @private", "Sends it."),
    ("See [the manual]{@link Manual} and [[Mail]].", "See the manual and `Mail`."),
    ("@type {Map<string, {a: b}>} What is sent.", "What is sent."),
    ("@var array<string, int>|null $a What is sent.", "What is sent."),
    ("@var string", ""),
    ("@const {string} What is sent.", "What is sent."),
    ("(non-PHPdoc)\n@see A::b()", ""),
    ("Created by A on 1/2/20.", ""),
]  # fmt: skip
JAVADOC = [
    ("<h2>Mail</h2>\nSends it.", "Sends it."),
    ("<table><tr><td>a</td></tr></table>Sends it.", "Sends it."),
    ("Sends one of:\n<ul>\n<li>a letter</li>\n<li>a card\n</ul>", "Sends one of: a letter; a card."),
    ("Sends it.<dl><dt>a<dd>b</dl>", "Sends it."),
    ("<code>a</code> is sent.", "`a` is sent."),
]  # fmt: skip
XML = [
    ("<summary>\nSends:\n<list type=\"bullet\"><listheader><term>x</term></listheader>\n<item><term>a</term><description>letter</description></item>\n<item><description>cards</description></item></list>\n</summary>", "Sends: a letter; cards."),
    ("<summary></summary>\n<remarks>Sends it.</remarks>", "Sends it."),
    ("<summary>\n<code>\na\n</code>\nSends it.\n</summary>", "Sends it."),
    ("<summary>Sends <![CDATA[a < b]]>.</summary>", "Sends a < b."),
]  # fmt: skip
DOXYGEN = [
    ("\\class Mail mail.h\nSends it.", "Sends it."),
    ("@ingroup mail\nSends it.", "Sends it."),
    ("@fn int send()\n@brief Sends it.", "Sends it."),
    ("@warning Slowly,\nalways.\n\nSends it.", "Sends it."),
    ("@code\na\n@endcode\nSends it.", "Sends it."),
    ("Sends one of:\n@li a letter\n@li a card", "Sends one of: a letter; a card."),
    ("Sends \\ref mail \"the mail\" in \\f$x^2\\f$ steps.", "Sends the mail in `x^2` steps."),
    ("@{", ""),
    ("@param a b\n@return c", ""),
]  # fmt: skip
CASES: list[tuple[Markup, str, str]] = [
    *(("rdoc", *case) for case in RDOC),
    *(("jsdoc", *case) for case in JSDOC),
    *(("javadoc", *case) for case in JAVADOC),
    *(("xml", *case) for case in XML),
    *(("doxygen", *case) for case in DOXYGEN),
    ("markdown", "Sends one of:\n * a letter\n * a card", "Sends one of: a letter; a card."),
]


@pytest.mark.parametrize(("markup", "text", "expected"), CASES)
def test_comments(markup: Markup, text: str, expected: str) -> None:
    assert commented(text, markup) == expected
