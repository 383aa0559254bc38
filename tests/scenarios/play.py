"""Plays a scenario, and looks at the repository after every command."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

from repodoc_hooks import cli
from tests.repos import Repo, Result
from tests.scenarios.script import Expectation, Scenario, Step

DOCS = "docs/repodoc/"
MINE = "mine"


@dataclass(slots=True)
class Seen:
    """A repository after a command. Pages count only by their lines that the user wrote."""

    line: int
    command: str
    exit: int
    branch: str
    commits: str
    stashes: str
    code_in_head: list[str]
    code_in_index: list[str]
    code_in_work_tree: dict[str, bytes]
    status: list[str]
    mine: dict[str, list[str]]
    pages_status: list[str] = field(default_factory=list)


def look(repo: Repo, step: Step, result: Result) -> Seen:
    """What there is to see."""
    listed = _lines(repo, "ls-files", "-c", "-o", "-s", "-z", "--exclude-standard")
    index = [entry for entry in listed if "\t" in entry]
    names = {entry.rpartition("\t")[2] for entry in listed}
    files = sorted(name for name in names if (repo.path / name).is_file())
    contents = {name: (repo.path / name).read_bytes() for name in files}
    head = _lines(repo, "ls-tree", "-r", "-z", "HEAD")
    branch, *status = _lines(
        repo, "status", "--porcelain", "--branch", "-z", "--untracked-files=all", "--no-renames"
    )
    return Seen(
        line=step.line,
        command=step.text,
        exit=result.returncode,
        branch=branch,
        commits=repo.git("rev-list", "--count", "HEAD", check=False),
        stashes=repo.git("stash", "list", "--format=%gd"),
        code_in_head=_code(head),
        code_in_index=_code(index),
        code_in_work_tree={name: data for name, data in contents.items() if not _is_page(name)},
        status=[entry for entry in status if not _is_page(entry[3:])],
        mine={
            "HEAD": _mine(_blobs(repo, head)),
            "index": _mine(_blobs(repo, index)),
            "work tree": _mine(data for name, data in contents.items() if _is_page(name)),
        },
        pages_status=[entry for entry in status if _is_page(entry[3:])],
    )


@dataclass(frozen=True, slots=True)
class Played:
    """Everything that was seen, and what was found of the expectations: (expectation, what holds instead)."""

    seen: list[Seen]
    failures: list[str]


def play(scenario: Scenario, runner: str, folder: Path, control: list[Seen] | None) -> Played:
    """Go through the steps in the repository at `folder`; without `control`, only look."""
    repo = Repo(folder)
    seen: list[Seen] = []
    failures: list[str] = []
    result = Result((), 0, "", "")
    stated: set[int] = set()
    for step in scenario.for_runner(runner):
        if isinstance(step, Step):
            if step.verb == "cd":
                repo = Repo((repo.path / step.path).resolve())
            elif step.verb == "$":
                result = repo.run("sh", "-c", step.text, check=False)
                seen.append(look(repo, step, result))
            else:
                _change(repo, step)
        elif control is not None:
            if step.what == "status":
                stated.add(len(seen) - 1)
            problem = _missed(repo, step, result, seen[-1])
            if problem:
                failures.append(f"line {step.line}: {problem}\n{result.output}")
    for number, (ours, other) in enumerate(zip(seen, control or [], strict=control is not None)):
        for name in Seen.__dataclass_fields__:
            if name == "pages_status" and number in stated:
                continue
            if getattr(ours, name) != getattr(other, name):
                what = f"line {ours.line}, after `{ours.command}`: {name} differs from the control"
                failures.append(
                    f"{what}\n  ours:    {getattr(ours, name)}\n  control: {getattr(other, name)}"
                )
    return Played(seen, failures)


def _change(repo: Repo, step: Step) -> None:
    if step.verb == "edit":
        old, _, new = step.text.partition(" => ")
        repo.replace(step.path, old, new)
    elif step.verb == "append":
        repo.write(step.path, (repo.read(step.path) if repo.exists(step.path) else "") + step.text + "\n")
    else:
        repo.write(step.path, step.text + "\n")


def _missed(repo: Repo, expected: Expectation, result: Result, seen: Seen) -> str:
    """How the expectation fails, "" if it holds."""
    if expected.what == "said":
        return "" if expected.value in result.output else f"nothing said {expected.value!r}"
    if expected.what == "check":
        code, told = _check(repo)
        return (
            ""
            if code == {"current": 0, "stale": 1}[expected.value]
            else f"check is not {expected.value}: {told}"
        )
    if expected.what == "pages":
        found = sorted(path.removeprefix(DOCS) for path in repo.changed() if _is_page(path))
        wanted_pages = sorted(shlex.split("" if expected.value == "-" else expected.value))
        return "" if found == wanted_pages else f"HEAD changed the pages {found}, not {wanted_pages}"
    listed = [] if expected.value == "-" else [entry.strip("'") for entry in expected.value.split(", ")]
    found = [entry[:3] + entry[3:].removeprefix(DOCS) for entry in seen.pages_status]
    return "" if found == listed else f"status lists the pages {found}, not {listed}"


def _check(repo: Repo) -> tuple[int, str]:
    """Exit code and output of `repodoc check`, in this process: a new one would import everything again."""
    raw = io.BytesIO()
    told = io.TextIOWrapper(raw, write_through=True)
    with redirect_stdout(told), redirect_stderr(told):
        code = cli.main(["-C", str(repo.path), "check"])
    return code, raw.getvalue().decode()


def _lines(repo: Repo, *args: str) -> list[str]:
    return [line for line in repo.run("git", *args, check=False).stdout.split("\0") if line]


_known: dict[str, bytes] = {}


def _blobs(repo: Repo, entries: list[str]) -> Iterator[bytes]:
    """The pages among entries of a tree or an index; what was read once is not read again."""
    for entry in entries:
        facts, _, path = entry.partition("\t")
        if _is_page(path):
            oid = next(word for word in facts.split() if len(word) >= 40)
            if oid not in _known:
                _known[oid] = repo.git("cat-file", "blob", oid).encode()
            yield _known[oid]


def _code(entries: list[str]) -> list[str]:
    """Entries of all that is no page; a submodule's commit holds pages, too, and so has another name."""
    found = [entry for entry in entries if not _is_page(entry.split("\t")[1])]
    return [re.sub(r"^(160000 .*)\b[0-9a-f]{40,}", r"\1", entry) for entry in found]


def _is_page(path: str) -> bool:
    return path.startswith(DOCS)


def _mine(pages: Iterable[bytes]) -> list[str]:
    """The user's own lines on pages."""
    return sorted(line for page in pages for line in page.decode().splitlines() if MINE in line)
