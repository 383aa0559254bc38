"""Events of a believable run, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Iterator

from repodoc_hooks import events
from repodoc_hooks.events import Event


def sample_run(
    run_id: str = "r1", *, at: float = 1_700_000_000.0, pid: int = 1, end: bool = True
) -> Iterator[Event]:
    """Two sections by a model, one rendered, one warning; `end` False leaves the run unfinished."""
    tokens = {"input": 100, "output": 20, "cache_read": 300, "cache_write": 0, "reasoning": 5}
    yield events.RunStarted(run_id=run_id, at=at, origin="cli", tree="f" * 40, backend="opencode", pid=pid)
    yield events.FileParsed(run_id=run_id, at=at, path="src/app.py", language="python", seconds=0.001)
    for number, component in enumerate(("src/app", "src/lib")):
        section, now = f"{component}#summary", at + number
        yield events.SectionPlanned(
            run_id=run_id,
            at=now,
            section=section,
            component=component,
            kind="summary",
            reason="`run` changed",
        )
        yield events.SectionStarted(
            run_id=run_id, at=now, section=section, backend="opencode", session="ses_1"
        )
        yield events.SectionText(run_id=run_id, at=now, section=section, text="It runs\nthings.")
        yield events.ModelCalled(
            run_id=run_id,
            at=now + 0.5,
            backend="opencode",
            model="fake/small",
            session="ses_1",
            outcome="ok",
            tokens=tokens,
            cost_usd=0.002,
            seconds=0.5,
        )
        yield events.SectionFinished(
            run_id=run_id,
            at=now + 0.6,
            section=section,
            action="generated",
            reason="`run` changed",
            backend="opencode",
            model="fake/small",
            tokens=tokens,
            cost_usd=0.002,
            seconds=0.6,
        )
    yield events.SectionFinished(
        run_id=run_id, at=at + 2, section="src/app#api", action="rendered", reason="new"
    )
    yield events.BudgetWarning(run_id=run_id, at=at + 2, limit="day.usd", spent=0.8, allowed=1.0)
    yield events.PageWritten(run_id=run_id, at=at + 2, path="docs/repodoc/src/app.md", outcome="written")
    yield events.Message(
        run_id=run_id, at=at + 2, level="warning", text="the server said: bad key sk-" + "a" * 24
    )
    if end:
        total = {kind: 2 * count for kind, count in tokens.items()}
        yield events.RunFinished(run_id=run_id, at=at + 3, exit=0, seconds=3.0, tokens=total, cost_usd=0.004)
