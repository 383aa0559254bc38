"""Is a coding agent at work? One table of hosts, with the variables that they set for the programs they start.

Where each row is from:

* Claude Code: `CLAUDECODE=1` in the shells that it opens (code.claude.com/docs/en/env-vars); its entry point besides.
* OpenCode: `OPENCODE=1`, and the name of its client (anomalyco/opencode, packages/opencode/src/index.ts and flag.ts).
* Codex: the sandbox's two (openai/codex, codex-rs/core/src/spawn.rs); outside a sandbox its thread
  (developers.openai.com/codex/environment-variables).
* Cursor: `CURSOR_AGENT=1` for the agent's terminal (cursor.com/docs/agent/terminal). `CURSOR_TRACE_ID` is in every
  terminal of the editor, a person's too, so it tells nothing.
* Copilot: `COPILOT_CLI=1` of its command line, `COPILOT_AGENT_*` of its cloud agent (docs.github.com/copilot).
* Gemini CLI: `GEMINI_CLI=1` (google-gemini/gemini-cli, docs/tools/shell.md).
* Others: `AI_AGENT` (npm @vercel/detect-agent) or `AGENT` (agents.md, Goose, Amp) with a name.

The rows agree with three lists that others keep, as of November 2026: npm @vercel/detect-agent
(vercel/vercel, packages/detect-agent/src/index.ts), crates is-ai-agent 0.5 and ai_env 0.1.3 (docs.rs).

`REPODOC_AGENT` goes before all of them: a name, or 0 or nothing for none.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from msgspec import Struct

OVERRIDE = "REPODOC_AGENT"
UNKNOWN = "agent"
_LONGEST = 40
_NONE = frozenset({"", "0", "false", "no", "none", "off"})


class Host(Struct, frozen=True):
    """A coding agent: its name, and variables any of which it sets to something else than 0 or nothing."""

    name: str
    variables: tuple[str, ...]


HOSTS = (
    Host("claude-code", ("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT")),
    Host("opencode", ("OPENCODE", "OPENCODE_CLIENT")),
    Host("codex", ("CODEX_SANDBOX", "CODEX_SANDBOX_NETWORK_DISABLED", "CODEX_THREAD_ID", "CODEX_CI")),
    Host("cursor", ("CURSOR_AGENT",)),
    Host(
        "copilot",
        ("COPILOT_CLI", "COPILOT_AGENT", "COPILOT_AGENT_SESSION_ID", "COPILOT_AGENT_START_TIME_SEC"),
    ),
    Host("gemini", ("GEMINI_CLI",)),
)
_NAMED = ("AI_AGENT", "AGENT")
"""Variables whose value is the agent's name; 1 or true for one without."""


def agent_at_hand(environ: Mapping[str, str] = os.environ) -> str:
    """The name of the coding agent that runs us, "" if none does."""
    said = environ.get(OVERRIDE)
    if said is not None:
        return "" if said.strip().lower() in _NONE else author_name(said)
    for host in HOSTS:
        if any(_is_set(environ, name) for name in host.variables):
            return host.name
    return next((author_name(environ[name]) for name in _NAMED if _is_set(environ, name)), "")


def author_name(text: str) -> str:
    """A name that may stand in stamps, notes and terminals: short, of plain characters; `agent` if nothing is left."""
    name = (
        re.sub(r"[^A-Za-z0-9._/@+-]+", "-", text.strip()[: 4 * _LONGEST]).strip("-.")[:_LONGEST].rstrip("-.")
    )
    return UNKNOWN if name.lower() in {"", "1", "true", "yes"} else name


def _is_set(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").strip().lower() not in _NONE
