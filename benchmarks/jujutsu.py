"""Do the ways of Jujutsu that `hooks/RECIPES.md` names work on the real program? Needs `jj` on PATH.

    python -m benchmarks.jujutsu [WAY ...]

Each way is a story in a repository of its own; a line says whether the pages of every commit were current in the end.
jj is young and changes: a story that fails here is a recipe to write anew. Last seen to hold with jj 0.45.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.isolation import isolated
from tests.repos import PYTHON_PROJECT

_MERGE_TOOL = (
    'merge-tools.repodoc.program="repodoc"',
    'merge-tools.repodoc.merge-args=["merge-driver", "$base", "$left", "$right", "$path", "-o", "$output"]',
    "merge-tools.repodoc.merge-conflict-exit-codes=[79]",
    'merge-tools.repodoc.conflict-marker-style="git"',
)


@dataclass(frozen=True)
class Workspace:
    """A working copy of jj."""

    path: Path
    env: Mapping[str, str]

    def run(self, *command: str, code: int = 0) -> str:
        """What a command prints; it has to end with `code`."""
        done = subprocess.run(
            command, cwd=self.path, env=dict(self.env), capture_output=True, text=True, check=False
        )
        assert done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def jj(self, *words: str) -> str:
        """What jj prints."""
        return self.run("jj", "--no-pager", *words)

    def repodoc(self, *words: str, code: int = 0) -> str:
        """What this program prints."""
        return self.run("repodoc", *words, code=code)

    def add(self, path: str, text: str) -> None:
        """Text at the end of a file, which may be new."""
        with (self.path / path).open("a") as file:
            file.write(text)

    def commits(self, revisions: str) -> list[str]:
        """The names of commits in git, oldest first."""
        found = self.jj(
            "log", "--no-graph", "--reversed", "-r", revisions, "-T", 'commit_id ++ "\\n"'
        ).split()
        assert found
        return found

    def current(self, revisions: str = "all() & ~root() & ~empty()") -> None:
        """The pages of every one of these commits describe it."""
        for commit in self.commits(revisions):
            self.repodoc("check", "--full", "--rev", commit)


def begin(path: Path, env: Mapping[str, str], *options: str) -> Workspace:
    """A repository with the sample project and its first pages, committed."""
    path.mkdir()
    for name, text in PYTHON_PROJECT.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    work = Workspace(path, env)
    work.jj("git", "init", *options)
    assert "jj runs no hooks" in work.repodoc("init")
    work.jj("commit", "-m", "Begin")
    return work


def function(name: str) -> str:
    """A public function as source."""
    return f'\n\ndef {name}() -> None:\n    """It is {name}."""\n'


def before_a_commit(work: Workspace) -> None:
    """`repodoc update` before `jj commit`, a file included that git has not heard of."""
    work.add("src/core/text.py", function("murmur"))
    work.add("src/core/fresh.py", '"""Fresh."""\n' + function("fresh"))
    assert "fresh.py is new" in work.repodoc("check", code=1)
    work.repodoc("update")
    work.jj("commit", "-m", "Murmur")
    work.repodoc("check")
    work.current()


def in_every_commit(work: Workspace) -> None:
    """`jj run` over commits whose pages were left behind, on the same page one after the other."""
    for name in ("murmur", "mumble", "mutter"):
        work.add("src/core/text.py", function(name))
        work.jj("commit", "-m", name)
    work.jj("run", "--restore-descendants", "--", "repodoc", "update")
    work.current()
    assert not work.jj("log", "--no-graph", "-r", "conflicts()").strip()


def after_an_edit_below(work: Workspace) -> None:
    """An earlier commit edited, which jj carries into those above it; squashed and split, too."""
    work.add("src/core/text.py", function("murmur"))
    work.repodoc("update")
    work.jj("commit", "-m", "Murmur")
    work.add("src/shop/till.py", function("pay"))
    work.repodoc("update")
    work.jj("commit", "-m", "Pay")
    work.jj("edit", 'description(substring:"Murmur")')
    text = work.path / "src/core/text.py"
    text.write_text(text.read_text().replace("murmur", "mumble"))
    work.jj("new", 'description(substring:"Pay")')
    work.jj("run", "--restore-descendants", "-r", "mutable()", "--", "repodoc", "update")
    work.current()
    work.add("src/shop/till.py", function("refund"))
    work.jj("squash", "-m", "Pay and refund")
    work.jj("run", "--restore-descendants", "-r", "mutable()", "--", "repodoc", "update")
    work.current()


def merges(work: Workspace) -> None:
    """Two lines that changed one page: jj does not ask git's merge driver, `jj resolve` asks ours."""
    base = work.commits("@-")[0]
    for name in ("left", "right"):
        work.jj("new", base, "-m", name)
        work.add(f"src/core/{name}.py", f'"""{name}."""\n' + function(name))
        work.add("src/core/text.py" if name == "left" else "src/core/__init__.py", function(f"{name}_too"))
        work.repodoc("update")
        work.jj("bookmark", "create", name)
    work.jj("new", "left", "right", "-m", "merge")
    assert "docs/repodoc/src/core/README.md" in work.jj("resolve", "--list")
    work.jj("resolve", *(word for each in _MERGE_TOOL for word in ("--config", each)), "--tool", "repodoc")
    work.repodoc("update")
    work.current()


