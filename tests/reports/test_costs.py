"""Costs: nothing counted twice, unknown never zero, tables, JSON, and the page in JavaScript engines."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.errors import UsageError
from repodoc_hooks.pipeline import manifest
from repodoc_hooks.reports.costs import NotedCommit, collect, moment, total, totals, within
from repodoc_hooks.reports.costs_table import as_json, as_table, columns, cost_words
from repodoc_hooks.reports.html import as_html
from repodoc_hooks.reports.run_view import fold
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.ledger import LedgerEntry
from tests import tools
from tests.events_sample import sample_run
from tests.isolation import ORIGINAL
from tests.pipeline.test_manifest import report
from tests.reports.cost_rows import START, many_rows

COMMIT = "c" * 40
USED = Usage(10, 5)


def noted(run_id: str = "r1", commit: str = COMMIT) -> NotedCommit:
    return NotedCommit(commit, START, manifest.lines(report(run_id)))


def call(run_id: str = "r1", usage: Usage = USED, usd: float | None = 0.01) -> LedgerEntry:
    return LedgerEntry(run_id, START, "src/app#summary", "opencode", "fake/small", usage, usd, 1.5)


def test_a_run_in_note_and_ledger_counts_once() -> None:
    rows = collect([noted()], [call()])
    assert len(rows) == 1
    assert (rows[0].commit, rows[0].component, rows[0].cost_usd) == (COMMIT, "src/app", 0.01)


def test_the_day_is_that_of_the_call_not_of_the_commit() -> None:
    (row,) = collect([NotedCommit(COMMIT, START - 10**6, noted().lines)], [call()])
    assert row.at == START
    (row,) = collect([NotedCommit(COMMIT, START - 10**6, noted().lines)], [])
    assert row.at == START - 10**6


def test_failed_calls_count_once_whoever_was_asked_after_them() -> None:
    failed = LedgerEntry("r1", START, "src/app#summary", "claude", "haiku", Usage(7, 1), 0.002, 1.0)
    rows = collect([noted()], [call(), failed, failed])
    assert total(rows).usage == Usage(24, 7)
    assert total(rows).usd == pytest.approx(0.014)
    assert totals(rows, "model")["haiku"].usd == pytest.approx(0.004)
    assert totals(rows, "commit")[COMMIT[:12]].usd == pytest.approx(0.014)
    assert set(totals(rows, "component")) == {"src/app"}


def test_a_call_for_several_sections_is_divided_among_them() -> None:
    shared = LedgerEntry("r9", START, "a#summary, b#summary", "claude", "m", Usage(7, 1), 0.01, 3.0)
    rows = collect([], [shared])
    assert {row.component: row.usage for row in rows} == {"a": Usage(4, 1), "b": Usage(3, 0)}
    assert [row.cost_usd for row in rows] == [0.005, 0.005]
    assert sum(row.seconds for row in rows) == 3.0


def test_runs_that_were_never_committed_come_from_ledger_or_journal() -> None:
    (row,) = collect([], [call("r9")])
    assert (row.commit, row.component) == ("", "src/app")
    runs = fold(event.as_json() for event in sample_run("r7")).values()
    rows = collect([], [], runs)
    assert [row.section for row in rows] == ["src/app#summary", "src/lib#summary"]
    assert total(rows).usd == pytest.approx(0.004)


def test_a_note_on_two_commits_counts_once() -> None:
    assert len(collect([noted(), noted(commit="d" * 40)], [])) == 1


def test_foreign_lines_in_notes_are_left_out() -> None:
    broken: list[dict[str, Any]] = [{"kind": "section"}, {"kind": "section", "tokens": 3}, {}, {"kind": "x"}]
    assert collect([NotedCommit(COMMIT, START, broken)], []) == []


def test_unknown_is_never_zero() -> None:
    unpriced = collect([], [call(usd=None)])
    mixed = collect([], [call("a"), call("b", usd=None)])
    assert cost_words(total(unpriced)) == "unknown"
    assert cost_words(total(mixed)) == "$0.0100 + unknown"
    assert cost_words(total([])) == "$0.00"
    data = json.loads(as_json(unpriced, "day"))
    assert "gen_ai.usage.cost" not in data["total"]
    assert data["total"]["unpriced"] == 1


def test_json_names_metrics_as_opentelemetry_does() -> None:
    rows = collect([], [call(usage=Usage(100, 20, 300, 40, 5))])
    (row,) = json.loads(as_json(rows, "model", breakdown=True))["rows"]
    assert row["model"] == "fake/small"
    assert row["gen_ai.usage.input_tokens"] == 440, "input includes what came from and went to the cache"
    assert row["gen_ai.usage.output_tokens"] == 25, "output includes reasoning"
    assert row["gen_ai.usage.cache_read.input_tokens"] == 300
    assert row["gen_ai.usage.cost"] == 0.01
    assert row["models"][0]["gen_ai.request.model"] == "fake/small"


@pytest.mark.parametrize("by", ["day", "commit", "component", "page", "model", "backend"])
def test_every_grouping_adds_up_to_the_whole(by: str) -> None:
    rows = many_rows(300)
    sums = totals(rows, by)
    assert sum(t.rows for t in sums.values()) == 300
    assert sum(t.usage.total for t in sums.values()) == total(rows).usage.total
    table = as_table(rows, by, breakdown=True)
    assert table.splitlines()[0].startswith(by)
    assert table.splitlines()[-1].startswith("total")
    assert len({len(line) for line in table.splitlines()}) == 1, "columns are aligned"


def test_a_component_costs_what_its_parts_cost() -> None:
    pages = ["lib", "lib/core.py", "lib/net/http.py", "library", "app/main.py", "."]
    rows = collect(
        [], [LedgerEntry("r", START, f"{page}#summary", "b", "m", Usage(100), 0.5, 1.0) for page in pages]
    )
    assert {name: sums.rows for name, sums in totals(rows, "component").items()} == {
        "lib": 3, "library": 1, "app/main.py": 1, ".": 1
    }  # fmt: skip
    assert set(totals(rows, "page")) == set(pages)


def test_an_empty_span_says_so() -> None:
    assert as_table([], "day") == "no model was asked in this span of time\n"
    assert json.loads(as_json([], "day"))["rows"] == []


@pytest.mark.parametrize(
    ("word", "end", "expected"),
    [
        ("2026-01-01", False, START),
        ("2026-01-01", True, START + 86400),
        ("2026-01-01T01:00:00", False, START + 3600),
        ("2026-01-01T01:00:00+01:00", True, START),
        ("today", False, START + 86400),
        ("yesterday", False, START),
        ("7d", False, START + 86400 + 3600 - 7 * 86400),
    ],
)
def test_dates_as_people_write_them(word: str, end: bool, expected: float) -> None:
    assert moment(word, START + 86400 + 3600, end=end) == expected


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="'soon' is no date"):
        moment("soon", START)


def test_a_span_leaves_its_end_out() -> None:
    rows = many_rows(10, days=10)
    assert len(within(rows, START + 86400, START + 3 * 86400)) == 2


RUN_PAGE = """
const { JSDOM, VirtualConsole } = require("jsdom"), fs = require("fs");
const errors = [], seen = new VirtualConsole().on("jsdomError", e => errors.push(String(e.detail || e)));
const dom = new JSDOM(fs.readFileSync(process.argv[2], "utf8"), { runScripts: "dangerously", virtualConsole:
seen }); const d = dom.window.document, card = () => [...d.querySelectorAll(".card b")].map(e =>
e.textContent); const shown = id => !d.getElementById(id).hidden; const first = { cards: card(), charts:
shown("charts"),
  filters: shown("filter"), empty: shown("empty") ? d.getElementById("empty").textContent : "",
  days: d.querySelectorAll("#days g").length,
  slow: d.querySelectorAll("#slow tbody tr").length,
  ranked: [...d.querySelectorAll("#components text:first-of-type")].map(e => e.textContent),
  network: d.querySelectorAll("[src],link[href]:not([href^='data:'])").length,
  hostile: d.querySelectorAll("b b, i.hostile").length, title: d.title };
