"""What `doctor` says about OpenCode: its program, its sign-in, its servers."""

from __future__ import annotations

import datetime
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from repodoc_hooks.backends.opencode_address import addresses
from repodoc_hooks.backends.opencode_credentials import expired
from repodoc_hooks.backends.opencode_handshake import REMEDY, Strange, greet
from repodoc_hooks.backends.opencode_profile import model_of, read_profile
from repodoc_hooks.backends.opencode_program import find
from repodoc_hooks.backends.opencode_server import ManagedServer
from repodoc_hooks.backends.prices import retirement
from repodoc_hooks.backends.programs import shown
from repodoc_hooks.backends.record import Remark
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.sections.failures import Deadline, ModelError

_SECONDS = 5.0
_START_SECONDS = 20.0


def examine(config: OpenCodeConfig, state_dir: Path, *, reach: bool) -> Iterator[Remark]:
    """Remarks on the managed server, or on those that the settings name."""
    if any(config.urls):
        for at in addresses(config) if reach else ():
            try:
                version = greet(at.url, at.username, at.password, _SECONDS)
            except Strange as error:
                yield Remark("error", f"the server at {at.url} {error}", f"start it, or see {at.variable}")
            else:
                yield Remark("ok", f"{at.url} answers, OpenCode {shown(version)}")
    else:
        yield from _program(config, state_dir, reach=reach)
        yield from _sign_in(config)
    yield from _models(config)


def _program(config: OpenCodeConfig, state_dir: Path, *, reach: bool) -> Iterator[Remark]:
    if not reach:
        there = shutil.which(config.command) is not None
        text = f"{config.command} is {'' if there else 'not '}on PATH"
        yield Remark("ok" if there else "error", text, "" if there else REMEDY)
        return
    program = find(config.command, state_dir)
    if program.problem:
        what, _, fix = program.problem.rpartition("; ")
        yield Remark("error", what or fix, fix)
        return
    server = ManagedServer(config, state_dir)
    status = server.status()
    if not status.running:
        # Nothing but a start shows that it can be driven: what it says of its version is not enough.
        try:
            with server.lease():
                server.ensure(Deadline.after(_START_SECONDS))
        except ModelError as error:
            yield Remark("error", f"{config.command} {shown(program.version)}: {error}", "see the reason")
            return
        status = server.status()
        server.stop()
    yield Remark("ok", f"{config.command} {status.version or shown(program.version)}, its server answers")


def _models(config: OpenCodeConfig) -> Iterator[Remark]:
    today = datetime.datetime.now(datetime.UTC).date()
    for setting, deep in (("model", False), ("deep_model", True)):
        model = model_of(config, deep=deep)
        if not model:
            text = "neither backends.opencode.model nor the user's own OpenCode configuration names a model"
            yield Remark("warning", text, "set backends.opencode.model to provider/model")
            return
        if told := retirement(model, today):
            ended = "no longer" in told
            yield Remark("error" if ended else "warning", told, f"set backends.opencode.{setting}")
        if not deep and model_of(config, deep=True) == model:
            return


def _sign_in(config: OpenCodeConfig) -> Iterator[Remark]:
    """A server starts only with a provider: one that the user has set up, signed in to, or has a key of."""
    profile = read_profile(config, "")
    keys = any(name.endswith("_API_KEY") and value for name, value in os.environ.items())
    signed_in = profile.auth_file or Path(profile.database).is_file()
    if not (keys or signed_in or profile.has_provider):
        text = "OpenCode has no provider: no sign-in, none in its configuration, no *_API_KEY variable"
        yield Remark("warning", text, "opencode auth login")
    for name in expired(Path(profile.database), time.time()):
        text = f"the sign-in of OpenCode to {name} has expired, and only OpenCode itself can renew it"
        yield Remark("warning", text, "use OpenCode once, or sign in again: opencode auth login")
