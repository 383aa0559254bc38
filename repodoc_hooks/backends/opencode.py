"""OpenCode over HTTP: one titled session per unit of work, deleted afterwards.

A server that answers 200 has promised nothing: errors, aborted turns and half answers come that way too, and
a turn can go round in circles without end. So every turn is watched through the server's events, has a wall
clock and a bound on its steps, is aborted when it breaks either, and its answer is checked here. The server's
own retries (six calls in a minute, `Retry-After` without bound) are cut short: `retry_handler` decides about
those.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import json
import os
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from repodoc_hooks.backends import answers
from repodoc_hooks.backends.base import Answer, Deadline, ModelError, Usage, WorkUnit
from repodoc_hooks.backends.opencode_profile import DEEP_AGENT, QUICK_AGENT
from repodoc_hooks.backends.opencode_server import ManagedServer, missing
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.retry_handler import failure, from_status, from_text

if TYPE_CHECKING:
    import httpx

NAME = "opencode"
T = TypeVar("T")
_QUICK_STEPS = 1
_DEEP_STEPS = 16
_SAME_CALLS = 3
_CLEANUP = 1.0
_FAREWELL = 3.0
_ENDS = {"stop", "tool-calls", "length", "content-filter", "error"}
_NO_TOOLS: dict[str, bool] = {"*": False}
_READ_TOOLS: dict[str, bool] = {"*": False, "read": True, "grep": True, "glob": True}
_READ_RULES = [
    {"permission": "*", "pattern": "*", "action": "deny"},
    *({"permission": name, "pattern": "*", "action": "allow"} for name in ("read", "grep", "glob")),
    {"permission": "read", "pattern": "*.env", "action": "deny"},
    {"permission": "read", "pattern": "*.env.*", "action": "deny"},
]


@dataclass(slots=True)
class Watch:
    """What the events tell about one turn. `trouble` ends the turn early."""

    session: str
    steps_allowed: int
    on_text: Callable[[str], None]
    trouble: asyncio.Future[ModelError]
    error: str = ""
    steps: dict[str, set[str]] = field(default_factory=dict)
    texts: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)
    broken_calls: int = 0

    @property
    def requests(self) -> int:
        """How many requests to the provider were seen."""
        return sum(len(messages) for messages in self.steps.values())

    def end(self, error: ModelError) -> None:
        """Stop waiting for the turn."""
        if not self.trouble.done():
            self.trouble.set_result(error)

    def see(self, kind: str, properties: Mapping[str, Any]) -> None:
        """Take in one event of this session."""
        match kind:
            case "message.part.delta":
                if properties.get("field") == "text":
                    self._say(str(properties.get("messageID")), str(properties.get("delta", "")))
            case "message.part.updated":
                self._see_part(properties.get("part", {}))
            case "message.updated":
                self._see_message(properties.get("info", {}))
            case "session.status":
                if (status := properties.get("status", {})).get("type") == "retry":
                    self.end(_provider_retries(status))
            case "session.error":
                self.error = _message(properties.get("error") or {})
            case "session.compacted":
                self.end(failure("compacted", "OpenCode summarised the conversation instead of answering it"))
            case "permission.asked" | "permission.updated" | "question.asked":
                self.end(failure("asked", "the model asked for something that nobody is there to grant"))

    def finish(self, message: str, text: str) -> None:
        """A message is whole: say what its events have not brought yet; they come late, if at all."""
        said = self.said.get(message, "")
        if text.startswith(said):
            self._say(message, text[len(said) :])
        self.finished.add(message)

    def _say(self, message: str, text: str) -> None:
        if text and message not in self.finished:
            self.said[message] = self.said.get(message, "") + text
            self.on_text(text)

    def _see_message(self, info: Mapping[str, Any]) -> None:
        if info.get("role") != "assistant" or "id" not in info:
            return
        messages = self.steps.setdefault(str(info.get("parentID")), set())
        messages.add(info["id"])
        if len(messages) > self.steps_allowed:
            self.end(failure("runaway", f"the turn went on after {self.steps_allowed} steps"))

    def _see_part(self, part: Mapping[str, Any]) -> None:
        if part.get("type") == "text" and part.get("text"):
            self.texts.add(str(part.get("messageID")))
        if part.get("type") == "step-finish" and part.get("reason") not in _ENDS:
            # OpenCode would now ask again, and again. Text without a count of tokens is an answer that broke
            # off.
            broke_off = part.get("messageID") in self.texts and not _spent(part)[0].total
            what = f"the provider's answer had no proper end ({part.get('reason')})"
            self.end(failure("cut_off" if broke_off else "runaway", what))
        if part.get("type") != "tool":
            return
        state = part.get("state", {})
        if state.get("status") == "error" or part.get("tool") == "invalid":
            self.broken_calls += state.get("status") in ("error", "completed")
        if state.get("status") in ("completed", "error"):
            self.calls.append(json.dumps([part.get("tool"), state.get("input")], sort_keys=True))
        last = self.calls[-_SAME_CALLS:]
        if self.broken_calls > 2 or (len(last) == _SAME_CALLS and len(set(last)) == 1):
            self.end(failure("runaway", "the model repeats the same or broken tool calls"))


class Server:
    """One OpenCode server, talked to from one event loop."""

    def __init__(self, url: str, username: str, password: str, directory: str, *, managed: bool) -> None:
        import httpx

        self.url = url
        self.managed = managed
        self.directory = directory
        self.in_flight = 0
        self.dead = False
        self._http = httpx.AsyncClient(
            base_url=url,
            auth=(username, password) if password else None,
            timeout=httpx.Timeout(10.0, read=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=False,
            verify=url.startswith("https:"),  # no certificates to load where none are shown
        )
        self._watches: dict[str, Watch] = {}
        self._cleanups: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._about = asyncio.Lock()
        self._models: dict[str, Mapping[str, Any]] = {}
        self._agents: set[str] = set()
        self._default_model = ""

    async def learn(self) -> None:
        """Ask once for the providers, the default model and the agents, and begin to listen.

        Raises:
            ModelError: it does not answer, or not as OpenCode does.
        """
        async with self._about:
            if not self._models:
                config = await self._json("GET", "/config")
                known = await self._json("GET", "/config/providers")
                for provider in known.get("providers", ()):
                    for name, model in provider.get("models", {}).items():
                        self._models[f"{provider['id']}/{name}"] = model
                defaults = [f"{provider}/{model}" for provider, model in known.get("default", {}).items()]
                self._default_model = config.get("model") or next(iter(defaults), "")
                agents = await self._json("GET", "/agent", params={"directory": self.directory})
                self._agents = {agent["name"] for agent in agents}
            if self._listener is None or self._listener.done():
                self._connected.clear()
                self._listener = asyncio.create_task(self._listen())
            try:
                await asyncio.wait_for(self._connected.wait(), 5.0)
            except TimeoutError:
                raise failure("connection", f"no events from the OpenCode server at {self.url}") from None

    def model(self, wanted: str) -> str:
        """The model as `provider/model`.

        Raises:
            ModelError: the server does not know it, or there is no default.
        """
        name = wanted or self._default_model
        if not name:
            raise failure("unknown_model", "OpenCode has no default model", fix="set backends.opencode.model")
        if name not in self._models:
            known = ", ".join(sorted(self._models)[:5]) or "none"
            raise failure(
                "unknown_model", f"OpenCode does not know the model {name}", fix=f"it knows {known}"
            )
        return name

    async def ask(
        self, unit: WorkUnit, model: str, on_text: Callable[[str], None], spent: list[tuple[Usage, float]]
    ) -> Answer:
        """Have one unit answered in a session of its own; `spent` gets tokens and cost, also of failures."""
        began = time.monotonic()
        directory = unit.directory if unit.deep and unit.directory else self.directory
        session = await self._open(unit, directory)
        watch = Watch(
            session=session,
            steps_allowed=_DEEP_STEPS if unit.deep and unit.directory else _QUICK_STEPS,
            on_text=on_text,
            trouble=asyncio.get_running_loop().create_future(),
        )
        self._watches[session] = watch
        idle = False
        try:
            text = await self._turn(watch, unit, model, unit.prompt, spent)
            data, complaint = _checked(text, unit.schema)
            if complaint:
                repair = (
                    f"Not a usable answer: {complaint}. Send the whole corrected JSON object, nothing else."
                )
                text = await self._turn(watch, unit, model, repair, spent)
                data, complaint = _checked(text, unit.schema)
            idle = True
            if complaint:
                raise failure("invalid_answer", f"the answer does not fit its schema: {complaint}")
            usage = sum((each for each, _ in spent), Usage())
            known = usage.total and self._is_priced(model)
            cost = sum(each for _, each in spent) if known else None
            seconds = time.monotonic() - began
            return Answer(data, usage, NAME, model, cost, seconds, max(len(spent), watch.requests), session)
        finally:
            del self._watches[session]
            await self._discard(session, abort=not idle)

    async def close(self) -> None:
        """Wait for sessions to be deleted, stop listening, hang up."""
        if self._cleanups and not self.dead:
            await asyncio.wait(self._cleanups, timeout=_FAREWELL)
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await self._http.aclose()

    async def _open(self, unit: WorkUnit, directory: str) -> str:
        body: dict[str, Any] = {"title": f"repodoc {unit.id}"[:100]}
        if unit.deep and unit.directory:
            body["permission"] = _READ_RULES
        session = await self._json("POST", "/session", json=body, params={"directory": directory})
        return str(session["id"])

    async def _turn(
        self, watch: Watch, unit: WorkUnit, model: str, prompt: str, spent: list[tuple[Usage, float]]
    ) -> str:
        """Send one message and wait for the end of the turn; returns its text."""
        post = asyncio.ensure_future(
            self._json("POST", f"/session/{watch.session}/message", json=self._message(unit, model, prompt))
        )
        try:
            await asyncio.wait({post, watch.trouble}, return_when=asyncio.FIRST_COMPLETED)
            if watch.trouble.done():
                raise watch.trouble.result()
            try:
                reply = post.result()
            except ModelError as error:
                # The reason of a 500 is told by an event only, which may come a moment later.
                if error.kind == "server_error" and not watch.error:
                    await asyncio.sleep(0.05)
                raise _unexpected(watch.error) if watch.error else error from None
        finally:
            if not post.done():
                post.cancel()
            answered = post.done() and not post.cancelled() and not post.exception()
            if answered and not unit.deep and watch.requests <= len(spent) + 1:
                spent.append(_spent(post.result()["info"]))
            elif watch.requests:
                with contextlib.suppress(ModelError):
                    spent.append(await asyncio.wait_for(self._total(watch.session, spent), _CLEANUP))
        if watch.trouble.done():
            raise watch.trouble.result()
        text = _text_of(reply, watch.error)
        watch.finish(str(reply["info"].get("id")), text)
        return text

    def _message(self, unit: WorkUnit, model: str, prompt: str) -> dict[str, Any]:
        provider, _, name = model.partition("/")
        body: dict[str, Any] = {
            "model": {"providerID": provider, "modelID": name},
            "parts": [{"type": "text", "text": prompt}],
        }
        reading = unit.deep and unit.directory
        agent = DEEP_AGENT if reading else QUICK_AGENT
        if agent in self._agents:
            # Our agents have the system prompt of this version: the server was started with it.
            return body | {"agent": agent}
        return body | {"system": unit.system, "tools": _READ_TOOLS if reading else _NO_TOOLS}

    def _is_priced(self, model: str) -> bool:
        """Does OpenCode know a price? It reports a cost of 0 where it does not."""
        prices = self._models.get(model, {}).get("cost") or {}
        return any(isinstance(price, int | float) and price > 0 for price in prices.values())

    async def _total(self, session: str, before: list[tuple[Usage, float]]) -> tuple[Usage, float]:
        """What the session used, all steps together, less what is known already."""
        usage, cost = _spent(await self._json("GET", f"/session/{session}"))
        known = sum((each for each, _ in before), Usage())
        rest = Usage(
            max(0, usage.input - known.input),
            max(0, usage.output - known.output),
            max(0, usage.cache_read - known.cache_read),
            max(0, usage.cache_write - known.cache_write),
            max(0, usage.reasoning - known.reasoning),
        )
        return rest, max(0.0, cost - sum(each for _, each in before))

    async def _discard(self, session: str, *, abort: bool) -> None:
        """Abort first: deleting a busy session does not stop it, and it would go on paying.

        Only the abort is waited for; `close` waits for the rest.
        """
        aborted = asyncio.ensure_future(self._quietly("POST", f"/session/{session}/abort")) if abort else None

        async def delete() -> None:
            if aborted:
                await aborted
            await self._quietly("DELETE", f"/session/{session}")

        task = asyncio.create_task(delete())
        self._cleanups.add(task)
        task.add_done_callback(self._cleanups.discard)
        if aborted:
            await asyncio.wait({aborted}, timeout=_CLEANUP)

    async def _quietly(self, method: str, path: str) -> None:
        with contextlib.suppress(ModelError):
            await self._json(method, path)

    async def _listen(self) -> None:
        """Hand events to the turns they belong to.

        A lost stream ends them, unwatched turns are not allowed.
        """
        import httpx

        try:
            async with self._http.stream("GET", "/global/event") as response:
                async for line in response.aiter_lines():
                    if not line.startswith("data:"):
                        continue
                    self._connected.set()
                    if self._watches:
                        self._dispatch(line)
        except (httpx.HTTPError, OSError):
            pass
        finally:
            self.dead = True
            for watch in list(self._watches.values()):
                watch.end(failure("connection", "the OpenCode server went away"))

    def _dispatch(self, line: str) -> None:
        try:
            event = json.loads(line[5:])
        except ValueError:
            return
        event = event.get("payload", event)
        properties = event.get("properties")
        if isinstance(properties, dict) and (watch := self._watches.get(str(properties.get("sessionID")))):
            watch.see(str(event.get("type")), properties)

    async def _json(self, method: str, path: str, **request: Any) -> Any:
        """One request, answered in JSON. Unknown paths are answered 200 with a web page."""
        import httpx

        try:
            response = await self._http.request(method, path, **request)
        except httpx.TimeoutException as error:
            raise failure("timeout", f"the OpenCode server at {self.url} does not answer") from error
        except (httpx.HTTPError, OSError) as error:
            self.dead = True
            raise failure("connection", f"the OpenCode server at {self.url} is not there: {error}") from error
        if response.status_code == 401:
            raise failure("auth", f"the OpenCode server at {self.url} refuses the password")
        if response.status_code >= 400:
            raise _of_status(response)
        if "json" not in response.headers.get("content-type", ""):
            raise failure("unavailable", f"{self.url} answers with a web page; it is no OpenCode API")
        return response.json()


class OpenCodeBackend:
    """The `Backend` over one managed server or several given ones.

    An event loop in a thread does the talking.
    """

    name = NAME

    def __init__(self, config: OpenCodeConfig, state_dir: Path, system: str) -> None:
        self._config = config
        self._managed = ManagedServer(config, state_dir, system) if not self._urls() else None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="opencode", daemon=True)
        self._servers: list[Server] = []
        self._starting = asyncio.Lock()
        self._active: set[asyncio.Task[Answer]] = set()
        self._lock = threading.Lock()
        self._closed = False

    def unavailable(self) -> str:
        """Why it cannot be used here and now, "" when it can."""
        import shutil

        if self._urls() or shutil.which(self._config.command):
            return ""
        return missing(self._config.command)

    def model_for(self, unit: WorkUnit) -> str:
        """The model that the configuration asks for, "" for the server's default."""
        return (self._config.deep_model if unit.deep else "") or self._config.model

    def complete(self, unit: WorkUnit, deadline: Deadline, on_text: Callable[[str], None]) -> Answer:
        """Answer one unit.

        Raises:
            ModelError: with what was spent; nothing is left running on the server.
        """
        lease = self._managed.lease() if self._managed else contextlib.nullcontext()
        with lease:
            return self._run(self._complete(unit, deadline, on_text))

    def close(self) -> None:
        """Abort what still runs and hang up; calls that wait end with `Stopped`."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            started = self._thread.is_alive()
        if started:
            with contextlib.suppress(concurrent.futures.TimeoutError):
                asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_CLEANUP + 2 * _FAREWELL)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(_CLEANUP)

    def _urls(self) -> list[str]:
        return [url.rstrip("/") for url in self._config.urls if url]

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

    async def _complete(self, unit: WorkUnit, deadline: Deadline, on_text: Callable[[str], None]) -> Answer:
        spent: list[tuple[Usage, float]] = []
        task = asyncio.ensure_future(self._ask(unit, deadline, on_text, spent))
        self._active.add(task)
        try:
            done, _ = await asyncio.wait({task}, timeout=min(deadline.left(), threading.TIMEOUT_MAX))
            if done:
                return task.result()
            task.cancel()
            await asyncio.wait({task}, timeout=_CLEANUP)
            if task.done() and not task.cancelled() and task.exception() is None:
                return task.result()
            raise failure("deadline", "no answer before the deadline")
        except ModelError as error:
            error.usage = sum((usage for usage, _ in spent), Usage())
            error.cost_usd = sum(cost for _, cost in spent) or None
            raise
        finally:
            self._active.discard(task)
            if not task.done():
                task.cancel()
                await asyncio.wait({task}, timeout=_CLEANUP)

    async def _ask(
        self,
        unit: WorkUnit,
        deadline: Deadline,
        on_text: Callable[[str], None],
        spent: list[tuple[Usage, float]],
    ) -> Answer:
        server = await self._pick(deadline)
        server.in_flight += 1
        try:
            await server.learn()
            return await server.ask(unit, server.model(self.model_for(unit)), on_text, spent)
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
            for url in self._urls():
                if not any(server.url == url and not server.dead for server in self._servers):
                    password = os.environ.get(self._config.password_env, "")
                    server = Server(url, self._config.username, password, _empty_directory(), managed=False)
                    self._servers.append(server)
                    alive.append(server)
        return min(alive, key=lambda server: server.in_flight)

    async def _close(self) -> None:
        for task in self._active:
            task.cancel()
        if self._active:
            await asyncio.wait(self._active, timeout=_CLEANUP)
        await asyncio.gather(*(server.close() for server in self._servers))


def _empty_directory() -> str:
    """A private empty directory that stays the same: each new one costs the server a second and 38 MB."""
    path = Path(tempfile.gettempdir()) / f"repodoc-empty-{os.getuid()}"
    path.mkdir(mode=0o700, exist_ok=True)
    return str(path)


def _checked(text: str, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The JSON of an answer, and what is wrong with it."""
    try:
        data = answers.extract(text)
    except ValueError as error:
        return {}, str(error)
    return data, answers.problem(data, schema)


