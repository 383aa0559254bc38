"""What languages write their documentation in, as Markdown without HTML: `<...>` in the result is text.

Code is in code spans, links are their labels, what they lead to is left to the reader of the source.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Literal

from repodoc_hooks.analysis.languages import doxygen, rdoc
from repodoc_hooks.analysis.languages.inline_tags import inline_tags
from repodoc_hooks.analysis.languages.pieces import CODE_LIKE, Pieces
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
    r"|para|list|example|remarks|note",
    re.IGNORECASE,
)
_ITEMS = frozenset({"li", "item"})
_INSIDE_ITEMS = frozenset({"br", "term", "description"})
_PREFORMATTED = expression(
    r"<(?P<block>pre|h[1-6]|dl|table|listheader)\b[^<>]*>.*?(?:</(?P=block)>|\Z)|<!--.*?(?:-->|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_CODE_TAG = expression(
    r"<(?P<tag>code|tt|kbd|samp)>(?P<text>.{0,1000}?)</(?P=tag)>", re.IGNORECASE | re.DOTALL
)
_PAIRED = expression(
    r"<(?P<tag>b|i|em|strong|u|sub|sup|small|p|q|cite|var|a|span)(?:\s[^<>]*)?>(?P<text>.{0,500}?)</(?P=tag)>",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_A_BREAK = expression(r"(?<=\n\n) {1,2}(?=\S)")
_BREAK = expression(
    r"<br\s*/?>|(?:</?(?:p|ul|ol|li|hr|div|pre)>\s*){2,}|^[ \t]*</?(?:p|ul|ol|li|hr|div|pre)>|</(?:p|li|ul|ol)>[ \t]*$"
    r"|(?<=[.!?:])\s*</?p>",
    re.IGNORECASE | re.MULTILINE,
)
_SPANS = expression(
    r"(?P<fence>^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z))"
    r"|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).){1,400}?(?<!`)(?P=ticks)(?!`)",
    re.DOTALL | re.MULTILINE,
)
_ENTITY = expression(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\w{1,30});")
_FIRST_TAG = expression(
    r"^[ \t]*[@\\](?:brief|short|summary|fileoverview|overview|description|desc|details|remarks|classdesc)\b[ \t]*",
    re.MULTILINE,
)
_FILE_TAG = expression(
    r"^[ \t]*[@\\](?:module\b.*|(?:file|packageDocumentation)\b[ \t]*(?:\S+\.\w+[ \t]*$)?)", re.MULTILINE
)
_TYPEDOC_LINK = expression(r"(?<![\w\[])\[\[([A-Za-z_$][\w$.#]*)\]\](?![\w\](])")
_LATER_TAG = expression(r"^[ \t]*@(?!@)[A-Za-z]+.*", re.MULTILINE | re.DOTALL)
_LATER_COMMAND = expression(r"^[ \t]*[@\\](?![@\\])[A-Za-z]+.*", re.MULTILINE | re.DOTALL)
"""The same where a tag may begin with a backslash, too, which begins a name in other languages."""
_ALONE = expression(
    r"^[ \t]*@(?:internal|public|private|protected|override|virtual|sealed|readonly|static"
    r"|abstract|async|final|api|hidden|ignore|inner|instance|global|class|constructor|interface|function|method"
    r"|export|struct|eventproperty|hideconstructor|preserve|nocollapse|(?:category|group)[ \t]+\S.*)[ \t]*$"
    r"|(?<=\S)[ \t]+@(?:internal|public|private|protected|hidden|ignore)[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_VALUE_TAG = expression(
    r"^[ \t]*@(?:var|type|(?:const|enum|define)(?=[ \t]+\{))[ \t]+"
    r"(?:[^\s<>(){}]|<(?:[^<>\n]|<[^<>\n]*>)*>|\([^()\n]*\)|\{(?:[^{}\n]|\{[^{}\n]*\})*\})+"
    r"(?:[ \t]+\$\w+)?[ \t]+(?P<text>[^\s@$*|&][^\n]*(?:\n(?![ \t]*(?:@|\n|\Z))[^\n]*)*)",
    re.MULTILINE,
)
"""The type of a value, with what it is behind it."""
_INHERITED = expression(r"\{@inherit_?doc\}|@inherit_?doc\b|<inheritdoc\b[^<>]*>", re.IGNORECASE)
_LINK = expression(
    r"(?<![!\w\]\\])\[(?P<label>[^\[\]\n]+)\](?:\[(?P<target>[^\[\]]*)\])?(?![\[(:]|(?!s\b)\w)"
)
_INTERNAL_LINK = expression(r"(?<!!)\[(?P<label>[^\[\]\n]+)\]\((?!\w+:|//)[^()\s]*(?:\(\))?\)")
"""A link whose target is an item or a file seen from the source, which no page is."""
_DEFINITION = expression(r"^[ \t]*\[(?P<label>[^\]\n]+)\]:[ \t]+\S", re.MULTILINE)
_GO_NAME = expression(r"\*?(?:[\w./-]+\.)?[A-Z]\w*(?:\.[A-Z]\w*)?")
_DEFINITIONS = expression(r"^[ \t]*\[([^\]\n]+)\]:[ \t]+\S.*$", re.MULTILINE)

_XML_SUMMARY = expression(
    r"<(?P<tag>summary|value|remarks)>(?P<text>.*?)(?:</(?P=tag)>|(?=<(?:param|typeparam|returns)\b)|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_XML_REFERENCE = expression(
    r"<(?:see|seealso|paramref|typeparamref)\s+(?P<kind>\w+)\s*=\s*(?P<quote>[\"'])(?:\w:)?(?P<target>[^\"'<>]*)(?P=quote)\s*"
    r"(?:/>|>(?P<label>.{0,300}?)</(?:see|seealso|paramref|typeparamref)>)",
    re.DOTALL,
)
_XML_BLOCK = expression(r"^[ \t]*<code\b[^<>]*>.*?(?:</code>|\Z)", re.DOTALL | re.MULTILINE)
_XML_CODE = expression(r"<c>(.{0,1000}?)</c>", re.DOTALL)
_CDATA = expression(r"<!\[CDATA\[(.{0,1000}?)\]\]>", re.DOTALL)
_XML_TAG = expression(r"</?(?P<name>[A-Za-z][\w.:-]*)(?:\s[^<>]*)?/?>|<!\[CDATA\[|\]\]>")

YARD_TAG = expression(
    r"^@(?P<word>!?\w+)(?P<head>[^\n]*)(?P<text>(?:\n(?:[ \t]+\S[^\n]*|[ \t]*(?=\n+[ \t]+\S)))*)",
    re.MULTILINE,
)
"""A tag or directive of YARD with the indented lines below it."""
_RDOC_CODE = expression(r"(?<![\w+])\+(?P<text>[^\s+]+)\+(?![\w+])")
_RDOC_LABEL = expression(
    r"\{(?P<label>[^{}\n]+)\}\[[^\]\n]*\]"
    r"|(?<![\w.`])(?P<word>[\w.]+)\[(?:https?:|rdoc-ref:|link:|#)[^\]\n]*\]"
)
_RDOC_TARGET = expression(r"(?<![\w.`])(?:rdoc-ref|link):([\w:./#?!-]*[\w?!])")
_YARD_LINK = expression(
    r"(?<!\\)\{(?:(?P<path>https?://[^\s{}]+|file:[^\s{}]+|mailto:[^\s{}]+)|include:[^\s{}]+|render:[^\s{}]+"
    r"|(?P<name>#?(?:[A-Z]\w*(?:::\w+)*)?(?:(?:#|\.|(?<=\{)#)[\w?!=]+)?))(?:[ \t\n]+(?P<label>[^{}]+))?\}"
)
"""`{Depot#open}`, `{Depot the depot}`, `{https://a.b the manual}`."""
_RDOC_ESCAPE = expression(r"\\(?=[A-Z#_<*+])")

_WIKI_CODE = expression(r"\{\{\{(.*?)(?:\}\}\}|\Z)", re.DOTALL)
_WIKI_LINK = expression(r"\[\[(?P<target>[^\s\[\]]+)(?:\s+(?P<label>[^\[\]]+))?\]\]")
_WIKI_TITLE = expression(r"^[ \t]*(?P<mark>={1,6})[ \t]?\S.*?(?P=mark)[ \t]*$", re.MULTILINE)
_WIKI_QUOTES = expression(r"'{2,5}")

_DOXYGEN_WORD = expression(
    r"[@\\](?P<command>c|p|a|e|em|b|ref|link|endlink|n)\b(?:[ \t]+(?P<word>[^\s,;]*[^\s,;.]))?"
)
_CALLS = frozenset({"c", "p", "ref", "link"})
_TAG_LIKE = expression(rf"(?<!\\)<(?=/?(?:{_KNOWN})\b[^<>]*>|!--)", re.IGNORECASE)


def to_markdown(text: str, markup: Markup) -> str:
    """The documentation in Markdown, up to the first tag for parameters and the like."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    pieces = Pieces()
    if markup == "doxygen":
        text = doxygen.prose_of(text)
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
    """The text with its entities as the characters that they stand for."""
    if "&" not in text:
        return text
    import html  # of few texts

    return _ENTITY.sub(lambda m: html.unescape(m[0]), text)


