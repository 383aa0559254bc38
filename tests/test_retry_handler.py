"""The table of failures, the pauses, the breaker."""

from __future__ import annotations

import email.utils
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.config import RetryConfig
from repodoc_hooks.retry_handler import (
    KINDS,
    Breaker,
    call,
    failure,
    from_status,
    from_text,
    is_billed,
    retry_after,
)
from repodoc_hooks.sections.failures import (
    NO_DEADLINE,
    BackendUnavailable,
    Deadline,
    ModelError,
    PermanentError,
    TransientError,
)

FAST = RetryConfig(attempts=3, base=0.001, cap=0.002)


@pytest.mark.parametrize(
    ("status", "text", "kind"),
    [
        (429, "slow down", "rate_limited"),
        (429, "You exceeded your current quota: insufficient_quota", "quota"),
        (500, "oops", "server_error"),
        (502, "bad gateway", "server_error"),
        (503, "", "overloaded"),
        (504, "", "timeout"),
        (529, "Overloaded", "overloaded"),
        (408, "", "timeout"),
        (400, "bad field", "bad_request"),
        (400, "context_length_exceeded", "context_overflow"),
        (413, "too large", "context_overflow"),
        (401, "", "auth"),
        (403, "", "auth"),
        (402, "", "quota"),
        (404, "no such model", "unknown_model"),
        (418, "", "bad_request"),
    ],
)
def test_statuses(status: int, text: str, kind: str) -> None:
    error = from_status(status, text)
    assert error.kind == kind
    assert isinstance(error, KINDS[kind].error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Cannot connect to API: ECONNREFUSED", "connection"),
        ("Overloaded", "overloaded"),
        ("Rate limit reached for requests", "rate_limited"),
        ("The operation timed out.", "timeout"),
        ("JSON parsing failed: Text: {", "garbage"),
        ("Not logged in · Please run /login", "auth"),
        ("Your credit balance is too low", "quota"),
        # limits that last hours or days
        ("You've hit your limit · resets 3:50pm (UTC)", "quota"),
        ("You've hit your session limit · resets 3:50pm", "quota"),
        ("Claude AI usage limit reached|1755806400", "quota"),
        ("5-hour limit reached ∙ resets 2am", "quota"),
        ("Weekly limit reached, resets on Monday", "quota"),
        ("You have reached your specified API usage limits. You will regain access on 2026-12-01.", "quota"),
        ("Quota exceeded for quota metric 'Generate requests per day'", "quota"),
        ("Rate limit reached for gpt-6-luna on tokens per day (TPD): try again in 7m12s", "quota"),
        ("You are out of credits", "quota"),
        ("Monthly spending limit reached", "quota"),
        ("limit will reset at 18:00", "quota"),
        # and what only sounds like one
        ("read ECONNRESET: connection reset by peer", "connection"),
        ("Rate limit reached for requests per minute", "rate_limited"),
        ("stream error: premature close", "cut_off"),
        ("prompt is too long: 3 tokens > 2 maximum", "context_overflow"),
        ("something else", "server_error"),
    ],
)
def test_messages_without_a_status(text: str, kind: str) -> None:
    assert from_text(text).kind == kind


@pytest.mark.parametrize(
    ("text", "billed"),
    [
        # as OpenCode 1, OpenCode 2 and the Claude CLI say it
        ("Cannot connect to API: Unable to connect. Is the computer able to access the url?", False),
        ("ConnectionRefused: Unable to connect. Is the computer able to access the url?", False),
        ("getaddrinfo ENOTFOUND nohost.invalid", False),
        ("API Error: Connection refused — a firewall or proxy may be blocking it (ECONNREFUSED)", False),
        ("API Error: Can't reach the API server — check your internet or DNS (ENOTFOUND)", False),
        ("Cannot connect to API: The socket connection was closed unexpectedly.", True),
        ("ECONNRESET: The socket connection was closed unexpectedly.", True),
        ("API Error: Connection dropped (ECONNRESET). Check the gateway set in ANTHROPIC_BASE_URL.", True),
        ("", True),
    ],
)
def test_what_went_out_on_a_connection_that_broke_is_counted(text: str, billed: bool) -> None:
    error = from_text(text, "connection")
    assert error.kind == "connection"
    assert is_billed(error) is billed


