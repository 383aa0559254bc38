"""One OpenCode server over HTTP: a titled session per unit of work, watched, aborted if need be, deleted.

A server that answers 200 has promised nothing: errors, aborted turns and half answers come that way too, and
a turn can go round in circles without end. So every turn is watched through the server's events, has a bound
on its steps, is aborted when it breaks it, and its answer is checked here. The server's own retries (six
calls in a minute, `Retry-After` without bound) are cut short: `retry_handler` decides about those.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from repodoc_hooks.backends import answers
from repodoc_hooks.backends.base import Answer, WorkUnit
from repodoc_hooks.backends.opencode_failures import of_status, spent_in, text_of, unexpected
from repodoc_hooks.backends.opencode_profile import DEEP_AGENT, QUICK_AGENT
from repodoc_hooks.backends.opencode_watch import Watch
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError
from repodoc_hooks.sections.task import Usage

if TYPE_CHECKING:
    import httpx

NAME = "opencode"
CLEANUP = 1.0
FAREWELL = 3.0
_SHORT_CALLS = 4
_QUICK_STEPS = 1
_DEEP_STEPS = 16
_NO_TOOLS: dict[str, bool] = {"*": False}
_READ_TOOLS: dict[str, bool] = {"*": False, "read": True, "grep": True, "glob": True}
_READ_RULES = [
    {"permission": "*", "pattern": "*", "action": "deny"},
    *({"permission": name, "pattern": "*", "action": "allow"} for name in ("read", "grep", "glob")),
    {"permission": "read", "pattern": "*.env", "action": "deny"},
    {"permission": "read", "pattern": "*.env.*", "action": "deny"},
]


class Server:
    """One OpenCode server, talked to from one event loop."""

    def __init__(self, url: str, username: str, password: str, directory: str, *, managed: bool) -> None:
        self.url = url
        self.managed = managed
        self.directory = directory
        self.in_flight = 0
        self.dead = False
        # Turns last long and stand in the way of what is short: each of its calls looks at all connections.
        self._turns = _http_client(url, username, password)
        self._http = _http_client(url, username, password, _SHORT_CALLS)
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
        self._refuse_too_large(unit, model)
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
            if not idle:
                await self._stop(watch)
            self._discard(session)

    async def close(self) -> None:
        """Wait for sessions to be deleted, stop listening, hang up."""
        if self._cleanups and not self.dead:
            await asyncio.wait(self._cleanups, timeout=FAREWELL)
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        await asyncio.gather(self._http.aclose(), self._turns.aclose())

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
                raise unexpected(watch.error) if watch.error else error from None
        finally:
            if not post.done():
                post.cancel()
            answered = post.done() and not post.cancelled() and not post.exception()
            if not answered:
                # Before anything else: a turn that goes round in circles asks the provider thirty times a second.
                await self._stop(watch)
            if answered and not unit.deep and watch.requests <= len(spent) + 1:
                spent.append(spent_in(post.result()["info"]))
            elif watch.requests:
                try:
                    spent.append(await asyncio.wait_for(self._total(watch.session, spent), CLEANUP))
                except (ModelError, TimeoutError):
                    # A server that is too busy to tell the sum has told the last step with the answer.
                    if answered:
                        spent.append(spent_in(post.result()["info"]))
        if watch.trouble.done():
            raise watch.trouble.result()
        text = text_of(reply, watch.error)
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

    def _refuse_too_large(self, unit: WorkUnit, model: str) -> None:
        """A request that is estimated beyond the model's context need not be paid for to learn that."""
        context = (self._models.get(model, {}).get("limit") or {}).get("context") or 0
        if context and unit.estimated_tokens + unit.max_output_tokens > context:
            what = (
                f"about {unit.estimated_tokens} tokens and the answer do not fit {model} ({context} tokens)"
            )
            raise failure("context_overflow", what)

    def _is_priced(self, model: str) -> bool:
        """Does OpenCode know a price? It reports a cost of 0 where it does not."""
        prices = self._models.get(model, {}).get("cost") or {}
        return any(isinstance(price, int | float) and price > 0 for price in prices.values())

    async def _total(self, session: str, before: list[tuple[Usage, float]]) -> tuple[Usage, float]:
        """What the session used, all steps together, less what is known already."""
        usage, cost = spent_in(await self._json("GET", f"/session/{session}"))
        known = sum((each for each, _ in before), Usage())
        rest = Usage(
            max(0, usage.input - known.input),
            max(0, usage.output - known.output),
            max(0, usage.cache_read - known.cache_read),
            max(0, usage.cache_write - known.cache_write),
            max(0, usage.reasoning - known.reasoning),
        )
        return rest, max(0.0, cost - sum(each for _, each in before))

    async def _stop(self, watch: Watch) -> None:
        """Abort a turn, once: deleting a busy session does not stop it, and it would go on paying."""
        if not watch.stopped:
            watch.stopped = True
            task = self._in_background("POST", f"/session/{watch.session}/abort")
            await asyncio.wait({task}, timeout=CLEANUP)

    def _discard(self, session: str) -> None:
        """Delete a session; `close` waits for the end of that."""
        self._in_background("DELETE", f"/session/{session}")

    def _in_background(self, method: str, path: str) -> asyncio.Task[None]:
        """A request that goes on when whoever made it is cancelled."""
        task = asyncio.create_task(self._quietly(method, path))
        self._cleanups.add(task)
        task.add_done_callback(self._cleanups.discard)
        return task

    async def _quietly(self, method: str, path: str) -> None:
        with contextlib.suppress(ModelError):
            await self._json(method, path)

    async def _listen(self) -> None:
        """Hand events to the turns they belong to.

        A lost stream ends them, unwatched turns are not allowed.
        """
        import httpx

        try:
            async with self._turns.stream("GET", "/global/event") as response:
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
            client = self._turns if path.endswith("/message") else self._http
            response = await client.request(method, path, **request)
        except httpx.TimeoutException as error:
            raise failure("timeout", f"the OpenCode server at {self.url} does not answer") from error
        except (httpx.HTTPError, OSError) as error:
            self.dead = True
            raise failure("connection", f"the OpenCode server at {self.url} is not there: {error}") from error
        if response.status_code == 401:
            raise failure("auth", f"the OpenCode server at {self.url} refuses the password")
        if response.status_code >= 400:
            raise of_status(response)
        if "json" not in response.headers.get("content-type", ""):
            raise failure("unavailable", f"{self.url} answers with a web page; it is no OpenCode API")
        return response.json()


def _http_client(url: str, username: str, password: str, connections: int | None = None) -> httpx.AsyncClient:
    import httpx

    return httpx.AsyncClient(
        base_url=url,
        auth=(username, password) if password else None,
        timeout=httpx.Timeout(10.0, read=None, pool=None),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        trust_env=False,
        verify=url.startswith("https:"),  # no certificates to load where none are shown
    )


def _checked(text: str, schema: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """The JSON of an answer, and what is wrong with it."""
    try:
        data = answers.extract(text)
    except ValueError as error:
        return {}, str(error)
    return data, answers.problem(data, schema)
