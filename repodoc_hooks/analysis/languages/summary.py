"""What a list has room for of a documentation: its first paragraph, or the first sentence of a long one."""

from __future__ import annotations

import re

from repodoc_hooks.analysis.languages.markup import literal
from repodoc_hooks.analysis.languages.text import collapse
from repodoc_hooks.expressions import expression

_SHORT = 200
_LIMIT = 300
_READ = 4000
_SENTENCE_END = expression(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bcf)(?<!\bvs)(?<!\bresp)(?<!\bapprox)(?<!\bincl)(?<!\ba\.k\.a)"
    r"(?<!\bno)(?<!\bfig)(?<!\bal)(?<!\bMr)(?<!\bMs)(?<!\bMrs)(?<!\bDr)(?<!\bProf)(?<!\bSt)(?<!\bInc)(?<!\bLtd)"
    r"(?<!\beq)(?<!\bsec)(?<!\bvol)(?<!\bpp)(?<!\bca)(?<!\bviz)(?<!\baka)(?<![\s(.][A-Za-z])[.!?]+[\"')\]*_]*(?=\s|$)|[\u3002\uff01\uff1f]",
    re.IGNORECASE,
)
_LOWER_NEXT = expression(r"\s+[a-z]")
_CODE_SPAN = expression(r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)")
_RULED_TITLE = expression(r"\A[^\n]+\n[ \t]*[=~\-^*#+]{3,}[ \t]*(?:\n\s*(?=\S)|\Z)")
_ROLE = expression(r":[a-z]+(?::[a-z]+)*:`~?!?([^`<]*?)\s*(?:<[^`>]*>)?`")
_WORDS_ROLE = expression(
    r":(?:ref|doc|term|any|abbr|numref):`([^`<]*?\s)\s*<[^`>]*>`|:(?:term|abbr):`([^`<]+)`"
)
"""A role whose text is words, not a name."""
_LINK = expression(r"(?<!`)`([^`<>\n]+?)\s+<(https?://[^`<>\s]+)>`__?(?!\w)")
"""A link of reStructuredText."""
_ESCAPED_GAP = expression(r"(?<=`)\\ ?(?=\w)")
"""What parts inline markup from the letters behind it (docutils.sourceforge.io, "Inline Markup", rule 6)."""
_FIELD = expression(
    r"^[ \t]*(?::(?:[a-z]+(?:[ \t][^:`\n]+)?):(?!`)|[@\\](?:param|returns?|throws|type|raises?|see|since)\b"
    r"|>>>[ \t]|(?:Args|Arguments|Parameters|Params|Returns?|Raises|Yields?|Attributes|Examples?)[ \t]*:?[ \t]*$)",
    re.MULTILINE,
)
_DIRECTIVE = expression(r"^[ \t]*\.\.(?:[ \t].*)?$(?:\n[ \t]+\S.*$)*", re.MULTILINE)
_REFERENCE = expression(
    r"(?<![\w\]])\[(?:`(?P<code>[^`\[\]]+)`|(?P<dotted>[A-Za-z_]\w*(?:\.\w+)+))\](?![(\[:])"
)
_DEFINED = expression(r"^[ \t]*\[([^\]\n]+)\]:[ \t]*\S", re.MULTILINE)
_NAMED_LINK = expression(r"(?<![\w\]!])\[(\w[^\[\]`]*)\](?![(\[:])")
_LABELLED = expression(r"(?<![\w\])`!])\[((?:[^\[\]`]|`[^`]*`)+)\]\[[^\[\]\n]*\]")
_PLACEHOLDER = expression(r"`?\w*`?\s*\.{2,}")
_ADMONITION = expression(
    r"^(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?)[ \t]+\w.*$(?:\n(?:(?P=indent)(?:[ ]{4}|\t).*|[ \t]*$))*",
    re.MULTILINE,
)
_ADMONITION_MARK = expression(r"^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+\w.*$\n?", re.MULTILINE)
_FENCE = expression(r"^[ \t]*(?P<mark>```+|~~~+).*?(?:^[ \t]*(?P=mark)[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_TASK = expression(
    r"^[ \t]*(?:TODO|FIXME|XXX|HACK|BUG)\b[ \t]*(?:\([^)\n]*\))?[ \t]*(?::|-|$|[a-z])", re.IGNORECASE
)
_SHOUTED = expression(r"^[ \t]*(?:TODO|FIXME|XXX|HACK)\b")
_SKIPPED = expression(r"^[ \t]*(?:#{1,6}[ \t].*|\[[^\]]+\]:[ \t]+\S.*|[-=*_#~]{3,}|\|.*|@\w+[ \t]*)$")
_PICTURE = expression(r"\[?!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])(?:\](?:\([^()]*\)|\[[^\[\]]*\]))?")
_LIST = expression(r"^[ \t]*(?:[-*+•‣◦][ \t]+|\d{1,3}[.)][ \t]+|\|)")
_NAMED = expression(r"[`*_\"']*[\w.\[\]]+[`*_\"']*[ \t]*(?::|=>|-+|\u2013|\u2014)[ \t]|\[[ xX]\]")
_BARE_NAME = expression(r"\s*[`*_\"']*[A-Za-z_][\w.:/-]*\w[`*_\"']*\s*")
_STEPS = expression(r"^[ \t]*\d{1,3}[.)][ \t]+.*\n(?:.*\n)*?[ \t]*\d{1,3}[.)][ \t]", re.MULTILINE)
_QUOTE = expression(r"^[ \t]*>[ \t]?", re.MULTILINE)
_BLANK = expression(r"\n[ \t]*\n")


