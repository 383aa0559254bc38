"""Text of declarations on one line, and of the comments that document them without what makes them comments."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from repodoc_hooks.analysis.languages.markup import Markup, to_markdown
from repodoc_hooks.analysis.languages.rdoc import without_headings
from repodoc_hooks.analysis.languages.text import around_literals, collapse
from repodoc_hooks.expressions import expression

_TIDY = (
    (("( ", "[ ", "< "), expression(r"([(\[]|(?<=\w)<)\s+"), r"\1"),
    ((" )", " ]", ",>", ", >"), expression(r",?\s+([)\]])|,\s*(>)"), r"\1\2"),
    ((",)", ",]"), expression(r",([)\]])"), r"\1"),
    ((" ,", " ;"), expression(r"\s+([,;])"), r"\1"),
)
"""What of the line has one of some marks is written otherwise; few lines have any."""
_SIGNATURE_LIMIT = 1500
CUT = " ..."
_READ = 8000
"""What is read of a documentation; the rest of a longer one counts as it stands."""
_NO_DOCUMENTATION = ("////", "/***", "/**/")  # rulers
_OPENING = expression(r"/\*[*!]*<?")
_STAR = expression(r"^[ \t]*(?:\*(?![*/])|\*+(?=[ \t]|$))", re.MULTILINE)
_LINE = expression(r"^[ \t]*(?://[/!]*<?|#+!?|--)[ \t]?", re.MULTILINE)
_RUBY_BLOCK = expression(r"^=(?:begin|end)\b.*$", re.MULTILINE)
_RULER = expression(
    r"^[ \t]*[-=*#_/+~<>]{3,}[ \t]*$|^[ \t]*[-=*#_/]{4,}[ \t]*|(?<![-=*#_/ \t])[ \t]*[-=*#_/]{4,}[ \t]*$",
    re.MULTILINE,
)
# What tools are told in comments, a line each.
_DIRECTIVE = expression(
    r"^[ \t]*(?:"
    r"go:\w|\+build[ ]|(?:c8|v8|node:coverage)[ ]|istanbul|(?:es|ts|js|ox|style|std)lint|ts-prune|jshint|jslint"
    r"|[@#]__[A-Z_]+__|@(?:ts-|jsx|flow\b|noflow\b|format\b|prettier|preserve\b|jest-|vitest-|licen[sc]e\b|cc_on"
    r"|formatter:|codeCoverageIgnore|phpstan-|psalm-|noinspection|generated\b)"
    r"|prettier-|biome-|deno-|rome-|webpack\w+:|vite-|noinspection|no(?:lint|sonar|qa)\b|lint:|gosec\b|#nosec"
    r"|clang-(?:format|tidy)|cppcheck|coverity|lcov_excl|gcovr?_excl|iwyu\b|rubocop:|standard:|sorbet|typed:[ ]"
    r"|frozen_string_literal|warn_indent|(?:en)?coding:|simplecov|:nocov:|pylint:|pyright:|mypy:|fmt:|ruff:"
    r"|type:[ ]ignore|phpcs:|phpstan-|psalm-|resharper[ ]|ktlint|detekt|checkstyle|pmd\b|spotless:|cspell:"
    r"|spell-checker:|codespell|\#?(?:end)?region\b|sourcemappingurl|!?/usr/bin/|-\*-.*-\*-|vim?:"
    r"|(?-i:globals?|exported)[ ]+[\w$]+(?:[ ]*:[ ]*\w+)?(?:[ ]*,[ ]*[\w$]+(?:[ ]*:[ ]*\w+)?)*[ \t]*$"
    r"|typescript version:|type definitions for[ ]|<(?:reference|amd-module|amd-dependency)\b"
    r").*$",
    re.MULTILINE | re.IGNORECASE,
)
_LICENCE = expression(
    r"copyright\b|\(c\)\s*\d{4}|©|\blicen[sc]ed\b|\blicen[sc]e,? v|SPDX-|all rights reserved|permission is hereby"
    r"|\b(?:mit|bsd|apache|mpl|gnu|public)\b[^.\n]{0,40}\blicen[sc]e|@licen[sc]e\b|do not (?:edit|modify)\b|use strict"
    r"|redistribution and use in source",
    re.IGNORECASE,
)
_RIGHTS_TAG = expression(
    r"(?P<before>\A(?!\s*@)(?=\s*[^\n]*\w)(?:(?![ \t]*@)[^\n]*\n)+)[ \t]*@(?:copyright|licen[sc]e)\b[^\n]*",
    re.IGNORECASE,
)
"""A tag that tells whose a thing is, below words on it."""
_LEGAL = expression(
    r"warrant|\bliab|\bas is\b|redistribut|permission|merchantab|you (?:may|should)\b[^.]*\b(?:use|copy|received)"
    r"|free software|govern|\bterms\b|contributor|\w@\w+\.\w|\bauthors?\b|https?://\S+\s*\Z",
    re.IGNORECASE,
)
"""What other paragraphs of a licence speak of."""
_OF_LICENCES = (
    *("copyright", "(c)", "\u00a9", "licen", "spdx-", "rights reserved", "permission is hereby", "do not "),
    *("use strict", "redistribution and use"),
)
"""One of which is in all that `_LICENCE` matches: looked for much faster."""
_FILE_NAME = expression(
    r"\A[ \t]*(?:@file[ \t]+)?[\w./-]+\.(?:[chjkmrp]\w{0,3}|cs|go|tsx?|ipp)[ \t]*(?:-+|[\u2013\u2014:]|$)[ \t]*",
    re.MULTILINE,
)
_MARKS = expression(r"^[ \t]*(?:/\*+|//+|#+|\*+/?)?[ \t]*|[ \t]*\*/[ \t]*$", re.MULTILINE)
_DRAWN = expression(r"^.*(?:_{2,}[ |\\/]+){2,}.*$|^.*(?:[|\\/][ _]{2,}){3,}.*$", re.MULTILINE)
"""Lines of a drawing made of letters, as of a project's name."""
_BOX_EDGE = expression(r"(?<=[\w.,;:)])[ \t]+\*[ \t]*$|\A\\(?=\n)|^[ \t]*\\\Z", re.MULTILINE)
_LONG_RULER = expression(r"[-=*#~_/ \t]{8,}")
_BETWEEN_RULERS = expression(r"(?:[-=]+|[*#~_]{3,}) *(?P<label>[^-=*#~].*?) *(?:[-=]+|[*#~_]{3,})")
_LONGEST_BANNER = 400
_MOST_OF_A_BANNER = 5
_ROWS_OF_A_BANNER = 3
_LABEL = expression(
    r"(?:(?:module|local|internal|external|private|public|static|forward|compiler|platform|tuning|third.party"
    r"|standard)[ -])*(?:dependenc(?:y|ies)|includes?|imports?|requires?|headers?|declarations?|prototypes?"
    r"|specifics?|parameters|globals?|variables|exports?|prologue)"
)
_REMARK = expression(
    r"(?:we|i|you)\b(?!/)|(?:borrowed|adapted|copied|taken|ported|derived|forked|inspired|lifted|stolen|origin\w*)\b[^.\n]*"
    r"\b(?:from|by|here)\b|this (?:file|module) (?:is|exists|lives)\b[^\n]*?\bbecause\b"
    r"|based on (?:https?:|this\b)|(?:source|origin|credits?|via|from|see)\s*:?\s+https?:|don't\b",
    re.IGNORECASE,
)
"""How a comment begins that speaks of the lines below it, or of where they come from, and not of the file."""
_TITLE = expression(r"\A[ \t]*[\w.-]+[ \t]*\n(?=[ \t]*[A-Z])")
_FOR_DOXYGEN = ("/**", "/*!", "///", "//!")
_NO_COMMAND = expression(r"(?<![\w\\])(\\)(?=[A-Za-z]\b)|^(#)(?= [a-z])", re.MULTILINE)
"""What Doxygen would take for a command or a heading, were the comment for it: `\\A`, `# of bits`."""
_RUN_LINE = expression(r"#!|//+[ \t]*(?:usr/)?bin/|/\*[ \t]*(?:usr/)?bin/")


