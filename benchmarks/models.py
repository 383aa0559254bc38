"""Models: what our client adds to a bare loop, what a second server gains, how large a request is, how late we are.

The provider answers after one second, from a thread of this process; servers, provider and load share the
machine.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

import httpx

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import generated
from benchmarks.timing import Spread
from repodoc_hooks.analysis import languages
from repodoc_hooks.analysis.fingerprint import compare
from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.backends.opencode_client import Server
from repodoc_hooks.backends.opencode_server import ManagedServer, ServerState
from repodoc_hooks.config import BackendsConfig, Config, OpenCodeConfig
from repodoc_hooks.context_optimizer import pack
from repodoc_hooks.events import EventBus
from repodoc_hooks.models.asking import Asking
from repodoc_hooks.models.generation import generate
from repodoc_hooks.parallel_executor import BoundedExecutor
from repodoc_hooks.prompts import system_prompt
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import FileChange, SectionTask
from tests.backends.conftest import write_opencode_settings
from tests.backends.meters import TestMeter
from tests.fake_provider import FakeProvider, Reply
from tests.tools import npm_tool

_REQUESTS = 200
_SESSIONS = 16
_LATENCY = 1.0
_DEADLINE = 5.0
_COMMITS = 400
_EDITS = 60
_PASSWORD = "REPODOC_BENCHMARK_PASSWORD"
_ANSWER = '{"s1": {"keep": true}}'
_SCHEMA = {"type": "object", "required": ["s1"]}
_OLD_TEXT = """\
This package carries the requests of a program to a server and hands the answers back.
A session holds what several requests have in common: headers, cookies, proxies and a pool of connections.
Adapters do the sending, one per scheme, and turn errors of the transport into exceptions of the package.
Hooks and authentication take part before a request is sent and after its answer has come.
"""


@contextmanager
def _servers(context: Context, provider: FakeProvider, count: int) -> Iterator[list[ServerState]]:
    """Real servers in front of the provider, warmed up by one request each."""
    home = Path(context.env["HOME"])
    write_opencode_settings(home, provider.url)
    command = str(npm_tool("opencode"))
    with ExitStack() as stack, mock.patch.dict(os.environ, {**context.env, "FAKE_KEY": "key"}, clear=True):
        states = []
        for number in range(count):
            server = ManagedServer(
                OpenCodeConfig(command=command), context.work / f"server-{number}", system_prompt()
            )
            stack.callback(server.stop)
            stack.enter_context(server.lease())
            states.append(server.ensure(Deadline.after(120)))
            asyncio.run(_bare_loop(states[-1], 2))
        yield states


def throughput(context: Context) -> Iterator[Figure]:
    """200 requests in 16 sessions: ours against a bare loop over HTTP, on the same server."""
    count = 32 if context.quick else _REQUESTS
    with (
        FakeProvider(Reply(text=_ANSWER, latency=_LATENCY)) as provider,
        _servers(context, provider, 1) as states,
    ):
        bare, ours, cpu = [], [], []
        for _ in range(3):
            bare.append(_timed_bare(states, count))
            before = time.process_time()
            ours.append(_ours(states, count))
            middle = time.process_time()
            bare.append(_timed_bare(states, count))
            cpu.append((middle - before, time.process_time() - middle))
    pairs = list(zip(bare[::2], bare[1::2], strict=True))
    ratios = [mine / ((a + b) / 2) for mine, (a, b) in zip(ours, pairs, strict=True)]
    ideal = count * _LATENCY / _SESSIONS
    yield Figure(
        "client-over-bare-loop",
        f"{count} requests in {_SESSIONS} sessions, provider latency {_LATENCY:.0f} s",
        Spread.of(ratios),
        1.05,
        noise=Spread.of([b / a for a, b in pairs]),
        limit=f"bare loop {Spread.of(bare).median:.1f} s; latency alone {ideal:.1f} s",
    )
    least = Spread.of([1000 * theirs / count for _, theirs in cpu]).median
    yield Figure(
        "client-cpu",
        "processor time for a request, with the provider's in it",
        Spread.of([1000 * mine / count for mine, _ in cpu]),
        unit="ms",
        limit=f"bare loop {least:.1f} ms",
    )


def two_servers(context: Context) -> Iterator[Figure]:
    """The same 200 requests on one server and on two, each with 16 sessions, by throughput."""
    count = 32 if context.quick else _REQUESTS
    with (
        FakeProvider(Reply(text=_ANSWER, latency=_LATENCY)) as provider,
        _servers(context, provider, 2) as states,
    ):
        gains, bare = [], []
        for _ in range(3):
            gains.append(_ours(states[:1], count) / _ours(states, count, 2 * _SESSIONS))
            bare.append(_timed_bare(states[:1], count) / _timed_bare(states, count, 2 * _SESSIONS))
    cores = f"{os.cpu_count()} cores for two servers, provider and load"
    least = Spread.of(bare).median
    yield Figure(
        "two-servers",
        f"{count} requests, {_SESSIONS} sessions for each server: one server / two",
        Spread.of(gains),
        1.5,
        "higher",
        limit=f"a bare loop gains {least:.2f}; {cores}",
    )


def revise_bytes(context: Context) -> Iterator[Figure]:
    """Bytes that reach the provider when one function was edited, from the history of real repositories."""
    sizes: list[int] = []
    repositories = context.repositories
    changes = [change for path in repositories.values() for change in _one_function_edits(path)]
    if not repositories:
        changes = list(_made_up_edits(generated(context, "generated", 200).path))
    with FakeProvider(Reply(text=_ANSWER)) as provider, _servers(context, provider, 1) as states:
        backend = _client(states)
        for change in changes:
            provider.reset()
            backend.complete(pack([_revision(change)])[0].unit, Deadline.after(60), TestMeter())
            sizes.append(provider.requests[0].size)
        provider.reset()
        backend.complete(_unit(""), Deadline.after(60), TestMeter())
        fixed = provider.requests[0].size
        backend.close()
    ordered = sorted(sizes)
    middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    names = ", ".join(repositories) or "generated"
    what = f"{len(sizes)} edits of one function ({names}), old text of {len(_OLD_TEXT)} bytes"
    yield Figure("revise-bytes:median", what, Spread.exact(middle), unit="B")
    yield Figure("revise-bytes:p95", what, Spread.exact(high), unit="B")
    yield Figure(
        "fixed-bytes", "an empty question: system prompt and envelope", Spread.exact(fixed), 1024, unit="B"
    )
    yield Figure("fixed-share", "fixed part of the median revise", Spread.exact(fixed / middle), unit="")


def deadline(context: Context) -> Iterator[Figure]:
    """How late `generate` comes back from a provider that hangs, deadline 5 s."""
    command = str(npm_tool("opencode"))
    config = Config(
        backends=BackendsConfig(order=("opencode", "offline"), opencode=OpenCodeConfig(command=command))
    )
    late = []
    with FakeProvider(Reply(kind="hang")) as provider:
        write_opencode_settings(Path(context.env["HOME"]), provider.url)
        with mock.patch.dict(os.environ, {**context.env, "FAKE_KEY": "key"}, clear=True):
            server = ManagedServer(config.backends.opencode, context.work / "state", system_prompt())
            with server.lease():
                server.ensure(Deadline.after(120))
                for number in range(context.rounds(7)):
                    task = _revision(FileChange(f"p/m{number}.py", "python", "a = 1\n", "a = 2\n"))
                    began = time.monotonic()
                    asking = Asking(
                        config,
                        context.work / "state",
                        EventBus("benchmark"),
                        deadline=Deadline.after(_DEADLINE),
                    )
                    (result,) = generate([task], asking)
                    assert (result.action, result.reason) == ("deferred", "deadline")
                    late.append(time.monotonic() - began - _DEADLINE)
            server.stop()
    yield Figure("deadline", "seconds beyond a deadline of 5 s", Spread.of(late), 0.3, unit="s")


def _client(states: Sequence[ServerState]) -> OpenCodeBackend:
    os.environ[_PASSWORD] = states[0].password
    config = OpenCodeConfig(urls=tuple(state.url for state in states), password_env=_PASSWORD)
    backend = OpenCodeBackend(config, Path(), system_prompt())
    # The directory that each has seen already: a new one costs it a second.
    backend._servers = _logged_in(states)
    return backend


def _logged_in(states: Sequence[ServerState]) -> list[Server]:
    return [Server(s.url, s.username, s.password, s.directory, managed=False) for s in states]


def _unit(prompt: str) -> WorkUnit:
    return WorkUnit("u#summary", ("u#summary",), system_prompt(), prompt, _SCHEMA)


def _ours(states: Sequence[ServerState], count: int, sessions: int = _SESSIONS) -> float:
    """Seconds for the load through our client and executor."""
    backend = _client(states)
    with BoundedExecutor(sessions) as executor:
        began = time.perf_counter()
        unit = _unit("What is the answer?")
        futures = [
            executor.submit(backend.complete, unit, Deadline.after(300), TestMeter()) for _ in range(count)
        ]
        wait(futures)
        seconds = time.perf_counter() - began
    assert all(future.result().data for future in futures)
    backend.close()
    return seconds


def _timed_bare(states: Sequence[ServerState], count: int, sessions: int = _SESSIONS) -> float:
    """Seconds for the load, divided among the servers beforehand, through bare loops."""

    async def all_at_once() -> None:
        share, width = count // len(states), sessions // len(states)
        await asyncio.gather(*(_bare_loop(state, share, width) for state in states))

    began = time.perf_counter()
    asyncio.run(all_at_once())
    return time.perf_counter() - began


async def _bare_loop(state: ServerState, count: int, sessions: int = _SESSIONS) -> None:
    """The least that has to be sent: a session, a message, the session's end."""
    turn = asyncio.Semaphore(sessions)
    message = {
        "agent": "repodoc",
        "model": {"providerID": "fake", "modelID": "priced"},
        "parts": [{"type": "text", "text": "What is the answer?"}],
    }
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    async with httpx.AsyncClient(
        base_url=state.url,
        auth=(state.username, state.password),
        timeout=300,
        limits=limits,
        trust_env=False,
        verify=False,
    ) as client:

        async def one() -> None:
            async with turn:
                made = await client.post(
                    "/session", json={"title": "bare"}, params={"directory": state.directory}
                )
                path = f"/session/{made.json()['id']}"
                answered = await client.post(f"{path}/message", json=message)
                assert answered.json()["info"]["finish"] == "stop"
                await client.delete(path)

        await asyncio.gather(*(one() for _ in range(count)))


