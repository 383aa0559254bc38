"""CommonJS and what came before: `module.exports`, `exports.a`, modules in functions (UMD)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.javascript_definitions import FUNCTIONS, Definitions, unwrapped
from repodoc_hooks.analysis.languages.javascript_exports import Bound, Exports
from repodoc_hooks.analysis.languages.javascript_imports import required, string_value
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node

WHOLE = ("module.exports", "exports")
_ELSEWHERE = ("this", "self", "window", "process")


class CommonJs:
    """Reads the statements that make a script a module; `is_module` says whether there are any."""

    def __init__(self, source: Source, definitions: Definitions, exports: Exports) -> None:
        self.source = source
        self.definitions = definitions
        self.exports = exports
        self.imports: list[Import] = []
        self.lines: list[str] = []
        self.is_module = False

    def expression(self, node: Node, doc: str) -> list[Node]:
        """Read an expression; the bodies of functions that are a module are given back to be read."""
        if node.type == "assignment_expression":
            self._assignment(node, doc)
        elif node.type == "call_expression":
            self._call(node, doc)
            return self._module_bodies(node)
        elif node.type == "unary_expression" and node.named_children:
            return self.expression(node.named_children[0], doc)
        elif node.type == "parenthesized_expression" and (inner := unwrapped(node)) is not None:
            return self.expression(inner, doc)
        return []

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
                self._object(value)
                return True
            self.exports.own("default", name)
            return False
        if value is None:
            return False
        if value.type == "call_expression" and (target := required(source, value)):
            self.exports.bound.setdefault(name, Bound(target, ""))
            return True
        return False

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
        if not set(targets).isdisjoint(WHOLE):
            self._whole(node, right, doc)
            targets = [t for t in targets if t not in WHOLE]
            for target in targets:
                if target.isidentifier():
                    self.exports.own("default", target)
        for target in targets:
            self._one(target, node, right, doc)

    def _one(self, target: str, node: Node, right: Node, doc: str) -> None:
        owner, dot, name = target.rpartition(".")
        if not dot or not name.isidentifier():
            return
        if owner in WHOLE:
            self.is_module = True
            self._handed(name, node, right, doc)
        elif right.type in FUNCTIONS or right.type == "class":
            owner = owner.removesuffix(".prototype").removeprefix("module.exports.").removeprefix("exports.")
            if owner.isidentifier() and owner not in _ELSEWHERE:
                self.definitions.value(f"{owner}.{name}", node, right, doc, kind="method")

    def _handed(self, name: str, node: Node, value: Node, doc: str) -> None:
        """`name: value` of an exported object, or `exports.name = value`."""
        source = self.source
        if value.type == "identifier":
            self.exports.own(name, source.text(value))
            self.lines.append(f"{name}={source.text(value)}")
        elif value.type == "call_expression" and (target := required(source, value)):
            self.imports.append(Import(target, (name,), kind="export", use="export"))
            self.exports.other(name, target, "")
            self.lines.append(f"{name}={target}")
        else:
            self.exports.own(name)
            self.definitions.value(name, node, value, doc)

    def _whole(self, node: Node, right: Node, doc: str) -> None:
        self.is_module = True
        source = self.source
        if right.type == "identifier":
            self.exports.own("default", source.text(right))
            self.lines.append("module.exports=" + source.text(right))
        elif right.type == "object":
            self._object(right)
        elif right.type in FUNCTIONS or right.type == "class":
            name = source.text(right.child_by_field_name("name")) or "default"
            self.exports.own("default", name)
            self.definitions.value(
                name, node, right, doc, label=name if name != "default" else "module.exports"
            )
        else:
            if right.type == "call_expression" and (target := required(source, right)):
                self.imports.append(Import(target, ("*",), kind="export", use="export"))
                self.exports.other("*", target, "")
                self.exports.other("default", target, "default")
            self.lines.append("module.exports=" + squeeze(source.text(right)))

    def _object(self, node: Node) -> None:
        source = self.source
        for member, doc in source.members(node):
            if member.type == "shorthand_property_identifier":
                self.exports.own(source.text(member))
            elif member.type == "pair":
                key, value = member.child_by_field_name("key"), member.child_by_field_name("value")
                name = source.text(key).strip("'\"")
                if value is not None and name.isidentifier():
                    self._handed(name, member, value, doc)
            elif member.type == "method_definition":
                name = source.text(member.child_by_field_name("name")).strip("'\"")
                if name.isidentifier():
                    signature = source.signature(member, member.child_by_field_name("body"))
                    accessor = any(n.type in ("get", "set") for n in member.children)
                    self.definitions.add(name, "property" if accessor else "function", member, signature, doc)
                    self.exports.own(name)
            elif member.type == "spread_element":
                self._spread(member.named_children[0])
            self.lines.append("exports " + squeeze(source.text(member).split(":")[0].split("(")[0]))

    def _spread(self, value: Node) -> None:
        """`...require("x")`, or what was required by a name."""
        target = required(self.source, value) if value.type == "call_expression" else ""
        if not target and (bound := self.exports.bound.get(self.source.text(value))) is not None:
            target = bound.target
        if target:
            self.exports.other("*", target, "")
            self.imports.append(Import(target, ("*",), kind="export", use="export"))

    def _call(self, node: Node, doc: str) -> None:
        """`Object.defineProperty(exports, "a", ...)`, `Object.assign(module.exports, {...})`, `__exportStar(...)`."""
        source = self.source
        called = source.text(node.child_by_field_name("function"))
        given = node.child_by_field_name("arguments")
        arguments = given.named_children if given is not None else []
        if called.endswith("__exportStar") and arguments and arguments[0].type == "call_expression":
            self.is_module = True
            self._spread(arguments[0])
        if len(arguments) < 2 or source.text(arguments[0]) not in WHOLE:
            return
        if called == "Object.defineProperty" and arguments[1].type == "string":
            self.is_module = True
            if (name := string_value(source, arguments[1])) != "__esModule":
                self.exports.own(name)
                self.definitions.add(name, "variable", node, name, doc)
        elif called == "Object.assign":
            self.is_module = True
            for argument in arguments[1:]:
                if argument.type == "object":
                    self._object(argument)
                else:
                    self._spread(argument)

    def _module_bodies(self, call: Node) -> list[Node]:
        """The bodies of a function that is called where it stands, and of the factories that it is given."""
        function = unwrapped(call.child_by_field_name("function"))
        if function is not None and function.type == "member_expression":  # (function () {}).call(this)
            function = unwrapped(function.child_by_field_name("object"))
        if function is None or function.type not in FUNCTIONS:
            return []
        given = call.child_by_field_name("arguments")
        factories = [n for n in (given.named_children if given is not None else ()) if n.type in FUNCTIONS]
        head = self.source.text(function)
        if factories and any(word in head for word in ("module.exports", "define.amd", "exports")):
            for factory in factories:
                self._returned(factory)
            return [body for f in factories if (body := f.child_by_field_name("body")) is not None]
        body = function.child_by_field_name("body")
        return [body] if body is not None and any(word in head for word in WHOLE) else []

    def _returned(self, factory: Node) -> None:
        """What the factory of a module gives is what the module exports."""
        self.is_module = True
        body = factory.child_by_field_name("body")
        for statement in body.named_children if body is not None else ():
            if statement.type == "return_statement" and statement.named_children:
                self._whole(statement, statement.named_children[0], "")
