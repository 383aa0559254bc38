"""Pages follow a changed `docs_dir` with people's words; those of other projects stay where they are."""

from __future__ import annotations

from pathlib import Path

from tests.repos import Repo

SHOP = "src/shop/README.md"


def documented(project: Repo) -> None:
    project.repodoc("update", "-q")
    project.write(f"docs/repodoc/{SHOP}", project.read(f"docs/repodoc/{SHOP}") + "\nOpen on Sundays.\n")
    project.commit("Document")


def test_pages_move_to_another_docs_dir(project: Repo) -> None:
    documented(project)
    project.write(".repodoc.yaml", "version: 1\ndocs_dir: pages\n")
    project.commit("Move")
    said = project.repodoc("check", check=False)
    assert said.returncode == 1
    assert "docs/repodoc/README.md:1: layout is stale [RD004]" in said.stdout
    project.repodoc("update", "-q")
    assert "Open on Sundays." in project.read(f"pages/{SHOP}")
    assert not project.exists("docs/repodoc/README.md")
    assert not project.exists(f"docs/repodoc/{SHOP}")
    assert project.repodoc("check").returncode == 0


def test_pages_of_a_copied_project_are_not_ours(project: Repo, tmp_path: Path) -> None:
    documented(project)
    pages = {p: project.read(p) for p in project.files() if p.startswith("docs/repodoc/")}
    other = Repo.init(tmp_path / "other")
    other.write("lib/one.py", '"""One."""\n\n\ndef one() -> int:\n    return 1\n')
    for path, text in pages.items():
        other.write(f"vendored/{path}", text)
    other.commit("Start")
    other.repodoc("update", "-q")
    assert {path: other.read(f"vendored/{path}") for path in pages} == pages
    assert other.repodoc("check").returncode == 0
