"""Honest text without a model: only what docstrings, doc comments, the README and the structure say.

Deterministic, and without counts: a sentence changes only when what it is taken from changes.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.sections.task import SectionResult, SectionTask

NAME = "offline"
_ENTRIES = ("__init__", "lib", "mod", "index", "doc", "package-info")
_PROGRAMS = ("main", "__main__")
_SOURCE_FOLDERS = ("", "src", "lib")
_TYPES = ("class", "interface", "trait", "struct", "enum", "type")
_NOUN_PHRASE = (" the ", " a ", " an ")
_SHOWN = 8
_NAMED = 5


def result(task: SectionTask) -> SectionResult:
    """The section as a finished result."""
    return SectionResult(task.id, "generated", task.reason, write(task), cost_usd=0.0, backend=NAME)


def write(task: SectionTask) -> dict[str, Any]:
    """`{"text": [sentence, ...]}`, with empty `participants` and `steps` for a walkthrough."""
    text = _overview(task) if task.kind == "overview" else _component(task)
    return {"text": text, "participants": [], "steps": []} if task.kind == "walkthrough" else {"text": text}


def _component(task: SectionTask) -> list[str]:
    """What the component says of itself; failing that, what it defines, and what its files or symbols say."""
    summaries = _texts(task.context.get("file_summaries"))
    own = _entry_summary(task, summaries, (*_ENTRIES, task.title.replace(".", "/").rsplit("/", 1)[-1]))
    lead = own or str(task.context.get("description", "")) or _entry_summary(task, summaries, _PROGRAMS)
    if lead:
        return [_sentence(lead)]
    symbols = _symbols(task.context.get("symbols"))
    told = [(posixpath.basename(path), summaries[path]) for path in sorted(summaries)]
    told = told or [(name, summary) for _, name, summary in symbols if summary]
    return [_contents(task, symbols), "", *_distinct(_item(*one) for one in told[:_SHOWN])]


def _contents(task: SectionTask, symbols: Sequence[tuple[bool, str, str]]) -> str:
    """`Go package that defines A, B and others.`"""
    kind = str(task.context.get("component_kind", "")) or "directory"
    types = [name for is_type, name, _ in symbols if is_type]
    names = types or [name for _, name, _ in symbols]
    if names:
        return f"{_upper(kind)} that defines {_listed(_distinct(names))}."
    files = sorted(
        {posixpath.basename(file.path) for file in task.files if file.new is not None or not file.old}
    )
    return f"{_upper(kind)} that holds {_listed(files)}." if files else f"{_upper(kind)} without source."


def _item(name: str, summary: str) -> str:
    """One line of the list; a summary that begins with the name (as Go's do) reads as a sentence."""
    if summary.startswith(f"{name} ") and not summary[len(name) :].startswith(_NOUN_PHRASE):
        return _sentence(f"- `{name}`{summary[len(name) :]}")
    return _sentence(f"- `{name}`: {summary.removeprefix(f'{name} ')}")


def _listed(names: Sequence[str]) -> str:
    """Names as words: `a`, `b` and `c`; of many the first ones."""
    shown = [f"`{name}`" for name in names[:_NAMED]]
    shown += ["others"] if len(names) > _NAMED else []
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _overview(task: SectionTask) -> list[str]:
    intro = str(task.context.get("readme_intro", ""))
    if intro:
        return [_sentence(intro)]
    return [f"`{task.title}` has no README that introduces it; its components are listed below."]


def _entry_summary(task: SectionTask, summaries: Mapping[str, str], stems: Sequence[str]) -> str:
    """The description in the file that stands for the whole component: `__init__.py`, `lib.rs`, `doc.go` ..."""
    top = "" if task.component == "." else f"{task.component}/"
    by_stem: dict[str, str] = {}
    for path in sorted(summaries, key=lambda path: (path.count("/"), path)):
        directory, _, name = path.removeprefix(top).rpartition("/")
        if directory in _SOURCE_FOLDERS:
            by_stem.setdefault(name.partition(".")[0], summaries[path])
    return next((by_stem[stem] for stem in stems if stem in by_stem), "")


def _symbols(symbols: Any) -> list[tuple[bool, str, str]]:
    """(is a type, name, summary) of the public symbols, types first."""
    found = {
        (symbol["kind"] in _TYPES, symbol["name"]): symbol["summary"]
        for symbol in (symbols if isinstance(symbols, Sequence) else ())
        if symbol["kind"] != "module"
    }
    rows = [(is_type, name, summary) for (is_type, name), summary in found.items()]
    return sorted(rows, key=lambda row: (not row[0], row[1].casefold(), row[1]))


def _texts(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items() if v} if isinstance(value, Mapping) else {}


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else text.rstrip(":;,") + "."


def _upper(text: str) -> str:
    return text if text.startswith("npm ") else text[:1].upper() + text[1:]


def _distinct(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
