"""Which coding agent is at hand."""

from __future__ import annotations

import pytest

from repodoc_hooks.agents.hosts import HOSTS, agent_at_hand, author_name


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, ""),
        ({"CLAUDECODE": "1"}, "claude-code"),
        ({"CLAUDE_CODE_ENTRYPOINT": "cli"}, "claude-code"),
        ({"OPENCODE": "1"}, "opencode"),
        ({"CODEX_SANDBOX": "seatbelt"}, "codex"),
        ({"CODEX_SANDBOX_NETWORK_DISABLED": "1"}, "codex"),
        ({"CURSOR_AGENT": "1"}, "cursor"),
        ({"CURSOR_TRACE_ID": "a person's terminal in the editor has it, too"}, ""),
        ({"COPILOT_CLI": "1"}, "copilot"),
        ({"GEMINI_CLI": "1"}, "gemini"),
        ({"AI_AGENT": "devin"}, "devin"),
        ({"AGENT": "goose"}, "goose"),
        ({"AGENT": "1"}, "agent"),
        ({"CLAUDECODE": "0"}, ""),
        ({"CLAUDECODE": ""}, ""),
        ({"CLAUDECODE": "1", "REPODOC_AGENT": ""}, ""),
        ({"CLAUDECODE": "1", "REPODOC_AGENT": "0"}, ""),
        ({"CLAUDECODE": "1", "REPODOC_AGENT": "mine"}, "mine"),
        ({"REPODOC_AGENT": "1"}, "agent"),
    ],
)
def test_a_host_is_known_by_its_variables(environ: dict[str, str], name: str) -> None:
    assert agent_at_hand(environ) == name


def test_no_variable_tells_two_hosts() -> None:
    names = [variable for host in HOSTS for variable in host.variables]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Claude Code 2.1", "Claude-Code-2.1"),
        ("\x1b[31mred\n<script>", "31mred-script"),
        ("x" * 1000, "x" * 40),
        ("---", "agent"),
        ("", "agent"),
        ("ключ", "agent"),
    ],
)
def test_a_name_is_plain_and_short(said: str, name: str) -> None:
    assert author_name(said) == name
