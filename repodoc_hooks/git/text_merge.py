"""Three-way merges of texts, by git-merge-file(1)."""

from __future__ import annotations

from pathlib import Path

from repodoc_hooks.git.process import Git

_BROKEN = 128


def merge_texts(git: Git, ours: bytes, base: bytes, theirs: bytes) -> tuple[bytes, bool]:
    """The merged text, and whether conflicts are marked in it. Binary content: ours, as a conflict."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="repodoc-") as folder:
        names = [Path(folder, name) for name in ("ours", "base", "theirs")]
        for name, content in zip(names, (ours, base, theirs), strict=True):
            name.write_bytes(content)
        labels = [word for name in names for word in ("-L", name.name)]
        done = git.call("merge-file", "-p", "-q", *labels, *map(str, names))
    if done.returncode >= _BROKEN:
        return ours, True
    return done.stdout, done.returncode > 0
