"""GitHub Actions: annotations on standard output and the summary of the job.

Workflow commands and their escaping: docs.github.com, "Workflow commands for GitHub Actions", and
ActionCommand.cs of the runner. GitHub shows 10 annotations of each level per step, so the gravest come first
and what is cut stands in the job summary, which is limited to 1 MiB per step.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.verdict import Finding, Verdict, summary_line

SHOWN_PER_LEVEL = 10
SUMMARY_LIMIT = 1024 * 1024
_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def as_annotations(verdict: Verdict) -> str:
    """Workflow commands, the gravest findings first, then the lines a person reads in the log."""
    lines = []
    for level, command in _COMMANDS.items():
        found = [finding for finding in verdict.findings if finding.level == level]
        lines += [_annotation(command, finding) for finding in found[:SHOWN_PER_LEVEL]]
        if len(found) > SHOWN_PER_LEVEL:
            lines.append(f"{len(found) - SHOWN_PER_LEVEL} more of level {level} are in the job summary")
    lines += [printable(message) for message in verdict.messages]
    lines.append(summary_line(verdict))
    if verdict.hint:
        lines.append(f"run: {verdict.hint}")
    return "\n".join(lines) + "\n"


def _annotation(command: str, finding: Finding) -> str:
    title = f"{finding.rule.id} {finding.rule.name}"
    path, line = finding.place
    place = f"file={_property(printable(path))},line={line},title={_property(title)}"
    return f"::{command} {place}::{_data(finding.message_with_page)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def job_summary(verdict: Verdict) -> str:
    """The verdict as GitHub Markdown, at most SUMMARY_LIMIT bytes."""
    title = "Documentation is current" if verdict.current else "Documentation is stale"
    head = [f"### {title}", "", summary_line(verdict) + ".", ""]
    tail = ["", "To fix it:", "", "```sh", verdict.hint, "```", ""] if verdict.hint else [""]
    rows = ["| | section | page | state | because |", "|---|---|---|---|---|"] if verdict.findings else []
    room = SUMMARY_LIMIT - len("\n".join([*head, *rows, *tail]).encode()) - 200
    for number, finding in enumerate(verdict.findings):
        row = _row(finding)
        room -= len(row.encode()) + 1
        if room < 0:
            rows += ["", f"{len(verdict.findings) - number} more are not shown."]
            break
        rows.append(row)
    return "\n".join([*head, *rows, *tail]) + "\n"


def _row(finding: Finding) -> str:
    because = "<br>".join(markdown_cell(reason) for reason in finding.reasons)
    place = f"{finding.path}:{finding.line}"
    state = f"{finding.state} ({finding.rule.id})"
    cells = (finding.level, f"{finding.component} {finding.kinds}", place, state)
    return "| " + " | ".join([*map(markdown_cell, cells), because]) + " |"


def markdown_cell(text: str) -> str:
    """Text for a cell of a table, none of it read as markup."""
    escaped = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace("\\", "\\\\")
    return "".join("\\" + c if c in "|*_[]~@#" else c for c in escaped)


def write_job_summary(text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Append to the file that GITHUB_STEP_SUMMARY names, if there is one; failing costs the summary only."""
    target = environ.get("GITHUB_STEP_SUMMARY")
    if not target:
        return
    try:
        with Path(target).open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError:
        return
