"""The prompts that prose on pages was asked for with, against those of today.

Other words in a prompt make no page stale: what stands there still describes the code. But it is told, by the version
that is stamped with each text, and whoever wants it anew learns how.
"""

from __future__ import annotations

from collections.abc import Iterable

from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pages.templates import Overrides
from repodoc_hooks.pipeline.plan import PagePlan


def former_prompts(plans: Iterable[PagePlan], templates: Overrides) -> str:
    """A line about the sections that were asked for with other prompts than those of today, "" for none."""
    asked = [(plan, kind, version) for plan in plans for kind, version in plan.stamps.prompts.items()]
    if not asked:
        return ""
    from repodoc_hooks.prompts import digest
    from repodoc_hooks.sections.kinds import PROSE_SECTIONS

    old = [
        f"{plan.subject.id}#{kind}"
        for plan, kind, version in asked
        if kind in PROSE_SECTIONS
        and plan.page is not None
        and not is_edited(plan.page, kind)
        and version != digest(kind, templates)
    ]
    if not old:
        return ""
    what = f"{old[0]} was" if len(old) == 1 else f"{old[0]} and {len(old) - 1} more were"
    return f"{what} written with former prompts; `repodoc update --all` writes the prose anew"
