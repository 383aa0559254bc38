"""Taking back what `repodoc init` set: files as they were, entries of git's configuration that are ours alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from repodoc_hooks.config import CONFIG_NAME
from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.git import merge_driver
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import agent_files, files, pre_commit_config, steps

_OURS = {steps.ATTRIBUTES: b"merge=repodoc", pre_commit_config.NAME: b"id: repodoc-"}


def undo_setup(git: Git) -> Iterator[str]:
    """Undo the set-up of this repository, and report each step in a line.

    What somebody has changed since stays. So do pages, configuration and notes: they are the project's.
    """
    if merge_driver.unregister(git):
        yield "git config: merge driver removed"
    for remote in git.run("remote").decode().split():
        entry = (f"remote.{remote}.fetch", steps.refspec(remote))
        if git.call("config", "--local", "--fixed-value", "--unset-all", *entry).returncode == 0:
            yield f"git config: notes are no longer fetched from {remote}"
    for path in list(files.written(git)):
        yield f"{path}: {_take_out(git, path)}"
    with suppress(OSError):
        git.state_dir.rmdir()  # it is empty where no hook has run


def leftovers(git: Git, docs_dir: str) -> list[str]:
    """What of repodoc stays in the repository: paths and the ref of the notes."""
    found = [path for path in (docs_dir, CONFIG_NAME, *steps.ci_files(git)) if (git.top / path).exists()]
    for path, text in _OURS.items():
        with suppress(RepositoryError):  # a link, which we have not made
            found += [path] if text in (files.content(git, path) or b"") else []
    found += agent_files.ours_in(git)
    if git.line("rev-parse", "--verify", "--quiet", steps.NOTES_REF):
        found.append(steps.NOTES_REF)
    if git.state_dir.exists():
        found.append(f"{git.state_dir} (caches, costs)")
    return found


def _take_out(git: Git, path: str) -> str:
    """Restore a file; where it is no longer what we wrote, take out our line alone."""
    if files.put_back(git, path):
        if (git.top / path).exists():
            return "as it was before"
        hint = "; its hooks fail without it: `pre-commit uninstall`, or `prek uninstall`"
        return "removed" + (hint if path == pre_commit_config.NAME else "")
    try:
        text = files.content(git, path) or b""
    except RepositoryError:  # somebody has put a link there
        return "changed since, and left as it is"
    lines = text.splitlines(keepends=True)
    rest = b"".join(line for line in lines if not steps.is_page_attribute(line))
    rest = agent_files.take_out(path, text) if path in agent_files.agent_files() else rest
    if rest == text:
        return "changed since, and left as it is"
    files.put(git, path, rest)
    return "repodoc's lines are out" if path in agent_files.agent_files() else "repodoc's line is out"
