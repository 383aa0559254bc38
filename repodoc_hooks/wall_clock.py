"""One wall clock over a whole hook: analysis, templates and all. What takes longer is given up, and git goes on.

The clock raises `TimeIsUp` in the main thread, again and again until somebody takes it, because library code may
swallow it. What never comes back to Python (a parser, a pattern) is ended by the system after some more processor time.
There is no clock on Windows, which has no such timers.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_AGAIN_SECONDS = 0.5
_GRACE = 4.0
"""Times the limit in processor time, of all threads, at which the system ends the process."""


class TimeIsUp(BaseException):
    """The hook has taken longer than it may; no `except Exception` holds it up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not done within {seconds:g} s")


class _Clock:
    """The clock of this process, which has one main thread."""

    running = False
    began = 0.0
    limit = 0.0
    held = 0
    ran_out = False


_clock = _Clock()


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Give up what is inside after so many seconds, wherever it is but in `undivided`.

    Raises:
        TimeIsUp: it took longer.
    """
    here = threading.current_thread() is threading.main_thread() and hasattr(signal, "setitimer")
    if not here or _clock.running:
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    _clock.running, _clock.began, _clock.ran_out = True, time.monotonic(), False
    set_limit(seconds)
    try:
        yield
    finally:
        stop()
        signal.signal(signal.SIGALRM, before)


def set_limit(seconds: float) -> None:
    """Have the clock ring so many seconds after it was started, if it runs."""
    if _clock.running:
        _clock.limit = seconds
        left = max(0.001, _clock.began + seconds - time.monotonic())
        signal.setitimer(signal.ITIMER_REAL, left, _AGAIN_SECONDS)
        signal.setitimer(signal.ITIMER_PROF, seconds * _GRACE)


def stop() -> None:
    """Stop the clock: what comes now may take its time."""
    if _clock.running:
        _clock.running = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def ran_out() -> bool:
    """Did the clock ring?"""
    return _clock.ran_out


def leave(code: int) -> NoReturn:
    """End this process at once, and the processes that it has started to share its work."""
    multiprocessing = sys.modules.get("multiprocessing")
    if multiprocessing is not None:
        for process in multiprocessing.active_children():
            process.kill()
    os._exit(code)


@contextmanager
def undivided() -> Iterator[None]:
    """What is inside is done as a whole even if time is up meanwhile; `TimeIsUp` is raised soon after."""
    _clock.held += 1
    try:
        yield
    finally:
        _clock.held -= 1


def _ring(number: int, frame: FrameType | None) -> None:
    if _clock.running and not _clock.held:
        _clock.ran_out = True
        raise TimeIsUp(_clock.limit)
