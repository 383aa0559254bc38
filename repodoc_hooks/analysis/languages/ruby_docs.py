"""Ruby: what comments declare (`@!method`, `@!attribute`, `:method:`), typed forms (`@overload`), and what they tell.

YARD's tags and directives each take the indented lines below them; what is left is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from repodoc_hooks.analysis.languages import recovery
from repodoc_hooks.analysis.languages.comments import strip_comment
from repodoc_hooks.analysis.languages.markup import YARD_TAG
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.ruby_calls import Scope
from repodoc_hooks.analysis.languages.text import digest, squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_GHOST = expression(
    r"^:(?P<word>(?:singleton-)?method|attr|attr_reader|attr_writer|attr_accessor):[ \t]*(?P<name>[^\s(]+)(?P<text>.*)",
    re.MULTILINE | re.DOTALL,
)
_SEE = expression(r"\(see (?P<owner>[A-Z][\w:]*)?[#.]?(?P<name>[\w?!=]+)\)")
_NAMED_BY = {"class": "name", "module": "name", "assignment": "left"}
_CODE = b"@!parse"
_MARKS = (b"method", b"@!attribute", b"@attribute", b":attr")
_METHODS, _ATTRIBUTES = ("!method", "method"), ("!attribute", "attribute")
"""Directives; the forms without a mark are old ones."""
_TOLD_FIELD = expression(
    r"^@attr(?P<mode>_reader|_writer)?[ \t]+(?:\[[^\]\n]*\][ \t]+)?(?P<name>[a-z_]\w*[?!]?)(?:[ \t]+\[[^\]\n]*\])?"
    r"(?P<text>[^\n]*(?:\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)
_SIGNED = expression(
    r"(?P<self>self\.)?(?P<name>[\w?!]+=?|\[\]=?|[+\-*/%<>=!~^&|]+)\s*(?P<parameters>\([^\n]*\))?"
)
_ATTRIBUTE = expression(r"\[(?P<mode>\w+)\]\s*")
_LINE = expression(r"^[ \t]*#+[ \t]?", re.MULTILINE)
_OF_THE_CLASS = expression(r"^@!?scope[ \t]+class\b", re.MULTILINE)
_HIDDEN = expression(r"^@!visibility[ \t]+(?:private|protected)", re.MULTILINE)
_ACCESS = {"r": "attr_reader", "w": "attr_writer", "rw": "attr_accessor"}
_RETURN = expression(r"@return\b[ \t]*(?:\[[^\]\n]*\])?[ \t]*(?P<text>\S[^\n]*)")


class Told(Struct, frozen=True):
    """What a documentation says: prose, and the typed forms of a method, each with its own prose."""

    text: str
    forms: tuple[tuple[str, str], ...] = ()


def told(doc: str) -> Told:
    """A documentation without tags and directives; one that says only what is returned says that."""
    if "@" not in doc:
        return Told(doc)
    forms = tuple(
        (form, _prose(dedented(tag["text"])))
        for tag in YARD_TAG.finditer(doc)
        if tag["word"] == "overload" and (form := tag["head"].strip())
    )
    text = _prose(doc)
    if not text and (result := _RETURN.search(doc)) is not None:
        text = f"Returns {result['text']}" if result["text"][:1] not in "`[{(" else ""
    return Told(text, forms)


def _prose(doc: str) -> str:
    return YARD_TAG.sub("", doc).strip()


def dedented(text: str) -> str:
    """Lines without the indentation of the first."""
    lines = text.strip("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "\n".join(line[min(margin, len(line) - len(line.lstrip())) :] for line in lines).strip()


def overloads(definition: Definition, forms: Sequence[tuple[str, str]]) -> list[Definition]:
    """A method by its typed forms; the first has the words of the method where it has none."""
    if not forms:
        return [definition]
    found = []
    for form, doc in forms:
        signed = _SIGNED.match(form)
        if signed is None:
            return [definition]
        owner = "self." if " self." in definition.signature else ""
        text = f"def {owner}{signed['name']}{signed['parameters'] or ''}"
        found.append(
            Definition(
                definition.name,
                definition.kind,
                definition.node,
                text,
                doc,
                definition.public,
                internal=definition.internal,
            )
        )
    if definition.doc and not any(each.doc for each in found):
        found[0].doc = definition.doc
    return found


def declared_in_comments(
    source: Source, body: Node, lead: Sequence[Node], scope: Scope
) -> Iterator[Definition]:
    """Methods and attributes that only comments of a body declare."""
    if not any(mark in source.data for mark in _MARKS):
        return
    for block, below in _blocks([*lead, *recovery.children(body)]):
        text = _LINE.sub("", "\n".join(map(source.raw, block)))
        of = _directed_at(source, below, scope)
        yield from declared_by(text, block[0], of, scope)
        if ghost := _GHOST.search(text):
            doc = strip_comment([commented(ghost["text"])], "rdoc")
            is_attribute = ghost["word"].startswith("attr")
            owner = "self." if ghost["word"].startswith("singleton") else ""
            signature = f"{ghost['word']} :{ghost['name']}" if is_attribute else f"def {owner}{ghost['name']}"
            kind = "property" if is_attribute else "method"
            yield Definition(
                scope.prefix + ghost["name"],
                kind,
                block[0],
                signature,
                doc,
                scope.public,
                internal=scope.internal,
            )


def declared_by(text: str, node: Node, prefix: str, scope: Scope) -> Iterator[Definition]:
    """The methods and attributes that directives in the text of a comment declare."""
    for tag in YARD_TAG.finditer(text):
        is_method = tag["word"] in _METHODS
        if not is_method and tag["word"] not in _ATTRIBUTES:
            continue
        head = tag["head"].strip()
        if is_method and (scope.singleton or _OF_THE_CLASS.search(text)):
            head = f"self.{head.removeprefix('self.')}"
        internal = scope.internal or bool(_HIDDEN.search(text, 0, tag.start()))
        words = dedented(tag["text"]) or text  # text that is not indented is that of the whole comment
        found = told(strip_comment([commented(words)], "rdoc"))
        for name, kind, signature in _directive(is_method, head):
            one = Definition(
                prefix + name, kind, node, signature, found.text, scope.public, internal=internal
            )
            yield from overloads(one, found.forms) if is_method else (one,)


def fields_told(comment: str, node: Node, scope: Scope) -> Iterator[Definition]:
    """The attributes that the comment of a class tells of: `@attr name [Type] what it is`."""
    for tag in _TOLD_FIELD.finditer(comment):
        text = f"{_ACCESS[(tag['mode'] or '_rw')[1:].replace('reader', 'r').replace('writer', 'w')]} :{tag['name']}"
        doc = strip_comment([commented(tag["text"].strip())], "rdoc")
        yield Definition(
            scope.prefix + tag["name"], "property", node, text, doc, scope.public, digest=digest(text)
        )


def _directed_at(source: Source, below: Node | None, scope: Scope) -> str:
    """What directives of a comment declare something of: the class or module below it, else that around it."""
    field = _NAMED_BY.get(below.type) if below is not None else None
    name = below.child_by_field_name(field) if below is not None and field is not None else None
    if name is None or name.type not in ("constant", "scope_resolution"):
        return scope.prefix
    return f"{scope.prefix}{squeeze(source.text(name)).replace('::', '.')}."


def code_in_comments(source: Source, body: Node, lead: Sequence[Node]) -> Iterator[tuple[Node, str]]:
    """Ruby that comments of a body give YARD to read (`@!parse`), each with its comment."""
    if _CODE not in source.data:
        return
    for block, _ in _blocks([*lead, *recovery.children(body)]):
        text = _LINE.sub("", "\n".join(map(source.raw, block)))
        for tag in YARD_TAG.finditer(text):
            if tag["word"] == "!parse" and (
                code := f"{tag['head'].strip()}\n{dedented(tag['text'])}".strip()
            ):
                yield block[0], code


def describe(out: Outline, parsed: Sequence[Definition]) -> None:
    """Give definitions without documentation that of what they name, or of code in comments; what is declared in such
    code alone is a definition."""
    known = {d.name: d for d in out.definitions}
    for d in parsed:
        own = known.get(d.name)
        if own is None:
            known[d.name] = d
            out.definitions.append(d)
        elif not own.doc:
            own.doc = d.doc
    members = [d for d in out.definitions if d.kind in ("method", "property")]
    documented = {d.name: d.doc for d in members if d.doc and not _SEE.fullmatch(d.doc)}
    for d in out.definitions:
        if found := _SEE.fullmatch(d.doc):
            owner = (found["owner"] or "").replace("::", ".")
            places = (f"{owner}.{found['name']}", f"{d.name.rpartition('.')[0]}.{found['name']}".lstrip("."))
            d.doc = next((documented[place] for place in places if place in documented), "")
        if not d.doc and d.signature.startswith("alias "):
            old = d.signature.rpartition(" ")[2].removeprefix("self.")
            d.doc = documented.get(d.name.rpartition(".")[0] + "." + old, "")


def commented(text: str) -> str:
    """Lines as a comment of Ruby."""
    return "\n".join(f"# {line}" for line in text.strip("\n").split("\n"))


def _blocks(nodes: Sequence[Node]) -> Iterator[tuple[list[Node], Node | None]]:
    """Comments that stand on lines below each other, and what stands on the line below them."""
    block: list[Node] = []
    for node in nodes:
        if node.type != "comment" or (block and node.start_point[0] > block[-1].end_point[0] + 1):
            if block:
                yield block, node if node.start_point[0] == block[-1].end_point[0] + 1 else None
            block = []
        if node.type == "comment":
            block.append(node)
    if block:
        yield block, None


def _directive(is_method: bool, head: str) -> Iterator[tuple[str, str, str]]:
    """Name, kind and signature of what a directive declares; `[attach]` belongs to macros."""
    mode = _ATTRIBUTE.match(head)
    if not is_method:
        name = head[mode.end() :] if mode is not None else head
        if name:
            access = _ACCESS.get(mode["mode"] if mode is not None else "rw", "attr_accessor")
            yield name.split()[0], "property", f"{access} :{name.split()[0]}"
    elif (signed := _SIGNED.match(head)) is not None and mode is None:
        owner = signed["self"] or ""
        yield signed["name"], "method", f"def {owner}{signed['name']}{signed['parameters'] or ''}"