def _revision(change: FileChange) -> SectionTask:
    folder = change.path.rpartition("/")[0] or "."
    return SectionTask(
        id=f"{folder}#summary",
        component=folder,
        title=folder.rpartition("/")[2],
        kind="summary",
        reason=f"{change.path} changed",
        changes=(change,),
        files=(change,),
        old_text=_OLD_TEXT,
        context={"component_kind": "package"},
    )


def _one_function_edits(path: Path) -> Iterator[FileChange]:
    """Modifications of one file, in the last commits, that change exactly one symbol."""
    log = _git(
        path, "log", f"-{_COMMITS}", "--no-merges", "--diff-filter=M", "--raw", "--no-abbrev", "--format="
    )
    found = 0
    for line in log.decode("utf-8", "replace").splitlines():
        facts, _, name = line.partition("\t")
        language = languages.language_of(name)
        if language is None or found == _EDITS:
            continue
        _, _, before, after, _ = facts.split()
        old, new = (_git(path, "cat-file", "blob", oid) for oid in (before, after))
        change = compare(languages.parse(language, old), languages.parse(language, new))
        touched = {symbol.name for symbol in change.symbols}
        if len(touched) == 1:
            found += 1
            texts = old.decode("utf-8", "replace"), new.decode("utf-8", "replace")
            yield FileChange(name, language, *texts, touched=tuple(touched))


def _made_up_edits(path: Path) -> Iterator[FileChange]:
    """One function edited in each of some modules of a generated repository, which has no history."""
    for file in sorted(path.glob("src/**/*.py"))[:_EDITS]:
        text = file.read_text()
        name = str(file.relative_to(path))
        yield FileChange(name, "python", text, text.replace("return ", "return 0 or ", 1), touched=("f",))


def _git(path: Path, *args: str) -> bytes:
    return subprocess.run(["git", "-C", str(path), *args], check=True, capture_output=True).stdout


BENCHMARKS: Mapping[str, Benchmark] = {
    "client": throughput,
    "two-servers": two_servers,
    "revise": revise_bytes,
    "deadline": deadline,
}