def documenting(comments: list[str], kinds: tuple[str, ...], markup: Markup) -> list[str]:
    """The comments above a definition that document it, of those that begin with one of `kinds` (all without any):
    the last `/** */` alone, else all; in Java what follows the last of these."""
    if kinds:
        comments = [c for c in comments if c.startswith(kinds) and not c.startswith(_NO_DOCUMENTATION)]
    if comments and comments[-1].startswith("/**"):
        return comments[-1:]
    blocks = [i for i, each in enumerate(comments) if each.startswith("/**")]
    return comments[blocks[-1] + 1 :] if blocks and markup == "javadoc" else comments


def strip_comment(comments: Iterable[str], markup: Markup) -> str:
    """Markdown of the comments that document one thing, "" when they are but a tool's, a lawyer's or a banner."""
    comments = [*comments]
    if _is_banner(comments):
        return ""
    if markup == "javadoc" and comments and comments[0].startswith("///"):
        markup = "javadoc-markdown"
    text = "\n".join(map(_bare, comments))
    if markup == "doxygen" and not any(each.lstrip().startswith(_FOR_DOXYGEN) for each in comments):
        text = _NO_COMMAND.sub(lambda found: "`#`" if found[2] else "&#92;", text)
    if markup == "rdoc":
        text = without_headings(text)
    text = _RIGHTS_TAG.sub(r"\g<before>", text, count=1) if "@" in text[:_READ] else text
    low = text[:_READ].lower()
    if any(word in low for word in _OF_LICENCES) and _LICENCE.search(text, 0, _READ):
        text = _without_the_licence(text)
    text = _DRAWN.sub("", text) if "__" in text[:_READ] else text
    read = to_markdown(_RULER.sub("", _DIRECTIVE.sub("", text[:_READ])), markup)
    return (read + text[_READ:]).strip()


