"""Which files of a repository are shown to a program that reads for a model: source and text, by an allow-list.

Such a program takes orders from what it finds in the folder that it serves: plugins, settings, rules, servers. None of
those can be recognised for certain, so nothing is shown but what is known to be read: source, documentation, manifests
and data, and nothing hidden.
"""

from __future__ import annotations

import fnmatch

from repodoc_hooks.repository_paths import is_inside
from repodoc_hooks.source_files import LANGUAGE_BY_SUFFIX, MANIFESTS

_TEXT_SUFFIXES = frozenset(
    [
        "adoc",
        "asciidoc",
        "cfg",
        "cmake",
        "conf",
        "css",
        "csv",
        "gemspec",
        "gql",
        "gradle",
        "graphql",
        "html",
        "ini",
        "json",
        "jsonc",
        "less",
        "markdown",
        "md",
        "properties",
        "proto",
        "rst",
        "sass",
        "scala",
        "scss",
        "sh",
        "sql",
        "svelte",
        "swift",
        "tex",
        "toml",
        "tsv",
        "txt",
        "vue",
        "xml",
        "xsd",
        "yaml",
        "yml",
        "csproj",
        "fsproj",
        "vbproj",
        "sln",
        "props",
        "targets",
    ]
)
_TEXT_NAMES = frozenset(
    [
        "authors",
        "changelog",
        "changes",
        "contributing",
        "contributors",
        "copying",
        "dockerfile",
        "gemfile",
        "go.mod",
        "go.sum",
        "go.work",
        "license",
        "makefile",
        "notice",
        "procfile",
        "rakefile",
        "readme",
        "version",
    ]
)
_STEERING = (
    *(
        "opencode.*",
        "opencode-*",
        "crush.json",
        "bunfig.toml",
        "mcp.*",
        "*.mcp.json",
        "mcp-*.json",
        "mcp_*.json",
    ),
    *(
        "agent.md",
        "agents.md",
        "agents.*.md",
        "claude.md",
        "claude.*.md",
        "gemini.md",
        "gemini.*.md",
        "context.md",
    ),
    *("qwen.md", "copilot-instructions.md", "conventions.md", "llms*.txt", "skill.md", "*.instructions.md"),
    *("*.prompt.md", "*.chatmode.md", "*.agent.md", "*.mdc"),
)
"""Names by which agents are given settings, rules or tools; compared in lower case."""
_FOREIGN_FOLDERS = frozenset({"node_modules", "bower_components", "__pycache__", "site-packages"})
"""Installed code, which programs look for by these names to run it."""


def is_shown(path: str) -> bool:
    """Is a file source or text that nobody takes orders from?"""
    *folders, name = path.casefold().split("/")
    if not is_inside(path) or any(part.startswith(".") for part in (*folders, name)):
        return False
    if not _FOREIGN_FOLDERS.isdisjoint(folders) or any(fnmatch.fnmatchcase(name, each) for each in _STEERING):
        return False
    stem, _, suffix = name.rpartition(".")
    if suffix in LANGUAGE_BY_SUFFIX or suffix in _TEXT_SUFFIXES:
        return bool(stem)
    return (
        (stem or name) in _TEXT_NAMES
        or name in _TEXT_NAMES
        or any(fnmatch.fnmatchcase(name, manifest.casefold()) for manifest in MANIFESTS)
    )