def _text_of(reply: Mapping[str, Any], told: str) -> str:
    """The text of a finished turn.

    Raises:
        ModelError: the turn has an error, no finish, another finish than "stop", or no text.
    """
    info, parts = reply.get("info", {}), reply.get("parts", [])
    if error := info.get("error"):
        raise of_error(error)
    finish = info.get("finish")
    if finish == "length":
        raise failure("length", "the answer was cut off at the token limit")
    if finish == "content-filter":
        raise failure("refused", "the provider's content filter refused")
    if finish == "tool-calls":
        raise failure("asked", "the turn ended with a tool call that was not allowed")
    if info.get("summary") or any(part.get("type") == "compaction" for part in parts):
        raise failure("compacted", "OpenCode summarised the conversation instead of answering it")
    if finish != "stop":
        raise from_text(told, "aborted") if told else failure("aborted", "the turn ended without a finish")
    text = "".join(part.get("text", "") for part in parts if part.get("type") == "text")
    if not text.strip():
        raise failure("empty", "the answer was empty")
    return text


def of_error(error: Mapping[str, Any]) -> ModelError:
    """The failure for an error object of OpenCode (`info.error`, `session.error`)."""
    data = error.get("data") or {}
    message = _message(error)
    match error.get("name"):
        case "MessageAbortedError":
            return failure("aborted", "the session was aborted")
        case "ContextOverflowError":
            return failure("context_overflow", message)
        case "ProviderAuthError":
            return failure("auth", message)
        case "MessageOutputLengthError":
            return failure("length", message)
        case "ContentFilterError":
            return failure("refused", message)
        case "StructuredOutputError":
            return failure("invalid_answer", message)
        case "APIError" if data.get("statusCode"):
            text = f"{message} {data.get('responseBody') or ''}"
            return from_status(int(data["statusCode"]), text, data.get("responseHeaders") or {})
        case "APIError":
            return from_text(message, "connection")
    return from_text(message, "server_error")


