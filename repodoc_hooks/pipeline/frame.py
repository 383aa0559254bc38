"""What a page is beside its sections: its title, the way back, and which sections it has at all."""

from __future__ import annotations

from collections.abc import Collection

from repodoc_hooks.pages.model import HEADER, Page
from repodoc_hooks.pages.stamps import same_meaning
from repodoc_hooks.pipeline.plan import Standing
from repodoc_hooks.sections.kinds import LOCAL_SECTIONS


def out_of_frame(page: Page, standing: Standing, wanted: Collection[str]) -> tuple[str, ...]:
    """Why a page has to be written although its sections may be right; `wanted` are the kinds that it should have."""
    left = (kind for kind in LOCAL_SECTIONS if kind in page.regions and kind not in wanted)
    there = page.regions.get(HEADER)
    same = not standing.header or there is None or same_meaning(there.body, standing.header)
    return (
        *(f"the section {kind!r} is not on such a page" for kind in left),
        *(() if same else ("its title, or that of a page above it, changed",)),
    )
