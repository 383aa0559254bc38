"""The OpenCode client against the real server, with a provider that does everything wrong in turn."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.sections.failures import Deadline, ModelError
from repodoc_hooks.sections.task import Usage
from tests.backends.conftest import (
    GOOD,
    SYSTEM,
    MakeBackend,
    Served,
    When,
    ask,
    unit,
    write_opencode_settings,
)
from tests.backends.meters import TestMeter
from tests.fake_provider import FakeProvider, Reply


def sessions(server: Served) -> list[str]:
    """The titles of the sessions that are on the server."""
    auth = (server.state.username, server.state.password)
    path = "/session" if server.major == 1 else "/api/session"
    listed = httpx.get(server.state.url + path, auth=auth, trust_env=False, verify=False).json()
    return [session["title"] for session in (listed if server.major == 1 else listed["data"])]


def left_over(server: Served) -> list[str]:
    """The sessions that are still there after a while for deleting them."""
    for _ in range(100):
        if not (left := sessions(server)):
            return []
        time.sleep(0.05)
    return left


def settled(provider: FakeProvider) -> int:
    """The number of provider calls, once no more come."""
    before = -1
    while before != provider.calls:
        before = provider.calls
        time.sleep(0.15)
    return before


def test_an_answer_with_its_tokens_and_cost(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    provider.script(Reply(text=GOOD, usage={"input": 1000, "cached": 400, "output": 100}))
    answer = ask(backend)
    assert answer.data == {"answer": 42}
    assert answer.usage == Usage(input=600, output=100, cache_read=400)
    assert answer.cost_usd == pytest.approx(0.00342)
    assert (answer.backend, answer.model, answer.requests) == ("opencode", "fake/priced", 1)
    assert answer.session.startswith("ses_")
    assert provider.calls == 1
    assert left_over(shared_server) == []


def test_the_request_has_no_tools_and_a_small_fixed_part(
    backend: OpenCodeBackend, provider: FakeProvider
) -> None:
    ask(backend, prompt="x" * 1000)
    (request,) = provider.requests
    assert "tools" not in request.body
    assert request.size - 1000 <= 1150
    assert request.body["messages"][0]["content"].startswith(SYSTEM)
    assert request.prompt == "x" * 1000


def test_the_answer_has_the_units_bound(backend: OpenCodeBackend, provider: FakeProvider) -> None:
    ask(backend, max_output_tokens=500)
    (request,) = provider.requests
    assert 4_500 <= request.body["max_tokens"] < 5_100


def test_the_session_is_titled_while_it_runs(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    provider.script(Reply(text=GOOD, latency=1.0))
    seen: list[str] = []
    with When(lambda: provider.in_flight, lambda: seen.extend(sessions(shared_server))):
        ask(backend)
    assert seen == ["repodoc a#summary"]


def test_text_is_streamed(backend: OpenCodeBackend, provider: FakeProvider) -> None:
    provider.script(Reply(text=GOOD, chunks=4, chunk_delay=0.5))
    meter = TestMeter()
    backend.complete(unit(), Deadline.after(20), meter)
    assert "".join(meter.words) == GOOD
    assert len(meter.words) > 1


def test_an_unpriced_model_costs_nobody_knows_what(make_backend: MakeBackend, provider: FakeProvider) -> None:
    answer = ask(make_backend(model="fake/unpriced"))
    assert answer.usage.total > 0
    assert answer.cost_usd is None


def test_deep_units_use_their_own_model(make_backend: MakeBackend, provider: FakeProvider) -> None:
    backend = make_backend(deep_model="fake/unpriced")
    assert ask(backend, deep=True).model == "fake/unpriced"
    assert ask(backend).model == "fake/priced"


@pytest.mark.parametrize("wrong", ["not JSON at all", '{"answer": "forty-two"}', '{"answer": '])
def test_one_round_of_repair(backend: OpenCodeBackend, provider: FakeProvider, wrong: str) -> None:
    provider.script(Reply(text=wrong, times=1))
    answer = ask(backend)
    assert answer.data == {"answer": 42}
    assert (provider.calls, answer.requests) == (2, 2)
    assert "Not a usable answer" in provider.requests[1].prompt
    assert answer.usage.output == max(1, len(wrong) // 4) + len(GOOD) // 4


@pytest.mark.parametrize(
    ("reply", "kind", "most_calls"),
    [
        (Reply(kind="error", status=400), "bad_request", 1),
        (Reply(kind="error", status=400, message="context_length_exceeded"), "context_overflow", 1),
        (Reply(kind="error", status=401), "auth", 1),
        (Reply(kind="error", status=402), "quota", 1),
        (Reply(kind="error", status=403), "auth", 1),
        (Reply(kind="error", status=404), "unknown_model", 1),
        (Reply(kind="error", status=413), "context_overflow", 1),
        (Reply(kind="error", status=429, message="Rate limit reached"), "rate_limited", 1),
        (Reply(kind="error", status=429, headers={"retry-after": "3600"}), "quota", 1),
        (Reply(kind="error", status=429, message="You've hit your limit, resets 3:50pm"), "quota", 1),
        (Reply(kind="error", status=429, message="insufficient_quota"), "quota", 1),
        (Reply(kind="error", status=500), "server_error", 1),
        (Reply(kind="error", status=502), "server_error", 1),
        (Reply(kind="error", status=503, message="Service Unavailable"), "overloaded", 1),
        (Reply(kind="error", status=529, message="Overloaded"), "overloaded", 1),
        (Reply(kind="close"), "connection", 1),
        (Reply(kind="truncate", text=GOOD), "cut_off or garbage", 3),
        (Reply(kind="stream_error", text=GOOD), "overloaded", 1),
        (Reply(kind="garbage", body="data: {not json\n\n"), "garbage", 1),
        (Reply(text="{}"), "invalid_answer", 2),
        (Reply(text=""), "empty", 1),
        (Reply(text='{"answer":', finish="length"), "length", 1),
        (Reply(text=GOOD, finish="content_filter"), "refused", 1),
        # these make OpenCode 1 ask the provider again and again, up to thirty times a second
        (Reply(kind="garbage", body=""), "runaway or garbage or server_error or cut_off", 3),
        (
            Reply(kind="garbage", body="<html>hello</html>"),
            "runaway or garbage or server_error or cut_off",
            3,
        ),
        (Reply(kind="garbage", body="data: [DONE]\n\n"), "runaway or garbage or server_error or cut_off", 3),
        (Reply(text=GOOD, finish="unheard-of"), "runaway or garbage or server_error or cut_off", 3),
        (Reply(kind="tool", tool="bash", arguments={"command": "ls"}), "runaway", 3),
        (Reply(kind="tool", tool="bash", arguments='{"command": '), "runaway", 3),
        (Reply(kind="tool", tool="StructuredOutput", arguments='{"answer": '), "runaway", 3),
    ],
)
def test_failures(
    backend: OpenCodeBackend,
    provider: FakeProvider,
    shared_server: Served,
    reply: Reply,
    kind: str,
    most_calls: int,
) -> None:
    provider.script(reply)
    with pytest.raises(ModelError) as caught:
        ask(backend)
    assert caught.value.kind in kind.split(" or ")
    assert 1 <= settled(provider) <= most_calls
    assert provider.in_flight == 0
    assert left_over(shared_server) == []
    provider.reset()
    assert ask(backend).data == {"answer": 42}


def test_retry_after_is_handed_on(backend: OpenCodeBackend, provider: FakeProvider) -> None:
    provider.script(Reply(kind="error", status=429, headers={"retry-after": "60"}))
    with pytest.raises(ModelError) as caught:
        ask(backend)
    assert caught.value.kind == "rate_limited"
    assert caught.value.retry_after == pytest.approx(60, abs=5)


def test_what_a_failure_cost_is_told(backend: OpenCodeBackend, provider: FakeProvider) -> None:
    provider.script(Reply(text="{}", usage={"input": 100, "output": 10}))
    meter = TestMeter()
    with pytest.raises(ModelError):
        ask(backend, meter=meter)
    assert (meter.usage, meter.ended, len(meter.sent)) == (Usage(input=200, output=20), 2, 2)
    assert meter.usd == pytest.approx(2 * (100 * 3 + 10 * 15) / 1e6)


@pytest.mark.parametrize("reply", [Reply(kind="hang"), Reply(kind="stall", text=GOOD)])
def test_the_deadline_is_kept_and_the_provider_let_go(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served, reply: Reply
) -> None:
    ask(backend)
    provider.reset()
    provider.script(reply)
    with pytest.raises(ModelError) as caught:
        ask(backend, seconds=4.0)
    assert caught.value.kind == "deadline"
    settled(provider)
    assert provider.in_flight == 0
    assert {request.outcome for request in provider.requests} <= {"client gone"}
    assert left_over(shared_server) == []


def test_closing_ends_what_runs(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    ask(backend)
    provider.reset()
    provider.script(Reply(kind="hang"))
    with When(lambda: provider.in_flight, backend.close), pytest.raises(ModelError) as caught:
        ask(backend, seconds=60)
    assert caught.value.kind == "stopped"
    settled(provider)
    assert provider.requests[-1].outcome == "client gone"
    assert left_over(shared_server) == []
    with pytest.raises(ModelError, match="ended"):
        ask(backend)


def test_an_unknown_model_is_not_asked_for(make_backend: MakeBackend, provider: FakeProvider) -> None:
    with pytest.raises(ModelError, match="fake/priced") as caught:
        ask(make_backend(model="fake/none"))
    assert caught.value.kind == "unknown_model"
    assert provider.calls == 0


def test_a_wrong_password_and_a_wrong_address(
    make_backend: MakeBackend, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ModelError) as caught:
        ask(make_backend(urls=("http://127.0.0.1:9",)))
    assert caught.value.kind == "connection"
    with pytest.raises(ModelError):
        ask(make_backend(urls=(provider.url,)))
    monkeypatch.setenv("REPODOC_TEST_PASSWORD", "wrong")
    with pytest.raises(ModelError, match="password") as caught:
        ask(make_backend())
    assert caught.value.kind == "auth"


def test_deep_units_read_the_checkout_and_nothing_else(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "a.py").write_text("MARVEL = 1\n")
    (checkout / ".env").write_text("HIDDEN = 2\n")
    (tmp_path / "outside.txt").write_text("FAR = 3\n")
    name = "filePath" if shared_server.major == 1 else "path"
    wanted = [("read", {name: str(checkout / "a.py")}), ("read", {name: str(checkout / ".env")})]
    wanted += [("read", {name: str(tmp_path / "outside.txt")}), ("bash", {"command": "echo RAN"})]
    provider.script(*(Reply(kind="tool", tool=tool, arguments=given, times=1) for tool, given in wanted[:2]))
    answer = ask(backend, deep=True, directory=str(checkout))
    assert answer.data == {"answer": 42}
    assert answer.requests == 3
    assert sorted(tool["function"]["name"] for tool in provider.requests[0].body["tools"]) == [
        "glob",
        "grep",
        "read",
    ]
    sent = json.dumps(provider.requests[-1].body)
    assert "MARVEL" in sent
    assert "HIDDEN" not in sent
    assert answer.usage.output == sum(max(1, n) for n in (0, 0, len(GOOD) // 4))
    provider.reset()
    provider.script(*(Reply(kind="tool", tool=tool, arguments=given, times=1) for tool, given in wanted[2:]))
    ask(backend, deep=True, directory=str(checkout))
    sent = json.dumps(provider.requests[-1].body)
    assert "FAR = 3" not in sent
    assert left_over(shared_server) == []
    assert sorted(path.name for path in checkout.iterdir()) == [".env", "a.py"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(kind="tool", tool="glob", arguments={"pattern": "*.py"}),
        Reply(kind="tool", tool="read", arguments='{"filePath": '),
        Reply(kind="garbage", body=""),
    ],
)
def test_deep_units_do_not_go_round_in_circles(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served, reply: Reply
) -> None:
    provider.script(reply)
    with pytest.raises(ModelError) as caught:
        ask(backend, deep=True, directory=shared_server.state.directory)
    assert caught.value.kind in ("runaway", "garbage", "server_error")
    assert settled(provider) <= 8


def test_two_servers_share_the_load(
    make_backend: MakeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    from concurrent.futures import ThreadPoolExecutor

    alias = shared_server.state.url.replace("127.0.0.1", "localhost")
    backend = make_backend(urls=(shared_server.state.url, alias))
    provider.script(Reply(text=GOOD, latency=2))
    loads: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(ask, backend, 60) for _ in range(4)]
        while sum(loads) < 4 and not all(future.done() for future in futures):
            time.sleep(0.02)
            loads = sorted(server.in_flight for server in backend._servers)
        assert [future.result().data for future in futures] == [{"answer": 42}] * 4
    assert loads == [2, 2]


def test_servers_of_one_list_have_passwords_of_their_own(
    make_backend: MakeBackend, shared_server: Served, monkeypatch: pytest.MonkeyPatch, provider: FakeProvider
) -> None:
    monkeypatch.setenv("PASSWORD_OF_ONE", shared_server.state.password)
    monkeypatch.setenv("PASSWORD_OF_TWO", "wrong")
    at = shared_server.state.url.removeprefix("http://")
    assert ask(make_backend(urls=(f"http://opencode:$PASSWORD_OF_ONE@{at}",))).data == {"answer": 42}
    for url in (f"http://opencode:$PASSWORD_OF_TWO@{at}", f"http://somebody@{at}"):
        with pytest.raises(ModelError) as caught:
            ask(make_backend(urls=(url,)))
        assert caught.value.kind == "auth"


def test_a_request_beyond_the_models_context_is_not_sent(
    backend: OpenCodeBackend, provider: FakeProvider
) -> None:
    with pytest.raises(ModelError, match="do not fit fake/priced") as caught:
        ask(backend, estimated_tokens=127_500, max_output_tokens=1000)
    assert caught.value.kind == "context_overflow"
    assert provider.calls == 0
    assert ask(backend, estimated_tokens=126_000, max_output_tokens=1000).data == {"answer": 42}


def test_a_dead_server_among_several_is_passed_over(
    make_backend: MakeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    backend = make_backend(urls=("http://127.0.0.1:9", shared_server.state.url))
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(ask(backend).data["answer"])
        except ModelError as error:
            outcomes.append(error.kind)
    assert outcomes[-1] == 42
    assert outcomes.count("connection") <= 1


def test_a_server_of_the_users_own_needs_no_agents_of_ours(
    shared_provider: FakeProvider, shared_server: Served, tmp_path: Path, make_backend: MakeBackend
) -> None:
    """Without our agents the tools are switched off with each message, and the system prompt goes along."""
    shared_provider.reset()
    backend = make_backend()
    ask(backend)
    server = backend._servers[0]
    server._catalogue = replace(server._catalogue, agents=frozenset())
    shared_provider.reset()
    assert ask(backend).data == {"answer": 42}
    (request,) = shared_provider.requests
    assert "tools" not in request.body
    assert SYSTEM in json.dumps(request.body["messages"])


def test_without_the_program_it_is_unavailable(tmp_path: Path) -> None:
    backend = OpenCodeBackend(OpenCodeConfig(command="no-such-opencode"), tmp_path, SYSTEM)
    assert "no-such-opencode is not on PATH" in backend.unavailable()
    with pytest.raises(ModelError) as caught:
        ask(backend)
    assert caught.value.kind == "unavailable"
    backend.close()


def test_an_answer_that_is_far_too_long_is_not_sent_back(
    backend: OpenCodeBackend, provider: FakeProvider
) -> None:
    provider.script(Reply(text="x" * 1_000_000))
    with pytest.raises(ModelError, match="1,000,000 characters") as caught:
        ask(backend)
    assert caught.value.kind == "invalid_answer"
    assert provider.calls == 1


def test_no_request_goes_out_that_the_meter_does_not_let_out(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    with pytest.raises(BudgetExceeded):
        ask(backend, meter=TestMeter(most=0))
    assert provider.calls == 0
    provider.script(Reply(text="no JSON"))
    with pytest.raises(BudgetExceeded):
        ask(backend, meter=TestMeter(most=1))
    assert provider.calls == 1
    assert left_over(shared_server) == []


def test_the_catalogues_price_is_known_before_the_first_request(
    make_backend: MakeBackend, provider: FakeProvider
) -> None:
    meter = TestMeter()
    ask(make_backend(), meter=meter)
    ((model, price),) = meter.sent
    assert model == "fake/priced"
    assert price is not None
    assert (price.rates["input"], price.rates["output"]) == (3, 15)
    meter = TestMeter()
    ask(make_backend(model="fake/unpriced"), meter=meter)
    assert meter.sent == [("fake/unpriced", None)]


def test_without_a_model_named_nothing_is_asked(make_backend: MakeBackend, provider: FakeProvider) -> None:
    with pytest.raises(ModelError, match="name a model") as caught:
        ask(make_backend(model=""))
    assert caught.value.kind == "unknown_model"
    assert provider.calls == 0


def test_the_users_own_configuration_names_the_model(
    make_backend: MakeBackend, provider: FakeProvider, home: Path
) -> None:
    write_opencode_settings(home, provider.url, model="fake/unpriced")
    assert ask(make_backend(model="")).model == "fake/unpriced"


@pytest.mark.parametrize("body", ['{"a":' * 3000, "[" * 5000 + "]" * 5000])
def test_a_nested_answer_is_that_requests_failure(
    backend: OpenCodeBackend, provider: FakeProvider, body: str
) -> None:
    provider.script(Reply(text=body))
    with pytest.raises(ModelError) as caught:
        ask(backend)
    assert caught.value.kind == "invalid_answer"
    assert provider.calls <= 2
