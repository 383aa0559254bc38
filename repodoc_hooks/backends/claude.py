"""The Claude Code CLI in print mode, as a second way to a model.

Bare: no tools, no settings of user or repository (whose hooks would run), no session kept. One process per
request, in a process group of its own that is killed as a whole. What its exit code says comes last: an error
of the API is told as `"subtype": "success"` with `"is_error": true`.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from repodoc_hooks.backends import answers, figures
from repodoc_hooks.backends.base import ALL, Answer, Meter, WorkUnit
from repodoc_hooks.backends.claude_stream import Stream, read_usage
from repodoc_hooks.backends.prices import LIST_DAYS, Rates, cost, listed_on, price_of, retirement
from repodoc_hooks.backends.programs import shown, version_of
from repodoc_hooks.backends.record import BackendRecord, Remark
from repodoc_hooks.config import BackendsConfig, ClaudeConfig
from repodoc_hooks.git.process import foreign_env
from repodoc_hooks.retry_handler import failure, from_status, from_text
from repodoc_hooks.sections.failures import Deadline, ModelError
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.system import apart, end

NAME = "claude"
SIGN_IN = (
    *("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_FOUNDRY_API_KEY"),
    *("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY"),
)
_TICK = 0.1
_OLDEST = (2, 1)
_LONGEST = 600.0
_MOST_TURNS = 3  # the answer, and two for a model that does not keep to the form
_EFFORT = {False: "low", True: "medium"}


class ClaudeBackend:
    """The `Backend` over the CLI. Thread-safe."""

    name = NAME

    def __init__(self, config: ClaudeConfig, prices: Mapping[str, Rates]) -> None:
        self._config = config
        self._prices = prices
        self._stop = threading.Event()

    def unavailable(self) -> str:
        """Why it cannot be used here and now, "" when it can."""
        if not shutil.which(self._config.command):
            return f"{self._config.command} is not on PATH; install it (npm install -g @anthropic-ai/claude-code)"
        if not signed_in():
            return "the Claude CLI has no key; set ANTHROPIC_API_KEY (a bare run does not read its login)"
        return ""

    def model_for(self, unit: WorkUnit) -> str:
        """The model that it would ask."""
        return _model(self._config, deep=unit.deep)

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        """Answer one unit; its text comes at once, at the end.

        Raises:
            ModelError, BudgetExceeded: there is no answer; no process is left.
        """
        if problem := self.unavailable():
            raise failure("unavailable", problem)
        began = time.monotonic()
        model = self.model_for(unit)
        with tempfile.TemporaryDirectory(prefix="repodoc-claude-", ignore_cleanup_errors=True) as folder:
            code, out, err = self._run(unit, model, deadline, Path(folder), meter)
        result = _result(out)
        usage, answered = _usage(result)
        usd = self._cost(result)
        turns = figures.tokens(result.get("num_turns")) or 1
        if usage.total:
            meter.used(usage, usd, ALL)
        data = _data(result, code, err, unit.schema, model, deep=unit.deep)
        meter.text(json.dumps(data))
        requests = max(1, turns - 1)  # taking the structured answer is a turn, too
        session = str(result.get("session_id", ""))
        seconds = time.monotonic() - began
        return Answer(data, usage, NAME, answered or model, usd, seconds, requests, session)

    def close(self) -> None:
        """Kill what still runs; calls that wait end with `Stopped`."""
        self._stop.set()

    def _run(
        self, unit: WorkUnit, model: str, deadline: Deadline, folder: Path, meter: Meter
    ) -> tuple[int, str, str]:
        """Run the CLI to its end: exit code and output.

        Raises:
            ModelError: stopped, out of time, or not startable.
            BudgetExceeded: the meter let no (further) request out.
        """
        if self._stop.is_set():
            raise failure("stopped", "stopped")
        price = price_of(model, self._prices)
        meter.sending(model, price)
        command = [self._config.command, *arguments(unit, model, meter.left())]
        prompt, out, err = (folder / name for name in ("prompt", "out", "err"))
        prompt.write_text(unit.prompt, "utf-8", "surrogateescape")
        for name in ("work", "tmp", "config"):
            (folder / name).mkdir()
        with prompt.open("rb") as stdin, out.open("wb") as stdout, err.open("wb") as stderr:
            try:
                process = subprocess.Popen(
                    command,
                    cwd=folder / "work",
                    env=environment(folder, unit, deadline),
                    stdin=stdin,
                    stdout=stdout,
                    stderr=stderr,
                    **apart(),
                )
            except OSError as error:
                raise failure(
                    "unavailable", f"{self._config.command} cannot be started: {error.strerror}"
                ) from error
        stream = Stream(out, meter, model, price)
        try:
            while (code := _wait(process)) is None:
                stream.follow()
                if self._stop.is_set():
                    raise failure("stopped", "stopped before the answer came")
                if not deadline.left():
                    raise failure("deadline", "no answer before the deadline")
        finally:
            _kill(process)
        return code, _read(out), _read(err)

    def _cost(self, result: Mapping[str, Any]) -> float | None:
        """What the CLI reports; by the models that answered where that is a guess, or we have prices for them."""
        used = _by_model(result)
        if all(
            entry.get("costBasis") != "unknown" and not self._is_overridden(name)
            for name, entry in used.items()
        ):
            return figures.dollars(result.get("total_cost_usd"))
        costs = [cost(read_usage(entry), price_of(name, self._prices)) for name, entry in used.items()]
        known = [each for each in costs if each is not None]
        return sum(known) if len(known) == len(costs) else None

    def _is_overridden(self, model: str) -> bool:
        return model in self._prices


def signed_in() -> bool:
    """Is there a key, or a cloud that has one? A bare run reads neither the login nor the settings of the user."""
    return any(os.environ.get(name) for name in SIGN_IN)


def arguments(unit: WorkUnit, model: str, usd: float | None = None) -> list[str]:
    """The CLI's arguments: the prompt comes on standard input; `usd` is what it may spend, None: no limit."""
    return [
        "-p",
        *("--output-format", "stream-json"),
        "--verbose",
        *("--model", model),
        *("--effort", _EFFORT[unit.deep]),
        "--bare",
        *("--tools", ""),
        *("--setting-sources", ""),
        "--strict-mcp-config",
        "--no-session-persistence",
        *("--max-turns", str(_MOST_TURNS)),
        *(("--max-budget-usd", f"{usd:.6f}") if usd and f"{usd:.6f}" != "0.000000" else ()),
        *("--system-prompt", unit.system),
        *("--json-schema", json.dumps(unit.schema)),
    ]


