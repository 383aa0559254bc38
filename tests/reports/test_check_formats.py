"""The formats of `repodoc check`: valid against what reads them, sorted, capped, safe with hostile names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.pipeline.plan import SectionState
from repodoc_hooks.reports.check import render
from repodoc_hooks.reports.check_options import FAIL_ON, FORMAT_NAMES, STATES, default_format
from repodoc_hooks.reports.color import ansi
from repodoc_hooks.reports.escaping import printable, uri
from repodoc_hooks.reports.github import SHOWN_PER_LEVEL, SUMMARY_LIMIT, job_summary, write_job_summary
from repodoc_hooks.reports.rules import RULES
from repodoc_hooks.reports.verdict import Verdict, judge
from tests import tools


def section(
    component: str = "src/app",
    kind: str = "api",
    state: str = "stale",
    rule: str = "RD002",
    line: int = 3,
    because: tuple[str, ...] = ("`App.run` changed its signature",),
    path: str = "",
) -> SectionState:
    path = path or f"docs/repodoc/{component}.md"
    return SectionState(f"{component}#{kind}", component, kind, path, line, state, rule, because)


MIXED = (
    section(),
    section(kind="summary", state="deferred", rule="RD009", line=9, because=("waits",)),
    section("lib", "summary", "missing", "RD004", 0, ()),
    section("lib", "api", "current", "", 5, ()),
    section("old", "page", "orphan", "RD005", 1),
    section("lib", "structure", "current", "RD010", 7, ("templates 1, now 2",)),
)

sections = st.builds(
    section,
    component=st.text(max_size=8) | st.sampled_from(["a\nb", "\udcff", "]]>", "a|b", "::error::x", "%0A,:"]),
    kind=st.sampled_from(["api", "summary", "page"]),
    state=st.sampled_from(STATES),
    rule=st.sampled_from([*RULES, "", "RD999"]),
    line=st.integers(0, 10**6),
    because=st.lists(st.text(max_size=10), max_size=8).map(tuple),
)
verdicts = st.lists(sections, max_size=15).map(lambda found: judge(found, tree="0" * 40))


def sarif_schema() -> dict[str, object]:
    """The OASIS schema as Microsoft's matchers for Jest ship it."""
    tools.install(("@microsoft/jest-sarif", "1.0.0-beta.0"))
    folder = tools.root() / "node_modules" / "@microsoft" / "jest-sarif" / "lib" / "schemas"
    schema: dict[str, object] = json.loads((folder / "sarif-2.1.0-rtm.5.json").read_text())
    return schema


def test_sections_of_a_page_with_one_cause_are_one_finding() -> None:
    same = [section(kind=kind, line=n) for n, kind in enumerate(("summary", "structure", "api"), 3)]
    other = section(kind="design", state="deferred", rule="RD009", line=20)
    verdict = judge([*same, other])
    assert [(f.kinds, f.rule.id, f.line) for f in verdict.findings] == [
        ("summary, structure, api", "RD002", 3),
        ("design", "RD009", 20),
    ]
    text = render(verdict, "text")
    assert "docs/repodoc/src/app.md:3: summary, structure, api are stale [RD002]" in text
    assert text.count("`App.run` changed its signature") == 2


def test_colour_is_put_in_only_where_it_is_asked_for() -> None:
    verdict = judge(MIXED)
    painted = render(verdict, "text", ansi)
    assert "\x1b[31m" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == render(verdict, "text")


def test_quiet_text_of_current_pages_is_empty() -> None:
    assert render(judge([section(state="current", rule="")]), "text", quiet=True) == ""
    assert render(judge(MIXED), "text", quiet=True) == render(judge(MIXED), "text")


def test_text_names_component_section_page_line_and_cause_and_ends_with_the_remedy() -> None:
    lines = render(judge(MIXED), "text").splitlines()
    at = lines.index("src/app")
    assert lines[at + 1] == "  docs/repodoc/src/app.md:3: api is stale [RD002]"
    assert lines[at + 2] == "    `App.run` changed its signature"
    assert "  docs/repodoc/lib.md:1: summary is missing [RD004]" in lines
    assert lines[-2] == "sections: 1 stale, 1 missing, 1 orphan, 1 deferred; 2 current"
    assert lines[-1] == "run: repodoc update"


def test_text_of_current_pages_is_one_line() -> None:
    assert render(judge([section(state="current", rule="")]), "text") == "1 section, current\n"
    assert render(judge([]), "text") == "nothing to check\n"


def test_long_reasons_are_cut() -> None:
    text = render(judge([section(because=tuple(f"cause {n}" for n in range(40)))]), "text")
    assert "and 35 more" in text
    assert "cause 5" not in text


@pytest.mark.parametrize(
    ("state", "fail_on", "exit_code", "hint"),
    [
        ("current", FAIL_ON, 0, ""),
        ("stale", FAIL_ON, 1, "repodoc update"),
        ("missing", FAIL_ON, 1, "repodoc update"),
        ("orphan", FAIL_ON, 1, "repodoc update"),
        ("broken", FAIL_ON, 1, "after repairing the markers of docs/repodoc/src/app.md"),
        ("deferred", FAIL_ON, 0, ""),
        ("edited", FAIL_ON, 0, ""),
        ("deferred", ("deferred",), 1, "repodoc update --deep"),
        ("owed", FAIL_ON, 0, ""),
        ("owed", ("owed",), 1, "repodoc update"),
        ("edited", ("edited",), 1, "repodoc update --force docs/repodoc/src/app.md"),
        ("stale", (), 0, ""),
    ],
)
def test_what_fails_and_what_mends_it(
    state: str, fail_on: tuple[str, ...], exit_code: int, hint: str
) -> None:
    verdict = judge([section(state=state)], fail_on=fail_on)
    assert verdict.exit == exit_code
    assert hint in verdict.hint
    assert bool(hint) == bool(verdict.hint)


