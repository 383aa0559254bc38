"""Honest text without a model: only what docstrings, doc comments, the README and the structure say.

Deterministic, and without counts: a sentence changes only when what it is taken from changes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.backends.base import SectionResult, SectionTask

NAME = "offline"
_ENTRIES = ("__init__", "lib", "main", "mod", "index", "doc", "package-info")
_SHOWN = 8


def result(task: SectionTask) -> SectionResult:
    """The section as a finished result."""
    return SectionResult(task.id, "generated", task.reason, write(task), cost_usd=0.0, backend=NAME)


def write(task: SectionTask) -> dict[str, Any]:
    """`{"text": [sentence, ...]}`, with empty `participants` and `steps` for a walkthrough."""
    text = _overview(task) if task.kind == "overview" else _component(task)
    return {"text": text, "participants": [], "steps": []} if task.kind == "walkthrough" else {"text": text}


def _component(task: SectionTask) -> list[str]:
    """What the component says of itself; failing that, what its files say; failing that, its first types."""
    kind = str(task.context.get("component_kind", "")) or "directory"
    summaries = _texts(task.context.get("file_summaries"))
    lead = _entry_summary(task, summaries)
    if lead:
        return [_sentence(lead)]
    article = "an" if kind[0] in "aeio" or kind.startswith("npm") else "a"
    sentences = [f"`{task.title}` is {article} {kind} without a description of its own."]
    shown = sorted(summaries)[:_SHOWN]
    sentences += [f"`{posixpath.basename(path)}`: {_sentence(summaries[path])}" for path in shown]
    if len(sentences) == 1:
        described = _described_symbols(task.context.get("symbols"))
        sentences += [f"`{name}`: {_sentence(text)}" for name, text in described[:_SHOWN]]
    return _distinct(sentences)


def _overview(task: SectionTask) -> list[str]:
    intro = str(task.context.get("readme_intro", ""))
    if intro:
        return [_sentence(intro)]
    return [f"`{task.title}` has no README that introduces it; its components are listed below."]


def _entry_summary(task: SectionTask, summaries: Mapping[str, str]) -> str:
    """The description in the file that stands for the whole component.

    `__init__.py`, `lib.rs`, `doc.go` ...
    """
    by_stem: dict[str, str] = {}
    for path in sorted(summaries, key=lambda path: (path.count("/"), path)):
        stem = posixpath.basename(path).partition(".")[0]
        by_stem.setdefault(stem, summaries[path])
    last = task.title.replace(".", "/").rsplit("/", 1)[-1]
    return next((by_stem[stem] for stem in (*_ENTRIES, last) if stem in by_stem), "")


def _described_symbols(symbols: Any) -> list[tuple[str, str]]:
    """Public types and functions that have a doc comment, types first."""
    found = [
        (symbol["kind"] in ("function", "constant", "variable"), symbol["name"], symbol["summary"])
        for symbol in (symbols if isinstance(symbols, Sequence) else ())
        if symbol["summary"]
    ]
    return [(name, summary) for _, name, summary in sorted(found)]


def _texts(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items() if v} if isinstance(value, Mapping) else {}


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else text.rstrip(":;,") + "."


def _distinct(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
