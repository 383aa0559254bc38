"""Java's package-private definitions as an application's readers want them: shown beside what is public.

The facts of a file do not depend on this choice; what pages show of them does.
"""

from __future__ import annotations

from msgspec.structs import replace

from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.languages.text import digest, squeeze
from repodoc_hooks.expressions import expression

_HEAD = expression(r"[^(={]*")
_VALUES = frozenset({"constant"})


def with_package_private(facts: FileFacts) -> FileFacts:
    """The facts of a Java file with all that is not private as public; they count in its interface."""
    if facts.language != "java" or all(symbol.public for symbol in facts.symbols):
        return facts
    kinds = {symbol.name: symbol.kind for symbol in facts.symbols}
    seen = {symbol.name for symbol in facts.symbols if symbol.public}
    symbols: list[Symbol] = []
    lines: list[str] = []
    for symbol in facts.symbols:
        shown = symbol.public or _is_shown(symbol, kinds, seen)
        if shown and not symbol.public:
            seen.add(symbol.name)
            value = symbol.digest if symbol.kind in _VALUES else ""
            lines.append(f"{symbol.kind} {symbol.name} {squeeze(symbol.signature)} {value}")
        symbols.append(replace(symbol, public=True) if shown else symbol)
    return replace(facts, symbols=tuple(symbols), interface=digest(facts.interface, *sorted(lines)))


def _is_shown(symbol: Symbol, kinds: dict[str, str], seen: set[str]) -> bool:
    """Whether the package of a definition sees it: it does not say `private`, nor does what it stands in."""
    owner, _, own = symbol.name.rpartition(".")
    if owner and (owner not in seen or (own == owner.rpartition(".")[2] and kinds.get(owner) == "enum")):
        return False
    head = _HEAD.match(symbol.signature)
    return head is None or "private" not in head[0].split()
