"""What `repodoc init --agent` writes for a coding agent, in its host's own form: a skill or rule, an MCP entry, and
a few lines in AGENTS.md between markers.

Nothing of it runs by being there: hosts ask before they start a project's server, and where one would not (OpenCode),
the entry is switched off. `uninstall` takes all of it back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from repodoc_hooks.errors import RepositoryError
from repodoc_hooks.expressions import expression
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import files

NOTES = "AGENTS.md"
_BEGIN, _END = (
    "<!-- begin: how to keep the pages of repodoc -->",
    "<!-- end: how to keep the pages of repodoc -->",
)
_BLOCK = expression(
    rb"(?:\r?\n)?" + re.escape(_BEGIN.encode()) + rb".*?" + re.escape(_END.encode()) + rb"\r?\n?", re.S
)
_WHEN = (
    "Keep this repository's documentation pages true: read them before source, and write the prose they owe."
)
_LINES = """Pages that describe this repository are made by repodoc; `git commit` keeps their facts current.
Do not edit them between their markers. After a commit that says prose is owed (and before you finish):

1. `repodoc tasks --json` gives each task with its id, the form of the answer and the material to write from.
2. `repodoc answer - --json` takes `{"author": "NAME", "answers": [{"id": "ID", "text": ["sentence", ...]}]}` on
   standard input. What is refused says why; correct it and send it again.
3. `repodoc check` reports whether all is current; commit the pages.

Never switch hooks off (`--no-verify`, `core.hooksPath`): under an agent they wait for no model.
"""
_PROSE = """
Good prose here: plain English sentences for a maintainer who is new to the code. Say what it is for and how its parts
work together, not what each line does. Names in backticks, and only such as the material shows. No links, counts,
dates, praise; `""` begins a paragraph, `"- ..."` is an item of a short list. If the old text still holds, answer
`"keep": true`; else keep its sentences that do.

The same is at hand over MCP (`repodoc mcp --write`): `tasks`, `answer`, `check`, `plan`, `read`, `find`.
"""
_SERVER = {"command": "repodoc", "args": ["mcp", "--write"]}
_CODEX = '[mcp_servers.repodoc]\ncommand = "repodoc"\nargs = ["mcp", "--write"]'


class HostFiles(Struct, frozen=True):
    """A host's own form: a text of ours alone, and where its MCP entry goes (file, keys, value, words about it)."""

    path: str = ""
    head: str = ""
    config: str = ""
    keys: tuple[str, ...] = ()
    entry: Mapping[str, Any] | None = None
    hint: str = ""


HOSTS = {
    "claude": HostFiles(
        ".claude/skills/repodoc/SKILL.md",
        f"---\nname: repodoc\ndescription: {_WHEN}\n---\n\n",
        ".mcp.json",
        ("mcpServers", "repodoc"),
        _SERVER,
        "Claude Code asks before it starts it",
    ),
    "opencode": HostFiles(
        ".opencode/skills/repodoc/SKILL.md",
        f"---\nname: repodoc\ndescription: {_WHEN}\n---\n\n",
        "opencode.json",
        ("mcp", "repodoc"),
        {"type": "local", "command": ["repodoc", "mcp", "--write"], "enabled": False},
        "switched off: set `enabled` to have it started",
    ),
    "codex": HostFiles(hint=f"for MCP put into ~/.codex/config.toml, which is yours:\n{_CODEX}"),
    "cursor": HostFiles(
        ".cursor/rules/repodoc.mdc",
        f"---\ndescription: {_WHEN}\nalwaysApply: false\n---\n\n",
        ".cursor/mcp.json",
        ("mcpServers", "repodoc"),
        _SERVER,
        "Cursor asks before it starts it",
    ),
}