def literal(text: str) -> str:
    """Markdown in which no text outside of code spans could be taken for HTML."""
    if "<" not in text or "\x00" in text:
        return text.replace("<", "\\<")
    pieces = Pieces()
    text = _SPANS.sub(lambda m: pieces.keep(m[0]), text)
    return pieces.restore(_TAG_LIKE.sub(r"\\<", text))


def _plain(text: str, pieces: Pieces) -> str:
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


def _markdown(text: str, pieces: Pieces) -> str:
    defined = {found[1].casefold() for found in _DEFINITIONS.finditer(text)}
    text = _INTERNAL_LINK.sub(r"\g<label>", _without_tags(_DEFINITIONS.sub("", text)))
    return _LINK.sub(lambda m: _link(m, pieces, defined), _light_html(text, pieces))


def _jsdoc(text: str, pieces: Pieces) -> str:
    words = _without_tags(inline_tags(text, pieces))
    if not words.strip() and (value := _VALUE_TAG.search(text)) is not None:
        words = _without_tags(inline_tags(value["text"], pieces))
    return _TYPEDOC_LINK.sub(lambda m: pieces.code(m[1]), _light_html(words, pieces))


def _javadoc(text: str, pieces: Pieces) -> str:
    text = _PREFORMATTED.sub("\n\n", inline_tags(text, pieces))
    text = _CODE_TAG.sub(lambda m: pieces.code(_decoded(_TAG.sub("", m["text"]))), _without_tags(text))
    return _AFTER_A_BREAK.sub("", _TAG.sub(_gap, text))


