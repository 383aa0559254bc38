"""The verdict of `repodoc check`, and the formats it is told in.

Every format is a pure function of the verdict: the same tree gives the same bytes on every platform.
"""

from __future__ import annotations

import json
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from repodoc_hooks.errors import EXIT_OK, EXIT_STALE
from repodoc_hooks.reports.check_options import FAIL_ON, STATES
from repodoc_hooks.reports.escaping import printable

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import SectionState

MAX_REASONS = 5

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of `check`: `name` in kebab case, `text` what a finding of it means."""

    id: str
    name: str
    text: str


RULES = {
    rule.id: rule
    for rule in (
        Rule("RD001", "stale-impl", "The code changed since the section was written."),
        Rule("RD002", "stale-interface", "A public interface changed since the section was written."),
        Rule("RD003", "stale-dependency", "The interface of something that is imported changed."),
        Rule("RD004", "missing", "The section or its page does not exist."),
        Rule("RD005", "orphan", "The page describes a component that is gone."),
        Rule("RD006", "hand-edited", "A person edited the section, and what it describes changed since."),
        Rule("RD007", "broken-page", "The markers of the page do not pair up."),
        Rule("RD008", "differs-from-fresh", "The region differs from a fresh rendering of the same code."),
        Rule("RD009", "deferred", "The section waits to be written."),
        Rule("RD010", "old-templates", "The section was written with an older version of the templates."),
    )
}
UNKNOWN_RULE = Rule("RD000", "finding", "The section needs attention.")


@dataclass(frozen=True, slots=True)
class Finding:
    """A section that is not simply current, and how grave that is."""

    section: SectionState
    level: Level

    @property
    def rule(self) -> Rule:
        """The rule that it breaks."""
        return RULES.get(self.section.rule, UNKNOWN_RULE)

    @property
    def line(self) -> int:
        """The 1-based line to show, 1 for a page that does not exist."""
        return max(1, self.section.line)

    @property
    def message(self) -> str:
        """One line: the section, its state, its reasons."""
        head = f"{self.section.kind} of {self.section.component} is {self.section.state}"
        return printable(": ".join(filter(None, (head, "; ".join(reasons(self.section))))))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` found. `hint` is the command that mends it, "" when nothing has to be mended."""

    tree: str
    sections: tuple[SectionState, ...]
    findings: tuple[Finding, ...]
    messages: tuple[str, ...]
    hint: str
    diff: str = ""

    @property
    def current(self) -> bool:
        """No section is in a state that fails."""
        return not any(finding.level == "error" for finding in self.findings)

    @property
    def exit(self) -> int:
        """The exit code."""
        return EXIT_OK if self.current else EXIT_STALE


def judge(
    sections: Iterable[SectionState],
    *,
    tree: str = "",
    messages: Iterable[str] = (),
    fail_on: Collection[str] = FAIL_ON,
    command: str = "repodoc update",
    diff: str = "",
) -> Verdict:
    """The verdict on a plan's sections; `command` is what brings stale pages up to date.

    Findings are sorted by level, component, page, line and section.
    """
    every = tuple(sections)
    rank = {"error": 0, "warning": 1, "note": 2}
    findings = [Finding(section, _level(section, fail_on)) for section in every if _shown(section)]
    findings.sort(key=lambda f: (rank[f.level], f.section.component, f.section.path, f.line, f.section.id))
    return Verdict(tree, every, tuple(findings), tuple(messages), _hint(findings, command), diff)


def _shown(section: SectionState) -> bool:
    return section.state != "current" or bool(section.rule)


def _level(section: SectionState, fail_on: Collection[str]) -> Level:
    if section.state in fail_on:
        return "error"
    return "note" if section.state == "current" else "warning"


def _hint(findings: Iterable[Finding], command: str) -> str:
    """What to run, chosen by the gravest kind of finding."""
    failing = [finding.section for finding in findings if finding.level == "error"]
    states = {section.state for section in failing}
    if "broken" in states:
        pages = sorted({section.path for section in failing if section.state == "broken"})
        return f"{command}  (after mending the markers of {printable(', '.join(pages))})"
    if states & {"stale", "missing", "orphan"}:
        return command
    if "edited" in states:
        pages = sorted({section.path for section in failing if section.state == "edited"})
        return f"repodoc update --force {' '.join(shlex.quote(printable(page)) for page in pages)}"
    return "repodoc update --deep" if "deferred" in states else ""


def reasons(section: SectionState) -> tuple[str, ...]:
    """The first few reasons of a section, and how many more there are."""
    because = tuple(section.because)
    if len(because) <= MAX_REASONS:
        return because
    return (*because[:MAX_REASONS], f"and {len(because) - MAX_REASONS} more")


def summary_line(verdict: Verdict) -> str:
    """`2 stale, 1 missing; 40 current`."""
    counts = Counter(section.state for section in verdict.sections)
    found = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state] and state != "current")
    current = f"{counts['current']} current"
    return f"{found}; {current}" if found else f"all {current}" if counts["current"] else "nothing to check"


def as_text(verdict: Verdict) -> str:
    """For people: by component, then page and line, then cause; the last line mends it."""
    lines: list[str] = []
    by_component = sorted(verdict.findings, key=lambda f: (f.section.component, f.section.path, f.line))
    for component, group in groupby(by_component, key=lambda f: f.section.component):
        lines.append(printable(component))
        for finding in group:
            section = finding.section
            place = f"{printable(section.path)}:{finding.line}"
            level = "" if finding.level == "error" else f" ({finding.level})"
            lines.append(f"  {place}: {section.kind} is {section.state} [{section.rule}]{level}")
            lines += [f"    {printable(reason)}" for reason in reasons(section)]
    lines += [f"note: {printable(message)}" for message in verdict.messages]
    if verdict.diff:
        lines += ["", *verdict.diff.splitlines(), ""]
    lines.append(summary_line(verdict))
    if verdict.hint:
        lines.append(f"run: {verdict.hint}")
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


def render(verdict: Verdict, form: str) -> str:
    """The verdict in one of FORMAT_NAMES, with `\\n` line ends."""
    if form in _ELSEWHERE:
        module, name = _ELSEWHERE[form]
        formatted: str = getattr(import_module(f"repodoc_hooks.reports.{module}"), name)(verdict)
        return formatted
    return as_json(verdict) if form == "json" else as_text(verdict)
