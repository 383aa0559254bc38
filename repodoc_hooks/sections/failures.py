"""How a request to a model may fail, and the clock that it runs against.

BackendError
└── ModelError           what `retry_handler.KINDS` knows by its `kind`
    ├── TransientError     worth another try: 429, 5xx, connection lost, overloaded, empty or cut answer
    ├── PermanentError     will not fix itself: authentication, unknown model, refused, context too long
    ├── BackendUnavailable nothing there to ask: no server, no CLI, no provider
    ├── DeadlineExceeded   the wall clock ran out first
    └── Stopped            the user or the end of the run stopped it
"""

from __future__ import annotations

import math
import time

from msgspec import Struct

from repodoc_hooks.errors import BackendError


class ModelError(BackendError):
    """A request without a usable answer.

    `kind` is a key of `retry_handler.KINDS`; `retry_after` the pause in seconds that the other side asked for.
    """

    def __init__(self, what: str, *, kind: str = "", retry_after: float | None = None, fix: str = "") -> None:
        super().__init__(what, fix=fix)
        self.kind = kind
        self.retry_after = retry_after


class TransientError(ModelError):
    """Worth another try."""


class PermanentError(ModelError):
    """Will not fix itself by trying again."""


class BackendUnavailable(ModelError):
    """Nothing is there to ask."""


class DeadlineExceeded(ModelError):
    """The wall clock ran out."""


class Stopped(ModelError):
    """The user, or the end of the run, stopped it."""


class Deadline(Struct, frozen=True):
    """A point on the monotonic clock; `at` is `math.inf` when there is none."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """The deadline that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.at - time.monotonic())


NO_DEADLINE = Deadline(math.inf)
