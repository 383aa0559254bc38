"""What a program that reads for a model gets to see."""

from __future__ import annotations

import pytest

from repodoc_hooks.git.shown_files import is_shown
from repodoc_hooks.source_files import LANGUAGE_BY_SUFFIX

STEERING = [
    *(
        ".opencode/plugin/e.js",
        ".opencode/plugins/e.ts",
        "packages/a/.opencode/plugin/e.js",
        ".OpenCode/tool/x.ts",
    ),
    *("opencode.json", "opencode.jsonc", "OpenCode.JSON", "packages/a/opencode.json", "opencode.js"),
    *(
        ".claude/settings.json",
        "a/.claude/agents/x.md",
        ".mcp.json",
        "mcp.json",
        "a/my.mcp.json",
        ".cursor/mcp.json",
    ),
    *(
        "AGENTS.md",
        "agents.md",
        "a/AGENTS.md",
        "CLAUDE.md",
        "CLAUDE.local.md",
        "GEMINI.md",
        ".gemini/settings.json",
    ),
    *(
        ".cursorrules",
        ".windsurfrules",
        ".github/copilot-instructions.md",
        ".aider.conf.yml",
        ".vscode/tasks.json",
    ),
    *(
        ".codex/config.toml",
        "bunfig.toml",
        ".env",
        ".npmrc",
        ".git/config",
        ".GIT/hooks/x.py",
        "a/../b.py",
        "SKILL.md",
    ),
    *(
        "node_modules/typescript/lib/tsserver.js",
        "a/node_modules/x/index.js",
        "x.instructions.md",
        "a/rules.mdc",
    ),
]
UNKNOWN = [
    "a.exe",
    "a.so",
    "a.wasm",
    "a.node",
    "lib.a",
    "picture.svg",
    "a.bin",
    "noname",
    "src/.hidden.py",
    ".py",
    "",
]
SHOWN = [
    *(
        "README",
        "README.md",
        "LICENSE",
        "Makefile",
        "docs/guide.rst",
        "pyproject.toml",
        "package.json",
        "go.mod",
    ),
    *(
        "src/opencode_client.py",
        "agents/main.go",
        "src/claude/api.rs",
        "a/b/c/d.JSON",
        "x.proto",
        "Cargo.toml",
    ),
]


@pytest.mark.parametrize("path", [*STEERING, *UNKNOWN])
def test_left_out(path: str) -> None:
    assert not is_shown(path)


@pytest.mark.parametrize("path", [*SHOWN, *(f"src/a.{suffix}" for suffix in LANGUAGE_BY_SUFFIX)])
def test_shown(path: str) -> None:
    assert is_shown(path)
