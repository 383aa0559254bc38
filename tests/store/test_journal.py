"""The journal: followed while it grows, whole after a crash, bounded, without text and secrets."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import threading
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks import events
from repodoc_hooks.reports.event_schema import event_schema
from repodoc_hooks.reports.run_view import RunView, SectionView, fold
from repodoc_hooks.store import journal
from repodoc_hooks.store.journal import Follower, Journal, journal_dir, parse, read_run, run_files
from repodoc_hooks.store.redact import HIDDEN, redact
from tests.events_sample import sample_run


def record(state: Path, run_id: str = "r1", *, end: bool = True, pid: int = 1) -> Path:
    bus = events.EventBus(run_id)
    with Journal(state) as observer:
        bus.subscribe(observer)
        for event in sample_run(run_id, end=end, pid=pid):
            bus.publish(event)
    return run_files(journal_dir(state))[-1]


def test_a_run_reads_back_without_text_source_and_secrets(tmp_path: Path) -> None:
    path = record(tmp_path)
    kinds = [event["event"] for event in read_run(path)]
    assert kinds[0] == "run_started"
    assert kinds[-1] == "run_finished"
    assert "section_text" not in kinds
    text = path.read_text()
    assert "sk-aaa" not in text
    assert HIDDEN in text
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_every_line_meets_the_published_schema(tmp_path: Path) -> None:
    validator = jsonschema.Draft202012Validator(event_schema())
    validator.check_schema(event_schema())
    assert len(event_schema()["oneOf"]) == 14
    for event in sample_run():
        validator.validate(event.as_json())
    for line in read_run(record(tmp_path)):
        validator.validate(line)
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"schema": 1, "event": "run_started", "run_id": "x"})


def test_the_view_of_a_run_adds_up(tmp_path: Path) -> None:
    (view,) = fold(read_run(record(tmp_path))).values()
    assert (view.state, view.exit, view.total_tokens, view.cost_usd) == ("done", 0, 850, 0.004)
    assert view.sections["src/app#summary"].state == "generated"
    assert view.sections["src/app#api"].component == "src/app"
    assert len(view.calls) == 2
    assert view.pages == {"docs/repodoc/src/app.md": "written"}
    assert view.warnings["day.usd"]["allowed"] == 1.0


def test_sums_are_right_in_the_middle_of_a_run() -> None:
    view = fold(event.as_json() for event in sample_run(end=False, pid=os.getpid()))["r1"]
    assert (view.state, view.total_tokens, view.cost_usd, view.files_parsed) == ("running", 850, 0.004, 1)
    assert view.sections["src/app#summary"].last_text == "It runs\nthings."


def test_a_run_whose_process_is_gone_is_lost(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    (view,) = fold(read_run(record(tmp_path, end=False, pid=child.pid))).values()
    assert view.state == "lost"


def test_one_unpriced_call_makes_the_sum_unknown() -> None:
    call = next(e for e in sample_run() if isinstance(e, events.ModelCalled)).as_json()
    view = fold([call, {**call, "cost_usd": None}, call])["r1"]
    assert view.cost_usd is None
    assert fold([call, {**call, "cost_usd": None, "tokens": {}}])["r1"].cost_usd == 0.002, "nothing was used"


def test_another_process_is_followed_live(tmp_path: Path) -> None:
    follower = Follower(tmp_path)
    assert follower.poll() == []
    bus = events.EventBus("live")
    with Journal(tmp_path) as observer:
        bus.subscribe(observer)
        for event in sample_run("live"):
            bus.publish(event)
            seen = follower.poll()
            stored = not isinstance(event, events.SectionText | events.FileParsed)
            assert [line["event"] for line in seen] == ([event.as_json()["event"]] if stored else [])
    assert Follower(tmp_path, last_runs=0).poll() == []


def test_follow_ends_when_told(tmp_path: Path) -> None:
    stop = threading.Event()
    stream = journal.follow(tmp_path, stop, pause=0.01)
    timer = threading.Timer(0.05, record, (tmp_path,))
    timer.start()
    assert next(stream)["event"] == "run_started"
    stop.set()
    timer.join()
    assert "run_finished" in [event["event"] for event in stream]


@given(st.integers(min_value=0, max_value=3000))
def test_a_torn_file_gives_its_whole_lines(cut: int) -> None:
    data = b"".join(json.dumps(event.as_json()).encode() + b"\n" for event in sample_run())
    whole = list(parse(data))
    read = list(parse(data[:cut]))
    assert read == whole[: len(read)]
    assert len(read) >= data[:cut].count(b"\n")
    fixed = list(parse(data[:cut] + b"\n" + data))
    assert fixed[-len(whole) :] == whole, "what follows a torn line is not lost"


@given(
    st.lists(
        st.binary(max_size=30) | st.sampled_from([b"{}", b'{"event":1}', b'{"event":"message","run_id":1}'])
    )
)
def test_foreign_lines_never_raise(lines: list[bytes]) -> None:
    fold(parse(b"\n".join(lines)))


def test_a_half_written_line_waits_for_its_end(tmp_path: Path) -> None:
    path = record(tmp_path)
    follower = Follower(tmp_path)
    count = len(follower.poll())
    line = path.read_bytes().splitlines()[0]
    with path.open("ab") as file:
        file.write(line[:20])
        file.flush()
        assert follower.poll() == []
        file.write(line[20:] + b"\n")
    assert len(follower.poll()) == 1
    assert count > 5


def _write_many(state: str, run_id: str) -> None:
    bus = events.EventBus(run_id)
    with Journal(Path(state)) as observer:
        bus.subscribe(observer)
        threads = [threading.Thread(target=_burst, args=(bus,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _burst(bus: events.EventBus) -> None:
    for number in range(50):
        bus.publish(events.Message(run_id=bus.run_id, at=1.0, level="info", text=f"{number} " + "x" * 300))


def test_processes_and_threads_never_mix_lines(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write_many, args=(str(tmp_path), "shared")) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    (path,) = run_files(journal_dir(tmp_path))
    assert len(read_run(path)) == len(path.read_bytes().splitlines()) == 400


def test_old_runs_go_and_live_ones_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "KEEP_RUNS", 5)
    for number in range(8):
        bus = events.EventBus(f"r{number}")
        with Journal(tmp_path) as observer:
            for event in sample_run(f"r{number}", at=1_000_000.0 + number):
                observer(event)
        del bus
        newest = run_files(journal_dir(tmp_path))[-1]
        os.utime(newest, (1.0, 1.0))
    names = [path.name.split("-", 1)[1] for path in run_files(journal_dir(tmp_path))]
    assert names == [f"r{number}.ndjson" for number in range(3, 8)]
    for path in run_files(journal_dir(tmp_path)):
        path.touch()
    record(tmp_path, "new")
    assert len(run_files(journal_dir(tmp_path))) == 6, "files written lately may belong to a run"


def test_a_run_is_bounded_but_keeps_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "MAX_RUN_BYTES", 500)
    path = record(tmp_path)
    assert path.stat().st_size < 1000
    assert read_run(path)[-1]["event"] == "run_finished"


def test_a_journal_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("occupied")
    bus = events.EventBus("r")
    with Journal(tmp_path) as observer:
        bus.subscribe(observer)
        for event in sample_run():
            bus.publish(event)
    assert Follower(tmp_path).poll() == []


def test_run_ids_cannot_leave_the_journal(tmp_path: Path) -> None:
    with Journal(tmp_path) as observer:
        observer(events.Message(run_id="../../x/y", level="info", text=""))
    (path,) = run_files(journal_dir(tmp_path))
    assert path.parent == journal_dir(tmp_path)


@pytest.mark.parametrize(
    "secret",
    [
        "sk-ant-api03-" + "x" * 30,
        "ghp_" + "a" * 36,
        "https://user:hunter2@host/x",
        "Authorization: Bearer abcdefgh12345",
        "AKIAABCDEFGHIJKLMNOP",
        "password=hunter22",
        "eyJhbGciOiJI.eyJzdWIiOiIx.abcdefgh",
    ],
)
def test_secrets_are_known_by_their_shape(secret: str) -> None:
    assert HIDDEN in redact(f"it said {secret} there", {})


def test_secrets_are_known_by_their_variable() -> None:
    environ = {"MY_API_KEY": "plain-words-here", "EDITOR": "vim-editor", "A_TOKEN": "short"}
    assert (
        redact("use plain-words-here in vim-editor, short", environ) == f"use {HIDDEN} in vim-editor, short"
    )


@pytest.mark.parametrize(
    "text", ["`Session.send` changed its signature", "src/token.py", "risk-averse-sk-ip", "a@b.c"]
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text, {}) == text


def test_a_view_knows_nothing_of_later_events() -> None:
    view = RunView("r")
    view.apply({"event": "from_the_future", "run_id": "r", "at": 2.0})
    assert view.last == 2.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("It runs\nthings.", "things."),
        ('{"s1": {"text": ["It runs.", "It al', "It al"),
        ('{"s1": {"text": ["It \\"runs\\"."]}}', 'It "runs".'),
        ('{"s1": {"text": ["A."], "keep": false}, "s2', "s2"),
        ("{", ""),
    ],
)
def test_the_last_sentence_of_streamed_text(text: str, said: str) -> None:
    assert SectionView("a#summary", last_text=text).said == said
