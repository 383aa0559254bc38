"""Where in the source stands what made a section stale: a line of the pull request, which pages seldom are in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from repodoc_hooks.pipeline.plan import FileDelta, PagePlan, Plan, SectionState
from repodoc_hooks.pipeline.survey import Survey

Place = tuple[str, int]
"""A source file and a 1-based line."""


def causes(survey: Survey, plan: Plan, sections: Iterable[SectionState]) -> dict[str, Place]:
    """By id of a section that is not current, where the first thing stands that it has not seen.

    A section is left out where no file that is there can be named.
    """
    found: dict[str, Place] = {}
    known: dict[tuple[str, str], Place] = {}
    for section in sections:
        page = plan.pages.get(section.component)
        if page is None or section.state == "current":
            continue
        for path, symbol in _looked_at(plan, page, section):
            if path in survey.entries:
                if (path, symbol) not in known:
                    known[path, symbol] = path, _line(survey, path, symbol)
                found[section.id] = known[path, symbol]
                break
    return found


def _looked_at(plan: Plan, page: PagePlan, section: SectionState) -> Iterator[tuple[str, str]]:
    """Files, and a symbol of them ("" for none), that have to do with a section, the likeliest first."""
    said = set(section.because)
    for delta in page.deltas:
        if said & set(delta.words):
            yield delta.path, _symbol(delta)
    for other in page.dependencies:
        if other.words in said:
            below = plan.pages.get(other.path)
            yield from ((path, "") for path in (below.subject.files if below else (other.path,)))
    if section.state == "missing":
        yield from ((path, "") for path in page.subject.files)


def _symbol(delta: FileDelta) -> str:
    return next(iter((*delta.changed, *delta.added)), "")


def _line(survey: Survey, path: str, symbol: str) -> int:
    """Where a file defines a symbol: the line that begins like its signature, else one that has its name, else 1."""
    if not symbol:
        return 1
    lines = survey.read(path).decode("utf-8", "replace").splitlines()
    name = re.split(r"[.:#\\]+", symbol)[-1]
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    signatures: Mapping[str, str] = {each.name: each.signature for each in survey.facts(path).symbols}
    head = word.split(signatures.get(symbol, ""), maxsplit=1)[0].split()
    named = [number for number, line in enumerate(lines, 1) if word.search(line)]
    defining = (
        number
        for number in named
        if head and word.split(lines[number - 1], maxsplit=1)[0].split()[-len(head) :] == head
    )
    return next(defining, named[0] if named else 1)
