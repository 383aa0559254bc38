"""Events of OpenCode 2, in the shapes that its server sends them: what ends a turn, and what is no success."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.opencode_failures import of_v2_error
from repodoc_hooks.backends.opencode_http import Http
from repodoc_hooks.backends.opencode_v2 import DialectV2, _text
from repodoc_hooks.backends.opencode_watch import Watch
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.sections.failures import ModelError
from repodoc_hooks.sections.task import Usage
from tests.backends.meters import TestMeter

Event = tuple[str, dict[str, Any]]
OURS = {"id": "priced", "providerID": "fake", "variant": "default"}
TOKENS = {"input": 10, "output": 2, "reasoning": 0, "cache": {"read": 3, "write": 0}}


def started(message: str = "m1", model: dict[str, str] = OURS) -> Event:
    return "session.step.started", {"assistantMessageID": message, "agent": "repodoc", "model": model}


def said(text: str, message: str = "m1") -> Sequence[Event]:
    return (
        ("session.text.started", {"assistantMessageID": message, "ordinal": 0}),
        ("session.text.delta", {"assistantMessageID": message, "ordinal": 0, "delta": text}),
        ("session.text.ended", {"assistantMessageID": message, "text": text}),
    )


def ended(finish: str = "stop", message: str = "m1") -> Event:
    return "session.step.ended", {
        "assistantMessageID": message,
        "finish": finish,
        "cost": 0.5,
        "tokens": TOKENS,
    }


DONE: Event = ("session.execution.succeeded", {})


def play(events: Sequence[Event], meter: TestMeter, steps: int = 1) -> str:
    """The text of a turn of these events.

    Raises:
        ModelError, BudgetExceeded: what ends it.
    """

    async def turn() -> str:
        loop = asyncio.get_running_loop()
        watch = Watch(
            "s",
            "fake/priced",
            Price({"input": 1.0}),
            steps,
            meter,
            loop.create_future(),
            loop.create_future(),
        )
        watch.turn = "msg"
        dialect = DialectV2(Http("http://127.0.0.1:9", "", ""))
        meter.sending("fake/priced")
        for kind, data in events:
            event = {"type": kind, "data": {"sessionID": "s", **data}}
            assert dialect.session_of(event) == "s"
            dialect.see(watch, event)
        if watch.trouble.done():
            raise watch.trouble.result()
        assert watch.over.done(), "the turn goes on"
        if error := watch.over.result():
            raise error
        return _text(watch)

    return asyncio.run(turn())


def test_a_turn_and_what_it_used() -> None:
    meter = TestMeter()
    assert play([started(), *said("one two"), ended(), DONE], meter) == "one two"
    assert "".join(meter.words) == "one two"
    assert (meter.usage, meter.usd, meter.ended) == (Usage(10, 2, 3), 0.5, 1)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ([DONE], "aborted"),
        ([started(), ended(), DONE], "empty"),
        ([started(), *said("half"), ended("length"), DONE], "length"),
        ([started(), *said("half"), ended("unknown"), DONE], "cut_off"),
        ([started(), *said("x"), ended("content-filter"), DONE], "refused"),
        ([started(), *said("x"), ended("tool-calls"), DONE], "asked"),
        ([started(), *said("x"), DONE], "aborted"),
        (
            [
                started(),
                *said("half"),
                (
                    "session.step.failed",
                    {"assistantMessageID": "m1", "error": {"type": "provider.transport"}},
                ),
                ("session.synthetic", {"text": "The previous response was interrupted. Continue"}),
                started("m2"),
                *said("rest", "m2"),
                ended("stop", "m2"),
                DONE,
            ],
            "cut_off or runaway",
        ),
        ([started(model={"id": "mimo-free", "providerID": "opencode"})], "other_model"),
        (
            [started(), ("session.retry.scheduled", {"error": {"type": "provider.rate-limit"}})],
            "rate_limited",
        ),
        ([started(), ("permission.asked", {"action": "read"})], "asked"),
        ([started(), ("form.created", {})], "asked"),
        ([started(), ended("tool-calls"), started("m2")], "runaway"),
        ([("session.execution.interrupted", {"reason": "user"})], "aborted"),
        (
            [
                (
                    "session.execution.failed",
                    {"error": {"type": "provider.no-route", "message": "Model unavailable"}},
                )
            ],
            "unknown_model",
        ),
    ],
)
def test_what_is_no_answer(events: list[Event], kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        play(events, TestMeter())
    assert caught.value.kind in kind.split(" or ")


def test_an_answer_that_broke_off_is_no_answer_in_a_deep_turn_either() -> None:
    events = [
        started(),
        *said("half"),
        ("session.synthetic", {"text": "The previous response was interrupted."}),
        started("m2"),
        *said("rest", "m2"),
        ended("stop", "m2"),
        DONE,
    ]
    with pytest.raises(ModelError, match="broke off"):
        play(events, TestMeter(), steps=16)


def test_each_step_is_counted_as_it_comes_and_the_budget_is_asked() -> None:
    steps: list[Event] = []
    for number in range(4):
        steps += [started(f"m{number}"), ended("tool-calls", f"m{number}")]
    meter = TestMeter(most=3)
    with pytest.raises(BudgetExceeded):
        play(steps, meter, steps=16)
    assert len(meter.sent) == 3
    assert meter.usage == Usage(40, 8, 12)


def test_the_same_tool_call_over_and_over_ends_the_turn() -> None:
    events: list[Event] = [started()]
    for number in range(3):
        events += [
            ("session.tool.input.started", {"id": f"c{number}", "name": "grep"}),
            ("session.tool.called", {"id": f"c{number}", "input": {"pattern": "x"}}),
            ("session.tool.success", {"id": f"c{number}"}),
        ]
    with pytest.raises(ModelError) as caught:
        play(events, TestMeter(), steps=16)
    assert caught.value.kind == "runaway"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "session.step.started"},
        {"type": "session.step.ended", "data": []},
        {"type": "session.step.ended", "data": {"tokens": [1], "cost": "x", "assistantMessageID": 3}},
        {"type": "session.execution.failed", "data": {"error": "words"}},
        {"type": "session.retry.scheduled", "data": {"error": None, "at": "soon"}},
        {"type": 7, "data": {"sessionID": ["s"]}},
    ],
)
def test_events_of_no_shape_break_nothing(event: dict[str, Any]) -> None:
    async def see() -> None:
        loop = asyncio.get_running_loop()
        watch = Watch("s", "a/b", None, 1, TestMeter(), loop.create_future(), loop.create_future())
        dialect = DialectV2(Http("http://127.0.0.1:9", "", ""))
        dialect.session_of(event)
        dialect.see(watch, event)

    asyncio.run(see())


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ({"type": "provider.rate-limit", "status": 429}, "rate_limited"),
        ({"type": "provider.rate-limit", "message": "You've hit your limit, resets 3pm"}, "quota"),
        ({"type": "provider.internal", "status": 529}, "overloaded"),
        ({"type": "provider.internal", "status": 200, "message": "Overloaded"}, "overloaded"),
        ({"type": "provider.auth", "status": 401}, "auth"),
        ({"type": "provider.quota", "status": 429}, "quota"),
        ({"type": "provider.invalid-request", "status": 404}, "unknown_model"),
        (
            {"type": "provider.invalid-request", "status": 400, "message": "maximum context length is 10"},
            "context_overflow",
        ),
        ({"type": "provider.invalid-request", "status": 400}, "bad_request"),
        ({"type": "provider.transport"}, "connection"),
        ({"type": "provider.invalid-output"}, "garbage"),
        ({"type": "permission.rejected"}, "asked"),
        ({"type": "unknown", "message": 'Agent not found: "x"'}, "bad_request"),
        ({"type": "of tomorrow"}, "server_error"),
        ({}, "server_error"),
    ],
)
def test_kinds_of_errors(error: dict[str, Any], kind: str) -> None:
    assert of_v2_error(error).kind == kind
