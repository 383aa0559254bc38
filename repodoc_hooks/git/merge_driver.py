"""Merging pages: as git's merge driver (gitattributes(5)), and afterwards, for pages left in conflict."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from repodoc_hooks.errors import EXIT_REFUSED, GitError
from repodoc_hooks.expressions import expression
from repodoc_hooks.git.blobs import blob_oid, write_blobs
from repodoc_hooks.git.filters import Checkout, clean_oid
from repodoc_hooks.git.index import IndexEntry, active_indexes, refresh, update_entries
from repodoc_hooks.git.intent import exclusive
from repodoc_hooks.git.objects import Objects, open_objects
from repodoc_hooks.git.process import Git, zsplit
from repodoc_hooks.git.text_merge import merge_texts
from repodoc_hooks.git.work_files import put_file
from repodoc_hooks.resources import program

_LABELS = expression(rb"^(<{7}|\|{7}|>{7}) .*?(?=\r?$)", re.MULTILINE)
_BASE, _OURS, _THEIRS = "1", "2", "3"
_NAME, _DRIVER = "merge.repodoc.name", "merge.repodoc.driver"
_TITLE = "pages of repodoc, region by region"
_TEXT_MERGE = "git merge-file -L ours -L base -L theirs %A %O %B"
_COMMAND = (
    "test -x {repodoc} && {repodoc} merge-driver %O %A %B %P; "
    f"case $? in 0) ;; {EXIT_REFUSED}) exit 1 ;; *) {_TEXT_MERGE} ;; esac"
)
"""git reads exit 1 as a conflict that is marked in the file, and so would take the death of a program for one."""
_FORMER = (f"if test -x {{repodoc}}; then {{repodoc}} merge-driver %O %A %B %P; else {_TEXT_MERGE}; fi",)
"""Commands of earlier versions."""


def register(git: Git) -> None:
    """Name the driver in the repository's configuration; `.gitattributes` says which files it merges.

    Where it is not registered, git merges the pages as text; where the program is gone or fails, this command does.
    """
    git.run("config", "--local", _NAME, _TITLE)
    # git expands what follows a percent sign.
    git.run("config", "--local", _DRIVER, _COMMAND.format(repodoc=shlex.quote(program()).replace("%", "%%")))


def renew(git: Git) -> None:
    """Register again where an earlier version has registered."""
    if _is_ours(git.line("config", "--local", "--get", _DRIVER), _FORMER):
        register(git)


def _is_ours(command: str, forms: Sequence[str]) -> bool:
    """Is it one of these forms, with whatever program?"""
    patterns = (re.escape(form).replace(r"\{repodoc\}", "(?P<program>.+)", 1) for form in forms)
    return any(
        re.fullmatch(pattern.replace(r"\{repodoc\}", "(?P=program)"), command) is not None
        for pattern in patterns
    )


def unregister(git: Git) -> bool:
    """Take it back, unless somebody has given another command; was there anything to take back?"""
    command = git.line("config", "--local", "--get", _DRIVER)
    if not _is_ours(command, (_COMMAND, *_FORMER)):
        return False
    git.run("config", "--local", "--unset", _DRIVER)
    if git.line("config", "--local", "--get", _NAME) == _TITLE:
        git.run("config", "--local", "--unset", _NAME)
    return True


def merge(base: bytes, ours: bytes, theirs: bytes, git: Git | None = None) -> tuple[bytes, bool]:
    """The merged page, and whether people's text in it conflicts. `base` is empty if both sides added it."""
    from repodoc_hooks.pages.merge import merge_pages

    found = git or Git.discover()

    def merge_text(ours: str, base: str, theirs: str) -> tuple[str, bool]:
        text, conflict = merge_texts(found, _encode(ours), _encode(base), _encode(theirs))
        return _decode(text), conflict

    def merge_blobs(*names: str) -> str:
        return _merged_blob(found, names)

    text, conflict = merge_pages(_decode(base), _decode(ours), _decode(theirs), merge_text, merge_blobs)
    return _encode(text), conflict


def _merged_blob(git: Git, names: Sequence[str]) -> str:
    """The blob that three sources (ours, base, theirs) merge to, all by as many digits; "" for a conflict."""
    ours, base, theirs = names
    if len(set(names)) < 3:
        return ours if theirs in (base, ours) else theirs
    try:
        with open_objects(git) as objects:
            texts = [text for _, text in objects.find(names) if text is not None]
    except GitError:  # an ambiguous name, or one that cannot be fetched
        return ""
    if len(texts) < len(names):
        return ""
    text, conflict = merge_texts(git, texts[0], texts[1], texts[2])
    return "" if conflict else blob_oid(git, text)[: len(ours)]


