"""Where pages stand: component ids (directories) to page paths and back, and links between files.

The component `src/click` has its page at `<docs_dir>/src/click.md`, the top directory at `<docs_dir>/root.md`
and the index at `<docs_dir>/index.md`.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from repodoc_hooks.config import Config
from repodoc_hooks.pages.encoding import percent_encode

INDEX_ID = ".index"
ROOT_ID = "."

_RESERVED = ("index", "root")
_UNFIT = re.compile(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')
_LONGEST_SEGMENT = 200
_LINK_SAFE = re.compile(r"[A-Za-z0-9/._~-]*")


def page_path(config: Config, component: str) -> str:
    """The path of one page when no other component wants the same; `INDEX_ID` gives the index."""
    return f"{config.docs_dir}/{_stem(component)}.md"


def page_paths(config: Config, components: Iterable[str]) -> dict[str, str]:
    """The path of every component's page, by id.

    Names that cannot live side by side get six digits of the id's SHA-256: those that differ only in case or
    Unicode form, that would hide the index, or that are a directory for another page.
    """
    stems = {component: _stem(component) for component in components}
    folded = {component: _fold(stem) + ".md" for component, stem in stems.items()}
    reserved = {c for c, name in folded.items() if c != ROOT_ID and name.removesuffix(".md") in _RESERVED}
    wanted = Counter(name for component, name in folded.items() if component not in reserved)
    folders = {folder for path in folded.values() for folder in _parents(path)}
    paths = {}
    for component, stem in stems.items():
        name = folded[component]
        if component in reserved or wanted[name] > 1 or name in folders:
            stem = f"{stem}-{_digest(component)}"
        paths[component] = f"{config.docs_dir}/{stem}.md"
    return paths


def index_link(component: str) -> str:
    """The link from a component's page to the index."""
    return "../" * _stem(component).count("/") + "index.md"


def relative_link(page: str, target: str) -> str:
    """The percent-encoded link from a page to another path of the repository."""
    here = page.split("/")[:-1]
    there = [] if target == ROOT_ID else target.split("/")
    shared = len(posixpath.commonprefix([here, there]))
    steps = [".."] * (len(here) - shared) + there[shared:]
    return percent_encode("/".join(steps) or ".", _LINK_SAFE)


def source_link(page: str, path: str, pattern: str = "") -> str:
    """The link from a page to a source file: relative, or by a pattern such as `https://host/blob/main/{path}`."""
    if not pattern:
        return relative_link(page, path)
    return pattern.replace("{path}", percent_encode(path, _LINK_SAFE))


def display_path(component: str, path: str) -> str:
    """A file's path as its component's page shows it: below the component, else from the top with a `/`.

    Depends on these two alone, so that adding a file never renames another.
    """
    if component == ROOT_ID:
        return path
    return path[len(component) + 1 :] if path.startswith(component + "/") else f"/{path}"


def _stem(component: str) -> str:
    if component == INDEX_ID:
        return "index"
    if component == ROOT_ID:
        return "root"
    segments = [segment for segment in component.split("/") if segment not in ("", ".")]
    fit = [_fit(segment) for segment in segments] or ["component"]
    stem = "/".join(fit)
    return stem if fit == segments else f"{stem}-{_digest(component)}"


def _fit(segment: str) -> str:
    """A segment that git and every file system take."""
    if segment == ".." or segment.lower() == ".git":
        return segment.replace(".", "_")
    fit = _UNFIT.sub("_", segment).rstrip(". ") or "_"
    data = fit.encode()
    return fit if len(data) <= _LONGEST_SEGMENT else data[:_LONGEST_SEGMENT].decode(errors="ignore")


def _fold(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _digest(component: str) -> str:
    return hashlib.sha256(component.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _parents(path: str) -> Iterable[str]:
    while path := posixpath.dirname(path):
        yield path
