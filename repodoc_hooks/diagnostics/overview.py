"""The state of a repository's documentation as its private folder, hooks and notes show it.

Nothing is changed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from repodoc_hooks.config import Config, Limit
from repodoc_hooks.diagnostics.runners import Runner
from repodoc_hooks.git import notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.reports.formatting import count, money
from repodoc_hooks.reports.run_view import RunView, fold
from repodoc_hooks.store.journal import journal_dir, read_run, run_files

if TYPE_CHECKING:
    from repodoc_hooks.git.install import HookStatus


class Spend(Struct, frozen=True):
    """What a period has used of its limit; `usd` leaves out `unpriced` calls. Reservations count."""

    period: str
    usd: float
    tokens: int
    unpriced: int
    limit: Limit
    readable: bool = True

    @property
    def share(self) -> float | None:
        """The larger share of the limits, None without a limit."""
        shares = [
            used / allowed if allowed else 1.0
            for used, allowed in ((self.usd, self.limit.usd), (self.tokens, self.limit.tokens))
            if allowed is not None
        ]
        return max(shares) if shares else None

    @property
    def words(self) -> str:
        """`$0.12 of $1.00, 1,234 tokens (12 %)`."""
        if not self.readable:
            return "unknown: the ledger cannot be read; `repodoc doctor` says more"
        cost = money(None if self.unpriced and not self.usd else self.usd)
        cost += f" of {money(self.limit.usd)}" if self.limit.usd is not None else ""
        tokens = count(self.tokens)
        tokens += f" of {count(self.limit.tokens)}" if self.limit.tokens is not None else ""
        share = f" ({self.share:.0%})".replace("%", " %") if self.share is not None else ", no limit"
        unknown = f", {self.unpriced} of unknown price" if self.unpriced and self.usd else ""
        return f"{cost}, {tokens} tokens{share}{unknown}"

    def as_json(self) -> dict[str, Any]:
        """The published form."""
        return {
            "period": self.period,
            "cost_usd": None if not self.readable or (self.unpriced and not self.usd) else self.usd,
            "unpriced": self.unpriced,
            "tokens": self.tokens if self.readable else None,
            "limit_usd": self.limit.usd,
            "limit_tokens": self.limit.tokens,
        }


def spending(git: Git, config: Config) -> list[Spend]:
    """Day and month; empty sums without a ledger, and with an unreadable one, which is said."""
    from repodoc_hooks.store.ledger import LEDGER_NAME, Ledger, Spent

    limits = {"day": config.budget.day, "month": config.budget.month}
    path = git.state_dir / LEDGER_NAME
    sums, readable = dict.fromkeys(limits, Spent()), True
    if path.exists():
        try:
            with closing(Ledger(path)) as ledger:
                sums = {period: ledger.spent(period) for period in limits}
        except (OSError, sqlite3.Error):
            readable = False
    return [
        Spend(p, sums[p].usd, sums[p].tokens, sums[p].unpriced, limit, readable)
        for p, limit in limits.items()
    ]


def queue_counts(git: Git) -> Mapping[str, int]:
    """Jobs by state; empty without a queue."""
    from repodoc_hooks.store.jobs import JobStore

    if not JobStore.exists(git.state_dir):
        return {}
    try:
        with JobStore.open(git.state_dir) as jobs:
            return jobs.counts()
    except sqlite3.Error:
        return {}


def recent_runs(git: Git, limit: int = 20) -> list[RunView]:
    """The last runs of every process, oldest first."""
    views: dict[str, RunView] = {}
    for path in run_files(journal_dir(git.state_dir))[-limit:]:
        fold(read_run(path), views)
    return list(views.values())


def hook_words(hooks: Sequence[HookStatus], runner: Runner) -> str:
    """`all 5 in the hooks folder`, `run through husky (.husky)`, `none; run: repodoc init`, ..."""
    by = Counter(hook.by for hook in hooks if hook.by)
    if not by:
        place = f"{runner.name} ({runner.place})" if runner.name != "other" else runner.place
        if runner.hooks:
            return f"{len(runner.hooks)} of {len(hooks)} through {place}"
        return (
            f"{place} runs them, and does not name repodoc; {runner.advice}"
            if runner.name
            else (f"none; run: {runner.advice}")
        )
    names = {
        "folder": "in the hooks folder",
        "config": "in git's configuration",
        "legacy": "by another runner",
    }
    words = [f"{number} of {len(hooks)} {names[how]}" for how, number in by.items()]
    if any(hook.by and not hook.current for hook in hooks):
        words.append("of another version; run: repodoc install")
    return ", ".join(words)


def notes_words(git: Git) -> str:
    """How our notes stand to each remote's, as far as was fetched."""
    ours = git.line("rev-parse", "--verify", "--quiet", notes.REF)
    tracked = git.run("for-each-ref", "--format=%(refname) %(objectname)", "refs/notes/remotes/").decode()
    words = []
    for line in tracked.splitlines():
        ref, oid = line.rsplit(" ", 1)
        remote = ref.removeprefix("refs/notes/remotes/").removesuffix("/repodoc")
        words.append(f"{_relation(git, ours, oid)} {remote}")
    if words:
        return ", ".join(words)
    return "here only" if ours else "none yet"


def _relation(git: Git, ours: str, theirs: str) -> str:
    if ours == theirs:
        return "in step with"
    if not ours:
        return "not merged from"
    counts = git.line("rev-list", "--left-right", "--count", f"{ours}...{theirs}").split()
    ahead, behind = [*counts, "?", "?"][:2]
    parts = [f"{ahead} ahead of" if ahead != "0" else "", f"{behind} behind" if behind != "0" else ""]
    return " and ".join(filter(None, parts))
