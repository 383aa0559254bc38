"""Notes: what they keep of a run, and that a merge of two of them is read as their union."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.pipeline import manifest
from repodoc_hooks.pipeline.run_report import ChangeEntry, RunReport, SectionOutcome
from repodoc_hooks.sections.task import Usage


def report(run_id: str = "r1", action: str = "generated") -> RunReport:
    return RunReport(
        run_id=run_id,
        origin="pre-commit",
        tree="a" * 40,
        backend="opencode",
        sections=(
            SectionOutcome(
                "src/app#summary",
                "src/app",
                "summary",
                "docs/repodoc/src/app.md",
                action,
                "`run` changed",
                Usage(10, 5),
                0.01,
                1.5,
                "opencode",
                "fake/small",
                "0123456789ab",
            ),
            SectionOutcome("src/app#api", "src/app", "api", "docs/repodoc/src/app.md", "rendered"),
        ),
        changes=(
            ChangeEntry("src/app", "docs/repodoc/src/app.md", ("api",), ("`run` changed",), changed=("run",)),
        ),
        cost_usd=0.01,
        seconds=2.0,
    )


def test_a_note_keeps_run_costs_states_and_changes() -> None:
    content = manifest.lines(report())
    assert [line["kind"] for line in content] == ["run", "component", "change", "section"] or len(
        content
    ) == 4
    read = manifest.read(parse(dump(content)))
    assert read.runs[0]["tokens"]["input"] == 10
    assert read.sections[0]["cost_usd"] == 0.01
    assert read.components["src/app"]["sections"]["summary"] == {
        "state": "generated",
        "fingerprint": "0123456789ab",
    }
    assert read.changes[0]["changed"] == ["run"]


def test_a_run_that_did_nothing_leaves_no_note() -> None:
    assert manifest.lines(RunReport("r", "cli", "t", "offline")) == []


def test_an_unknown_price_stays_unknown() -> None:
    (outcome, *_), base = report().sections, report()
    unpriced = RunReport(
        base.run_id,
        "cli",
        base.tree,
        base.backend,
        (
            SectionOutcome(
                outcome.id,
                outcome.component,
                outcome.kind,
                outcome.path,
                "generated",
                usage=Usage(1),
                cost_usd=None,
            ),
        ),
        cost_usd=None,
    )
    read = manifest.read(manifest.lines(unpriced))
    assert read.runs[0]["cost_usd"] is None
    assert read.sections[0]["cost_usd"] is None


def test_long_change_logs_are_cut() -> None:
    names = tuple(f"symbol_{number}" for number in range(1000))
    base = report()
    big = RunReport(
        "r", "cli", "t", "offline", base.sections, (ChangeEntry("c", "p", (), names, names, names, names),)
    )
    assert len(dump(manifest.lines(big))) < 10_000


def dump(content: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(set(map(manifest.encode, content)))).encode()


def parse(note: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in note.splitlines()]


def cat_sort_uniq(*notes: bytes) -> bytes:
    """What `git notes merge --strategy=cat_sort_uniq` does (git-notes manual page)."""
    lines = {line for note in notes for line in note.split(b"\n") if line}
    return b"".join(line + b"\n" for line in sorted(lines))


def test_the_merge_of_two_notes_is_their_union() -> None:
    one, two = dump(manifest.lines(report("r1"))), dump(manifest.lines(report("r2")))
    merged = manifest.read(parse(cat_sort_uniq(one, two)))
    assert {run["run_id"] for run in merged.runs} == {"r1", "r2"}
    assert len(merged.changes) == 1, "the same change is told once"
    assert "src/app" in merged.components


def test_contradictions_are_nobodys_truth() -> None:
    content = manifest.lines(report("r1")) + manifest.lines(report("r2", "deferred"))
    assert manifest.read(content).components == {}


def test_the_bytes_do_not_depend_on_order() -> None:
    content = manifest.lines(report())
    assert dump(reversed(content)) == dump(content) == dump(content * 2)


LINES = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["component", "run", "section", "change", "later", 3, None]),
        "component": st.sampled_from(["a", "b", 3, None]),
        "sections": st.sampled_from([{}, {"api": 1}]),
    },
)


@given(st.lists(LINES, max_size=6))
def test_any_lines_are_read_in_any_order(content: list[dict[str, Any]]) -> None:
    read = manifest.read(content)
    assert read.components == manifest.read(content[::-1]).components
    assert all(read.components[name]["component"] == name for name in read.components)
