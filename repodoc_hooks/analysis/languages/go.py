"""Go: exported is what begins with a capital; a package is a directory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from repodoc_hooks.analysis.facts import Import
from repodoc_hooks.analysis.languages import reading
from repodoc_hooks.analysis.languages.comments import one_line
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.record import Language, NewFile
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Node


def _load() -> Any:
    import tree_sitter_go

    return tree_sitter_go.language()


def _exported(name: str) -> bool:
    return name[:1].isupper()


def _outline(source: Source) -> Outline:
    out = Outline(doc="")
    for node, doc in source.members(source.root):
        match node.type:
            case "package_clause":
                out.package = source.text(node.named_children[-1])
                out.doc = doc or source.leading_comment
            case "import_declaration":
                out.imports += _imports(source, node)
            case "function_declaration":
                out.definitions.append(_function(source, node, doc, ""))
            case "method_declaration":
                out.definitions.append(_function(source, node, doc, _receiver(source, node)))
            case "type_declaration":
                for spec, own in source.members(node):
                    out.definitions += _type(source, spec, own or doc)
            case "const_declaration" | "var_declaration":
                out.definitions += _values(source, node, doc)
    return out


def _imports(source: Source, node: Node) -> Iterator[Import]:
    specs = [n for n in node.named_children if n.type == "import_spec"]
    for group in node.named_children:
        if group.type == "import_spec_list":
            specs += [n for n in group.named_children if n.type == "import_spec"]
    for spec in specs:
        path = spec.child_by_field_name("path")
        yield Import(source.text(path).strip('"`'))


def _receiver(source: Source, node: Node) -> str:
    """Name of the receiver's type: `T` of `(x *pkg.T[K])`."""
    text = source.text(node.child_by_field_name("receiver")).strip("() ")
    return text.split("[")[0].split()[-1].lstrip("*").strip() if text else ""


def _function(source: Source, node: Node, doc: str, receiver: str) -> Definition:
    name = source.text(node.child_by_field_name("name"))
    signature = source.signature(node, node.child_by_field_name("body"))
    public = _exported(name) and (not receiver or _exported(receiver))
    if receiver:
        return Definition(f"{receiver}.{name}", "method", node, signature, doc, public)
    return Definition(name, "function", node, signature, doc, public)


def _type(source: Source, spec: Node, doc: str) -> Iterator[Definition]:
    if spec.type not in ("type_spec", "type_alias"):
        return
    name = source.text(spec.child_by_field_name("name"))
    inner = spec.child_by_field_name("type")
    public = _exported(name)
    kind = {"struct_type": "struct", "interface_type": "interface"}.get(inner.type if inner else "", "type")
    if inner is None or kind == "type":
        yield Definition(name, kind, spec, "type " + source.signature(spec), doc, public)
        return
    head = one_line("type " + source.slice(spec.start_byte, inner.start_byte) + " " + kind)
    yield Definition(name, kind, spec, head, doc, public)
    if public:
        yield from _members(source, name, inner)


def _members(source: Source, owner: str, body: Node) -> Iterator[Definition]:
    """Exported fields of a struct, methods and embedded types of an interface."""
    fields = next((n for n in body.named_children if n.type == "field_declaration_list"), body)
    for node, doc in source.members(fields):
        names = [source.text(n) for n in node.children_by_field_name("name") if n.is_named]
        kind = "property" if node.type == "field_declaration" else "method"
        if not names and not _is_torn(node):
            names = [name] if (name := _embedded(source.signature(node))) else []
            kind = "property"
        for name in names:
            if _exported(name):
                yield Definition(f"{owner}.{name}", kind, node, source.signature(node), doc)


def _is_torn(node: Node) -> bool:
    """Whether what follows could not be read, so that a name alone says nothing."""
    following = node.next_sibling
    return following is not None and following.is_error


_EMBEDDED = expression(r"\*?(?:\w+\.)?(?P<name>\w+)(?:\[.*\])?(?:\s+[`\"].*)?")


def _embedded(text: str) -> str:
    """The name of an embedded type, "" for a constraint such as `[]byte | ~string`."""
    found = _EMBEDDED.fullmatch(text)
    return found["name"] if found else ""


def _values(source: Source, declaration: Node, doc: str) -> Iterator[Definition]:
    """Constants and variables; in `const (A = iota; B)` the later ones repeat the first one's expression."""
    kind = "constant" if declaration.type == "const_declaration" else "variable"
    word = "const" if kind == "constant" else "var"
    parent = next((n for n in declaration.named_children if n.type == "var_spec_list"), declaration)
    specs = [(n, d) for n, d in source.members(parent) if n.type in ("const_spec", "var_spec")]
    alone = len(specs) == 1
    names = [source.text(n) for spec, _ in specs for n in spec.children_by_field_name("name") if n.is_named]
    group = doc if sum(map(_exported, names)) > 1 and not alone else ""
    for position, (spec, own) in enumerate(specs):
        value = spec.child_by_field_name("value")
        for name in (source.text(n) for n in spec.children_by_field_name("name") if n.is_named):
            if name == "_":
                continue
            if kind == "variable" and value is not None:
                signature = f"{word} {one_line(source.slice(spec.start_byte, value.start_byte))}"
            else:
                signature = f"{word} {source.signature(spec)}"
            order = str(position) if kind == "constant" and not alone else ""
            shown = _exported(name)
            about = own or (doc if alone or (shown and not group) else "")
            yield Definition(name, kind, spec, signature, about, shown, order, group=group if shown else "")


GRAMMAR = Grammar(
    name="go",
    load=_load,
    outline=_outline,
    markup="plain",
    described=frozenset({"field_declaration", "const_spec", "var_spec", "method_elem", "type_elem"}),
    comments=frozenset({"comment"}),
    verbatim=frozenset({"interpreted_string_literal", "raw_string_literal", "rune_literal"}),
    definitions=frozenset(
        {
            "function_declaration",
            "method_declaration",
            "type_spec",
            "type_alias",
            "const_spec",
            "var_spec",
            "field_declaration",
            "method_elem",
            "type_elem",
        }
    ),
    optional=frozenset({";", "\n"}),
)


def _imported(new: NewFile) -> tuple[str, ...]:
    return tuple(dict.fromkeys((f"/{new.folder}" if new.folder else new.package, new.package)))


LANGUAGES = (
    Language(
        name="go",
        suffixes=("go",),
        parse=partial(reading.parse, GRAMMAR),
        resolver="go:GoImports",
        chars_per_token=3.6,
        visibility="Names that begin with a capital letter.",
        whole_package=True,
        generated=(".pb.go",),
        manifests=("*.mod", "*.work"),
        might_import=_imported,
    ),
)
