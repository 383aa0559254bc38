"""Our hooks in `.pre-commit-config.yaml`; comments, order and quotes of the file survive."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from repodoc_hooks.errors import ConfigError
from repodoc_hooks.git.process import Git
from repodoc_hooks.setup import files
from repodoc_hooks.setup.origin import NOWHERE, Origin, origin
from repodoc_hooks.shims import FRAMEWORK_IDS, HOOKS

if TYPE_CHECKING:
    from ruamel.yaml import YAML

NAME = ".pre-commit-config.yaml"
_MISSING = "repodoc is not installed here, so the pages are left as they are"


def add_hooks(git: Git) -> list[str]:
    """Add our hooks: of the repository that this program came from, else local ones. What was done, by line.

    Local hooks need no network, and pass with a line where somebody has no `repodoc`.

    Raises:
        ConfigError: the file is no pre-commit configuration.
    """
    text = (files.content(git, NAME) or b"").decode("utf-8")
    new = with_hooks(text, origin())
    install = "run `pre-commit install` (or `prek install`) to have them run, once in every clone"
    if new == text:
        return [f"{NAME}: kept as it is; {install}"]
    files.write(git, NAME, new.encode("utf-8"))
    return [f"{NAME}: hooks added; {install}"]


def with_hooks(text: str, source: Origin = NOWHERE) -> str:
    """The configuration with our hooks in it; the same text when they are there.

    Local hooks of an earlier version, which failed where the program was missing, are brought up to date.

    Args:
        source: where the hooks come from, if it is a git repository.

    Raises:
        ConfigError: the text is no pre-commit configuration.
    """
    yaml = _yaml(text)
    data = _load(yaml, text)
    present = {hook.get("id"): hook for repo in data["repos"] for hook in repo.get("hooks") or ()}
    fresh = [name for name, ident in FRAMEWORK_IDS.items() if ident not in present]
    outdated = [
        (hook, entry(name))
        for name, ident in FRAMEWORK_IDS.items()
        if (hook := present.get(ident)) is not None and hook.get("entry") in _former(name)
    ]
    types = list(data.get("default_install_hook_types", ["pre-commit"]))
    wanted = [*types, *(t for t in HOOKS if t not in types)]
    if not fresh and not outdated and wanted == types:
        return text
    for hook, guarded in outdated:
        hook["entry"] = guarded
    if wanted != types:
        data = _with_types(data, wanted, len(types))
    if fresh:
        data["repos"].append(_repository(fresh, source))
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue().replace("\n", "\r\n") if "\r\n" in text else out.getvalue()


def entry(name: str) -> str:
    """What a framework runs for a git hook: the program, or a line that says that it is missing."""
    program = f"repodoc-{name}"
    # Only the hook before a commit may refuse; a failure of any other is nothing to stop git for.
    run = f"exec {program}" if name == "pre-commit" else f'{{ {program} "$@" || :; exit; }}'
    return f"sh -c 'command -v {program} >/dev/null && {run}; echo \"{_MISSING}\" >&2' repodoc"


def _former(name: str) -> tuple[str, ...]:
    """What earlier versions had a framework run."""
    return f"repodoc-{name}", f"repodoc hook {name}"


def _repository(names: list[str], source: Origin) -> dict[str, Any]:
    if source.repository:
        hooks: list[dict[str, Any]] = [{"id": FRAMEWORK_IDS[name]} for name in names]
        return {"repo": source.repository, "rev": source.revision, "hooks": hooks}
    return {"repo": "local", "hooks": [_hook(name) for name in names]}


def _hook(name: str) -> dict[str, Any]:
    ident = FRAMEWORK_IDS[name]
    return {
        "id": ident,
        "name": ident.replace("-", " "),
        "entry": entry(name),
        "language": "system",
        "stages": _in_line([name]),
        "pass_filenames": False,
        "always_run": True,
        "require_serial": True,
    }


def _yaml(text: str) -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(*_indent(text))
    return yaml


def _load(yaml: YAML, text: str) -> Any:
    from ruamel.yaml.error import YAMLError

    try:
        data: Any = yaml.load(text) if text.strip() else None
    except YAMLError as error:
        raise ConfigError("it is no YAML", where=NAME, fix="repair it first") from error
    data = {"repos": []} if data is None else data
    if not isinstance(data, dict) or not isinstance(data.get("repos"), list):
        raise ConfigError("it has no list `repos`", where=NAME, fix="repair it first")
    return data


def _with_types(data: Any, wanted: list[str], known: int) -> Any:
    """The configuration with `default_install_hook_types`; the first `known` of them stand there already."""
    key = "default_install_hook_types"
    if isinstance(data.get(key), list):
        data[key].extend(wanted[known:])
    elif hasattr(data, "insert"):
        data.insert(0, key, _in_line(wanted))
    else:
        data = {key: _in_line(wanted), **data}
    return data


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
