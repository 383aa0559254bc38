"""What the imports of small repositories reach, and what for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse


def uses(
    files: Mapping[str, str], facts: Mapping[str, FileFacts] | None = None
) -> dict[str, dict[str, list[str]]]:
    """File -> imported file -> uses; `facts` replaces what would be read from some files."""
    sources = [path for path in {**files, **(facts or {})} if language_of(path)]
    known = dict(facts or {})
    for path in sources:
        if path not in known:
            known[path] = parse(language_of(path) or "", files[path].encode())
    found, again = (_resolved(files, known, order) for order in (sources, sources[::-1]))
    assert found == again, "whoever is asked after first decides nothing"
    return {
        path: {t: sorted(u) for t, u in sorted(targets.items())} for path, targets in found.items() if targets
    }


def _resolved(
    files: Mapping[str, str], known: Mapping[str, FileFacts], order: Sequence[str]
) -> dict[str, dict[str, frozenset[str]]]:
    resolver = Resolver(
        sorted(order), lambda path: files.get(path, "").encode(), facts_of=known.__getitem__, files=[*files]
    )
    return {path: dict(resolver.resolve(path, known[path])) for path in order}


def arrows(files: Mapping[str, str], facts: Mapping[str, FileFacts] | None = None) -> dict[str, list[str]]:
    """File -> files that it imports at run time."""
    found = {
        path: [target for target, what in targets.items() if not {"", "export"}.isdisjoint(what)]
        for path, targets in uses(files, facts).items()
    }
    return {path: targets for path, targets in found.items() if targets}
