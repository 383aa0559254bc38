"""From the bytes of a file to its facts, for every language that tree-sitter reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from repodoc_hooks.analysis.facts import FileFacts, Symbol, exported
from repodoc_hooks.analysis.languages.comments import CUT
from repodoc_hooks.analysis.languages.grammar import Grammar
from repodoc_hooks.analysis.languages.outline import Definition, Outline
from repodoc_hooks.analysis.languages.recovery import conflicts, is_believable
from repodoc_hooks.analysis.languages.summary import summary_of, without_name
from repodoc_hooks.analysis.languages.text import (
    TRAILING_COMMA,
    collapse,
    count_lines,
    digest,
    digest_bytes,
    normal_bytes,
    squeeze,
    text_facts,
)
from repodoc_hooks.analysis.languages.treesitter import Source
from repodoc_hooks.expressions import expression

if TYPE_CHECKING:
    from tree_sitter import Tree

_PARTS = frozenset({"function", "method", "property", "constant", "variable", "macro"})


def parse(grammar: Grammar, data: bytes) -> FileFacts:
    """Facts of one file. May raise on a file that the language's module cannot digest."""
    data = grammar.translated(normal_bytes(data))
    source = source_of(grammar, data)
    outline = grammar.outline(source)
    lines = source.unread(outline.unread)
    if lines:
        _drop_what_is_none(outline)
    if source.root.is_error and not outline.definitions:
        return text_facts(grammar.name, data)
    unread = [b" ".join(source.rows(rows).split()) for rows in lines]
    lost = [digest_bytes(unread)] if unread else []
    public = sorted({_promise(source, d) for d in outline.definitions if d.public})
    further = sorted({_laid_out(grammar, line) for line in outline.interface})
    told = ((d.name, d.doc or d.group) for d in outline.definitions if d.public)
    docs = sorted({f"{name} {collapse(doc)}" for name, doc in told if doc})
    included = [("", outline.included), *((d.name, d.included) for d in outline.definitions if d.public)]
    elsewhere = tuple(dict.fromkeys((name, path) for name, path in included if path))
    unmade = [f"unmade {each.owner} {squeeze(each.text)}" for each in outline.unmade]
    return FileFacts(
        language=grammar.name,
        ast=digest_bytes([*source.structure, *(each.encode() for each in lost)]),
        doc=digest(collapse(outline.doc), *docs, *(f"{name} {path}" for name, path in elsewhere), *lost),
        interface=digest(outline.package, *public, *further, *exported(outline.exports), *lost, *unmade),
        symbols=symbols_of(source, outline.definitions),
        imports=tuple(dict.fromkeys(outline.imports)),
        summary="" if _is_of_a_part(outline) else summary_of(outline.doc),
        package=outline.package,
        lines=count_lines(data),
        exports=tuple(dict.fromkeys(outline.exports)),
        unread=tuple((first + 1, last + 1) for first, last in lines),
        included=elsewhere,
        unmade=tuple(outline.unmade),
    )


def _drop_what_is_none(outline: Outline) -> None:
    """Take the definitions out that are but the remains of a broken construct."""
    outline.definitions = [d for d in outline.definitions if is_believable(d.node, d.name, d.signature)]


def source_of(grammar: Grammar, data: bytes) -> Source:
    """The file as it is read; with declarations alone where the grammar goes wrong on the whole and has a way out."""
    text = _of_both_sides(data)
    masked = grammar.mask(text)
    tree = _tree(grammar, masked)
    if grammar.reread is not None and (again := grammar.reread(text, tree.root_node)) is not None:
        other = grammar.parser[0].parse(again)
        if _error_bytes(grammar, other) <= _error_bytes(grammar, tree):
            return Source(grammar, data, other, again)
    if tree.root_node.has_error and grammar.other is not None and (found := grammar.other(text)) is not None:
        with_types, masked_again = found
        other = with_types.parser[0].parse(masked_again)
        if _errors(with_types, other) < _errors(grammar, tree):
            return Source(with_types, data, other, masked_again)
    return Source(grammar, data, tree, masked if masked != data else b"")


def _of_both_sides(data: bytes) -> bytes:
    """The text without the marks of a merge that nobody finished."""
    marks = conflicts(data)
    if not marks:
        return data
    text = bytearray(data)
    for start, end in marks:
        text[start:end] = b" " * (end - start)
    return bytes(text)


_ROUNDS = 4
_FEW = 50
"""A tree is good enough if less than this part of the text is in error: branches that are left out are lost."""


