"""Commands of Doxygen that name what is documented, or that hold what is no description of it.

The rules are those of Doxygen's "Special Commands": some take the rest of their line, some the rest of their paragraph,
some all up to their end.
"""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_LINE = expression(
    r"^[ \t]*[@\\](?:class|struct|union|enum|interface|protocol|category|namespace|package|concept|fn|var|def|typedef"
    r"|property|module|ingroup|weakgroup|addtogroup|defgroup|name|subpage|page|mainpage|section|subsection|dir"
    r"|headerfile|relates|relatesalso|related|memberof|extends|implements|cond|endcond|if|ifnot|elseif|else|endif"
    r"|internal|endinternal|public|protected|private|static|pure|nosubgrouping|hideinitializer|showinitializer"
    r"|callgraph|callergraph|endparblock|overload|author|authors|date|version|since|copyright)\b.*$"
    r"|[@\\][{}][ \t]*$",
    re.MULTILINE,
)
_PARAGRAPH = expression(
    r"^[ \t]*[@\\](?:note|warning|attention|todo|bug|test|pre|post|invariant|remarks?|sa|see|deprecated|par)\b"
    r"[^\n]*(?:\n(?![ \t]*(?:\n|[@\\]))[^\n]*)*(?=\n[ \t]*\n)",
    re.MULTILINE,
)
_BLOCK = expression(
    r"^[ \t]*[@\\](?P<word>code|verbatim|dot|msc|startuml|htmlonly|latexonly|xmlonly|manonly|rtfonly|docbookonly)\b"
    r".*?(?:[@\\]end(?:(?P=word)|uml)\b|\Z)",
    re.MULTILINE | re.DOTALL,
)
_ITEM = expression(r"^([ \t]*)[@\\](?:li|arg)\b", re.MULTILINE)
_FORMULA = expression(r"[@\\]f[$(\[](?P<text>.{0,400}?)[@\\]f[$)\]]", re.DOTALL)
_REFERENCE = expression(r"[@\\](?:ref|subpage)[ \t]+\S+[ \t]+\"(?P<label>[^\"\n]*)\"")
_ANCHOR = expression(r"[@\\]anchor[ \t]+\S+|[@\\]parblock\b")
_COMMAND = ("@", "\\")


def prose_of(text: str) -> str:
    """Text of comments without commands that are no prose; labels, list items and formulas as Markdown has them."""
    if not any(sign in text for sign in _COMMAND):
        return text
    text = _PARAGRAPH.sub("", _LINE.sub("", _BLOCK.sub("\n", text)))
    text = _REFERENCE.sub(r"\g<label>", _ANCHOR.sub("", _ITEM.sub(r"\1-", text)))
    return _FORMULA.sub(lambda found: f"`{' '.join(found['text'].split())}`", text)