def _message(error: Mapping[str, Any]) -> str:
    data = error.get("data") or {}
    return str(data.get("message") or error.get("message") or error.get("name") or "")


def _unexpected(told: str) -> ModelError:
    """OpenCode's 500 "Unexpected server error", by the reason that an event told."""
    if "model" in told.lower() and "not found" in told.lower():
        return failure("unknown_model", told[:200])
    if "agent" in told.lower():
        return failure("bad_request", told[:200])
    return from_text(told)


def _provider_retries(status: Mapping[str, Any]) -> ModelError:
    """The failure that OpenCode would now wait for; it tells the message and the moment, not the status."""
    pause = max(0.0, float(status.get("next", 0)) / 1000 - time.time())
    asked = (
        pause > 3.0 or pause < 1.5
    )  # its own first pause is 2 to 2.5 s; another one is the provider's wish
    error = from_text(str(status.get("message", "")), "rate_limited" if asked else "server_error")
    error.retry_after = pause if asked else None
    return error


def _of_status(response: httpx.Response) -> ModelError:
    """OpenCode's own refusals: it answers 500 for what is no fault of a provider, too."""
    if response.status_code == 404:
        return failure("aborted", "the session is gone")
    if response.status_code == 400:
        return failure("bad_request", f"OpenCode refuses the request: {response.text[:200]}")
    return from_status(response.status_code, response.text, response.headers)


def _spent(info: Mapping[str, Any]) -> tuple[Usage, float]:
    """Tokens and cost of a message or a session."""
    tokens = info.get("tokens") or {}
    cache = tokens.get("cache") or {}
    usage = Usage(
        input=int(tokens.get("input", 0)),
        output=int(tokens.get("output", 0)),
        cache_read=int(cache.get("read", 0)),
        cache_write=int(cache.get("write", 0)),
        reasoning=int(tokens.get("reasoning", 0)),
    )
    return usage, float(info.get("cost") or 0.0)