def _tree(grammar: Grammar, masked: bytes) -> Tree:
    """The syntax tree; where `#if` tears a construct apart, that of the first branches there if it reads better."""
    parser = grammar.parser[0]
    tree = parser.parse(masked)
    if not (grammar.conditionals and tree.root_node.has_error and b"#if" in masked):
        return tree
    best, text, least = tree, masked, _errors(grammar, tree)
    for _ in range(_ROUNDS):
        text = _first_branches(text, _error_rows(grammar, best))
        other = parser.parse(text)
        if (errors := _errors(grammar, other)) >= least:
            break
        best, least = other, errors
    if least * _FEW < len(masked):
        return best
    other = parser.parse(_first_branches(masked, [(0, masked.count(b"\n"))]))
    return other if _errors(grammar, other) * 2 < least else best


def _error_rows(grammar: Grammar, tree: Tree) -> list[tuple[int, int]]:
    """The rows in which something could not be read, and the one before and behind."""
    import tree_sitter

    found = tree_sitter.QueryCursor(grammar.query("(ERROR) @error (MISSING) @error")).captures(tree.root_node)
    return [(n.start_point[0] - 1, n.end_point[0] + 1) for nodes in found.values() for n in nodes]


def _errors(grammar: Grammar, tree: Tree) -> int:
    """How badly a tree reads: 0 without an error."""
    return 1 + _error_bytes(grammar, tree) if tree.root_node.has_error else 0


def _error_bytes(grammar: Grammar, tree: Tree) -> int:
    import tree_sitter

    if not tree.root_node.has_error:
        return 0
    found = tree_sitter.QueryCursor(grammar.query("(ERROR) @error")).captures(tree.root_node)
    return sum(n.end_byte - n.start_byte for nodes in found.values() for n in nodes)


_CONDITIONAL = expression(rb"[ \t]*#[ \t]*(ifdef|ifndef|if|elif|elifdef|else|endif)\b")


def _first_branches(data: bytes, torn: list[tuple[int, int]]) -> bytes:
    """The text with the conditionals that stand in some rows (first, last) reduced to their first branches: directives
    and every other branch become spaces, line ends are kept."""
    lines = data.split(b"\n")
    for directives in _conditionals(lines):
        if any(first <= row <= last for row in directives for first, last in torn):
            for row in directives:
                while lines[row].endswith(b"\\") and row + 1 < len(lines):
                    lines[row] = b" " * len(lines[row])
                    row += 1
                lines[row] = b" " * len(lines[row])
            for row in range(directives[1], directives[-1]):
                lines[row] = b" " * len(lines[row])
    return b"\n".join(lines)


def _conditionals(lines: list[bytes]) -> list[list[int]]:
    """The rows of the directives of every conditional, inner ones first: `#if`, each `#else`, `#endif`."""
    found: list[list[int]] = []
    opened: list[list[int]] = []
    continued = False
    for row, line in enumerate(lines):
        directive = None if continued else _CONDITIONAL.match(line)
        continued = line.endswith(b"\\")
        if directive is None:
            continue
        if directive[1].startswith(b"if"):
            opened.append([row])
        elif opened:
            opened[-1].append(row)
            if directive[1] == b"endif":
                found.append(opened.pop())
    return found


def _is_of_a_part(outline: Outline) -> bool:
    """Whether the comment at the top is the documentation of a function or a value, not of the file."""
    return any(d.doc == outline.doc and d.kind in _PARTS for d in outline.definitions)


def _promise(source: Source, d: Definition) -> str:
    """The line of the interface that a public definition stands for."""
    value = source.digest(d.node) if d.signature.endswith(CUT) else d.value
    return _laid_out(source.grammar, f"{d.kind} {d.name} {squeeze(d.signature)} {value}")


def _laid_out(grammar: Grammar, line: str) -> str:
    """A line of the interface without what formatters change."""
    if grammar.trailing_commas:
        line = TRAILING_COMMA.sub("", line)
    return line.replace('"', "'") if grammar.plain_quotes else line


def symbols_of(source: Source | None, definitions: list[Definition]) -> tuple[Symbol, ...]:
    """One symbol per name, kind and signature, in source order; repeated ones (`#ifdef`) share theirs.

    Without a source each has a digest of its own."""
    found: dict[tuple[str, str, str], Symbol] = {}
    for d in definitions:
        key = d.name, d.kind, d.signature
        seen = found.get(key)
        own = d.digest or (source.digest(d.node) if source is not None else "")
        if seen is None:
            group = summary_of(d.group) if d.group else ""
            found[key] = Symbol(*key[:2], d.signature, _summary(d), d.public, own, d.internal, group)
        else:
            summary = seen.summary or _summary(d)
            merged = digest(seen.digest, own)
            public, internal = seen.public or d.public, seen.internal and d.internal
            found[key] = Symbol(*key[:2], d.signature, summary, public, merged, internal, seen.group)
    return tuple(found.values())


def _summary(d: Definition) -> str:
    return without_name(summary_of(d.doc), d.name) if d.doc else ""
