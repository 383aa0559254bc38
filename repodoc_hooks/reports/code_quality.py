"""GitLab's Code Quality report: a subset of the Code Climate format (docs.gitlab.com, "Code Quality")."""

from __future__ import annotations

import json

from repodoc_hooks.reports.escaping import printable
from repodoc_hooks.reports.sarif import fingerprint
from repodoc_hooks.reports.verdict import Verdict

_SEVERITY = {"error": "major", "warning": "minor", "note": "info"}


def as_code_quality(verdict: Verdict) -> str:
    """A JSON array with one issue per finding; paths are relative to the repository without `./`."""
    issues = [
        {
            "description": finding.message_with_page,
            "check_name": f"{finding.rule.id} {finding.rule.name}",
            "fingerprint": fingerprint(finding),
            "severity": _SEVERITY[finding.level],
            "location": {"path": printable(finding.place[0]), "lines": {"begin": finding.place[1]}},
        }
        for finding in verdict.findings
    ]
    return json.dumps(issues, indent=2) + "\n"
