"""Replies and events of OpenCode that look like success, in the shapes that its server sends them."""

from __future__ import annotations

import asyncio
import http.server
import threading
from typing import Any

import httpx
import pytest

from repodoc_hooks.backends.opencode import OpenCodeBackend
from repodoc_hooks.backends.opencode_failures import text_of
from repodoc_hooks.backends.opencode_http import Http
from repodoc_hooks.backends.opencode_v1 import DialectV1
from repodoc_hooks.backends.opencode_watch import Watch
from repodoc_hooks.sections.failures import ModelError
from tests.backends.conftest import MakeBackend, Served, When, ask
from tests.backends.meters import TestMeter
from tests.fake_provider import FakeProvider, Reply

TEXT = {"type": "text", "text": '{"answer": 42}'}


def reply(*parts: dict[str, Any], **info: Any) -> dict[str, Any]:
    return {"info": {"role": "assistant", **info}, "parts": list(parts)}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(TEXT), "aborted"),  # aborted while it waited to try again: no finish, no error
        (reply(), "aborted"),
        (reply(TEXT, finish="tool-calls"), "asked"),
        (reply(TEXT, finish="stop", summary=True), "compacted"),
        (reply({"type": "compaction", "auto": True}, TEXT, finish="stop"), "compacted"),
        (reply(TEXT, finish="length"), "length"),
        (reply(TEXT, finish="content-filter"), "refused"),
        (
            reply(TEXT, finish="stop", error={"name": "UnknownError", "data": {"message": "x"}}),
            "server_error",
        ),
        (reply({"type": "text", "text": " \n"}, finish="stop"), "empty"),
        (reply({"type": "reasoning", "text": "hm"}, finish="stop"), "empty"),
    ],
)
def test_what_only_looks_like_an_answer(answer: dict[str, Any], kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        text_of(answer, "")
    assert caught.value.kind == kind
    assert text_of(reply(TEXT, finish="stop"), "") == TEXT["text"]


@pytest.mark.parametrize(
    ("event", "properties", "kind"),
    [
        ("session.compacted", {}, "compacted"),
        ("permission.asked", {"permission": "external_directory"}, "asked"),
        ("question.asked", {}, "asked"),
        (
            "session.status",
            {"status": {"type": "retry", "message": "Rate limited", "next": 0}},
            "rate_limited",
        ),
        ("session.status", {"status": {"type": "busy"}}, ""),
        ("session.idle", {}, ""),
    ],
)
def test_events_that_end_a_turn(event: str, properties: dict[str, Any], kind: str) -> None:
    async def seen() -> str:
        loop = asyncio.get_running_loop()
        trouble: asyncio.Future[Exception] = loop.create_future()
        watch = Watch("s", "fake/priced", None, 1, TestMeter(), trouble, loop.create_future())
        DialectV1(Http("http://127.0.0.1:9", "", "")).see(watch, {"type": event, "properties": properties})
        if not trouble.done():
            return ""
        error = trouble.result()
        assert isinstance(error, ModelError)
        return error.kind

    assert asyncio.run(seen()) == kind


def test_a_session_that_somebody_else_aborts(
    backend: OpenCodeBackend, provider: FakeProvider, shared_server: Served
) -> None:
    state = shared_server.state
    provider.script(Reply(kind="hang"))
    with httpx.Client(
        base_url=state.url, auth=(state.username, state.password), trust_env=False, verify=False
    ) as client:

        def abort() -> None:
            if shared_server.major == 1:
                for session in client.get("/session").json():
                    client.post(f"/session/{session['id']}/abort")
            else:
                for name in client.get("/api/session/active").json()["data"]:
                    client.post(f"/api/session/{name}/interrupt")

        with When(lambda: provider.in_flight, abort), pytest.raises(ModelError) as caught:
            ask(backend, 60)
    assert caught.value.kind == "aborted"


class _WebPage(http.server.BaseHTTPRequestHandler):
    """Whatever is asked, a page for people, as OpenCode answers on unknown paths."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_: Any) -> None:
        """Silence."""


def test_a_web_page_is_no_server(make_backend: MakeBackend) -> None:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _WebPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(ModelError, match="web page") as caught:
                ask(make_backend(urls=(f"http://127.0.0.1:{server.server_port}",)))
        finally:
            server.shutdown()
            thread.join()
    assert caught.value.kind == "unavailable"
