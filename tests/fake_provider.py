"""A model provider to script: OpenAI chat completions and Anthropic messages on loopback, stdlib only.

    with FakeProvider() as provider:
        provider.script(Reply(kind="error", status=429, times=1), Reply(text='{"answer": 42}'))
        ...
        assert provider.calls == 2

The first reply whose `match` occurs in the request and whose `times` are not used up answers; else `default`.
Run as a program (`python tests/fake_provider.py`) it prints its URL and answers until it is interrupted.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Literal

Kind = Literal[
    "text",  # `text`, whole
    "tool",  # a call of `tool` with `arguments`: as they are if a str (malformed, say), of the request if a function
    "error",  # HTTP `status` with the API's error shape, or `body`
    "hang",  # nothing, for ever
    "garbage",  # 200 with `body`
    "close",  # the connection is reset before an answer
    "truncate",  # the connection is reset after the first chunk
    "stall",  # silence after the first chunk
    "stream_error",  # an error event after the first chunk
]
Text = str | Callable[[dict[str, Any]], str]
_REASONS = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}


@dataclass
class Reply:
    """What to answer, to which requests (`match`: text in the raw body), how often. Usage None sends none."""

    kind: Kind = "text"
    text: Text = "ok"
    match: str = ""
    times: int | None = None
    latency: float = 0.0
    chunks: int = 3
    chunk_delay: float = 0.0
    tool: str = ""
    arguments: Any = None
    finish: str = ""
    usage: Mapping[str, int] | None = field(default_factory=dict)
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    message: str = "scripted failure"


@dataclass
class Request:
    """A request as it came; `outcome` is "done", "reset" or "client gone"."""

    api: Literal["chat", "messages"]
    at: float
    headers: dict[str, str]
    size: int
    body: dict[str, Any]
    outcome: str = ""

    @property
    def prompt(self) -> str:
        """The text of the last user message."""
        return last_user_text(self.body)


def last_user_text(body: Mapping[str, Any]) -> str:
    """The text of the last user message of a chat or messages request."""
    for message in reversed(body.get("messages", [])):
        if message.get("role") == "user":
            content = message.get("content")
            if isinstance(content, str):
                return content
            return "".join(part.get("text", "") for part in content or [])
    return ""


class FakeProvider:
    """The provider; thread-safe to script, answers from a thread of its own."""

    def __init__(self, default: Reply | None = None) -> None:
        self.default = default or Reply()
        self.requests: list[Request] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self.port = 0
        self._initial = self.default
        self._replies: list[Reply] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def __enter__(self) -> FakeProvider:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`, without a path."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def calls(self) -> int:
        """How many model requests came since the last reset."""
        return len(self.requests)

    def script(self, *replies: Reply) -> None:
        """Answer with these first."""
        self._replies = list(replies)

    def reset(self, default: Reply | None = None) -> None:
        """Forget requests and replies."""
        self.requests = []
        self._replies = []
        self.default = default or self._initial
        self.max_in_flight = self.in_flight

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", self.port, limit=1 << 26, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _stop(self) -> None:
        if self._server:
            self._server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request per connection: then end of file means that the client has gone."""
        try:
            await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            with contextlib.suppress(Exception):
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, target, _ = head[0].split(" ", 2)
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        raw = await self._body(reader, headers)
        path = target.partition("?")[0]
        if method == "POST" and path.endswith("/chat/completions"):
            api: Literal["chat", "messages"] = "chat"
        elif method == "POST" and path.endswith("/messages"):
            api = "messages"
        else:
            await _send(writer, 404, json.dumps({"error": {"message": f"no route {method} {path}"}}))
            return
        request = Request(api, time.time(), headers, len(raw), json.loads(raw))
        self.requests.append(request)
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        gone = asyncio.ensure_future(reader.read(1))
        work = asyncio.ensure_future(
            self._answer(writer, request, self._pick(raw.decode("utf-8", "replace")))
        )
        try:
            await asyncio.wait({gone, work}, return_when=asyncio.FIRST_COMPLETED)
            request.outcome = work.result() if work.done() else "client gone"
        finally:
            self.in_flight -= 1
            gone.cancel()
            work.cancel()
            await asyncio.gather(gone, work, return_exceptions=True)

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
        if "chunked" not in headers.get("transfer-encoding", ""):
            return await reader.readexactly(int(headers.get("content-length", "0")))
        body = b""
        while size := int((await reader.readline()).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readline()
        await reader.readline()
        return body

    def _pick(self, raw: str) -> Reply:
        for reply in self._replies:
            if reply.match in raw and reply.times != 0:
                if reply.times is not None:
                    reply.times -= 1
                return reply
        return self.default

    async def _answer(self, writer: asyncio.StreamWriter, request: Request, reply: Reply) -> str:
        await asyncio.sleep(reply.latency)
        if reply.kind == "hang":
            await asyncio.Event().wait()
        if reply.kind == "close":
            writer.transport.abort()
            return "reset"
        stream = bool(request.body.get("stream"))
        if reply.kind == "error":
            await _send(writer, reply.status, reply.body or _error(request.api, reply), reply.headers)
        elif reply.kind == "garbage":
            kind = "text/event-stream" if stream else "application/json"
            await _send(writer, 200, reply.body or "", {"content-type": kind, **reply.headers})
        elif stream:
            return await _stream(writer, request, reply, len(self.requests))
        else:
            whole = [event for _, event in _events(request, reply, len(self.requests)) if "final" in event]
            await _send(writer, 200, json.dumps(whole[0]["final"]))
        return "done"


async def _send(
    writer: asyncio.StreamWriter, status: int, body: str, headers: Mapping[str, str] | None = None
) -> None:
    data = body.encode()
    fields = {"content-type": "application/json", "content-length": str(len(data)), "connection": "close"}
    fields |= headers or {}
    lines = [f"HTTP/1.1 {status} {_REASONS.get(status, 'Error')}", *(f"{k}: {v}" for k, v in fields.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode() + data)
    await writer.drain()


async def _stream(writer: asyncio.StreamWriter, request: Request, reply: Reply, number: int) -> str:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
    for name, event in _events(request, reply, number):
        if "final" in event:
            continue
        data = "[DONE]" if "done" in event else json.dumps({k: v for k, v in event.items() if k != "is_text"})
        writer.write((f"event: {name}\n" if name else "").encode() + f"data: {data}\n\n".encode())
        await writer.drain()
        if "is_text" not in event:
            continue
        if reply.kind == "truncate":
            await asyncio.sleep(0.05)  # let the chunk arrive before the reset
            writer.transport.abort()
            return "reset"
        if reply.kind == "stall":
            await asyncio.Event().wait()
        if reply.kind == "stream_error":
            error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            writer.write(
                b"event: error\n" * (request.api == "messages") + f"data: {json.dumps(error)}\n\n".encode()
            )
            await writer.drain()
            return "done"
        await asyncio.sleep(reply.chunk_delay)
    return "done"


def _error(api: str, reply: Reply) -> str:
    if api == "chat":
        return json.dumps({"error": {"message": reply.message, "type": "scripted", "code": None}})
    types = {
        401: "authentication_error",
        403: "permission_error",
        404: "not_found_error",
        429: "rate_limit_error",
    }
    types |= {400: "invalid_request_error", 413: "request_too_large", 529: "overloaded_error"}
    error = {"type": types.get(reply.status, "api_error"), "message": reply.message}
    return json.dumps({"type": "error", "error": error})


def _usage(request: Request, reply: Reply, text: str) -> dict[str, int] | None:
    if reply.usage is None:
        return None
    counted = {
        "input": max(1, request.size // 4),
        "output": max(1, len(text) // 4),
        "cached": 0,
        "cache_write": 0,
    }
    return {**counted, "reasoning": 0, **reply.usage}


def _events(request: Request, reply: Reply, number: int) -> Iterator[tuple[str, dict[str, Any]]]:
    text = reply.text(request.body) if callable(reply.text) else reply.text
    if callable(reply.arguments):
        reply = replace(reply, arguments=reply.arguments(request.body))
    if reply.kind == "tool":
        text = ""
    size = max(1, -(-len(text) // max(1, reply.chunks)))
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    arguments = reply.arguments if isinstance(reply.arguments, str) else json.dumps(reply.arguments or {})
    make = _chat_events if request.api == "chat" else _messages_events
    return make(request, reply, number, pieces, arguments, _usage(request, reply, text))


def _chat_events(
    request: Request,
    reply: Reply,
    number: int,
    pieces: list[str],
    arguments: str,
    usage: dict[str, int] | None,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """https://platform.openai.com/docs/api-reference/chat/streaming"""
    base = {"id": f"chatcmpl-{number}", "created": 0, "model": request.body.get("model", "")}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {**base, "object": "chat.completion.chunk", "choices": [choice]}

    message: dict[str, Any] = {"role": "assistant", "content": "".join(pieces)}
    yield "", chunk({"role": "assistant", "content": ""})
    for piece in pieces:
        yield "", {**chunk({"content": piece}), "is_text": True}
    if reply.kind == "tool":
        call = {
            "id": f"call_{number}",
            "type": "function",
            "function": {"name": reply.tool, "arguments": arguments},
        }
        message["tool_calls"] = [call]
        yield "", chunk({"tool_calls": [{"index": 0, **call}]})
    finish = reply.finish or ("tool_calls" if reply.kind == "tool" else "stop")
    yield "", chunk({}, finish)
    counts: dict[str, Any] = {}
    if usage:
        counts = {
            "prompt_tokens": usage["input"],
            "completion_tokens": usage["output"],
            "total_tokens": usage["input"] + usage["output"],
            "prompt_tokens_details": {"cached_tokens": usage["cached"]},
            "completion_tokens_details": {"reasoning_tokens": usage["reasoning"]},
        }
        yield "", {**base, "object": "chat.completion.chunk", "choices": [], "usage": counts}
    yield "", {"done": True}
    choice = {"index": 0, "message": message, "finish_reason": finish}
    yield "", {"final": {**base, "object": "chat.completion", "choices": [choice], "usage": counts}}


def _messages_events(
    request: Request,
    reply: Reply,
    number: int,
    pieces: list[str],
    arguments: str,
    usage: dict[str, int] | None,
) -> Iterator[tuple[str, dict[str, Any]]]:
    """https://docs.anthropic.com/en/api/messages-streaming"""
    counts = usage or {"input": 0, "output": 0, "cached": 0, "cache_write": 0}
    given = {
        "input_tokens": counts["input"],
        "cache_read_input_tokens": counts["cached"],
        "cache_creation_input_tokens": counts["cache_write"],
    }
    stop = reply.finish or ("tool_use" if reply.kind == "tool" else "end_turn")
    base = {
        "id": f"msg_{number}",
        "type": "message",
        "role": "assistant",
        "model": request.body.get("model", ""),
    }
    content: list[dict[str, Any]] = []

    def event(kind: str, **fields: Any) -> tuple[str, dict[str, Any]]:
        return kind, {"type": kind, **fields}

    started = {**base, "content": [], "stop_reason": None, "stop_sequence": None}
    yield event("message_start", message={**started, "usage": {**given, "output_tokens": 1}})
    if pieces:
        yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
        for piece in pieces:
            delta = {"type": "text_delta", "text": piece}
            yield event("content_block_delta", index=0, delta=delta, is_text=True)
        yield event("content_block_stop", index=0)
        content.append({"type": "text", "text": "".join(pieces)})
    if reply.kind == "tool":
        block = {"type": "tool_use", "id": f"toolu_{number}", "name": reply.tool, "input": {}}
        yield event("content_block_start", index=len(content), content_block=block)
        delta = {"type": "input_json_delta", "partial_json": arguments}
        yield event("content_block_delta", index=len(content), delta=delta)
        yield event("content_block_stop", index=len(content))
        content.append({**block, "input": reply.arguments})
    ended = {"stop_reason": stop, "stop_sequence": None}
    yield event("message_delta", delta=ended, usage={**given, "output_tokens": counts["output"]})
    yield event("message_stop")
    final_usage = {**given, "output_tokens": counts["output"]}
    yield "", {"final": {**base, **ended, "content": content, "usage": final_usage}}


def main() -> None:
    """Serve until interrupted."""
    with FakeProvider() as provider:
        print(provider.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
