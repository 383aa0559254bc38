"""The parent process of a managed `opencode serve`: starts it, reports when it is ready, stops it when idle.

Runs detached, standard library only, as `python -m repodoc_hooks.backends.opencode_supervisor` with an
`Order` as JSON on standard input; answers one line of JSON on standard output when the server is ready
(`{"url": ...}`) or not (`{"error": ...}`). Whoever starts it hands it an exclusive lock on `server.alive`,
which it holds while it lives; users of the server hold a shared lock on `server.lease`, so that it is never
stopped under their hands, however they died before.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from repodoc_hooks.backends.opencode_handshake import Strange, greet
from repodoc_hooks.backends.programs import shown
from repodoc_hooks.system import apart, end, lock_open, memory_mb, unlock_open

STATE, ALIVE, LEASE = "server.json", "server.alive", "server.lease"
_TICK = 0.5
_END_SECONDS = 2.0
_PROVIDER_SECONDS = 4.0
_NO_PROVIDER = "OpenCode has no provider; sign in with `opencode auth login` or name one"
_GRACE = 1.5  # times the limit of memory at which even a busy server is stopped


class Order(Struct, frozen=True):
    """What to start. `root` is a private folder, deleted at the end; times in seconds.

    `agent` is one of ours: a server of version 2 that lists it has read its configuration.
    """

    command: str
    root: str
    state_dir: str
    environment: dict[str, str]
    username: str
    password: str
    fingerprint: str
    idle_seconds: float
    max_memory_mb: int
    start_seconds: float
    agent: str = ""


class _Failure(Exception):
    """Why the server did not become ready, in one line; `strange`: it is none that we can drive."""

    def __init__(self, what: str, *, strange: bool = False) -> None:
        super().__init__(what)
        self.strange = strange


def main() -> int:
    """Supervise one server until it ends."""
    order = Order(**json.loads(sys.stdin.read()))
    state_dir, root = Path(order.state_dir), Path(order.root)
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child: subprocess.Popen[bytes] | None = None
    try:
        child = _start(order, root)
        url, version = _ready(order, child, root / "serve.log")
        _write_state(order, state_dir, url, version, child.pid)
        _tell({"url": url})
        _watch(order, child, state_dir)
    except _Failure as error:
        _tell({"error": str(error), "strange": "1" if error.strange else ""})
        return 1
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with contextlib.suppress(OSError):
            (state_dir / STATE).unlink()
        if child:
            end(child, _END_SECONDS)
        shutil.rmtree(root, ignore_errors=True)
    return 0


def _leave(number: int, frame: Any) -> None:
    sys.exit(0)


def _tell(answer: dict[str, str]) -> None:
    """Answer whoever started us, once; they may be gone."""
    with contextlib.suppress(OSError):
        os.write(1, json.dumps(answer).encode() + b"\n")
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def _start(order: Order, root: Path) -> subprocess.Popen[bytes]:
    try:
        with (root / "serve.log").open("wb") as log:
            return subprocess.Popen(
                [order.command, "serve", "--hostname", "127.0.0.1", "--port", str(_free_port())],
                cwd=root / "work",
                env=order.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                **apart(),
            )
    except OSError as error:
        raise _Failure(f"{order.command} cannot be started: {error.strerror}") from error


def _free_port() -> int:
    """A port of the system's choice: OpenCode takes `--port 0` for its well-known one."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _ready(order: Order, child: subprocess.Popen[bytes], log: Path) -> tuple[str, tuple[int, ...]]:
    """URL and version, once the server answers with a provider.

    A bad configuration does not keep it from listening.
    """
    end = time.monotonic() + order.start_seconds
    while time.monotonic() < end:
        text = log.read_text("utf-8", "replace")
        if child.poll() is not None:
            last = text.strip().splitlines()[-1:] or ["no output"]
            raise _Failure(f"opencode serve ended with {child.returncode}: {last[0][:200]}")
        found = re.search(r"listening on (http://127\.0\.0\.1:\d+)", text)
        if found:
            url = found.group(1)
            try:
                version = greet(url, order.username, order.password, end - time.monotonic())
            except Strange as error:
                if error.kind != "connection":
                    raise _Failure(f"its server {error}", strange=True) from None
            else:
                (_ready_v1 if version[0] == 1 else _ready_v2)(order, url, end)
                return url, version
        time.sleep(0.03)
    raise _Failure(f"opencode serve was not ready after {order.start_seconds:.0f} s")


