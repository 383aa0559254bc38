"""OpenCode 1: a message is one long POST whose reply is the turn; events report its steps meanwhile.

A turn can go round in circles without end, and its own retries (six calls in a minute, `Retry-After` without bound)
are cut short: `retry_handler` decides about those.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.backends.opencode_bounds import variant_of
from repodoc_hooks.backends.opencode_dialect import TITLE, Catalogue, Model, agent_of, title
from repodoc_hooks.backends.opencode_failures import (
    message_of,
    provider_retries,
    spent_in,
    text_of,
    unexpected,
)
from repodoc_hooks.backends.opencode_http import Http, objects, part
from repodoc_hooks.backends.opencode_watch import Watch, other_model
from repodoc_hooks.backends.prices import from_catalogue
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError

_ENDS = {"stop", "tool-calls", "length", "content-filter", "error"}
_NO_TOOLS: dict[str, bool] = {"*": False}
_READ_TOOLS: dict[str, bool] = {"*": False, "read": True, "grep": True, "glob": True}
_READ_RULES = [
    {"permission": "*", "pattern": "*", "action": "deny"},
    *({"permission": name, "pattern": "*", "action": "allow"} for name in ("read", "grep", "glob")),
    {"permission": "read", "pattern": "*.env", "action": "deny"},
    {"permission": "read", "pattern": "*.env.*", "action": "deny"},
]


class DialectV1:
    """The `Dialect` of OpenCode 1."""

    events = "/global/event"

    def __init__(self, http: Http) -> None:
        self._http = http

    async def learn(self, directory: str, wanted: str) -> Catalogue:
        """See `Dialect.learn`; this version has read its configuration before it answers."""
        known = await self._http.object("GET", "/config/providers")
        models: dict[str, Model] = {}
        for provider in objects(known.get("providers")):
            for name, about in part(provider, "models").items():
                context = part(about, "limit").get("context")
                size = int(context) if isinstance(context, int | float) else 0
                models[f"{provider.get('id')}/{name}"] = Model(size, from_catalogue(part(about, "cost")))
        agents = objects(await self._http.json("GET", "/agent", params={"directory": directory}))
        return Catalogue(models, frozenset(str(agent.get("name")) for agent in agents))

    async def open(self, unit: WorkUnit, directory: str, model: str, known: Catalogue) -> str:
        """See `Dialect.open`."""
        body: dict[str, Any] = {"title": title(unit)}
        if unit.deep and unit.directory:
            body["permission"] = _READ_RULES
        session = await self._http.object("POST", "/session", json=body, params={"directory": directory})
        if not session.get("id"):
            raise failure("garbage", "OpenCode made a session without an id")
        return str(session["id"])

    async def turn(
        self, watch: Watch, unit: WorkUnit, model: str, prompt: str, agents: frozenset[str]
    ) -> str:
        """See `Dialect.turn`."""
        try:
            reply = await self._http.object(
                "POST",
                f"/session/{watch.session}/message",
                long=True,
                json=_message(unit, model, prompt, agents),
            )
        except ModelError as error:
            # The reason of a 500 is reported by an event only, which may come a moment later.
            if error.kind == "server_error" and not watch.error:
                await asyncio.sleep(0.05)
            raise unexpected(watch.error) if watch.error else error from None
        info = part(reply, "info")
        message = str(info.get("id"))
        watch.begin(str(info.get("parentID")), message)
        watch.spend(message, *spent_in(info))
        if unit.deep:
            await self.account(watch)
        answered = f"{info.get('providerID')}/{info.get('modelID')}"
        if info.get("modelID") and answered != model:
            raise other_model(model, answered)
        text = text_of(reply, watch.error)
        watch.finish(message, text)
        return text

    async def account(self, watch: Watch) -> None:
        """See `Dialect.account`: each message has the count of its step; the session's own sum comes too late."""
        for each in objects(await self._http.json("GET", f"/session/{watch.session}/message")):
            info = part(each, "info")
            if info.get("role") == "assistant":
                watch.spend(str(info.get("id")), *spent_in(info))

    def session_of(self, event: Mapping[str, Any]) -> str:
        """See `Dialect.session_of`."""
        return str(part(event.get("payload", event), "properties").get("sessionID", ""))

    def see(self, watch: Watch, event: Mapping[str, Any]) -> None:
        """See `Dialect.see`."""
        event = event.get("payload", event)
        properties = part(event, "properties")
        match event.get("type"):
            case "message.part.delta":
                if properties.get("field") == "text":
                    watch.say(str(properties.get("messageID")), str(properties.get("delta", "")))
            case "message.part.updated":
                _see_part(watch, part(properties, "part"))
            case "message.updated":
                info = part(properties, "info")
                if info.get("role") == "assistant" and "id" in info:
                    watch.begin(str(info.get("parentID")), str(info["id"]), _model_of(info))
            case "session.status":
                if (status := part(properties, "status")).get("type") == "retry":
                    watch.end(provider_retries(status))
            case "session.error":
                watch.error = message_of(part(properties, "error"))
            case "session.compacted":
                watch.end(
                    failure("compacted", "OpenCode summarised the conversation instead of answering it")
                )
            case "permission.asked" | "permission.updated" | "question.asked":
                watch.asked()

    async def stop(self, session: str) -> None:
        """See `Dialect.stop`: deleting a busy session does not stop it, and it would go on paying."""
        await self._http.json("POST", f"/session/{session}/abort")

    async def discard(self, session: str) -> None:
        """See `Dialect.discard`."""
        await self._http.json("DELETE", f"/session/{session}")

    async def running(self) -> list[str]:
        """See `Dialect.running`."""
        states = await self._http.object("GET", "/session/status")
        found = []
        for session, state in states.items():
            if isinstance(state, dict) and state.get("type") != "idle":
                about = await self._http.object("GET", f"/session/{session}")
                if str(about.get("title", "")).startswith(TITLE):
                    found.append(session)
        return found


def _message(unit: WorkUnit, model: str, prompt: str, agents: frozenset[str]) -> dict[str, Any]:
    provider, _, name = model.partition("/")
    body: dict[str, Any] = {
        "model": {"providerID": provider, "modelID": name},
        "parts": [{"type": "text", "text": prompt}],
    }
    if agent_of(unit) in agents:
        # Our agents have the system prompt of this version: the server was started with it, and with our plugin.
        return body | {"agent": agent_of(unit), "variant": variant_of(unit)}
    return body | {
        "system": unit.system,
        "tools": _READ_TOOLS if unit.deep and unit.directory else _NO_TOOLS,
    }


def _model_of(info: Mapping[str, Any]) -> str:
    return f"{info['providerID']}/{info['modelID']}" if info.get("providerID") and info.get("modelID") else ""


def _see_part(watch: Watch, about: Mapping[str, Any]) -> None:
    message = str(about.get("messageID"))
    if about.get("type") == "step-finish":
        usage, cost = spent_in(about)
        watch.spend(message, usage, cost)
        if about.get("reason") not in _ENDS:
            # OpenCode would now ask again, and again. Text without a count of tokens is an answer that broke off.
            broke_off = watch.texts.get(message) and not usage.total
            what = f"the provider's answer had no proper end ({about.get('reason')})"
            watch.end(failure("cut_off" if broke_off else "runaway", what))
    elif about.get("type") == "text":
        watch.texts[message] = str(about.get("text") or "")
    elif about.get("type") == "tool":
        state = part(about, "state")
        if state.get("status") in ("completed", "error"):
            failed = state.get("status") == "error" or about.get("tool") == "invalid"
            watch.call(str(about.get("tool")), state.get("input"), failed=failed)
