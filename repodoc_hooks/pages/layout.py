"""Where pages stand: they mirror the source tree; and links between files.

The page of the directory `src/click` is `<docs_dir>/src/click/README.md`, that of the file `src/click/core.py`
`<docs_dir>/src/click/core.py.md`, that of the top directory, the index, `<docs_dir>/README.md`.
"""

from __future__ import annotations

import hashlib
import posixpath
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from repodoc_hooks.config import Config
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.encoding import percent_encode

INDEX_ID = ROOT_ID = "."

_DIRECTORY_PAGE = "README.md"
_UNFIT = expression(r'[\x00-\x1f\x7f\\:*?"<>|\ud800-\udfff]')
_LONGEST_SEGMENT = 200
_LINK_SAFE = expression(r"[A-Za-z0-9/._~-]*")


def page_path(config: Config, subject: str, *, file: bool = False) -> str:
    """The path of one page when no other subject wants the same; `file` says that the subject is one."""
    return f"{config.docs_dir}/{_place(_stem(subject), file)}"


def page_paths(config: Config, subjects: Mapping[str, bool]) -> dict[str, str]:
    """The path of every subject's page, by id.

    `subjects` tells of each whether it is a file. Names that cannot live side by side get six digits of the id's
    SHA-256: those that differ only in case or Unicode form, that would hide the index, or that are a directory for
    another page.
    """
    places = {id_: _place(_stem(id_), file) for id_, file in subjects.items()}
    folded = {id_: _fold(place) for id_, place in places.items()}
    wanted = Counter(folded.values())
    index = _fold(_DIRECTORY_PAGE)
    folders = {folder for place in folded.values() for folder in _parents(place)}
    paths = {}
    for id_, file in subjects.items():
        name = folded[id_]
        if id_ != INDEX_ID and (wanted[name] > 1 or name in folders or name == index):
            places[id_] = _place(f"{_stem(id_)}-{digest(id_)}", file)
        paths[id_] = f"{config.docs_dir}/{places[id_]}"
    return paths


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


def _place(stem: str, file: bool) -> str:
    """Path of a page below docs_dir."""
    if file:
        return f"{stem}.md"
    return f"{stem}/{_DIRECTORY_PAGE}" if stem else _DIRECTORY_PAGE


def _stem(subject: str) -> str:
    """The id as a path that git and every file system take, "" for the top."""
    if subject == INDEX_ID:
        return ""
    segments = [segment for segment in subject.split("/") if segment not in ("", ".")]
    fit = [_fit(segment) for segment in segments] or ["component"]
    stem = "/".join(fit)
    return stem if fit == segments else f"{stem}-{digest(subject)}"


def _fit(segment: str) -> str:
    """A segment that git and every file system take."""
    if segment == ".." or segment.lower() == ".git":
        return segment.replace(".", "_")
    fit = _UNFIT.sub("_", segment).rstrip(". ") or "_"
    data = fit.encode()
    return fit if len(data) <= _LONGEST_SEGMENT else data[:_LONGEST_SEGMENT].decode(errors="ignore")


def _fold(text: str) -> str:
    return text.casefold() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def digest(component: str) -> str:
    """Six digits that tell an id from others that would be written alike."""
    return hashlib.sha256(component.encode("utf-8", "surrogateescape")).hexdigest()[:6]


def _parents(path: str) -> Iterable[str]:
    while path := posixpath.dirname(path):
        yield path