def _ready_v1(order: Order, url: str, end: float) -> None:
    while time.monotonic() < end:
        answer = _call(order, url, "/config/providers", end)
        if answer is not None:
            if not answer.get("providers"):
                raise _Failure(_NO_PROVIDER)
            return
        time.sleep(0.03)
    raise _Failure(f"opencode serve was not ready after {order.start_seconds:.0f} s")


def _ready_v2(order: Order, url: str, end: float) -> None:
    """It listens at once, and reads its configuration for a directory when it is first asked for that."""
    place = "?" + urllib.parse.urlencode({"location[directory]": str(Path(order.root) / "work")})
    patience = min(end, time.monotonic() + _PROVIDER_SECONDS)
    agents: list[Any] = []
    while time.monotonic() < end:
        agents = _listed(order, url, "/api/agent" + place, end)
        if any(agent.get("id") == order.agent for agent in agents):
            if _listed(order, url, "/api/model" + place, end):
                return
            if time.monotonic() > patience:
                raise _Failure(_NO_PROVIDER)
        time.sleep(0.03)
    raise _Failure(f"opencode serve did not read its configuration in {order.start_seconds:.0f} s")


def _listed(order: Order, url: str, path: str, end: float) -> list[dict[str, Any]]:
    answer = _call(order, url, path, end)
    found = answer.get("data") if answer is not None else []
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _call(order: Order, url: str, path: str, end: float) -> dict[str, Any] | None:
    """The JSON object that a path answers, None for a refusal or nothing.

    Raises:
        _Failure: it refuses its configuration, or answers with a web page.
    """
    token = base64.b64encode(f"{order.username}:{order.password}".encode()).decode()
    request = urllib.request.Request(url + path, headers={"authorization": f"Basic {token}"})  # noqa: S310
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=max(0.1, end - time.monotonic())) as response:
            if "html" in response.headers.get("content-type", ""):
                raise _Failure(f"its server answers {path.partition('?')[0]} with a web page", strange=True)
            answer = json.loads(response.read() or b"{}")
            return answer if isinstance(answer, dict) else {}
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise _Failure(f"OpenCode refuses its configuration: {_brief(error.read())}") from error
        return None
    except (OSError, ValueError, RecursionError):
        return None


def _brief(body: bytes) -> str:
    return " ".join(body.decode("utf-8", "replace").split())[:300]


def _write_state(order: Order, state_dir: Path, url: str, version: tuple[int, ...], pid: int) -> None:
    state = {
        "url": url,
        "version": shown(version),
        "username": order.username,
        "password": order.password,
        "pid": pid,
        "supervisor": os.getpid(),
        "directory": str(Path(order.root) / "work"),
        "fingerprint": order.fingerprint,
        "started": time.time(),
    }
    part = state_dir / f"{STATE}.{os.getpid()}"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(state, file)
    part.rename(state_dir / STATE)


def _watch(order: Order, child: subprocess.Popen[bytes], state_dir: Path) -> None:
    """Return when the server has ended, is idle, or too large."""
    used = time.monotonic()
    with (state_dir / LEASE).open("a") as lease:
        while child.poll() is None:
            time.sleep(_TICK)
            memory = memory_mb(child.pid)
            if not lock_open(lease):
                used = time.monotonic()
                if memory > _GRACE * order.max_memory_mb:
                    return
                continue
            # Nobody can take a lease now: they find the server gone, and start another.
            touched = time.time() - os.fstat(lease.fileno()).st_mtime
            idle = min(time.monotonic() - used, max(0.0, touched))
            if memory > order.max_memory_mb or idle > order.idle_seconds or not (state_dir / STATE).exists():
                (state_dir / STATE).unlink(missing_ok=True)
                return
            unlock_open(lease)


def encode(order: Order) -> bytes:
    """The order as it is sent to the supervisor."""
    return json.dumps(asdict(order)).encode()


if __name__ == "__main__":
    sys.exit(main())
