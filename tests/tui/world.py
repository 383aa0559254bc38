"""A repository as the TUI sees it, made up: fixed time, fixed plan, fixed runs."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.pipeline.plan import SectionState
from repodoc_hooks.store.job_model import Job
from repodoc_hooks.tui.app import RepodocApp
from repodoc_hooks.tui.sources import Repository
from tests.events_sample import sample_run

NOW = 1_700_000_100.0
PAGE = """# App

<!-- repodoc:begin summary -->
It runs things, see [lib](lib.md).
<!-- repodoc:end summary -->

""" + "\n\n".join(f"Paragraph {number}." for number in range(60))


def state(component: str, kind: str, state: str, *because: str) -> SectionState:
    """A section of the plan."""
    return SectionState(f"{component}#{kind}", component, kind, f"docs/{component}.md", 3, state, "", because)


PLAN = (
    state("src/app", "summary", "stale", "`run` changed its signature"),
    state("src/app", "api", "stale", "`run` changed its signature"),
    state("src/lib", "summary", "current"),
    state("src/lib", "design", "deferred", "waits for the worker"),
    state("old", "page", "orphan", "the component is gone"),
)


class MadeUp(Repository):
    """Answers from memory; counts what is asked of it."""

    def __init__(self, git: Git, plan: Sequence[SectionState] = PLAN) -> None:
        super().__init__(git)
        self.sections = plan
        self.planned = 0
        self.retried: list[int | None] = []

    @property
    def config(self) -> Config:
        return Config()

    def plan(self) -> tuple[str, Sequence[SectionState]]:
        self.planned += 1
        return "f" * 40, self.sections

    def jobs(self) -> list[Job]:
        return [
            Job(
                id=7,
                section="src/lib#design",
                fingerprint="f",
                tree="t",
                revision="",
                branch="main",
                state="failed",
                attempts=2,
                not_before=0.0,
                lease_until=0.0,
                owner="",
                error="overloaded",
                consumed=False,
                created=NOW,
                updated=NOW,
            )
        ]

    def retry(self, job: int | None = None) -> int:
        self.retried.append(job)
        return 1

    def page(self, path: str) -> str:
        return PAGE if path == "docs/src/app.md" else f"# {path}\n"

    def diff(self, path: str) -> str:
        return f"--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-old line\n+new line\n"


def events() -> list[dict[str, Any]]:
    """A run that ended and one whose process is gone."""
    done = [event.as_json() for event in sample_run("r1")]
    return done + [
        event.as_json() for event in sample_run("r2", at=1_700_000_050.0, pid=2**22 + 1, end=False)
    ]


Script = Callable[[RepodocApp, Pilot[int]], Awaitable[None]]


def drive(
    repository: Repository, script: Script, size: tuple[int, int] = (100, 30), *, runs: bool = True
) -> None:
    """Run the app headless with the made-up runs, and do the script."""

    async def main() -> None:
        app = RepodocApp(repository, clock=lambda: NOW)
        app.animation_level = "none"
        async with app.run_test(size=size) as pilot:
            await settle(app, pilot)
            if runs:
                app.board.take(events())
                app.redraw()
                await pilot.pause()
            await script(app, pilot)

    asyncio.run(main())


async def settle(app: RepodocApp, pilot: Pilot[int]) -> None:
    """Wait until the plan is there and drawn."""
    for _ in range(200):
        await pilot.pause(0.02)
        if app.board.plan and app.body.table("pages").row_count and app.path:
            break
    await pilot.pause()


async def until(pilot: Pilot[int], condition: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait for a condition."""
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await pilot.pause(0.05)
    raise AssertionError("it never came true")


def screen_text(app: RepodocApp) -> str:
    """What stands on the screen, line by line."""
    svg = app.export_screenshot(simplify=True)
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, words in re.findall(r'<text class="[^"]*" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>', svg):
        lines.setdefault(float(y), []).append((float(x), html.unescape(words).replace("\xa0", " ")))
    width = 12.2
    text = []
    for y in sorted(lines):
        line = ""
        for x, words in sorted(lines[y]):
            line = line.ljust(round(x / width)) + words
        text.append(line.rstrip())
    return "\n".join(text) + "\n"


def git_of(path: Path) -> Git:
    """The repository at a path."""
    return Git.discover(path)