def write_agent(git: Git, host: str) -> Iterator[str]:
    """Write a host's files, each reported in a line; safe to repeat, and what a person has changed stays.

    Raises:
        RepositoryError: a link stands where a file has to go.
    """
    form = HOSTS[host]
    if form.path:
        yield _own_file(git, form.path, f"{form.head}{_LINES}{_PROSE}".encode())
    if form.config:
        yield _entry(git, form)
    yield _notes(git)
    if form.hint and not form.config:
        yield f"{host}: {form.hint}"


def take_out(path: str, text: bytes) -> bytes:
    """A file without what is ours in it, where it has been changed since; unchanged where nothing is."""
    if path == NOTES:
        return _BLOCK.sub(b"", text, count=1)
    form = next((form for form in HOSTS.values() if form.config == path), None)
    data = _object(text) if form is not None else None
    if form is None or data is None:
        return text
    group, name = form.keys
    if not isinstance(data.get(group), dict) or data[group].get(name) != form.entry:
        return text
    del data[group][name]
    return _dumped({key: value for key, value in data.items() if key != group or value}, text)


def _own_file(git: Git, path: str, text: bytes) -> str:
    there = files.content(git, path)
    if there == text:
        return f"{path}: up to date"
    if there is not None and path not in set(files.written(git)):
        return f"{path}: kept as it is; it is not ours"
    files.write(git, path, text)
    return f"{path}: {'written' if there is None else 'renewed'}"


def _entry(git: Git, form: HostFiles) -> str:
    there = files.content(git, form.config)
    value = json.dumps(form.entry)
    data = {} if there is None else _object(there)
    by_hand = f"{form.config}: left as it is; add by hand {'.'.join(form.keys)}: {value}"
    if data is None or (
        there is None and form.config == "opencode.json" and files.content(git, "opencode.jsonc")
    ):
        return by_hand
    group = data.setdefault(form.keys[0], {})
    if not isinstance(group, dict):
        return by_hand
    if form.keys[1] in group:
        return f"{form.config}: kept as it is"
    group[form.keys[1]] = form.entry
    files.write(git, form.config, _dumped(data, there or b""))
    return f"{form.config}: the MCP server is in ({form.hint})"


def _notes(git: Git) -> str:
    text = files.content(git, NOTES) or b""
    eol = b"\r\n" if b"\r\n" in text else b"\n"
    block = f"{_BEGIN}\n\n## Documentation\n\n{_LINES}\n{_END}\n".encode().replace(b"\n", eol)
    if found := _BLOCK.search(text):
        if found[0].strip() == block.strip():
            return f"{NOTES}: up to date"
        lead = eol if found[0].startswith((b"\n", b"\r\n")) else b""
        fresh = text[: found.start()] + lead + block + text[found.end() :]
    else:
        gap = b"" if not text else eol if text.endswith(b"\n") else eol * 2
        fresh = text + gap + block
    files.write(git, NOTES, fresh)
    return f"{NOTES}: says how to keep the pages"


def _object(text: bytes) -> dict[str, Any] | None:
    """A file that is one JSON object; None for all else (comments, damage), which is left to a person."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _dumped(data: Mapping[str, Any], like: bytes) -> bytes:
    """JSON with the indentation and the line ends of what stood there."""
    found = re.search(rb"\n([ \t]+)\S", like)
    indent: str | int = found[1].decode() if found else 2
    text = json.dumps(data, indent=indent, ensure_ascii=False) + "\n"
    return text.replace("\n", "\r\n" if b"\r\n" in like else "\n").encode()


def agent_files() -> frozenset[str]:
    """Every file that some host's form may write to."""
    found = {path for form in HOSTS.values() for path in (form.path, form.config) if path}
    return frozenset(found | {NOTES})


def ours_in(git: Git) -> list[str]:
    """The files in which something of ours stands."""
    found = []
    for path in sorted(agent_files()):
        try:
            text = files.content(git, path)
        except RepositoryError:
            continue
        own = any(path == form.path for form in HOSTS.values())
        if text is not None and (own or take_out(path, text) != text):
            found.append(path)
    return found
