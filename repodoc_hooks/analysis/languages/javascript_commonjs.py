"""CommonJS: `module.exports`, `exports.a`, and what is done to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.javascript_definitions import (
    FUNCTIONS,
    SCALARS,
    Definitions,
    unwrapped,
)
from repodoc_hooks.analysis.languages.javascript_exports import Bound, Exports
from repodoc_hooks.analysis.languages.javascript_imports import required, required_member, string_value
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

WHOLE = ("module.exports", "exports")
EVERYBODY = frozenset({"window", "globalThis", "global", "root", "self"})
"""Objects whose properties everybody sees."""
_ELSEWHERE = frozenset({"this", "process", *EVERYBODY})
_OF_BROWSERS = expression(r"location|name|status|opener|on[a-z]+|\d+")
"""Properties of `window` that do something and declare nothing."""
_NAME = expression(r"[\w$-]+\Z")
_NOT_HANDED = frozenset({"__esModule"})


class CommonJs:
    """Reads the statements that make a script a module; `is_module` says whether there are any.

    `everybody` are the objects that what is assigned to becomes everybody's (`window`), inside of a function that is
    called where it stands.
    """

    def __init__(self, source: Source, definitions: Definitions, exports: Exports) -> None:
        self.source = source
        self.definitions = definitions
        self.exports = exports
        self.imports: list[Import] = []
        self.lines: list[str] = []
        self.is_module = False
        self.everybody: frozenset[str] = frozenset()
        self._for_everybody: list[tuple[str, Node, Node, str]] = []
        self._whole_names = {*WHOLE}
        self._objects: set[str] = set()

    def declared(self, node: Node, doc: str) -> bool:
        """Whether a declarator is `const x = module.exports = {...}` or `= require("x")`, and is done with."""
        source = self.source
        name = source.text(node.child_by_field_name("name"))
        value = node.child_by_field_name("value")
        found = False
        while value is not None and value.type == "assignment_expression":
            found = found or source.text(value.child_by_field_name("left")) in WHOLE
            value = value.child_by_field_name("right")
        if found and value is not None:
            self.is_module = True
            self.lines.append("module.exports=" + name)
            if value.type == "object" and value.named_children:
                self.object(value)
                return True
            self._objects.add(name)
            self.exports.own("default", name)
            return False
        if value is None:
            return False
        if source.text(value) in WHOLE:  # const self = exports
            self._whole_names.add(name)
            return True
        target, origin = required(source, value) if value.type == "call_expression" else "", ""
        if not target:
            target, origin = required_member(source, value)
        if target:
            self.exports.bound.setdefault(name, Bound(target, origin))
        return bool(target)

    def assignment(self, node: Node, doc: str) -> None:
        """`module.exports = x`, `exports.a = x`, `app.method = function`, `C.prototype.m = function`."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        targets = [left]
        while right is not None and right.type == "assignment_expression":  # exports = module.exports = x
            targets.append(right.child_by_field_name("left"))
            right = right.child_by_field_name("right")
        if right is None:
            return
        places = [place for target in targets if (place := self._place(target))]
        if any(place in (("", name) for name in WHOLE) for place in places):
            self.whole(node, right, doc)
            for owner, name in places:
                if not owner and name.isidentifier() and name not in WHOLE:
                    self._objects.add(name)
                    self.exports.own("default", name)
        for owner, name in places:
            if owner:
                self._member(owner, name, node, right, doc)

    def _place(self, target: Node | None) -> tuple[str, str] | None:
        """Owner and name that are assigned to: `a.b` and `a["b"]`; the whole of the exports is a name."""
        if target is None:
            return None
        text = self.source.text(target)
        if text in WHOLE or target.type == "identifier":
            return "", text
        owner = self.source.text(target.child_by_field_name("object"))
        if target.type == "member_expression":
            return owner, self.source.text(target.child_by_field_name("property"))
        index = target.child_by_field_name("index") if target.type == "subscript_expression" else None
        if index is None or index.type != "string":
            return None
        return owner, string_value(self.source, index)

    def _member(self, owner: str, name: str, node: Node, right: Node, doc: str) -> None:
        if owner in self._whole_names or (owner in self.everybody and name.isidentifier()):
            self.is_module = True
            if _NAME.match(name) and name not in _NOT_HANDED:
                self._handed(name, node, right, doc)
            return
        if owner in EVERYBODY and name.isidentifier() and not _OF_BROWSERS.fullmatch(name):
            self._for_everybody.append((name, node, right, doc))
            return
        is_code = right.type in FUNCTIONS or right.type == "class"
        if name == "prototype" and right.type == "object":
            self._prototype(owner, right)
        elif is_code or (owner in self._objects and name.isidentifier()):
            owner = owner.removesuffix(".prototype").removeprefix("module.exports.").removeprefix("exports.")
            if owner.isidentifier() and owner not in _ELSEWHERE and name.isidentifier():
                kind = "method" if is_code else "property"
                self.definitions.value(f"{owner}.{name}", node, right, doc, kind=kind)

    def give_everybody(self) -> None:
        """What a script that is no module gives everybody by `window.name = ...`."""
        known = {d.name for d in self.definitions.found}
        for name, node, value, doc in self._for_everybody:
            if name not in known:
                self.definitions.value(name, node, value, doc)

    def _prototype(self, owner: str, node: Node) -> None:
        """`C.prototype = { m() {} }`: what the objects of a constructor have."""
        source = self.source
        if not owner.isidentifier():
            return
        for member, doc in source.members(node):
            if member.type == "method_definition":
                name = source.text(member.child_by_field_name("name"))
                signature = source.signature(member, member.child_by_field_name("body"))
                self.definitions.add(f"{owner}.{name}", "method", member, signature, doc)
            elif member.type == "pair":
                key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
                name = source.text(key).strip("'\"")
                if value is not None and value.type in FUNCTIONS and name != "constructor":
                    self.definitions.value(f"{owner}.{name}", member, value, doc, kind="method")

    def _handed(self, name: str, node: Node, value: Node, doc: str) -> None:
        """`name: value` of an exported object, or `exports.name = value`."""
        source = self.source
        text = source.text(value)
        if text in WHOLE or text in ("void 0", "undefined"):
            return
        target, origin = required(source, value) if value.type == "call_expression" else "", ""
        if not target:
            target, origin = self._bound_member(value)
        if value.type == "identifier":
            self.exports.own(name, text)
            self.lines.append(f"{name}={text}")
        elif target:
            self.imports.append(Import(target, (origin or name,), kind="export", use="export"))
            self.exports.other(name, target, origin)
            self.lines.append(f"{name}={target}")
        else:
            self.exports.own(name)
            self.definitions.value(name, node, value, doc)

    def _bound_member(self, value: Node) -> tuple[str, str]:
        """Module and name of `require("x").name`, or of `x.name` where `x` is what was required."""
        target, origin = required_member(self.source, value)
        if not target and value.type == "member_expression":
            owner = self.exports.bound.get(self.source.text(value.child_by_field_name("object")))
            if owner is not None and not owner.origin:
                return owner.target, self.source.text(value.child_by_field_name("property"))
        return target, origin

    def whole(self, node: Node, right: Node, doc: str) -> None:
        """What a module is as a whole: `module.exports = ...`, what a factory returns."""
        self.is_module = True
        source = self.source
        right = unwrapped(right) or right
        if (parts := self._assigned_to(right)) is not None:
            self.whole(node, parts[0], doc)
            for part in parts[1:]:
                self.object(part)
            return
        target, origin = self._bound_member(right)
        if right.type == "call_expression":
            target = required(source, right)
        if right.type == "identifier":
            self.exports.own("default", source.text(right))
            self.lines.append("module.exports=" + source.text(right))
        elif right.type == "object":
            self.object(right)
        elif right.type in FUNCTIONS or right.type == "class":
            name = source.text(right.child_by_field_name("name")) or "default"
            self.exports.own("default", name)
            self.definitions.value(
                name, node, right, doc, label=name if name != "default" else "module.exports"
            )
        elif right.type == "ternary_expression":
            for name in ("consequence", "alternative"):
                if (branch := right.child_by_field_name(name)) is not None:
                    self.whole(node, branch, doc)
        elif target:
            self.imports.append(Import(target, (origin or "*",), kind="export", use="export"))
            if not origin:
                self.exports.other("*", target, "")
            self.exports.other("default", target, origin or "default")
            self.lines.append("module.exports=" + squeeze(source.text(right)))
        elif source.text(right) not in WHOLE:
            self.exports.own("default")
            self.definitions.value("default", node, right, doc, label="module.exports")
            self.lines.append("module.exports=" + squeeze(source.text(right)))

    def _assigned_to(self, node: Node) -> list[Node] | None:
        """The arguments of `Object.assign(main, { more })`, None for anything else."""
        if self.source.text(node.child_by_field_name("function")) != "Object.assign":
            return None
        given = node.child_by_field_name("arguments")
        members = [n for n in (given.named_children if given is not None else ()) if n.type != "comment"]
        if not members:
            return None
        main, *others = members
        fits = main.type in ("identifier", "object", *FUNCTIONS) and all(n.type == "object" for n in others)
        return [main, *others] if others and fits else None

    def object(self, node: Node) -> None:
        """What an object hands out that is a module."""
        source = self.source
        for member, doc in source.members(node):
            if member.type == "shorthand_property_identifier":
                self.exports.own(source.text(member))
            elif member.type == "pair":
                key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
                name = source.text(key).strip("'\"")
                if value is not None and _NAME.match(name):
                    self._handed(name, member, value, doc)
            elif member.type == "method_definition":
                name = source.text(member.child_by_field_name("name")).strip("'\"")
                if name.isidentifier():
                    signature = source.signature(member, member.child_by_field_name("body"))
                    accessor = any(n.type in ("get", "set") for n in member.children)
                    self.definitions.add(name, "property" if accessor else "function", member, signature, doc)
                    self.exports.own(name)
            elif member.type == "spread_element":
                self.spread(member.named_children[0])
            self.lines.append("exports " + squeeze(source.text(member).split(":")[0].split("(")[0]))

    def spread(self, value: Node) -> None:
        """`...require("x")`, or what was required by a name."""
        target = required(self.source, value) if value.type == "call_expression" else ""
        if not target and (bound := self.exports.bound.get(self.source.text(value))) is not None:
            target = bound.target
        if target:
            self.exports.other("*", target, "")
            self.imports.append(Import(target, ("*",), kind="export", use="export"))

    def call(self, node: Node, doc: str) -> None:
        """`Object.defineProperty(exports, "a", ...)`, `Object.assign(module.exports, {...})`, `__exportStar(...)`."""
        source = self.source
        called = source.text(node.child_by_field_name("function"))
        given = node.child_by_field_name("arguments")
        arguments = given.named_children if given is not None else []
        if called.endswith("__exportStar") and arguments and arguments[0].type == "call_expression":
            self.is_module = True
            self.spread(arguments[0])
        if len(arguments) < 2 or not called.startswith("Object."):
            return
        owner = source.text(arguments[0])
        if called == "Object.assign" and owner.endswith(".prototype") and arguments[1].type == "object":
            self._prototype(owner.removesuffix(".prototype"), arguments[1])
        if owner not in self._whole_names:
            return
        if called == "Object.defineProperty" and arguments[1].type == "string":
            self.is_module = True
            self._defined(string_value(source, arguments[1]), node, arguments[2:], doc)
        elif called == "Object.defineProperties" and arguments[1].type == "object":
            self.is_module = True
            for member, about in source.members(arguments[1]):
                if member.type == "pair":
                    key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
                    self._defined(string_value(source, key), member, [value] if value else [], about)
        elif called == "Object.assign":
            self.is_module = True
            for argument in arguments[1:]:
                if argument.type == "object":
                    self.object(argument)
                else:
                    self.spread(argument)

    def _defined(self, name: str, node: Node, descriptor: list[Node], doc: str) -> None:
        """A property that is defined by its descriptor; a getter may lead to another module."""
        if name in _NOT_HANDED or not _NAME.match(name):
            return
        value = self._gotten(descriptor[0]) if descriptor else None
        if value is not None and (
            value.type in ("identifier", "member_expression", "call_expression") or value.type in SCALARS
        ):
            target, _ = self._bound_member(value)
            if target or value.type == "identifier" or required(self.source, value):
                self._handed(name, node, value, doc)
                return
        elif value is not None and (value.type in FUNCTIONS or value.type == "class"):
            self._handed(name, node, value, doc)
            return
        self.exports.own(name)
        self.definitions.add(name, "variable", node, name, doc)

    def _gotten(self, descriptor: Node) -> Node | None:
        """What the getter or the value of a descriptor gives."""
        for member in descriptor.named_children if descriptor.type == "object" else ():
            key = self.source.text(member.child_by_field_name("key") or member.child_by_field_name("name"))
            value = member.child_by_field_name("value")
            if key == "value":
                return value
            if key == "get":
                body = (value or member).child_by_field_name("body")
                if body is not None and body.type != "statement_block":
                    return body
                for statement in body.named_children if body is not None else ():
                    if statement.type == "return_statement" and statement.named_children:
                        return statement.named_children[0]
        return None
