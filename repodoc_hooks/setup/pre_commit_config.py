"""Our hooks in `.pre-commit-config.yaml`; comments, order and quotes of the file survive."""

from __future__ import annotations

import io
from typing import Any

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import files

NAME = ".pre-commit-config.yaml"
HOOK_TYPES = ("pre-commit", "post-commit", "post-merge", "post-rewrite", "pre-push")
_HOOKS = (
    ("repodoc-update", "pre-commit", ("pre-commit",)),
    ("repodoc-notes", "post-commit", ("post-commit",)),
    ("repodoc-rewrite", "post-rewrite", ("post-rewrite",)),
    ("repodoc-refresh", "post-merge", ("post-merge",)),
    ("repodoc-push", "pre-push", ("pre-push",)),
)
_GUARDED = ("pre-commit", "post-commit")  # programs of their own, which start Python only if need be


def add_hooks(git: Git) -> list[str]:
    """Add a local repo entry whose hooks run the installed `repodoc`; needs no network. What was done, by line.

    Raises:
        ConfigError: the file is no pre-commit configuration.
    """
    text = (files.content(git, NAME) or b"").decode("utf-8")
    new = with_hooks(text)
    install = "run `pre-commit install` (or `prek install`) to have them run"
    if new == text:
        return [f"{NAME}: kept as it is; {install}"]
    files.write(git, NAME, new.encode("utf-8"))
    return [f"{NAME}: hooks added; {install}"]


def with_hooks(text: str) -> str:
    """The configuration with our hooks in it; the same text when they are there.

    Raises:
        ConfigError: the text is no pre-commit configuration.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(*_indent(text))
    try:
        data: Any = yaml.load(text) if text.strip() else None
    except YAMLError as error:
        raise ConfigError("it is no YAML", where=NAME, fix="mend it first") from error
    data = {"repos": []} if data is None else data
    if not isinstance(data, dict) or not isinstance(data.get("repos"), list):
        raise ConfigError("it has no list `repos`", where=NAME, fix="mend it first")
    known = {hook.get("id") for repo in data["repos"] for hook in repo.get("hooks", ())}
    fresh = [_hook(*hook) for hook in _HOOKS if hook[0] not in known]
    types = list(data.get("default_install_hook_types", ["pre-commit"]))
    wanted = [*types, *(t for t in HOOK_TYPES if t not in types)]
    if not fresh and wanted == types:
        return text
    if wanted != types:
        if isinstance(data.get("default_install_hook_types"), list):
            data["default_install_hook_types"].extend(wanted[len(types) :])
        elif hasattr(data, "insert"):
            data.insert(0, "default_install_hook_types", _in_line(wanted))
        else:
            data = {"default_install_hook_types": _in_line(wanted), **data}
    if fresh:
        for hook in fresh:
            hook["stages"] = _in_line(hook["stages"])
        data["repos"].append({"repo": "local", "hooks": fresh})
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue().replace("\n", "\r\n") if "\r\n" in text else out.getvalue()


def _in_line(values: list[str]) -> Any:
    """A list that is written `[a, b]`."""
    from ruamel.yaml.comments import CommentedSeq

    sequence = CommentedSeq(values)
    sequence.fa.set_flow_style()
    return sequence


def _indent(text: str) -> tuple[int, int, int]:
    """mapping, sequence and offset as the file has them: `- repo` at the margin, or two spaces in."""
    indented = any(line.startswith("  - repo") for line in text.splitlines())
    return (2, 4, 2) if indented else (2, 2, 0)


def _hook(id_: str, git_hook: str, stages: tuple[str, ...]) -> dict[str, Any]:
    return {
        "id": id_,
        "name": id_.replace("-", " "),
        "entry": f"repodoc-{git_hook}" if git_hook in _GUARDED else f"repodoc hook {git_hook}",
        "language": "system",
        "stages": list(stages),
        "pass_filenames": False,
        "always_run": True,
        "require_serial": True,
    }
