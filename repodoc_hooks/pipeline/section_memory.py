"""Texts that were paid for once: found again by the fingerprint of what they were written from.

A revert brings back the former text, and a killed run does not pay again; results of the worker are taken when
their fingerprint still holds. Losing this memory costs time and tokens, never correctness.
"""

from __future__ import annotations

import json
from pathlib import Path

from repodoc_hooks.pages import render
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.stamps import is_edited
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.pipeline.fingerprints import section_fingerprint
from repodoc_hooks.pipeline.page_builder import Prose
from repodoc_hooks.store import job_files
from repodoc_hooks.store.cache import Cache


def recall(
    cache: Cache | None,
    state_dir: Path,
    section_id: str,
    kind: str,
    stamps: Stamps,
    templates: Overrides = NO_OVERRIDES,
) -> Prose | None:
    """The text for the very inputs that `stamps` name, from the cache or from a finished job."""
    fingerprint = section_fingerprint(kind, stamps)
    data = cache.get(_key(fingerprint)) if cache is not None else None
    if data is not None:
        try:
            stored = json.loads(data)
            prompt = str(stored.get("prompt", ""))
            return Prose(str(stored["body"]), str(stored["author"]), prompt=prompt)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
    return _finished(state_dir, section_id, kind, fingerprint, templates)


def is_at_hand(cache: Cache | None, fingerprint: str) -> bool:
    """A run of this machine has had a text for these inputs; a page takes it without asking."""
    return cache is not None and cache.get(_key(fingerprint)) is not None


def remember(
    cache: Cache | None, kind: str, stamps: Stamps, body: str, author: str, prompt: str = ""
) -> None:
    """Keep a model's text under its inputs, with the version of the prompts that it was asked for with."""
    if cache is not None and author not in ("", "offline"):
        data = json.dumps({"body": body, "author": author, "prompt": prompt}).encode()
        cache.set(_key(section_fingerprint(kind, stamps)), data)


def remember_page(cache: Cache | None, kind: str, page: Page | None) -> None:
    """Keep the text that stands in a page, before it is replaced, if it is ours and describes what the stamps say."""
    if page is None or kind not in page.regions or is_edited(page, kind):
        return
    if not any(debt.section == kind for debt in page.stamps.debts):
        stamps = page.stamps
        author, prompt = stamps.authors.get(kind, ""), stamps.prompts.get(kind, "")
        remember(cache, kind, stamps, page.regions[kind].body, author, prompt)


def finished_sections(state_dir: Path) -> frozenset[str]:
    """Ids of the sections whose text a worker has ready."""
    if not job_files.queued(state_dir):
        return frozenset()
    from repodoc_hooks.store.jobs import JobStore

    with JobStore.open(state_dir) as jobs:
        return frozenset(job.section for job in jobs.jobs(("finished",)) if not job.consumed)


def _finished(
    state_dir: Path, section_id: str, kind: str, fingerprint: str, templates: Overrides
) -> Prose | None:
    if not job_files.queued(state_dir):
        return None
    from repodoc_hooks.store.jobs import JobStore

    with JobStore.open(state_dir) as jobs:
        result = jobs.finished(section_id, fingerprint)
        if result is None:
            return None
        jobs.consume(section_id, fingerprint)
    from repodoc_hooks.prompts import digest

    prompt = digest(kind, templates)
    if result.action == "kept":  # the worker's model found that the text of the page still holds
        return Prose(None, "", prompt=prompt)
    return Prose(render.prose(kind, result.data, result.backend, templates), result.backend, prompt=prompt)


def _key(fingerprint: str) -> str:
    return f"section:{fingerprint}"
