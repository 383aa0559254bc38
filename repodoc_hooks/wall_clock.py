"""One wall clock over a whole hook: analysis, templates and all. What takes longer is given up, and git goes on.

The clock raises `TimeIsUp` in the main thread, again and again until somebody takes it, because library code may
swallow it. What never comes back to Python (a parser, a pattern) is ended by the system after some more processor time.
Windows has no such timers: there a thread raises it, as soon as the main thread is at Python again.
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

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(f"not done within {seconds or _clock.limit:g} s")


class _Clock:
    """The clock of this process, which has one main thread."""

    running = False
    began = 0.0
    limit = 0.0
    held = 0
    ran_out = False
    bell: _Bell | None = None


_clock = _Clock()


@contextmanager
def limited_to(seconds: float) -> Iterator[None]:
    """Give up what is inside after so many seconds, wherever it is but in `undivided`.

    Raises:
        TimeIsUp: it took longer.
    """
    if threading.current_thread() is not threading.main_thread() or _clock.running:
        yield
        return
    _clock.running, _clock.began, _clock.ran_out = True, time.monotonic(), False
    with _timer() if hasattr(signal, "setitimer") else _Bell():
        set_limit(seconds)
        try:
            yield
        finally:
            stop()


@contextmanager
def _timer() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


class _Bell:
    """In the place of the system's timer: a thread that raises `TimeIsUp` in the main one, between two of its steps."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._rung = False

    def __enter__(self) -> None:
        _clock.bell = self
        threading.Thread(target=self._watch, daemon=True).start()

    def __exit__(self, *error: object) -> None:
        self.stop()
        _clock.bell = None

    def stop(self) -> None:
        """Ring no more; what was rung and not heard yet is taken back."""
        with self._lock:
            self._stopped.set()
            if self._rung:
                self._take_back()

    def hold(self) -> None:
        """Wait until it is not just ringing."""
        with self._lock:
            pass

    def _watch(self) -> None:
        while not self._stopped.wait(
            max(0.01, min(_AGAIN_SECONDS, _clock.began + _clock.limit - time.monotonic()))
        ):
            with self._lock:
                late = _clock.limit and time.monotonic() >= _clock.began + _clock.limit
                if late and not _clock.held and not self._stopped.is_set():
                    _clock.ran_out = True
                    self._ring(TimeIsUp)

    def _take_back(self) -> None:
        """Have another exception take the place of what may wait, and take that one.

        None in its place would leave the interpreter's flag up, and Python 3.11 never gets past the beginning of a
        function that is traced while it is (Python/ceval.c, RESUME under DO_TRACING).
        """
        try:
            self._ring(_TakenBack)
            for _ in range(1000):
                pass
        except _TakenBack:
            self._rung = False

    def _ring(self, what: type[BaseException]) -> None:
        import ctypes

        self._rung = True
        main = ctypes.c_ulong(threading.main_thread().ident or 0)
        ctypes.pythonapi.PyThreadState_SetAsyncExc(main, ctypes.py_object(what))


class _TakenBack(BaseException):
    """What is raised in the place of a `TimeIsUp` that came too late."""


def set_limit(seconds: float) -> None:
    """Have the clock ring so many seconds after it was started, if it runs."""
    if _clock.running:
        _clock.limit = seconds
        if _clock.bell is not None:
            return
        left = max(0.001, _clock.began + seconds - time.monotonic())
        signal.setitimer(signal.ITIMER_REAL, left, _AGAIN_SECONDS)
        signal.setitimer(signal.ITIMER_PROF, seconds * _GRACE)


def stop() -> None:
    """Stop the clock: what comes now may take its time."""
    if _clock.running:
        _clock.running = False
        if _clock.bell is not None:
            _clock.bell.stop()
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)


def ran_out() -> bool:
    """Did the clock ring?"""
    return _clock.ran_out


def nobody_else_works() -> bool:
    """No thread of ours is left, nor processes that share our work."""
    return threading.active_count() == 1 and "multiprocessing" not in sys.modules


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
    if _clock.bell is not None:
        _clock.bell.hold()
    try:
        yield
    finally:
        _clock.held -= 1


def _ring(number: int, frame: FrameType | None) -> None:
    if _clock.running and not _clock.held:
        _clock.ran_out = True
        raise TimeIsUp(_clock.limit)
