"""What people changed by hand in the sections that follow from the source: it is told before it is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.git import jujutsu, own_writes
from repodoc_hooks.git.objects import TreeEntry
from repodoc_hooks.pages.markers import parse_page
from repodoc_hooks.pages.stamps import BEGIN
from repodoc_hooks.pipeline.workspace import Workspace
from repodoc_hooks.sections.kinds import LOCAL_SECTIONS

_STAMPS = BEGIN.encode()
_UNTIL = "stays until the source says otherwise; words outside of the marks of a section stay for good"


def replaced(workspace: Workspace, tree: str, texts: Mapping[str, bytes | None]) -> Iterator[str]:
    """A line for every page of the work tree (`tree`) on which new text takes the place of such an edit.

    The edit is not lost: the tree holds it, and git keeps the objects of the tree for a while.
    """
    if jujutsu.owned_index(
        workspace.git.env
    ):  # HEAD is another workspace's, and jj keeps every state of this one
        return
    objects, known = workspace.objects, own_writes.read(workspace.git)
    committed = objects.resolve("HEAD^{tree}")
    for path, text in texts.items():
        here = objects.lookup(tree, path)
        before = objects.lookup(committed, path) if committed else None
        if text is None or here is None or before is None or here.oid in (before.oid, known.get(path)):
            continue
        mine, base = (_regions(path, objects.blob(entry.oid)) for entry in (here, before))
        new = _regions(path, text)
        lost = [k for k in LOCAL_SECTIONS if k in mine and mine[k] not in (base.get(k), new.get(k))]
        if lost:
            yield _line(path, lost, here)


def staged(
    workspace: Workspace, committed: str, tree: str, texts: Mapping[str, bytes | None]
) -> Iterator[str]:
    """A line for every page with such an edit that a commit of `tree` on top of `committed` has: new text takes its
    place now, or will when the source changes.

    A page whose stamps are others has none: an update wrote it, or another branch.
    """
    objects, folder = workspace.objects, f"{workspace.config.docs_dir}/"
    for path, before, here in objects.diff(committed, tree):
        if before is None or here is None or here.kind != "file" or not path.startswith(folder):
            continue
        base, mine = objects.blob(before.oid), objects.blob(here.oid)
        if base.partition(_STAMPS)[2] != mine.partition(_STAMPS)[2]:
            continue
        was, now, new = (_regions(path, text) for text in (base, mine, texts.get(path) or mine))
        edited = [kind for kind in LOCAL_SECTIONS if kind in now and now[kind] != was.get(kind)]
        if lost := [kind for kind in edited if new.get(kind) != now[kind]]:
            yield _line(path, lost, here)
        elif edited and path not in texts:
            yield f"{path}: what you changed by hand in {' and '.join(edited)} {_UNTIL}"


def _line(path: str, sections: list[str], entry: TreeEntry) -> str:
    what = "what you changed by hand in " + " and ".join(sections) + " was replaced by what the source says"
    return f"{path}: {what}; `git cat-file -p {entry.oid[:HASH_DIGITS]}` shows it"


def _regions(path: str, text: bytes) -> dict[str, str]:
    try:
        page = parse_page(path, text.decode("utf-8", "surrogateescape"))
    except PageDamaged:
        return {}
    return {kind: region.body for kind, region in page.regions.items()}
