"""One clock over a hook: it rings wherever the hook is, and again if somebody swallows it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from repodoc_hooks import wall_clock
from repodoc_hooks.wall_clock import TimeIsUp, limited_to, set_limit, undivided
from tests.repos import Repo


@pytest.fixture(params=["timer", "thread"])
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's timer, and what takes its place on Windows."""
    if request.param == "thread":
        monkeypatch.delattr(signal, "setitimer")


def wait(seconds: float) -> None:
    """In small steps, as only the timer breaks into a long one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.usefixtures("clock")
def test_it_rings_in_the_middle_of_work() -> None:
    with pytest.raises(TimeIsUp, match=r"not done within 0\.05 s"), limited_to(0.05):
        while True:
            pass
    assert wall_clock.ran_out()


@pytest.mark.usefixtures("clock")
def test_it_rings_again_where_it_was_swallowed() -> None:
    swallowed = 0
    with pytest.raises(TimeIsUp), limited_to(0.05):
        while True:
            try:
                wait(60)
            except BaseException:
                swallowed += 1
                if swallowed == 2:
                    raise


@pytest.mark.usefixtures("clock")
def test_what_is_undivided_is_done() -> None:
    done = []
    with pytest.raises(TimeIsUp), limited_to(0.05):
        with undivided():
            end = time.monotonic() + 0.2
            while time.monotonic() < end:
                pass
            done.append(1)
        wait(60)
    assert done == [1]


@pytest.mark.usefixtures("clock")
def test_the_limit_may_be_set_later_and_ends_with_its_block() -> None:
    with limited_to(0.05):
        set_limit(60)
        wait(0.2)
    wait(0.1)
    assert not wall_clock.ran_out()


@pytest.mark.parametrize(
    "code", ["while True: pass", "import time; time.sleep(99)", "import re; re.match('(a*)*b', 'a' * 40)"]
)
def test_a_hook_that_takes_too_long(project: Repo, code: str) -> None:
    """In a process of its own, as git runs it; also where one call never comes back to Python."""
    text = (
        "import sys\nfrom repodoc_hooks import hooks, cli\nfrom repodoc_hooks.hooks import pre_commit\n"
        f"hooks.TIME_LIMIT = 0.3\ndef run(git, args):\n    exec({code!r})\npre_commit.run = run\n"
        "sys.exit(cli.main(['hook', 'pre-commit']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=project.path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if done.returncode == 0:
        assert "not done within 0.3 s" in done.stderr
        assert "git goes on" in done.stderr
    else:
        assert done.returncode < 0, "ended by the system, which the shim lets pass"


@pytest.mark.parametrize("seconds", [0.01, 60])
def test_functions_can_be_traced_after_it(seconds: float) -> None:
    """A clock that rang too late must leave nothing in the interpreter; 3.11 would stand still in a traced function."""
    program = f"""
import signal, sys, time
if hasattr(signal, "setitimer"):
    del signal.setitimer
from repodoc_hooks import wall_clock
try:
    with wall_clock.limited_to({seconds}), wall_clock.undivided():
        time.sleep(0.1)
    if {seconds} < 1:
        time.sleep(0.1)
except wall_clock.TimeIsUp:
    pass
def traced():
    return 1
sys.settrace(lambda *event: None)
traced()
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
