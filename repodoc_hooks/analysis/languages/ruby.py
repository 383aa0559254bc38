"""Ruby: public until `private`, `protected` or `private_constant` says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARED = """
(module name: (_) @name)
(class name: (_) @name)
(assignment left: (constant) @name)
"""
_REQUIRES = frozenset({"require", "require_relative", "load", "autoload"})
_ATTRIBUTES = frozenset({"attr_reader", "attr_writer", "attr_accessor", "attr"})
_SECTIONS = frozenset({"private", "protected", "public", "module_function"})
_HIDERS = frozenset({"private", "protected", "private_class_method", "private_constant"})


def _load() -> Any:
    import tree_sitter_ruby

    return tree_sitter_ruby.language()


@dataclass(slots=True)
class _Scope:
    """A class or module body being read; `section` is what a bare `private` has set."""

    prefix: str
    public: bool
    section: str = "public"
    hidden: set[str] = field(default_factory=set)


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    _read(source, source.root, _Scope("", True), out)
    for node in source.captures("(call method: (identifier)) @call"):
        out.imports += _required(source, node)
    if mentioned := tuple(sorted(_constants(source))):
        out.imports.append(Import("", mentioned, kind="mention"))
    containers = (d.doc for d in out.definitions if d.doc and d.kind in ("class", "module"))
    out.doc = next(containers, "") or source.leading_comment
    return out


def _constants(source: Source) -> set[str]:
    """Constants that the file names, with their scopes as written: `Wire::Sender`."""
    declared = {node.id for node in source.captures(_DECLARED)}
    found = set()
    covered = 0
    for node in source.captures("[(scope_resolution) (constant)] @name"):
        if node.start_byte >= covered:
            covered = node.end_byte
            if node.id not in declared:
                found.add(squeeze(source.text(node)))
    return found


def _required(source: Source, call: Node) -> Iterator[Import]:
    method = source.text(call.child_by_field_name("method"))
    arguments = call.child_by_field_name("arguments")
    if method not in _REQUIRES or call.child_by_field_name("receiver") is not None or arguments is None:
        return
    strings = [n for n in arguments.named_children if n.type == "string"]
    if strings:
        target = source.text(strings[-1])[1:-1]
        if target and "#{" not in target:
            yield Import(target, kind=method)
    elif "__dir__" in (text := source.text(arguments)) or "__FILE__" in text:
        pieces = text.split('"')[1::2] or text.split("'")[1::2]
        if pieces:
            yield Import("/".join(pieces).replace("#{__dir__}/", "").lstrip("/"), kind="require_relative")


def _read(source: Source, body: Node, scope: _Scope, out: Outline) -> None:
    start = len(out.definitions)
    for node, doc in source.members(body):
        _statement(source, node, doc, scope, out)
    for d in out.definitions[start:]:
        rest = d.name.removeprefix(scope.prefix)
        if rest in scope.hidden or rest.split(".", 1)[0] in scope.hidden:
            d.public = False


def _statement(source: Source, node: Node, doc: str, scope: _Scope, out: Outline) -> None:
    match node.type:
        case "class" | "module":
            _container(source, node, doc, scope, out)
        case "singleton_class":
            body = node.child_by_field_name("body")
            if body is not None:
                _read(source, body, _Scope(scope.prefix, scope.public), out)
        case "method":
            out.definitions.append(_method(source, node, doc, scope))
        case "singleton_method":
            definition = _method(source, node, doc, scope)
            definition.public = scope.public
            out.definitions.append(definition)
        case "assignment":
            out.definitions += _constant(source, node, doc, scope)
        case "identifier":
            if (word := source.text(node)) in _SECTIONS:
                scope.section = word
        case "call":
            _call(source, node, doc, scope, out)
        case "alias":
            names = [source.text(n).lstrip(":") for n in node.named_children]
            if len(names) == 2:
                text = f"alias {names[0]} {names[1]}"
                public = scope.public and scope.section == "public"
                out.definitions.append(Definition(scope.prefix + names[0], "method", node, text, doc, public))
        case "if" | "unless" | "begin" | "body_statement" | "then" | "else":
            for part in (node.child_by_field_name("consequence"), node.child_by_field_name("alternative")):
                if part is not None:
                    _read(source, part, scope, out)
            if node.type in ("begin", "body_statement"):
                _read(source, node, scope, out)


def _container(source: Source, node: Node, doc: str, scope: _Scope, out: Outline) -> None:
    name = scope.prefix + squeeze(source.text(node.child_by_field_name("name"))).replace("::", ".").lstrip(
        "."
    )
    body = node.child_by_field_name("body")
    parent = node.child_by_field_name("superclass")
    head = source.slice(node.start_byte, (parent or node.child_by_field_name("name") or node).end_byte)
    kind = "class" if node.type == "class" else "module"
    out.definitions.append(Definition(name, kind, node, one_line(head), doc, scope.public))
    if body is not None:
        _read(source, body, _Scope(name + ".", scope.public), out)


def _method(source: Source, node: Node, doc: str, scope: _Scope) -> Definition:
    name = source.text(node.child_by_field_name("name"))
    parameters = node.child_by_field_name("parameters")
    end = parameters if parameters is not None else node.child_by_field_name("name")
    signature = one_line(source.slice(node.start_byte, (end or node).end_byte))
    if name.endswith("="):
        signature = signature if signature.endswith(("=", ")")) else signature + "="
    shown = scope.section in ("public", "module_function")
    public = scope.public and (shown or bool(node.type == "singleton_method"))
    kind = "method" if scope.prefix or node.type == "singleton_method" else "function"
    return Definition(scope.prefix + name, kind, node, signature, doc, public)


def _constant(source: Source, node: Node, doc: str, scope: _Scope) -> Iterator[Definition]:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or left.type != "constant":
        return
    name = source.text(left)
    value = squeeze(source.text(right))
    signature = f"{name} = {one_line(source.text(right))}" if len(value) <= 60 else name
    yield Definition(scope.prefix + name, "constant", node, signature, doc, scope.public, value)


def _call(source: Source, node: Node, doc: str, scope: _Scope, out: Outline) -> None:
    method = source.text(node.child_by_field_name("method"))
    arguments = node.child_by_field_name("arguments")
    given = arguments.named_children if arguments is not None else []
    if node.child_by_field_name("receiver") is not None:
        return
    if method in _ATTRIBUTES:
        public = scope.public and scope.section == "public"
        for argument in given:
            if argument.type == "simple_symbol":
                label = source.text(argument).lstrip(":")
                text = f"{method} :{label}"
                out.definitions.append(
                    Definition(scope.prefix + label, "property", argument, text, doc, public)
                )
        return
    if method == "alias_method" and len(given) == 2:
        names = [source.text(n).lstrip(":").strip("'\"") for n in given]
        public = scope.public and scope.section == "public"
        text = f"alias {names[0]} {names[1]}"
        out.definitions.append(Definition(scope.prefix + names[0], "method", node, text, doc, public))
        return
    if method in ("include", "extend", "prepend"):
        out.interface.append(f"{scope.prefix}{method} {squeeze(source.text(arguments))}")
        return
    if method not in _SECTIONS and method not in _HIDERS and method != "public_class_method":
        return
    if not given and method in _SECTIONS:
        scope.section = method
    for argument in given:
        if argument.type in ("method", "singleton_method"):  # private def m
            definition = _method(source, argument, doc, scope)
            definition.public = definition.public and method not in _HIDERS
            out.definitions.append(definition)
        elif argument.type == "call":  # private attr_reader :x
            _call(source, argument, doc, _Scope(scope.prefix, scope.public and method not in _HIDERS), out)
        elif method in _HIDERS:
            scope.hidden |= {word.strip(":\"'[] ") for word in source.text(argument).split(",")}


GRAMMAR = Grammar(
    name="ruby",
    load=_load,
    outline=_outline,
    comments=frozenset({"comment"}),
    verbatim=frozenset(
        {"string", "heredoc_body", "regex", "subshell", "string_array", "symbol_array", "delimited_symbol"}
    ),
    definitions=frozenset({"class", "module", "method", "singleton_method", "assignment", "alias", "call"}),
    optional=frozenset({";"}),
    plain_quotes=b"\\#'\"",
)


def _needed(new: NewFile) -> tuple[str, ...]:
    return new.stem, "".join(word.capitalize() for word in new.stem.split("_"))


LANGUAGES = (
    Language(
        name="ruby",
        suffixes=("rb",),
        parse=partial(reading.parse, GRAMMAR),
        resolver="files:RubyImports",
        visibility="Methods and constants that no `private` stands before.",
        might_import=_needed,
    ),
)
