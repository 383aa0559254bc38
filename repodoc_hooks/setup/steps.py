"""The steps of `repodoc init`, each safe to repeat; each tells in a line what it did."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repodoc_hooks.config import CONFIG_NAME, Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import files

ATTRIBUTES = ".gitattributes"
NOTES_REF = "refs/notes/repodoc"
CI_FILES = (".github/workflows/repodoc-*.yml", ".gitlab/repodoc.yml")
"""Patterns of the files that `write_ci` makes."""
_PAGE_ATTRIBUTES = "linguist-generated=true merge=repodoc"


def write_config(git: Git) -> str:
    """`.repodoc.yaml` with the defaults; an existing one stays."""
    from repodoc_hooks.config.schema import initial_yaml

    path = git.top / CONFIG_NAME
    if path.exists():
        return f"{CONFIG_NAME}: kept as it is"
    path.write_text(initial_yaml(Config()), encoding="utf-8")
    return f"{CONFIG_NAME}: written; the defaults need no model"


def write_attributes(git: Git, config: Config) -> str:
    """Pages merge with our driver, and diffs on the web fold them; see gitattributes(5)."""
    line = f"{_pattern(config.docs_dir)} {_PAGE_ATTRIBUTES}".encode("utf-8", "surrogateescape")
    text = files.content(git, ATTRIBUTES) or b""
    if line in text.replace(b"\r\n", b"\n").split(b"\n"):
        return f"{ATTRIBUTES}: kept as it is"
    eol = b"\r\n" if b"\r\n" in text else b"\n"
    gap = b"" if not text or text.endswith(b"\n") else eol
    files.write(git, ATTRIBUTES, text + gap + line + eol)
    return f"{ATTRIBUTES}: pages merge with repodoc's driver"


def is_page_attribute(line: bytes) -> bool:
    """Is it the line that `write_attributes` adds?"""
    return re.fullmatch(rb'"?/.*/\*\*/\*\.md"? ' + _PAGE_ATTRIBUTES.encode(), line.rstrip()) is not None


def refspec(remote: str) -> str:
    """Where the notes of a remote are fetched to.

    A pattern, because a plain name makes `git fetch` fail as long as the remote has no notes.
    """
    return f"+{NOTES_REF}*:refs/notes/remotes/{remote}/repodoc*"


def configure_git(git: Git) -> Iterator[str]:
    """The merge driver and, for every remote, where its notes are fetched to (git-config(1))."""
    from repodoc_hooks.git.merge_driver import register

    register(git)
    yield "git config: merge driver registered"
    for remote in git.run("remote").decode().split():
        key, value = f"remote.{remote}.fetch", refspec(remote)
        git.call("config", "--local", "--fixed-value", "--unset-all", key, value.replace("*", ""))
        if value not in git.run("config", "--get-all", key, check=False).decode().split("\n"):
            git.run("config", "--local", "--add", key, value)
            yield f"git config: notes are fetched from {remote}"


def write_ci(git: Git, system: str, config: Config) -> Iterator[str]:
    """The recipes of a CI system; existing files stay."""
    from repodoc_hooks.setup.ci import main_branch, recipes

    for path, text in recipes(system, config, main_branch(git)).items():
        target = git.top / path
        if target.exists():
            yield f"{path}: kept as it is"
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        yield f"{path}: written"


def _pattern(docs_dir: str) -> str:
    """The pages below a folder, for gitattributes(5): quoted where the name asks for it."""
    escaped = re.sub(r"([\\*?\[])", r"\\\1", docs_dir)
    pattern = f"/{escaped}/**/*.md"
    if not re.search(r'[\s"]', pattern):
        return pattern
    return '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