def _java_markdown(text: str, pieces: Pieces) -> str:
    """Markdown in which the tags of Javadoc stand, too."""
    return _markdown(inline_tags(text, pieces), pieces)


def _scaladoc(text: str, pieces: Pieces) -> str:
    text = _WIKI_CODE.sub(lambda m: "\n\n" if "\n" in m[1].strip(" ") else pieces.code(m[1]), text)
    text = _WIKI_LINK.sub(lambda m: m["label"] or _wiki_target(m["target"], pieces), text)
    text = _WIKI_TITLE.sub("", _WIKI_QUOTES.sub("", text))
    return _light_html(_without_tags(text), pieces)


def _wiki_target(target: str, pieces: Pieces) -> str:
    return target if "://" in target else pieces.code(target.replace("#", ".").rstrip("$!"))


def _doxygen(text: str, pieces: Pieces) -> str:
    def word(found: re.Match[str]) -> str:
        if found["command"] in _CALLS:
            return pieces.code(found["word"] or "")
        return found["word"] or ""

    text = _LATER_COMMAND.sub("", _DOXYGEN_WORD.sub(word, _first_words(text)))
    return _light_html(_without_tags(text), pieces)


def _xml(text: str, pieces: Pieces) -> str:
    if _INHERITED.search(text) and not _XML_SUMMARY.search(text):
        return ""
    if found := next((each for each in _XML_SUMMARY.finditer(text) if each["text"].strip()), None):
        text = _CDATA.sub(lambda m: pieces.keep(m[1]), found["text"])
    elif text.lstrip().startswith("<"):
        return ""  # parameters, returns and the like without a summary
    text = _XML_BLOCK.sub("\n\n", _PREFORMATTED.sub("\n\n", text))
    text = _XML_CODE.sub(lambda m: pieces.code(_decoded(m[1])), text)
    text = _XML_REFERENCE.sub(lambda m: _xml_reference(m, pieces), text)
    text = _SPANS.sub(lambda m: pieces.keep(m[0]), text)
    return _XML_TAG.sub(_gap, text)


