"""Pages of a run on their way to index and work tree.

A commit gets them all at once, at its end. Into a work tree they are written as they come: what is reported is on disk,
and its text is held no longer.
"""

from __future__ import annotations

from repodoc_hooks.events import PageWritten
from repodoc_hooks.git import staging
from repodoc_hooks.git.blobs import blob_oid
from repodoc_hooks.pipeline.run_state import RunState

_CHANGED = ("written", "removed")
_REFUSED = ("deferred", "skipped")


def write_out(run: RunState) -> None:
    """Write the texts that are not on disk yet, all or none, then report them and the sections on them."""
    if run.request.apply != "none":
        _write(run, run.request.apply)
    run.report_ends()


def tell_edits_of_commit(run: RunState) -> None:
    """Say which sections that follow from the source somebody has changed by hand in what is about to be committed."""
    objects, docs = run.workspace.objects, run.workspace.config.docs_dir
    committed = objects.resolve("HEAD^{tree}")
    if not committed or objects.lookup(committed, docs) == objects.lookup(run.tree, docs):
        return
    from repodoc_hooks.pipeline.hand_edits import staged

    for line in staged(run.workspace, committed, run.tree, run.texts):
        run.say(line)


def _write(run: RunState, target: staging.Target) -> None:
    refused = {page.path for page in run.written.values() if page.outcome in _REFUSED}
    git = run.workspace.git
    blobs = {path: None if text is None else blob_oid(git, text) for path, text in run.texts.items()}
    texts = {
        path: text
        for path, text in run.texts.items()
        if path not in refused and (path not in run.on_disk or run.on_disk[path] != blobs[path])
    }
    if target == "worktree":
        run.texts.clear()
    if not texts:
        return
    if run.request.source == "worktree":
        from repodoc_hooks.pipeline.hand_edits import replaced

        fresh = {path: text for path, text in texts.items() if path not in run.on_disk}
        for line in replaced(run.workspace, run.tree, fresh):
            run.say(line)
    former = {path: run.on_disk[path] for path in texts if path in run.on_disk}
    pages = staging.write_pages(git, texts, target, base=run.tree, former=former)
    run.on_disk.update({path: blobs[path] for path in texts})
    for page in pages:
        known = run.written.get(page.path)
        if known is None or known.outcome not in _CHANGED or page.outcome != "unchanged":
            run.written[page.path] = page
        run.workspace.bus.publish(
            PageWritten(run_id=run.id, path=page.path, outcome=page.outcome, message=page.message)
        )
        if page.message:
            run.say(f"{page.path}: {page.message}")
    if target == "index":
        changed = {path: blobs[path] for path, page in run.written.items() if page.outcome in _CHANGED}
        run.staged = run.workspace.objects.with_files(run.tree, changed)
