"""JUnit XML as CI servers read it: a suite per page, a case per section."""

from __future__ import annotations

from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.verdict import Finding, Verdict


def as_junit(verdict: Verdict) -> str:
    """Failing findings are failures, others skipped cases; without times, so that the bytes repeat."""
    levels = {section.id: finding for finding in verdict.findings for section in finding.sections}
    suites = []
    ordered = sorted(verdict.sections, key=lambda section: (section.path, section.line, section.id))
    for path, group in groupby(ordered, key=lambda section: section.path):
        sections = list(group)
        cases = [_case(s.component, s.kind, levels.get(s.id)) for s in sections]
        found = [levels[s.id].level for s in sections if s.id in levels]
        counts = (len(sections), found.count("error"), found.count("warning"))
        suites.append(
            f"  <testsuite name={_quoted(path)} {_counts(*counts)}>\n{''.join(cases)}  </testsuite>\n"
        )
    errors = sum(len(finding.sections) for finding in verdict.findings if finding.level == "error")
    warnings = sum(len(finding.sections) for finding in verdict.findings if finding.level == "warning")
    head = f'<testsuites name="repodoc check" {_counts(len(verdict.sections), errors, warnings)}>\n'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(suites)}</testsuites>\n'


def _counts(tests: int, failures: int, skipped: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'


def _quoted(text: str) -> str:
    return quoteattr(printable(text))


def _case(component: str, kind: str, finding: Finding | None) -> str:
    head = f"    <testcase classname={_quoted(component)} name={_quoted(kind)}"
    if finding is None or finding.level == "note":
        return head + "/>\n"
    if finding.level == "warning":
        return f"{head}>\n      <skipped message={_quoted(finding.message)}/>\n    </testcase>\n"
    place = f"{finding.path}:{finding.line}"
    text = "\n".join(escape(printable(line)) for line in (place, *finding.reasons))
    failure = (
        f"<failure type={_quoted(finding.rule.name)} message={_quoted(finding.message)}>{text}</failure>"
    )
    return f"{head}>\n      {failure}\n    </testcase>\n"