def resolve(git: Git, docs_dir: str, *, maintained: bool = True) -> list[tuple[str, bool]]:
    """Merge the pages that are in conflict, and stage them: (path, False if people's text still conflicts).

    A page that somebody has begun to fix by hand is left alone, as False. One that a side has removed stays, unless
    the repository does without pages from now on (not `maintained`): then it goes if nobody has written on it since.
    """
    results = []
    with exclusive(git), open_objects(git) as objects:
        for path, stages in _unmerged(git, docs_dir).items():
            contents = {stage: objects.blob(oid) for stage, (_, oid) in stages.items()}
            if _OURS in contents and _THEIRS in contents:
                merged = merge(contents.get(_BASE, b""), contents[_OURS], contents[_THEIRS], git)
                text, conflict = merged
            else:  # removed on one side; if its component is gone, the next update removes it
                text, conflict = contents.get(_OURS, contents.get(_THEIRS, b"")), False
                if not maintained:
                    results.append((path, _dropped(git, objects, path, contents.get(_BASE, b""), text)))
                    continue
            if not _untouched(git, objects, path, text):
                conflict = True
            else:
                _settle(git, path, stages.get(_OURS, stages.get(_THEIRS, ("100644", "")))[0], text, conflict)
            results.append((path, not conflict))
    return results


def _dropped(git: Git, objects: Objects, path: str, base: bytes, text: bytes) -> bool:
    """Remove a page from index and work tree; False, and nothing done, where people's words would go with it."""
    from repodoc_hooks.pages.merge import people_wrote_since

    if not _untouched(git, objects, path, text) or people_wrote_since(_decode(base), _decode(text)):
        return False
    put_file(git.top, path, None)
    for index in active_indexes(git):
        update_entries(git, index, {path: None})
    return True


def _settle(git: Git, path: str, mode: str, text: bytes, conflict: bool) -> None:
    """Write the file; stage it if nothing is left to do."""
    oid = write_blobs(git, [text])[0]
    put_file(git.top, path, Checkout(git, [(oid, path)]).content(oid, path))
    if not conflict:
        for index in active_indexes(git):
            update_entries(git, index, {path: IndexEntry(mode, oid)})
            refresh(git, index, [path])


def _untouched(git: Git, objects: Objects, path: str, text: bytes) -> bool:
    """The file is as git left it (git keeps that as AUTO_MERGE), or as we would, or as it was on one side."""
    file = git.top / path
    if not file.exists():
        return True
    content = file.read_bytes()
    oid = clean_oid(git, path, content)
    if oid == blob_oid(git, text):
        return True
    left = next(objects.find([f"AUTO_MERGE:{path}"]))[1]
    if left is not None:
        return oid == blob_oid(git, left)
    return _LABELS.sub(rb"\1", content) == _LABELS.sub(rb"\1", _conflict(git, path))


def _conflict(git: Git, path: str) -> bytes:
    """The file with its conflicts marked as git marks them, where git has not kept what it left (before 2.34)."""
    with TemporaryDirectory(prefix="repodoc-") as folder:
        index = Path(folder, "index")
        index.write_bytes(active_indexes(git)[0].read_bytes())
        env = {"GIT_INDEX_FILE": str(index), "GIT_WORK_TREE": folder, "GIT_DIR": str(git.git_dir)}
        no_hooks = ("-c", f"core.hooksPath={os.devnull}")
        git.call(*no_hooks, "checkout", "--merge", "--", f":(top,literal){path}", env=env)
        file = Path(folder, path)
        return file.read_bytes() if file.exists() else b""


def _unmerged(git: Git, docs_dir: str) -> dict[str, dict[str, tuple[str, str]]]:
    """Mode and blob by stage of every page in conflict."""
    pages: dict[str, dict[str, tuple[str, str]]] = {}
    for line in zsplit(git.run("--literal-pathspecs", "ls-files", "-z", "--unmerged", "--", docs_dir)):
        facts, path = line.split("\t", 1)
        mode, oid, stage = facts.split(" ")
        if path.endswith(".md") and mode.startswith("100"):
            pages.setdefault(path, {})[stage] = (mode, oid)
    return pages


def _decode(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