def summary_of(text: str) -> str:
    """One line of Markdown without HTML, at most 300 characters long: `<...>` in it is text.

    The first paragraph of prose if it is short, else its first sentence. Lists of fields (`:param x:`, `@return`,
    `Args:`) end the prose; titles, directives, admonitions, notes of what is to be done are no part of it.
    """
    text = text[:_READ].strip()
    if not text:
        return ""
    if found := _FIELD.search(text):
        text = text[: found.start()]
    text = _RULED_TITLE.sub("", _DIRECTIVE.sub("", text).strip())
    text = _without_admonitions(_FENCE.sub("\n\n", text) if "```" in text or "~~~" in text else text)
    paragraph = _first_prose(text) or _first_item(text)
    if defined := {name.casefold() for name in _DEFINED.findall(text)}:
        paragraph = _NAMED_LINK.sub(lambda m: m[1] if m[1].casefold() in defined else m[0], paragraph)
    paragraph = _LABELLED.sub(r"\1", paragraph)
    paragraph = _LINK.sub(r"[\1](\2)", collapse(paragraph))
    paragraph = _ESCAPED_GAP.sub("", _ROLE.sub(r"`\1`", _WORDS_ROLE.sub(_words_of_role, paragraph)))
    paragraph = _REFERENCE.sub(lambda m: f"`{m['code'] or m['dotted']}`", paragraph)
    if _PLACEHOLDER.fullmatch(paragraph):
        return ""
    return literal(_cut(paragraph))


def without_name(summary: str, name: str) -> str:
    """A sentence on a definition without its name before a colon or a dash: `add() : Adds.`, `struct box - A box.`"""
    last = re.escape(name.rpartition(".")[2])
    kind = "(?:(?:struct|enum|union|class|function|macro|typedef) )?"
    found = re.match(rf"{kind}`?{last}(?:\(\))?`?(?: :| -{{1,2}}|:| [\u2013\u2014]) +(?=\S)", summary)
    return summary[found.end() :] if found else summary


def _words_of_role(found: re.Match[str]) -> str:
    return str(found[1] or found[2]).strip()


def _first_prose(text: str) -> str:
    """The first paragraph of prose, but for a name that stands alone above others."""
    found = filter(None, map(_prose, _BLANK.split(text)))
    first = next(found, "")
    return (next(found, "") or first) if _BARE_NAME.fullmatch(first) else first


def _without_admonitions(text: str) -> str:
    if "!!!" not in text and "???" not in text:
        return text
    outside = _ADMONITION.sub("", text)
    return outside if outside.strip() else _ADMONITION_MARK.sub("", text)


def _prose(paragraph: str) -> str:
    """What of a paragraph is prose: "" for titles, tables, pictures, rulers, tasks; what stands above a list."""
    lines: list[str] = []
    for line in _QUOTE.sub("", paragraph).split("\n"):
        if _LIST.match(line):
            if lines:
                break
            return ""
        if _SHOUTED.match(line) or _TASK.match(line):
            break
        if "![" in line:
            line = _PICTURE.sub("", line)
        if line.strip() and not _SKIPPED.match(line):
            lines.append(line)
    return "\n".join(lines)


def _first_item(text: str) -> str:
    """What the first item of a list says, where there is nothing but a list; not of names, nor of steps."""
    if _STEPS.search(text):
        return ""
    lines: list[str] = []
    for line in text.split("\n"):
        if _LIST.match(line):
            if lines:
                break
            item = _LIST.sub("", line, count=1)
            if _NAMED.match(item) or _TASK.match(item) or "|" in line or item.count(" ") < 2:
                return ""
            lines.append(item)
        elif lines and not line[:1].isspace():
            break
        elif lines:
            lines.append(line)
    return "\n".join(lines)


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
