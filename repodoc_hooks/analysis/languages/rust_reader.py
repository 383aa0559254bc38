"""Rust: what the items of a file are, who may see them, what they use and hand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from repodoc_hooks.analysis.facts import Export, Import, Standing, Unmade
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.rust_items import (
    Item,
    aliases,
    inner_documentation,
    invocation_in,
    items,
    short_path,
    visibility,
)
from repodoc_hooks.analysis.languages.rust_macros import Rule, expanded, items_between
from repodoc_hooks.analysis.languages.rust_rules import WELL_KNOWN, macro_of, rules_of
from repodoc_hooks.analysis.languages.rust_uses import (
    Module,
    Used,
    export,
    from_file,
    handed_from_modules,
    paths,
    used,
)
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

TYPES = {"struct_item": "struct", "enum_item": "enum", "union_item": "struct", "trait_item": "trait"}
FUNCTIONS = frozenset({"function_item", "function_signature_item"})
_DERIVED = expression(r"\bderive\s*\((.*?)\)", re.DOTALL)
_MACROS_DEEP = 6
_MACROS_IN_ALL = 300
_LONG_VALUE = 60


class Scope(Struct, frozen=True):
    """Where items stand: in which module or type of the file, seen by whom, marked as hidden, under tests."""

    prefix: str = ""
    public: bool = True
    internal: bool = False
    test: bool = False


class Reader:
    """Reads the items of a file; modules inside it qualify what they hold."""

    def __init__(self, source: Source, known: Mapping[str, list[Rule]] | None = None) -> None:
        """`known` are macros of other files."""
        self.source = source
        self.out = Outline()
        self._macros: dict[str, list[Rule]] = dict(known or {})
        self._depth = self._expansions = 0
        self._traits: dict[str, list[str]] = {}
        self._modules: list[Module] = []
        self._uses: set[int] = set()
        self._handed: dict[str, set[str]] = {}
        self._kinds: dict[str, Callable[[Item, Scope], None]] = {
            "use_declaration": self._use,
            "extern_crate_declaration": self._extern_crate,
            "mod_item": self._module,
            "impl_item": self._impl,
            "const_item": self._constant,
            "static_item": self._constant,
            "macro_definition": self._macro,
            "macro_invocation": self._invocation,
            "expression_statement": self._invocation,
            "foreign_mod_item": self._foreign,
            "type_item": self._alias,
            "trait_alias_item": self._alias,
            **dict.fromkeys(FUNCTIONS, self._function),
            **dict.fromkeys(TYPES, self._type),
        }

    def read(self) -> Outline:
        """The outline of the file."""
        out = self.out
        out.doc, out.included = inner_documentation(self.source, self.source.root)
        self._handed = handed_from_modules(self.source)
        self._items(self.source.root, Scope())
        out.imports += paths(self.source, self._uses, self._modules)
        self._limit_to_owners()
        out.definitions += self._implemented()
        if out.exports:
            own = (d for d in out.definitions if d.public and "." not in d.name)
            out.exports += (Export(d.name, origin=d.name) for d in own if not d.internal)
        return out

    def read_made(self, kind: Standing, scope: Scope) -> Outline:
        """The outline of what macros make in a scope: of items, or of the members of the only `impl` of a text."""
        root = self.source.root
        body = root.named_children[0].child_by_field_name("body") if kind == "members" else None
        if body is not None:
            self._implementation(body, scope)
        else:
            self._items(root, scope)
        self._limit_to_owners()
        self.out.definitions += self._implemented()
        return self.out

    def _items(self, parent: Node, scope: Scope) -> None:
        for item in items(self.source, parent):
            read = self._kinds.get(item.node.type)
            if read is not None:
                read(item, scope)

    def _define(self, item: Item, kind: str, scope: Scope, signature: str, value: str = "") -> None:
        """A definition of this scope."""
        if item.is_test or scope.test:
            return
        name = scope.prefix + self._name(item.node)
        if name.endswith("_") and name.rpartition(".")[2] == "_":
            return  # `const _: () = ...;`, which nobody can name
        shown = scope.public and visibility(self.source, item.node) == "pub"
        internal = scope.internal or item.is_hidden
        self.out.definitions.append(
            Definition(
                name, kind, item.node, signature, item.doc, shown, value, internal, included=item.included
            )
        )

    def _name(self, node: Node) -> str:
        return self.source.text(node.child_by_field_name("name")).removeprefix("r#")

    def _use(self, item: Item, scope: Scope) -> None:
        source = self.source
        argument = item.node.child_by_field_name("argument")
        shown = scope.public and visibility(source, item.node) == "pub"
        use = "test" if scope.test or item.is_test else "export" if shown else ""
        if argument is not None and not self._depth:
            self._uses.add(argument.start_byte)
        for path, name in used(source, argument):
            each = Used(from_file(path, scope.prefix), name)
            renamed = (name,) if name not in (path.rpartition("::")[2], "_") else ()
            self.out.imports.append(Import(each.path, renamed, kind="use", use=use))
            if use == "export" and not (item.is_hidden or scope.internal):
                handed = export(each, scope.prefix)
                self.out.exports += [handed] if handed is not None else []
        if use == "export":
            self.out.interface.append(scope.prefix + squeeze(source.text(item.node)))

    def _extern_crate(self, item: Item, scope: Scope) -> None:
        source = self.source
        crate = self._name(item.node)
        alias = source.text(item.node.child_by_field_name("alias")) or crate
        shown = scope.public and visibility(source, item.node) == "pub"
        use = "test" if scope.test or item.is_test else "export" if shown else ""
        self.out.imports.append(Import(crate, kind="use", use=use))
        if use == "export":
            self.out.interface.append(scope.prefix + squeeze(source.text(item.node)))
            if not (item.is_hidden or scope.internal):
                self.out.exports.append(Export(scope.prefix + alias, crate))

    def _module(self, item: Item, scope: Scope) -> None:
        source, node = self.source, item.node
        body = node.child_by_field_name("body")
        name = scope.prefix + self._name(node)
        test = scope.test or item.is_test
        said = visibility(source, node)
        public = scope.public and said == "pub"
        within = scope.public and said.startswith("pub(") and said != "pub(self)"
        if body is not None and not self._depth:
            self._modules.append((node.start_byte, node.end_byte, name, test))
        if body is None:
            path = next((a.split('"')[1] for a in item.attributes if a.startswith("#[path") and '"' in a), "")
            target = name.replace(".", "::")
            names = (path,) if path else ()
            self.out.imports.append(Import(target, names, kind="mod", use="test" if test else ""))
        elif not test:
            inner, included = inner_documentation(source, body)
            doc = "\n\n".join(filter(None, (item.doc, inner)))
            item = Item(node, doc, item.attributes, item.included or ("" if item.doc else included))
        internal = scope.internal or item.is_hidden
        if public:
            self._define(item, "module", scope, source.signature(node, body))
        if body is None:
            return
        handed = self._handed.get(name, set()) if not public and scope.public else set()
        within = within and not handed  # what other files of the crate may hand on, and nobody else sees
        first = len(self.out.definitions)
        shown = public or within or bool(handed)
        self._items(body, Scope(name + ".", public=shown, internal=internal or within, test=test))
        for d in self.out.definitions[first:] if handed and "*" not in handed else ():
            d.public = d.public and d.name.split(".")[1] in handed

    def _function(self, item: Item, scope: Scope) -> None:
        body = item.node.child_by_field_name("body")
        self._define(item, "function", scope, self.source.signature(item.node, body))

    def _alias(self, item: Item, scope: Scope) -> None:
        self._define(item, "type", scope, self.source.signature(item.node))

    def _constant(self, item: Item, scope: Scope) -> None:
        value = item.node.child_by_field_name("value")
        text = squeeze(self.source.text(value))
        signature = self.source.signature(item.node, value if len(text) > _LONG_VALUE else None)
        self._define(item, "constant", scope, signature, text)

    def _foreign(self, item: Item, scope: Scope) -> None:
        body = item.node.child_by_field_name("body")
        if body is not None:
            self._items(body, scope)

    # types

    def _type(self, item: Item, scope: Scope) -> None:
        source, node = self.source, item.node
        kind = TYPES[node.type]
        body = node.child_by_field_name("body")
        tuple_like = body is not None and body.type == "ordered_field_declaration_list"
        self._define(item, kind, scope, source.signature(node, None if tuple_like else body))
        if item.is_test or scope.test:
            return
        name = scope.prefix + self._name(node)
        public = scope.public and visibility(source, node) == "pub"
        derived = [
            squeeze(word)
            for text in item.attributes
            for each in _DERIVED.findall(text)
            for word in each.split(",")
        ]
        self._traits.setdefault(name, []).extend(word.rpartition("::")[2] for word in derived if word)
        if public:
            self.out.interface += (f"{name} {squeeze(text)}" for text in item.attributes if "derive" in text)
        inner = Scope(name + ".", public=public, internal=scope.internal or item.is_hidden)
        for member in items(source, body) if body is not None and not tuple_like else ():
            self._member(member, kind, inner)

    def _member(self, item: Item, kind: str, scope: Scope) -> None:
        """A field, a variant, or an item of a trait, which are as visible as what they belong to."""
        if item.node.type == "field_declaration":
            self._define(item, "property", scope, self.source.signature(item.node))
        elif item.node.type == "enum_variant":
            self._associate(item, "constant", scope, self.source.signature(item.node))
        elif kind == "trait":
            self._associated(item, scope)

    def _associated(self, item: Item, scope: Scope) -> None:
        """An item of a trait or an `impl`."""
        source, node = self.source, item.node
        if node.type in FUNCTIONS:
            self._associate(item, "method", scope, source.signature(node, node.child_by_field_name("body")))
        elif node.type in ("const_item", "associated_type", "type_item"):
            kind = "constant" if node.type == "const_item" else "type"
            self._associate(item, kind, scope, source.signature(node))

    def _associate(self, item: Item, kind: str, scope: Scope, signature: str) -> None:
        if item.is_test or scope.test:
            return
        name = scope.prefix + self._name(item.node)
        internal = scope.internal or item.is_hidden
        self.out.definitions.append(
            Definition(
                name,
                kind,
                item.node,
                signature,
                item.doc,
                scope.public,
                internal=internal,
                included=item.included,
            )
        )

    def _impl(self, item: Item, scope: Scope) -> None:
        """Methods of a type; what implements a trait is part of the interface by its head alone."""
        source, node = self.source, item.node
        if item.is_test or scope.test:
            return
        kind = re.split(r"[<+]", source.text(node.child_by_field_name("type")))[0]
        words = re.findall(r"[A-Za-z_]\w*", kind)
        owner = scope.prefix + (words[-1] if words else "impl")
        trait = node.child_by_field_name("trait")
        body = node.child_by_field_name("body")
        internal = scope.internal or item.is_hidden
        if trait is not None:
            self.out.interface.append(squeeze(source.signature(node, body)))
            if not internal:
                never = "!" if any(child.type == "!" for child in node.children) else ""
                self._traits.setdefault(owner, []).append(never + short_path(squeeze(source.text(trait))))
        inner = Scope(owner + ".", public=scope.public and trait is None, internal=internal)
        if body is not None:
            self._implementation(body, inner)

    def _implementation(self, body: Node, scope: Scope) -> None:
        """The items of an `impl`, each with a visibility of its own."""
        for item in items(self.source, body):
            invocation = invocation_in(item.node)
            if invocation is not None:
                self._leave(invocation, "members", scope)
                self._expand(invocation, lambda root: self._implementation(root, scope))
                continue
            shown = scope.public and visibility(self.source, item.node) == "pub"
            self._associated(item, Scope(scope.prefix, public=shown, internal=scope.internal))

    def _implemented(self) -> Iterator[Definition]:
        """For every public type of the file one line with the traits that it derives and implements here."""
        public = {d.name: d for d in self.out.definitions if d.public and d.kind in TYPES.values()}
        for name, traits in self._traits.items():
            owner = public.get(name)
            if owner is not None and traits:
                words = ", ".join(dict.fromkeys(traits))
                yield Definition(
                    f"{name}.impl", "trait", owner.node, f"impl {words}", internal=owner.internal
                )

    def _limit_to_owners(self) -> None:
        """What belongs to a type of the file is seen by nobody who cannot see the type."""
        types = {d.name: d for d in self.out.definitions if d.kind in (*TYPES.values(), "type")}
        behind = aliases(self.out.definitions, TYPES.values())
        for d in self.out.definitions if behind else ():
            named, _, member = d.name.rpartition(".")
            d.name = f"{behind[named]}.{member}" if named in behind else d.name
        for d in self.out.definitions:
            owner = types.get(d.name.rpartition(".")[0])
            if owner is not None:
                d.public = d.public and owner.public
                d.internal = d.internal or owner.internal

    # macros

    def _macro(self, item: Item, scope: Scope) -> None:
        source, node = self.source, item.node
        name = self._name(node)
        arms = [n for n in node.named_children if n.type == "macro_rule"]
        sides = [(n.child_by_field_name("left"), n.child_by_field_name("right")) for n in arms]
        self._macros[name] = rules_of(source, node)
        exported = any("macro_export" in text for text in item.attributes)
        if not scope.test and not item.is_test:
            value = squeeze(" ".join(source.text(left) for left, _ in sides))
            self.out.definitions.append(
                Definition(
                    name, "macro", node, f"macro_rules! {name}", item.doc, exported, value, item.is_hidden
                )
            )

    def _invocation(self, item: Item, scope: Scope) -> None:
        """The items that a macro makes here."""
        invocation = invocation_in(item.node)
        if invocation is not None and not scope.test and not item.is_test:
            self._leave(invocation, "items", scope)
            self._expand(invocation, lambda root: self._items(root, scope))

    def _leave(self, invocation: Node, kind: Standing, scope: Scope) -> None:
        """Leave it to the macros of other files what one that this file does not know makes here."""
        text = self.source.raw(invocation)
        name = macro_of(text)
        if self._depth or name in self._macros or name in WELL_KNOWN or not scope.public:
            return
        last = self.out.definitions[-1].name if self.out.definitions else ""
        span = invocation.start_byte, invocation.end_byte
        lines = invocation.start_point[0] + 1, invocation.end_point[0] + 1
        self.out.unmade.append(Unmade(kind, text, span, lines, scope.prefix, last, scope.internal))

    def _expand(self, invocation: Node, read: Callable[[Node], None]) -> None:
        """Read what a macro comes to as if it stood here."""
        made = self._made(invocation)
        if made is None:
            return
        outer, first = self.source, len(self.out.definitions)
        self.source, self._depth = made, self._depth + 1
        read(made.root)
        self.source, self._depth = outer, self._depth - 1
        for d in self.out.definitions[first:]:
            d.digest = d.digest or made.digest(d.node)
            d.node = invocation

    def _made(self, invocation: Node) -> Source | None:
        """What a macro comes to; None for one that cannot be told from this file."""
        self._expansions += 1
        if self._depth >= _MACROS_DEEP or self._expansions > _MACROS_IN_ALL:
            return None
        source = self.source
        name = squeeze(source.text(invocation.child_by_field_name("macro"))).rpartition("::")[2]
        arguments = source.raw(invocation.named_children[-1])
        if name in self._macros:
            text = expanded(self._macros[name], arguments)
        else:
            text = items_between(name, arguments) if arguments.startswith("{") else None
        if not text or not text.strip():
            return None
        data = text.encode()
        tree = source.grammar.parser[0].parse(data)
        return None if tree.root_node.has_error else Source(source.grammar, data, tree)
