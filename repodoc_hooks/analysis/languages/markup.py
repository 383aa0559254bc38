"""What languages write their documentation in, as Markdown without HTML: `<...>` in the result is text.

Code is in code spans, links are their labels, what they lead to is left to the reader of the source.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from typing import Literal

from repodoc_hooks.expressions import expression

Markup = Literal[
    "plain", "markdown", "javadoc", "javadoc-markdown", "jsdoc", "doxygen", "xml", "rdoc", "scaladoc"
]
"""plain: words alone (Go); markdown: with links to code in brackets (Rust, Kotlin); javadoc: HTML with inline tags;
jsdoc: Markdown with inline tags (JavaScript, PHP); doxygen: C and C++; xml: C#; rdoc: Ruby, with YARD's tags;
scaladoc: the wiki syntax of Scala, or Markdown."""

_KNOWN = (
    "a|abbr|address|b|big|blockquote|body|br|caption|center|cite|code|col|colgroup|dd|del|details|dfn|div|dl|dt|em|"
    "embed|figure|font|form|h[1-6]|head|hr|html|i|iframe|img|input|ins|kbd|li|link|meta|object|ol|p|picture|pre|q|s|"
    "samp|script|section|small|source|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|tfoot|th|thead|"
    "title|tr|tt|u|ul|var|video"
)
_VALUE = r"""(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""
_TAG = expression(rf"</?(?P<name>{_KNOWN})(?:\s+[\w:-]+\s*=\s*{_VALUE})*\s*/?>", re.IGNORECASE)
_BREAKING = expression(
    r"p|hr|h[1-6]|ul|ol|li|d[ldt]|table|t[rhd]|thead|tbody|tfoot|div|blockquote|pre|section"
    r"|para|list|item|listheader|description|example|remarks",
    re.IGNORECASE,
)
_PREFORMATTED = expression(r"<pre\b[^<>]*>.*?(?:</pre>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_CODE_TAG = expression(
    r"<(?P<tag>code|tt|kbd|samp)>(?P<text>.{0,1000}?)</(?P=tag)>", re.IGNORECASE | re.DOTALL
)
_PAIRED = expression(
    r"<(?P<tag>b|i|em|strong|u|sub|sup|small|p|q|cite|var|a|span)(?:\s[^<>]*)?>(?P<text>.{0,500}?)</(?P=tag)>",
    re.IGNORECASE | re.DOTALL,
)
_BREAK = expression(
    r"<br\s*/?>|^[ \t]*</?(?:p|ul|ol|li|hr|div|pre)>|</(?:p|li|ul|ol)>[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_SPANS = expression(
    r"(?P<fence>^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z))"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).){1,400}?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_ENTITY = expression(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_KEPT = expression("\x00(\\d+)\x00")
_FIRST_TAG = expression(
    r"^[ \t]*[@\\](?:brief|short|summary|fileoverview|overview|description|desc|details|remarks|classdesc)\b[ \t]*",
    re.MULTILINE,
)
_FILE_TAG = expression(
    r"^[ \t]*[@\\](?:module\b.*|(?:file|packageDocumentation)\b[ \t]*(?:\S+\.\w+[ \t]*$)?)", re.MULTILINE
)
_LATER_TAG = expression(r"^[ \t]*[@\\](?![@\\])[A-Za-z]+.*", re.MULTILINE | re.DOTALL)
_INHERITED = expression(r"\{@inherit_?doc\}|@inherit_?doc\b|<inheritdoc\b[^<>]*>", re.IGNORECASE)
_LINK = expression(
    r"(?<![!\w\]\\])\[(?P<label>[^\[\]\n]+)\](?:\[(?P<target>[^\[\]]*)\])?(?![\[(:]|(?!s\b)\w)"
)
_CODE_LIKE = expression(r"[A-Za-z_$@][\w$]*(?:(?:::|\.|#|->|/)[\w$]+)*(?:<[^<>]*>)?(?:\([\w\s,.]*\)|!)?")
_INTERNAL_LINK = expression(r"(?<!!)\[(?P<label>[^\[\]\n]+)\]\((?!\w+:|//)[^()\s]*(?:\(\))?\)")
"""A link whose target is an item or a file seen from the source, which no page is."""
_DEFINITION = expression(r"^[ \t]*\[(?P<label>[^\]\n]+)\]:[ \t]+\S", re.MULTILINE)
_GO_NAME = expression(r"\*?(?:[\w./-]+\.)?[A-Z]\w*(?:\.[A-Z]\w*)?")
_DEFINITIONS = expression(r"^[ \t]*\[([^\]\n]+)\]:[ \t]+\S.*$", re.MULTILINE)

_XML_SUMMARY = expression(
    r"<(?P<tag>summary|value)>(?P<text>.*?)(?:</(?P=tag)>|\Z)", re.DOTALL | re.IGNORECASE
)
_XML_REFERENCE = expression(
    r"<(?:see|seealso|paramref|typeparamref)\s+(?P<kind>\w+)\s*=\s*\"(?:\w:)?(?P<target>[^\"<>]*)\"\s*"
    r"(?:/>|>(?P<label>.{0,300}?)</(?:see|seealso|paramref|typeparamref)>)",
    re.DOTALL,
)
_XML_CODE = expression(r"<c>(.{0,1000}?)</c>", re.DOTALL)
_XML_TAG = expression(r"</?(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]*)?/?>|<!\[CDATA\[|\]\]>")

YARD_TAG = expression(
    r"^@(?P<word>!?\w+)(?P<head>[^\n]*)(?P<text>(?:\n(?:[ \t]+\S[^\n]*|[ \t]*(?=\n+[ \t]+\S)))*)",
    re.MULTILINE,
)
"""A tag or directive of YARD with the indented lines below it."""
_RDOC_CODE = expression(r"(?<![\w+])\+(?P<text>[^\s+]+)\+(?![\w+])")
_RDOC_HEADING = expression(r"^[ \t]*=+[ \t].*$", re.MULTILINE)
_RDOC_LABEL = expression(
    r"\{(?P<label>[^{}\n]+)\}\[[^\]\n]*\]"
    r"|(?<![\w.`])(?P<word>[\w.]+)\[(?:https?:|rdoc-ref:|link:|#)[^\]\n]*\]"
)
_RDOC_HIDDEN = expression(r"^[ \t]*--[ \t]*$.*?(?:^[ \t]*\+\+[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
_RDOC_CALLS = expression(r"^[ \t]*:?call-seq:.*?(?:\n[ \t]*\n(?![ \t]{2})|\Z)", re.MULTILINE | re.DOTALL)
_RDOC_DIRECTIVE = expression(r"^[ \t]*:[\w-]+:.*$", re.MULTILINE)
_RDOC_ESCAPE = expression(r"\\(?=[A-Z#_<*+])")

_WIKI_CODE = expression(r"\{\{\{(.*?)(?:\}\}\}|\Z)", re.DOTALL)
_WIKI_LINK = expression(r"\[\[(?P<target>[^\s\[\]]+)(?:\s+(?P<label>[^\[\]]+))?\]\]")
_WIKI_QUOTES = expression(r"'{2,5}")

_DOXYGEN_WORD = expression(
    r"[@\\](?P<command>c|p|a|e|em|b|ref|link|endlink|n)\b(?:[ \t]+(?P<word>[^\s,;]*[^\s,;.]))?"
)
_CALLS = frozenset({"c", "p", "ref", "link"})
_TAG_LIKE = expression(rf"(?<!\\)<(?=/?(?:{_KNOWN})\b[^<>]*>|!--)", re.IGNORECASE)


class _Pieces:
    """Parts of a text that are done with, taken out of it until all others are."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def keep(self, text: str) -> str:
        """A mark that stands for a text from now on."""
        self.kept.append(text)
        return f"\x00{len(self.kept) - 1}\x00"

    def code(self, text: str) -> str:
        """A mark that stands for code, "" for none."""
        text = " ".join(self.restore(text).replace("`", "").split())
        return self.keep(f"`{text}`") if text else ""

    def restore(self, text: str) -> str:
        """The text with all that was taken out."""
        while "\x00" in text:
            text = _KEPT.sub(lambda found: self.kept[int(found[1])], text)
        return text


def to_markdown(text: str, markup: Markup) -> str:
    """The documentation in Markdown, up to the first tag for parameters and the like."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    pieces = _Pieces()
    if markup == "xml":
        text = _xml(text, pieces)
    elif markup == "rdoc":
        text = _rdoc(text, pieces)
    else:
        text = _SPANS.sub(lambda m: "" if m["fence"] else pieces.keep(m[0]), text)
        text = _READERS[markup](text, pieces)
    if markup not in ("plain", "rdoc"):
        text = _decoded(text)
    return pieces.restore(text)


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda m: html.unescape(m[0]), text) if "&" in text else text


def literal(text: str) -> str:
    """Markdown in which no text outside of code spans could be taken for HTML."""
    if "<" not in text or "\x00" in text:
        return text.replace("<", "\\<")
    pieces = _Pieces()
    text = _SPANS.sub(lambda m: pieces.keep(m[0]), text)
    return pieces.restore(_TAG_LIKE.sub(r"\\<", text))


def _plain(text: str, pieces: _Pieces) -> str:
    """Words; links of Go's comments by the text, `[Pair]` and `[io.Reader]` as code."""
    if "[" not in text:
        return text
    known = {found["label"] for found in _DEFINITION.finditer(text)}
    text = _DEFINITIONS.sub("", text)

    def shown(found: re.Match[str]) -> str:
        label = found["label"]
        if label in known:
            return label
        return pieces.code(label.lstrip("*")) if _GO_NAME.fullmatch(label) else found[0]

    return _LINK.sub(shown, text)


def _markdown(text: str, pieces: _Pieces) -> str:
    defined = {found[1].casefold() for found in _DEFINITIONS.finditer(text)}
    text = _INTERNAL_LINK.sub(r"\g<label>", _without_tags(_DEFINITIONS.sub("", text)))
    return _LINK.sub(lambda m: _link(m, pieces, defined), _light_html(text, pieces))


def _jsdoc(text: str, pieces: _Pieces) -> str:
    return _light_html(_without_tags(_inline_tags(text, pieces)), pieces)


def _javadoc(text: str, pieces: _Pieces) -> str:
    text = _PREFORMATTED.sub("\n\n", _inline_tags(text, pieces))
    text = _CODE_TAG.sub(lambda m: pieces.code(_decoded(_TAG.sub("", m["text"]))), _without_tags(text))
    return _TAG.sub(lambda m: _gap(m["name"]), text)


def _java_markdown(text: str, pieces: _Pieces) -> str:
    """Markdown in which the tags of Javadoc stand, too."""
    return _markdown(_inline_tags(text, pieces), pieces)


def _scaladoc(text: str, pieces: _Pieces) -> str:
    text = _WIKI_CODE.sub(lambda m: "\n\n" if "\n" in m[1].strip(" ") else pieces.code(m[1]), text)
    text = _WIKI_LINK.sub(lambda m: m["label"] or _wiki_target(m["target"], pieces), text)
    return _light_html(_without_tags(_WIKI_QUOTES.sub("", text)), pieces)


def _wiki_target(target: str, pieces: _Pieces) -> str:
    return target if "://" in target else pieces.code(target.replace("#", ".").rstrip("$!"))


def _doxygen(text: str, pieces: _Pieces) -> str:
    def word(found: re.Match[str]) -> str:
        if found["command"] in _CALLS:
            return pieces.code(found["word"] or "")
        return found["word"] or ""

    return _light_html(_without_tags(_DOXYGEN_WORD.sub(word, _first_words(text))), pieces)


def _xml(text: str, pieces: _Pieces) -> str:
    if _INHERITED.search(text) and not _XML_SUMMARY.search(text):
        return ""
    if found := _XML_SUMMARY.search(text):
        text = found["text"]
    elif text.lstrip().startswith("<"):
        return ""  # parameters, returns and the like without a summary
    text = _PREFORMATTED.sub("\n\n", text)
    text = _XML_CODE.sub(lambda m: pieces.code(_decoded(m[1])), text)
    text = _XML_REFERENCE.sub(lambda m: _xml_reference(m, pieces), text)
    text = _SPANS.sub(lambda m: pieces.keep(m[0]), text)
    return _XML_TAG.sub(lambda m: _gap(m["name"] or ""), text)


def _xml_reference(found: re.Match[str], pieces: _Pieces) -> str:
    if found["label"]:
        return found["label"].strip()
    target = found["target"]
    if found["kind"] == "href":
        return target
    generic = re.sub(r"`\d+", "", target)
    return pieces.code(re.sub(r"\{([^{}]*)\}", r"<\1>", generic))


def _rdoc(text: str, pieces: _Pieces) -> str:
    text = _RDOC_DIRECTIVE.sub("", _RDOC_CALLS.sub("", _RDOC_HIDDEN.sub("", text)))
    text = _SPANS.sub(lambda m: "" if m["fence"] else pieces.keep(m[0]), text)
    text = _RDOC_HEADING.sub("\n", text)
    if "@" in text:
        text = YARD_TAG.sub(lambda m: m[0] if m["word"] in ("overload", "return") else "", text)
    text = _RDOC_CODE.sub(lambda m: pieces.code(m["text"]), text)
    text = _RDOC_LABEL.sub(lambda m: m["label"] or m["word"], text)
    return _RDOC_ESCAPE.sub("", _light_html(text, pieces))


def _light_html(text: str, pieces: _Pieces) -> str:
    """Markdown without the few tags that people write in it; others are talked about, not used."""
    if "<" not in text:
        return text
    text = _CODE_TAG.sub(lambda m: pieces.code(_decoded(m["text"])), text)
    text = _BREAK.sub(lambda m: " " if m[0].lower().startswith("<br") else "\n\n", text)
    return _PAIRED.sub(lambda m: m["text"], text)


def _gap(tag: str) -> str:
    if tag.lower() == "br":
        return " "
    return "\n\n" if _BREAKING.fullmatch(tag) else ""


def _first_words(text: str) -> str:
    """The text without the tags that say what it is; a description behind other tags comes first."""
    text = _FILE_TAG.sub("", text)
    if (
        (found := _FIRST_TAG.search(text))
        and (later := _LATER_TAG.search(text))
        and later.start() < found.start()
    ):
        text = text[: later.start()] + text[found.end() :]
    return _FIRST_TAG.sub("", text)


def _without_tags(text: str) -> str:
    """The text up to the first line that begins with a tag (`@param`, `\\return`)."""
    return _LATER_TAG.sub("", _INHERITED.sub("", _first_words(text)))


def _link(found: re.Match[str], pieces: _Pieces, defined: Collection[str] = ()) -> str:
    label = found["label"].strip()
    bare = label.removeprefix("\x00").removesuffix("\x00")
    if bare.isdigit() and bare != label:  # a code span
        return label
    if (found["target"] is not None or label.casefold() in defined) and not _CODE_LIKE.fullmatch(label):
        return label
    return pieces.code(label) if _CODE_LIKE.fullmatch(label) else found[0]


def _inline_tags(text: str, pieces: _Pieces) -> str:
    """`{@link X label}`, `{@code x}` and the like as what they show; braces inside may nest."""
    out = []
    position = 0
    while (start := text.find("{@", position)) >= 0:
        end = _closing(text, start)
        if end < 0:
            break
        name, _, content = text[start + 2 : end].partition(_space(text[start + 2 : end]))
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


def _inline_tag(name: str, content: str, pieces: _Pieces) -> str:
    match name:
        case "code" | "value" | "systemproperty":
            return pieces.code(content)
        case "literal":
            return pieces.keep(content)
        case "link" | "linkplain" | "linkcode" | "see" | "tutorial":
            return _reference(name, content, pieces)
        case "inheritdoc" | "inherit_doc" | "snippet" | "docroot" | "include" | "internal":
            return ""
        case "return":
            return f"Returns {content}."
        case _:
            return content


def _reference(name: str, content: str, pieces: _Pieces) -> str:
    """The label of a link, else its target."""
    target, bar, label = content.partition("|")
    if not bar:
        found = re.match(r"((?:[^\s(]|\([^()]*\))+)\s*(.*)", content, re.DOTALL)
        target, label = (found[1], found[2]) if found else (content, "")
    label = " ".join(label.split())
    is_code = name == "linkcode" or (_CODE_LIKE.fullmatch(label) and not label.isalpha())
    if label:
        return pieces.code(label) if is_code else label
    target = target.strip()
    return target if "://" in target else pieces.code(target.lstrip("#").replace("#", "."))


_READERS: dict[Markup, Callable[[str, _Pieces], str]] = {
    "plain": _plain,
    "markdown": _markdown,
    "javadoc": _javadoc,
    "javadoc-markdown": _java_markdown,
    "jsdoc": _jsdoc,
    "doxygen": _doxygen,
    "scaladoc": _scaladoc,
}
