"""What `repodoc check` can be asked for. Light: a check of a tree that is known to be current needs no more."""

from __future__ import annotations

from collections.abc import Mapping

STATES = ("current", "stale", "missing", "orphan", "edited", "owed", "deferred", "broken")
FAIL_ON = ("stale", "missing", "orphan", "broken")
FORMAT_NAMES = ("text", "json", "github", "sarif", "junit", "gitlab")


def default_format(environ: Mapping[str, str]) -> str:
    """The format when none is asked for: REPODOC_OUTPUT_FORMAT, `github` inside GitHub Actions, else text."""
    chosen = environ.get("REPODOC_OUTPUT_FORMAT", "")
    if chosen in FORMAT_NAMES:
        return chosen
    return "github" if environ.get("GITHUB_ACTIONS") == "true" else "text"


def all_current(sections: int) -> str:
    """What is said of so many sections when all are current."""
    return f"all {sections} sections current" if sections > 1 else "1 section, current"
