"""The content of a git note: JSON Lines, one fact per line, so that `cat_sort_uniq` merges two notes.

Lines carry `"v": 1` and a `kind`: `component` (fingerprints and how its sections ended), `run` (tokens, cost,
backend, seconds), `section` (what a model took for one section), `change` (the change log). Equal facts make
equal lines; a reader drops what it cannot read, and what two lines tell differently about a component.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.run_report import ChangeEntry, RunReport, SectionOutcome

VERSION = 1
MAX_NAMES = 50
MAX_CAUSES = 20


class Manifest(Struct, frozen=True):
    """A note as data. Every mapping is a line as `lines` makes it."""

    components: Mapping[str, Mapping[str, Any]]
    runs: tuple[Mapping[str, Any], ...]
    sections: tuple[Mapping[str, Any], ...]
    changes: tuple[Mapping[str, Any], ...]


def lines(report: RunReport) -> list[dict[str, Any]]:
    """What a note keeps of a run, sorted; nothing when the run did nothing."""
    if not report.sections and not report.changes:
        return []
    found = [_run(report), *map(_change, report.changes)]
    found += [_section(report.run_id, section) for section in report.sections if _paid(section)]
    by_component: dict[str, list[SectionOutcome]] = {}
    for section in report.sections:
        by_component.setdefault(section.component, []).append(section)
    found += [_component(component, sections) for component, sections in by_component.items()]
    return sorted(found, key=encode)


def _paid(section: SectionOutcome) -> bool:
    return bool(section.usage.total or section.cost_usd or section.model)


def _run(report: RunReport) -> dict[str, Any]:
    return {
        "v": VERSION,
        "kind": "run",
        "run_id": report.run_id,
        "origin": report.origin,
        "backend": report.backend,
        "tree": report.tree,
        "tokens": report.tokens.as_json(),
        "cost_usd": report.cost_usd,
        "seconds": round(report.seconds, 3),
        "exit": report.exit,
    }


def _section(run_id: str, section: SectionOutcome) -> dict[str, Any]:
    return {
        "v": VERSION,
        "kind": "section",
        "run_id": run_id,
        "section": section.id,
        "component": section.component,
        "action": section.action,
        "backend": section.backend,
        "model": section.model,
        "tokens": section.usage.as_json(),
        "cost_usd": section.cost_usd,
        "seconds": round(section.seconds, 3),
    }


def _component(component: str, sections: Iterable[SectionOutcome]) -> dict[str, Any]:
    ordered = sorted(sections, key=lambda section: section.kind)
    return {
        "v": VERSION,
        "kind": "component",
        "component": component,
        "path": ordered[0].path,
        "sections": {s.kind: {"state": s.action, "fingerprint": s.fingerprint} for s in ordered},
    }


def _change(change: ChangeEntry) -> dict[str, Any]:
    data = change.as_json()
    data |= {name: data[name][:MAX_NAMES] for name in ("added", "removed", "changed")}
    return {"v": VERSION, "kind": "change", **data, "cause": data["cause"][:MAX_CAUSES]}


def encode(line: Mapping[str, Any]) -> str:
    """One line, without its end; equal objects give equal text."""
    return json.dumps(line, sort_keys=True, separators=(",", ":"))


def read(content: Iterable[Mapping[str, Any]]) -> Manifest:
    """The manifest that some lines hold; contradictory component lines are left out."""
    components: dict[str, Mapping[str, Any]] = {}
    doubtful: set[str] = set()
    by_kind: dict[str, list[Mapping[str, Any]]] = {"run": [], "section": [], "change": []}
    for line in content:
        if line.get("kind") == "component" and isinstance(line.get("component"), str):
            name = str(line["component"])
            if components.setdefault(name, line) != line:
                doubtful.add(name)
        elif line.get("kind") in by_kind:
            by_kind[str(line["kind"])].append(line)
    known = {name: line for name, line in components.items() if name not in doubtful}
    return Manifest(known, tuple(by_kind["run"]), tuple(by_kind["section"]), tuple(by_kind["change"]))
