"""Notes on commits in `refs/notes/repodoc`: JSON Lines, sorted, each line once.

A cache and an audit trail: losing it costs time, never correctness. So nothing here is ever forced, pruned or
waited for long. All writing goes one way, through git-fast-import(1), with one fixed fan-out (`ab/cdef...`):
`git notes` chooses its own, and merging two different ones aborts in git. A lock in the common directory
keeps our own writers apart, fast-import's check that the new tip contains the old one all others; who loses
tries again.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from msgspec import Struct

from repodoc_hooks.errors import GitError
from repodoc_hooks.git.lock import file_lock
from repodoc_hooks.git.objects import Objects, open_objects
from repodoc_hooks.git.process import Git, error_line

REF = "refs/notes/repodoc"
_TRIES = 5
_NETWORK_SECONDS = 60.0
_NOBODY = "repodoc <repodoc@localhost> "
_QUIET = ("-c", "core.hooksPath=/dev/null", "-c", "gc.auto=0", "-c", "maintenance.auto=false")

Line = dict[str, Any]
_Contents = Mapping[str, bytes | None]


class Note(Struct, frozen=True):
    """The lines on one commit; `distance` counts the commits passed on the way to it."""

    commit: str
    distance: int
    lines: list[Line]


def read_nearest(
    git: Git, commit: str = "HEAD", limit: int = 200, objects: Objects | None = None
) -> Note | None:
    """The note on a commit, or on the nearest of its last `limit` ancestors that has one.

    `objects` is a reader that is open already; it is not used where it might fetch notes from a server: there, notes
    that this clone lacks count as none.
    """
    try:
        return _nearest(git, commit, limit, objects)
    except GitError:
        if git.partial:
            return None
        raise


def _nearest(git: Git, commit: str, limit: int, objects: Objects | None) -> Note | None:
    with _reader(git) if objects is None or git.partial else nullcontext(objects) as reader:
        oid = reader.resolve(f"{commit}^{{commit}}")
        if not oid:  # no commit yet
            return None
        content = next(reader.find([_name(oid)]))[1]
        if content is not None:
            return Note(oid, 0, _parse(content))
        if limit == 1 or not reader.resolve(REF):
            return None
        return next(_walk(git, [f"--max-count={limit}", oid], reader), None)


def log(git: Git, revisions: str) -> Iterator[Note]:
    """The notes on the commits of a range (`main..topic`, `HEAD`), newest first.

    Raises:
        GitError: there is no such range.
    """
    with _reader(git) as reader:
        yield from _walk(git, [revisions], reader)


def content_of(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """A note with these lines."""
    return _union(f"{_encode(line)}\n".encode() for line in lines)


def write(git: Git, commit: str, lines: Sequence[Mapping[str, Any]]) -> None:
    """Add lines to a commit's note.

    Raises:
        GitError: there is no such commit, or other writers would not let us through.
    """
    added = content_of(lines)

    def make(objects: Objects) -> _Contents:
        oid = objects.resolve(f"{commit}^{{commit}}")
        if not oid:
            raise GitError("there is no such commit", where=commit, fix="name an existing one")
        return _unions(objects, {oid: [added]})

    if lines:
        _edit(git, make)


def rekey(git: Git, pairs: Iterable[tuple[str, str]]) -> None:
    """Give rewritten commits the notes of the commits that they replace: (old, new), several old to one new.

    What a rewritten commit says itself about a component stands; of the old one the rest is taken over.
    """
    replaced: dict[str, list[str]] = {}
    for old, new in pairs:
        replaced.setdefault(new, []).append(old)

    def carried(objects: Objects) -> _Contents:
        found = dict(objects.find(_name(oid) for new, olds in replaced.items() for oid in (new, *olds)))
        added: dict[str, list[bytes]] = {}
        for new, olds in replaced.items():
            own = {
                line.get("component") for line in _parse(found[_name(new)]) if line.get("kind") == "component"
            }
            lines = [line for old in olds for line in _parse(found[_name(old)])]
            kept = [line for line in lines if line.get("kind") != "component" or line["component"] not in own]
            if kept:
                added[new] = ["".join(f"{_encode(line)}\n" for line in kept).encode()]
        return _unions(objects, added)

    if replaced:
        _edit(git, carried)


def fetch(git: Git, remote: str) -> str:
    """Bring the remote's notes and merge them into ours; "" or one line that says why not."""
    problem = _fetch(git, remote)
    if not problem:
        _merge(git, _tracking(remote))
    return problem


def push(git: Git, remote: str) -> str:
    """Bring our notes, merged with the remote's, to the remote; "" or one line that says why not."""
    ours = git.line("rev-parse", "--verify", "--quiet", REF)
    if not ours:
        return ""
    problem, seen = "", ""
    for attempt in range(_TRIES):
        done = _network(git, "push", "--porcelain", "--no-verify", "--quiet", remote, f"{REF}:{REF}")
        if done == "":
            return ""
        problem = problem or done
        if fetch(git, remote):
            break
        theirs = git.line("rev-parse", "--verify", "--quiet", _tracking(remote))
        if attempt and theirs == seen:
            problem = done  # nobody was faster: the server does not want them
            break
        seen = theirs
        _pause(0.1 * 2**attempt)
    return f"notes were not pushed to {remote}: {problem}"


def _component(line: Line) -> str | None:
    """The component that a line gives the state of; None for lines that add up."""
    return str(line.get("component")) if line.get("kind") == "component" else None


