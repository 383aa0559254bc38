"""Pages that follow the work tree while somebody types: file events invalidate, and what they touch is made anew.

The observer in its first meaning (Gamma et al., "Design Patterns", 1994): the file system is the subject, a
`FilesChanged` on the bus the notification, `Refresher` the observer. Nothing is ever staged.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from repodoc_hooks.config import CONFIG_NAME, Config, default
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.events import Event, EventBus, FilesChanged
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.run_report import RunReport

DEBOUNCE_MS = 200
"""How long the file system has to be still before what it reported is acted on."""
_STEP_MS = 50
_LOOK_MS = 250
_PAUSE = 0.1
_GIT_AT_WORK = ("index.lock", "rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")


def changes(git: Git, stop: threading.Event, docs_dir: Callable[[], str]) -> Iterator[tuple[str, ...]]:
    """Batches of paths that somebody changed, without our pages and without what git ignores.

    The first batch is empty: from then on nothing is missed.
    """
    from watchfiles import watch

    top = git.top.resolve()
    private = {str(path.resolve()) for path in (git.git_dir, git.common_dir)}

    def wanted(_: object, path: str) -> bool:
        return not any(path == folder or path.startswith(folder + "/") for folder in private)

    watched = watch(
        top,
        watch_filter=wanted,
        debounce=DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    begun = False
    for batch in watched:
        if not begun:
            begun = True
            yield ()
        pages = docs_dir() + "/"
        files = {Path(path) for _, path in batch}  # folders change with every file that is written in them
        paths = sorted(file.relative_to(top).as_posix() for file in files if not file.is_dir())
        known = tuple(_not_ignored(git, (path for path in paths if not path.startswith(pages))))
        if known:
            yield known


def _not_ignored(git: Git, paths: Iterable[str]) -> list[str]:
    """The paths that git does not ignore: tracked files never are (gitignore(5))."""
    candidates = list(paths)
    if not candidates:
        return []
    given = "\0".join(candidates).encode("utf-8", "surrogateescape")
    listed = git.call("check-ignore", "-z", "--stdin", input=given).stdout.decode("utf-8", "surrogateescape")
    ignored = set(listed.split("\0"))
    return [path for path in candidates if path not in ignored]


def wait_for_git(git: Git, stop: threading.Event) -> None:
    """Return when no command of git is in the middle of something: what it leaves behind is what counts."""
    while not stop.is_set() and any((git.git_dir / name).exists() for name in _GIT_AT_WORK):
        time.sleep(_PAUSE)


class Refresher:
    """An observer that makes the pages current after files changed.

    Args:
        backend: "none" keeps to facts and the repository's own words; "auto" asks the models of the configuration.
        done: gets the changed paths and the report of each refresh, or its error.
    """

    def __init__(
        self,
        git: Git,
        stop: threading.Event,
        *,
        backend: str,
        done: Callable[[tuple[str, ...], RunReport | RepodocError], None],
    ) -> None:
        self._git = git
        self._stop = stop
        self._backend = backend
        self._done = done
        self._config = read_config(git) or default()

    @property
    def config(self) -> Config:
        """The configuration as it was last read."""
        return self._config

    def __call__(self, event: Event) -> None:
        """Refresh after a `FilesChanged`; other events are not for us."""
        if isinstance(event, FilesChanged):
            wait_for_git(self._git, self._stop)
            self._done(event.paths, self._refresh(CONFIG_NAME in event.paths))

    def _refresh(self, reread: bool) -> RunReport | RepodocError:
        try:
            if reread:
                self._config = read_config(self._git) or default()
            backend = self._backend if self._config.asks_models else "auto"
            with Engine.open(self._git, self._config) as engine:
                return engine.run(Request(origin="watch", backend=backend))
        except RepodocError as error:
            return error


def watch(
    git: Git, refresher: Refresher, bus: EventBus, stop: threading.Event, begun: Callable[[], None]
) -> None:
    """Publish what changes until `stop` is set; `begun` is called once nothing is missed any more.

    What changed before that is made up for by a first refresh of everything.
    """
    for paths in changes(git, stop, lambda: refresher.config.docs_dir):
        bus.publish(FilesChanged(run_id=bus.run_id, paths=paths))
        if not paths:
            begun()
