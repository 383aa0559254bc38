"""Hashes over what sections are written from."""

from __future__ import annotations

import hashlib

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.prose import first_of_summary
from repodoc_hooks.pages.stamps import is_edited

NO_SUMMARY = "0" * HASH_DIGITS


def summary_hash(page: Page | None) -> str:
    """What a page above knows of a summary: the hash of its text.

    Of the repository's own words the first sentence alone, which is all that is shown there: what follows lists what
    the code defines, and would change with it.
    """
    if page is None or "summary" not in page.regions:
        return NO_SUMMARY
    own_words = page.stamps.authors.get("summary") == "offline" and not is_edited(page, "summary")
    return text_hash(first_of_summary(page) if own_words else page.regions["summary"].body)


def text_hash(text: str) -> str:
    """12 digits over text with line ends normalised."""
    return hashlib.sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "surrogateescape")).hexdigest()[
        :HASH_DIGITS
    ]


def section_fingerprint(kind: str, stamps: Stamps) -> str:
    """12 digits over all inputs of a prose section: what was written for one is right wherever they are the same."""
    lines = [kind, stamps.component]
    lines += [f"file {path} {stamp.ast}" for path, stamp in sorted(stamps.files.items())]
    lines += [f"dep {path} {stamp.interface}" for path, stamp in sorted(stamps.dependencies.items())]
    return text_hash("\n".join(lines))
