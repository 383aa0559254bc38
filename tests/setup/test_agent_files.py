"""`repodoc init --agent`: each host's own form, and `uninstall` takes it back byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from repodoc_hooks.commands.init import AGENTS
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup.agent_files import HOSTS, NOTES, agent_files, write_agent
from repodoc_hooks.setup.undo import undo_setup
from tests.repos import Repo

THERE: Mapping[str, str] = {
    "AGENTS.md": "# Rules\n\nBe kind.",
    ".mcp.json": '{\n    "mcpServers": {"other": {"command": "x"}}\n}',
    "opencode.json": '{"model": "a/b"}\n',
    ".cursor/mcp.json": "{}\r\n",
}


def snapshot(repo: Repo) -> dict[str, bytes]:
    """Everything of the work tree."""
    files = (file for file in repo.path.rglob("*") if file.is_file() and "/.git/" not in str(file))
    return {str(file.relative_to(repo.path)): file.read_bytes() for file in files}


def write(repo: Repo, host: str) -> list[str]:
    """What writing a host's files tells."""
    return list(write_agent(Git.discover(str(repo.path)), host))


def undo(repo: Repo) -> list[str]:
    """What taking it back tells."""
    return list(undo_setup(Git.discover(str(repo.path))))


def test_the_command_knows_the_hosts() -> None:
    assert set(AGENTS) == set(HOSTS)


@pytest.mark.parametrize("there", [{}, THERE], ids=["nothing", "files"])
@pytest.mark.parametrize("host", AGENTS)
def test_written_twice_and_taken_back(project: Repo, host: str, there: Mapping[str, str]) -> None:
    project.write_all(there)
    before = snapshot(project)
    write(project, host)
    once = snapshot(project)
    assert once.keys() - before.keys() <= agent_files()
    assert once != before
    write(project, host)
    assert snapshot(project) == once
    undo(project)
    assert snapshot(project) == before


@pytest.mark.parametrize("host", AGENTS)
def test_only_what_is_ours_goes_where_somebody_went_on(project: Repo, host: str) -> None:
    project.write_all(THERE)
    write(project, host)
    project.write(NOTES, project.read(NOTES) + "\nMore.\n")
    if config := HOSTS[host].config:
        data = json.loads(project.read(config))
        project.write(config, json.dumps({**data, "more": 1}, indent=2))
    undo(project)
    assert project.read(NOTES) == "# Rules\n\nBe kind.\n\nMore.\n"
    if config:
        data = json.loads(project.read(config))
        assert data["more"] == 1
        assert "repodoc" not in json.dumps(data)


def test_entries(project: Repo) -> None:
    for host in AGENTS:
        write(project, host)
    assert json.loads(project.read(".mcp.json"))["mcpServers"]["repodoc"]["args"] == ["mcp", "--write"]
    assert json.loads(project.read("opencode.json"))["mcp"]["repodoc"]["enabled"] is False
    skill = project.read(".claude/skills/repodoc/SKILL.md")
    assert skill.startswith("---\nname: repodoc\n")
    assert "repodoc tasks --json" in skill
    assert project.read(NOTES).count("repodoc tasks --json") == 1


@pytest.mark.parametrize("text", ["// a comment\n{}", "[]", '{"mcpServers": 5}', "", "{" * 5000])
def test_what_cannot_be_read_is_left_and_told(project: Repo, text: str) -> None:
    project.write(".mcp.json", text)
    told = write(project, "claude")
    assert any("add by hand" in line for line in told)
    assert project.read(".mcp.json") == text


def test_a_skill_of_somebody_else_is_kept(project: Repo) -> None:
    project.write(".claude/skills/repodoc/SKILL.md", "mine\n")
    write(project, "claude")
    assert project.read(".claude/skills/repodoc/SKILL.md") == "mine\n"


def test_nothing_is_written_through_a_link(project: Repo) -> None:
    (project.path / "elsewhere").mkdir()
    (project.path / ".claude").symlink_to("elsewhere")
    done = project.repodoc("init", "--yes", "--hooks", "none", "--agent", "claude", check=False)
    assert done.returncode == 2
    assert list((project.path / "elsewhere").iterdir()) == []


def test_by_the_command_line(project: Repo) -> None:
    done = project.repodoc("init", "--yes", "--hooks", "none", "--agent", "claude", "--agent", "cursor")
    assert ".claude/skills/repodoc/SKILL.md: written" in done.output
    assert ".cursor/rules/repodoc.mdc: written" in done.output
    project.repodoc("uninstall")
    assert not {".claude", ".cursor", ".mcp.json", "AGENTS.md"} & {p.name for p in project.path.iterdir()}