def a_commit_that_is_there(work: Workspace) -> None:
    """Pages as a commit of their own on a bookmark, as the CI job makes them."""
    work.add("src/core/text.py", function("murmur"))
    work.jj("commit", "-m", "Murmur")
    work.jj("bookmark", "create", "main", "-r", "@-")
    assert "--branch" in work.repodoc("update", "--commit", code=2)
    assert "on main" in work.repodoc("update", "--rev", "main", "--commit")
    work.jj("new", "main")
    work.current("main")


def further_workspaces(work: Workspace) -> None:
    """`jj workspace add`: a work tree without a `.git`."""
    work.jj("workspace", "add", "../further")
    further = Workspace(work.path.parent / "further", work.env)
    before_a_commit(further)


def pushes(work: Workspace) -> None:
    """`jj git push` runs no hook; what is checked out of the remote is current."""
    work.run("git", "init", "-q", "--bare", "../origin.git")
    work.jj("git", "remote", "add", "origin", "../origin.git")
    before_a_commit(work)
    work.jj("bookmark", "create", "main", "-r", "@-")
    work.jj("git", "push", "--bookmark", "main")
    work.run("git", "clone", "-q", "-b", "main", "../origin.git", "../clone")
    Workspace(work.path.parent / "clone", work.env).repodoc("check", "--full")


_Story = Callable[[Workspace], None]
WAYS: Mapping[str, tuple[_Story, tuple[str, ...]]] = {
    "before-a-commit": (before_a_commit, ("--colocate",)),
    "before-a-commit-alone": (before_a_commit, ("--no-colocate",)),
    "in-every-commit": (in_every_commit, ("--colocate",)),
    "in-every-commit-alone": (in_every_commit, ("--no-colocate",)),
    "after-an-edit-below": (after_an_edit_below, ("--colocate",)),
    "merges": (merges, ("--colocate",)),
    "a-commit-that-is-there": (a_commit_that_is_there, ("--colocate",)),
    "further-workspaces": (further_workspaces, ("--colocate",)),
    "pushes": (pushes, ("--colocate",)),
}


def main(names: Sequence[str]) -> int:
    """Play the stories; 1 if one fails."""
    if shutil.which("jj") is None:
        print("jj is not on PATH")
        return 2
    failed = 0
    for name in names or WAYS:
        story, options = WAYS[name]
        with tempfile.TemporaryDirectory() as folder:
            env = {**isolated(Path(folder, "home")), "JJ_USER": "A", "JJ_EMAIL": "a@example.com"}
            try:
                story(begin(Path(folder, "project"), env, *options))
            except AssertionError as error:
                failed += 1
                print(f"failed  {name}: {error}")
            else:
                print(f"holds   {name}")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