def describe_file(comments: Iterable[str], markup: Markup) -> str:
    """The same for the comment at the top of a file, without the file's name before it; "" for a mere label."""
    text = _FILE_NAME.sub("", strip_comment(comments, markup), count=1).strip()
    if _LABEL.fullmatch(text.strip(" .:").lower()) or _REMARK.match(text):
        return ""
    return _TITLE.sub("", text, count=1).strip()


def _is_banner(comments: list[str]) -> bool:
    """Whether a comment parts a file, a few words between rulers: it speaks of all that follows."""
    text = "\n".join(comments).strip()
    if len(text) > _LONGEST_BANNER:
        return False
    lines = [line for line in text.split("\n") if line.strip()]
    words = [line for line in lines if not _LONG_RULER.fullmatch(line)]
    if len(words) != 1:
        return False
    label = _MARKS.sub("", words[0]).strip()
    inside = _BETWEEN_RULERS.fullmatch(label)
    ruled = len(lines) >= _ROWS_OF_A_BANNER or inside is not None
    label = inside["label"] if inside else label
    return ruled and not label.endswith(".") and len(label.split()) <= _MOST_OF_A_BANNER


def is_run_line(comment: str) -> bool:
    """Whether the comment in the first line of a file says how to run it (`#!`, Go's `//usr/bin/env`)."""
    return bool(_RUN_LINE.match(comment))


def one_line(text: str) -> str:
    """Source of a declaration on one tidy line, without what opens its body; strings as they stand."""
    text = around_literals(_tidy, text)
    return text if len(text) <= _SIGNATURE_LIMIT else text[:_SIGNATURE_LIMIT].rsplit(" ", 1)[0] + CUT


def _tidy(text: str) -> str:
    text = collapse(text)
    for marks, pattern, replacement in _TIDY:
        for mark in marks:
            if mark in text:
                text = pattern.sub(replacement, text)
                break
    return text.rstrip(" {;=:,") if not text.endswith(("operator=", "operator==")) else text


def _bare(comment: str) -> str:
    """A comment without its delimiters, the indentation of its lines to each other kept."""
    comment = comment.strip()
    if comment.startswith("/*"):
        inside = _OPENING.sub("", comment.removesuffix("*/").rstrip("* \t"), count=1)
        if len(_BOX_EDGE.findall(inside)) > 1:
            inside = _BOX_EDGE.sub("", inside)
        first, _, rest = _STAR.sub("", inside).partition("\n")
        return f"{first.strip()}\n{textwrap.dedent(rest)}"
    if comment.startswith("=begin"):
        return textwrap.dedent(_RUBY_BLOCK.sub("", comment))
    return _LINE.sub("", comment)


def _without_the_licence(text: str) -> str:
    """The paragraphs before the first one that speaks of rights; without any, those behind the last."""
    paragraphs = re.split(r"\n[ \t]*\n", text)
    legal = [row for row, each in enumerate(paragraphs) if _LICENCE.search(each) or _LEGAL.search(each)]
    first = next((row for row, each in enumerate(paragraphs) if _LICENCE.search(each)), len(paragraphs))
    before = paragraphs[:first]
    return "\n\n".join(before if "".join(before).strip() else paragraphs[legal[-1] + 1 :])
