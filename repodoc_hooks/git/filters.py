"""Between the two forms of a file: the blob, and what git's filters make of it in the work tree (gitattributes(5))."""

from __future__ import annotations

import os
from collections.abc import Sequence

from repodoc_hooks.git.process import Git


def clean_oid(git: Git, path: str, content: bytes) -> str:
    """The blob that `git add` would make of a file."""
    return git.run("hash-object", f"--path={path}", "--stdin", input=content).decode().strip()


class Checkout:
    """Blobs as git would write them into the work tree: line ends, encodings and filters applied."""

    def __init__(self, git: Git, wanted: Sequence[tuple[str, str]]) -> None:
        self._git = git
        self._known: dict[tuple[str, str], bytes] = {}
        plain = [(oid, path) for oid, path in wanted if "\n" not in path]
        if not plain:
            return
        # With filters the header of `--batch` tells the size before them, so the answers are told apart by a
        # separator that cannot be guessed.
        separator = os.urandom(16).hex()
        asked = b"".join(os.fsencode(f"{oid} {path}\n") for oid, path in plain)
        answer = git.run("cat-file", f"--batch={separator}", "--filters", input=asked)
        contents = answer.split(separator.encode() + b"\n")[1:]
        if len(contents) == len(plain):
            self._known = {key: content[:-1] for key, content in zip(plain, contents, strict=True)}

    def content(self, oid: str, path: str) -> bytes:
        """The file that the blob becomes at this path."""
        key = (oid, path)
        if key not in self._known:
            self._known[key] = self._git.run("cat-file", "--filters", f"--path={path}", oid)
        return self._known[key]