def environment(folder: Path, unit: WorkUnit, deadline: Deadline) -> dict[str, str]:
    """Ours without git's and the CLI's own session variables; one retry at most is left to the CLI."""
    env = {
        name: value
        for name, value in foreign_env().items()
        if name not in ("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT")
    }
    timeout = min(deadline.left(), _LONGEST)
    return env | {
        "TMPDIR": str(folder / "tmp"),
        "CLAUDE_CONFIG_DIR": str(folder / "config"),
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK": "1",
        "CLAUDE_CODE_MAX_RETRIES": "0",
        "CLAUDE_CODE_MAX_OUTPUT_TOKENS": str(unit.most_tokens),
        "MAX_THINKING_TOKENS": "0",  # of the 4.5 models; later ones go by the effort
        "API_TIMEOUT_MS": str(int(timeout * 1000) or 1),
        "DISABLE_AUTOUPDATER": "1",
    }


def _data(
    result: Mapping[str, Any], code: int, err: str, schema: Mapping[str, Any], model: str, *, deep: bool
) -> Mapping[str, Any]:
    """The checked answer.

    Raises:
        ModelError: any other outcome; `is_error` and `subtype` are looked at before the exit code.
    """
    if not result:
        raise _no_result(code, err)
    text = str(result.get("result") or "; ".join(map(str, result.get("errors") or ())))
    match result.get("subtype"):
        case "error_max_structured_output_retries":
            raise failure("invalid_answer", "the model did not keep to the schema")
        case "error_max_turns":
            raise failure("runaway", f"the model gave no answer in {_MOST_TURNS} turns")
        case "error_max_budget_usd":
            raise failure("quota", "the CLI reached its bound of cost")
        case "error_during_execution":
            raise failure("aborted", text or "the CLI was interrupted")
    if result.get("is_error"):
        raise _of_error(result, text, model, deep=deep)
    if code:
        raise failure("aborted", f"the CLI ended with {code}")
    data = result.get("structured_output")
    if not isinstance(data, dict):
        raise failure("invalid_answer", "the CLI gave no structured answer")
    if complaint := answers.problem(data, schema):
        raise failure("invalid_answer", f"the answer does not fit its schema: {complaint}")
    return data


