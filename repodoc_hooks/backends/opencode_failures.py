"""What OpenCode's replies and errors mean: the text of a good turn, the kind of every other."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from repodoc_hooks.backends import figures
from repodoc_hooks.retry_handler import brief, failure, from_status, from_text, kind_of_text
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
    return from_text(told, "broken")


def provider_retries(status: Mapping[str, Any]) -> ModelError:
    """The failure that OpenCode would now wait for; it tells the message and the moment, not the status."""
    asked, pause = _asked_pause(status.get("next"))
    text = str(status.get("message", ""))
    kind = kind_of_text(text, "rate_limited" if asked else "server_error")
    return failure(kind, brief(text), retry_after=pause if asked else None)


def _asked_pause(moment: Any) -> tuple[bool, float]:
    """Is the next try (milliseconds since the epoch) at a moment of the provider's choice; seconds until then.

    OpenCode's own first pause is 2 to 2.5 s.
    """
    at = float(moment) if isinstance(moment, int | float) else 0.0
    pause = max(0.0, at / 1000 - time.time())
    return pause > 3.0 or pause < 1.5, pause


_V2_KINDS = {
    "provider.rate-limit": "rate_limited",
    "provider.auth": "auth",
    "provider.quota": "quota",
    "provider.content-filter": "refused",
    "provider.transport": "connection",
    "provider.internal": "server_error",
    "provider.invalid-output": "garbage",
    "provider.no-route": "unknown_model",
    "permission.rejected": "asked",
    "tool.execution": "asked",
    "aborted": "aborted",
}


def of_v2_error(error: Mapping[str, Any]) -> ModelError:
    """The failure for an error object of OpenCode 2 (`{type, message, status}`)."""
    text, status = str(error.get("message", "")), error.get("status")
    kind = _V2_KINDS.get(str(error.get("type")))
    # A fault inside a stream comes with the status of the stream, 200.
    if isinstance(status, int) and status >= 400 and kind not in ("quota", "refused"):
        return from_status(status, text)
    if kind is None:
        if "agent not found" in text.lower():
            return failure("bad_request", brief(text))
        told = kind_of_text(text, "")
        default = "bad_request" if error.get("type") == "provider.invalid-request" else "server_error"
        return failure(told or default, brief(text))
    if kind in ("rate_limited", "server_error", "connection"):
        told = kind_of_text(text, kind)
        kind = told if told in ("quota", "overloaded", "cut_off", "context_overflow") else kind
    return failure(kind, brief(text))


def retried_v2(data: Mapping[str, Any]) -> ModelError:
    """The failure after which OpenCode 2 would try again."""
    found = of_v2_error(data["error"] if isinstance(data.get("error"), dict) else {})
    asked, pause = _asked_pause(data.get("at"))
    if not asked or found.kind not in ("rate_limited", "overloaded"):
        return found
    return failure(found.kind, found.what, retry_after=pause)


def of_status(response: httpx.Response) -> ModelError:
    """OpenCode's own refusals: it answers 500 for what is no fault of a provider, too."""
    if response.status_code == 404:
        return failure("aborted", "the session is gone")
    if response.status_code == 400:
        return failure("bad_request", f"OpenCode refuses the request: {brief(response.text)}")
    if response.status_code >= 500:
        return failure(
            "broken", f"OpenCode itself failed (HTTP {response.status_code}): {brief(response.text)}"
        )
    return from_status(response.status_code, response.text, response.headers)


def spent_in(info: Mapping[str, Any]) -> tuple[Usage, float]:
    """Tokens and cost of a message or a session."""
    tokens = info.get("tokens")
    tokens = tokens if isinstance(tokens, dict) else {}
    cache = tokens.get("cache")
    cache = cache if isinstance(cache, dict) else {}
    usage = Usage(
        input=figures.tokens(tokens.get("input")),
        output=figures.tokens(tokens.get("output")),
        cache_read=figures.tokens(cache.get("read")),
        cache_write=figures.tokens(cache.get("write")),
        reasoning=figures.tokens(tokens.get("reasoning")),
    )
    return usage, figures.dollars(info.get("cost")) or 0.0
