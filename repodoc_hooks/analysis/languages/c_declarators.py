"""C and C++: what a declarator declares, and where the head of a definition ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node

_CALL = expression(r"\w+\(\w+(?:, ?\w+)*\)")
_OUTER_ARGUMENTS = expression(r"<(?>[^<>]++|<(?>[^<>]++|<[^<>]*+>)*+>)*+>::")
_NAMES = frozenset(
    {
        "identifier",
        "field_identifier",
        "type_identifier",
        "qualified_identifier",
        "operator_name",
        "destructor_name",
        "template_function",
    }
)


def name_of(source: Source, declarator: Node | None) -> tuple[str, bool]:
    """Name that a declarator declares, and whether it is a function; pointers and arrays are looked through."""
    function = False
    node = declarator
    while node is not None:
        if node.type == "operator_cast":
            return squeeze(source.slice(node.start_byte, _parameters_start(node))), True
        if node.type in _NAMES:
            return squeeze(source.text(node)), function
        function = function or node.type == "function_declarator"
        inner = node.child_by_field_name("declarator")
        node = (
            inner
            if inner is not None
            else next(
                (n for n in node.named_children if n.type.endswith("declarator") or n.type in _NAMES), None
            )
        )
    return "", function


def _parameters_start(conversion: Node) -> int:
    """Where the name of a conversion operator ends: `operator const char *` has what points in its declarator."""
    node: Node | None = conversion
    while node is not None:
        parameters = node.child_by_field_name("parameters")
        if parameters is not None:
            return parameters.start_byte
        inner = node.child_by_field_name("declarator")
        node = inner or next((n for n in node.named_children if n.type.endswith("declarator")), None)
    return conversion.end_byte


def storage(source: Source, node: Node) -> set[str]:
    """Storage classes of a declaration: static, extern, constexpr ..."""
    return {source.text(n) for n in node.named_children if n.type == "storage_class_specifier"}


def end_of_head(node: Node) -> Node | None:
    """Where the signature of a function definition ends: at its initialiser list or body."""
    initialisers = next((n for n in node.named_children if n.type == "field_initializer_list"), None)
    tail = ("default_method_clause", "delete_method_clause", "try_statement")
    return (
        initialisers
        or node.child_by_field_name("body")
        or next((n for n in node.named_children if n.type in tail), None)
    )


def is_pointer_to_function(declarator: Node) -> bool:
    """`int (*f)(int)` is a variable; `int *f(int)` a function, and `int (*f(char))(int)`, which returns a pointer."""
    node: Node | None = declarator
    while node is not None and node.type != "function_declarator":
        node = node.child_by_field_name("declarator")
    inner = node.child_by_field_name("declarator") if node is not None else None
    if inner is None or inner.type != "parenthesized_declarator":
        return False
    words = inner.named_children
    if len(words) == 1 and words[0].type in _NAMES:
        return False  # `int (f)(int)`, which no macro called `f` can catch
    return not _holds_function(inner)


def macro_name(source: Source, declarator: Node) -> str:
    """The call in the place of a name in a declarator of C: `PRIVATE(f)` of `void (*PRIVATE(f))(int)`; "" for none."""
    node: Node | None = declarator
    while node is not None:
        inner = node.child_by_field_name("declarator")
        if (
            node.type == "function_declarator"
            and inner is not None
            and inner.type == "parenthesized_declarator"
        ):
            named = name_of(source, inner)[0]
            if named and not _holds_function(inner):
                return named  # the macro around it is not shown to the grammar
        if node.type == "function_declarator" and inner is not None and inner.type in _NAMES:
            text = squeeze(source.text(node))
            return text if _CALL.fullmatch(text) and text[0].isupper() else ""
        node = inner or next((n for n in node.named_children if n.type.endswith("declarator")), None)
    return ""


def is_call(statement: Node) -> bool:
    """Whether a statement is a call, and no remains of something torn."""
    inner, above = statement.named_children[:1], statement.parent
    torn = above is not None and above.is_error
    return not torn and bool(inner) and inner[0].type == "call_expression"


def is_private(source: Source, access: Node) -> bool:
    """Whether an access specifier, or the macro in its place, says so: `private:`, `PRIVATE_BUT_IN_TESTS:`."""
    return b"private" in source.data[access.start_byte : source.data.find(b":", access.end_byte)].lower()


def names_only_a_type(field: Node) -> bool:
    """`CommonHeader;` among members, which declares nothing if it is no macro."""
    inside = field.named_children
    return field.type == "field_declaration" and len(inside) == 1 and inside[0].type == "type_identifier"


def is_prototype(declarator: Node) -> bool:
    """`int f(int (&a)[3]);`, which reads like a variable with a value, was the type not one of the language."""
    if declarator.type != "init_declarator":
        return False
    node = declarator.child_by_field_name("value")
    while node is not None and node.type in ("argument_list", "subscript_expression", "call_expression"):
        node = node.named_children[0] if node.named_children else None
    return node is not None and node.type == "primitive_type" and _is_arguments(declarator)


def _is_arguments(declarator: Node) -> bool:
    value = declarator.child_by_field_name("value")
    return value is not None and value.type == "argument_list"


def _holds_function(node: Node) -> bool:
    """Whether a function stands inside a declarator."""
    return any(
        child.type == "function_declarator" or (child.type.endswith("declarator") and _holds_function(child))
        for child in node.named_children
    )


def is_deduction_guide(node: Node) -> bool:
    """`Box(T) -> Box<T>;`: it names a class, not a function."""
    return node.child_by_field_name("type") is None and any(
        child.type == "function_declarator"
        and any(n.type == "trailing_return_type" for n in child.named_children)
        for child in node.named_children
    )


def is_body(node: Node) -> bool:
    """The type is defined here, not only named."""
    return node.child_by_field_name("body") is not None


def body_start(node: Node) -> int:
    """The byte at which the body of a type begins; its end without one."""
    body = node.child_by_field_name("body")
    return body.start_byte if body is not None else node.end_byte


def dotted(label: str) -> str:
    """`a::B<c::D>` as `a.B<c::D>`, `Array<T>::Entry`, which is defined outside of its class, as `Array.Entry`."""
    head, bracket, arguments = _OUTER_ARGUMENTS.sub("::", label).partition("<")
    return head.replace("::", ".") + bracket + arguments
