"""Which lines of a documentation are prose: those between sections of fields, directives, code and lists.

Known are the sections of Google's and NumPy's docstrings, fields and directives of reStructuredText, headings, fences,
tables and quotes of Markdown, admonitions of MkDocs, and tags at the beginning of lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

from msgspec import Struct

from repodoc_hooks.expressions import expression


class Paragraph(Struct):
    """Prose, whether it stands indented below other lines, and the items of the list that it introduces."""

    text: str
    indented: bool = False
    items: tuple[str, ...] = ()


_SECTION = expression(
    r"(?:(?:other |keyword )?(?:args?|arguments?|param(?:eter)?s?)|kwargs|returns?|raises|yields?|receives|warns|throws"
    r"|except(?:ion)?s?|attributes|properties|methods|examples?|usage|notes?|warnings?|caution|danger|hint|tips?"
    r"|important|attention|todos?|see also|references|options)[ \t]*(?P<colon>::?)?",
    re.IGNORECASE,
)
_RULER = expression(r"[ \t]*([=~\-^*#+\"'`.:])\1{2,}[ \t]*")
_DIRECTIVE = expression(r"[ \t]*\.\.(?:[ \t].*)?")
_ADMONITION = expression(r"[ \t]*(?:!!!|\?\?\?\+?)[ \t]+\w.*")
_ASIDE = expression(
    r"[ \t]*(?:\.\.[ \t]+|!!![ \t]+|\?\?\?\+?[ \t]+)?(?:notes?|warnings?|caution|danger|hint|tips?|important|attention"
    r"|deprecated|info|abstract|admonition)\b(?:[ \t]*::(?:[ \t]*\d[\w.]*)?|:|[ \t]+\"[^\"\n]*\"|[ \t]*$)",
    re.IGNORECASE,
)
_SYNOPSIS = expression(r"[ \t]+:synopsis:[ \t]*(.+)")
_FIELD = expression(
    r"[ \t]*(?::(?!https?:)[A-Za-z][\w -]*(?:[ \t][^:`\n]+)?:(?![`:])(?=[ \t]|$)"
    r"|[@\\](?:param|returns?|throws|type|raises?|see|since)\b)"
)
_DOCTEST = expression(r"[ \t]*>>>(?:[ \t]|$)")
_FENCE = expression(r"[ \t]*(```+|~~~+)(?!.*`)")
_TASK = expression(
    r"[ \t]*(?:TODO|FIXME|XXX|HACK|BUG)\b[ \t]*(?:\([^)\n]*\))?[ \t]*(?::|-|$|[a-z])", re.IGNORECASE
)
_SHOUTED = expression(r"[ \t]*(?:TODO|FIXME|XXX|HACK)\b")
_SKIPPED = expression(
    r"[ \t]*(?:#{1,6}[ \t].*|\[[^\]]+\]:[ \t]+\S.*|[-=*_#~]{3,}|\|.*|@\w+[ \t]*|:{1,2}"
    r"|(?:created|written) (?:by|on)\b.*|authors?:.*|\(non-phpdoc\)|\$(?:id|revision|date)\b.*)",
    re.IGNORECASE,
)
_PICTURE = expression(r"\[?!\[[^\[\]]*\](?:\([^()]*\)|\[[^\[\]]*\])(?:\](?:\([^()]*\)|\[[^\[\]]*\]))?")
_LIST = expression(r"[ \t]*(?:[-*+\u2022\u2023\u25e6][ \t]+|\d{1,3}[.)][ \t]+|\|)")
_STEP = expression(r"[ \t]*\d{1,3}[.)][ \t]")
_NAMED = expression(r"[`*_\"']*[\w.\[\]]+[`*_\"']*[ \t]*(?::|=>|-+|\u2013|\u2014)[ \t]|\[[ xX]\]")
_QUOTE = expression(r"[ \t]*>[ \t]?(?!>>)")
_SIGNATURE = expression(
    r"[ \t]*[\w.\[\]]+\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)[ \t]*(?:(?:->|=>|=|#=>)[ \t]*\S.*)?"
    r"|[ \t]*[\w.]+(?:[.#][\w?!]+)+[ \t]*(?:->|=>)[ \t]*\S.*"
)
_CODE_INDENT = 4


def paragraphs(text: str) -> Iterator[Paragraph]:
    """Paragraphs of prose in order; without any, what the first item of a list says, an aside, or a form of a call."""
    lines = text.split("\n")
    found = False
    signatures: list[str] = []
    asides: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif (end := _passed_over(lines, at)) > at:
            asides += _aside(lines[at:end])
            at = end
        else:
            start, at = at, _end_of_paragraph(lines, at)
            prose = _prose(lines[start:at])
            if prose and all(map(_SIGNATURE.fullmatch, prose)):
                signatures += prose
            elif prose:
                found = True
                literal = prose[-1].rstrip().endswith("::")
                items = _items(lines, at) if prose[-1].rstrip().endswith(":") else ()
                yield Paragraph("\n".join(prose), _indentation(line) >= _CODE_INDENT, items)
                at = _literal(lines, at, _indentation(line), is_first=not start) if literal else at
    if not found and (item := _first_item(lines)):
        yield Paragraph(item)
    elif not found and asides:
        yield Paragraph("\n".join(asides))
    elif not found and signatures:
        yield Paragraph("\n".join(signatures))


def _passed_over(lines: list[str], at: int) -> int:
    """The row behind what begins in a row and is no prose; the row itself where prose begins."""
    line = lines[at]
    indent = _indentation(line)
    after = lines[at + 1] if at + 1 < len(lines) else ""
    if fence := _FENCE.match(line):
        return next(
            (row + 1 for row in range(at + 1, len(lines)) if lines[row].strip() == fence[1]), len(lines)
        )
    if _DIRECTIVE.fullmatch(line) or _ADMONITION.fullmatch(line):
        return _below(lines, at + 1, indent)
    if (section := _SECTION.fullmatch(line.strip())) is not None:
        if _RULER.fullmatch(after):
            return _next_title(lines, at + 2)
        if section["colon"] == "::":
            return _literal(lines, at + 1, indent, is_first=not at)
        if section["colon"] and after.strip() and _indentation(after) <= indent:
            return _next_blank(lines, at)
        if section["colon"] or not after.strip() or _indentation(after) > indent:
            return _below(lines, at + 1, indent)
    if _FIELD.match(line):
        return _below(lines, at + 1, indent, blank=line.rstrip().endswith(":"))
    if _DOCTEST.match(line):
        return _next_blank(lines, at)
    if _RULER.fullmatch(line):
        is_title = at + 2 < len(lines) and after.strip() and _RULER.fullmatch(lines[at + 2])
        return at + 3 if is_title else at + 1
    if _RULER.fullmatch(after) and not _LIST.match(line):
        return at + 2
    return at


def _below(lines: list[str], at: int, indent: int, *, blank: bool = True) -> int:
    """The row behind those that are indented deeper, blank ones between them included."""
    end = at
    for row in range(at, len(lines)):
        if lines[row].strip():
            if _indentation(lines[row]) <= indent:
                break
            end = row + 1
        elif not blank:
            break
    return end


def _next_blank(lines: list[str], at: int) -> int:
    return next((row for row in range(at, len(lines)) if not lines[row].strip()), len(lines))


def _literal(lines: list[str], at: int, indent: int, *, is_first: bool) -> int:
    """The row behind the code that `::` leads to: below the first line of a docstring all others may have lost their
    indentation."""
    end = _below(lines, at, indent)
    if end > at or not is_first:
        return end
    start = next((row for row in range(at, len(lines)) if lines[row].strip()), len(lines))
    return _next_blank(lines, start)


def _aside(lines: list[str]) -> list[str]:
    """What a block says that is no prose of its own: a note, a warning, the synopsis of a module."""
    if synopsis := next((found for line in lines if (found := _SYNOPSIS.match(line))), None):
        return [synopsis[1]]
    head = _ASIDE.match(lines[0])
    if head is None:
        return []
    said = [lines[0][head.end() :], *(line for line in lines[1:] if not _FIELD.match(line))]
    inside = (
        next(paragraphs(dedent("\n".join(said).strip("\n"))), None) if any(map(str.strip, said)) else None
    )
    return [inside.text] if inside is not None else []


def _next_title(lines: list[str], at: int) -> int:
    """The row of the next title with a ruler below it."""
    rows = range(at, len(lines) - 1)
    return next((row for row in rows if lines[row].strip() and _RULER.fullmatch(lines[row + 1])), len(lines))


def _end_of_paragraph(lines: list[str], at: int) -> int:
    for row in range(at + 1, len(lines)):
        line = lines[row]
        if not line.strip() or _FENCE.match(line) or _FIELD.match(line) or _DOCTEST.match(line):
            return row
        if _DIRECTIVE.fullmatch(line) or (_SECTION.fullmatch(line.strip()) and line.rstrip().endswith(":")):
            return row
    return len(lines)


def _prose(lines: list[str]) -> list[str]:
    """What of a paragraph is prose: nothing of titles, tables, pictures, tasks; what stands above a list."""
    found: list[str] = []
    for line in lines:
        line = _QUOTE.sub("", line, count=1) if line.lstrip().startswith(">") else line
        if _LIST.match(line) or _SHOUTED.match(line) or _TASK.match(line):
            break
        if "![" in line:
            line = _PICTURE.sub("", line)
        if line.strip() and not _SKIPPED.fullmatch(line):
            found.append(line)
    return found


def _items(lines: list[str], at: int) -> tuple[str, ...]:
    """The items of the list behind a paragraph, in front of the row `at` or below it."""
    start = at - 1
    while start > 0 and lines[start].strip() and not (_is_first_item(lines, start)):
        start -= 1
    if not (lines[start].strip() and _LIST.match(lines[start])):
        start = next((row for row in range(at, len(lines)) if lines[row].strip()), len(lines))
    items: list[str] = []
    for line in lines[start:]:
        if _LIST.match(line) and "|" not in line:
            items.append(_LIST.sub("", line, count=1))
        elif items and line.strip() and _indentation(line):
            items[-1] += f" {line.strip()}"
        elif line.strip() or not items:
            break
    return tuple(items)


def _is_first_item(lines: list[str], row: int) -> bool:
    return bool(_LIST.match(lines[row])) and not _LIST.match(lines[row - 1])


def _first_item(lines: list[str]) -> str:
    """What the first item of a list says, where there is nothing but a list; not of names, nor of steps."""
    if sum(map(bool, map(_STEP.match, lines))) > 1:
        return ""
    found: list[str] = []
    for line in lines:
        if _LIST.match(line):
            if found:
                break
            item = _LIST.sub("", line, count=1)
            if _NAMED.match(item) or _TASK.match(item) or "|" in line or item.count(" ") < 2:
                return ""
            found.append(item)
        elif found and not line[:1].isspace():
            break
        elif found:
            found.append(line)
    return "\n".join(found)


def _indentation(line: str) -> int:
    if "\t" in line:
        line = line.expandtabs(4)
    return len(line) - len(line.lstrip())
