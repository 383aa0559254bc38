"""Reads the top level of a JavaScript or TypeScript file: statements, and the ways of ES modules to export them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Export, Import
from repodoc_hooks.analysis.languages.javascript_commonjs import CommonJs
from repodoc_hooks.analysis.languages.javascript_definitions import KINDS, Definitions, overloaded, unwrapped
from repodoc_hooks.analysis.languages.javascript_exports import (
    Bound,
    Exports,
    bind,
    hand_on,
    hand_out,
    is_type,
    specifier,
)
from repodoc_hooks.analysis.languages.javascript_imports import (
    bound_names,
    called_imports,
    read_imports,
    required,
    taken_names,
)
from repodoc_hooks.analysis.languages.javascript_wrapped import Wrapped
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_AMBIENT = "ambient_declaration"
_OF_THE_FILE = expression(r"^[ \t/*]*@(?:module|packageDocumentation|file(?:overview)?)\b", re.MULTILINE)
_REQUIRED = expression(rb"import\s+[\w$]+\s*=\s*require\s*\(\s*[\"']([^\"'\n]+)[\"']\s*\)")
_DECLARATIONS = ("lexical_declaration", "variable_declaration")
_TYPE_KINDS = frozenset({"interface", "type"})
_TYPES = frozenset({"interface_declaration", "type_alias_declaration"})


class Reader:
    """Reads one file into an outline."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc=source.leading_comment)
        self.definitions = Definitions(source)
        self.exports = Exports()
        self.commonjs = CommonJs(source, self.definitions, self.exports)
        self.wrapped = Wrapped(self.commonjs)
        self.is_module = False
        self._bound: dict[str, Definition] = {}
        self._spaces: dict[str, list[Export]] = {}
        self._whole = ""
        self._ambient_modules: tuple[str, ...] = ()

    def read(self) -> Outline:
        """The outline of the file."""
        source, out = self.source, self.out
        self._statements(source.root, "", exported=False)
        out.imports += [*self.commonjs.imports, *called_imports(source)]
        out.interface += self.commonjs.lines
        self._hand_out_members()
        everything = not (self.is_module or self.commonjs.is_module or out.imports)
        if everything:
            self.commonjs.give_everybody()
        exported = self.exports.local
        self.definitions.found += (d for name, d in self._bound.items() if everything or name in exported)
        definitions = overloaded(source, self.definitions.found)
        renamed = _only_under_another_name(exported, {d.name for d in definitions})
        for d in definitions:
            root, _, rest = d.name.partition(".")
            d.public = d.public and (
                everything or root in exported or f"{d.name}.".startswith(self._ambient_modules)
            )
            if root in renamed:
                d.name = f"{renamed[root]}.{rest}" if rest else renamed[root]
                if not rest:
                    d.signature = re.sub(rf"\b{re.escape(root)}\b", renamed[root], d.signature, count=1)
        out.definitions = definitions
        out.exports = self.exports.resolved(renamed)
        return out

    def _hand_out_members(self) -> None:
        """`export = space`: what a namespace exports can be imported by name."""
        known = {d.name for d in self.definitions.found}
        given = {e.name for e in self.exports.found}
        for each in self._spaces.get(self._whole, ()):
            inside = f"{self._whole}.{each.origin}"
            if each.name in given:
                continue
            if each.origin in known and "." not in each.origin and inside not in known:
                self.exports.own(each.name, each.origin, type_only=each.type_only)
            else:
                origin = inside if inside in known else each.origin
                self.exports.found.append(replace(each, origin=origin))

    def _statements(self, parent: Node, prefix: str, *, exported: bool) -> None:
        for node, doc in self.source.members(parent, frozenset({"decorator"})):
            start = len(self.definitions.found)
            if doc and self._is_of_the_file(node):
                doc = ""
            self._statement(node, doc, prefix, exported=exported)
            self.definitions.mark_internal(start, node)

    def _is_of_the_file(self, node: Node) -> bool:
        """Whether the comment above the first statement says that it is that of the module (`@module`)."""
        comment = node.prev_named_sibling
        if comment is None or comment.type != "comment" or b"@" not in self.source.data[: comment.end_byte]:
            return False
        before = comment.prev_named_sibling
        is_first = before is None or before.type in ("comment", "hash_bang_line")
        return is_first and bool(_OF_THE_FILE.search(self.source.raw(comment)))

    def _statement(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        kind = node.type
        if kind == "export_statement":
            self._export(node, doc, prefix)
        elif kind == "import_statement":
            self.is_module = True
            self.out.imports += read_imports(self.source, node)
            bind(self.source, node, self.exports)
        elif kind in _DECLARATIONS:
            self._variables(node, doc, prefix, exported=exported)
        elif kind in KINDS:
            self._declaration(node, doc, prefix, exported=exported)
        elif kind == "import_alias":
            self._alias(node, doc, prefix, exported=exported)
        elif kind == _AMBIENT:
            self._ambient(node, doc, prefix, exported=exported)
        elif kind == "expression_statement" and node.named_children:
            self._expression(node.named_children[0], doc, prefix, exported=exported)
        elif kind == "if_statement" and not prefix:
            for branch in (node.child_by_field_name("consequence"), node.child_by_field_name("alternative")):
                self._branch(branch)

    def _branch(self, branch: Node | None) -> None:
        if branch is not None and branch.type == "else_clause":
            branch = next(iter(branch.named_children), None)
        if branch is not None and branch.type == "statement_block":
            self._statements(branch, "", exported=False)
        elif branch is not None:
            self._statement(branch, "", "", exported=False)

    def _expression(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        if node.type == "internal_module":
            self._declaration(node, doc, prefix, exported=exported)
        elif not prefix:
            for body in self.wrapped.expression(node, doc):
                self._statements(body, "", exported=False)

    def _ambient(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        """`declare ...`; `declare global { ... }` adds to what everybody sees."""
        for inner in node.named_children:
            if inner.type == "statement_block":
                start = len(self.exports.found)
                self._statements(inner, prefix, exported=True)
                del self.exports.found[start:]  # everybody's, not the module's
            else:
                self._statement(inner, doc, prefix, exported=exported)

    # ES modules

    def _export(self, node: Node, doc: str, prefix: str) -> None:
        source, exports = self.source, self.exports
        self.is_module = self.is_module or not prefix
        if node.child_by_field_name("source") is not None:
            self.out.imports += hand_on(source, node, exports)
            self.out.interface.append(squeeze(source.text(node)).rstrip(";").replace('"', "'"))
            return
        clause = next((n for n in node.named_children if n.type == "export_clause"), None)
        if clause is not None and prefix:
            self._handed_out_of(clause, prefix, type_only=any(c.type == "type" for c in node.children))
            return
        if clause is not None:
            hand_out(
                source,
                clause,
                exports,
                type_only=is_type(node) or any(c.type == "type" for c in node.children),
            )
            self.out.interface.append(squeeze(source.text(node)).rstrip(";"))
            return
        declaration = node.child_by_field_name("declaration")
        default = any(n.type == "default" for n in node.children)
        if declaration is not None and default and not prefix:
            self._default(declaration, doc)
        elif declaration is not None:
            self._statement(declaration, doc, prefix, exported=True)
        else:
            value = node.child_by_field_name("value") or next(
                (n for n in node.named_children if n.type not in ("comment", "decorator")), None
            )
            if value is not None and not prefix and not any(n.type == "namespace" for n in node.children):
                self._default_value(node, value, doc)

    def _handed_out_of(self, clause: Node, prefix: str, *, type_only: bool) -> None:
        """`export { a as b }` in a namespace."""
        for spec in clause.named_children:
            if spec.type == "export_specifier":
                name, alias = specifier(self.source, spec)
                one = Export(alias, origin=name, type_only=type_only or is_type(spec))
                self._spaces.setdefault(prefix[:-1], []).append(one)

    def _default(self, declaration: Node, doc: str) -> None:
        name = self.source.text(declaration.child_by_field_name("name"))
        self.out.interface.append("default " + name)
        self.exports.own("default", name or "default")
        self._declaration(declaration, doc, "", exported=False)

    def _default_value(self, node: Node, value: Node, doc: str) -> None:
        """`export default expression`, `export = expression`."""
        source = self.source
        inner = unwrapped(value) or value
        if inner.type in ("identifier", "type_identifier"):
            self.exports.own("default", source.text(inner))
            self.out.interface.append("default " + source.text(inner))
            if any(n.type == "=" for n in node.children):
                self._whole = source.text(inner)
        else:
            own = source.text(inner.child_by_field_name("name")) if inner.type != "call_expression" else ""
            name = own if own.isidentifier() else "default"
            self.exports.own("default", name)
            self.definitions.value(name, node, value, doc, label=name)

    # declarations

    def _declaration(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        named = node.child_by_field_name("name")
        name = self.source.text(named).strip("'\"")
        if named is not None and named.type == "string":
            self._ambient_modules += (f"{name}.",)
        if exported and not prefix:
            outer = name.partition(".")[0] if node.type == "internal_module" else name
            self.exports.own(outer, type_only=node.type in _TYPES)
        body = self.definitions.declaration(node, doc, prefix)
        if body is not None:
            self._namespace(body, f"{prefix}{name}.", ambient=_is_ambient(node))

    def _namespace(self, body: Node, prefix: str, *, ambient: bool) -> None:
        """Members of a namespace; outside of declarations, and beside a list of exports, they have to say that they are
        exported."""
        own = len(self.exports.found)
        ambient = ambient and not any(
            n.type == "export_clause" for each in body.named_children for n in each.named_children
        )
        for inner, doc in self.source.members(body):
            start = len(self.definitions.found)
            self._statement(inner, doc, prefix, exported=False)
            if inner.type != "export_statement" and not ambient:
                for definition in self.definitions.found[start:]:
                    definition.public = False
            for d in self.definitions.found[start:]:
                if d.public and d.name.rpartition(".")[0] == prefix[:-1]:
                    one = Export(d.name[len(prefix) :], origin=d.name, type_only=d.kind in _TYPE_KINDS)
                    self._spaces.setdefault(prefix[:-1], []).append(one)
        del self.exports.found[own:]

    def _alias(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        """`export import a = N.b`."""
        name = self.source.text(next(iter(node.named_children), None))
        required_from = _REQUIRED.match(self.source.data, node.start_byte)
        if exported and name and required_from is not None:  # export import a = require("b")
            target = required_from[1].decode()
            self.out.imports.append(Import(target, ("*",), kind="export", use="export"))
            if not prefix:
                self.exports.other(name, target, "")
        elif exported and name:
            if not prefix:
                self.exports.own(name)
            self.definitions.add(prefix + name, "variable", node, self.source.signature(node), doc)

    def _variables(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        source = self.source
        for declarator, own in source.members(node):
            name = declarator.child_by_field_name("name")
            if declarator.type != "variable_declarator" or name is None:
                continue
            if name.type != "identifier":
                self._pattern(declarator, name, prefix, exported=exported)
                continue
            value = declarator.child_by_field_name("value")
            if exported and not prefix:
                self.exports.own(source.text(name))
            elif not prefix and value is not None and self.commonjs.declared(declarator, doc or own):
                continue
            self.definitions.variable(node, declarator, doc or own, prefix)

    def _pattern(self, declarator: Node, pattern: Node, prefix: str, *, exported: bool) -> None:
        """`const { a, b } = ...`: names that count when they are exported, here or elsewhere."""
        value = declarator.child_by_field_name("value")
        target = required(self.source, value) if value is not None and value.type == "call_expression" else ""
        if target and not exported:
            for name, taken in taken_names(self.source, pattern):
                self.exports.bound.setdefault(name, Bound(target, taken))
            return
        word = self.source.raw(declarator.parent.children[0]) if declarator.parent is not None else "const"
        kind = "constant" if word == "const" else "variable"
        for name in bound_names(self.source, pattern):
            definition = Definition(prefix + name, kind, declarator, f"{word} {name}")
            if exported:
                if not prefix:
                    self.exports.own(name)
                self.definitions.found.append(definition)
            elif not prefix:
                self._bound[name] = definition


def _is_ambient(node: Node) -> bool:
    """Whether a namespace is only declared: all that it holds is for everybody then."""
    above = node.parent
    while above is not None and above.type != _AMBIENT:
        above = above.parent
    return above is not None or node.parent is None


def _only_under_another_name(exported: dict[str, list[str]], defined: set[str]) -> dict[str, str]:
    """Definitions that users know by one name, and that not their own."""
    return {
        local: names[0]
        for local, names in exported.items()
        if local in defined
        and len(names) == 1
        and names[0] not in (local, "default")
        and names[0] not in defined
    }
