"""Ruby: public until `private`, `protected` or `private_constant` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition, Outline, main_documentation
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.ruby_calls import (
    SECTIONS,
    Call,
    Scope,
    alias,
    declared,
    hides,
    is_modifier,
    literal,
    made_type,
    read_call,
    visible,
)
from repodoc_hooks.analysis.languages.ruby_marks import Mark, Marks
from repodoc_hooks.analysis.languages.ruby_mask import repaired
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Grammar, Source

if TYPE_CHECKING:
    from tree_sitter import Node

_DECLARED = """
(module name: (_) @name)
(class name: (_) @name)
(assignment left: (constant) @name)
"""
_CONTAINERS = ("class", "module")
_REQUIRES = frozenset({"require", "require_relative", "load", "autoload"})
_PRIVATE_BY_NAME = frozenset({"initialize_copy", "initialize_clone", "initialize_dup", "respond_to_missing?"})
_MIXINS = frozenset({"include", "extend", "prepend"})
_BLOCKS = frozenset({"begin", "body_statement", "then", "else", "ensure", "rescue"})
_BRANCHES = _BLOCKS | {"if", "unless", "elsif"}


def _load() -> Any:
    import tree_sitter_ruby

    return tree_sitter_ruby.language()


def _repaired(data: bytes, root: Node) -> bytes | None:
    return repaired(data, root, GRAMMAR.parser[0], GRAMMAR.query("(heredoc_body (interpolation) @inner)"))


def _outline(source: Source) -> Outline:
    reader = _Reader(source)
    reader.read(source.root, Scope())
    out = reader.out
    _describe_aliases(out)
    for node in source.captures("(call method: (identifier)) @call"):
        out.imports += _required(source, node)
    if mentioned := tuple(sorted(_constants(source))):
        out.imports.append(Import("", mentioned, kind="mention"))
    out.doc = main_documentation(out.definitions) or source.leading_comment
    return out


def _describe_aliases(out: Outline) -> None:
    """An alias without documentation has that of the method that it names."""
    documented = {d.name: d.doc for d in out.definitions if d.doc and d.kind == "method"}
    for d in out.definitions:
        if not d.doc and d.signature.startswith("alias "):
            old = d.signature.rpartition(" ")[2].removeprefix("self.")
            d.doc = documented.get(d.name.rpartition(".")[0] + "." + old, "")


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


class _Reader:
    """Reads the bodies of a file, one inside the other, into an outline."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc="")
        self.marks = Marks(source.data)

    def read(self, body: Node, scope: Scope, lead: Iterable[Node] = ()) -> None:
        """Read a body; `lead` are comments of its first member that the grammar leaves outside of it."""
        start = len(self.out.definitions)
        lead = [*lead]
        row = (lead[0] if lead else body).start_point[0]
        stopped = False
        for node, doc in self.source.members(body, lead=lead):
            switch = self.marks.stops(row, node.start_point[0])
            stopped = stopped if switch is None else switch
            self._statement(node, doc, scope, "all" if stopped else self._mark(node))
            row = node.end_point[0]
        for d in self.out.definitions[start:]:
            _name_visibility(d, scope)

    def _mark(self, node: Node) -> Mark:
        head = node.child_by_field_name("superclass") or node.child_by_field_name("parameters")
        last = (head or node.child_by_field_name("name") or node).end_point[0]
        return self.marks.of(node.start_point[0], last)

    def _add(self, scope: Scope, mark: Mark, definitions: Iterable[Definition]) -> None:
        for d in definitions:
            d.internal = scope.internal or bool(mark)
            self.out.definitions.append(d)

    def _statement(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        match node.type:
            case "class" | "module":
                self._container(node, doc, scope, mark)
            case "singleton_class":
                self._singleton_class(node, scope)
            case "method" | "singleton_method":
                owner = node.child_by_field_name("object")
                if owner is None or owner.type in ("self", "constant"):
                    self._add(scope, mark, [self._method(node, doc, scope)])
            case "assignment":
                self._assignment(node, doc, scope, mark)
            case "identifier":
                if (word := self.source.text(node)) in SECTIONS:
                    scope.section = word
            case "call":
                self._call(node, doc, scope, mark)
            case "alias":
                names = [self.source.text(n).lstrip(":") for n in node.named_children]
                if len(names) == 2:
                    self._add(scope, mark, [alias(scope, names[0], names[1], node, doc)])
            case "if_modifier" | "unless_modifier":  # def f ... end unless method_defined?(:f)
                body = node.child_by_field_name("body")
                if body is not None:
                    self._statement(body, doc, scope, mark)
            case kind if kind in _BRANCHES:
                self._branches(node, scope)

    def _branches(self, node: Node, scope: Scope) -> None:
        parts = [node.child_by_field_name(name) for name in ("consequence", "alternative")]
        for part in parts:
            if part is not None:
                self.read(part, scope)
        if node.type in _BLOCKS:
            self.read(node, scope)

    def _container(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        path = squeeze(self.source.text(node.child_by_field_name("name")))
        name = scope.prefix + path.replace("::", ".").lstrip(".")
        parent = node.child_by_field_name("superclass")
        last = parent if parent is not None else node.child_by_field_name("name")
        head = one_line(self.source.slice(node.start_byte, (last or node).end_byte))
        kind = "class" if node.type == "class" else "module"
        internal = scope.all_internal or bool(mark)
        self.out.definitions.append(Definition(name, kind, node, head, doc, scope.public, internal=internal))
        inside = _inside(name, scope, mark)
        if parent is not None and parent.named_children:
            _, fields = made_type(self.source, parent.named_children[0])
            self._fields(fields, inside)
        self._body(node, inside)

    def _body(self, node: Node, scope: Scope) -> None:
        """The body of a class, module or block; comments before its first member stand beside it."""
        body = node.child_by_field_name("body")
        if body is not None:
            self.read(body, scope, _lead(node, body))

    def _fields(self, fields: Iterable[Node], scope: Scope) -> None:
        for field in fields:
            name = literal(self.source, field)
            text = f"attr_accessor :{name}"
            self._add(scope, "", [Definition(scope.prefix + name, "property", field, text, "", scope.public)])

    def _singleton_class(self, node: Node, scope: Scope) -> None:
        inside = Scope(
            scope.prefix,
            scope.public,
            singleton=True,
            internal=scope.internal,
            all_internal=scope.all_internal,
        )
        self._body(node, inside)

    def _method(self, node: Node, doc: str, scope: Scope) -> Definition:
        source = self.source
        name = source.text(node.child_by_field_name("name"))
        parameters = node.child_by_field_name("parameters")
        end = parameters if parameters is not None else node.child_by_field_name("name")
        signature = one_line(source.slice(node.start_byte, (end or node).end_byte))
        if name.endswith("="):
            signature = signature if signature.endswith(("=", ")")) else signature + "="
        if scope.singleton or (scope.section == "module_function" and node.type == "method"):
            signature = signature.replace("def ", "def self.", 1)
        of_object = node.type == "singleton_method"
        public = (scope.public if of_object else scope.shows) and (of_object or name not in _PRIVATE_BY_NAME)
        kind = "method" if scope.prefix or of_object else "function"
        return Definition(scope.prefix + name, kind, node, signature, doc, public)

    def _assignment(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None or left.type != "constant":
            return
        name = self.source.text(left)
        kind, fields = made_type(self.source, right)
        block = right.child_by_field_name("block") if right.type == "call" else None
        if not kind and block is not None and not _defines(block):
            block = None
        kind = kind or ("class" if block is not None else "")
        end = block.start_byte if block is not None else right.end_byte
        value = self.source.slice(right.start_byte, end)
        short = len(squeeze(value)) <= 60 or kind
        signature = f"{name} = {one_line(value)}" if short else name
        definition = Definition(
            scope.prefix + name, kind or "constant", node, signature, doc, scope.public, squeeze(value)
        )
        self._add(scope, mark, [definition])
        inside = _inside(scope.prefix + name, scope, mark)
        self._fields(fields, inside)
        if block is not None:
            self._body(block, inside)

    def _call(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        call = read_call(self.source, node, doc)
        if call is None:
            return
        if call.method in _MIXINS:
            arguments = node.child_by_field_name("arguments")
            self.out.interface.append(f"{scope.prefix}{call.method} {squeeze(self.source.text(arguments))}")
        elif call.method == "class_methods" and (block := node.child_by_field_name("block")) is not None:
            self._body(block, _inside(scope.prefix + "ClassMethods", scope, mark))
        elif is_modifier(call):
            visible(call, scope)
            self._modified(call, scope, mark)
        else:
            self._add(scope, mark, declared(call, scope))

    def _modified(self, call: Call, scope: Scope, mark: Mark) -> None:
        """`private def m`, `private attr_reader :x`, `private_constant class X`."""
        inner = replace(scope, section="private" if hides(call) else call.method)
        if call.method not in SECTIONS:
            inner.section, inner.public = "public", scope.public and not hides(call)
        for argument in call.given:
            if argument.type in ("method", "singleton_method", "call"):
                start = len(self.out.definitions)
                self._statement(argument, call.doc, inner, mark)
                for d in self.out.definitions[start:]:
                    d.public = d.public and not hides(call)


def _defines(block: Node) -> bool:
    """Whether a block defines methods, so that what it is given to is a class."""
    body = block.child_by_field_name("body")
    return body is not None and any(n.type == "method" for n in body.named_children)


def _lead(node: Node, body: Node) -> Iterator[Node]:
    """Comments between the head of a class and its body, without one that trails the head."""
    row = node.start_point[0]
    for child in node.children:
        if child.start_byte >= body.start_byte:
            break
        if child.type == "comment" and child.start_point[0] > row:
            yield child
        row = child.end_point[0]


def _inside(name: str, scope: Scope, mark: Mark) -> Scope:
    """The scope of the body of a class or module."""
    everything = scope.all_internal or mark == "all"
    return Scope(name + ".", scope.public, internal=everything or bool(mark), all_internal=everything)


def _name_visibility(d: Definition, scope: Scope) -> None:
    """What a scope says of a definition by its name: `private :a`, `private_constant :B`, `module_function :c`."""
    rest = d.name.removeprefix(scope.prefix)
    if scope.constants.get(rest.split(".", 1)[0]) == "private":
        d.public = False
    if "." in rest or d.kind in (*_CONTAINERS, "constant"):
        return
    of_object = " self." in d.signature
    word = (scope.singletons if of_object else scope.methods).get(rest)
    if word == "private":
        d.public = False
    elif word == "public":
        d.public = scope.public
    elif word == "module_function":
        d.signature = d.signature.replace("def ", "def self.", 1)


GRAMMAR = Grammar(
    name="ruby",
    load=_load,
    outline=_outline,
    markup="rdoc",
    comments=frozenset({"comment"}),
    verbatim=frozenset(
        {"string", "heredoc_body", "regex", "subshell", "string_array", "symbol_array", "delimited_symbol"}
    ),
    definitions=frozenset({"class", "module", "method", "singleton_method", "assignment", "alias", "call"}),
    optional=frozenset({";"}),
    plain_quotes=b"\\#'\"",
    reread=_repaired,
    distance=2,
)


def _needed(new: NewFile) -> tuple[str, ...]:
    return new.stem, "".join(word.capitalize() for word in new.stem.split("_"))


LANGUAGES = (
    Language(
        name="ruby",
        suffixes=("rb",),
        parse=partial(reading.parse, GRAMMAR),
        family="ruby",
        resolver="files:RubyImports",
        visibility="Methods and constants that no `private` stands before.",
        might_import=_needed,
    ),
)
