"""Ruby: public until `private`, `protected` or `private_constant` says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline, main_documentation
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.ruby_calls import (
    SECTIONS,
    Call,
    Scope,
    alias,
    apply_visibility,
    declared,
    hides,
    inside_of,
    is_modifier,
    literal,
    made_type,
    read_call,
    visible,
)
from repodoc_hooks.analysis.languages.ruby_docs import (
    code_in_comments,
    declared_in_comments,
    describe,
    overloads,
    told,
)
from repodoc_hooks.analysis.languages.ruby_imports import constants, requirements
from repodoc_hooks.analysis.languages.ruby_macros import Macros
from repodoc_hooks.analysis.languages.ruby_marks import Mark, Marks
from repodoc_hooks.analysis.languages.ruby_mask import repaired
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_CONTAINERS = ("class", "module")
_PRIVATE_BY_NAME = frozenset({"initialize_copy", "initialize_clone", "initialize_dup", "respond_to_missing?"})
_BODIES = frozenset({"class_methods", "concerning", "refine", "included", "prepended"})
_MIXINS = frozenset({"include", "extend", "prepend"})
_READ_IN_PLACE = frozenset({"included", "prepended"})
_BLOCKS = frozenset({"begin", "body_statement", "then", "else", "ensure", "rescue", "case", "when"})
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
    describe(out, reader.parsed)
    out.imports += requirements(source)
    if mentioned := tuple(sorted(constants(source))):
        out.imports.append(Import("", mentioned, kind="mention"))
    out.doc = main_documentation(out.definitions) or source.leading_comment
    return out


class _Reader:
    """Reads the bodies of a file, one inside the other, into an outline."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.out = Outline(doc="")
        self.parsed: list[Definition] = []
        self.marks = Marks(source.data)
        self.macros = Macros(source.data)

    def read(self, body: Node, scope: Scope, lead: Iterable[Node] = ()) -> None:
        """Read a body; `lead` are comments of its first member that the grammar leaves outside of it."""
        start = len(self.out.definitions)
        lead = [*lead]
        row = (lead[0] if lead else body).start_point[0]
        stopped = False
        self.out.definitions += declared_in_comments(self.source, body, lead, scope)
        for comment, code in code_in_comments(self.source, body, lead):
            self._parsed(comment, code, scope)
        for node, doc in self.source.members(body, lead=lead):
            switch = self.marks.stops(row, node.start_point[0])
            stopped = stopped if switch is None else switch
            self._statement(node, doc, scope, "all" if stopped else self._mark(node))
            row = node.end_point[0]
        for d in self.out.definitions[start:]:
            apply_visibility(d, scope)

    def _parsed(self, comment: Node, code: str, scope: Scope) -> None:
        """Definitions that are written in a comment, for YARD alone."""
        data = code.encode()
        reader = _Reader(Source(GRAMMAR, data, GRAMMAR.parser[0].parse(data)))
        reader.read(reader.source.root, Scope(scope.prefix, scope.public, internal=scope.internal))
        for d in (*reader.out.definitions, *reader.parsed):
            self.parsed.append(replace(d, node=comment, digest=d.digest or reader.source.digest(d.node)))

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
                if owner is None or owner.type in ("self", "constant", "scope_resolution"):
                    found = told(doc)
                    method = self._method(node, found.text, self._of_object(owner, scope))
                    self._add(scope, mark, overloads(method, found.forms))
            case "assignment" | "operator_assignment":
                self._assignment(node, doc, scope, mark)
            case "identifier":
                if (word := self.source.text(node)) in SECTIONS:
                    scope.section = word
            case "call":
                self._call(node, told(doc or self._beside(node)).text, scope, mark)
            case "alias":
                names = [self.source.text(n).lstrip(":") for n in node.named_children]
                if len(names) == 2 and not names[0].startswith("$"):
                    self._add(scope, mark, [alias(scope, names[0], names[1], node, doc)])
            case "undef":
                gone = {scope.prefix + self.source.text(n).lstrip(":") for n in node.named_children}
                self.out.definitions = [d for d in self.out.definitions if d.name not in gone]
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

    def _beside(self, node: Node) -> str:
        """The comment behind a definition on its line: that of a constant or an attribute."""
        after = node.next_sibling
        if after is None or after.type != "comment" or after.start_point[0] != node.end_point[0]:
            return ""
        text = self.source.documentation([after])
        return "" if text.startswith((":", "@", "=")) else text

    def _of_object(self, owner: Node | None, scope: Scope) -> Scope:
        """The scope of `def Depot.open`: that of the constant, which is often the one around."""
        if owner is None or owner.type == "self":
            return scope
        path = squeeze(self.source.text(owner)).replace("::", ".").lstrip(".")
        if f".{scope.prefix}".endswith(f".{path}."):
            return scope
        return replace(scope, prefix=f"{scope.prefix}{path}.")

    def _container(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        doc = told(doc).text
        path = squeeze(self.source.text(node.child_by_field_name("name")))
        name = scope.prefix + path.replace("::", ".").lstrip(".")
        parent = node.child_by_field_name("superclass")
        last = parent if parent is not None else node.child_by_field_name("name")
        head = one_line(self.source.slice(node.start_byte, (last or node).end_byte))
        kind = "class" if node.type == "class" else "module"
        internal = scope.all_internal or bool(mark)
        self.out.definitions.append(Definition(name, kind, node, head, doc, scope.public, internal=internal))
        inside = inside_of(name, scope, mark)
        if parent is not None and parent.named_children:
            _, fields = made_type(self.source, parent.named_children[0])
            self._fields(fields, inside, parent.named_children[0])
        self.parsed += self.macros.fields(node, inside)
        self._body(node, inside)

    def _body(self, node: Node, scope: Scope) -> None:
        """The body of a class, module or block; comments before its first member stand beside it."""
        body = node.child_by_field_name("body")
        if body is not None:
            self.read(body, scope, _lead(node, body))
        else:
            self.out.definitions += declared_in_comments(self.source, node, (), scope)

    def _fields(self, fields: Iterable[Node], scope: Scope, maker: Node) -> None:
        word = "attr_reader" if self.source.text(maker).startswith(("Data", "::Data")) else "attr_accessor"
        for field in fields:
            name = literal(self.source, field)
            self._add(
                scope,
                "",
                [Definition(scope.prefix + name, "property", field, f"{word} :{name}", "", scope.public)],
            )

    def _singleton_class(self, node: Node, scope: Scope) -> None:
        owner = node.child_by_field_name("value")
        constant = owner if owner is not None and owner.type in ("constant", "scope_resolution") else None
        inside = Scope(
            self._of_object(constant, scope).prefix,
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
        if left is None or right is None:
            return
        if left.type == "left_assignment_list":
            names = [self.source.text(each) for each in left.named_children if each.type == "constant"]
            self._add(
                scope,
                mark,
                (Definition(scope.prefix + n, "constant", node, n, doc, scope.public) for n in names),
            )
            return
        if left.type not in ("constant", "scope_resolution"):
            return
        owner = left.child_by_field_name("scope")
        scope = self._of_object(owner, scope) if owner is not None else scope
        doc = told(doc or self._beside(node)).text
        name = self.source.text(left.child_by_field_name("name") or left)
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
        if right.type == "assignment":  # A = B = 1
            self._assignment(right, doc, scope, mark)
        inside = inside_of(scope.prefix + name, scope, mark)
        self._fields(fields, inside, right)
        if kind:
            self.parsed += self.macros.fields(node, inside)
        if block is not None:
            self._body(block, inside)

    def _call(self, node: Node, doc: str, scope: Scope, mark: Mark) -> None:
        call = read_call(self.source, node, doc)
        if call is None:
            return
        if call.method in _MIXINS:
            arguments = node.child_by_field_name("arguments")
            self.out.interface.append(f"{scope.prefix}{call.method} {squeeze(self.source.text(arguments))}")
        elif (block := node.child_by_field_name("block")) is not None and call.method in _BODIES:
            self._block(call, block, scope, mark)
        elif is_modifier(call):
            visible(call, scope)
            self._modified(call, scope, mark)
        else:
            start = len(self.out.definitions)
            self._add(scope, mark, declared(call, scope))
            self._decorated(call, scope, mark)
            if len(self.out.definitions) == start:
                self._add(scope, mark, self.macros.declared(call, scope))

    def _block(self, call: Call, block: Node, scope: Scope, mark: Mark) -> None:
        """Bodies that modules give to Active Support or to `refine`, which define methods as those of classes do."""
        name = next((name for name, _ in call.names()), "")
        if call.method == "class_methods":
            name = "ClassMethods"
        elif call.method == "refine":
            name = self.source.text(call.given[0]).replace("::", ".") if call.given else ""
        if call.method in _READ_IN_PLACE:
            self._body(block, replace(scope, section="public"))
        elif name:
            if call.method != "class_methods":
                head = one_line(self.source.slice(call.node.start_byte, block.start_byte))
                self._add(
                    scope,
                    mark,
                    [Definition(scope.prefix + name, "module", call.node, head, call.doc, scope.public)],
                )
            self._body(block, inside_of(scope.prefix + name, scope, mark))

    def _decorated(self, call: Call, scope: Scope, mark: Mark) -> None:
        """`memoize def m`: a definition that is handed to a method and stands where it is."""
        for argument in call.given:
            if argument.type in ("method", "singleton_method"):
                self._statement(argument, call.doc, scope, mark)
            elif (
                argument.type == "call" and (inner := read_call(self.source, argument, call.doc)) is not None
            ):
                self._decorated(inner, scope, mark)

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
    return body is not None and any(n.type in ("method", "singleton_method") for n in body.named_children)


def _lead(node: Node, body: Node) -> Iterator[Node]:
    """Comments between the head of a class and its body, without one that trails the head."""
    row = node.start_point[0]
    for child in node.children:
        if child.start_byte >= body.start_byte:
            break
        if child.type == "comment" and child.start_point[0] > row:
            yield child
        row = child.end_point[0]


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
        separator="::",
        parse=partial(reading.parse, GRAMMAR),
        family="ruby",
        resolver="files:RubyImports",
        manifests=("*.gemspec", "*Gemfile"),
        visibility="Methods and constants that no `private` stands before.",
        might_import=_needed,
    ),
)
