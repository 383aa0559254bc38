"""Blocks of RDoc that are no prose: lists of labels, text that is shown as it stands, headings, forms of calls.

The rules are those of the "RDoc Markup Reference"; what tags of YARD hold is left alone.
"""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_HIDDEN = expression(r"^[ \t]*--[ \t]*$.*?(?:^[ \t]*\+\+[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_CALLS = expression(r"^[ \t]*:?call-seq:.*?(?:\n[ \t]*\n(?![ \t]{2})|\Z)", re.MULTILINE | re.DOTALL)
_DIRECTIVE = expression(r"^[ \t]*:[\w-]+:.*$|[ \t]+:(?:no|start|stop)?doc:[ \t]*$", re.MULTILINE)
_HEADING = expression(r"^[ \t]*=+[ \t].*$", re.MULTILINE)
_MARK = expression(r"^[ \t]*=+[ \t]+", re.MULTILINE)
_LABEL = expression(r"[ \t]*(?:\[[^\]\n]+\](?=\s|$)|\S[^\n]*?::(?=\s|$))")
_ITEM = expression(r"[ \t]*(?:[-*][ \t]|\d+\.[ \t]|@!?[A-Za-z])")
_CODE_FOLLOWS = (":", ".", ")")


def without_headings(text: str) -> str:
    """Text of comments without the lines that are headings; where there is nothing else, what they say."""
    if "=" not in text:
        return text
    return without if (without := _HEADING.sub("\n", text)).strip() else _MARK.sub("", text)


def prose_of(text: str) -> str:
    """Text of comments without blocks that are no prose."""
    text = _DIRECTIVE.sub("", _CALLS.sub("", _HIDDEN.sub("", text)))
    if "::" not in text and "[" not in text and "\n " not in text and not text.startswith(" "):
        return text
    lines = text.split("\n")
    margin = min((_indentation(line) for line in lines if line.strip()), default=0)
    kept: list[str] = []
    held = False  # the lines below belong to an item, or to a tag
    below = -1  # the lines below that are indented deeper than this belong to a label
    for line in lines:
        indent = _indentation(line)
        before = kept[-1].rstrip() if kept else ""
        if line.strip() and indent <= below:
            below = -1
        if below >= 0:
            continue
        if not line.strip():
            kept.append("")
        elif _LABEL.match(line) and not held:
            below = indent
            kept.append("")
        elif indent > margin and not held and (not before or before.endswith(_CODE_FOLLOWS)):
            kept.append("")
        else:
            kept.append(line)
            held = bool(_ITEM.match(line)) or (held and indent > margin)
    return "\n".join(kept)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())
