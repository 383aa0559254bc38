"""Tasks without what must not leave the machine: files and lines that may hold a secret, values called like one."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from repodoc_hooks.secret_rules import has_secret, is_secret_name, masked
from repodoc_hooks.sections.task import FileChange, SectionTask

_WITHHELD = "(withheld: it may hold a secret)"


def screen(task: SectionTask) -> tuple[SectionTask, tuple[str, ...]]:
    """The task without the text of files that may hold a secret, and the paths of those files."""
    found: set[str] = set()
    changes = tuple(_screened(file, found) for file in task.changes)
    files = tuple(_screened(file, found) for file in task.files)
    clean = replace(
        task,
        changes=changes,
        files=files,
        dependencies=tuple(line for line in task.dependencies if not has_secret(line)),
        users=tuple(line for line in task.users if not has_secret(line)),
        moved=tuple(line for line in task.moved if not has_secret(line)),
        old_text=task.old_text if task.old_text is None or not has_secret(task.old_text) else None,
        context=_clean(task.context),
    )
    return clean, tuple(sorted(found))


def _screened(file: FileChange, found: set[str]) -> FileChange:
    if not is_secret_name(file.path) and not any(text and has_secret(text) for text in (file.old, file.new)):
        old, new = (text and masked(text, file.path) for text in (file.old, file.new))
        return file if (old, new) == (file.old, file.new) else replace(file, old=old, new=new)
    found.add(file.path)
    withheld = None if file.new is None else _WITHHELD
    return FileChange(file.path, file.language, None, withheld)


def _clean(value: Any) -> Any:
    """Context in which what may be a secret shows as `...`."""
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    if not isinstance(value, str):
        return value
    return "" if has_secret(value) else masked(value)
