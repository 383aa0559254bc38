"""Tags within a line of Javadoc, JSDoc, TSDoc and phpDocumentor (`{@link X label}`), as what they show."""

from __future__ import annotations

import re

from repodoc_hooks.analysis.languages.pieces import CODE_LIKE, Pieces
from repodoc_hooks.expressions import expression

_LABELLED_TAG = expression(r"\[(?P<label>[^\[\]\n]+)\]\{@(?:link|linkcode|linkplain|tutorial)\b[^{}\n]*\}")


_OWN_VALUE = expression(r"[ ,:;=]*\(\s*\{@value\s*\}\s*\)|[ ,:;=]*\{@value\s*\}")
_INDEXED = expression(r"\"(?P<quoted>[^\"]*)\"|\S+")


def inline_tags(text: str, pieces: Pieces) -> str:
    """`{@link X label}`, `{@code x}` and the like as what they show; braces inside may nest."""
    if "{@" not in text:
        return text
    text = _LABELLED_TAG.sub(r"\g<label>", _OWN_VALUE.sub("", text))
    out = []
    position = 0
    while (start := text.find("{@", position)) >= 0:
        end = _closing(text, start)
        if end < 0:
            break
        name, _, content = text[start + 2 : end].partition(_space(text[start + 2 : end]))
        if name == "summary":  # says what the first sentence is
            return inline_tags(content.strip(), pieces)
        out += [text[position:start], _inline_tag(name.lower(), content.strip(), pieces)]
        position = end + 1
    return "".join([*out, text[position:]])


def _space(text: str) -> str:
    found = re.search(r"\s", text)
    return found[0] if found else " "


def _closing(text: str, start: int) -> int:
    depth = 0
    for position in range(start, len(text)):
        if text[position] == "{":
            depth += 1
        elif text[position] == "}":
            depth -= 1
            if not depth:
                return position
    return -1


def _inline_tag(name: str, content: str, pieces: Pieces) -> str:
    match name:
        case "code" | "systemproperty":
            return pieces.code(content)
        case "value":
            return _reference(name, content, pieces)
        case "literal":
            return pieces.keep(content)
        case "link" | "linkplain" | "linkcode" | "see" | "tutorial":
            return _reference(name, content, pieces)
        case "inheritdoc" | "inherit_doc" | "snippet" | "docroot" | "include" | "internal":
            return ""
        case "return":
            return f"Returns {inline_tags(content, pieces)}."
        case "index":
            found = _INDEXED.match(content)
            return (found["quoted"] or found[0]) if found is not None else ""
        case _:
            return inline_tags(content, pieces)


def _reference(name: str, content: str, pieces: Pieces) -> str:
    """The label of a link, else its target."""
    target, bar, label = content.partition("|")
    if not bar:
        found = re.match(r"((?:[^\s(]|\([^()]*\))+)\s*(.*)", content, re.DOTALL)
        target, label = (found[1], found[2]) if found else (content, "")
    label = " ".join(inline_tags(label, pieces).split())
    is_code = name == "linkcode" or (CODE_LIKE.fullmatch(label) and not label.isalpha())
    if label:
        return pieces.code(label) if is_code else label
    target = target.strip()
    return target if "://" in target else pieces.code(target.lstrip("#").replace("#", "."))
