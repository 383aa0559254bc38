"""What a page is about by its own stamps, where only a part of the tree is looked at."""

from __future__ import annotations

from repodoc_hooks.pages import markers
from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.subject import Subject
from repodoc_hooks.pipeline.survey import Survey
from repodoc_hooks.sections.kinds import PageKind


def stamped_subject(survey: Survey, page: Page) -> Subject:
    """What a page is about, as far as its stamps tell."""
    stamps = page.stamps
    component = next((survey.owner(path) for path in stamps.files), None) or ""
    kind: PageKind = "part"
    if stamps.component == INDEX_ID:
        kind = "index"
    elif stamps.component == component:
        kind = "component"
    elif stamps.component in stamps.files:
        kind = "file"
    return Subject(
        stamps.component,
        markers.title_of(page),
        kind,
        component,
        page.path,
        tuple(sorted(stamps.files)),
        tuple(sorted(stamps.summaries)),
        components=() if "parts" in page.regions else tuple(sorted(stamps.summaries)),
        only=bool(stamps.summaries) and "architecture" not in page.regions,
    )
