"""Tasks and results as JSON: what the queue stores and what travels to another machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from repodoc_hooks.sections.task import FileChange, Offered, SectionResult, SectionTask, Usage


def task_to_json(task: SectionTask) -> dict[str, Any]:
    """A JSON object that `task_from_json` reads back."""
    told: dict[str, Any] = to_builtins(task)
    return told


def task_from_json(data: Mapping[str, Any]) -> SectionTask:
    """The task that `task_to_json` wrote.

    Raises:
        KeyError, TypeError: the object has another shape.
    """
    return SectionTask(
        **{
            **data,
            "changes": tuple(map(_file_change, data["changes"])),
            "files": tuple(map(_file_change, data["files"])),
            "dependencies": tuple(data["dependencies"]),
            "users": tuple(data["users"]),
            "moved": tuple(data["moved"]),
        }
    )


def result_to_json(result: SectionResult) -> dict[str, Any]:
    """A JSON object that `result_from_json` reads back."""
    told: dict[str, Any] = to_builtins(result)
    return told


def result_from_json(data: Mapping[str, Any]) -> SectionResult:
    """The result that `result_to_json` wrote.

    Raises:
        KeyError, TypeError: the object has another shape.
    """
    return SectionResult(**{**data, "usage": Usage(**data["usage"])})


def _file_change(data: Mapping[str, Any]) -> FileChange:
    return FileChange(
        **{
            **data,
            "interface": tuple(data["interface"]),
            "touched": tuple(data["touched"]),
            "offered": tuple(Offered(**each) for each in data["offered"]),
        }
    )
