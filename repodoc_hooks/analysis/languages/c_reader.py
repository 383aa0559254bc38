"""C and C++: the declarations of a file.

Headers offer what they declare, sources their functions that are not `static`. Definitions of members outside their
class (`void C::f() {}`) are implementation: the class says what is public. What stands in a namespace called `detail`
or the like is public to the compiler and internal to people.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Standing, Unmade
from repodoc_hooks.analysis.languages.c_declarations import Declarations, Place, Scope
from repodoc_hooks.analysis.languages.c_declarators import (
    body_start,
    dotted,
    is_body,
    is_call,
    is_pointer_to_function,
    is_private,
    is_prototype,
    macro_name,
    name_of,
    names_only_a_type,
    storage,
)
from repodoc_hooks.analysis.languages.c_expansion import called, expanded, known_at
from repodoc_hooks.analysis.languages.c_macros import macros, skeleton
from repodoc_hooks.analysis.languages.c_made import (
    around,
    is_mark,
    is_nothing,
    is_whole,
    needs_making,
    values,
)
from repodoc_hooks.analysis.languages.c_text import is_header
from repodoc_hooks.analysis.languages.c_words import Span
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.reading import source_of
from repodoc_hooks.analysis.languages.text import decode
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
_INLINE = expression(r"\binline\s+")
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


def outline(source: Source) -> Outline:
    """The outline of a file."""
    return _Reader(source).read()


class _Reader(Declarations):
    def __init__(self, source: Source, *, whole: bool = True) -> None:
        """Reads a `whole` file, else what macros make."""
        super().__init__(source)
        self._standing = macros(source.data).standing if whole else ()
        self._whole = whole
        self._kinds: dict[str, Callable[[Place], None]] = {
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
            "expression_statement": self._statement,
            **dict.fromkeys(TYPES, self._type),
            **dict.fromkeys(_CONDITIONALS, self._inside),
        }

    def read(self) -> Outline:
        scope = Scope(self._exports is not None or is_header(self.source.data, skeleton(self.source.data)))
        self._all(self.source.root, scope)
        return self.out

    def _all(self, parent: Node, scope: Scope) -> None:
        for node, doc in self._parts(parent):
            if isinstance(node, tuple):
                self._call(node, parent, scope, doc)
            else:
                self._one(Place(node, node, doc, scope))

    def _parts(self, parent: Node) -> Iterator[tuple[Node | Span, str]]:
        """What stands in a node with the documentation of each, calls of macros that may make something in between."""
        if not self._standing:
            yield from self.source.members(parent)
            return
        done = parent.start_byte
        for node, doc in self.source.members(parent):
            for span in self._between(done, node.start_byte):
                own = self.source.documentation_before(span[0])
                yield span, own
                done = span[1]
                if own == doc and not self.source.has_comment(span[1], node.start_byte):
                    doc = doc if is_mark(self.source.data, span) else ""
            yield node, doc
            done = max(done, node.end_byte)
        for span in self._between(done, parent.end_byte):
            yield span, self.source.documentation_before(span[0])

    def _between(self, start: int, end: int) -> Sequence[Span]:
        first = bisect_left(self._standing, (start, 0))
        return self._standing[first : bisect_left(self._standing, (end, 0))]

    def _one(self, place: Place) -> None:
        read = self._kinds.get(place.node.type)
        if read is not None:
            read(place)

    # what holds declarations

    def _inside(self, place: Place) -> None:
        self._all(place.node, place.scope)

    def _namespace(self, place: Place) -> None:
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

    def _linkage(self, place: Place) -> None:
        body = place.node.child_by_field_name("body")
        if body is not None and body.type == "declaration_list":
            self._all(body, place.scope)
        elif body is not None:
            self._one(Place(body, place.node, place.doc, place.scope))

    def _template(self, place: Place) -> None:
        for inner in place.node.named_children:
            if inner.type not in ("template_parameter_list", "requires_clause"):
                self._one(replace(place, node=inner))

    # what macros make

    def _call(self, span: Span, parent: Node, scope: Scope, doc: str, kind: Standing = "items") -> Scope:
        """Read what a macro makes as if it stood here; where that is not known, say so."""
        data = self.source.data
        text = data[slice(*span)]
        known = known_at(data, span[0])
        if called(text) not in known:
            if b"(" in text or kind == "members":
                self._leave(span, scope, kind, doc)
            return scope
        made = expanded(text, known)
        if made is not None and (is_nothing(made) or not is_whole(made)):
            return scope
        reader = reader_of(self.source.grammar, kind, scope.owner, made) if made is not None else None
        if reader is None:
            self._leave(span, scope, kind, doc)
            return scope
        if reader.is_lacking(kind):
            self._leave(span, scope, kind, doc)
        if kind == "members":
            scope = reader._members(_list_of(reader.source.root), scope, visible=True)
        else:
            reader._all(reader.source.root, scope)
        self._take(reader, parent, doc)
        return scope

    def _statement(self, place: Place) -> None:
        """A call where declarations stand is one of a macro, however it is spelled: `DECLARE_bool_(x);`."""
        if is_call(place.node) and not place.scope.owner:
            self._call((place.node.start_byte, place.node.end_byte), place.node, place.scope, place.doc)

    def is_lacking(self, kind: Standing) -> bool:
        """Whether macros of other files have a part in what was read."""
        data = self.source.data
        return any(kind == "members" or b"(" in data[slice(*span)] for span in macros(data).standing)

    def _leave(
        self, span: Span, scope: Scope, kind: Standing, doc: str = "", after: str | None = None
    ) -> None:
        """Leave it to the macros of other files what stands here."""
        if scope.header and scope.public and self._whole:
            data = self.source.data
            first, last = (data.count(b"\n", 0, position) + 1 for position in (span[0], span[1] - 1))
            text = decode(data[slice(*span)])
            after = self._last if after is None else after
            left = Unmade(kind, text, span, (first, last), scope.owner, after, scope.internal, doc)
            self.out.unmade.append(left)

    @property
    def _last(self) -> str:
        return self.out.definitions[-1].name if self.out.definitions else ""

    def _take(self, reader: _Reader, node: Node, doc: str = "") -> None:
        """Take over what another reader has read of what macros make in a node."""
        for d in reader.out.definitions:
            d.digest = d.digest or reader.source.digest(d.node)
            d.node, d.doc, doc = node, d.doc or doc, ""
        self.out.definitions += reader.out.definitions
        self.out.interface += reader.out.interface

    # types

    def _declaration(self, place: Place) -> None:
        """Prototypes, variables, fields; and the type that a declaration may define on the way."""
        source, node = self.source, place.node
        kind = node.child_by_field_name("type")
        declarators = node.children_by_field_name("declarator")
        if kind is not None and kind.type in TYPES and is_body(kind):
            self._type(replace(place, node=kind, whole=kind))
            names = [macro_name(source, each) or name_of(source, each)[0] for each in declarators]
            self._unnamed(kind, place.scope, names)
        classes = storage(source, node)
        for declarator in declarators:
            name, function = name_of(source, declarator)
            if not name or "::" in name.partition("operator")[0]:
                continue
            if (
                function
                and place.scope.owner
                and source.grammar.name == "c"
                and not is_pointer_to_function(declarator)
            ):
                self._named_by_macro(place, declarator, classes)
            elif (function and not is_pointer_to_function(declarator)) or is_prototype(declarator):
                self._prototype(place, name, classes)
            elif place.scope.owner:
                self._field(place, name, classes, declarator)
            else:
                self._variable(place, name, classes, declarator)

    def _named_by_macro(self, place: Place, declarator: Node, classes: set[str]) -> None:
        """A field whose name a macro makes: `int PRIVATE(state);`. No other field of C reads like a function."""
        named = macro_name(self.source, declarator)
        if named:
            self._field(place, named, classes, declarator)
        else:
            self.out.unread.append(place.node)

    def _typedef(self, place: Place) -> None:
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

    def _type(self, place: Place) -> None:
        self._typed(place, self._name(place.node))

    def _typed(self, place: Place, label: str) -> None:
        """A class, struct, union or enumeration under a name; one without a body is only announced."""
        node, scope = place.node, place.scope
        body = node.child_by_field_name("body")
        kind = TYPES[node.type]
        shown = scope.public and scope.header
        if body is None:
            return
        if not label:
            if kind == "enum":
                self._enumeration(body, scope, public=shown)
            return
        head = self._text(place.whole.start_byte, body.start_byte)
        if place.whole.type == "type_definition" and node.child_by_field_name("name") is None:
            head = f"{head} {label}"
        name = scope.owner + dotted(label)
        self._define(place, name, kind, head, public=shown)
        inner = replace(scope, owner=name + ".")
        if kind == "enum":
            self._enumeration(body, inner, public=shown)
        else:
            self._members(body, replace(inner, public=shown and kind != "class"), visible=shown)

    def _unnamed(self, node: Node, scope: Scope, fields: list[str]) -> None:
        """Members of a type without a name inside another one: those of its fields, or of the type around it."""
        body = node.child_by_field_name("body")
        if body is None or not scope.owner or node.type == "enum_specifier" or self._name(node):
            return
        for owner in [f"{scope.owner}{field}." for field in fields if field] or [scope.owner]:
            self._members(body, replace(scope, owner=owner), visible=scope.public)

    def _enumeration(self, body: Node, scope: Scope, *, public: bool) -> None:
        """The values of an enumeration, those among them that macros make."""
        span = body.start_byte, body.end_byte
        data, after = self.source.data, self._last
        if self._whole and needs_making(data, span):
            text, missed = values(data, span, partial(known_at, data))
            reader = reader_of(self.source.grammar, "values", scope.owner, text)
            if reader is not None:
                reader._enumerators(_list_of(reader.source.root), scope, public=public)
                self._take(reader, body)
            if reader is None or missed:
                self._leave(span, replace(scope, public=public), "values", after=after)
            if reader is not None:
                return
        self._enumerators(body, scope, public=public)

    def _enumerators(self, body: Node, scope: Scope, *, public: bool) -> None:
        for node, doc in self.source.members(body):
            place = Place(node, node, doc, scope)
            if node.type == "enumerator":
                name = scope.owner + self._name(node)
                self._define(place, name, "constant", self._signature(node), public=public)
            elif node.type in _CONDITIONALS:
                self._enumerators(node, scope, public=public)

    def _members(self, body: Node, scope: Scope, *, visible: bool) -> Scope:
        """Members of a class body; the access in force moves with every `public:`."""
        for node, doc in self._parts(body):
            if isinstance(node, tuple) or names_only_a_type(node):
                span = node if isinstance(node, tuple) else (node.start_byte, node.end_byte)
                scope = self._call(span, body, scope, doc, "members")
            elif node.type == "access_specifier":
                scope = replace(scope, public=visible and not is_private(self.source, node))
            elif node.type in _CONDITIONALS:
                scope = self._members(node, scope, visible=visible)
            elif node.type != "friend_declaration":
                self._one(Place(node, node, doc, scope))
        return scope


def reader_of(grammar: Grammar, kind: Standing, owner: str, made: bytes) -> _Reader | None:
    """A reader of what macros make in a class, an enumeration (`owner`, with a dot behind) or a file; None for what is
    no declaration."""
    name = owner.rstrip(".").rpartition(".")[2].partition("<")[0]
    source = source_of(grammar, around(kind, name.encode() or b"x", made))
    return None if source.root.has_error else _Reader(source, whole=False)


def made_definitions(grammar: Grammar, left: Unmade, made: bytes) -> list[Definition] | None:
    """The definitions in what a file leaves to macros; None for what is no declaration."""
    reader = reader_of(grammar, left.kind, left.owner, made)
    if reader is None:
        return None
    scope = Scope(header=True, owner=left.owner, internal=left.internal)
    root = reader.source.root
    if left.kind == "values":
        reader._enumerators(_list_of(root), scope, public=True)
    elif left.kind == "members":
        reader._members(_list_of(root), scope, visible=True)
    else:
        reader._all(root, scope)
    for d in reader.out.definitions:
        d.digest = d.digest or reader.source.digest(d.node)
    if reader.out.definitions:
        first = reader.out.definitions[0]
        first.doc = first.doc or left.documentation
    return reader.out.definitions


def _list_of(root: Node) -> Node:
    """The members of the only class, or the values of the only enumeration, of a text."""
    body = root.named_children[0].child_by_field_name("body")
    assert body is not None
    return body
