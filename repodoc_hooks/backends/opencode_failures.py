"""What OpenCode's replies and errors mean: the text of a good turn, the kind of every other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from repodoc_hooks.retry_handler import failure, from_status, from_text
from repodoc_hooks.sections.failures import ModelError
from repodoc_hooks.sections.task import Usage

if TYPE_CHECKING:
    import httpx


def text_of(reply: Mapping[str, Any], told: str) -> str:
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
    message = message_of(error)
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


def message_of(error: Mapping[str, Any]) -> str:
    data = error.get("data") or {}
    return str(data.get("message") or error.get("message") or error.get("name") or "")


def unexpected(told: str) -> ModelError:
    """OpenCode's 500 "Unexpected server error", by the reason that an event told."""
    if "model" in told.lower() and "not found" in told.lower():
        return failure("unknown_model", told[:200])
    if "agent" in told.lower():
        return failure("bad_request", told[:200])
    return from_text(told)


def provider_retries(status: Mapping[str, Any]) -> ModelError:
    """The failure that OpenCode would now wait for; it tells the message and the moment, not the status."""
    pause = max(0.0, float(status.get("next", 0)) / 1000 - time.time())
    asked = (
        pause > 3.0 or pause < 1.5
    )  # its own first pause is 2 to 2.5 s; another one is the provider's wish
    error = from_text(str(status.get("message", "")), "rate_limited" if asked else "server_error")
    error.retry_after = pause if asked else None
    return error


def of_status(response: httpx.Response) -> ModelError:
    """OpenCode's own refusals: it answers 500 for what is no fault of a provider, too."""
    if response.status_code == 404:
        return failure("aborted", "the session is gone")
    if response.status_code == 400:
        return failure("bad_request", f"OpenCode refuses the request: {response.text[:200]}")
    return from_status(response.status_code, response.text, response.headers)


def spent_in(info: Mapping[str, Any]) -> tuple[Usage, float]:
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
