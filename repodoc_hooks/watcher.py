"""Pages that follow the work tree while somebody types: file events invalidate, and what they touch is made anew.

The observer in its first meaning (Gamma et al., "Design Patterns", 1994): the file system is the subject, a
`FilesChanged` on the bus the notification, `Refresher` the observer. Nothing is ever staged.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from repodoc_hooks.config import CONFIG_NAME, Config, default
from repodoc_hooks.errors import RepodocError
from repodoc_hooks.events import Event, EventBus, FilesChanged
from repodoc_hooks.expressions import expression
from repodoc_hooks.git import jujutsu
from repodoc_hooks.git.process import Git, zsplit
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.run_report import RunReport

DEBOUNCE_MS = 200
"""How long the file system has to be still before what it reported is acted on."""
_STEP_MS = 50
_LOOK_MS = 250
_PAUSE = 0.1
_DRAFT = expression(r"(?:.*/)?(?:4913|\.#.*|#.*#|.*~|.*\.sw.|.*___jb_(?:tmp|old)___|\.goutputstream-.*)")
"""Files that editors write beside the one that they save."""
_GIT_AT_WORK = ("index.lock", "rebase-merge", "rebase-apply", "MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD")


def changes(git: Git, stop: threading.Event, docs_dir: Callable[[], str]) -> Iterator[tuple[str, ...]]:
    """Batches of paths of the documented tree that somebody changed, added or took out, without our pages.

    That tree has what git tracks: an editor's drafts do not count, and a new file does once it is added. The first
    batch is empty: from then on nothing is missed.
    """
    from watchfiles import watch

    top = git.top.resolve()
    index = str(git.git_dir.resolve() / "index")
    private = tuple({f"{path.resolve()}/" for path in (git.git_dir, git.common_dir, top / jujutsu.FOLDER)})

    def wanted(_: object, path: str) -> bool:
        return path == index or not f"{path}/".startswith(private)

    watched = watch(
        top,
        *([] if index.startswith(f"{top}/") else [git.git_dir]),  # a linked worktree has its index elsewhere
        watch_filter=wanted,
        debounce=DEBOUNCE_MS,
        step=_STEP_MS,
        rust_timeout=_LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=False,
        ignore_permission_denied=True,
    )
    begun, known = False, _paths(git)
    for batch in watched:
        if not begun:
            begun = True
            yield ()
        if not batch:
            continue
        pages, before, known = docs_dir() + "/", known, _paths(git)
        written = {Path(path).relative_to(top).as_posix() for _, path in batch if path != index}
        touched = sorted((written & (known | before | {CONFIG_NAME})) | (known ^ before))
        if paths := tuple(path for path in touched if not path.startswith(pages)):
            yield paths


def _paths(git: Git) -> frozenset[str]:
    """What belongs to the tree that is documented: tracked files, and under jj all that are not ignored."""
    if not jujutsu.takes_new_files(git.top, git.env):
        return frozenset(zsplit(git.run("ls-files", "-z")))
    not_of_jj = f":(top,exclude,literal){jujutsu.FOLDER}"
    listed = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ":/", not_of_jj)
    return frozenset(path for path in zsplit(listed) if not _DRAFT.fullmatch(path))


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