def _xml_reference(found: re.Match[str], pieces: Pieces) -> str:
    if found["label"]:
        return found["label"].strip()
    target = found["target"]
    if found["kind"] == "href":
        return target
    generic = re.sub(r"`\d+", "", target)
    return pieces.code(re.sub(r"\{([^{}]*)\}", r"<\1>", generic))


def _rdoc(text: str, pieces: Pieces) -> str:
    text = rdoc.prose_of(_SPANS.sub(lambda m: "" if m["fence"] else pieces.keep(m[0]), text))
    if "@" in text:
        text = YARD_TAG.sub(lambda m: m[0] if m["word"] in ("overload", "return") else "", text)
    text = _RDOC_CODE.sub(lambda m: pieces.code(m["text"]), text)
    text = _RDOC_LABEL.sub(lambda m: m["label"] or m["word"], text)
    text = _RDOC_TARGET.sub(lambda m: pieces.code(m[1]), text)
    text = _YARD_LINK.sub(
        lambda m: m["label"] or (m["path"] or pieces.code((m["name"] or "").lstrip("#"))), text
    )
    return _RDOC_ESCAPE.sub("", _light_html(text, pieces))


def _light_html(text: str, pieces: Pieces) -> str:
    """Markdown without the few tags that people write in it; others are talked about, not used."""
    if "<" not in text:
        return text
    text = _CODE_TAG.sub(lambda m: pieces.code(_decoded(m["text"])), text)
    text = _BREAK.sub(lambda m: " " if m[0].lower().startswith("<br") else "\n\n", text)
    return _PAIRED.sub(lambda m: m["text"], text)


def _gap(found: re.Match[str]) -> str:
    """What stands in the place of a tag: the mark of an item, a blank line, a space, or nothing."""
    tag = (found["name"] or "").lower()
    if tag in _ITEMS:
        return "\n\n" if found[0].startswith("</") else "\n- "
    if tag in _INSIDE_ITEMS:
        return " "
    return "\n\n" if _BREAKING.fullmatch(tag) else ""


def _first_words(text: str) -> str:
    """The text without the tags that say what it is; a description behind other tags comes first."""
    text = _FILE_TAG.sub("", text)
    if (
        (found := _FIRST_TAG.search(text))
        and (later := _LATER_COMMAND.search(text))
        and later.start() < found.start()
    ):
        text = text[: later.start()] + text[found.end() :]
    return _FIRST_TAG.sub("", text)


def _without_tags(text: str) -> str:
    """The text up to the first line that begins with a tag (`@param`, `\\return`); what follows a tag that stands for
    itself (`@internal`) is text."""
    if "@" in text:
        text = _ALONE.sub("", text)
    return _LATER_TAG.sub("", _INHERITED.sub("", _first_words(text)))


def _link(found: re.Match[str], pieces: Pieces, defined: Collection[str] = ()) -> str:
    label = found["label"].strip()
    bare = label.removeprefix("\x00").removesuffix("\x00")
    if bare.isdigit() and bare != label:  # a code span
        return label
    if "\x00" in label and CODE_LIKE.fullmatch(named := pieces.restore(label).replace("`", "")):
        return pieces.code(named)
    if (found["target"] is not None or label.casefold() in defined) and not CODE_LIKE.fullmatch(label):
        return label
    return pieces.code(label) if CODE_LIKE.fullmatch(label) else found[0]


_READERS: dict[Markup, Callable[[str, Pieces], str]] = {
    "plain": _plain,
    "markdown": _markdown,
    "javadoc": _javadoc,
    "javadoc-markdown": _java_markdown,
    "jsdoc": _jsdoc,
    "doxygen": _doxygen,
    "scaladoc": _scaladoc,
}
