"""The project's own documentation: made from the program where it can be, and it builds."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from repodoc_hooks import cli

TOP = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", TOP / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["rules", "settings"])
def test_pages_that_are_made_from_the_program_are_current(reference: ModuleType, name: str) -> None:
    made = getattr(reference, f"{name}_page")()
    assert (TOP / "docs" / f"{name}.md").read_text("utf-8") == made, "run: python docs/reference.py"


def test_the_site_builds_with_a_page_a_verb(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        cwd=TOP,
        check=True,
        env={"NO_MKDOCS_2_WARNING": "1", "PATH": ""},
    )
    for verb in cli.VERBS:
        if verb not in cli.PLUMBING:
            assert f"repodoc {verb}" in (tmp_path / "commands" / verb / "index.html").read_text("utf-8")
