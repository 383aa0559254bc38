"""What the Claude CLI reports while it works: one line of JSON for each message, each with its tokens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from repodoc_hooks.backends import figures
from repodoc_hooks.backends.base import Meter, Price
from repodoc_hooks.backends.prices import cost
from repodoc_hooks.sections.task import Usage


class Stream:
    """Follows the output of a running CLI and reports each request to the meter.

    A message means that its request has ended; if it calls a tool, the next request is on its way already.
    """

    def __init__(self, path: Path, meter: Meter, model: str, price: Price | None) -> None:
        self._path = path
        self._meter = meter
        self._model = model
        self._price = price
        self._offset = 0
        self._messages: dict[str, Usage] = {}

    def follow(self) -> None:
        """Take in what has come since.

        Raises:
            BudgetExceeded: the meter lets no further request out.
        """
        with self._path.open("rb") as file:
            file.seek(self._offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            try:
                event = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(event, dict) and event.get("type") == "assistant":
                self._see(event.get("message"))

    def _see(self, message: Any) -> None:
        if not isinstance(message, dict) or not isinstance(message.get("usage"), dict):
            return
        key = str(message.get("id"))
        told = message["usage"]
        content = message.get("content")
        # The count of output tokens comes with the end of a message, which is not told one by one.
        written = len(json.dumps(content)) // 4 if content else 0
        usage = Usage(
            input=_count(told, "input_tokens"),
            output=max(_count(told, "output_tokens"), written),
            cache_read=_count(told, "cache_read_input_tokens"),
            cache_write=_count(told, "cache_creation_input_tokens"),
        )
        if not usage.input + usage.cache_read + usage.cache_write:
            return  # the CLI's own words about a failure
        known = key in self._messages
        self._messages[key] = usage
        costs = [cost(each, self._price) for each in self._messages.values()]
        usd = None if None in costs else sum(each for each in costs if each is not None)
        self._meter.used(sum(self._messages.values(), Usage()), usd, len(self._messages))
        tools = [part for part in content or () if isinstance(part, dict) and part.get("type") == "tool_use"]
        if tools and not known and any(part.get("name") != "StructuredOutput" for part in tools):
            self._meter.sending(self._model, self._price)


def read_usage(entry: Any) -> Usage:
    """The tokens in an entry of `modelUsage`."""
    if not isinstance(entry, dict):
        return Usage()
    return Usage(
        input=_count(entry, "inputTokens"),
        output=_count(entry, "outputTokens"),
        cache_read=_count(entry, "cacheReadInputTokens"),
        cache_write=_count(entry, "cacheCreationInputTokens"),
    )


def _count(entry: Mapping[str, Any], name: str) -> int:
    return figures.tokens(entry.get(name))