d.getElementById("text").value = "part7";
d.getElementById("filter").dispatchEvent(new dom.window.Event("input"));
setTimeout(() => {
  dom.window.dispatchEvent(new dom.window.Event("beforeprint"));
  const print = [d.body.className, d.getElementById("chosen").textContent];
  dom.window.dispatchEvent(new dom.window.Event("afterprint"));
  print.push(d.body.className);
  console.log(JSON.stringify({ ...first, filtered: card(), print, errors })); dom.window.close(); }, 300);
"""


def in_jsdom(tmp_path: Path, page: str) -> dict[str, Any]:
    (tmp_path / "run.cjs").write_text(RUN_PAGE)
    (tmp_path / "costs.html").write_text(page, encoding="utf-8")
    modules = tools.node_modules()
    done = subprocess.run(
        [tools.node(), tmp_path / "run.cjs", tmp_path / "costs.html"],
        env={**ORIGINAL, "NODE_PATH": str(modules)},
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    assert result["errors"] == []
    assert result["network"] == 0
    return result


def test_the_page_draws_and_filters(tmp_path: Path) -> None:
    rows = many_rows(400)
    result = in_jsdom(tmp_path, as_html(rows, "click", "now"))
    assert result["charts"] is True
    assert result["cards"][1] == f"{total(rows).usage.total:,}"
    assert result["cards"][4] == "400"
    assert result["days"] == 60
    assert result["slow"] == 20
    assert result["filtered"][4] == str(sum(row.component == "src/part7" for row in rows))
    assert result["filters"] is True
    assert result["print"] == ["print", "component or commit part7", ""]


def test_the_page_shows_parts_below_their_component(tmp_path: Path) -> None:
    prices = {"lib": 1.0, "lib/core.py": 3.0, "lib/net": 2.0, "lib/old.py": 0.1, "app": 4.0}
    entries = [
        LedgerEntry("r", START, f"{p}#summary", "b", "m", Usage(1), usd, 1.0) for p, usd in prices.items()
    ]
    result = in_jsdom(tmp_path, as_html(collect([], entries), "click", "now"))
    assert result["ranked"] == ["lib", "core.py", "net", "itself", "app"]


def test_an_empty_page_says_that_nothing_was_spent(tmp_path: Path) -> None:
    result = in_jsdom(tmp_path, as_html([], "click", "now"))
    assert result["charts"] is False
    assert result["filters"] is False
    assert "nothing was spent" in result["empty"]


def test_a_page_with_100_000_rows_works(tmp_path: Path) -> None:
    page = as_html(many_rows(100_000), "big", "now")
    assert len(page) < 8_000_000
    assert in_jsdom(tmp_path, page)["cards"][4] == "100,000"


def test_names_cannot_break_out_of_the_page(tmp_path: Path) -> None:
    hostile = "</script><b><i class=hostile>\udcff\u2028"
    rows = collect([], [LedgerEntry("r", START, hostile, hostile, hostile, Usage(1), None, 1.0)])
    result = in_jsdom(tmp_path, as_html(rows, hostile, hostile))
    assert result["hostile"] == 0
    assert result["cards"][0] == "unknown"


def test_without_scripts_the_page_still_tells_the_sums() -> None:
    page = as_html(many_rows(10, days=3), "click", "now")
    static = page.split("<noscript>")[1].split("</noscript>")[0]
    assert "2026-01-02" in static
    assert "total" in static


def test_columns_hold_every_row() -> None:
    rows = many_rows(50)
    data = columns(rows)
    assert {len(values) for name, values in data.items() if name != "names"} == {50}
    assert [data["names"][n] for n in data["component"]] == [row.component for row in rows]


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH; jsdom runs the page above")
@pytest.mark.parametrize("width", [500, 1200])
def test_a_browser_lays_the_page_out_without_overflow(tmp_path: Path, width: int) -> None:
    measure = (
        "<script>document.title = document.documentElement.scrollWidth + '/' + innerWidth;</script></body>"
    )
    page = as_html(many_rows(200), "click", "now").replace("</body>", measure)
    (tmp_path / "costs.html").write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    done = subprocess.run(
        [
            str(CHROMIUM),
            *options,
            f"--window-size={width},900",
            "--dump-dom",
            (tmp_path / "costs.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    content, _, window = done.stdout.split("<title>")[1].split("</title>")[0].partition("/")
    assert int(content) <= int(window)
    assert len(re.findall(r'<svg viewBox="0 0 \d', done.stdout)) == 5