def test_json_is_the_published_form() -> None:
    data = json.loads(render(judge(MIXED, tree="abc", messages=["x is skipped"]), "json"))
    assert data["schema"] == 1
    assert data["current"] is False
    assert data["tree"] == "abc"
    assert data["messages"] == ["x is skipped"]
    assert data["hint"] == "repodoc update"
    assert [entry["id"] for entry in data["sections"]] == [s.id for s in MIXED]
    assert set(data["sections"][0]) == {"id", "component", "kind", "path", "line", "rule", "state", "because"}


def test_github_puts_the_gravest_first_and_stays_within_its_caps(tmp_path: Path) -> None:
    many = [section(f"w{n:03}", state="deferred", rule="RD009") for n in range(30)]
    many += [section(f"e{n:03}") for n in range(25)]
    verdict = judge(many)
    lines = render(verdict, "github").splitlines()
    commands = [line.split(" ")[0] for line in lines if line.startswith("::")]
    assert commands == ["::error"] * SHOWN_PER_LEVEL + ["::warning"] * SHOWN_PER_LEVEL
    assert lines[0] == (
        "::error file=docs/repodoc/e000.md,line=3,title=RD002 stale-interface::"
        "api of e000 is stale: `App.run` changed its signature"
    )
    assert lines[-1] == "run: repodoc update"
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    write_job_summary(job_summary(verdict), {"GITHUB_STEP_SUMMARY": str(summary)})
    text = summary.read_text()
    assert text.startswith("before\n### Documentation is stale")
    assert all(f"e{n:03} api" in text for n in range(25))
    write_job_summary("x", {})
    write_job_summary("x", {"GITHUB_STEP_SUMMARY": str(tmp_path)})


def test_the_job_summary_fits() -> None:
    long = judge([section(f"c{n}", because=tuple(f"{n}" + "x" * 2000 for n in range(5))) for n in range(400)])
    text = job_summary(long)
    assert len(text.encode()) <= SUMMARY_LIMIT
    assert re.search(r"\d+ more are not shown", text)
    assert text.rstrip().endswith("```")


def test_a_github_annotation_cannot_be_forged() -> None:
    hostile = "x\n::set-output name=a::b%0A::error::,title=y"
    text = render(judge([section(hostile, because=(hostile,))]), "github")
    (command,) = [line for line in text.splitlines() if line.startswith("::")]
    properties = command.removeprefix("::error ").split("::", 1)[0]
    assert [entry.split("=")[0] for entry in properties.split(",")] == ["file", "line", "title"]


@given(verdicts)
def test_no_name_breaks_out_of_any_format(verdict: Verdict) -> None:
    for form in FORMAT_NAMES:
        text = render(verdict, form)
        assert text == render(verdict, form)
        assert "\r" not in text
        text.encode("utf-8")
    assert json.loads(render(verdict, "json"))["current"] is verdict.current
    root = ElementTree.fromstring(render(verdict, "junit"))
    assert len(root.findall("testsuite/testcase")) == len(verdict.sections)
    jsonschema.Draft7Validator(CODE_QUALITY).validate(json.loads(render(verdict, "gitlab")))
    assert len(job_summary(verdict).encode()) <= SUMMARY_LIMIT


CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer"}}}
                },
            },
        },
    },
}
"""What docs.gitlab.com, "Code Quality report format", asks for."""


def test_sarif_meets_the_official_schema() -> None:
    validator = jsonschema.Draft7Validator(sarif_schema(), format_checker=jsonschema.FormatChecker())
    hostile = [section(name, line=0) for name in ("a b", "\udcff", "x\ny", "%", "ä", "a:b")]
    for verdict in (judge(MIXED), judge([]), judge(hostile)):
        validator.validate(json.loads(render(verdict, "sarif")))
    run = json.loads(render(judge(MIXED), "sarif"))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert [result["ruleId"] for result in run["results"]] == [rules[r["ruleIndex"]] for r in run["results"]]
    assert [result["level"] for result in run["results"]] == ["error"] * 3 + ["warning", "note"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 1


def test_junit_counts_failures_and_skips() -> None:
    root = ElementTree.fromstring(render(judge(MIXED), "junit"))
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("6", "3", "1")
    failures = root.findall(".//failure")
    assert {failure.get("type") for failure in failures} == {"stale-interface", "missing", "orphan"}


def test_a_finding_keeps_its_fingerprint_when_its_line_moves() -> None:
    def fingerprints(line: int) -> list[str]:
        return [issue["fingerprint"] for issue in json.loads(render(judge([section(line=line)]), "gitlab"))]

    assert fingerprints(3) == fingerprints(300)


def test_the_format_follows_the_surroundings() -> None:
    assert default_format({}) == "text"
    assert default_format({"GITHUB_ACTIONS": "true"}) == "github"
    assert default_format({"GITHUB_ACTIONS": "true", "REPODOC_OUTPUT_FORMAT": "json"}) == "json"


@given(st.text())
def test_printable_text_is_one_line_of_legal_xml(text: str) -> None:
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    ElementTree.fromstring(
        f"<a b={json.dumps(re.sub('[<&]', '', shown.replace(chr(34), '').replace(chr(92), '')))}/>"
    )


def test_a_path_as_uri_keeps_its_bytes() -> None:
    assert uri("a b/\udcff#?.md") == "a%20b/%FF%23%3F.md"
