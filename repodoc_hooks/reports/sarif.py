"""SARIF 2.1.0 (OASIS), as code scanning services read it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from repodoc_hooks import PROJECT_URL, __version__
from repodoc_hooks.reports.escaping import uri
from repodoc_hooks.reports.rules import HELP_PAGE, RULES, UNKNOWN_RULE, Rule
from repodoc_hooks.reports.verdict import Finding, Verdict

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def as_sarif(verdict: Verdict) -> str:
    """One run with the rules that have findings and one result per finding."""
    ids = {finding.rule.id for finding in verdict.findings}
    rules = [rule for rule in (*RULES.values(), UNKNOWN_RULE) if rule.id in ids]
    places = {rule.id: index for index, rule in enumerate(rules)}
    driver = {"name": "repodoc", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places[finding.rule.id], verdict.hint) for finding in verdict.findings],
    }
    return json.dumps({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.text},
        "fullDescription": {"text": f"{rule.text} {rule.detail}".strip()},
        "help": {"text": rule.remedy},
        "helpUri": f"{PROJECT_URL}/blob/main/{HELP_PAGE}#{rule.id.lower()}",
    }


def _result(finding: Finding, rule_index: int, hint: str) -> dict[str, Any]:
    text = f"{finding.message}. Run: {hint}" if hint and finding.level == "error" else finding.message
    page = {"physicalLocation": _place(finding.path, finding.line), "message": {"text": "the page"}}
    return {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        "level": finding.level,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(*finding.place)}],
        **({"relatedLocations": [{"id": 1, **page}]} if finding.cause else {}),
        "partialFingerprints": {"repodocSection/v1": fingerprint(finding)},
    }


def _place(path: str, line: int) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": line},
    }


def fingerprint(finding: Finding) -> str:
    """Names a finding across runs: page, sections and rule, not the line."""
    ids = "\0".join(sorted(section.id for section in finding.sections))
    name = f"{finding.path}\0{ids}\0{finding.rule.id}"
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()
