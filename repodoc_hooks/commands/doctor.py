"""Find what is wrong with this set-up, and how to fix it; no model is asked."""

from __future__ import annotations

import argparse
import json

from repodoc_hooks.commands._shared import config_of, open_git
from repodoc_hooks.diagnostics.diagnosis import Finding, diagnose
from repodoc_hooks.errors import EXIT_OK, EXIT_STALE, RepodocError
from repodoc_hooks.reports.console import emit, tell
from repodoc_hooks.reports.escaping import printable

_MARKS = {"ok": "ok", "note": "note", "warning": "WARN", "error": "FAIL"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The flags of `repodoc doctor`."""
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--fix", action="store_true", help="apply the remedies that are safe")
    parser.add_argument("--offline", action="store_true", help="start no program and ask no server")


def run(args: argparse.Namespace) -> int:
    """Print the findings; exit 1 if one of them is an error or, fixed ones apart, a warning."""
    git = open_git(args)

    def look() -> list[Finding]:
        return list(diagnose(git, lambda: config_of(git, args), reach=not args.offline))

    findings = look()
    if args.fix:
        fixes = [finding for finding in findings if finding.remedy and finding.level != "ok"]
        for finding in fixes:
            assert finding.remedy is not None
            try:
                finding.remedy()
            except (RepodocError, OSError) as error:
                tell(f"not fixed: {printable(f'{finding.text}: {error}')}")
            else:
                tell(f"fixed: {printable(finding.text)}")
        findings = look() if fixes else findings
    bad = any(finding.level in ("warning", "error") for finding in findings)
    if args.json:
        shown = [
            {
                "check": f.check,
                "level": f.level,
                "text": f.text,
                "fix": f.fix,
                "fixable": f.remedy is not None,
            }
            for f in findings
        ]
        emit(json.dumps({"schema": 1, "ok": not bad, "findings": shown}, indent=2) + "\n")
    else:
        emit(
            "".join(
                _lines(finding)
                for finding in findings
                if args.verbose or not args.quiet or finding.level != "ok"
            )
        )
    return EXIT_STALE if bad else EXIT_OK


def _lines(finding: Finding) -> str:
    line = f"{_MARKS[finding.level]:<5} {finding.check}: {printable(finding.text)}\n"
    return f"{line}      fix: {printable(finding.fix)}\n" if finding.fix and finding.level != "ok" else line
