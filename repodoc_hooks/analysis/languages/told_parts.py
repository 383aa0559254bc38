"""What the documentation of a type or constructor says of its parameters that are properties, by name.

`@property x`, `@param x` (KDoc, Scaladoc), `@param int $x` (PHPDoc), `<param name="X">` (XML): these stand in the
head of their type, where few write comments of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from repodoc_hooks.analysis.languages.comments import strip_comment
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

    from repodoc_hooks.analysis.languages.treesitter import Source

_TAG = expression(
    r"^[ \t]*(?:/\*\*|\*)?[ \t]*@(?P<tag>property|param)[ \t]+(?:[^\n$]*?\$)?(?P<name>[\w`]+)[ \t]+(?P<text>\S.*?)"
    r"(?=^[ \t]*\*?[ \t]*(?:@\w|$)|\*/|\Z)",
    re.MULTILINE | re.DOTALL,
)
_PARAM = expression(r"<param\s+name\s*=\s*[\"'](?P<name>[\w@]+)[\"']\s*>(?P<text>.*?)</param>", re.DOTALL)
_MARKS = (b"@param", b"@property", b"<param")


def told_parts(source: Source, node: Node) -> dict[str, str]:
    """Markdown by the name of the property, from the comments right above a definition."""
    if not any(mark in source.data for mark in _MARKS):
        return {}
    above = [source.raw(comment) for comment in source.comments_above(node)]
    if source.grammar.markup == "xml":
        lines = "\n".join(line.strip().removeprefix("///") for text in above for line in text.split("\n"))
        return {
            found["name"]: _plain(source, f"/// <summary>{' '.join(found['text'].split())}</summary>")
            for found in _PARAM.finditer(lines)
        }
    told: dict[str, str] = {}
    for found in _TAG.finditer(above[-1] if above else ""):
        name = found["name"].strip("`")
        if found["tag"] == "property" or name not in told:
            told[name] = _plain(source, f"/** {found['text'].rstrip()} */")
    return told


def _plain(source: Source, comment: str) -> str:
    return strip_comment([comment], source.grammar.markup)
