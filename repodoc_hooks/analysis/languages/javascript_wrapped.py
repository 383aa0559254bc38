"""Modules in functions: UMD, AMD, and scripts that give everybody what they assign to `window`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages.javascript_commonjs import WHOLE, CommonJs
from repodoc_hooks.analysis.languages.javascript_definitions import FUNCTIONS, unwrapped
from repodoc_hooks.analysis.languages.javascript_imports import string_value
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_ASSIGNED = expression(r"\b(window|globalThis|global|root|self)\.[\w$]+\s*=[^=]")
_OF_THE_LOADER = frozenset({"require", "exports", "module"})


class Wrapped:
    """Reads expressions at the top of a script for a module; what CommonJS knows of goes to `commonjs`."""

    def __init__(self, commonjs: CommonJs) -> None:
        self.commonjs = commonjs
        self.source = commonjs.source

    def expression(self, node: Node, doc: str) -> list[Node]:
        """Read an expression; the bodies of functions that are a module are given back to be read."""
        if node.type in ("assignment_expression", "augmented_assignment_expression"):
            self.commonjs.assignment(node, doc)
        elif node.type == "call_expression":
            self.commonjs.call(node, doc)
            if self.source.text(node.child_by_field_name("function")) == "define":
                return self._defined(node)
            return self._called(node)
        elif node.type == "unary_expression" and node.named_children:
            return self.expression(node.named_children[0], doc)
        elif node.type == "parenthesized_expression" and (inner := unwrapped(node)) is not None:
            return self.expression(inner, doc)
        elif node.type == "sequence_expression":
            return [body for each in node.named_children for body in self.expression(each, doc)]
        return []

    def _called(self, call: Node) -> list[Node]:
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
        if body is None:
            return []
        if not any(word in head for word in WHOLE):
            self.commonjs.everybody = frozenset(_ASSIGNED.findall(head))
            return [body] if self.commonjs.everybody else []
        return [body]

    def _defined(self, call: Node) -> list[Node]:
        """`define("name", ["a", "b"], function (a, b) { return ... })`, any of the first two left out."""
        given = call.child_by_field_name("arguments")
        for argument in given.named_children if given is not None else ():
            if argument.type == "array":
                names = [string_value(self.source, n) for n in argument.named_children if n.type == "string"]
                self.commonjs.imports += (
                    Import(name, kind="require") for name in names if name not in _OF_THE_LOADER
                )
            elif argument.type == "object":
                self.commonjs.whole(argument, argument, "")
            elif argument.type in FUNCTIONS:
                self._returned(argument)
                body = argument.child_by_field_name("body")
                return [body] if body is not None else []
        return []

    def _returned(self, factory: Node) -> None:
        """What the factory of a module gives is what the module exports."""
        self.commonjs.is_module = True
        body = factory.child_by_field_name("body")
        if body is not None and body.type != "statement_block":
            self.commonjs.whole(body, body, "")
        for statement in body.named_children if body is not None else ():
            if statement.type == "return_statement" and statement.named_children:
                self.commonjs.whole(statement, statement.named_children[0], "")