def _walk(git: Git, revisions: Sequence[str], reader: Objects) -> Iterator[Note]:
    commits = git.run("rev-list", *revisions, "--").decode().split()
    names = {_name(commit): (distance, commit) for distance, commit in enumerate(commits)}
    for name, content in reader.find(names):
        if content is not None:
            distance, commit = names[name]
            yield Note(commit, distance, _parse(content))


def _reader(git: Git) -> Objects:
    """A reader that waits for no server."""
    return open_objects(git.with_env(GIT_NO_LAZY_FETCH="1"))


def _unions(objects: Objects, added: Mapping[str, Sequence[bytes]]) -> _Contents:
    """Every commit's lines with those added, as far as that changes anything, by path."""
    present = dict(objects.find(map(_name, added)))
    changes = {}
    for commit, contents in added.items():
        old = present[_name(commit)]
        new = _union([old or b"", *contents])
        if new != old:
            changes[_path(commit)] = new
    return changes


def _edit(git: Git, make: Callable[[Objects], _Contents], merged: str = "") -> None:
    """Commit contents (None: remove) to the ref, again from the start if somebody was faster."""
    with file_lock(git.common_dir / "repodoc" / "notes.lock"), open_objects(git) as objects:
        for attempt in range(_TRIES):
            tip = objects.resolve(REF)
            changes = make(objects)
            if not changes and not merged:
                return
            done = git.call("fast-import", "--quiet", input=_stream(git, tip, changes, merged))
            if done.returncode == 0:
                return
            _pause(0.05 * 2**attempt)
        raise GitError(error_line(done.stderr), where=REF, fix="try again")


def _stream(git: Git, tip: str, changes: _Contents, merged: str) -> bytes:
    """A commit in the language of git-fast-import(1)."""
    message = b"Merge notes\n" if merged else b"Add notes\n"
    who = git.line("var", "GIT_COMMITTER_IDENT") or f"{_NOBODY}{int(time.time())} +0000"
    head = f"commit {REF}\ncommitter {who}\ndata {len(message)}\n"
    parents = (f"from {tip}\n" if tip else "") + (f"merge {merged}\n" if merged else "")
    parts = [os.fsencode(head), message, parents.encode()]
    for path, content in changes.items():
        if content is None:
            parts.append(f"D {path}\n".encode())
        else:
            parts += [f"M 100644 inline {path}\ndata {len(content)}\n".encode(), content, b"\n"]
    return b"".join(parts)


def _merge(git: Git, theirs: str) -> None:
    """Merge another notes ref into ours: of every note the lines of both."""
    other = git.line("rev-parse", "--verify", "--quiet", theirs)
    ours = git.line("rev-parse", "--verify", "--quiet", REF)
    if not other or other == ours:
        return
    if not ours:
        git.call("update-ref", REF, other, "0" * len(other))
        return
    base = git.line("merge-base", REF, other)
    if base == other:
        return
    if base == ours and git.call("update-ref", REF, other, ours).returncode == 0:
        return
    _edit(git, lambda objects: _both(git, objects, other), merged=other)


def _both(git: Git, objects: Objects, other: str) -> _Contents:
    """What has to change in our notes to have the lines of the others, too."""
    trees = [git.run("rev-parse", f"{rev}^{{tree}}").decode().strip() for rev in (REF, other)]
    added: dict[str, list[bytes]] = {}
    removed: dict[str, bytes | None] = {}
    for path, mine, other_entry in objects.diff(trees[0], trees[1]):
        commit = path.replace("/", "")
        stray = path != _path(commit)  # written by `git notes`
        for entry in (mine if stray else None, other_entry):
            if entry is not None:
                added.setdefault(commit, []).append(objects.blob(entry.oid))
        if stray and mine is not None:
            removed[path] = None
    return {**removed, **_unions(objects, added)}


def _fetch(git: Git, remote: str) -> str:
    # A pattern, because a plain name is an error where the remote has no notes yet.
    refspec = f"+{REF}*:{_tracking(remote)}*"
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no", "--refmap=")
    problem = _network(git, "fetch", *options, remote, refspec)
    return problem and f"notes were not fetched from {remote}: {problem}"


def _network(git: Git, *args: str) -> str:
    """ "" if a command that talks to a remote went well, else its complaint; never asks for a password."""
    env = {"GIT_TERMINAL_PROMPT": "0", "REPODOC_ACTIVE": "1"}
    try:
        done = git.call(*_QUIET, *args, env=env, timeout=_NETWORK_SECONDS)
    except GitError as error:
        return error.what
    if done.returncode == 0:
        return ""
    refused = [
        line.split("\t")[-1]
        for line in done.stdout.decode("utf-8", "replace").splitlines()
        if line[:1] == "!"
    ]
    return refused[0] if refused else error_line(done.stderr)


def _pause(seconds: float) -> None:
    """Wait for up to so long: who collided once shall not collide again."""
    time.sleep(seconds * os.urandom(1)[0] / 255)


def _tracking(remote: str) -> str:
    return f"refs/notes/remotes/{re.sub(r'[^A-Za-z0-9_-]+', '-', remote).strip('-')}/repodoc"


def _path(commit: str) -> str:
    return f"{commit[:2]}/{commit[2:]}"


def _name(commit: str) -> str:
    return f"{REF}:{_path(commit)}"


def _encode(line: Mapping[str, Any]) -> str:
    return json.dumps(line, sort_keys=True, separators=(",", ":"))


def _union(contents: Iterable[bytes]) -> bytes:
    lines = {line for content in contents for line in content.split(b"\n") if line.strip()}
    return b"".join(line + b"\n" for line in sorted(lines))


def _parse(content: bytes | None) -> list[Line]:
    """The objects among the lines; others are left alone, and out."""
    found = []
    for line in (content or b"").split(b"\n"):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found
