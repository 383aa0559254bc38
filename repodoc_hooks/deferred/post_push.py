"""After the push: git has no such hook. pre-push leaves a note; a detached worker looks what became of it.

The hook's side is on the path of every push, while the connection to the server stands open: the shim leaves
a file (`collect_push_notes` reads it); under a framework of hooks `queue_push` imports little and asks git at most
once.
The worker's side (`outcome`) waits until git has ended, then takes the remote-tracking ref's word, and asks
the server where there is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from repodoc_hooks.deferred.background import start_worker
from repodoc_hooks.git.process import Git
from repodoc_hooks.store.push_notes import push_notes
from repodoc_hooks.system import Process, is_alive, look, nearest_git

if TYPE_CHECKING:
    from repodoc_hooks.store.jobs import JobStore

PATIENCE = 6 * 3600.0
_BRANCHES = "refs/heads/"


class Pushed(Struct, frozen=True):
    """A branch that a push has moved: its name on the server (`refs/heads/main`) and its new commit."""

    ref: str
    commit: str


def queue_push(git: Git, remote: str, url: str, lines: Sequence[str]) -> None:
    """Note a push that is about to happen and start the worker.

    `lines` are what git gives to pre-push (githooks(5)): `<local ref> <oid> <remote ref> <remote oid>`. Under
    pre-commit and prek they are lost; then the remote-tracking refs are noted, to see later which have moved.
    """
    remote = remote or os.environ.get("PRE_COMMIT_REMOTE_NAME", "")
    url = url or os.environ.get("PRE_COMMIT_REMOTE_URL", "")
    body = _body(remote, url, lines, nearest_git())
    if lines and not body["refs"]:
        return
    if not lines:
        body["refs"] = _from_framework()
        body["before"], body["heads"] = _snapshot(git, remote)
    from repodoc_hooks.store.jobs import JobStore

    with JobStore.open(git.state_dir) as store:
        store.notes.add("push", body)
    start_worker(git)


def collect_push_notes(git: Git, store: JobStore) -> None:
    """Put the notes that the shim has left as files into the queue."""
    for note in push_notes(git.state_dir):
        body = _body(note.remote, note.url, note.lines, look(note.pid))
        if body["refs"]:
            store.notes.add("push", body)
        note.drop()


def outcome(git: Git, body: Mapping[str, Any], age: float) -> list[Pushed] | None:
    """What became of a noted push: the branches that it has moved; None while git is still at it.

    `age` is the note's age in seconds: a git that hangs is not waited for without end.
    """
    if body["git"] and age < PATIENCE and is_alive(*body["git"]):
        return None
    moved = [Pushed(ref, commit) for ref, commit in body["refs"] if _is_there(git, body, ref, commit)]
    if "before" in body:
        known = {push.ref for push in moved}
        moved += [push for push in _moved(git, body) if push.ref not in known]
    return moved


def unnoticed(git: Git, planned: Callable[[str], str]) -> list[tuple[str, Pushed]]:
    """Pushes that no hook saw (`--no-verify`), as (remote-tracking ref, branch).

    That is: a remote-tracking ref that stands at one of our branches, was moved there by a push, and is not
    at the commit that `planned` gives for it.
    """
    remotes = os.fsdecode(git.run("remote")).split()
    before, heads = _snapshot(git, "")
    found = []
    for tracking, commit in before.items():
        remote = next((r for r in remotes if tracking.startswith(f"refs/remotes/{r}/")), "")
        if not remote or commit not in heads or planned(tracking) == commit:
            continue
        if git.line("log", "-1", "--walk-reflogs", "--format=%gs", tracking) == "update by push":
            branch = tracking.removeprefix(f"refs/remotes/{remote}/")
            found.append((tracking, Pushed(_BRANCHES + branch, commit)))
    return found


def tracking_ref(git: Git, remote: str, ref: str) -> str:
    """The local ref that follows `ref` of a remote ("" if none does), by the remote's fetch refspecs."""
    configured = os.fsdecode(git.run("config", "--get-all", f"remote.{remote}.fetch", check=False))
    for spec in configured.split():
        source, _, target = spec.removeprefix("+").partition(":")
        head, star, tail = source.partition("*")
        if star and ref.startswith(head) and ref.endswith(tail) and len(ref) >= len(head) + len(tail):
            return target.replace("*", ref[len(head) : len(ref) - len(tail)], 1)
        if source == ref:
            return target
    return ""


def quiet_env() -> dict[str, str]:
    """Variables that keep git from asking anybody for a password."""
    return {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": "false",
        "SSH_ASKPASS": "false",
        "SSH_ASKPASS_REQUIRE": "never",
    }


def _body(remote: str, url: str, lines: Sequence[str], pushing: Process | None) -> dict[str, Any]:
    """A push as the queue notes it; `pushing` is the git process that is at it."""
    return {
        "remote": remote,
        "url": url,
        "refs": [words for line in lines if (words := _wanted(line))],
        "git": [pushing.pid, pushing.started] if pushing else None,
    }


def _wanted(line: str) -> list[str]:
    """[remote ref, commit] of a line of pre-push, [] for deletions and for what is no branch."""
    words = line.split()
    if len(words) != 4 or not words[2].startswith(_BRANCHES) or not words[1].strip("0"):
        return []
    return [words[2], words[1]]


def _from_framework() -> list[list[str]]:
    """The one ref that pre-commit and prek hand on, in the shape of `_wanted`."""
    ref, commit = os.environ.get("PRE_COMMIT_REMOTE_BRANCH", ""), os.environ.get("PRE_COMMIT_TO_REF", "")
    full = ref if ref.startswith("refs/") else _BRANCHES + ref
    return [[full, commit]] if ref and commit.strip("0") and full.startswith(_BRANCHES) else []


def _snapshot(git: Git, remote: str) -> tuple[dict[str, str], list[str]]:
    """The refs that follow a remote ("": any), and the commits of the local branches."""
    patterns = (_BRANCHES, f"refs/remotes/{remote}".rstrip("/"))
    listed = os.fsdecode(git.run("for-each-ref", "--format=%(objectname) %(refname)", *patterns))
    refs = {ref: oid for oid, ref in (line.split(" ", 1) for line in listed.splitlines())}
    heads = sorted({oid for ref, oid in refs.items() if ref.startswith(_BRANCHES)})
    return {ref: oid for ref, oid in refs.items() if not ref.startswith(_BRANCHES)}, heads


def _moved(git: Git, body: Mapping[str, Any]) -> list[Pushed]:
    """The branches whose remote-tracking ref has become one of our commits since the snapshot."""
    prefix = f"refs/remotes/{body['remote']}/"
    after, _ = _snapshot(git, body["remote"])
    return [
        Pushed(_BRANCHES + ref.removeprefix(prefix), oid)
        for ref, oid in after.items()
        if body["before"].get(ref) != oid and oid in body["heads"] and ref.startswith(prefix)
    ]


def _is_there(git: Git, body: Mapping[str, Any], ref: str, commit: str) -> bool:
    tracking = tracking_ref(git, body["remote"], ref)
    if tracking:
        return git.line("rev-parse", "--verify", "--quiet", tracking) == commit
    listed = git.run("ls-remote", body["url"] or body["remote"], ref, check=False, env=quiet_env())
    return f"{commit}\t{ref}" in os.fsdecode(listed).splitlines()
