"""C and C++: the declarations of a file.

Headers offer what they declare, sources their functions that are not `static`. Definitions of members outside their
class (`void C::f() {}`) are implementation: the class says what is public. What stands in a namespace called `detail`
or the like is public to the compiler and internal to people.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.c_ahead import exports
from repodoc_hooks.analysis.languages.c_declarators import (
    body_start,
    end_of_head,
    is_body,
    is_deduction_guide,
    is_pointer_to_function,
    is_prototype,
    name_of,
    storage,
)
from repodoc_hooks.analysis.languages.c_macros import macros, skeleton
from repodoc_hooks.analysis.languages.c_text import is_header
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.text import decode, squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

TYPES = {
    "class_specifier": "class",
    "struct_specifier": "struct",
    "union_specifier": "struct",
    "enum_specifier": "enum",
}
_INTERNAL = expression(
    r"(?:\w*_)?(?:details?|internals?|impl|implementation|priv|private)_*(?:v\d+)?", re.IGNORECASE
)
_REMARK = expression(r"(?:\A|\s)//.*\Z")
_INLINE = expression(r"\binline\s+")
_LISTS = expression(r"^[ \t]*#[ \t]*define[ \t]+(\w+)(?=[ \t]+\\?\s*\w+[ \t]*\()", re.MULTILINE)
"""Macros that are lists of calls, which an enumeration may consist of."""
_CONDITIONALS = frozenset(
    {
        "preproc_if",
        "preproc_ifdef",
        "preproc_else",
        "preproc_elif",
        "preproc_elifdef",
        "declaration_list",
        "ERROR",
    }
)
_SHORT_VALUE = 60


class _Scope(Struct, frozen=True):
    """Where a declaration stands: in which class, visible or not, in a header or not, in a namespace for nobody."""

    header: bool
    owner: str = ""
    public: bool = True
    internal: bool = False


class _Place(Struct, frozen=True):
    """A declaration: its node, the template around it (else the node itself), what is said of it, where it stands."""

    node: Node
    whole: Node
    doc: str
    scope: _Scope


def outline(source: Source) -> Outline:
    """The outline of a file."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc=source.leading_comment)
        self._macros = macros(source.data)
        self._lists = _LISTS.findall(decode(source.data)) if b"enum" in source.data else []
        self._exports = exports(skeleton(source.data))
        self._kinds: dict[str, Callable[[_Place], None]] = {
            "preproc_include": self._include,
            "preproc_def": self._macro,
            "preproc_function_def": self._macro,
            "namespace_definition": self._namespace,
            "linkage_specification": self._linkage,
            "template_declaration": self._template,
            "function_definition": self._function,
            "declaration": self._declaration,
            "field_declaration": self._declaration,
            "type_definition": self._typedef,
            "alias_declaration": self._alias,
            "concept_definition": self._alias,
            "using_declaration": self._using,
            **dict.fromkeys(TYPES, self._type),
            **dict.fromkeys(_CONDITIONALS, self._inside),
        }

    def read(self) -> Outline:
        scope = _Scope(self._exports is not None or is_header(self.source.data))
        self._all(self.source.root, scope)
        return self.out

    def _all(self, parent: Node, scope: _Scope) -> None:
        for node, doc in self.source.members(parent):
            self._one(_Place(node, node, doc, scope))

    def _one(self, place: _Place) -> None:
        read = self._kinds.get(place.node.type)
        if read is not None:
            read(place)

    def _define(
        self, place: _Place, name: str, kind: str, signature: str, *, public: bool, value: str = ""
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

    # what holds declarations

    def _inside(self, place: _Place) -> None:
        self._all(place.node, place.scope)

    def _namespace(self, place: _Place) -> None:
        node, scope = place.node, place.scope
        name = _INLINE.sub("", self._name(node))
        body = node.child_by_field_name("body")
        if not self.out.package and name:
            self.out.package = name.replace("::", ".")
        if body is None:
            return
        if not name:
            scope = replace(scope, public=False)
        elif any(_INTERNAL.fullmatch(part) for part in name.split("::")):
            scope = replace(scope, internal=True)
        self._all(body, scope)

    def _linkage(self, place: _Place) -> None:
        body = place.node.child_by_field_name("body")
        if body is not None and body.type == "declaration_list":
            self._all(body, place.scope)
        elif body is not None:
            self._one(_Place(body, place.node, place.doc, place.scope))

    def _template(self, place: _Place) -> None:
        for inner in place.node.named_children:
            if inner.type not in ("template_parameter_list", "requires_clause"):
                self._one(replace(place, node=inner))

    # preprocessor

    def _include(self, place: _Place) -> None:
        path = place.node.child_by_field_name("path")
        if path is not None and path.type in ("string_literal", "system_lib_string"):
            kind = "quote" if path.type == "string_literal" else "angle"
            self.out.imports.append(Import(self.source.text(path).strip('"<>'), kind=kind))

    def _macro(self, place: _Place) -> None:
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

    # functions, variables, fields

    def _function(self, place: _Place) -> None:
        source, node, scope = self.source, place.node, place.scope
        name, function = name_of(source, node.child_by_field_name("declarator"))
        if not name or not function:
            return
        end = end_of_head(node)
        stop = end.start_byte if end is not None else node.end_byte
        signature = self._text(place.whole.start_byte, stop)
        if "::" in name:
            name = name.rsplit("::", 2)[-2].split("<")[0] + "." + name.rsplit("::", 1)[-1]
            self._define(place, name, "method", signature, public=False)
            return
        hidden = "static" in storage(source, node) and not scope.owner and not scope.header
        shown = scope.public and not hidden and (scope.header or not scope.owner)
        kind = "method" if scope.owner else "function"
        self._define(place, scope.owner + name, kind, signature, public=shown)

    def _declaration(self, place: _Place) -> None:
        """Prototypes, variables, fields; and the type that a declaration may define on the way."""
        source, node = self.source, place.node
        kind = node.child_by_field_name("type")
        declarators = node.children_by_field_name("declarator")
        if kind is not None and kind.type in TYPES and is_body(kind):
            self._type(replace(place, node=kind, whole=kind))
            self._unnamed(kind, place.scope, [name_of(source, each)[0] for each in declarators])
        classes = storage(source, node)
        for declarator in declarators:
            name, function = name_of(source, declarator)
            if not name or "::" in name:
                continue
            if (function and not is_pointer_to_function(declarator)) or is_prototype(declarator):
                self._prototype(place, name, classes)
            elif place.scope.owner:
                self._field(place, name, classes, declarator)
            else:
                self._variable(place, name, classes, declarator)

    def _prototype(self, place: _Place, name: str, classes: set[str]) -> None:
        scope = place.scope
        if not (scope.owner or scope.header) or is_deduction_guide(place.node):
            return
        kind = "method" if scope.owner else "function"
        shown = scope.public and scope.header and ("static" not in classes or bool(scope.owner))
        self._define(place, scope.owner + name, kind, self._signature(place.whole), public=shown)

    def _field(self, place: _Place, name: str, classes: set[str], declarator: Node) -> None:
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

    def _variable(self, place: _Place, name: str, classes: set[str], declarator: Node) -> None:
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

    # types

    def _typedef(self, place: _Place) -> None:
        source, node, scope = self.source, place.node, place.scope
        inner = node.child_by_field_name("type")
        declarators = {name_of(source, d)[0]: d for d in node.children_by_field_name("declarator")}
        names = [*declarators]
        defines = inner is not None and is_body(inner)
        if inner is not None and inner.type in TYPES and defines:
            own = self._name(inner)
            self._typed(replace(place, node=inner, whole=node), own or (names[0] if names else ""))
            names = [n for n in names if n != own] if own else []
        for name in filter(None, names):
            head = self._signature(node)
            if inner is not None and defines:
                head = f"typedef {self._text(inner.start_byte, body_start(inner))} {self._signature(declarators[name])}"
            self._define(place, scope.owner + name, "type", head, public=scope.public and scope.header)

    def _alias(self, place: _Place) -> None:
        scope = place.scope
        shown = scope.public and scope.header
        signature = self._signature(place.whole)
        self._define(place, scope.owner + self._name(place.node), "type", signature, public=shown)

    def _using(self, place: _Place) -> None:
        if place.scope.header and place.scope.public:
            self.out.interface.append(place.scope.owner + squeeze(self.source.text(place.node)))

    def _type(self, place: _Place) -> None:
        self._typed(place, self._name(place.node))

    def _typed(self, place: _Place, label: str) -> None:
        """A class, struct, union or enumeration under a name; one without a body is only announced."""
        node, scope = place.node, place.scope
        body = node.child_by_field_name("body")
        kind = TYPES[node.type]
        shown = scope.public and scope.header
        if body is None:
            return
        if not label:
            if kind == "enum":
                self._enumerators(body, scope, public=shown)
            return
        head = self._text(place.whole.start_byte, body.start_byte)
        if place.whole.type == "type_definition" and node.child_by_field_name("name") is None:
            head = f"{head} {label}"
        name = scope.owner + _dotted(label)
        self._define(place, name, kind, head, public=shown)
        inner = replace(scope, owner=name + ".")
        if kind == "enum":
            self._enumerators(body, inner, public=shown)
        else:
            self._members(body, replace(inner, public=shown and kind != "class"), visible=shown)

    def _unnamed(self, node: Node, scope: _Scope, fields: list[str]) -> None:
        """Members of a type without a name inside another one: those of its fields, or of the type around it."""
        body = node.child_by_field_name("body")
        if body is None or not scope.owner or node.type == "enum_specifier" or self._name(node):
            return
        for owner in [f"{scope.owner}{field}." for field in fields if field] or [scope.owner]:
            self._members(body, replace(scope, owner=owner), visible=scope.public)

    def _enumerators(self, body: Node, scope: _Scope, *, public: bool) -> None:
        for node, doc in self.source.members(body):
            place = _Place(node, node, doc, scope)
            if node.type == "enumerator" and self._name(node) not in self._lists:
                name = scope.owner + self._name(node)
                self._define(place, name, "constant", self._signature(node), public=public)
            elif node.type in _CONDITIONALS:
                self._enumerators(node, scope, public=public)

    def _members(self, body: Node, scope: _Scope, *, visible: bool) -> _Scope:
        """Members of a class body; the access in force moves with every `public:`."""
        for node, doc in self.source.members(body):
            if node.type == "access_specifier":
                scope = replace(scope, public=visible and not self.source.text(node).startswith("private"))
            elif node.type in _CONDITIONALS:
                scope = self._members(node, scope, visible=visible)
            elif node.type != "friend_declaration":
                self._one(_Place(node, node, doc, scope))
        return scope


def _dotted(label: str) -> str:
    """`a::B<c::D>` as `a.B<c::D>`."""
    head, bracket, arguments = label.partition("<")
    return head.replace("::", ".") + bracket + arguments
