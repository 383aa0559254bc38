"""The language of the scenario files.

A file begins with a sentence or two about the case, up to a blank line. Then one step a line:

    $ COMMAND                   run in sh; its exit code is compared with the control's
    edit PATH: OLD => NEW       replace text that must occur
    append PATH: TEXT           add a line
    write PATH: TEXT            a new file of one line
    cd DIR                      go on in another repository below the scenario's folder
    pages: PATH ...             the pages that HEAD changed, below docs/repodoc; "-" for none
    status: XY PATH, ...        how `git status` lists pages, where it is not as without us; "-" for none
    check: current | stale      what `repodoc check` says
    said: TEXT                  the last command's output has this text

An expectation may be for some runners only: `pages (pre-commit prek): -`. For these it replaces the general
one that follows or precedes it directly. `#` begins a comment.

After every command the repository is held against a control that went through the same steps without repodoc:
exit code, branch, number of commits, code in HEAD, index and work tree, `git status`, and every line of a page with
the word "mine" in it have to be equal. So each scenario tests that no edit is lost, and that git behaves as ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_STEP = re.compile(r"(?:(\$) (.+)|(edit|append|write) ([^:]+): (.*)|(cd) (.+))")
_EXPECTATION = re.compile(r"(pages|status|check|said)(?: \(([a-z -]+)\))?: (.+)")


@dataclass(frozen=True, slots=True)
class Step:
    """An action; `line` is its place in the file."""

    line: int
    verb: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Expectation:
    """What has to hold after the steps so far, for those runners ("" for all that no other line names)."""

    line: int
    what: str
    runners: frozenset[str]
    value: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """One file."""

    name: str
    about: str
    steps: tuple[Step | Expectation, ...]

    def for_runner(self, runner: str) -> list[Step | Expectation]:
        """The steps that count for a runner: an expectation that names it goes before the general ones beside it."""
        chosen: list[Step | Expectation] = []
        block: list[Expectation] = []
        for step in (*self.steps, None):
            if isinstance(step, Expectation):
                block.append(step)
                continue
            named = {e.what for e in block if runner in e.runners}
            chosen += [e for e in block if runner in e.runners or (not e.runners and e.what not in named)]
            block = []
            if step is not None:
                chosen.append(step)
        return chosen


def parse(file: Path) -> Scenario:
    """Read a scenario.

    Raises:
        ValueError: a line that is no step, with its number.
    """
    about, _, body = file.read_text().partition("\n\n")
    first = about.count("\n") + 3
    steps: list[Step | Expectation] = []
    for number, line in enumerate(body.splitlines(), first):
        if not line.strip() or line.startswith("#"):
            continue
        if expectation := _EXPECTATION.fullmatch(line):
            what, runners, value = expectation.groups()
            steps.append(Expectation(number, what, frozenset((runners or "").split()), value))
        elif step := _STEP.fullmatch(line):
            run, command, verb, path, text, cd, folder = step.groups()
            steps.append(Step(number, run or verb or cd, path or folder or "", command or text or ""))
        else:
            raise ValueError(f"{file.name}:{number}: no step: {line}")
    return Scenario(file.stem, about, tuple(steps))
