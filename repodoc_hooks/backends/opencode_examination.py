"""What `doctor` says about OpenCode: its program, its sign-in, its servers."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from repodoc_hooks.backends.opencode_address import addresses
from repodoc_hooks.backends.opencode_profile import read_profile
from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.backends.programs import shown, version_of
from repodoc_hooks.backends.record import Remark
from repodoc_hooks.config import OpenCodeConfig


def examine(config: OpenCodeConfig, state_dir: Path, *, reach: bool) -> Iterator[Remark]:
    """Remarks on the managed server, or on those that the settings name."""
    if any(config.urls):
        for at in addresses(config) if reach else ():
            problem = _asked(at.url, at.username, at.password)
            if problem:
                yield Remark("error", f"{at.url}: {problem}", f"start it, or see {at.variable}")
            else:
                yield Remark("ok", f"{at.url} answers")
        return
    if shutil.which(config.command) is None:
        yield Remark("error", f"{config.command} is not on PATH", "npm install -g opencode-ai")
    else:
        yield Remark("ok", f"{config.command} {shown((reach and version_of(config.command)) or ())}".strip())
    yield from _sign_in(config)
    status = ManagedServer(config, state_dir).status() if reach else None
    if status and status.running:
        yield Remark("ok", f"the server answers at {status.url}, {status.memory_mb:.0f} MB")
    elif (state_dir / "server.json").exists():
        yield Remark("note", "no server runs; one is started when it is needed")


def _sign_in(config: OpenCodeConfig) -> Iterator[Remark]:
    """A server starts only with a provider: one that the user has set up, signed in to, or has a key of."""
    profile = read_profile(config, "")
    keys = any(name.endswith("_API_KEY") and value for name, value in os.environ.items())
    if not (keys or profile.auth_file or profile.settings.get("provider")):
        text = "OpenCode has no provider: no sign-in, none in its configuration, no *_API_KEY variable"
        yield Remark("warning", text, "opencode auth login")


def _asked(url: str, username: str, password: str) -> str:
    """ "" if a server answers `GET /config` as OpenCode does, else why not; asks no model."""
    import httpx

    login = (username, password) if password else None
    try:
        answer = httpx.get(f"{url.rstrip('/')}/config", auth=login, timeout=5.0)
    except httpx.HTTPError as error:
        return str(error) or type(error).__name__
    if answer.status_code == 401:
        return "it refuses the password"
    if answer.status_code == 200 and "json" in answer.headers.get("content-type", ""):
        return ""
    return f"it answers {answer.status_code}, not as OpenCode does"
