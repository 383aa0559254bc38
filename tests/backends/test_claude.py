"""The Claude CLI against the fake provider: every way to fail, and what it may see and leave."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.base import Price
from repodoc_hooks.backends.claude import ClaudeBackend, arguments
from repodoc_hooks.backends.claude_stream import Stream
from repodoc_hooks.config import ClaudeConfig
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.sections.failures import ModelError
from repodoc_hooks.sections.task import Usage
from tests.backends.conftest import SYSTEM, When, ask, unit
from tests.backends.meters import TestMeter
from tests.fake_provider import FakeProvider, Reply
from tests.tools import npm_tool

RIGHT = Reply(
    kind="tool", tool="StructuredOutput", arguments={"answer": 42}, usage={"input": 1000, "output": 100}
)


@pytest.fixture
def claude(provider: FakeProvider, monkeypatch: pytest.MonkeyPatch) -> ClaudeBackend:
    """The real CLI in front of the provider, which answers right."""
    provider.reset(RIGHT)
    monkeypatch.setenv("ANTHROPIC_BASE_URL", provider.url)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    return ClaudeBackend(ClaudeConfig(command=str(npm_tool("claude"))), {})


def test_an_answer_with_its_tokens_and_cost(
    claude: ClaudeBackend, provider: FakeProvider, home: Path
) -> None:
    answer = ask(claude, 60, prompt="x" * 500)
    assert answer.data == {"answer": 42}
    assert answer.usage == Usage(input=1000, output=100)
    assert answer.cost_usd == pytest.approx((1000 * 0.1 + 100 * 0.5) / 1e6)
    assert (answer.backend, answer.model, answer.requests) == ("claude", "claude-haiku-5-5", 1)
    (request,) = provider.requests
    assert [tool["name"] for tool in request.body["tools"]] == ["StructuredOutput"]
    assert request.size - 500 <= 1100
    assert request.body["system"][-1]["text"] == SYSTEM
    assert request.prompt == "x" * 500
    assert request.body["output_config"]["effort"] == "low"
    assert request.body["max_tokens"] > 4000, "models of today think within the bound of their answer"
    assert not (home / ".claude").exists()
    assert not (home / ".claude.json").exists()
    assert list(Path(os.environ["TMPDIR"]).iterdir()) == []


def test_nothing_of_the_repository_is_read_or_run(
    claude: ClaudeBackend, provider: FakeProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".claude").mkdir()
    hooks = {"SessionStart": [{"hooks": [{"type": "command", "command": f"touch {tmp_path}/ran"}]}]}
    (tmp_path / ".claude" / "settings.json").write_text(json.dumps({"hooks": hooks}))
    (tmp_path / "CLAUDE.md").write_text("TRAPPED")
    monkeypatch.chdir(tmp_path)
    ask(claude, 60)
    assert not (tmp_path / "ran").exists()
    assert "TRAPPED" not in json.dumps(provider.requests[0].body)


@pytest.mark.parametrize(
    ("reply", "kind", "most_calls"),
    [
        (Reply(kind="error", status=400), "bad_request", 3),
        (
            Reply(kind="error", status=400, message="prompt is too long: 3 tokens > 2 maximum"),
            "context_overflow",
            1,
        ),
        (Reply(kind="error", status=401), "auth", 1),
        (Reply(kind="error", status=403), "auth", 1),
        (Reply(kind="error", status=404), "unknown_model", 2),
        (Reply(kind="error", status=413), "context_overflow", 1),
        (Reply(kind="error", status=429), "rate_limited", 1),
        (Reply(kind="error", status=429, headers={"retry-after": "3600"}), "rate_limited", 1),
        (Reply(kind="error", status=500), "server_error", 1),
        (Reply(kind="error", status=529), "overloaded", 1),
        (Reply(kind="close"), "connection", 1),
        (Reply(kind="truncate", text="one two three"), "connection", 1),
        (Reply(kind="garbage", body="<html>hello</html>"), "cut_off", 1),
        (Reply(text='{"answer": 42}'), "invalid_answer", 2),
        (Reply(kind="tool", tool="StructuredOutput", arguments={"answer": "x"}), "runaway", 3),
        (Reply(kind="tool", tool="bash", arguments={"command": "ls"}), "runaway", 3),
        (Reply(text=""), "invalid_answer", 3),
        (Reply(text="one", finish="max_tokens"), "length", 4),
        (Reply(text="one", finish="refusal"), "refused", 2),
    ],
)
def test_failures(
    claude: ClaudeBackend, provider: FakeProvider, reply: Reply, kind: str, most_calls: int
) -> None:
    provider.script(reply)
    meter = TestMeter()
    with pytest.raises(ModelError) as caught:
        ask(claude, 60, meter)
    assert caught.value.kind == kind
    assert provider.calls <= most_calls
    assert "\n" not in str(caught.value)
    assert (meter.usage.total > 0) == (
        kind in ("invalid_answer", "length", "refused", "runaway") or reply.kind == "truncate"
    )


def test_a_provider_that_is_not_there(claude: ClaudeBackend, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(ModelError) as caught:
        ask(claude, 60)
    assert caught.value.kind == "connection"


@pytest.mark.parametrize("reply", [Reply(kind="hang"), Reply(kind="stall", text="one two three")])
def test_the_deadline_is_kept_and_nothing_runs_on(
    claude: ClaudeBackend, provider: FakeProvider, reply: Reply
) -> None:
    provider.script(reply)
    with pytest.raises(ModelError) as caught:
        ask(claude, 3)
    assert caught.value.kind == "deadline"
    assert _soon(lambda: provider.in_flight == 0)


def test_closing_ends_what_runs(claude: ClaudeBackend, provider: FakeProvider) -> None:
    provider.script(Reply(kind="hang"))
    with When(lambda: provider.in_flight, claude.close), pytest.raises(ModelError) as caught:
        ask(claude, 60)
    assert caught.value.kind == "stopped"
    assert _soon(lambda: provider.in_flight == 0)
    with pytest.raises(ModelError, match="stopped"):
        ask(claude, 60)


def test_without_program_or_key_it_is_unavailable(
    claude: ClaudeBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert claude.unavailable() == ""
    assert (
        "no-such-claude is not on PATH"
        in ClaudeBackend(ClaudeConfig(command="no-such-claude"), {}).unavailable()
    )
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    assert "ANTHROPIC_API_KEY" in claude.unavailable()
    with pytest.raises(ModelError) as caught:
        ask(claude)
    assert caught.value.kind == "unavailable"


# ---- exit codes and results that the real CLI gives rarely, from a program that stands in


def result(**fields: Any) -> str:
    return json.dumps({"type": "result", "subtype": "success", "is_error": False, **fields})


@pytest.mark.parametrize(
    ("code", "output", "kind"),
    [
        (0, "", "empty"),
        (0, "not json", "empty"),
        (1, "", "bad_request"),
        (143, "", "aborted"),
        (1, result(subtype="error_max_turns", errors=["max turns"]), "runaway"),
        (1, result(subtype="error_max_budget_usd"), "quota"),
        (0, result(subtype="error_during_execution", is_error=True), "aborted"),
        (0, result(subtype="error_max_structured_output_retries"), "invalid_answer"),
        (0, result(result="words"), "invalid_answer"),
        (0, result(structured_output={"answer": "x"}), "invalid_answer"),
        (0, result(structured_output={"answer": 42}, is_error=True, api_error_status=529), "overloaded"),
        (1, result(is_error=True, result="API Error: Connection error."), "connection"),
        (7, result(structured_output={"answer": 42}), "aborted"),
    ],
)
def test_every_exit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, output: str, kind: str
) -> None:
    with pytest.raises(ModelError) as caught:
        ask(stand_in(tmp_path, monkeypatch, code, output))
    assert caught.value.kind == kind


def test_a_guessed_price_is_no_price(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = {"m": {"inputTokens": 10, "costUSD": 1.0, "costBasis": "unknown"}}
    text = result(structured_output={"answer": 42}, modelUsage=used, total_cost_usd=1.0)
    answer = ask(stand_in(tmp_path, monkeypatch, 0, text))
    assert (answer.cost_usd, answer.usage) == (None, Usage(input=10))


def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, output: str) -> ClaudeBackend:
    """A program that prints and exits like the CLI."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key")
    (tmp_path / "output").write_text(output)
    program = tmp_path / "claude"
    program.write_text(f"#!/bin/sh\ncat '{tmp_path}/output'\nexit {code}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return ClaudeBackend(ClaudeConfig(command=str(program)), {})


def _soon(condition: Callable[[], bool]) -> bool:
    for _ in range(100):
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_a_model_that_is_not_served_is_told_in_our_words(
    claude: ClaudeBackend, provider: FakeProvider
) -> None:
    provider.script(Reply(kind="error", status=404, message="model: claude-haiku-5-5"))
    with pytest.raises(ModelError) as caught:
        ask(claude, 60)
    assert str(caught.value) == "the model haiku is not served; set backends.claude.model"
    with pytest.raises(ModelError, match="the model sonnet is not served; set backends.claude.deep_model"):
        ask(claude, 60, deep=True)


def test_turns_and_spending_are_bounded_and_counted_as_they_come(
    claude: ClaudeBackend, provider: FakeProvider
) -> None:
    loop = Reply(kind="tool", tool="bash", arguments={"command": "ls"}, usage={"input": 1000, "output": 10})
    provider.script(loop)
    meter = TestMeter()
    with pytest.raises(ModelError) as caught:
        ask(claude, 60, meter)
    assert caught.value.kind == "runaway"
    assert provider.calls == 3
    assert meter.usage == Usage(input=3000, output=30)
    provider.reset(loop)
    with pytest.raises(BudgetExceeded):
        ask(claude, 60, TestMeter(most=0))
    assert provider.calls == 0


def test_what_a_killed_cli_has_used_is_known_by_its_messages(tmp_path: Path) -> None:
    usage = {"input_tokens": 700, "cache_read_input_tokens": 30, "output_tokens": 1}
    tool = {"type": "tool_use", "name": "bash", "input": {"command": "ls"}}
    lines: list[Any] = [
        {"type": "system"},
        {"type": "assistant", "message": {"id": "m1", "usage": usage, "content": [tool]}},
        {"type": "assistant", "message": {"id": "m1", "usage": usage, "content": [tool]}},
        {"type": "assistant", "message": {"id": "x", "usage": {"input_tokens": 0}, "content": [tool]}},
        {"type": "assistant", "message": []},
        7,
    ]
    file = tmp_path / "out"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines) + "no json\n" + "{" * 5000 + "\n{")
    meter = TestMeter()
    meter.sending("haiku")
    stream = Stream(file, meter, "haiku", Price({"input": 1.0}))
    stream.follow()
    stream.follow()
    assert (meter.usage.input, meter.usage.cache_read, meter.ended) == (700, 30, 1)
    assert len(meter.sent) == 2, "the answer to its tool call is on the way"


def test_the_arguments_bound_turns_effort_and_money() -> None:
    quick = arguments(unit(), "haiku", 0.25)
    assert quick[quick.index("--effort") + 1] == "low"
    assert quick[quick.index("--max-budget-usd") + 1] == "0.250000"
    assert "--max-budget-usd" not in arguments(unit(), "haiku", None)
    assert int(quick[quick.index("--max-turns") + 1]) <= 4
    deep = arguments(unit(deep=True), "sonnet")
    assert deep[deep.index("--effort") + 1] != "low"


def test_the_models_that_answered_are_priced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = {"claude-haiku-5-5": {"inputTokens": 1000, "outputTokens": 100, "costBasis": "unknown"}}
    text = result(structured_output={"answer": 42}, modelUsage=used, total_cost_usd=9.0)
    answer = ask(stand_in(tmp_path, monkeypatch, 0, text))
    assert answer.model == "claude-haiku-5-5"
    assert answer.cost_usd == pytest.approx(0.00015)
