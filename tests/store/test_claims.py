"""Two processes never ask for the same text: who comes first asks, the others wait for the end of that."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from repodoc_hooks.sections.failures import NO_DEADLINE, Deadline
from repodoc_hooks.store.claims import ANY, LAPSE, Claims
from repodoc_hooks.system import look

KEY = ("src/shop#summary", "abc")
OTHER = ("src/core#summary", "def")
STOP = threading.Event()


def test_a_text_is_claimed_once_and_free_again_when_it_is_there(tmp_path: Path) -> None:
    first, second = Claims(tmp_path), Claims(tmp_path)
    assert first.take([KEY, OTHER]) == {KEY, OTHER}
    assert second.take([KEY]) == set()
    first.release([KEY])
    assert second.take([KEY, OTHER]) == {KEY}
    first.release()
    second.release()
    assert not (tmp_path / "claims.json").exists()


def test_a_run_may_claim_again_what_it_has(tmp_path: Path) -> None:
    with Claims(tmp_path) as claims:
        assert claims.take([KEY]) == {KEY}
        assert claims.take([KEY]) == {KEY}


def test_a_text_whose_inputs_are_still_to_come_keeps_others_from_asking(tmp_path: Path) -> None:
    first, second = Claims(tmp_path), Claims(tmp_path)
    first.take([("#overview", ANY)])
    assert second.take([("#overview", "abc"), KEY]) == {KEY}


def test_who_waits_goes_on_when_the_other_lets_go(tmp_path: Path) -> None:
    first, second = Claims(tmp_path), Claims(tmp_path)
    first.take([KEY])
    threading.Timer(0.05, first.release).start()
    assert second.free({KEY}, NO_DEADLINE, STOP) == {KEY}


def test_nobody_waits_beyond_the_deadline_or_when_stopped(tmp_path: Path) -> None:
    first, second = Claims(tmp_path), Claims(tmp_path)
    first.take([KEY])
    assert second.free({KEY}, Deadline.after(0.05), STOP) == set()
    stopped = threading.Event()
    stopped.set()
    assert second.free({KEY}, NO_DEADLINE, stopped) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="asks for a process by its number")
def test_a_claim_ends_with_its_process(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from repodoc_hooks.store.claims import Claims;"
        f"c = Claims(Path({str(tmp_path)!r})); c.take([{KEY!r}]); print('taken', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        claims = Claims(tmp_path)
        assert claims.take([KEY]) == set()
        process.kill()
        process.wait()
        assert claims.free({KEY}, NO_DEADLINE, STOP) == {KEY}
        assert claims.take([KEY]) == {KEY}


@pytest.mark.parametrize("age", [LAPSE + 1, -LAPSE - 1], ids=["long ago", "a clock that went back"])
def test_a_process_that_is_not_heard_of_any_more_holds_nothing(tmp_path: Path, age: float) -> None:
    Claims(tmp_path, clock=lambda: time.time() - age).take([KEY])
    assert Claims(tmp_path).take([KEY]) == {KEY}


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", '{"a": 1}', '{"src/shop#summary\\u0000abc": [1]}', '{"x": [1, 2, 3, 4]}', "\0" * 100],
)
def test_a_damaged_file_is_no_claim(tmp_path: Path, content: str) -> None:
    (tmp_path / "claims.json").write_text(content)
    assert Claims(tmp_path).take([KEY]) == {KEY}


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write everywhere")
def test_where_nothing_can_be_written_everybody_asks(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert Claims(tmp_path).take([KEY]) == {KEY}
    tmp_path.chmod(0o700)


def test_the_file_names_process_and_time(tmp_path: Path) -> None:
    with Claims(tmp_path) as claims:
        claims.take([KEY])
        (claim,) = json.loads((tmp_path / "claims.json").read_text()).values()
        me = look(os.getpid())
        assert me is not None
        assert claim[:2] == [os.getpid(), me.started]
