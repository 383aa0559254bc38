"""What a list has room for of a documentation: its first paragraph, or the first sentence of a long one."""

from __future__ import annotations

import re

from repodoc_hooks.analysis.languages.markup import literal
from repodoc_hooks.analysis.languages.prose import paragraphs
from repodoc_hooks.analysis.languages.text import collapse
from repodoc_hooks.expressions import expression

_SHORT = 200
_LIMIT = 300
_READ = 4000
_FEWEST_WORDS = 2
_SENTENCE_END = expression(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bcf)(?<!\bvs)(?<!\bresp)(?<!\bapprox)(?<!\bincl)(?<!\ba\.k\.a)"
    r"(?<!\bno)(?<!\bfig)(?<!\bal)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bProf)(?<!\bSt)(?<!\bInc)(?<!\bLtd)"
    r"(?<!\beq)(?<!\bsec)(?<!\bvol)(?<!\bpp)(?<!\bca)(?<!\bviz)(?<!\baka)(?<![\s(.][A-Za-z])[.!?]+[\"')\]*_]*(?=\s|$)|[\u3002\uff01\uff1f]",
    re.IGNORECASE,
)
_LOWER_NEXT = expression(r"\s+[a-z]")
_CODE_SPAN = expression(r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)")
_ROLE = expression(r":[a-z]+(?::[a-z]+)*:`~?!?([^`<]*?)\s*(?:<[^`>]*>)?`")
_WORDS_ROLE = expression(
    r":(?:ref|doc|term|any|abbr|numref):`([^`<]*?\s)\s*<[^`>]*>`|:(?:term|abbr):`([^`<]+)`"
)
"""A role whose text is words, not a name."""
_LINK = expression(r"(?<!`)`([^`<>\n]+?)\s+<(https?://[^`<>\s]+)>`__?(?!\w)")
"""A link of reStructuredText."""
_ESCAPED_GAP = expression(r"(?<=`)\\ ?(?=\w)")
"""What parts inline markup from the letters behind it (docutils.sourceforge.io, "Inline Markup", rule 6)."""
_REFERENCE = expression(
    r"(?<![\w\]])\[(?:`(?P<code>[^`\[\]]+)`|(?P<dotted>[A-Za-z_]\w*(?:\.\w+)+))\](?![(\[:])"
)
_DEFINED = expression(r"^[ \t]*\[([^\]\n]+)\]:[ \t]*\S", re.MULTILINE)
_NAMED_LINK = expression(r"(?<![\w\]!])\[(\w[^\[\]`]*)\](?![(\[:])")
_LABELLED = expression(r"(?<![\w\])`!])\[((?:[^\[\]`]|`[^`]*`)+)\]\[[^\[\]\n]*\]")
_PLACEHOLDER = expression(r"`?\w*`?\s*\.{2,}")
_FOOTNOTE = expression(r"[ \t]*\[(?:#?\w+|\*|#)\]_(?!\w)")
_NAMED_REFERENCE = expression(
    r"(?<![\w`])`([^`\n]+)`__?(?!\w)|(?<!\S)\|(\w[^|\n]{0,60})\|_{0,2}(?=[\s.,;:!?)]|\Z)"
)
_BARE_NAME = expression(r"[`*_\"']*[A-Za-z_][\w.:/-]*\w[`*_\"']*")
_LEADING_ON = expression(
    r"(?i)(?:[ ,;(\u2013\u2014-]*\b(?:e\.g\.?|i\.e\.?|for example|for instance|such as|namely)"
    r"|[,;(\u2013\u2014-] *(?:like (?:this|so)|as follows))?[ ,]*[: ]+\Z"
)
"""What leads from a sentence to an example or a list."""
_OPEN_END = expression(
    r"(?i)\b(?:will|would|should|can|may|must|either|that|to|by|with|is|are|was|be|has|have|and|or|for|of|the|a|an|if|when|in|on|at|from|than|as|but|unless"
    r"|via|follow\w*|below|like this|e\.g\.|i\.e\.|examples?|usage|note|options?"
    r"|parameters|arguments|attributes|supported)\W*\Z"
)
_PAIR = expression(r"(?:^|; )[^ ]*\w[^ ]*:? ?: ")
_ITEMS = 6
_ITEMS_LIMIT = 280


