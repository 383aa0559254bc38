"""OpenCode 2: a prompt is taken at once, and the turn reported by events, in order, to its end.

What looks like success need not be one: the turn may have stopped at a limit, in the middle of a tool, or have put
an answer together from two halves. Its own retries (ten, for over a minute; `Retry-After` up to a quarter of an hour)
are cut short: `retry_handler` decides about those.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from typing import Any

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.backends.opencode_bounds import bound_of, fits, variant_of
from repodoc_hooks.backends.opencode_dialect import TITLE, Catalogue, Model, agent_of, title
from repodoc_hooks.backends.opencode_failures import of_v2_error, retried_v2, spent_in
from repodoc_hooks.backends.opencode_http import Http, objects, part
from repodoc_hooks.backends.opencode_profile import QUICK_AGENT
from repodoc_hooks.backends.opencode_watch import Watch
from repodoc_hooks.backends.prices import from_catalogue
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError

_COLD_SECONDS = 3.0
_SETTLE_SECONDS = 1.0
_PAUSE = 0.05
_DENY = {"action": "*", "resource": "*", "effect": "deny"}
_READ = [
    *({"action": name, "resource": "*", "effect": "allow"} for name in ("read", "grep", "glob")),
    {"action": "read", "resource": "*.env", "effect": "deny"},
    {"action": "read", "resource": "*.env.*", "effect": "deny"},
]


class DialectV2:
    """The `Dialect` of OpenCode 2."""

    events = "/api/event"

    def __init__(self, http: Http) -> None:
        self._http = http

    async def learn(self, directory: str, wanted: str) -> Catalogue:
        """See `Dialect.learn`: a directory is cold at first, and knows only models of OpenCode's own gateway."""
        end = time.monotonic() + _COLD_SECONDS
        while True:  # our agents come with our configuration, its models a moment later
            agents = frozenset(str(each.get("id")) for each in await self._listed("/api/agent", directory))
            models = {
                f"{each.get('providerID')}/{each.get('id')}": _model(each)
                for each in await self._listed("/api/model", directory)
            }
            if wanted in models or time.monotonic() > end:
                return Catalogue(models, agents)
            if QUICK_AGENT in agents:
                end = min(end, time.monotonic() + _SETTLE_SECONDS)
            await asyncio.sleep(_PAUSE)

    async def open(self, unit: WorkUnit, directory: str, model: str, known: Catalogue) -> str:
        """See `Dialect.open`; a model that is not named would be one of OpenCode's gateway."""
        provider, _, name = model.partition("/")
        body: dict[str, Any] = {
            "title": title(unit),
            "model": {"providerID": provider, "id": name, **_variant(unit, known.models.get(model))},
            "location": {"directory": directory},
            "permissions": [_DENY, *_READ] if unit.deep and unit.directory else [_DENY],
        }
        if agent_of(unit) in known.agents:
            body["agent"] = agent_of(unit)
        session = part(await self._http.json("POST", "/api/session", json=body), "data")
        if not session.get("id"):
            raise failure("garbage", "OpenCode made a session without an id")
        return str(session["id"])

    async def turn(
        self, watch: Watch, unit: WorkUnit, model: str, prompt: str, agents: frozenset[str]
    ) -> str:
        """See `Dialect.turn`."""
        if watch.over.done():
            watch.over = asyncio.get_running_loop().create_future()
        watch.turn = f"msg_{secrets.token_hex(13)}"
        text = prompt if agent_of(unit) in agents else f"{unit.system}\n\n{prompt}"
        await self._http.json(
            "POST", f"/api/session/{watch.session}/prompt", json={"id": watch.turn, "text": text}
        )
        if error := await watch.over:
            raise error
        return _text(watch)

    async def account(self, watch: Watch) -> None:
        """See `Dialect.account`: the events have reported everything."""

    def session_of(self, event: Mapping[str, Any]) -> str:
        """See `Dialect.session_of`."""
        return str(part(event, "data").get("sessionID", ""))

    def see(self, watch: Watch, event: Mapping[str, Any]) -> None:
        """See `Dialect.see`."""
        data, kind = part(event, "data"), str(event.get("type", "")).removeprefix("session.")
        message = str(data.get("assistantMessageID"))
        match kind.partition(".")[0]:
            case "step":
                _see_step(watch, kind, message, data)
            case "text":
                _see_text(watch, kind, message, data)
            case "tool":
                _see_tool(watch, kind, data)
            case "execution":
                _see_end(watch, kind, data)
            case "retry":
                watch.end(retried_v2(data))
            case "synthetic":
                watch.resumed = True
            case "permission" | "form":
                if kind in ("permission.asked", "form.created"):
                    watch.asked()

    async def stop(self, session: str) -> None:
        """See `Dialect.stop`."""
        await self._http.json("POST", f"/api/session/{session}/interrupt")

    async def discard(self, session: str) -> None:
        """See `Dialect.discard`."""
        await self._http.json("DELETE", f"/api/session/{session}")

    async def running(self) -> list[str]:
        """See `Dialect.running`."""
        found = []
        for session in part(await self._http.json("GET", "/api/session/active"), "data"):
            about = part(await self._http.json("GET", f"/api/session/{session}"), "data")
            if str(about.get("title", "")).startswith(TITLE):
                found.append(session)
        return found

    async def _listed(self, path: str, directory: str) -> list[dict[str, Any]]:
        answer = await self._http.object("GET", path, params={"location[directory]": directory})
        return objects(answer.get("data"))


