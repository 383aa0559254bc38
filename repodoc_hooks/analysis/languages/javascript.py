"""JavaScript, TypeScript and TSX: public is what a module exports, by `export` or through `module.exports`.

A script without a module system offers everything at its top level.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.javascript_imports import (
    bound_names,
    called_imports,
    clause_names,
    read_import,
    required,
    string_value,
)
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {
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
_FUNCTIONS = frozenset(
    {"arrow_function", "function_expression", "generator_function", "function", "function_declaration"}
)
_MEMBERS = {
    "method_definition": "method",
    "method_signature": "method",
    "abstract_method_signature": "method",
    "public_field_definition": "property",
    "field_definition": "property",
    "property_signature": "property",
}
_SCALARS = frozenset(
    {"string", "number", "true", "false", "null", "undefined", "template_string", "unary_expression"}
)
_AMBIENT = "ambient_declaration"
_EXPORTS = ("module.exports", "exports")


class _Reader:
    """Reads the top level of a module; `public` are the local names that it exports."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc=source.leading_comment)
        self.public: set[str] = set()
        self.is_module = False

    def read(self) -> Outline:
        """The outline of the file."""
        source, out = self.source, self.out
        for node, doc in source.members(source.root):
            self._statement(node, doc, "", exported=False)
        out.imports += called_imports(source)
        everything = not self.is_module and not out.imports
        for d in out.definitions:
            root = d.name.split(".", 1)[0]
            d.public = d.public and (everything or root in self.public)
        return out

    def _statement(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        kind = node.type
        if kind == "export_statement":
            self._export(node, doc, prefix)
        elif kind == "import_statement":
            self.is_module = True
            self.out.imports.append(read_import(self.source, node))
        elif kind in ("lexical_declaration", "variable_declaration"):
            for declarator, own in self.source.members(node):
                if declarator.type == "variable_declarator":
                    self._variable(node, declarator, doc or own, prefix, exported=exported)
        elif kind in _KINDS:
            self._declaration(node, doc, prefix, exported=exported)
        elif kind == _AMBIENT:
            for inner in node.named_children:
                self._statement(inner, doc, prefix, exported=exported or not self.is_module)
                if inner.type == "statement_block":  # declare global { ... }
                    self._block(inner, prefix, exported=True)
        elif kind == "expression_statement":
            self._expression(node.named_children[0] if node.named_children else node, doc, prefix)
        elif kind == "if_statement" and not prefix:
            branch = node.child_by_field_name("consequence")
            if branch is not None and branch.type == "statement_block":
                self._block(branch, prefix, exported=False)

    def _block(self, block: Node, prefix: str, *, exported: bool) -> None:
        for inner, doc in self.source.members(block):
            self._statement(inner, doc, prefix, exported=exported)

    def _namespace(self, body: Node, prefix: str, *, ambient: bool) -> None:
        """Members of a namespace; outside of declarations they have to say that they are exported."""
        for inner, doc in self.source.members(body):
            start = len(self.out.definitions)
            self._statement(inner, doc, prefix, exported=False)
            if inner.type != "export_statement" and not ambient:
                for definition in self.out.definitions[start:]:
                    definition.public = False

    # ES modules

    def _export(self, node: Node, doc: str, prefix: str) -> None:
        self.is_module = True
        source = self.source
        origin = node.child_by_field_name("source")
        clause = next(
            (n for n in node.named_children if n.type in ("export_clause", "namespace_export")), None
        )
        if origin is not None:
            names = tuple(clause_names(source, clause)) if clause is not None else ("*",)
            self.out.imports.append(Import(string_value(source, origin), names, kind="export"))
            self.out.interface.append(squeeze(source.text(node)).rstrip(";").replace('"', "'"))
            return
        if clause is not None:
            for spec in clause.named_children:
                local = source.text(spec.child_by_field_name("name"))
                self.public.add(local)
            self.out.interface.append(squeeze(source.text(node)).rstrip(";"))
            return
        declaration = node.child_by_field_name("declaration")
        if declaration is not None:
            default = any(n.type == "default" for n in node.children)
            if default:
                self.out.interface.append("default " + source.text(declaration.child_by_field_name("name")))
            self._statement(declaration, doc, prefix, exported=True)
            return
        value = node.child_by_field_name("value") or next(iter(node.named_children), None)
        if value is None:
            return
        if value.type in ("identifier", "type_identifier"):
            self.public.add(source.text(value))
            self.out.interface.append("default " + source.text(value))
        else:
            self._value("default", node, value, doc, exported=True)

    # CommonJS

    def _expression(self, node: Node, doc: str, prefix: str) -> None:
        if node.type == "internal_module":
            self._declaration(node, doc, prefix, exported=False)
        elif node.type == "assignment_expression":
            self._assignment(node, doc)
        elif node.type == "call_expression":
            self._define_property(node, doc)

    def _assignment(self, node: Node, doc: str) -> None:
        """`module.exports = x`, `exports.a = x`, `app.method = function`, `C.prototype.m = function`."""
        source = self.source
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        targets = [source.text(left)]
        while right.type == "assignment_expression":  # exports = module.exports = x
            inner, value = right.child_by_field_name("left"), right.child_by_field_name("right")
            if inner is None or value is None:
                return
            targets.append(source.text(inner))
            right = value
        if not set(targets).isdisjoint(_EXPORTS):
            self._exported_value(node, right, doc)
            targets = [t for t in targets if t not in _EXPORTS]
            self.public.update(targets)
        for target in targets:
            self._assigned(target, node, right, doc)

    def _assigned(self, target: str, node: Node, right: Node, doc: str) -> None:
        source = self.source
        owner, dot, name = target.rpartition(".")
        if not dot or not name.isidentifier():
            return
        if owner in _EXPORTS:
            self.is_module = True
            if right.type == "identifier":
                self.public.add(source.text(right))
                self.out.interface.append(f"{name}={source.text(right)}")
            elif right.type == "call_expression" and (origin := required(source, right)):
                self.out.imports.append(Import(origin, (name,), kind="export"))
                self.out.interface.append(f"{name}={origin}")
            else:
                self._value(name, node, right, doc, exported=True)
        elif right.type in _FUNCTIONS or right.type == "class":
            owner = owner.removesuffix(".prototype").removeprefix("module.exports.").removeprefix("exports.")
            if owner.isidentifier() and owner not in ("this", "self", "window", "process"):
                self._value(f"{owner}.{name}", node, right, doc, exported=False, kind="method")

    def _exported_value(self, node: Node, right: Node, doc: str) -> None:
        self.is_module = True
        source = self.source
        if right.type == "identifier":
            self.public.add(source.text(right))
            self.out.interface.append("module.exports=" + source.text(right))
        elif right.type == "object":
            self._exported_object(right)
        elif right.type in _FUNCTIONS or right.type == "class":
            name = source.text(right.child_by_field_name("name")) or "default"
            self._value(name, node, right, doc, exported=True)
        else:
            if right.type == "call_expression" and (target := required(source, right)):
                self.out.imports.append(Import(target, ("*",), kind="export"))
            self.out.interface.append("module.exports=" + squeeze(source.text(right)))

    def _exported_object(self, node: Node) -> None:
        source = self.source
        for member, doc in source.members(node):
            if member.type == "shorthand_property_identifier":
                self.public.add(source.text(member))
            elif member.type == "pair":
                key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
                name = source.text(key).strip("'\"")
                if value is None or not name.isidentifier():
                    continue
                if value.type == "identifier":
                    self.public.add(source.text(value))
                else:
                    self._value(name, member, value, doc, exported=True)
            elif member.type == "method_definition":
                name = source.text(member.child_by_field_name("name"))
                signature = source.signature(member, member.child_by_field_name("body"))
                self._add(Definition(name, "function", member, signature, doc), exported=True)
            self.out.interface.append("exports " + squeeze(source.text(member).split(":")[0].split("(")[0]))

    def _define_property(self, node: Node, doc: str) -> None:
        """`Object.defineProperty(exports, "a", ...)`, and what TypeScript emits for `export *`."""
        source = self.source
        called = source.text(node.child_by_field_name("function"))
        arguments = node.child_by_field_name("arguments")
        if called != "Object.defineProperty" or arguments is None or len(arguments.named_children) < 2:
            return
        owner, name = arguments.named_children[:2]
        if source.text(owner) in _EXPORTS and name.type == "string":
            self.is_module = True
            if (text := string_value(source, name)) != "__esModule":
                self._add(Definition(text, "variable", node, text, doc), exported=True)

    # definitions

    def _add(self, definition: Definition, *, exported: bool) -> None:
        if exported:
            self.public.add(definition.name.split(".", 1)[0])
        self.out.definitions.append(definition)

    def _variable(self, statement: Node, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        source = self.source
        name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name_node is None:
            return
        if name_node.type != "identifier":
            if exported:
                for name in bound_names(source, name_node):
                    self._add(Definition(prefix + name, "constant", node, f"const {name}"), exported=True)
            return
        name = source.text(name_node)
        while value is not None and value.type == "assignment_expression":  # var app = module.exports = {}
            if source.text(value.child_by_field_name("left")) in _EXPORTS:
                self.is_module = exported = True
                self.out.interface.append("module.exports=" + name)
            value = value.child_by_field_name("right")
        word = source.text(statement.children[0]) if statement.children else "var"
        typed = node.child_by_field_name("type")
        if value is not None and (value.type in _FUNCTIONS or value.type == "class"):
            self._value(prefix + name, node, value, doc, exported=exported, word=f"{word} ")
            return
        if value is not None and value.type == "call_expression" and required(source, value) and not exported:
            return
        signature = f"{word} {name}{source.text(typed)}"
        if value is not None and value.type in _SCALARS:
            signature += f" = {source.text(value)}"
        kind = "constant" if word == "const" else "variable"
        content = source.digest(node) if value is not None else ""
        self._add(
            Definition(prefix + name, kind, node, one_line(signature), doc, value=content), exported=exported
        )

    def _value(
        self, name: str, node: Node, value: Node, doc: str, *, exported: bool, kind: str = "", word: str = ""
    ) -> None:
        """A definition by its value: a function, a class, or anything else."""
        source = self.source
        short = name.rsplit(".", 1)[-1]
        if value.type in _FUNCTIONS:
            head = source.signature(value, value.child_by_field_name("body")).removesuffix("=>").rstrip()
            own = source.text(value.child_by_field_name("name"))
            head = head if own == short or name == "default" else f"{word}{short} = {head}"
            self._add(Definition(name, kind or "function", node, head, doc), exported=exported)
        elif value.type == "class":
            head = source.signature(value, value.child_by_field_name("body"))
            own = source.text(value.child_by_field_name("name"))
            self._add(
                Definition(name, "class", node, head if own else f"{word}{short} = {head}", doc),
                exported=exported,
            )
            self._members(name, value.child_by_field_name("body"))
        else:
            text = f"{short} = {source.text(value)}" if value.type in _SCALARS else short
            self._add(
                Definition(name, "variable", node, one_line(text), doc, value=squeeze(source.text(value))),
                exported=exported,
            )

    def _declaration(self, node: Node, doc: str, prefix: str, *, exported: bool) -> None:
        source = self.source
        name = source.text(node.child_by_field_name("name")).strip("'\"") or "default"
        body = node.child_by_field_name("body")
        kind = _KINDS[node.type]
        signature = source.signature(node, body if kind != "type" else None)
        self._add(Definition(prefix + name, kind, node, signature, doc), exported=exported)
        if body is None:
            return
        if kind == "module":
            self._namespace(
                body, f"{prefix}{name}.", ambient=node.parent is None or node.parent.type == _AMBIENT
            )
        elif kind in ("class", "interface"):
            self._members(prefix + name, body)
        elif kind == "enum":
            for member, about in source.members(body):
                if member.type in ("enum_assignment", "property_identifier", "string"):
                    label = source.text(member.child_by_field_name("name") or member).strip("'\"")
                    text = source.signature(member)
                    self._add(
                        Definition(f"{prefix}{name}.{label}", "constant", member, text, about), exported=False
                    )

    def _members(self, owner: str, body: Node | None) -> None:
        if body is None:
            return
        source = self.source
        for node, doc in source.members(body, frozenset({"decorator"})):
            kind = _MEMBERS.get(node.type)
            if kind is None:
                if node.type in ("call_signature", "construct_signature", "index_signature"):
                    self.out.interface.append(f"{owner} {squeeze(source.text(node))}")
                continue
            name_node = node.child_by_field_name("name") or node.child_by_field_name("property")
            name = source.text(name_node)
            value = node.child_by_field_name("value")
            end = node.child_by_field_name("body")
            if value is not None and value.type in _FUNCTIONS:
                kind, end = "method", value.child_by_field_name("body")
            elif value is not None and value.type not in _SCALARS:
                end = value
            access = next((source.text(n) for n in node.children if n.type == "accessibility_modifier"), "")
            hidden = access in ("private", "protected") or name.startswith(("#", "["))
            if any(n.type in ("get", "set") for n in node.children):
                kind = "property"
            signature = source.signature(node, end).removesuffix("=>").rstrip(" =")
            public = not hidden
            self._add(
                Definition(f"{owner}.{name.strip(chr(34) + chr(39))}", kind, node, signature, doc, public),
                exported=False,
            )


def _javascript() -> Any:
    import tree_sitter_javascript

    return tree_sitter_javascript.language()


def _typescript() -> Any:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_typescript()


def _tsx() -> Any:
    import tree_sitter_typescript

    return tree_sitter_typescript.language_tsx()


def _grammar(name: str, load: Any) -> Grammar:
    return Grammar(
        name=name,
        load=load,
        outline=lambda source: _Reader(source).read(),
        markup="jsdoc",
        documentation=("/**",),
        comments=frozenset({"comment", "html_comment", "hash_bang_line"}),
        verbatim=frozenset({"string", "template_string", "regex", "jsx_text"}),
        definitions=frozenset(
            {
                *_KINDS,
                *_MEMBERS,
                "variable_declarator",
                "assignment_expression",
                "export_statement",
                "pair",
                "enum_assignment",
                "call_expression",
            }
        ),
        optional=frozenset({";"}),
        plain_quotes=b"\\'\"",
    )


JAVASCRIPT = _grammar("javascript", _javascript)
TYPESCRIPT = _grammar("typescript", _typescript)
TSX = _grammar("tsx", _tsx)


def _imported(new: NewFile) -> tuple[str, ...]:
    if new.stem != "index":
        return (new.stem,)
    return tuple(dict.fromkeys((new.folder or "index", "index", "'.'", '"."', "'..'", '".."', "./")))


def _language(grammar: Grammar, suffixes: tuple[str, ...], chars_per_token: float) -> Language:
    return Language(
        name=grammar.name,
        suffixes=suffixes,
        parse=partial(reading.parse, grammar),
        resolver="javascript:JavaScriptImports",
        chars_per_token=chars_per_token,
        visibility="What a module exports; all of a script.",
        unit="package.json",
        generated=(".min.js", ".bundle.js"),
        manifests=("*.json",),
        might_import=_imported,
    )


LANGUAGES = (
    _language(JAVASCRIPT, ("js", "jsx", "mjs", "cjs"), 3.8),
    _language(TYPESCRIPT, ("ts", "mts", "cts"), 3.9),
    _language(TSX, ("tsx",), 3.7),
)
