"""The comparison with griffe and grimp, on a package whose symbols and imports are plain to see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.truth import agreement, main

PACKAGE = {
    "wired/__init__.py": "from .core import send\n__all__ = ['send']\n",
    "wired/core.py": '"""Core."""\nfrom . import codec\nLIMIT = 1\n'
    "def send(data: bytes, *, times: int = 1) -> None: ...\n"
    "class Sender:\n    retries = 3\n    def close(self, /, now=True): ...\n    def _inner(self): ...\n",
    "wired/codec.py": "def encode(*parts, **options): ...\ndef _hidden(): ...\n",
}


def test_a_package_agrees_with_griffe_and_grimp(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in PACKAGE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert main(["--json", str(tmp_path / "wired")]) == 0
    found = json.loads(capsys.readouterr().out)["agreements"]
    assert {a["what"]: (a["ours"], a["theirs"], a["precision"], a["recall"]) for a in found} == {
        "symbols": (6, 6, 1.0, 1.0),
        "signatures": (3, 3, 1.0, 1.0),
        "imports": (2, 2, 1.0, 1.0),
    }


def test_what_only_one_side_finds_is_told() -> None:
    found = agreement(
        "x", "python", "symbols", {("a", "f"), ("a", "g")}, {("a", "f"), ("a", "h"), ("a", "i")}
    )
    assert (found.precision, round(found.recall, 2)) == (0.5, 0.33)
    assert (found.missing, found.extra) == (("a h", "a i"), ("a g",))
