"""What the way of a commit does not import."""

from __future__ import annotations

import subprocess
import sys

from tests.repos import Repo


def test_msgspec_comes_without_typing_extensions_which_others_still_get() -> None:
    lines = (
        "import sys",
        "from repodoc_hooks.lean_imports import import_msgspec",
        "import_msgspec()",
        "assert 'msgspec' in sys.modules and 'typing_extensions' not in sys.modules",
        "import msgspec",
        "class A(msgspec.Struct):",
        "    a: dict[str, int | None]",
        "assert msgspec.json.decode(msgspec.json.encode(A({'x': 1})), type=A) == A({'x': 1})",
        "import typing_extensions",
    )
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


def test_a_usual_commit_does_without_what_is_dear(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, times: int = 1)")
    project.git("add", "-A")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "repodoc_hooks", "hook", "pre-commit"],
        cwd=project.path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "updated docs/repodoc/src/core/README.md" in done.stderr
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    dear = {
        "jinja2",
        "inspect",
        "dataclasses",
        "html.entities",
        "argparse",
        "httpx",
        "pygit2",
    }
    assert imported & dear == set()
