"""Strings and comments in Python text, and f-strings that the oldest interpreter we run on cannot read (PEP 701).

An f-string of that kind, or a t-string (PEP 750), stands as a name in the text that is parsed. Afterwards the f-string
is put together from its parts, so that its tree is that of a younger interpreter; a t-string stays a name, its source.
"""

from __future__ import annotations

import ast
import re

from msgspec import Struct, field

from repodoc_hooks.expressions import expression

_TOKEN = expression(r"#[^\n]*|(?<![\w])(?P<prefix>[A-Za-z]{0,2})(?P<quote>'''|\"\"\"|'|\")")
_PREFIXES = frozenset({"", "r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"})
_NAME = "__younger_%d__"
_PLACEHOLDER = expression(r"__younger_(\d+)__\Z")
_CONVERSION = expression(r"!\s*([rsa])\s*(?=[:}])")
_IDENTIFIER = expression(r"[A-Za-z_]\w*")
_ENDS = {
    quote: expression(rf"\\.|{quote}" + ("" if len(quote) == 3 else r"|\n"), re.DOTALL)
    for quote in ("'", '"', "'''", '"""')
}
"""What a plain string may go on or end with, by its quotes."""
_DEPTH = 20


class Replaced(Struct):
    """A replacement field: the text of the expression, `=` behind it included in `shown`."""

    text: str
    shown: str = ""
    conversion: int = -1
    spec: list[str | Replaced] | None = None


class Literal(Struct):
    """An f-string or a t-string between two positions of a text; `parts` are pieces of source and fields."""

    start: int
    end: int
    prefix: str
    quote: str
    parts: list[str | Replaced]

    def source(self, text: str) -> str:
        """The literal as it stands."""
        return text[self.start : self.end]


class Scan(Struct):
    """What `scan` finds: positions of strings and comments, and the literals with fields among them."""

    covered: list[tuple[int, int]] = field(default_factory=list)
    literals: list[Literal] = field(default_factory=list)


class _Torn(ValueError):
    """A string does not end."""


def scan(text: str) -> Scan:
    """The strings and comments of a text, the outermost ones."""
    found = Scan()
    position = 0
    while (token := _TOKEN.search(text, position)) is not None:
        position = token.end()
        if (quote := token["quote"]) is None:
            found.covered.append(token.span())
            continue
        prefix = token["prefix"].lower()
        if prefix not in _PREFIXES:
            prefix = ""
        try:
            if "f" in prefix or "t" in prefix:
                literal = _literal(text, token.start(), position, prefix, quote, 0)
                found.literals.append(literal)
                position = literal.end
            else:
                position = _end(text, position, quote)
        except _Torn:
            continue
        found.covered.append((token.start(), position))
    return found


def blanked(text: str, found: Scan) -> str:
    """The text with its strings and comments as spaces, line ends kept."""
    out = []
    position = 0
    for start, end in found.covered:
        out += [text[position:start], re.sub(r"[^\n]", " ", text[start:end])]
        position = end
    return "".join([*out, text[position:]])


def without_younger(text: str, kept: list[tuple[Literal, str]]) -> str:
    """The text with a name for each literal that is younger; these are added to `kept` with their source."""
    out = []
    position = 0
    for literal in scan(text).literals:
        if not _is_younger(literal):
            continue
        source = literal.source(text)
        breaks = "\n" * source.count("\n")
        name = _NAME % len(kept)
        kept.append((literal, source))
        new = f"({name}{breaks})" if "t" in literal.prefix else f'f"""{{{name}{breaks}}}"""'
        out += [text[position : literal.start], new]
        position = literal.end
    return "".join([*out, text[position:]])


