"""What pages are made from, by name: source files, pages, READMEs, manifests, our own configuration.

The shims of pre-commit and post-merge hold the same list.
"""

from __future__ import annotations

from repodoc_hooks.source_files import LANGUAGE_BY_SUFFIX, MANIFESTS

PATTERNS = (
    *(f"*.{suffix}" for suffix in LANGUAGE_BY_SUFFIX),
    *("*.md", "README*", *MANIFESTS, ".repodoc.yaml"),
)
"""Pathspecs for git, to be matched whatever the case of letters."""
