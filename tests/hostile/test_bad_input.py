"""Bad input gets one clear line and the right exit code; nothing is lost, half-written or blocked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.repos import Repo, Result


def one_line(result: Result) -> str:
    """The single line of a failure; no traceback."""
    assert "Traceback" not in result.output
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("repodoc: ")
    return lines[0]


def test_no_repository(tmp_path: Path) -> None:
    result = Repo(tmp_path).repodoc("check", check=False)
    assert result.returncode == 2
    assert "not a git repository" in one_line(result)


def test_bare_repository(tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "bare", "--bare")
    result = repo.repodoc("update", check=False)
    assert result.returncode == 2
    assert "bare repository" in one_line(result)


def test_no_such_directory_verb_or_path(project: Repo) -> None:
    assert "no such directory" in one_line(project.repodoc("-C", "nowhere", "check", check=False))
    assert "did you mean `repodoc check`" in one_line(project.repodoc("chek", check=False))
    said = one_line(project.repodoc("update", "nothing.py", check=False))
    assert "no component has it" in said and "`repodoc list`" in said


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ("--nonsense", "repodoc: unrecognized arguments: --nonsense; see `repodoc --help`"),
        ("-C", "repodoc: argument -C: expected one argument; see `repodoc --help`"),
        (
            "check --nonsense",
            "repodoc: check: unrecognized arguments: --nonsense; see `repodoc check --help`",
        ),
        (
            "notes",
            "repodoc: notes: the following arguments are required: show|push|fetch; see `repodoc notes --help`",
        ),
    ],
)
def test_wrong_flags(project: Repo, arguments: str, line: str) -> None:
    result = project.repodoc(*arguments.split(), check=False)
    assert result.returncode == 2
    assert one_line(result) == line


def test_init_where_pages_cannot_stand_sets_nothing_up(project: Repo) -> None:
    project.write("docs", "a file\n")
    before = project.status()
    result = project.repodoc("init", "--yes", check=False)
    assert result.returncode == 2
    assert "docs is a file; move it away, or change docs_dir" in one_line(result)
    assert project.status() == before


def test_repository_without_a_commit(repo: Repo) -> None:
    repo.write("a.py", "X = 1\n")
    repo.repodoc("init", "--yes")
    assert "no revision 'HEAD'" in one_line(repo.repodoc("check", "--rev", "HEAD", check=False))
    repo.commit("First")
    assert "docs/repodoc/README.md" in repo.files()
    assert repo.repodoc("check").returncode == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("docs_dir: ../elsewhere\n", ".repodoc.yaml:1: `docs_dir` leaves the repository"),
        (
            "version: 1\ndocs_dirr: docs\n",
            ".repodoc.yaml:2: unknown key `docs_dirr`; did you mean `docs_dir`?",
        ),
        ("version: 1\npre_commit: {deadline: soon}\n", ".repodoc.yaml:2:"),
        ("a: [\n", "not valid YAML"),
        ("\udcff\n", ".repodoc.yaml"),
    ],
)
def test_wrong_configuration(project: Repo, text: str, words: str) -> None:
    project.write(".repodoc.yaml", text.encode("utf-8", "surrogateescape"))
    result = project.repodoc("check", check=False)
    assert result.returncode == 2
    assert words in one_line(result)


def test_wrong_configuration_blocks_no_commit(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.write(".repodoc.yaml", "nonsense: 1\n")
    project.replace("src/core/text.py", "upper", "title")
    project.commit("Go on")
    assert project.is_clean()


def test_unreadable_kinds_of_source_are_skipped_and_reported(repo: Repo) -> None:
    repo.write("good.py", '"""Good."""\n')
    repo.write("binary.py", b"\0\1\2")
    repo.write("latin.py", b"caf\xe9 = 1\n")
    repo.write("pointer.py", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n")
    repo.write("huge.py", b"x = 1\n" * 8_500_000)
    os.symlink("good.py", repo.path / "link.py")
    repo.commit("All kinds")
    done = repo.repodoc("update")
    assert "huge.py: not read: larger than 2 MB" in done.stderr
    assert "binary.py: not read: binary" in done.stderr
    assert "pointer.py: not read: a Git LFS pointer" in done.stderr
    page = repo.read("docs/repodoc/README.md")
    assert "good.py" in page
    assert "link.py" not in page
    assert repo.repodoc("check", "--full").returncode == 0


def test_submodules_are_not_entered(project: Repo, tmp_path: Path) -> None:
    other = Repo.init(tmp_path / "other")
    other.write("inner.py", "Y = 2\n")
    other.commit("Inner")
    project.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(other.path), "src/other"
    )
    project.commit("Add a submodule")
    project.repodoc("update")
    assert not any(
        "inner" in project.read(f"docs/repodoc/{name}") for name in ("README.md", "src/core/README.md")
    )
    assert project.repodoc("check").returncode == 0


@pytest.mark.parametrize(
    "name",
    [
        b"with space.py",
        b"new\nline.py",
        b"quo\"te'.py",
        b"-dash.py",
        b"b\xffyte.py",
        b"a--b-->c.py",
        b"{x}<y>.py",
    ],
)
def test_strange_file_names(repo: Repo, name: bytes) -> None:
    path = os.fsdecode(name)
    repo.write(f"pkg/{path}", 'def f(a):\n    """Do it."""\n')
    repo.repodoc("init", "--yes")
    repo.commit("Strange")
    repo.replace(f"pkg/{path}", "f(a)", "f(a, b)")
    repo.commit("Change it")
    assert repo.changed() == sorted(["docs/repodoc/pkg/README.md", f"pkg/{path}"])
    assert "def f(a, b)" in repo.read("docs/repodoc/pkg/README.md")
    assert repo.repodoc("check", "--full").returncode == 0


def test_a_file_of_peoples_where_a_page_would_be(project: Repo) -> None:
    project.write("docs/repodoc/src/core/README.md", "# Ours\n")
    project.commit("Our own page")
    done = project.repodoc("update", check=False)
    assert done.returncode == 1
    assert "docs/repodoc/src/core/README.md" in done.stderr
    assert "not ours to write; move it away" in done.stderr
    assert project.read("docs/repodoc/src/core/README.md") == "# Ours\n"
    assert project.repodoc("check", check=False).returncode == 1


@pytest.mark.parametrize("kind", ["file", "symlink"])
def test_a_docs_directory_that_cannot_hold_pages(project: Repo, tmp_path: Path, kind: str) -> None:
    if kind == "file":
        project.write("docs", "a file\n")
    else:
        os.symlink(tmp_path, project.path / "docs")
    before = sorted(os.listdir(tmp_path))
    result = project.repodoc("update", check=False)
    assert result.returncode == 2
    assert "docs is a" in one_line(result)
    assert sorted(os.listdir(tmp_path)) == before


def test_unmerged_index(project: Repo) -> None:
    project.git("checkout", "-q", "-b", "side")
    project.replace("src/core/text.py", "upper", "title")
    project.commit("Title")
    project.git("checkout", "-q", "main")
    project.replace("src/core/text.py", "upper", "swapcase")
    project.commit("Swap")
    project.git("merge", "side", check=False)
    result = project.repodoc("check", "--staged", check=False)
    assert result.returncode == 2
    assert "unmerged" in one_line(result)