@given(st.integers(100, 599), st.text(), st.dictionaries(st.sampled_from(["Retry-After", "x"]), st.text()))
def test_any_status_is_some_kind(status: int, text: str, headers: dict[str, str]) -> None:
    assert from_status(status, text, headers).kind in KINDS


def test_retry_after_in_seconds_milliseconds_and_as_a_date() -> None:
    assert retry_after({"Retry-After": "7"}) == 7
    assert retry_after({"retry-after-ms": "1500", "retry-after": "9"}) == 1.5
    assert retry_after({"retry-after": email.utils.formatdate(1_000_060, usegmt=True)}, now=1_000_000) == 60
    assert retry_after({"retry-after": "soon"}) is None
    assert retry_after({}) is None


def test_transient_failures_are_tried_again() -> None:
    outcomes: list[object] = [failure("server_error", "1"), failure("rate_limited", "2"), "done"]

    def attempt() -> object:
        outcome = outcomes.pop(0)
        if isinstance(outcome, ModelError):
            raise outcome
        return outcome

    told: list[str] = []
    done = call(attempt, FAST, NO_DEADLINE, threading.Event(), lambda error, pause: told.append(error.kind))
    assert done == "done"
    assert told == ["server_error", "rate_limited"]


@pytest.mark.parametrize("kind", [k for k, v in KINDS.items() if v.error is not TransientError])
def test_other_failures_are_not_tried_again(kind: str) -> None:
    calls = []

    def attempt() -> None:
        calls.append(1)
        raise failure(kind, "no")

    with pytest.raises(KINDS[kind].error):
        call(attempt, FAST, NO_DEADLINE, threading.Event())
    assert len(calls) == 1


def test_attempts_are_bounded() -> None:
    calls = []

    def attempt() -> None:
        calls.append(1)
        raise failure("empty", "nothing")

    with pytest.raises(TransientError):
        call(attempt, FAST, NO_DEADLINE, threading.Event())
    assert len(calls) == FAST.attempts


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    calls = []

    def attempt() -> None:
        calls.append(time.monotonic())
        raise failure("rate_limited", "come back in a while", retry_after=200)

    with pytest.raises(TransientError):
        call(attempt, FAST, Deadline.after(1), threading.Event())
    assert len(calls) == 1


def test_what_retry_after_asks_for_is_kept() -> None:
    times: list[float] = []

    def attempt() -> None:
        times.append(time.monotonic())
        if len(times) == 1:
            raise failure("rate_limited", "wait", retry_after=0.2)

    call(attempt, FAST, Deadline.after(30), threading.Event())
    assert times[1] - times[0] >= 0.2


def test_stop_ends_a_pause() -> None:
    stop = threading.Event()
    threading.Timer(0.05, stop.set).start()

    def attempt() -> None:
        raise failure("rate_limited", "wait", retry_after=60)

    with pytest.raises(TransientError):
        call(attempt, RetryConfig(attempts=2), NO_DEADLINE, stop)


def test_the_breaker_opens_closes_and_lets_one_through() -> None:
    now = [0.0]
    breaker = Breaker(cool_down=10, clock=lambda: now[0])
    for _ in range(2):
        breaker.failed(failure("connection", "gone"))
    assert breaker.allows()
    breaker.failed(failure("connection", "gone"))
    assert not breaker.allows()
    assert "gone" in breaker.reason
    now[0] = 10.0
    assert breaker.allows()
    assert not breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


@pytest.mark.parametrize(
    ("kind", "open_at_once"), [("auth", True), ("unavailable", True), ("invalid_answer", False)]
)
def test_what_opens_the_breaker_at_once(kind: str, open_at_once: bool) -> None:
    breaker = Breaker()
    error = failure(kind, "no")
    breaker.failed(error)
    assert breaker.allows() is not open_at_once
    assert isinstance(error, PermanentError | BackendUnavailable)


def test_a_pause_of_an_hour_is_no_hiccup() -> None:
    assert failure("rate_limited", "slow down", retry_after=60).kind == "rate_limited"
    assert failure("rate_limited", "slow down", retry_after=3600).kind == "quota"
    assert from_status(429, "slow down", {"retry-after": "7200"}).kind == "quota"
