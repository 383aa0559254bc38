"""The OpenCode backend: one managed server or several given ones, an event loop in a thread that talks to them.

Every call has a wall clock; whatever ends it early leaves nothing running on the server.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from repodoc_hooks.backends.base import Answer, Meter, Price, WorkUnit
from repodoc_hooks.backends.opencode_address import addresses
from repodoc_hooks.backends.opencode_client import CLEANUP, FAREWELL, NAME, Server
from repodoc_hooks.backends.opencode_examination import examine
from repodoc_hooks.backends.opencode_profile import model_of, price_in_catalogue
from repodoc_hooks.backends.opencode_program import find
from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.backends.prices import price_of
from repodoc_hooks.backends.record import BackendRecord
from repodoc_hooks.config import BackendsConfig, OpenCodeConfig
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import Deadline, ModelError
from repodoc_hooks.system import user_folder

T = TypeVar("T")


class OpenCodeBackend:
    """The `Backend` over one managed server or several given ones.

    An event loop in a thread does the talking.
    """

    name = NAME

    def __init__(self, config: OpenCodeConfig, state_dir: Path, system: str) -> None:
        self._config = config
        self._state_dir = state_dir
        self._problem: str | None = None
        self._models: dict[bool, str] = {}
        self._managed = ManagedServer(config, state_dir, system) if not any(config.urls) else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="opencode", daemon=True)
        self._servers: list[Server] = []
        self._starting = asyncio.Lock()
        self._active: set[asyncio.Task[Answer]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def unavailable(self) -> str:
        """Why it cannot be used here and now, "" when it can."""
        if self._managed is None:
            return ""
        if self._problem is None:
            self._problem = find(self._config.command, self._state_dir).problem
        return self._problem

    def model_for(self, unit: WorkUnit) -> str:
        """The model that is asked, "" if neither the repository nor the user names one."""
        if unit.deep not in self._models:
            self._models[unit.deep] = model_of(self._config, deep=unit.deep)
        return self._models[unit.deep]

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        """Answer one unit.

        Raises:
            ModelError, BudgetExceeded: there is no answer; nothing is left running on the server.
        """
        if problem := self.unavailable():
            raise failure("unavailable", problem)
        lease = self._managed.lease() if self._managed else contextlib.nullcontext()
        with lease:
            return self._run(self._complete(unit, deadline, meter))

    def close(self) -> None:
        """Abort what still runs and hang up; calls that wait end with `Stopped`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            started = self._thread.is_alive()
        if started:
            with contextlib.suppress(concurrent.futures.TimeoutError):
                asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(CLEANUP + 2 * FAREWELL)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CLEANUP)
        if not self._thread.is_alive():
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            if self._closed:
                work.close()
                raise failure("stopped", "the run has ended")
            if not self._thread.is_alive():
                self._thread.start()
            future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except concurrent.futures.CancelledError:
            raise failure("stopped", "stopped before the answer came") from None

    async def _complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        task = asyncio.ensure_future(self._ask(unit, deadline, meter))
        self._active.add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=min(deadline.left(), threading.TIMEOUT_MAX))
            if done:
                return task.result()
            task.cancel()
            await asyncio.wait({task}, timeout=CLEANUP)
            if task.done() and not task.cancelled() and task.exception() is None:
                return task.result()
            raise failure("deadline", "no answer before the deadline")
        finally:
            self._active.discard(task)
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=CLEANUP)

    async def _ask(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        model = self.model_for(unit)
        if not model:
            what = "neither the settings nor the user's own OpenCode configuration name a model"
            raise failure("unknown_model", what, fix="set backends.opencode.model")
        server = await self._pick(deadline)
        server.in_flight += 1
        try:
            await server.learn(model)
            return await server.ask(unit, model, meter)
        except ModelError as error:
            if error.kind == "auth" and self._managed and (over := self._managed.expired_sign_in()):
                what = f"{error.what} (the sign-in of OpenCode to {over} has expired)"
                raise failure("auth", what, fix="use OpenCode once, or run opencode auth login") from None
            if error.kind == "broken" and self._managed and not server.dead:
                # Such a server fails at the same thing for as long as it lives; the next attempt gets a new one.
                server.dead = True
                await asyncio.to_thread(self._managed.retire, server.url)
            raise
        finally:
            server.in_flight -= 1

    async def _pick(self, deadline: Deadline) -> Server:
        """The server with the least to do."""
        async with self._starting:
            for server in [server for server in self._servers if server.dead and not server.in_flight]:
                self._servers.remove(server)
                await server.close()
            alive = [server for server in self._servers if not server.dead]
            if self._managed and not alive:
                state = await asyncio.to_thread(self._managed.ensure, deadline)
                alive = [Server(state.url, state.username, state.password, state.directory, managed=True)]
                self._servers += alive
                if self._managed.inherited:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(alive[0].sweep(), CLEANUP)
            for at in addresses(self._config):
                if not any(server.url == at.url and not server.dead for server in self._servers):
                    server = Server(at.url, at.username, at.password, _empty_directory(), managed=False)
                    self._servers.append(server)
                    alive.append(server)
        return min(alive, key=lambda server: server.in_flight)

    async def _close(self) -> None:
        for task in self._active:
            task.cancel()
        if self._active:
            await asyncio.wait(self._active, timeout=CLEANUP)
        await asyncio.gather(*(server.close() for server in self._servers))


def _empty_directory() -> str:
    """A private empty directory that stays the same: each new one costs the server a second and 38 MB."""
    path = user_folder("repodoc-empty")
    path.mkdir(mode=0o700, exist_ok=True)
    return str(path)


def _price(config: BackendsConfig, model: str) -> Price | None:
    """As configured, else as the user's own OpenCode has it, else as listed."""
    if any(name in config.prices for name in (model, model.rpartition("/")[2])):
        return price_of(model, config.prices)
    return price_in_catalogue(model) or price_of(model, {})


RECORD = BackendRecord(
    name=NAME,
    make=lambda config, state_dir, system: OpenCodeBackend(config.opencode, state_dir, system),
    model=lambda config, deep: model_of(config.opencode, deep=deep),
    price=_price,
    package="opencode-ai",
    major="1",
    secrets=("ANTHROPIC_API_KEY", "OPENAI_API_KEY"),
    examine=lambda config, state_dir, reach: examine(config.opencode, state_dir, reach=reach),
)