class PutBack(ast.NodeTransformer):
    """Puts literals back where their names stand; `names` are those that the fields of t-strings use."""

    def __init__(self, kept: list[tuple[Literal, str]]) -> None:
        self.kept = kept
        self.names: set[str] = set()

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if (found := _PLACEHOLDER.match(node.id)) is None:
            return node
        literal, source = self.kept[int(found[1])]
        for part in literal.parts:
            if isinstance(part, Replaced):
                self.names.update(_IDENTIFIER.findall(part.text))
        return ast.copy_location(ast.Name(" ".join(source.split()), ast.Load()), node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.expr:
        values: list[ast.expr] = []
        for value in node.values:
            name = (
                value.value.id
                if isinstance(value, ast.FormattedValue) and isinstance(value.value, ast.Name)
                else ""
            )
            found = _PLACEHOLDER.match(name)
            if found is None:
                values.append(self.visit(value))
            else:
                literal, _ = self.kept[int(found[1])]
                try:
                    values += _joined(literal.parts, literal)
                except (SyntaxError, ValueError) as error:
                    raise SyntaxError(str(error), (None, node.lineno, 1, "")) from error
        return ast.fix_missing_locations(ast.copy_location(ast.JoinedStr(_merged(values)), node))


def _end(text: str, position: int, quote: str) -> int:
    """The position behind a plain string whose content begins at `position`."""
    for found in _ENDS[quote].finditer(text, position):
        if found[0] == quote:
            return found.end()
        if found[0] == "\n":
            break
    raise _Torn


def _literal(text: str, start: int, position: int, prefix: str, quote: str, depth: int) -> Literal:
    parts, end = _parts(text, position, quote, depth, raw="r" in prefix)
    return Literal(start, end + len(quote), prefix, quote, parts)


def _parts(text: str, position: int, ends: str, depth: int, *, raw: bool) -> tuple[list[str | Replaced], int]:
    """Pieces and fields up to what ends them (a quote, or the brace of a field whose format they are)."""
    if depth > _DEPTH:
        raise _Torn
    parts: list[str | Replaced] = []
    start = position
    while position < len(text):
        if text.startswith(ends, position):
            if start < position:
                parts.append(text[start:position])
            return parts, position
        char = text[position]
        if char == "\\" and not raw:
            named = text.startswith("\\N{", position)
            position = text.find("}", position) + 1 if named else position + 2
            if not position:
                break
        elif char == "{" and not (ends != "}" and text.startswith("{{", position)):
            if start < position:
                parts.append(text[start:position])
            replaced, position = _field(text, position + 1, depth, raw=raw)
            parts.append(replaced)
            start = position
        elif char in "{}" and text[position + 1 : position + 2] == char and ends != "}":
            position += 2
        elif char == "\n" and len(ends) == 1 and ends != "}":
            break
        else:
            position += 1
    raise _Torn


def _field(text: str, position: int, depth: int, *, raw: bool) -> tuple[Replaced, int]:
    """The field whose expression begins at `position`, and the position behind its brace."""
    start = position
    brackets = 0
    while position < len(text):
        char = text[position]
        token = _TOKEN.match(text, position)
        if token is not None and (token["quote"] is None or token["prefix"].lower() in _PREFIXES):
            quote, prefix = token["quote"], (token["prefix"] or "").lower()
            if quote is None:
                position = token.end()
            elif "f" in prefix or "t" in prefix:
                position = _literal(text, position, token.end(), prefix, quote, depth + 1).end
            else:
                position = _end(text, token.end(), quote)
        elif char in "([{":
            brackets += 1
            position += 1
        elif char in ")]}" and brackets:
            brackets -= 1
            position += 1
        elif brackets or char not in "}:!" or text.startswith("!=", position):
            word = _IDENTIFIER.match(text, position)
            position = word.end() if word is not None else position + 1
        else:
            break
    if position >= len(text) or text[position] not in "}:!":
        raise _Torn
    expression = text[start:position]
    found = Replaced(expression)
    if re.search(r"(?<![=!<>:])=\s*\Z", expression):
        found.text, found.shown = expression.rstrip()[:-1], expression
    if conversion := _CONVERSION.match(text, position):
        found.conversion, position = ord(conversion[1]), conversion.end()
    if text[position : position + 1] == ":":
        found.spec, position = _parts(text, position + 1, "}", depth + 1, raw=raw)
    elif found.shown and found.conversion < 0:
        found.conversion = ord("r")
    if text[position : position + 1] != "}":
        raise _Torn
    return found, position + 1


def _is_younger(literal: Literal) -> bool:
    if "t" in literal.prefix:
        return True
    fields = [part for part in literal.parts if isinstance(part, Replaced)]
    return any(_is_younger_field(part, literal.quote) for part in fields)


def _is_younger_field(part: Replaced, quote: str) -> bool:
    text = part.text
    if quote in text or "\\" in text or "#" in text or ("\n" in text and len(quote) == 1):
        return True
    if any(map(_is_younger, scan(text).literals)):
        return True
    inner = [each for each in part.spec or () if isinstance(each, Replaced)]
    return any(_is_younger_field(each, quote) for each in inner)


def _joined(parts: list[str | Replaced], literal: Literal) -> list[ast.expr]:
    """The values of an f-string, as a younger interpreter gives them."""
    values: list[ast.expr] = []
    for part in parts:
        if isinstance(part, str):
            values.append(ast.Constant(_decoded(part, literal)))
            continue
        if part.shown:
            values.append(ast.Constant(part.shown))
        spec = ast.JoinedStr(_merged(_joined(part.spec, literal))) if part.spec is not None else None
        values.append(ast.FormattedValue(_expression(part.text), part.conversion, spec))
    return values


def _decoded(piece: str, literal: Literal) -> str:
    plain = piece.replace("{{", "{").replace("}}", "}")
    if "r" in literal.prefix or "\\" not in plain:
        return plain
    text = f'"""{plain}"""' if literal.quote[0] == "'" else f"'''{plain}'''"
    return str(ast.literal_eval(text))


def _expression(text: str) -> ast.expr:
    kept: list[tuple[Literal, str]] = []
    tree = ast.parse(f"({without_younger(text, kept)}\n)", mode="eval").body
    found: ast.expr = PutBack(kept).visit(tree) if kept else tree
    return found


def _merged(values: list[ast.expr]) -> list[ast.expr]:
    """Values with neighbouring texts as one."""
    found: list[ast.expr] = []
    for value in values:
        last = found[-1] if found else None
        if isinstance(value, ast.Constant) and isinstance(last, ast.Constant):
            found[-1] = ast.Constant(str(last.value) + str(value.value))
        elif not (isinstance(value, ast.Constant) and value.value == ""):
            found.append(value)
    return found