def _model(about: Mapping[str, Any]) -> Model:
    limit = part(about, "limit")
    context, output = (
        int(n) if isinstance(n := limit.get(k), int | float) else 0 for k in ("context", "output")
    )
    variants = frozenset(str(each.get("id")) for each in objects(about.get("variants")))
    return Model(context, from_catalogue(about.get("cost")), output, variants)


def _variant(unit: WorkUnit, model: Model | None) -> dict[str, str]:
    """The bound of the answer; a variant that the server does not know would end the turn."""
    known = model is not None and fits(bound_of(unit), model.output, model.variants)
    return {"variant": variant_of(unit)} if known else {}


def _see_step(watch: Watch, kind: str, message: str, data: Mapping[str, Any]) -> None:
    if kind == "step.started":
        model = part(data, "model")
        watch.begin(watch.turn, message, f"{model.get('providerID')}/{model.get('id')}")
    elif kind == "step.ended":
        watch.ends[message] = str(data.get("finish"))
        watch.spend(message, *spent_in(data))
    elif kind == "step.failed":
        watch.ends[message] = "error"
        watch.spend(message, *spent_in(data))


def _see_text(watch: Watch, kind: str, message: str, data: Mapping[str, Any]) -> None:
    if kind == "text.delta":
        watch.say(message, str(data.get("delta", "")))
    elif kind == "text.ended":
        watch.texts[message] = watch.texts.get(message, "") + str(data.get("text", ""))


def _see_tool(watch: Watch, kind: str, data: Mapping[str, Any]) -> None:
    call = str(data.get("id"))
    if kind == "tool.input.started":
        watch.tools[call] = [str(data.get("name")), None]
    elif kind == "tool.called" and call in watch.tools:
        watch.tools[call][1] = data.get("input")
    elif kind in ("tool.success", "tool.failed"):
        name, given = watch.tools.pop(call, ["", None])
        watch.call(name, given, failed=kind == "tool.failed")


def _see_end(watch: Watch, kind: str, data: Mapping[str, Any]) -> None:
    ended: ModelError | None = None
    if kind == "execution.failed":
        ended = of_v2_error(part(data, "error"))
    elif kind == "execution.interrupted":
        ended = failure("aborted", "the session was interrupted")
    elif kind != "execution.succeeded":
        return
    if not watch.over.done():
        watch.over.set_result(ended)


def _text(watch: Watch) -> str:
    """The text of a turn that OpenCode calls a success.

    Raises:
        ModelError: it is none.
    """
    messages = list(watch.steps.get(watch.turn, {}))
    if not messages:
        raise failure("aborted", "the turn ended without an answer")
    if watch.resumed or any(watch.ends.get(message) == "error" for message in messages):
        raise failure("cut_off", "the answer broke off, and was put together from two")
    last = messages[-1]
    match watch.ends.get(last, ""):
        case "stop":
            pass
        case "length":
            raise failure("length", "the answer was cut off at the token limit")
        case "content-filter":
            raise failure("refused", "the provider's content filter refused")
        case "tool-calls":
            raise failure("asked", "the turn ended with a tool call that was not allowed")
        case "unknown":
            raise failure("cut_off", "the provider's answer had no proper end")
        case other:
            raise failure("aborted", f"the turn ended with {other or 'no finish'}")
    text = watch.texts.get(last, "")
    if not text.strip():
        raise failure("empty", "the answer was empty")
    watch.finish(last, text)
    return text
