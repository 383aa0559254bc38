"""A turn of OpenCode seen through the server's events: its text as it comes, and every way to go astray."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from repodoc_hooks.backends.opencode_failures import message_of, provider_retries, spent_in
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import ModelError

_SAME_CALLS = 3
_ENDS = {"stop", "tool-calls", "length", "content-filter", "error"}


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
    stopped: bool = False

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
                self._seemessage_of(properties.get("info", {}))
            case "session.status":
                if (status := properties.get("status", {})).get("type") == "retry":
                    self.end(provider_retries(status))
            case "session.error":
                self.error = message_of(properties.get("error") or {})
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

    def _seemessage_of(self, info: Mapping[str, Any]) -> None:
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
            broke_off = part.get("messageID") in self.texts and not spent_in(part)[0].total
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
