"""Tasks for tests: small components, and how a model in a test answers them."""

from __future__ import annotations

import json
import re
from typing import Any

from repodoc_hooks.sections.task import FileChange, SectionTask
from tests.fake_provider import last_user_text


def source(path: str, text: str = "def f():\n    return 1\n", *signatures: str) -> FileChange:
    """A Python file with its public interface."""
    return FileChange(path, "python", None, text, signatures or ("def f()",))


def task(component: str = "pkg", kind: str = "summary", **fields: Any) -> SectionTask:
    """A section of a component with one file, never written before."""
    defaults: dict[str, Any] = {
        "title": component.rsplit("/", 1)[-1],
        "reason": "new",
        "files": (source(f"{component}/a.py"),),
        "context": {"component_kind": "Python package"},
    }
    return SectionTask(id=f"{component}#{kind}", component=component, kind=kind, **{**defaults, **fields})


def revision(component: str = "pkg", old_text: str = "It says one.", **fields: Any) -> SectionTask:
    """A section whose one file has changed in one function."""
    path = f"{component}/a.py"
    before = "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(30))
    after = before.replace("return 7\n", "return 70\n")
    change = FileChange(path, "python", before, after, ("def f7()",), ("f7",))
    return task(component, old_text=old_text, changes=(change,), files=(source(path, after),), **fields)


def answers_for(prompt: str) -> dict[str, Any]:
    """An answer in the form that each task of a prompt asks for."""
    found: dict[str, dict[str, Any]] = {}
    for key, kind in re.findall(r"^Task (s\d+): (\w+)", prompt, re.MULTILINE):
        found[key] = {"text": [f"This is the {kind}."]}
        if kind == "walkthrough":
            found[key] |= {"participants": ["A"], "steps": [{"from": "A", "to": "B", "text": "ask"}]}
    return found


def scripted(body: dict[str, Any]) -> str:
    """`answers_for` as the text of a fake provider."""
    return json.dumps(answers_for(last_user_text(body)))