_NAME_BEFORE = expression(
    r"(?:(?:struct|enum|union|class|function|macro|typedef) )?`?(?P<name>[^\s`()]+?)(?:\(\))?`?"
    r"(?: :| -{1,2}|:| [\u2013\u2014]) +(?=\S)"
)


def summary_of(text: str) -> str:
    """One line of Markdown without HTML, at most 300 characters long: `<...>` in it is text.

    The first paragraph of prose if it is short, else its first sentence.
    """
    text = text[:_READ].strip("\n ")
    if not text:
        return ""
    paragraph = collapse(_first(text))
    if not paragraph:
        return ""
    if "]:" in text and (defined := {name.casefold() for name in _DEFINED.findall(text)}):
        paragraph = _NAMED_LINK.sub(lambda m: m[1] if m[1].casefold() in defined else m[0], paragraph)
    if "]" in paragraph:
        paragraph = _FOOTNOTE.sub("", _LABELLED.sub(r"\1", paragraph))
    if "`" in paragraph or "|" in paragraph:
        paragraph = _WORDS_ROLE.sub(_words_of_role, _LINK.sub(r"[\1](\2)", paragraph))
        paragraph = _NAMED_REFERENCE.sub(r"\1\2", paragraph)
        paragraph = _ESCAPED_GAP.sub("", _ROLE.sub(r"`\1`", paragraph))
    if "]" in paragraph:
        paragraph = _REFERENCE.sub(lambda m: f"`{m['code'] or m['dotted']}`", paragraph)
    if _PLACEHOLDER.fullmatch(paragraph):
        return ""
    return literal(_cut(_without_opening(paragraph)))


def without_name(summary: str, name: str) -> str:
    """A sentence on a definition without its name before a colon or a dash: `add() : Adds.`, `struct box - A box.`"""
    found = _NAME_BEFORE.match(summary)
    named = found is not None and found["name"] == name.rpartition(".")[2]
    return summary[found.end() :] if found is not None and named else summary


def _words_of_role(found: re.Match[str]) -> str:
    return str(found[1] or found[2]).strip()


def _first(text: str) -> str:
    """The first paragraph that says something; else one that leads on to what is not shown, as far as it makes sense;
    else what is indented, or a mere name."""
    indented = promising = name = ""
    for paragraph in paragraphs(text):
        words = collapse(paragraph.text)
        if words.endswith(":"):
            words, promise = _closed(_LEADING_ON.sub("", words), paragraph.items)
            promising = promising or promise
        if _BARE_NAME.fullmatch(words):
            name = name or words
        elif words and not paragraph.indented:
            return words
        else:
            indented = indented or words
    return promising or indented or name


def _closed(words: str, items: tuple[str, ...]) -> tuple[str, str]:
    """What is left of a paragraph whose colon leads to something: with the items of a short list, without its last
    sentence, or as a sentence of its own; behind it what is better than nothing."""
    ended = [
        found.end() for found in _SENTENCE_END.finditer(_CODE_SPAN.sub(lambda m: "x" * len(m[0]), words))
    ]
    if ended:
        return words[: ended[-1]], ""
    listed = "; ".join(collapse(item).rstrip(".,; ") for item in items)
    if 1 < len(items) <= _ITEMS and len(words) + len(listed) < _ITEMS_LIMIT and not _PAIR.search(listed):
        return f"{words}: {listed}.", ""
    if _OPEN_END.search(words):
        return "", f"{words} ..." if words.count(" ") >= _FEWEST_WORDS else ""
    return (f"{words}.", "") if " " in words else ("", "")


def _without_opening(paragraph: str) -> str:
    """A paragraph without a last sentence that only opens what stands below it: `Import it like this:`"""
    if not paragraph.endswith(":"):
        return paragraph
    ends = [found.end() for found in _SENTENCE_END.finditer(paragraph)]
    return paragraph[: ends[-1]] if ends else paragraph


def _cut(paragraph: str) -> str:
    if len(paragraph) <= _SHORT:
        return paragraph
    hidden = _CODE_SPAN.sub(lambda m: "x" * len(m[0]), paragraph)
    for found in _SENTENCE_END.finditer(hidden):
        if not _LOWER_NEXT.match(hidden, found.end()):
            paragraph = paragraph[: found.end()]
            break
    if len(paragraph) > _LIMIT:
        paragraph = paragraph[:_LIMIT].rsplit(" ", 1)[0] + " ..."
    return paragraph
