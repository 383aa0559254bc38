"""What the sections of a page call other components."""

from __future__ import annotations

from tests.repos import Repo


def test_a_top_directory_that_shares_its_name_is_not_called_by_a_dot(repo: Repo) -> None:
    repo.write("go.mod", "module example.org/run\n")
    repo.write("tool.go", "package run\n\n// Run runs.\nfunc Run() {}\n")
    repo.write("cmd/run/run.go", 'package main\n\nimport "example.org/run"\n\nfunc main() { run.Run() }\n')
    repo.commit("One", hooks=False)
    repo.repodoc("update")
    page = (repo.path / "docs/repodoc/cmd/run/README.md").read_text()
    assert "- [the top directory](../../README.md)" in page
    assert "[.](" not in page
    assert "A program." in page
