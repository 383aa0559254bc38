"""What runs on a machine of the fleet: one unit in, its results out, both as JSON.

A unit has everything that it needs: the tasks with the sources that they quote, the settings, and where to
fetch the snapshot if a model may look into it. The machine needs this package, the program of the backend
(OpenCode starts a server of its own here) and its sign-in. The budget is kept by who submits.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct, to_builtins

from repodoc_hooks import __version__
from repodoc_hooks.backends.base import Answer, Backend, Meter, WorkUnit
from repodoc_hooks.config import Config
from repodoc_hooks.config.build import build
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.events import Event, EventBus, Message, ModelCalled
from repodoc_hooks.git.checkout import checkout
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.process import Git, foreign_env
from repodoc_hooks.models.asking import Asking, Limits
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.prompts import own_prompts, system_prompt
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.serialisation import result_to_json, task_from_json, task_to_json
from repodoc_hooks.sections.task import SectionTask
from repodoc_hooks.system import user_folder

_opened: dict[str, Mapping[str, Backend]] = {}
_opening = threading.Lock()


def unit_of(
    tasks: tuple[SectionTask, ...],
    config: Config,
    backend: str,
    run_id: str,
    snapshot: dict[str, str] | None,
    templates: Overrides = NO_OVERRIDES,
) -> str:
    """A unit as JSON; `snapshot` has url, commit and tree. The repository's own prompts travel as their text."""
    unit = {
        "version": __version__,
        "run_id": run_id,
        "config": {**to_builtins(config), "budget": {}, "templates": ""},
        "prompts": own_prompts(templates),
        "backend": backend,
        "tasks": [task_to_json(task) for task in tasks],
        "snapshot": snapshot,
    }
    return json.dumps(unit)


def answer_unit(text: str) -> str:
    """Answer a unit of `unit_of`: results, and the events that the submitter publishes again.

    Raises:
        RepodocError: the unit was made by another version.
    """
    from repodoc_hooks.models.generation import generate

    unit = json.loads(text)
    if unit["version"] != __version__:
        what = f"the fleet has repodoc-hooks {__version__}, the unit comes from {unit['version']}"
        raise RepodocError(what, fix="install the same version everywhere")
    state = _state_dir()
    config: Config = build(Config, unit["config"], (), _broken)
    templates = Overrides("the repository's templates", tuple(sorted(unit["prompts"].items())))
    bus = EventBus(unit["run_id"])
    events: list[dict[str, Any]] = []

    def keep(event: Event) -> None:
        if isinstance(event, ModelCalled | Message):
            events.append(event.as_json())

    bus.subscribe(keep)
    with ExitStack() as stack:
        directory = ""
        if unit["snapshot"]:
            try:
                directory = str(stack.enter_context(_snapshot(state, **unit["snapshot"])))
            except RepodocError as error:
                note = f"a deep section is written from its prompt alone: {error}"
                bus.publish(Message(run_id=bus.run_id, level="warning", text=note))
        asking = Asking(
            config=config,
            state_dir=state,
            bus=bus,
            limits=Limits(backend=unit["backend"]),
            backends=_backends(config, unit["backend"], state, templates),
            templates=templates,
        )
        results = generate([task_from_json(task) for task in unit["tasks"]], asking, directory=directory)
    return json.dumps({"results": [result_to_json(result) for result in results], "events": events})


class _Kept(Struct):
    """A backend that stays open for the next unit: connecting costs more than a small answer."""

    name: str
    inner: Backend

    def unavailable(self) -> str:
        return self.inner.unavailable()

    def model_for(self, unit: WorkUnit) -> str:
        return self.inner.model_for(unit)

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        return self.inner.complete(unit, deadline, meter)

    def close(self) -> None:
        pass


def _backends(config: Config, backend: str, state: Path, templates: Overrides) -> Mapping[str, Backend]:
    """The backends for these settings, opened once per process."""
    from repodoc_hooks.backends.registry import open_backends

    names = Limits(backend=backend).names(config)
    key = json.dumps([names, to_builtins(config.backends), str(state), templates.texts], sort_keys=True)
    with _opening:
        if key not in _opened:
            made = open_backends(names, config.backends, state, system_prompt(templates))
            _opened[key] = {name: _Kept(name, inner) for name, inner in made.items()}
        return _opened[key]


@contextmanager
def _snapshot(state: Path, url: str, commit: str, tree: str) -> Iterator[Path]:
    """A clean checkout of a commit that is fetched, alone, from a URL (only once per machine)."""
    with checkout(_fetched(state, url, commit), tree, state) as directory:
        yield directory


def _fetched(state: Path, url: str, commit: str) -> Git:
    """A repository on this machine that has the commit.

    Raises:
        GitError: it cannot be fetched.
    """
    top = state / "snapshots" / hashlib.sha256(url.encode()).hexdigest()[:16]
    with file_lock(top.parent / f"{top.name}.lock", seconds=600):
        git_dir = top / ".git"
        if not (git_dir / "HEAD").exists():
            for name in ("objects", "refs"):
                (git_dir / name).mkdir(parents=True, exist_ok=True)
            form = "sha256" if len(commit) == 64 else "sha1"
            version = "1\n[extensions]\n\tobjectformat = sha256" if form == "sha256" else "0"
            (git_dir / "config").write_text(f"[core]\n\trepositoryformatversion = {version}\n")
            (git_dir / "HEAD").write_text("ref: refs/heads/snapshot\n")
        git = Git.discover(top, {**foreign_env(), "GIT_TERMINAL_PROMPT": "0"})
        if git.call("cat-file", "-e", f"{commit}^{{tree}}").returncode:
            git.run("fetch", "--quiet", "--depth=1", "--no-tags", url, commit)
    return git


def _state_dir() -> Path:
    """A private directory of this worker process; Dask removes its own with the worker."""
    try:
        from distributed import get_worker

        base = Path(get_worker().local_directory)
    except (ImportError, ValueError):
        base = user_folder("repodoc-fleet")
    state = base / "repodoc"
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    return state


def _broken(at: object, what: str, fix: str) -> NoReturn:
    raise RepodocError(f"the unit's settings cannot be read: {what}", fix=fix)
