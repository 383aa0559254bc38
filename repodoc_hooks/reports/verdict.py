"""The verdict of `repodoc check`: one finding a page and cause, and the command that fixes them."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from repodoc_hooks.errors import EXIT_OK, EXIT_STALE
from repodoc_hooks.reports.check_options import FAIL_ON, STATES, all_current
from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.rules import RULES, UNKNOWN_RULE, Rule

if TYPE_CHECKING:
    from repodoc_hooks.pipeline.plan import SectionState

MAX_REASONS = 5

Level = Literal["error", "warning", "note"]
_RANK = {"error": 0, "warning": 1, "note": 2}
# Where the sections of a page break several rules, the finding goes by the one that says most.
_TELLING = (
    "RD007",
    "RD005",
    "RD004",
    "RD002",
    "RD012",
    "RD001",
    "RD003",
    "RD010",
    "RD008",
    "RD006",
    "RD009",
    "RD011",
)


class Finding(Struct, frozen=True):
    """The sections of a page that are not simply current for one cause, and how grave that is.

    `cause` is the source file and the 1-based line that the sections have not seen, None where none can be named.
    """

    sections: tuple[SectionState, ...]
    level: Level
    cause: tuple[str, int] | None = None

    @property
    def place(self) -> tuple[str, int]:
        """Where reviewers look: the line of source that caused it, where it is known, else that of the page."""
        return self.cause or (self.path, self.line)

    @property
    def first(self) -> SectionState:
        """The section that stands first on the page."""
        return min(self.sections, key=lambda section: section.line)

    @property
    def component(self) -> str:
        """Whose page it is."""
        return self.first.component

    @property
    def path(self) -> str:
        """The page."""
        return self.first.path

    @property
    def state(self) -> str:
        """What the sections are."""
        return self.first.state

    @property
    def kinds(self) -> str:
        """The kinds of section, in their order on the page: `summary, api`."""
        return ", ".join(
            dict.fromkeys(s.kind for s in sorted(self.sections, key=lambda section: section.line))
        )

    @property
    def rule(self) -> Rule:
        """The rule that it breaks."""
        broken = {section.rule for section in self.sections}
        return RULES.get(next((rule for rule in _TELLING if rule in broken), ""), UNKNOWN_RULE)

    @property
    def _words(self) -> str:
        """What the sections are, for people."""
        return "incomplete" if self.state == "current" else self.state

    @property
    def line(self) -> int:
        """The 1-based line to show, 1 for a page that does not exist."""
        return max(1, self.first.line)

    @property
    def because(self) -> tuple[str, ...]:
        """Every reason once, in the sections' order."""
        return tuple(dict.fromkeys(word for section in self.sections for word in section.because))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The first few reasons, and how many more there are."""
        because = self.because
        if len(because) <= MAX_REASONS:
            return because
        return (*because[:MAX_REASONS], f"and {len(because) - MAX_REASONS} more")

    @property
    def state_words(self) -> str:
        """`summary is stale`, `summary, api are stale`."""
        return f"{self.kinds} {'are' if ', ' in self.kinds else 'is'} {self._words}"

    @property
    def message_with_page(self) -> str:
        """The message, and the page where the place is another one."""
        return f"{self.message} ({printable(self.path)}:{self.line})" if self.cause else self.message

    @property
    def message(self) -> str:
        """One line: the sections, their state, the reasons."""
        verb = "are" if ", " in self.kinds else "is"
        head = f"{self.kinds} of {self.component} {verb} {self._words}"
        return printable(": ".join(filter(None, (head, "; ".join(self.reasons)))))


class Verdict(Struct, frozen=True):
    """What `check` found. `hint` is the command that fixes it, "" when nothing has to be done."""

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
    causes: Mapping[str, tuple[str, int]] | None = None,
) -> Verdict:
    """The verdict on a plan's sections; `command` is what brings stale pages up to date.

    `causes` are the places in source that sections have not seen, by their ids.

    Findings are sorted by level, component, page, line and sections.
    """
    every = tuple(sections)
    groups: dict[tuple[str, str, str, Level], list[SectionState]] = {}
    for section in every:
        if section.state != "current" or section.rule:
            key = section.component, section.path, section.state, _level(section, fail_on)
            groups.setdefault(key, []).append(section)
    findings = [Finding(tuple(group), key[-1], _cause(group, causes or {})) for key, group in groups.items()]
    findings.sort(key=lambda f: (_RANK[f.level], f.component, f.path, f.line, f.kinds))
    return Verdict(tree, every, tuple(findings), tuple(messages), _hint(findings, command), diff)


def _cause(sections: Iterable[SectionState], causes: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    return next((causes[section.id] for section in sections if section.id in causes), None)


def _level(section: SectionState, fail_on: Collection[str]) -> Level:
    if section.state in fail_on:
        return "error"
    return "note" if section.state == "current" else "warning"


def _hint(findings: Iterable[Finding], command: str) -> str:
    """What to run, chosen by the gravest kind of finding."""
    failing = [finding for finding in findings if finding.level == "error"]
    states = {finding.state for finding in failing}
    if "broken" in states:
        pages = sorted({finding.path for finding in failing if finding.state == "broken"})
        return f"{command}  (after repairing the markers of {printable(', '.join(pages))})"
    if states & {"stale", "missing", "orphan"}:
        return command
    if "edited" in states:
        pages = sorted({finding.path for finding in failing if finding.state == "edited"})
        return f"repodoc update --force {' '.join(shlex.quote(printable(page)) for page in pages)}"
    if "owed" in states:
        return command
    return "repodoc update --deep" if "deferred" in states else ""


def summary_line(verdict: Verdict) -> str:
    """`sections: 2 stale, 1 missing; 40 current`."""
    counts = Counter(section.state for section in verdict.sections)
    found = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state] and state != "current")
    if found:
        return f"sections: {found}; {counts['current']} current"
    return all_current(counts["current"]) if counts["current"] else "nothing to check"
