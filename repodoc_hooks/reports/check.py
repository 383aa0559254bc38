"""The formats of the verdict of `repodoc check`.

Every format is a pure function of the verdict: the same tree gives the same bytes on every platform.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any

from repodoc_hooks.reports.color import Paint, Style, plain
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.verdict import Level, Verdict, summary_line

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import SectionState

_STYLES: Mapping[Level, Style] = {"error": "red", "warning": "yellow", "note": "cyan"}


def as_text(verdict: Verdict, paint: Paint = plain, *, quiet: bool = False) -> str:
    """For people: by component, then page and line, then cause; the last line fixes it.

    With `quiet` nothing is said of what is current.
    """
    lines: list[str] = []
    by_component = sorted(verdict.findings, key=lambda f: (f.component, f.path, f.line))
    for component, group in groupby(by_component, key=lambda f: f.component):
        lines.append(paint(printable(component), "bold"))
        for finding in group:
            level = "" if finding.level == "error" else f" ({finding.level})"
            state = paint(finding.state_words, _STYLES[finding.level])
            lines.append(f"  {printable(finding.path)}:{finding.line}: {state} [{finding.rule.id}]{level}")
            lines += [f"    {printable(reason)}" for reason in finding.reasons]
    lines += [f"note: {printable(message)}" for message in verdict.messages]
    if verdict.diff:
        lines += ["", *verdict.diff.splitlines(), ""]
    if quiet and not lines:
        return ""
    lines.append(paint(summary_line(verdict), "green" if verdict.current else "red"))
    if verdict.hint:
        lines.append(f"run: {paint(verdict.hint, 'bold')}")
    return "\n".join(lines) + "\n"


def as_json(verdict: Verdict) -> str:
    """The published JSON form, schema 1."""
    data: dict[str, Any] = {
        "schema": 1,
        "current": verdict.current,
        "tree": verdict.tree,
        "sections": [_section_json(section) for section in verdict.sections],
        "messages": list(verdict.messages),
        "hint": verdict.hint,
    }
    return json.dumps({**data, "diff": verdict.diff} if verdict.diff else data, indent=2) + "\n"


def _section_json(section: SectionState) -> dict[str, Any]:
    return {
        "id": section.id,
        "component": section.component,
        "kind": section.kind,
        "path": section.path,
        "line": section.line,
        "rule": section.rule,
        "state": section.state,
        "because": list(section.because),
    }


_ELSEWHERE = {
    "github": ("github", "as_annotations"),
    "sarif": ("sarif", "as_sarif"),
    "junit": ("junit", "as_junit"),
    "gitlab": ("code_quality", "as_code_quality"),
}


def write_job_summary(verdict: Verdict, environ: Mapping[str, str]) -> None:
    """Append the verdict to the job summary of GitHub Actions, where there is one."""
    if environ.get("GITHUB_STEP_SUMMARY"):
        from repodoc_hooks.reports import github

        github.write_job_summary(github.job_summary(verdict), environ)


def render(verdict: Verdict, form: str, paint: Paint = plain, *, quiet: bool = False) -> str:
    """The verdict in one of FORMAT_NAMES, with `\\n` line ends; `paint` and `quiet` are for text alone."""
    if form in _ELSEWHERE:
        module, name = _ELSEWHERE[form]
        formatted: str = getattr(import_module(f"repodoc_hooks.reports.{module}"), name)(verdict)
        return formatted
    return as_json(verdict) if form == "json" else as_text(verdict, paint, quiet=quiet)
