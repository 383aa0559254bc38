"""C and C++: single declarations: functions, variables, fields, aliases, macros."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.c_ahead import exports
from repodoc_hooks.analysis.languages.c_declarators import (
    end_of_head,
    is_deduction_guide,
    name_of,
    storage,
)
from repodoc_hooks.analysis.languages.c_macros import macros, skeleton
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_REMARK = expression(r"(?:\A|\s)//.*\Z")
_SHORT_VALUE = 60


class Scope(Struct, frozen=True):
    """Where a declaration stands: in which class, visible or not, in a header or not, in a namespace for nobody."""

    header: bool
    owner: str = ""
    public: bool = True
    internal: bool = False


class Place(Struct, frozen=True):
    """A declaration: its node, the template around it (else the node itself), what is said of it, where it stands."""

    node: Node
    whole: Node
    doc: str
    scope: Scope


class Declarations:
    """Reads declarations that hold no others."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc=source.leading_comment)
        self._macros = macros(source.data).spans
        self._exports = exports(skeleton(source.data))

    def _define(
        self, place: Place, name: str, kind: str, signature: str, *, public: bool, value: str = ""
    ) -> None:
        public = public and self._is_exported(place.whole.start_byte)
        node = place.node if kind in ("property", "variable", "macro") else place.whole
        self.out.definitions.append(
            Definition(name, kind, node, signature, place.doc, public, value, place.scope.internal)
        )

    def _is_exported(self, position: int) -> bool:
        """Whether what stands at a byte is handed out: all but in a module, which says `export`."""
        return self._exports is None or any(start <= position < end for start, end in self._exports)

    def _name(self, node: Node) -> str:
        return squeeze(self.source.text(node.child_by_field_name("name")))

    def _text(self, start: int, end: int) -> str:
        """Source between two bytes on one line, without comments and without macros that the grammar was not shown."""
        pieces = []
        for first, last in self._macros[bisect_left(self._macros, (start, 0)) :]:
            if first >= end:
                break
            pieces.append(self.source.slice(start, first))
            start = max(start, min(last, end))
        return one_line(" ".join([*pieces, self.source.slice(start, end)]))

    def _signature(self, node: Node) -> str:
        return self._text(node.start_byte, node.end_byte)

    def _include(self, place: Place) -> None:
        path = place.node.child_by_field_name("path")
        if path is not None and path.type in ("string_literal", "system_lib_string"):
            kind = "quote" if path.type == "string_literal" else "angle"
            self.out.imports.append(Import(self.source.text(path).strip('"<>'), kind=kind))

    def _macro(self, place: Place) -> None:
        source, node = self.source, place.node
        value = node.child_by_field_name("value")
        if value is None and node.type == "preproc_def":
            return
        name, text = self._name(node), source.text(value).replace("\\\n", "\n")
        text = _REMARK.sub("", text) if '"' not in text else text
        head = f"#define {name}{source.text(node.child_by_field_name('parameters'))}"
        if node.type == "preproc_def" and len(text) <= _SHORT_VALUE:
            head += " " + text.strip()
        behind = [n for n in node.children if n.type == "comment"]
        if behind and not place.doc:
            place = replace(place, doc=source.documentation(behind))
        self._define(place, name, "macro", one_line(head), public=place.scope.header, value=squeeze(text))

    def _function(self, place: Place) -> None:
        source, node, scope = self.source, place.node, place.scope
        name, function = name_of(source, node.child_by_field_name("declarator"))
        if not name or not function:
            return
        end = end_of_head(node)
        stop = end.start_byte if end is not None else node.end_byte
        signature = self._text(place.whole.start_byte, stop)
        before, operator, behind = name.partition("operator")
        if "::" in before or ("::" in name and not operator):
            before = before if operator else name
            owner, _, last = before.rpartition("::")
            name = f"{owner.rpartition('::')[2].split('<')[0]}.{last}{operator}{behind}"
            self._define(place, name, "method", signature, public=False)
            return
        hidden = "static" in storage(source, node) and not scope.owner and not scope.header
        shown = scope.public and not hidden and (scope.header or not scope.owner)
        kind = "method" if scope.owner else "function"
        self._define(place, scope.owner + name, kind, signature, public=shown)

    def _prototype(self, place: Place, name: str, classes: set[str]) -> None:
        scope = place.scope
        if not (scope.owner or scope.header) or is_deduction_guide(place.node):
            return
        kind = "method" if scope.owner else "function"
        shown = scope.public and scope.header and ("static" not in classes or bool(scope.owner))
        self._define(place, scope.owner + name, kind, self._signature(place.whole), public=shown)

    def _field(self, place: Place, name: str, classes: set[str], declarator: Node) -> None:
        source, node, scope = self.source, place.node, place.scope
        fixed = "constexpr" in classes or b"const" in source.data[node.start_byte : node.end_byte]
        kind = "constant" if "static" in classes and fixed else "property"
        shown = scope.public and scope.header
        several = node.children_by_field_name("declarator")
        text = self._signature(node)
        if len(several) > 1:
            ends = [each.start_byte for each in several[1:]] + [node.end_byte]
            text = self._one_of(node.start_byte, several, declarator, ends[several.index(declarator)])
        self._define(place, scope.owner + name, kind, text, public=shown)

    def _one_of(self, start: int, several: list[Node], declarator: Node, stop: int) -> str:
        """The declaration of one of several names, up to `stop`, as if it stood alone."""
        head = self._text(start, several[0].start_byte)
        return one_line(f"{head} {self._text(declarator.start_byte, stop)}").rstrip(",;").rstrip()

    def _variable(self, place: Place, name: str, classes: set[str], declarator: Node) -> None:
        node, scope = place.node, place.scope
        value = declarator.child_by_field_name("value") if declarator.type == "init_declarator" else None
        stop = value.start_byte if value is not None else node.end_byte
        fixed = scope.header and (
            b"const" in self.source.data[node.start_byte : stop] or "constexpr" in classes
        )
        mine = "static" in classes and not fixed
        shown = scope.public and not mine and (scope.header or "extern" not in classes)
        several = node.children_by_field_name("declarator")
        stop = min(stop, declarator.end_byte) if len(several) > 1 else stop
        text = self._one_of(place.whole.start_byte, several, declarator, stop)
        self._define(place, name, "variable", text, public=shown)

    def _alias(self, place: Place) -> None:
        scope = place.scope
        shown = scope.public and scope.header
        signature = self._signature(place.whole)
        self._define(place, scope.owner + self._name(place.node), "type", signature, public=shown)

    def _using(self, place: Place) -> None:
        if place.scope.header and place.scope.public:
            self.out.interface.append(place.scope.owner + squeeze(self.source.text(place.node)))
