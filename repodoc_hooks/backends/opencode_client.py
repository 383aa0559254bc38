"""One OpenCode server over HTTP: a titled session per unit of work, watched, aborted if need be, deleted.

A server that answers 200 has promised nothing: errors, aborted turns and half answers come that way too, and a turn
can go round in circles without end. So every turn is watched through the server's events, has a bound on its steps,
is aborted when it breaks it, and its answer is checked here. What differs between the versions is in the dialects.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Mapping
from typing import Any

from repodoc_hooks.backends import answers
from repodoc_hooks.backends.base import Answer, Meter, WorkUnit
from repodoc_hooks.backends.opencode_dialect import Catalogue, Dialect, Model
from repodoc_hooks.backends.opencode_handshake import Strange, greet
from repodoc_hooks.backends.opencode_http import Http
from repodoc_hooks.backends.opencode_v1 import DialectV1
from repodoc_hooks.backends.opencode_v2 import DialectV2
from repodoc_hooks.backends.opencode_watch import Watch
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError

NAME = "opencode"
CLEANUP = 1.0
FAREWELL = 3.0
_GREETING_SECONDS = 5.0
_QUICK_STEPS = 1
_DEEP_STEPS = 16


class Server:
    """One OpenCode server, talked to from one event loop."""

    def __init__(self, url: str, username: str, password: str, directory: str, *, managed: bool) -> None:
        self.url = url
        self.managed = managed
        self.directory = directory
        self.in_flight = 0
        self._login = (username, password)
        self._http = Http(url, username, password)
        self._dialect: Dialect | None = None
        self._catalogue = Catalogue()
        self._watches: dict[str, Watch] = {}
        self._cleanups: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._about = asyncio.Lock()

    @property
    def dead(self) -> bool:
        """Was it found gone?"""
        return self._http.dead

    @dead.setter
    def dead(self, dead: bool) -> None:
        self._http.dead = dead

    async def learn(self, wanted: str) -> None:
        """Ask once for its version, models and agents, and begin to listen; `wanted` is the model to be asked.

        Raises:
            ModelError: it does not answer, or not as an OpenCode that we know.
        """
        async with self._about:
            dialect = await self._greeted()
            if wanted not in self._catalogue.models:
                self._catalogue = await dialect.learn(self.directory, wanted)
            if self._listener is None or self._listener.done():
                self._connected.clear()
                self._listener = asyncio.create_task(self._listen(dialect))
            try:
                await asyncio.wait_for(self._connected.wait(), 5.0)
            except TimeoutError:
                raise failure("connection", f"no events from the OpenCode server at {self.url}") from None

    async def sweep(self) -> None:
        """End what a process of ours that died has left running."""
        with contextlib.suppress(ModelError):
            dialect = await self._greeted()
            for session in await dialect.running():
                await dialect.stop(session)
                await dialect.discard(session)

    async def ask(self, unit: WorkUnit, model: str, meter: Meter) -> Answer:
        """Have one unit answered in a session of its own.

        Raises:
            ModelError, BudgetExceeded: there is no answer; nothing runs on.
        """
        assert self._dialect is not None
        about = self._known(model)
        _refuse_too_large(unit, model, about)
        began = time.monotonic()
        directory = unit.directory if unit.deep and unit.directory else self.directory
        loop = asyncio.get_running_loop()
        session = await self._dialect.open(unit, directory, model, self._catalogue)
        watch = Watch(
            session=session,
            model=model,
            price=about.price,
            steps_allowed=_DEEP_STEPS if unit.deep and unit.directory else _QUICK_STEPS,
            meter=meter,
            trouble=loop.create_future(),
            over=loop.create_future(),
        )
        self._watches[session] = watch
        idle = False
        try:
            text = await self._turn(watch, unit, unit.prompt)
            data, complaint = _checked(text, unit.schema)
            if complaint and len(text) <= answers.MOST_CHARACTERS:
                repair = (
                    f"Not a usable answer: {complaint}. Send the whole corrected JSON object, nothing else."
                )
                text = await self._turn(watch, unit, repair)
                data, complaint = _checked(text, unit.schema)
            idle = True
            if complaint:
                raise failure("invalid_answer", f"the answer does not fit its schema: {complaint}")
            usd = watch.usd if watch.usage.total else None
            seconds, requests = time.monotonic() - began, max(1, watch.requests)
            return Answer(data, watch.usage, NAME, model, usd, seconds, requests, session)
        finally:
            del self._watches[session]
            if not idle:
                await self._stop(watch)
            self._in_background(self._dialect.discard(session))

    async def close(self) -> None:
        """Wait for sessions to be deleted, stop listening, hang up."""
        if self._cleanups and not self.dead:
            await asyncio.wait(self._cleanups, timeout=FAREWELL)
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await self._http.close()

    async def _greeted(self) -> Dialect:
        """The dialect that it speaks.

        Raises:
            ModelError: none that we know.
        """
        if self._dialect is None:
            try:
                version = await asyncio.to_thread(greet, self.url, *self._login, _GREETING_SECONDS)
            except Strange as error:
                self.dead = error.kind == "connection"
                raise failure(error.kind, f"the OpenCode server at {self.url} {error}") from None
            self._dialect = DialectV1(self._http) if version[0] == 1 else DialectV2(self._http)
        return self._dialect

    def _known(self, model: str) -> Model:
        """What the catalogue says of a model.

        Raises:
            ModelError: it does not have it.
        """
        if model not in self._catalogue.models:
            known = ", ".join(sorted(self._catalogue.models)[:5]) or "none"
            fix = f"set backends.opencode.model to one that it knows: {known}"
            raise failure("unknown_model", f"OpenCode does not know the model {model}", fix=fix)
        return self._catalogue.models[model]

    async def _turn(self, watch: Watch, unit: WorkUnit, prompt: str) -> str:
        """Send one message and wait for the end of the turn; returns its text."""
        assert self._dialect is not None
        watch.meter.sending(watch.model, watch.price)
        turn = asyncio.ensure_future(
            self._dialect.turn(watch, unit, watch.model, prompt, self._catalogue.agents)
        )
        try:
            either: set[asyncio.Future[Any]] = {turn, watch.trouble}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if watch.trouble.done():
                raise watch.trouble.result()
            text = turn.result()
            if watch.trouble.done():
                raise watch.trouble.result()
            return text
        except BaseException:
            # Before anything else: a turn that goes round in circles asks the provider thirty times a second.
            await self._stop(watch)
            if not self.dead:
                with contextlib.suppress(ModelError, TimeoutError):
                    await asyncio.wait_for(self._dialect.account(watch), CLEANUP)
            raise
        finally:
            if not turn.done():
                turn.cancel()
            await asyncio.gather(turn, return_exceptions=True)

    async def _stop(self, watch: Watch) -> None:
        """Abort a turn, once."""
        assert self._dialect is not None
        if not watch.stopped and not self.dead:
            watch.stopped = True
            await asyncio.wait({self._in_background(self._dialect.stop(watch.session))}, timeout=CLEANUP)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A request that goes on when whoever made it is cancelled; `close` waits for its end."""

        async def quietly() -> None:
            with contextlib.suppress(ModelError):
                await work

        task = asyncio.create_task(quietly())
        self._cleanups.add(task)
        task.add_done_callback(self._cleanups.discard)
        return task

    async def _listen(self, dialect: Dialect) -> None:
        """Hand events to the turns they belong to.

        A lost stream ends them, unwatched turns are not allowed.
        """
        try:
            async for event in self._http.events(dialect.events):
                self._connected.set()
                if self._watches and (watch := self._watches.get(dialect.session_of(event))):
                    dialect.see(watch, event)
        finally:
            self.dead = True
            for watch in list(self._watches.values()):
                watch.end(failure("lost", "the OpenCode server went away"))


def _refuse_too_large(unit: WorkUnit, model: str, about: Model) -> None:
    """A request that is estimated beyond the model's context need not be paid for to learn that."""
    if about.context and unit.estimated_tokens + unit.max_output_tokens > about.context:
        what = (
            f"about {unit.estimated_tokens} tokens and the answer do not fit {model} ({about.context} tokens)"
        )
        raise failure("context_overflow", what)


def _checked(text: str, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The JSON of an answer, and what is wrong with it."""
    if len(text) > answers.MOST_CHARACTERS:
        return {}, f"it has {len(text):,} characters"
    try:
        data = answers.extract(text)
    except ValueError as error:
        return {}, str(error)
    return data, answers.problem(data, schema)
