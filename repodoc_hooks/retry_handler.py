"""Failures of models in one table, and what follows from each: another try, a pause, another backend.

Every backend turns what it sees (HTTP status, error object, exit code) into a `kind` of `KINDS`; nothing else
decides what is worth a retry. Back-off is tenacity's, jittered, inside the deadline; a breaker keeps a
backend that is down from costing every unit its attempts.
"""

from __future__ import annotations

import email.utils
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from repodoc_hooks.config import RetryConfig
from repodoc_hooks.sections.failures import (
    BackendUnavailable,
    Deadline,
    DeadlineExceeded,
    ModelError,
    PermanentError,
    Stopped,
    TransientError,
)

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")
LONG_WAIT = 300.0  # seconds


class Kind(Struct, frozen=True):
    """What follows from a failure.

    `trips` is how much it counts towards the breaker (3 opens it); `slow` asks for fewer requests at once;
    `billed` says that a provider may bill the request although its figures never came.
    """

    error: type[ModelError]
    trips: int = 0
    slow: bool = False
    billed: bool = True


KINDS: dict[str, Kind] = {
    # transient: the same request may succeed
    "rate_limited": Kind(TransientError, slow=True, billed=False),
    "overloaded": Kind(TransientError, trips=1, slow=True, billed=False),
    "server_error": Kind(TransientError, trips=1, billed=False),
    "connection": Kind(TransientError, trips=1),
    "broken": Kind(TransientError, trips=1, billed=False),
    "lost": Kind(TransientError, trips=1),
    "timeout": Kind(TransientError, trips=1),
    "cut_off": Kind(TransientError, trips=1),
    "garbage": Kind(TransientError, trips=1),
    "empty": Kind(TransientError),
    "aborted": Kind(TransientError),
    # permanent for this request on this backend
    "runaway": Kind(PermanentError, trips=1),
    "asked": Kind(PermanentError),
    "compacted": Kind(PermanentError),
    "invalid_answer": Kind(PermanentError),
    "length": Kind(PermanentError),
    "refused": Kind(PermanentError),
    "bad_request": Kind(PermanentError, billed=False),
    "context_overflow": Kind(PermanentError, billed=False),
    # permanent for every request on this backend
    "auth": Kind(PermanentError, trips=3, billed=False),
    "quota": Kind(PermanentError, trips=3, billed=False),
    "unknown_model": Kind(PermanentError, trips=3, billed=False),
    "other_model": Kind(PermanentError, trips=3),
    "unavailable": Kind(BackendUnavailable, trips=3, billed=False),
    # ours
    "deadline": Kind(DeadlineExceeded),
    "stopped": Kind(Stopped),
}

_STATUS = {
    401: "auth",
    402: "quota",
    403: "auth",
    404: "unknown_model",
    408: "timeout",
    413: "context_overflow",
    429: "rate_limited",
    503: "overloaded",
    504: "timeout",
    529: "overloaded",
}
# A connection that never stood has carried no request; one that broke may have.
_NEVER_STOOD = (
    r"unable to connect|refused|getaddrinfo|enotfound|eai_again|unreachable|no route|ehostdown|resolve|certificate|"
    r"\b(?:tls|ssl)\b"
)
# A limit of hours or days, in the words of providers and of their programs: waiting a moment does not help.
_USED_UP = (
    r"insufficient.quota|credit balance|billing|exceeded your current quota|out of credits|quota exceeded"
    r"|(?:usage|session|weekly|daily|monthly|hourly|hour|spend(?:ing)?|plan|opus|sonnet) limit"
    r"|\blimit (?:\w+ )?resets?\b|\bresets? at\b|\bresets (?:in|on)\b|\bresets \d"
    r"|hit your (?:\w+ )?limit|(?:per|a) (?:day|month|week)\b|\b[rt]pd\b|per.?day|regain access"
)
_TEXTS = (
    ("quota", _USED_UP),
    ("context_overflow", r"context.length|context window|prompt is too long|too many tokens|maximum context"),
    ("rate_limited", r"rate.?limit|too many requests|\b429\b"),
    ("overloaded", r"overloaded|\b529\b|\b503\b|service unavailable"),
    ("auth", r"not logged in|invalid.{0,10}api.key|authentication|unauthorized|\b401\b|/login"),
    (
        "connection",
        r"cannot connect|unable to connect|connection error|econn|socket|refused|fetch failed|network",
    ),
    ("timeout", r"timed out|timeout"),
    (
        "cut_off",
        r"terminated|(?:connection|by peer|socket)\W+reset|reset by|econnreset|premature|stream (?:error|ended|closed)",
    ),
    ("garbage", r"json parsing|unexpected token|invalid json|failed to parse|not valid json"),
)


