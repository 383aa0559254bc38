"""The sh scripts: what they are made of, which code of the program stops git, and what they share with the program."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.errors import EXIT_REFUSED
from repodoc_hooks.git import install, notes
from repodoc_hooks.git.process import Git
from repodoc_hooks.shims import HOOKS, MARK, shim
from repodoc_hooks.source_files import LANGUAGE_BY_SUFFIX
from repodoc_hooks.source_patterns import PATTERNS
from repodoc_hooks.store import pending
from tests.repos import Repo

SHELLS = [found for name in ("sh", "dash", "bash", "busybox") if (found := shutil.which(name))]
BROKEN = {
    "an import that fails": "#!/usr/bin/env python3\nimport a_module_that_is_gone\n",
    "an interpreter that is gone": "#!/no/such/python\n",
    "no permission to run": "",
    "SEGV": "#!/bin/sh\nkill -SEGV $$\n",
    "KILL": "#!/bin/sh\nkill -KILL $$\n",
    "PIPE": "#!/bin/sh\nkill -PIPE $$\n",
    **{f"exit {code}": f"#!/bin/sh\nexit {code}\n" for code in (1, 2, 3, 120, 126, 127, 128, 130, 255)},
}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that the hooks run, and the only `repodoc` on PATH."""
    file = tmp_path / "a place" / "repodoc"
    file.parent.mkdir()
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    monkeypatch.setattr(install, "program", lambda: str(file))
    monkeypatch.setenv("PATH", f"{file.parent}:/usr/bin:/bin")
    return file


@pytest.fixture
def hooked(project: Repo, program: Path) -> Repo:
    install.install(Git.discover(project.path), "folder")
    return project


def edit(repo: Repo) -> str:
    """A change that the program looks at, staged; HEAD as it was."""
    repo.write("src/core/text.py", repo.read("src/core/text.py") + "# more\n")
    repo.git("add", "-A")
    return repo.head()


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("shell", SHELLS)
def test_they_are_plain_sh(hook: str, shell: str) -> None:
    text = shim(hook, "/a place/it's here/repodoc")
    applet = ["sh"] if shell.endswith("busybox") else []
    done = subprocess.run([shell, *applet, "-n"], input=text.encode(), check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert not re.search(r"@[A-Z]+@", text)
    assert MARK in text[:200]


@pytest.mark.parametrize("hook", ["pre-commit", "post-merge"])
def test_they_look_at_every_file_that_pages_are_made_from(hook: str) -> None:
    listed = re.search(r"-- \\\n((?:    .*\n)+)", shim(hook))
    assert listed
    patterns = shlex.split(listed[1].replace("\\\n", " ").partition(" 2>")[0])
    assert tuple(patterns) == PATTERNS
    wanted = [f"*.{suffix}" for suffix in LANGUAGE_BY_SUFFIX]
    manifests = ["package.json", "go.mod", "go.work", "Cargo.toml", "pyproject.toml", "composer.json"]
    assert all(language_of(f"x/{pattern.replace('*', 'a')}") for pattern in wanted)
    assert set(wanted) < set(patterns)
    assert all(
        any(Path(name).match(pattern) for pattern in patterns)
        for name in [*manifests, ".repodoc.yaml", "a.md"]
    )


@pytest.mark.parametrize("how", BROKEN)
def test_a_program_that_fails_stops_nothing(hooked: Repo, program: Path, tmp_path: Path, how: str) -> None:
    program.write_text(BROKEN[how])
    program.chmod(0o755 if BROKEN[how] else 0o644)
    before = edit(hooked)
    done = hooked.run("git", "commit", "-qm", "Edit")
    assert hooked.head() != before
    assert "repodoc: the program " in done.stderr
    assert "the pre-commit hook did nothing" in done.stderr
    server = hooked.clone(tmp_path / "server.git", "--bare")
    hooked.git("push", "-q", str(server.path), "HEAD:other")
    hooked.git("update-ref", "refs/notes/repodoc", "HEAD")
    hooked.git("commit", "-q", "--amend", "-m", "Other words")
    hooked.git("checkout", "-qb", "side", "HEAD^")
    hooked.commit("Side", hooks=False) if edit(hooked) else None
    hooked.git("merge", "-q", "-s", "ours", "-m", "Both", "main")


def test_a_wanted_refusal_has_a_code_of_its_own(hooked: Repo, program: Path) -> None:
    program.write_text(f"#!/bin/sh\nexit {EXIT_REFUSED}\n")
    before = edit(hooked)
    assert hooked.run("git", "commit", "-qm", "Edit", check=False).returncode == 1
    assert hooked.head() == before


@pytest.mark.parametrize("where", ["a pipe that nobody reads", "a full disk", "nowhere"])
@pytest.mark.parametrize("how", ["exit 1", "an interpreter that is gone"])
def test_what_is_said_may_be_lost(hooked: Repo, program: Path, where: str, how: str) -> None:
    program.write_text(BROKEN[how])
    before = edit(hooked)
    commit = ["git", "commit", "-qm", "Edit"]
    if where == "nowhere":
        subprocess.run(["sh", "-c", 'exec "$@" >&- 2>&-', "-", *commit], cwd=hooked.path, check=True)
    elif where == "a full disk":
        with open("/dev/full", "w") as full:
            subprocess.run(commit, cwd=hooked.path, check=True, stdout=full, stderr=full)
    else:
        reader, writer = os.pipe()
        os.close(reader)
        subprocess.run(commit, cwd=hooked.path, check=True, stdout=writer, stderr=writer)
        os.close(writer)
    assert hooked.head() != before


def test_its_note_is_what_the_program_would_write(hooked: Repo, program: Path) -> None:
    """Ref, fan-out and message: the two writers must agree, or notes would not merge."""
    git = Git.discover(hooked.path)
    lines = [{"kind": "run", "run_id": "ü"}]
    notes.write(git, "HEAD", [{"kind": "run", "run_id": "first"}])
    edit(hooked)
    pending.save(git, "run", hooked.git("write-tree"), lines)
    pending.save_note(git, hooked.git("write-tree"), notes.content_of(lines))
    program.write_text("#!/bin/sh\nexit 9\n")  # whatever it would do
    hooked.git("commit", "-qm", "Edit")
    by_shim = [hooked.git("ls-tree", "-r", notes.REF), hooked.git("log", "-1", "--format=%B", notes.REF)]
    hooked.git("update-ref", notes.REF, f"{notes.REF}^")
    notes.write(git, "HEAD", lines)
    assert by_shim == [
        hooked.git("ls-tree", "-r", notes.REF),
        hooked.git("log", "-1", "--format=%B", notes.REF),
    ]
