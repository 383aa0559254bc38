"""Where this program was installed from, so that others can install the same.

Recorded by installers as PEP 610 has it (packaging.python.org, "Recording the Direct URL Origin"): `direct_url.json`
beside the distribution, absent where it came from a package index.
"""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from repodoc_hooks.errors import RepodocError
from repodoc_hooks.extras import NAME
from repodoc_hooks.git.process import Git, foreign_env


class Origin(Struct, frozen=True):
    """`requirement` is what pip, uv and pipx take, "" when nobody else can reach the place.

    `repository` and `revision` are those of a git repository, "" elsewhere.
    """

    requirement: str = ""
    repository: str = ""
    revision: str = ""


NOWHERE = Origin()


def origin() -> Origin:
    """The origin of the running program."""
    try:
        installed = distribution(NAME)
    except PackageNotFoundError:
        return NOWHERE
    text = installed.read_text("direct_url.json")
    if text is None:
        return Origin(f"{NAME}=={installed.version}")
    try:
        return of_direct_url(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        return NOWHERE


def of_direct_url(record: dict[str, Any]) -> Origin:
    """The origin that a record of PEP 610 names."""
    url = str(record.get("url", ""))
    vcs = record.get("vcs_info") or {}
    if vcs.get("vcs") == "git" and vcs.get("commit_id") and _is_public(url):
        return _of_git(url, str(vcs["commit_id"]))
    archive = record.get("archive_info") or {}
    if archive and _is_public(url):
        hashes = archive.get("hashes") or {}
        known = hashes.get("sha256") or str(archive.get("hash", "")).removeprefix("sha256=")
        return Origin(f"{NAME} @ {url}#sha256={known}" if known else f"{NAME} @ {url}")
    return _of_folder(Path(unquote(urlsplit(url).path))) if url.startswith("file://") else NOWHERE


def _of_folder(folder: Path) -> Origin:
    """A checkout with a remote that others reach, at a commit that the remote has."""
    try:
        git = Git.discover(folder, foreign_env())
    except RepodocError:
        return NOWHERE
    revision, url = git.line("rev-parse", "HEAD"), _as_url(git.line("config", "--get", "remote.origin.url"))
    pushed = bool(revision and git.line("for-each-ref", "--contains", revision, "refs/remotes/origin/"))
    return _of_git(url, revision) if pushed and _is_public(url) and git.top == folder.resolve() else NOWHERE


def _of_git(url: str, revision: str) -> Origin:
    return Origin(f"{NAME} @ git+{url}@{revision}", url, revision)


def _as_url(remote: str) -> str:
    """`git@host:path` as a URL."""
    host, colon, path = remote.partition(":")
    return f"ssh://{host}/{path}" if colon and "@" in host and not path.startswith("//") else remote


def _is_public(url: str) -> bool:
    """Other machines reach it, and no password stands in it."""
    parts = urlsplit(url)
    return parts.scheme in ("https", "http", "ssh") and not parts.password and bool(parts.hostname)
