"""Names by which prose may call what is gone from the repository."""

from __future__ import annotations

from repodoc_hooks.expressions import expression
from repodoc_hooks.pipeline.plan import FileDelta, Standing
from repodoc_hooks.pipeline.survey import Survey

_SPAN = expression(r"(?<!`)`([^`\n]+)`(?!`)")


def gone_files(survey: Survey, standing: Standing) -> dict[str, str]:
    """What prose may call a file that is gone -> its path: the path, its end, its name if no other file has it."""
    found: dict[str, str] = {}
    if not standing.gone:
        return found
    here = {path.rpartition("/")[2] for path in survey.paths}
    for path in sorted(standing.gone):
        parts = path.split("/")
        for start in range(len(parts)):
            name = "/".join(parts[start:])
            if "/" in name or name not in here:
                found.setdefault(name, path)
        folder = path.rpartition("/")[0]
        if folder and not any(each.startswith(f"{folder}/") for each in survey.paths):
            found.setdefault(folder, path)
    return found


def gone_symbols(deltas: tuple[FileDelta, ...]) -> dict[str, str]:
    """Symbols that are gone from the page's files -> the file; by their last name where no other one has it."""
    added = {name for delta in deltas for name in delta.added}
    return {
        name: delta.path
        for delta in deltas
        for symbol in delta.removed
        for name in (symbol, symbol.rpartition(".")[2])
        if name not in added
    }


def names_in(body: str) -> frozenset[str]:
    """The code spans of a text, without call brackets and slashes at their ends."""
    return frozenset(name.removesuffix("()").strip("/") for name in _SPAN.findall(body) if name.strip())
