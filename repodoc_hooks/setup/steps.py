"""The steps of `repodoc init`, each safe to repeat; each reports in a line what it did."""

from __future__ import annotations

import re
from collections.abc import Iterator

from repodoc_hooks.config import CONFIG_NAME, Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import files
from repodoc_hooks.setup.ci_services import SERVICES

ATTRIBUTES = ".gitattributes"
NOTES_REF = "refs/notes/repodoc"
_PAGE_ATTRIBUTES = "linguist-generated=true merge=repodoc"


def write_config(git: Git) -> str:
    """`.repodoc.yaml` with the defaults; an existing one stays."""
    from repodoc_hooks.config.schema import initial_yaml

    if files.content(git, CONFIG_NAME) is not None:
        return f"{CONFIG_NAME}: kept as it is"
    files.put(git, CONFIG_NAME, initial_yaml(Config()).encode())
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


def write_ci(git: Git, system: str, config: Config, install: str = "") -> Iterator[str]:
    """The recipes of a CI system; what somebody has changed stays, what another way of working left goes.

    `install` is what pip is to install, "" for what this program was installed from.
    """
    from repodoc_hooks.setup import ci
    from repodoc_hooks.setup.origin import origin

    install = install or origin().requirement
    for path, text in ci.recipes(system, config, ci.main_branch(git), install).items():
        there = files.content(git, path)
        if there is not None and not ci.is_ours(there.decode("utf-8", "replace")):
            yield f"{path}: kept as it is; somebody has changed it"
        elif there == text.encode():
            yield f"{path}: up to date"
        else:
            files.put(git, path, text.encode())
            yield f"{path}: {'written' if there is None else 'renewed'}"
    for path in ci.others(system, config):
        there = files.content(git, path)
        if there is None:
            continue
        if ci.is_ours(there.decode("utf-8", "replace")):
            files.remove(git, path)
            yield f"{path}: removed; it belongs to another `write:` than {config.write}"
        else:
            yield f"{path}: delete it; it belongs to another `write:` than {config.write}"
    service = SERVICES[system]
    if service.hint:
        yield service.hint.format(path=service.files)
    if not install:
        yield (
            "CI: this program came from a folder, which no other machine has; say what pip is to install: "
            f"`repodoc init --ci {system} --install SPEC`"
        )


def ci_files(git: Git) -> list[str]:
    """The recipes that stand in the work tree."""
    return sorted(
        path.relative_to(git.top).as_posix()
        for service in SERVICES.values()
        for path in git.top.glob(service.files)
    )


def _pattern(docs_dir: str) -> str:
    """The pages below a folder, for gitattributes(5): quoted where the name asks for it."""
    escaped = re.sub(r"([\\*?\[])", r"\\\1", docs_dir)
    pattern = f"/{escaped}/**/*.md"
    if not re.search(r'[\s"]', pattern):
        return pattern
    return '"' + pattern.replace("\\", "\\\\").replace('"', '\\"') + '"'
