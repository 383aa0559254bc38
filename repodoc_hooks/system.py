"""What differs between Linux, macOS and Windows: processes, locks on files, programs of their own, users.

Every call that one of them lacks stands here and nowhere else.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from filelock import BaseFileLock

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_MAX_DEPTH = 16
_READERS = 8
IS_WINDOWS = sys.platform == "win32"


class Process(NamedTuple):
    """A process at one moment. `started` tells it from a later one with the same number."""

    pid: int
    parent: int
    name: str
    started: str


def look(pid: int) -> Process | None:
    """The process with that number, None if there is none (or only a zombie)."""
    try:
        return _from_proc(pid) if sys.platform == "linux" else _from_psutil(pid)
    except (OSError, ValueError, IndexError):
        return None


def ancestors(pid: int | None = None) -> Iterator[Process]:
    """Our parent (or that of `pid`), its parent, and so on."""
    above = os.getppid() if pid is None else pid
    for _ in range(_MAX_DEPTH):
        found = look(above) if above > 1 else None
        if found is None:
            return
        yield found
        above = found.parent


def nearest_git() -> Process | None:
    """The git command that runs us as a hook; None if something else does."""
    return next((process for process in ancestors() if process.name in ("git", "git.exe")), None)


def is_alive(pid: int, started: str) -> bool:
    """Does that very process still run?"""
    found = look(pid)
    return found is not None and found.started == started


def exists(pid: int) -> bool:
    """Is there a process of that number? It may be a later one; `is_alive` knows better, and takes longer."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _from_proc(pid: int) -> Process | None:
    # proc_pid_stat(5): "pid (any name) state ppid ...", the 22nd field is the start in clock ticks
    stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    end = stat.rindex(")")
    fields = stat[end + 2 :].split()
    if fields[0] in "ZX":
        return None
    return Process(pid, int(fields[1]), stat[stat.index("(") + 1 : end], fields[19])


def _from_psutil(pid: int) -> Process | None:
    import psutil

    try:
        found = psutil.Process(pid)
        with found.oneshot():
            if found.status() == psutil.STATUS_ZOMBIE:
                return None
            return Process(pid, found.ppid(), found.name(), repr(found.create_time()))
    except psutil.Error:
        return None


def memory_mb(pid: int) -> float:
    """Resident memory of a process in MB (2**20 bytes), 0 when it is gone."""
    import psutil

    try:
        return float(psutil.Process(pid).memory_info().rss) / 2**20
    except psutil.Error:
        return 0.0


# programs of their own


def apart() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` for a program with a session of its own, which no Ctrl-C here reaches."""
    if IS_WINDOWS:
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}  # type: ignore[attr-defined, unused-ignore]
    return {"start_new_session": True}


def leave_session() -> None:
    """Put this process into a session of its own, where there are sessions."""
    if hasattr(os, "setsid"):
        with suppress(PermissionError):  # it leads its process group already
            os.setsid()


def end(process: subprocess.Popen[Any], seconds: float = 0.0) -> None:
    """End a program that was started with `apart`, and all that it started: asked first, forced after `seconds`."""
    numbers = [signal.SIGTERM] if seconds else []
    for number in [*numbers, getattr(signal, "SIGKILL", signal.SIGTERM)]:
        _signal_all(process, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds or 5.0)
            return


def _signal_all(process: subprocess.Popen[Any], number: int) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        return
    import psutil

    with suppress(psutil.Error):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.Error):
                child.kill()
    with suppress(OSError):
        process.kill()


# locks


class FileLock:
    """A lock on a file that ends with its holder, exclusive or shared; made with its folder (0700) if missing.

    flock(2) where there is one. Elsewhere `filelock` gives exclusive locks alone: an exclusive one is held on the file,
    a shared one on one of some files beside it while nobody holds the first.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self._held: list[BaseFileLock] = []
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock, or change its kind; False at once if somebody else holds it."""
        if fcntl is None:
            return self._take_without_flock(shared)
        if self._file < 0:
            self._file = os.open(self._path, os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Let go; safe to repeat."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
        for lock in self._held:
            lock.release()
        self._held.clear()

    def __enter__(self) -> FileLock:
        return self

    def __exit__(self, *error: object) -> None:
        self.release()

    def _take_without_flock(self, shared: bool) -> bool:
        self.release()
        if not self._hold(self._path):
            return False
        readers = [self._path.with_name(f"{self._path.name}.{number}") for number in range(_READERS)]
        if shared:
            taken = any(self._hold(path) for path in readers)
            self._held.pop(0).release()
            return taken
        if all(map(self._hold, readers)):
            return True
        self.release()
        return False

    def _hold(self, path: Path) -> bool:
        import filelock

        # Its last resort is a file that must not be there yet, so not the one that flock(2) leaves behind.
        lock = filelock.FileLock(path.with_name(f"{path.name}.held"))
        try:
            lock.acquire(blocking=False)
        except filelock.Timeout:
            return False
        self._held.append(lock)
        return True


HANDS_LOCKS_ON = fcntl is not None
"""Whether a lock on an open file goes to a process that is given the file."""


def lock_open(file: IO[Any], *, shared: bool = False) -> bool:
    """Lock an open file as long as it, or a copy in another process, is open; False if somebody else holds it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def unlock_open(file: IO[Any]) -> None:
    """Take that lock away, the file stays open."""
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_UN)


# memory


@contextmanager
def memory_limit(size: int) -> Iterator[None]:
    """Let this process grow by `size` bytes and no more, where the system has such a limit (setrlimit(2))."""
    try:
        import resource
    except ImportError:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    with suppress(OSError, ValueError):
        now = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        if before[0] == resource.RLIM_INFINITY or now + size < before[0]:
            resource.setrlimit(resource.RLIMIT_AS, (now + size, before[1]))
    try:
        yield
    finally:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_AS, before)


# users and folders


def cache_folder() -> Path:
    """Where this user's tools keep what can be made again; for one without a home, a place where nothing can be."""
    if not IS_WINDOWS:  # macOS too: there developers' tools keep to XDG
        named = os.environ.get("XDG_CACHE_HOME", "")
        home = os.path.expanduser("~")  # noqa: PTH111 - `Path` raises where there is none
        usual = f"{home}/.cache" if os.path.isabs(home) else os.devnull  # noqa: PTH117 - on the way of a commit
        return Path(named if os.path.isabs(named) else usual) / "repodoc"  # noqa: PTH117
    import platformdirs

    return Path(platformdirs.user_cache_dir("repodoc", appauthor=False))


def user_folder(name: str) -> Path:
    """A folder of this user's in the place for temporary files."""
    import tempfile

    number = my_number()
    owner = os.environ.get("USERNAME", "user") if number is None else str(number)
    return Path(tempfile.gettempdir()) / f"{name}-{owner}"


def my_number() -> int | None:
    """The number of this user, None where users have none."""
    return os.getuid() if hasattr(os, "getuid") else None


def is_mine(path: str | Path) -> bool:
    """Whether a folder is this user's, nobody else can write to it, and we can."""
    try:
        status = os.stat(path)  # noqa: PTH116 - on the way of a commit
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or (status.st_uid == os.getuid() and not status.st_mode & 0o022)
    return mine and os.access(path, os.W_OK)