def failure(kind: str, what: str, *, retry_after: float | None = None, fix: str = "") -> ModelError:
    """The error for a kind of failure; a limit that lasts longer than anyone waits is used up, not a hiccup."""
    if kind in ("rate_limited", "overloaded") and (retry_after or 0.0) > LONG_WAIT:
        kind, what = "quota", f"{what} (it asks for a pause of {retry_after:.0f} s)"
    return KINDS[kind].error(what, kind=kind, retry_after=retry_after, fix=fix)


def is_billed(error: ModelError) -> bool:
    """May a provider bill a request that failed so, although its figures never came?"""
    if error.kind == "connection":
        return re.search(_NEVER_STOOD, error.what, re.IGNORECASE) is None
    known = KINDS.get(error.kind)
    return known is None or known.billed


def kind_of_text(text: str, default: str = "server_error") -> str:
    """The kind that a message stands for where no status came with it."""
    for kind, pattern in _TEXTS:
        if re.search(pattern, text, re.IGNORECASE):
            return kind
    return default


def from_status(status: int, text: str, headers: Mapping[str, str] | None = None) -> ModelError:
    """The error for a provider's HTTP status (RFC 9110; 529 is "overloaded" at several providers)."""
    kind = _STATUS.get(status) or ("server_error" if status >= 500 else "bad_request")
    if kind in ("rate_limited", "bad_request"):
        told = kind_of_text(text, kind)
        kind = told if told in ("quota", "context_overflow") else kind
    return failure(kind, f"HTTP {status}: {brief(text)}", retry_after=retry_after(headers or {}))


def from_text(text: str, default: str = "server_error") -> ModelError:
    """The error for a message without a status."""
    return failure(kind_of_text(text, default), brief(text))


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds that a `Retry-After` (seconds or HTTP date) or `retry-after-ms` header asks for, else None."""
    lower = {name.lower(): value for name, value in headers.items()}
    try:
        if "retry-after-ms" in lower:
            return max(0.0, float(lower["retry-after-ms"]) / 1000)
        if "retry-after" not in lower:
            return None
        if re.fullmatch(r"\s*\d+(\.\d+)?\s*", lower["retry-after"]):
            return float(lower["retry-after"])
        moment = email.utils.parsedate_to_datetime(lower["retry-after"])
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - (time.time() if now is None else now))


def brief(text: str) -> str:
    """One line of at most 200 characters."""
    return " ".join(text.split())[:200] or "no message"


def call(
    attempt: Callable[[], T],
    policy: RetryConfig,
    deadline: Deadline,
    stop: threading.Event,
    on_retry: Callable[[ModelError, float], None] = lambda error, pause: None,
) -> T:
    """Run `attempt` until it succeeds, fails for good, or neither attempts nor time are left.

    A pause that would not end before the deadline is not begun, whether we chose it or `Retry-After` did.

    Raises:
        ModelError: the last failure.
    """
    import tenacity

    backoff = tenacity.wait_random_exponential(multiplier=policy.base, max=policy.cap)

    def pause(state: RetryCallState) -> float:
        error = _error(state)
        asked = error.retry_after if error else None
        # Jitter on top of what was asked for, so that all clients do not come back in the same moment.
        return backoff(state) if asked is None else asked + min(backoff(state), 0.25 * asked + 0.05)

    def is_over(state: RetryCallState) -> bool:
        return (
            state.attempt_number >= policy.attempts
            or stop.is_set()
            or state.upcoming_sleep >= deadline.left()
        )

    def before_sleep(state: RetryCallState) -> None:
        if error := _error(state):
            on_retry(error, state.upcoming_sleep)

    def rest(seconds: float) -> None:
        stop.wait(seconds)

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(TransientError),
        wait=pause,
        stop=is_over,
        sleep=rest,
        before_sleep=before_sleep,
        reraise=True,
    )
    return retrying(attempt)


def _error(state: RetryCallState) -> ModelError | None:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, ModelError) else None


class Breaker:
    """Opens after failures that say "the backend is down" (three in a row, or one final), closes on success.

    While open it refuses for `cool_down` seconds, then lets single requests through. `reason` is the last such
    failure, `absent` says that nothing was there to ask.
    """

    THRESHOLD = 3

    def __init__(self, cool_down: float = 30.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._cool_down = cool_down
        self._clock = clock
        self._lock = threading.Lock()
        self._count = 0
        self._opened = 0.0
        self.reason = ""
        self.absent = False

    def allows(self) -> bool:
        """May a request be sent now? When half open, only one caller per `cool_down` is told yes."""
        with self._lock:
            if self._count < self.THRESHOLD:
                return True
            if self._clock() - self._opened < self._cool_down:
                return False
            self._opened = self._clock()
            return True

    def succeeded(self) -> None:
        """A request was answered."""
        with self._lock:
            self._count = 0
            self.reason = ""

    def failed(self, error: ModelError) -> None:
        """A request was not answered."""
        trips = KINDS[error.kind].trips if error.kind in KINDS else 0
        if not trips:
            return
        with self._lock:
            self._count += trips
            self._opened = self._clock()
            self.reason = str(error)
            self.absent = error.kind == "unavailable"
