"""Unstaged edits that a hook framework has taken out of the work tree while hooks run.

pre-commit, prek, lefthook and lint-staged save them as a patch and apply it again afterwards. That fails, or
loses the edit, when a hook has changed the same file: such files are to be left alone.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from repodoc_hooks.git.process import Git
from repodoc_hooks.system import ancestors

_ESCAPES = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 34: '"', 92: "\\"}


def hidden_paths(git: Git, paths: Collection[str]) -> frozenset[str]:
    """Which of `paths` have edits that the running framework hides at this moment."""
    found: set[str] = set()
    for patch in _patches(git):
        try:
            headers = [line for line in patch.read_bytes().splitlines() if line.startswith(b"diff --git ")]
        except OSError:
            continue
        found.update(path for path in paths if any(_names(header, path) for header in headers))
    return frozenset(found)


def _patches(git: Git) -> Iterator[Path]:
    """Patch files of a framework that runs us."""
    for name in ("info/lefthook-unstaged.patch", "lint-staged_unstaged.patch"):
        for folder in dict.fromkeys((git.git_dir, git.common_dir)):
            if (folder / name).exists():
                yield folder / name
    if "PRE_COMMIT" in git.env:  # set by prek, too
        above = {str(process.pid) for process in ancestors()}
        for folder in _patch_folders(git):
            for patch in _listed(folder):
                # patch<time>-<pid> (pre-commit), <time>-<pid>.patch (prek)
                if patch.name.removesuffix(".patch").rpartition("-")[2] in above:
                    yield patch


def _patch_folders(git: Git) -> tuple[Path, ...]:
    home = Path(git.env.get("HOME") or Path.home())
    cache = Path(git.env.get("XDG_CACHE_HOME") or home / ".cache")
    pre_commit = Path(git.env.get("PRE_COMMIT_HOME") or cache / "pre-commit")
    prek = Path(git.env.get("PREK_HOME") or cache / "prek")
    return pre_commit, prek / "patches"


def _listed(folder: Path) -> Iterable[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return ()


def _names(header: bytes, path: str) -> bool:
    """Does a `diff --git` line end in this path, whatever its prefix and quoting?"""
    raw = os.fsencode(path)
    return header.endswith((b"/" + raw, b" " + raw)) or any(
        header.endswith(end + quoted + b'"') for quoted in _quoted(raw) for end in (b"/", b'"')
    )


def _quoted(raw: bytes) -> tuple[bytes, bytes]:
    """The path as git quotes it (git-config(1), `core.quotePath`), with and without bytes above 127."""

    def quote(limit: int) -> bytes:
        out = bytearray()
        for byte in raw:
            if byte in _ESCAPES:
                out += b"\\" + _ESCAPES[byte].encode()
            elif byte < 32 or byte == 127 or byte > limit:
                out += b"\\%03o" % byte
            else:
                out.append(byte)
        return bytes(out)

    return quote(126), quote(255)
