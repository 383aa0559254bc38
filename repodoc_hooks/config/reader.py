"""Where settings come from: YAML and the environment."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args, get_origin

from msgspec import to_builtins

from repodoc_hooks.config.build import Keys, build, check, dotted, is_group, leaves, unwrap
from repodoc_hooks.config.places import MisplacedSetting, misplaced, where_it_belongs, without
from repodoc_hooks.config.settings import Config, Place, Setting
from repodoc_hooks.errors import ConfigError

if TYPE_CHECKING:
    from ruamel.yaml.composer import Composer

MAX_NODES = 100_000
MAX_DEPTH = 20


def variables() -> dict[str, tuple[Keys, Any]]:
    """Every `REPODOC_*` variable that overrides a setting, with the setting's path and type."""
    return {"REPODOC_" + "_".join(map(str, keys)).upper(): (keys, kind) for keys, kind in leaves()}


# From YAML.


def read(text: bytes, source: str, place: Place = "repository") -> Config:
    """The settings of a YAML text, its own words only; `place` is whose file it is.

    Raises:
        MisplacedSetting: a repository's file makes a setting of the machine.
        ConfigError: see `repodoc_hooks.config.load`.
    """
    data, lines = _parse(text, source)

    def fail(at: Keys, what: str, fix: str) -> NoReturn:
        line = next((lines[at[:n]] for n in range(len(at), -1, -1) if at[:n] in lines), 1)
        raise ConfigError(what, where=f"{source}:{line}", fix=fix)

    wrong = next(misplaced(data, place), None)
    if wrong is None:
        return check(build(Config, data, (), fail), fail)
    if place == "user":
        fail(
            wrong,
            f"`{dotted(wrong)}` is a setting of a repository",
            "put it into the repository's .repodoc.yaml",
        )
    rest = check(build(Config, without(data, misplaced(data, place)), (), fail), fail)
    what = f"`{dotted(wrong)}` is a setting of the machine, which no repository may make"
    line = lines.get(wrong, 1)
    raise MisplacedSetting(what, where=f"{source}:{line}", fix=where_it_belongs(wrong), rest=rest)


def _parse(text: bytes, source: str) -> tuple[Any, dict[Keys, int]]:
    """The plain value of a YAML text and the 1-based line of every key."""
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise ConfigError("the file is not UTF-8", where=f"{source}:{line}", fix="save it as UTF-8") from None
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        lines: dict[Keys, int] = {}
        yaml = YAML(typ="rt", pure=True)
        yaml.Composer = _shallow()
        return _plain(yaml.load(decoded), (), lines), lines
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join((error.problem or error.context or "it is malformed").split())
        where = f"{source}:{mark.line + 1}" if mark else source
        raise ConfigError(f"not valid YAML: {problem}", where=where, fix="fix the line") from None
    except (YAMLError, ValueError, RecursionError) as error:
        problem = (str(error).splitlines() or ["malformed"])[0]
        raise ConfigError(f"not valid YAML: {problem}", where=source, fix="fix the file") from None


def _shallow() -> type[Composer]:
    """A composer that gives up at a depth that no configuration has: the scanner takes quadratic time for more."""
    from ruamel.yaml.composer import Composer

    class Shallow(Composer):
        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.depth > MAX_DEPTH:
                raise RecursionError("nested too deeply")
            self.depth += 1
            try:
                return super().compose_node(parent, index)
            finally:
                self.depth -= 1

    return Shallow


def _plain(node: Any, at: Keys, lines: dict[Keys, int]) -> Any:
    """A YAML node as dict, list or scalar.

    Raises:
        RecursionError: it is larger or deeper than any configuration, as aliases can make it.
    """
    if not isinstance(node, Mapping | list):
        return node
    if len(lines) > MAX_NODES or len(at) > MAX_DEPTH:
        raise RecursionError("nested too deeply")
    places = node.lc.data or {}  # type: ignore[union-attr]
    children = list(node.items() if isinstance(node, Mapping) else enumerate(node))
    for key, _ in children:
        lines[(*at, key)] = places[key][0] + 1 if key in places else lines.get(at, 1)
    plain = [(key, _plain(child, (*at, key), lines)) for key, child in children]
    return dict(plain) if isinstance(node, Mapping) else [child for _, child in plain]


# From the environment.


def override(config: Config, environ: Mapping[str, str] | None = None) -> Config:
    """The settings with what `REPODOC_*` variables say; an empty variable is an unset one.

    Lists are comma-separated; lists of groups and mappings are JSON; `none` takes a limit away.

    Raises:
        ConfigError: a value of the wrong type, naming the variable.
    """
    environ = os.environ if environ is None else environ
    found = {name: known for name, known in variables().items() if environ.get(name)}
    if not found:
        return config
    data = to_builtins(config)
    for name, (keys, kind) in found.items():
        group = data
        for key in keys[:-1]:
            group = group[str(key)]
        group[str(keys[-1])] = _from_word(unwrap(kind)[0], unwrap(kind)[1], environ[name])

    def fail(at: Keys, what: str, fix: str) -> NoReturn:
        names = [name for name, (keys, _) in found.items() if at[: len(keys)] == keys]
        raise ConfigError(what, where=f"variable {(names or list(found))[0]}", fix=fix)

    return check(build(Config, data, (), fail), fail)


def _from_word(kind: Any, setting: Setting, word: str) -> Any:
    """The plain value that a variable's text means for a type; `build` refuses what does not fit."""
    if isinstance(kind, UnionType):
        return None if word.lower() == "none" else _from_word(get_args(kind)[0], setting, word)
    if get_origin(kind) is tuple and not is_group(get_args(kind)[0]):
        return [part.strip() for part in word.split(",") if part.strip()]
    if kind is str or get_origin(kind) is Literal or word == setting.word:
        return word
    if kind is bool:
        return {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
        }.get(word.lower(), word)
    try:
        return json.loads(word)
    except ValueError:
        return word
