"""Who runs git's hooks here, and whether we are among what they run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from repodoc_hooks.git.install import HookStatus
from repodoc_hooks.git.process import Git
from repodoc_hooks.shims import FRAMEWORK_IDS, HOOKS

_HOOK_BY_ID = {id_: hook for hook, id_ in FRAMEWORK_IDS.items()}
_CONFIGS: Mapping[str, tuple[str, ...]] = {
    "pre-commit": (".pre-commit-config.yaml",),
    "prek": ("prek.toml", ".pre-commit-config.yaml", ".pre-commit-config.yml"),
    "lefthook": tuple(
        f"{dot}lefthook{local}.{suffix}"
        for dot in ("", ".")
        for local in ("", "-local")
        for suffix in ("yml", "yaml", "toml", "json")
    ),
    "lint-staged": (
        ".lintstagedrc",
        *(f".lintstagedrc.{suffix}" for suffix in ("json", "yaml", "yml", "mjs", "cjs", "js")),
        *(f"lint-staged.config.{suffix}" for suffix in ("js", "mjs", "cjs", "ts")),
        "package.json",
    ),
}
_ADVICE = {
    "pre-commit": "repodoc init --hooks pre-commit",
    "prek": "repodoc init --hooks pre-commit",
    "lefthook": "add `repodoc-pre-commit` as a job of pre-commit to lefthook.yml, and so on (hooks/RECIPES.md)",
    "husky": "add `repodoc-pre-commit` to .husky/pre-commit, and so on (hooks/RECIPES.md)",
    "other": "call `repodoc-pre-commit` from the pre-commit hook there, and so on (hooks/RECIPES.md)",
}
_MOST_BYTES = 1_000_000


class Runner(Struct, frozen=True):
    """Who runs the hooks.

    Attributes:
        name: pre-commit, prek, lefthook, husky, "other" for a folder that `core.hooksPath` names; "" for git alone.
        hooks: the git hooks through which it runs us.
        place: its configuration, or the folder of its hooks.
        advice: how to have it run us.
    """

    name: str = ""
    hooks: tuple[str, ...] = ()
    place: str = ""
    advice: str = "repodoc init"


def find_runner(git: Git, found: Sequence[HookStatus]) -> Runner:
    """The runner that the hooks folder belongs to."""
    folder = git.git_path("hooks")
    owners = {hook.owner for hook in found}
    if ".husky" in folder.parts:
        return _by_files("husky", git, folder.parent if folder.name == "_" else folder)
    for name in ("prek", "pre-commit", "lefthook"):
        if name in owners:
            return _by_configuration(name, git)
    if not folder.resolve().is_relative_to(git.common_dir.resolve()) and folder.is_dir():
        return _by_files("other", git, folder)
    if any(hook.owner == "other" for hook in found):
        chained = _by_files("other", git, folder)
        return chained if chained.hooks else Runner()
    return Runner()


def nowhere(git: Git) -> str:
    """Where `core.hooksPath` points if no hook can be there: /dev/null, a missing folder; "" when it does not."""
    path = git.line("config", "core.hooksPath")
    return path if path and not git.git_path("hooks").is_dir() else ""


def worktrees(git: Git) -> list[str]:
    """The work trees that share this repository's configuration, this one included."""
    listed = git.run("worktree", "list", "--porcelain", check=False).split(b"\n")
    return [os.fsdecode(line.removeprefix(b"worktree ")) for line in listed if line.startswith(b"worktree ")]


def _by_files(name: str, git: Git, folder: Path) -> Runner:
    """Hooks that are scripts: ours if they, or the lint-staged that they run, name us."""
    served = []
    for hook in HOOKS:
        text = _text(folder / hook)
        if "repodoc" in text or ("lint-staged" in text and _named(git, _CONFIGS["lint-staged"])):
            served.append(hook)
    shown = folder.relative_to(git.top) if folder.is_relative_to(git.top) else folder
    return Runner(name, tuple(served), str(shown), _ADVICE[name])


def _by_configuration(name: str, git: Git) -> Runner:
    texts = {path: _text(git.top / path) for path in _CONFIGS[name]}
    place = next((path for path, text in texts.items() if text), _CONFIGS[name][0])
    whole = "\n".join(texts.values())
    if name == "lefthook":
        served = _lefthook_hooks(whole)
        if "lint-staged" in whole and _named(git, _CONFIGS["lint-staged"]):
            served = tuple(dict.fromkeys(("pre-commit", *served)))
    else:
        ids = re.findall(r"""\bid["']?\s*[:=]\s*["']?(repodoc-[a-z]+)""", whole)
        served = tuple(hook for ident, hook in _HOOK_BY_ID.items() if ident in ids)
    return Runner(name, served, place, _ADVICE[name])


def _lefthook_hooks(text: str) -> tuple[str, ...]:
    """The hooks whose sections name us; a section begins with the name of its hook."""
    heads = re.compile(rf"""^\s*["'\[]*({"|".join(HOOKS)})\b""", re.MULTILINE)
    parts = heads.split(text)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return tuple(dict.fromkeys(hook for hook, body in pairs if "repodoc" in body))


def _named(git: Git, paths: Iterable[str]) -> bool:
    return any("repodoc" in _text(git.top / path) for path in paths)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
