"""The settings for people and editors: JSON Schema, the printed form, the file that `init` writes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Literal, get_args, get_origin

from msgspec import NODEFAULT, Struct, to_builtins
from msgspec.structs import fields

from repodoc_hooks import CONFIG_NAME
from repodoc_hooks.config.build import PATH_PATTERN, hints, is_group, unwrap
from repodoc_hooks.config.places import USER_FILE
from repodoc_hooks.config.settings import Config, Place, Setting

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(place: Place = "repository") -> dict[str, Any]:
    """The JSON Schema (2020-12) of `.repodoc.yaml`, or of the user's file; generated from the classes."""
    title = CONFIG_NAME if place == "repository" else str(USER_FILE)
    return {"$schema": SCHEMA_DIALECT, "title": title, **_schema_of(Config, place)}


def _schema_of(kind: Any, place: Place) -> dict[str, Any]:
    kind, setting = unwrap(kind)
    found = _shape(kind, setting, place)
    return {"description": setting.help, **found} if setting.help else found


def _shape(kind: Any, setting: Setting, place: Place) -> dict[str, Any]:
    origin = get_origin(kind)
    if isinstance(kind, UnionType):
        inner = _shape(get_args(kind)[0], setting, place)
        return {**inner, "type": [inner["type"], "null"]}
    if is_group(kind):
        return _group(kind, place)
    if origin is tuple:
        array: dict[str, Any] = {"type": ["array", "null"], "items": _schema_of(get_args(kind)[0], place)}
        if setting.minimum is not None:
            array["minItems"] = int(setting.minimum)
        return {"anyOf": [array, {"const": setting.word}]} if setting.word else array
    if origin is dict:
        keys, values = get_args(kind)
        mapping = {"type": ["object", "null"], "additionalProperties": _schema_of(values, place)}
        return {**mapping, "propertyNames": _schema_of(keys, place)} if unwrap(keys)[1].choices else mapping
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    return _scalar(kind, setting)


def _group(cls: Any, place: Place) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required = []
    for entry in fields(cls):
        if not _belongs(hints(cls)[entry.name], place):
            continue
        made = _schema_of(hints(cls)[entry.name], place)
        if entry.default is not NODEFAULT and not isinstance(entry.default, Struct):
            made["default"] = list(entry.default) if isinstance(entry.default, tuple) else entry.default
        elif entry.required:
            required.append(entry.name)
        properties[entry.name] = made
    group = {
        "type": "object" if required else ["object", "null"],
        "description": (cls.__doc__ or "").strip(),
        "additionalProperties": False,
        "properties": properties,
    }
    return {**group, "required": required} if required else group


def _belongs(kind: Any, place: Place) -> bool:
    """Has a file of that place such a setting, or one of such a group?"""
    kind, setting = unwrap(kind)
    if is_group(kind):
        return any(_belongs(each, place) for each in hints(kind).values())
    return setting.place in (place, "both")


def _scalar(kind: Any, setting: Setting) -> dict[str, Any]:
    if setting.choices:
        return {"enum": list(setting.choices)}
    made: dict[str, Any] = {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[kind]}
    bounds = {"minimum": setting.minimum, "exclusiveMinimum": setting.above, "maximum": setting.maximum}
    made |= {name: bound for name, bound in bounds.items() if bound is not None}
    pattern = PATH_PATTERN if setting.path else setting.pattern
    if pattern:
        made["pattern"] = f"^$|{pattern}" if setting.optional else pattern
    return made


_COMMENT_COLUMN = 34


def to_yaml(config: Config, place: Place = "repository") -> str:
    """All settings of a place, with a word on each, as YAML that is read back to the same settings."""
    return "\n".join(_yaml(config, place, "")) + "\n"


def _yaml(group: Any, place: Place, indent: str) -> Iterator[str]:
    made: Any = type(group)
    kinds = hints(made)
    for entry in fields(group):
        value = getattr(group, entry.name)
        if not _belongs(kinds[entry.name], place):
            continue
        if isinstance(value, Struct):
            yield f"{indent}{_word(entry.name)}:"
            yield from _yaml(value, place, indent + "  ")
        else:
            first, *more = _plain_yaml(entry.name, _plain(value), indent)
            words = unwrap(kinds[entry.name])[1].help
            yield f"{first:<{_COMMENT_COLUMN}}  # {words}" if words else first
            yield from more


def _plain(value: Any) -> Any:
    """A value without classes of ours."""
    if isinstance(value, Struct):
        return to_builtins(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


def _plain_yaml(key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        yield f"{indent}{_word(key)}:"
        for name, inner in value.items():
            yield from _plain_yaml(name, inner, indent + "  ")
    else:
        yield f"{indent}{_word(key)}: {_word(value)}"


def _word(value: Any) -> str:
    """A value as a YAML flow scalar: bare where no reader can mistake it, JSON (a part of YAML) elsewhere."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_word, value)) + "]"
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][\w./-]*", value, re.ASCII):
        return json.dumps(value) if value.lower() in _YAML_WORDS else value
    return json.dumps(value)


_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

INITIAL_TEXT = """\
# repodoc keeps the pages under docs_dir in step with the code; `repodoc config show` prints every setting.
version: {version}
docs_dir: {docs_dir}

# Who writes prose, tried in this order. opencode and claude ask a model; offline needs none.
backends:
  order: {order}

pre_commit:
  deadline: {deadline}  # seconds that a commit waits for a model; what is unfinished comes later

# Limits of what models may spend; without one, nothing is limited.
budget:
  day: {{usd: {day_usd}}}

# Source that needs no documentation.
exclude: {exclude}
"""


def initial_yaml(config: Config) -> str:
    """The short commented file that `repodoc init` writes."""
    return INITIAL_TEXT.format(
        version=config.version,
        docs_dir=_word(config.docs_dir),
        order=_word(config.backends.order),
        deadline=f"{config.pre_commit.deadline:g}",
        day_usd=_word(config.budget.day.usd),
        exclude=_word(config.exclude),
    )
