"""Definitions of JavaScript and TypeScript: signatures and members of what a module declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.languages.comments import CUT, one_line
from repodoc_hooks.analysis.languages.outline import Definition
from repodoc_hooks.analysis.languages.text import digest, squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

KINDS = {
    "function_declaration": "function",
    "generator_function_declaration": "function",
    "function_signature": "function",
    "class_declaration": "class",
    "abstract_class_declaration": "class",
    "interface_declaration": "interface",
    "enum_declaration": "enum",
    "type_alias_declaration": "type",
    "internal_module": "module",
    "module": "module",
}
FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "generator_function", "function", "function_declaration"}
)
MEMBERS = {
    "method_definition": "method",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "public_field_definition": "property",
    "field_definition": "property",
    "property_signature": "property",
    "call_signature": "method",
    "construct_signature": "method",
    "index_signature": "property",
}
SCALARS = frozenset(
    {"string", "number", "true", "false", "null", "undefined", "template_string", "unary_expression"}
)
_UNNAMED = {"call_signature": "()", "construct_signature": "new", "index_signature": "[]"}
_SIGNATURES = frozenset({"function_signature", "method_signature"})
_BODIES = frozenset({"function_declaration", "method_definition", "generator_function_declaration"})
_HIDDEN = frozenset({"private", "protected"})
_INTERNAL = expression(r"@(?:internal|private|hidden|ignore)\b")
_WRAPPERS = frozenset(
    {"parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression"}
)
_VALUE_LIMIT = 60
_LEADING_BAR = expression(r"= [|&] ")
_CALLED = (": (", ": <", ":(", ":<")
"""How the type of a function begins."""


class Definitions:
    """Collects the definitions of a file in the order of its text."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Definition] = []

    def add(
        self,
        name: str,
        kind: str,
        node: Node,
        signature: str,
        doc: str = "",
        *,
        public: bool = True,
        value: str = "",
    ) -> None:
        """One definition."""
        self.found.append(Definition(name, kind, node, signature, doc, public, value))

    def mark_internal(self, start: int, statement: Node) -> None:
        """Mark what was found since `start` if the comment above its statement says that it is not for users."""
        before = statement.prev_named_sibling
        while before is not None and before.type == "decorator":
            before = before.prev_named_sibling
        if before is None or before.type != "comment":
            return
        text = self.source.raw(before)
        if text.startswith("/**") and _INTERNAL.search(text):
            for definition in self.found[start:]:
                definition.internal = True

    def variable(self, statement: Node, node: Node, doc: str, prefix: str) -> None:
        """One declarator that binds a plain name."""
        source = self.source
        name = source.text(node.child_by_field_name("name"))
        value = unwrapped(node.child_by_field_name("value"))
        word = source.text(statement.children[0]) if statement.children else "var"
        declared = source.text(node.child_by_field_name("type"))
        if value is not None and (value.type in FUNCTIONS or value.type == "class"):
            if value.type in FUNCTIONS and declared.startswith(_CALLED) and "=>" in declared:
                self.add(prefix + name, "function", node, one_line(f"{word} {name}{declared}"), doc)
                return
            self.value(prefix + name, node, value, doc, word=f"{word} ", declared=declared)
            return
        signature = f"{word} {name}{declared}"
        if value is not None and value.type in SCALARS:
            signature += f" = {source.text(value)}"
        kind = "constant" if word == "const" else "variable"
        content = source.digest(node) if value is not None else ""
        self.add(prefix + name, kind, node, one_line(signature), doc, value=content)

    def value(
        self,
        name: str,
        node: Node,
        value: Node,
        doc: str,
        *,
        kind: str = "",
        word: str = "",
        label: str = "",
        declared: str = "",
    ) -> None:
        """A definition by its value: a function, a class, or anything else; `label` is shown instead of the name,
        `declared` the type that is written behind it."""
        source = self.source
        short = label or name.rsplit(".", 1)[-1]
        value = unwrapped(value) or value
        if value.type in FUNCTIONS:
            head = source.signature(value, value.child_by_field_name("body")).removesuffix("=>").rstrip()
            if (parameter := value.child_by_field_name("parameter")) is not None:  # x => ...
                head = head.removesuffix(source.text(parameter)).rstrip() + f" ({source.text(parameter)})"
                head = head.lstrip()
            own = source.text(value.child_by_field_name("name"))
            if not own or declared or (own != short and name != "default"):
                head = f"{word}{short}{one_line(declared)} = {head}"
            self.add(name, kind or "function", node, head, doc)
        elif value.type == "class":
            head = source.signature(value, value.child_by_field_name("body"))
            own = source.text(value.child_by_field_name("name"))
            is_named = own and (own == short or name == "default")
            self.add(name, "class", node, head if is_named else f"{word}{short} = {head}", doc)
            self.members(name, value.child_by_field_name("body"))
        else:
            text = source.text(value)
            shown = value.type in SCALARS or (label and len(text) <= _VALUE_LIMIT and "\n" not in text)
            self.add(
                name,
                "variable",
                node,
                one_line(f"{short} = {text}" if shown else short),
                doc,
                value=squeeze(text),
            )

    def declaration(self, node: Node, doc: str, prefix: str, name: str = "") -> Node | None:
        """A function, class, interface, enum, type or namespace; the body of a namespace is given back."""
        source = self.source
        name = name or source.text(node.child_by_field_name("name")).strip("'\"") or "default"
        body = node.child_by_field_name("body")
        kind = KINDS[node.type]
        if node.type == "internal_module":
            self._outer_namespaces(node, prefix, name)
        signature = self._undecorated(node, body if kind != "type" else None)
        if kind == "type":
            signature = _LEADING_BAR.sub("= ", signature, count=1)
        bounds = node.child_by_field_name("type_parameters")
        value = ""
        if bounds is not None and signature.endswith(CUT):
            value = squeeze(source.text(bounds))
            signature = self._unbounded(node, body if kind != "type" else None, bounds)
        self.add(prefix + name, kind, node, signature, doc, value=value)
        if body is not None and kind in ("class", "interface"):
            self.members(prefix + name, body)
        elif body is not None and kind == "enum":
            self._enumerators(prefix + name, body)
        return body if kind == "module" else None

    def _undecorated(self, node: Node, body: Node | None) -> str:
        """The signature of a definition behind its decorators."""
        start = next((n.start_byte for n in node.children if n.type != "decorator"), node.start_byte)
        end = body.start_byte if body is not None else node.end_byte
        return one_line(self.source.slice(start, end))

    def _unbounded(self, node: Node, body: Node | None, bounds: Node) -> str:
        """The signature of a definition with the names of its type parameters alone, where all of it would be too
        long to reach what callers pass."""
        source = self.source
        names = ", ".join(source.text(p.child_by_field_name("name")) for p in bounds.named_children)
        start = next((n.start_byte for n in node.children if n.type != "decorator"), node.start_byte)
        end = body.start_byte if body is not None else node.end_byte
        return one_line(
            f"{source.slice(start, bounds.start_byte)}<{names}>{source.slice(bounds.end_byte, end)}"
        )

    def _outer_namespaces(self, node: Node, prefix: str, name: str) -> None:
        """`namespace A.B.C` declares `A` and `A.B` as well."""
        parts = name.split(".")
        for size in range(1, len(parts)):
            outer = ".".join(parts[:size])
            self.add(prefix + outer, "module", node, f"namespace {outer}")

    def _enumerators(self, owner: str, body: Node) -> None:
        source = self.source
        for member, about in source.members(body):
            if member.type in ("enum_assignment", "property_identifier", "string"):
                label = source.text(member.child_by_field_name("name") or member).strip("'\"")
                self.add(f"{owner}.{label}", "constant", member, source.signature(member), about)

    def members(self, owner: str, body: Node | None) -> None:
        """What a class or interface holds."""
        if body is None:
            return
        start = len(self.found)
        for node, doc in self.source.members(body, frozenset({"decorator"})):
            if node.type in MEMBERS:
                here = len(self.found)
                self._member(owner, node, doc)
                self.mark_internal(here, node)
        self.found[start:] = overloaded(self.source, self.found[start:])

    def _member(self, owner: str, node: Node, doc: str) -> None:
        source = self.source
        kind = MEMBERS[node.type]
        named = node.child_by_field_name("name") or node.child_by_field_name("property")
        name = _UNNAMED.get(node.type) or source.text(named)
        value = node.child_by_field_name("value")
        end = node.child_by_field_name("body")
        if value is not None and value.type in FUNCTIONS:
            kind, end = "method", value.child_by_field_name("body")
        elif value is not None and value.type not in SCALARS:
            end = value
        access = next((source.text(n) for n in node.children if n.type == "accessibility_modifier"), "")
        if any(n.type in ("get", "set") for n in node.children):
            kind = "property"
        signature = self._undecorated(node, end).removesuffix("=>").rstrip(" =")
        signature = f"<{signature[1:].lstrip()}" if signature.startswith("<") else signature
        public = access not in _HIDDEN and not name.startswith("#")
        if name[:2] in ('["', "['"):
            name = name[1:-1]
        self.add(f"{owner}.{name.strip(chr(34) + chr(39))}", kind, node, signature, doc, public=public)
        if name == "constructor":
            self._parameter_properties(owner, node)

    def _parameter_properties(self, owner: str, constructor: Node) -> None:
        """`constructor(readonly size: number)` declares a property, too."""
        source = self.source
        parameters = constructor.child_by_field_name("parameters")
        for node in parameters.named_children if parameters is not None else ():
            words = {n.type: source.text(n) for n in node.children}
            if not words.keys() & {"accessibility_modifier", "readonly", "override_modifier"}:
                continue
            pattern = node.child_by_field_name("pattern")
            if pattern is None or pattern.type != "identifier":
                continue
            signature = source.signature(node, node.child_by_field_name("value")).rstrip(" =")
            public = words.get("accessibility_modifier") not in _HIDDEN
            self.add(f"{owner}.{source.text(pattern)}", "property", node, signature, public=public)


def unwrapped(value: Node | None) -> Node | None:
    """A value without parentheses and assertions around it."""
    while value is not None and value.type in _WRAPPERS and value.named_children:
        value = value.named_children[0]
    return value


def overloaded(source: Source, definitions: list[Definition]) -> list[Definition]:
    """The definitions as callers see them: an implementation behind overloads is none of them."""
    signed: dict[str, list[Definition]] = {}
    for d in definitions:
        if d.node.type in _SIGNATURES:
            signed.setdefault(d.name, []).append(d)
    if not signed:
        return definitions
    kept = []
    for d in definitions:
        forms = signed.get(d.name)
        if forms is None or d.node.type not in _BODIES:
            kept.append(d)
            continue
        for form in forms:
            form.digest = digest(form.digest or source.digest(form.node), source.digest(d.node))
        if d.doc and not any(form.doc for form in forms):
            forms[0].doc = d.doc
    return kept
