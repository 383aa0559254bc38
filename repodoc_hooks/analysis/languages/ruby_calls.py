"""Ruby: what calls in the body of a class or module declare (`attr_reader`, `private`, `delegate`, `Struct.new`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.outline import Definition
from repodoc_hooks.analysis.languages.ruby_marks import Mark
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source

if TYPE_CHECKING:
    from tree_sitter import Node

_OWN = ("self", "singleton_class")
SECTIONS = frozenset({"private", "protected", "public", "module_function"})
_ATTRIBUTES = frozenset({"attr_reader", "attr_writer", "attr_accessor", "attr"})
_CLASS_ATTRIBUTES = frozenset(
    {
        *(
            f"{owner}attr_{kind}"
            for owner in ("m", "c", "thread_m", "thread_c")
            for kind in ("reader", "writer", "accessor")
        ),
        "class_attribute",
    }
)
_RECORDS = {("Struct", "new"), ("Data", "define")}
_TYPES = {("Class", "new"): "class", ("Module", "new"): "module"}


class Scope(Struct):
    """A class or module body that is being read.

    `section` is what a bare `private` has set, `singleton` says that it stands in `class << self`, `internal` that its
    members are not meant for users, `all_internal` that nothing in it is. `methods`, `singletons` and `constants` are
    the visibilities that calls give by name.
    """

    prefix: str = ""
    public: bool = True
    section: str = "public"
    singleton: bool = False
    internal: bool = False
    all_internal: bool = False
    methods: dict[str, str] = field(default_factory=dict)
    singletons: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def shows(self) -> bool:
        """Whether a method defined now is public."""
        return self.public and self.section in ("public", "module_function")


def inside_of(name: str, scope: Scope, mark: Mark) -> Scope:
    """The scope of the body of a class or module."""
    everything = scope.all_internal or mark == "all"
    return Scope(name + ".", scope.public, internal=everything or bool(mark), all_internal=everything)


def apply_visibility(d: Definition, scope: Scope) -> None:
    """What a scope says of a definition by its name: `private :a`, `private_constant :B`, `module_function :c`."""
    rest = d.name.removeprefix(scope.prefix)
    if scope.constants.get(rest.split(".", 1)[0]) == "private":
        d.public = False
    if "." in rest or d.kind in ("class", "module", "constant"):
        return
    of_object = scope.singleton or " self." in d.signature
    word = (scope.singletons if of_object else scope.methods).get(rest)
    if word == "private":
        d.public = False
    elif word == "public":
        d.public = scope.public
    elif word == "module_function":
        d.signature = d.signature.replace("def ", "def self.", 1)


class Call(Struct, frozen=True):
    """A call in a body: its method, arguments, and the documentation above it."""

    source: Source
    node: Node
    method: str
    given: tuple[Node, ...]
    doc: str

    def names(self, skip: int = 0) -> Iterator[tuple[str, Node]]:
        """Names that symbols and strings among the arguments, or in arrays among them, stand for."""
        for argument in self.given[skip:]:
            if argument.type == "splat_argument" and argument.named_children:  # *%i[a b]
                argument = argument.named_children[0]
            if argument.type in ("array", "symbol_array", "string_array"):
                for inner in argument.named_children:
                    yield literal(self.source, inner), inner
            elif name := literal(self.source, argument):
                yield name, argument

    def option(self, name: str) -> str:
        """The text of a keyword argument, "" without it."""
        for argument in self.given:
            key = argument.child_by_field_name("key") if argument.type == "pair" else None
            if key is not None and self.source.text(key).rstrip(":").lstrip(":") == name:
                return self.source.text(argument.child_by_field_name("value"))
        return ""


def read_call(source: Source, node: Node, doc: str) -> Call | None:
    """A call without receiver, or on `self` or `singleton_class`; None for others."""
    receiver = node.child_by_field_name("receiver")
    if receiver is not None and source.text(receiver) not in _OWN:
        return None
    arguments = node.child_by_field_name("arguments")
    given = tuple(arguments.named_children) if arguments is not None else ()
    return Call(source, node, source.text(node.child_by_field_name("method")), given, doc)


def literal(source: Source, node: Node) -> str:
    """The name that a symbol or string stands for, "" for anything else and for one that is put together."""
    if any(inner.type == "interpolation" for inner in node.named_children):
        return ""
    if node.type in ("simple_symbol", "bare_symbol", "bare_string", "string", "delimited_symbol"):
        return source.text(node).lstrip(":").strip("'\"")
    return ""


def is_modifier(call: Call) -> bool:
    """Whether a call says how visible something is."""
    return call.method in _MODIFIERS


def visible(call: Call, scope: Scope) -> None:
    """Note the visibility that a call gives to what it names, or to all that follows."""
    table, word = _MODIFIERS[call.method]
    if not call.given and call.method in SECTIONS:
        scope.section = call.method
    named: dict[str, str] = getattr(scope, "singletons" if scope.singleton and table == "methods" else table)
    for name, _ in call.names():
        named[name] = word


def hides(call: Call) -> bool:
    """Whether the definition that is the argument of this call is hidden by it."""
    return _MODIFIERS[call.method][1] == "private"


_MODIFIERS = {
    "private": ("methods", "private"),
    "protected": ("methods", "private"),
    "public": ("methods", "public"),
    "module_function": ("methods", "module_function"),
    "private_class_method": ("singletons", "private"),
    "public_class_method": ("singletons", "public"),
    "private_constant": ("constants", "private"),
}


def declared(call: Call, scope: Scope) -> Iterator[Definition]:
    """What a call declares in this scope."""
    if call.method in _ATTRIBUTES:
        yield from _attributes(call, scope)
    elif call.method in _CLASS_ATTRIBUTES:
        yield from _class_attributes(call, scope)
    elif maker := _MAKERS.get(call.method):
        yield from maker(call, scope)


def _attributes(call: Call, scope: Scope) -> Iterator[Definition]:
    owner = "self." if scope.singleton else ""
    for name, node in call.names():
        text = f"{owner}{call.method} :{name}"
        yield Definition(scope.prefix + name, "property", node, text, call.doc, scope.shows)


def _class_attributes(call: Call, scope: Scope) -> Iterator[Definition]:
    for name, node in call.names():
        yield Definition(
            scope.prefix + name, "property", node, f"{call.method} :{name}", call.doc, scope.public
        )


def _aliased(call: Call, scope: Scope) -> Iterator[Definition]:
    receiver = call.node.child_by_field_name("receiver")
    if receiver is not None and call.source.text(receiver) == "singleton_class":
        scope = replace(scope, singleton=True)
    names = [name for name, _ in call.names()]
    if len(names) == 2:
        yield alias(scope, names[0], names[1], call.node, call.doc)


def alias(scope: Scope, new: str, old: str, node: Node, doc: str) -> Definition:
    """A second name of a method."""
    owner = "self." if scope.singleton else ""
    return Definition(
        scope.prefix + new, "method", node, f"alias {owner}{new} {owner}{old}", doc, scope.shows
    )


def _defined(call: Call, scope: Scope) -> Iterator[Definition]:
    """`define_method(:name) { |parameter| ... }`."""
    block = call.node.child_by_field_name("block")
    given = block.child_by_field_name("parameters") if block is not None else None
    parameters = one_line(call.source.text(given).strip("|")) if given is not None else ""
    for name, _ in [*call.names()][:1]:
        text = f"def {name}({parameters})" if parameters else f"def {name}"
        yield Definition(scope.prefix + name, "method", call.node, text, call.doc, scope.shows)


def _delegated(call: Call, scope: Scope) -> Iterator[Definition]:
    """`delegate :a, :b, to: :c, prefix: true` of Active Support, `delegate %i[a b] => :c` of Forwardable."""
    target, prefix = call.option("to"), call.option("prefix").lstrip(":")
    if not target:
        yield from _delegated_by_name(call, scope)
        return
    before = {"": "", "false": "", "true": target.lstrip(":@") + "_"}.get(prefix, prefix + "_")
    public = scope.shows and call.option("private") != "true"
    for name, node in call.names():
        text = f"delegate :{name}, to: {squeeze(target)}"
        yield Definition(scope.prefix + before + name, "method", node, text, call.doc, public)


def _delegated_by_name(call: Call, scope: Scope) -> Iterator[Definition]:
    for pair in call.given:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type != "pair" or key is None:
            continue
        inner = key.named_children if key.type in ("array", "symbol_array", "string_array") else [key]
        for node in inner:
            if name := literal(call.source, node):
                text = f"{call.method} :{name} => {squeeze(call.source.text(value))}"
                yield Definition(scope.prefix + name, "method", node, text, call.doc, scope.shows)


def _forwarded(call: Call, scope: Scope) -> Iterator[Definition]:
    """`def_delegators :@target, :a, :b` of Forwardable."""
    target = call.source.text(call.given[0]) if call.given else ""
    for name, node in call.names(skip=1):
        text = f"{call.method} {target}, :{name}"
        yield Definition(scope.prefix + name, "method", node, text, call.doc, scope.shows)


def _forwarded_as(call: Call, scope: Scope) -> Iterator[Definition]:
    """`def_delegator :@target, :theirs, :ours` of Forwardable."""
    names = [name for name, _ in call.names(skip=1)]
    if names:
        text = f"{call.method} {', '.join(map(call.source.text, call.given))}"
        yield Definition(scope.prefix + names[-1], "method", call.node, one_line(text), call.doc, scope.shows)


_MAKERS: dict[str, Callable[[Call, Scope], Iterator[Definition]]] = {
    "alias_method": _aliased,
    "define_method": _defined,
    "delegate": _delegated,
    "instance_delegate": _delegated,
    "def_delegators": _forwarded,
    "def_instance_delegators": _forwarded,
    "def_delegator": _forwarded_as,
    "def_instance_delegator": _forwarded_as,
}


def made_type(source: Source, value: Node) -> tuple[str, list[Node]]:
    """The kind of type that an expression makes ("class" for `Struct.new(:a)`) and the names of its attributes; "" for
    any other expression."""
    if value.type != "call":
        return "", []
    receiver, method = value.child_by_field_name("receiver"), value.child_by_field_name("method")
    key = source.text(receiver).lstrip(":"), source.text(method)
    if key in _RECORDS:
        arguments = value.child_by_field_name("arguments")
        given = arguments.named_children if arguments is not None else []
        return "class", [node for node in given if node.type == "simple_symbol"]
    return _TYPES.get(key, ""), []
