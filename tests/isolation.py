"""The environment that tests and benchmarks give to every program they start."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from repodoc_hooks.shims import HOOKS, shim

ORIGINAL = dict(os.environ)
"""The environment as it was before any test changed it; only installers use it."""

_FOREIGN = (
    *("GIT_", "XDG_", "REPODOC_", "PRE_COMMIT", "PREK_", "LEFTHOOK", "HUSKY"),
    *("OPENCODE", "ANTHROPIC_", "CLAUDE", "OPENAI_", "OTEL_", "DASK_", "GITHUB_", "GITLAB_", "CI"),
    "PYTHONDONTWRITEBYTECODE",  # a user's programs are compiled once, not at every start
    *("AI_AGENT", "AGENT", "CODEX_", "CURSOR_", "COPILOT_", "GEMINI_"),
    *("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "COLUMNS", "LINES", "EDITOR", "VISUAL"),
)
_PROXIES = {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"}


def isolated(home: Path, base: Mapping[str, str] = ORIGINAL) -> dict[str, str]:
    """`base` without what belongs to the user, the machine's git or a CI service, and with a home of its own.

    `home` is created if it is missing. The programs for hook frameworks, as this source makes them, and those of the
    running interpreter's environment (`repodoc`, `pre-commit`, `prek`) come first on PATH; REPODOC_TEST_GIT may name
    another git program.
    """
    env = {
        name: value
        for name, value in base.items()
        if not name.startswith(_FOREIGN) and name.upper() not in _PROXIES
    }
    folders = {
        "HOME": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_RUNTIME_DIR": home / ".run",
        "PRE_COMMIT_HOME": home / ".cache" / "pre-commit",
        "PREK_HOME": home / ".cache" / "prek",
        "TMPDIR": home / "tmp",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    git = base.get("REPODOC_TEST_GIT")
    first = [str(_shims(home)), str(Path(sys.executable).parent), *([str(Path(git).parent)] if git else [])]
    path = env.get("PATH", os.defpath).split(os.pathsep)
    if path[: len(first)] != first:
        path = [*first, *path]
    return {
        **env,
        **{name: str(folder) for name, folder in folders.items()},
        "PATH": os.pathsep.join(path),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_EDITOR": "true",
        "GIT_AUTHOR_NAME": "Ada Author",
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_AUTHOR_DATE": "2024-01-02T03:04:05+0000",
        "GIT_COMMITTER_NAME": "Carl Committer",
        "GIT_COMMITTER_EMAIL": "carl@example.org",
        "GIT_COMMITTER_DATE": "2024-01-02T03:04:05+0000",
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TERM": "xterm-256color",
    }


def _shims(home: Path) -> Path:
    """A folder with `repodoc-pre-commit` and the like, which an installation has from when it was built."""
    folder = home / ".programs"
    folder.mkdir(exist_ok=True)
    for hook in HOOKS:
        program = folder / f"repodoc-{hook}"
        if not program.exists():
            program.write_text(shim(hook), "utf-8")
            program.chmod(0o755)
    return folder


def user_settings(text: str, environ: Mapping[str, str] = os.environ) -> Path:
    """Write the user's own settings, which say what a repository may not; the file."""
    file = Path(environ["XDG_CONFIG_HOME"], "repodoc", "config.yaml")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return file
