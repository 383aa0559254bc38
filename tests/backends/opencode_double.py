"""A small double of OpenCode's servers: for what the real ones cannot be made to do."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = tuple[int, Any]  # a status, and JSON or a web page (str)
PAGE = "<!doctype html><html><body>OpenCode</body></html>"


@contextmanager
def serving(answer: Callable[[str, str], Answer | None]) -> Iterator[tuple[str, list[str]]]:
    """A server; `answer` gets method and path. Its URL, and the requests as they come ("GET /api/info")."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def _any(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            self.rfile.read(length)
            path = self.path.partition("?")[0]
            seen.append(f"{self.command} {path}")
            status, body = answer(self.command, path) or (200, PAGE)
            data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = _any  # noqa: N815 - the library's names
        do_POST = _any  # noqa: N815
        do_DELETE = _any  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Silence."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


PROGRAM = """\
#!{python} -IS
import http.server, json, sys
if "--version" in sys.argv:
    print({printed!r})
    sys.exit()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = json.dumps({{"version": {version!r}}}) if self.path == "/api/info" else {page!r}
        self.send_response(200)
        self.send_header("content-type", "application/json" if told[0] == "{{" else "text/html")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told.encode())
    do_POST = do_GET
    def log_message(self, *_):
        pass
port = int(sys.argv[sys.argv.index("--port") + 1])
server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
print(f"opencode server listening on http://127.0.0.1:{{port}}", flush=True)
server.serve_forever()
"""
"""A program that says which version it is, and whose server answers nothing else."""
