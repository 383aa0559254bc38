"""Pages that stand where another `docs_dir` had them: they move to the present one with what people wrote on them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from repodoc_hooks.pages.layout import INDEX_ID
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.stamps import BEGIN
from repodoc_hooks.pipeline.plan import Pages
from repodoc_hooks.pipeline.survey import Survey

_INDEX = (BEGIN.encode(), f"\ncomponent {INDEX_ID}\n".encode())


def former_pages(survey: Survey, read: Callable[[Mapping[str, str]], Pages]) -> dict[str, Page]:
    """The pages below an index in another folder, by path; none when they describe files of something else.

    A copy of another project brings pages of its own, which tell of files that this tree does not have.

    Args:
        read: makes pages of blobs by path.
    """
    here = survey.config.docs_dir
    for root in _roots(survey):
        inside = {
            path: entry.oid
            for path, entry in survey.entries.items()
            if entry.kind == "file" and path.startswith(f"{root}/") and path.endswith(".md")
        }
        found = read({p: oid for p, oid in inside.items() if not p.startswith(f"{here}/")}).good
        described = {path for page in found.values() for path in page.stamps.files}
        if described and 2 * len(described & survey.paths.keys()) >= len(described):
            return {path: page for path, page in found.items() if page.stamps.component}
    return {}


def _roots(survey: Survey) -> list[str]:
    """Folders with an index of ours."""
    paths_of: dict[str, list[str]] = {}
    for path, entry in survey.entries.items():
        if entry.kind == "file" and path.endswith("/README.md"):
            paths_of.setdefault(entry.oid, []).append(path)
    return sorted(
        posixpath.dirname(path)
        for oid, data in survey.objects.blobs(list(paths_of))
        if all(word in data.replace(b"\r\n", b"\n") for word in _INDEX)
        for path in paths_of[oid]
    )