def _of_error(result: Mapping[str, Any], text: str, model: str, *, deep: bool) -> ModelError:
    if result.get("terminal_reason") == "prompt_too_long":
        return failure("context_overflow", text)
    if result.get("stop_reason") == "max_tokens" or "output token maximum" in text:
        return failure("length", "the answer was cut off at the token limit")
    if result.get("stop_reason") == "refusal":
        return failure("refused", "the model refused")
    status = result.get("api_error_status")
    if status == 404:
        setting = "deep_model" if deep else "model"
        fix = f"set backends.claude.{setting}"
        return failure("unknown_model", f"the model {model} is not served", fix=fix)
    return from_status(int(status), text) if status else from_text(text, "connection")


def _no_result(code: int, err: str) -> ModelError:
    """No JSON: killed by a signal, or the command line was refused."""
    if code in (143, 137, -signal.SIGTERM, -signal.SIGKILL):
        return failure("aborted", f"the CLI was killed ({code})")
    if code == 0:
        return failure("empty", "the CLI gave no answer")
    return failure("bad_request", f"the CLI ended with {code}: {' '.join(err.split())[:200] or 'no message'}")


def _result(out: str) -> dict[str, Any]:
    """The closing object of the output, {} without one."""
    for line in reversed(out.splitlines()):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and value.get("type") == "result":
            return value
    return {}


def _usage(result: Mapping[str, Any]) -> tuple[Usage, str]:
    """All requests of the run together, and the model that did most of it, as the CLI names it."""
    by_model = {name: read_usage(entry) for name, entry in _by_model(result).items()}
    most = max(by_model, key=lambda name: by_model[name].total, default="")
    return sum(by_model.values(), Usage()), most


def _by_model(result: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    used = result.get("modelUsage")
    found = used.items() if isinstance(used, dict) else ()
    return {name: entry for name, entry in found if isinstance(entry, dict)}


def _wait(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(_TICK)
    except subprocess.TimeoutExpired:
        return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the whole group: the CLI starts children of its own."""
    end(process)


def _read(path: Path) -> str:
    return path.read_text("utf-8", "replace")


def _model(config: ClaudeConfig, *, deep: bool) -> str:
    return (config.deep_model if deep else "") or config.model


def _examine(config: BackendsConfig, state_dir: Path, reach: bool) -> Iterator[Remark]:
    command = config.claude.command
    if shutil.which(command) is None:
        yield Remark("error", f"{command} is not on PATH", RECORD.install)
    elif not reach:
        yield Remark("ok", f"{command} is on PATH")
    else:
        version = version_of(command)
        if version is None:
            yield Remark("error", f"{command} does not report its version", RECORD.install)
        elif version < _OLDEST:
            known = f"repodoc needs {shown(_OLDEST)} or newer"
            yield Remark("error", f"{command} {shown(version)} is too old: {known}", RECORD.install)
        else:
            yield Remark("ok", f"{command} {shown(version)}")
    if not signed_in():
        text = "the Claude CLI has no key; its own login is not read"
        yield Remark("warning", text, f"set one of {', '.join(SIGN_IN)}")
    today = datetime.datetime.now(datetime.UTC).date()
    for setting in ("model", "deep_model"):
        if told := retirement(getattr(config.claude, setting), today):
            ended = "no longer" in told
            fix = f"set backends.claude.{setting}, to haiku or sonnet for example"
            yield Remark("error" if ended else "warning", told, fix)
    if (today - listed_on()).days > LIST_DAYS:
        yield Remark(
            "note", f"the list of prices is of {listed_on()}", "update repodoc-hooks, or set backends.prices"
        )


RECORD = BackendRecord(
    name=NAME,
    make=lambda config, state_dir, system: ClaudeBackend(config.claude, config.prices),
    model=lambda config, deep: _model(config.claude, deep=deep),
    price=lambda config, model: price_of(model, config.prices),
    package="@anthropic-ai/claude-code",
    major="2",
    secrets=("ANTHROPIC_API_KEY",),
    examine=_examine,
)
