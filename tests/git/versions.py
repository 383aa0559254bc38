"""The git under test: the one on PATH, or the program that REPODOC_TEST_GIT names."""

from __future__ import annotations

import subprocess

from tests.isolation import ORIGINAL


def git_version() -> tuple[int, int]:
    """As (2, 39)."""
    program = ORIGINAL.get("REPODOC_TEST_GIT", "git")
    words = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout.split()
    major, minor = words[2].split(".")[:2]
    return int(major), int(minor)
