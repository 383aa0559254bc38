"""Plain values (from YAML, JSON or the environment) as settings, strictly, by the classes' types."""

from __future__ import annotations

import math
import posixpath
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, NoReturn, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import fields, replace

from repodoc_hooks.config.settings import Config, Setting
from repodoc_hooks.repository_paths import DOT_GIT_PATTERN

Keys = tuple[str | int, ...]
Fail = Callable[[Keys, str, str], NoReturn]

# A relative path that neither leaves the repository nor enters .git; the JSON Schema has it too.
PATH_PATTERN = (
    r"^(?![/~])(?![A-Za-z]:)(?!(\./*)*$)(?!(.*/)?\.\.(/|$))"
    rf"(?!(.*/)?{DOT_GIT_PATTERN}(/|$))(?!.*[^/]{{251}})[^\\\u0000-\u001f]+$"
)
_BITS = 62
_SHOWN = 80
NO_SETTING = Setting()


@cache
def hints(cls: type) -> dict[str, Any]:
    """The resolved field types of a settings class, `Annotated` kept."""
    return get_type_hints(cls, include_extras=True)


def unwrap(kind: Any) -> tuple[Any, Setting]:
    """A field type without its `Setting`, and the setting."""
    if get_origin(kind) is Annotated:
        return get_args(kind)[0], get_args(kind)[1]
    return kind, NO_SETTING


def is_group(kind: Any) -> bool:
    """Is a field type a group of settings?"""
    return isinstance(kind, type) and issubclass(kind, Struct)


def dotted(keys: Keys) -> str:
    """`("components", 0, "name")` as `components[0].name`."""
    return "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in keys).lstrip(".") or "the top level"


def leaves(cls: type = Config, above: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """The path and type of every setting that is not itself a group of settings."""
    for name, kind in hints(cls).items():
        if is_group(unwrap(kind)[0]):
            yield from leaves(unwrap(kind)[0], (*above, name))
        else:
            yield (*above, name), kind


def build(kind: Any, value: Any, at: Keys, fail: Fail) -> Any:
    """`value` as the type `kind`; calls `fail` with the place, what is wrong and what to do."""
    kind, setting = unwrap(kind)
    if isinstance(kind, UnionType):
        return None if value is None else build(Annotated[get_args(kind)[0], setting], value, at, fail)
    origin = get_origin(kind)
    if is_group(kind):
        return _group(kind, value, at, fail)
    if origin is tuple:
        return _items(get_args(kind)[0], setting, value, at, fail)
    if origin is dict:
        return _mapping(get_args(kind), value, at, fail)
    if origin is Literal:
        return _choice(value, get_args(kind), at, fail)
    return _scalar(kind, setting, value, at, fail)


def _group(cls: Any, value: Any, at: Keys, fail: Fail) -> Any:
    if value is None:
        value = {}
    if not isinstance(value, Mapping):
        fail(at, f"`{dotted(at)}` is {_name(value)}, but must be a group of settings", f"{_known(cls)}")
    types = hints(cls)
    for key in value:
        if key not in types:
            fail((*at, key), f"unknown key `{dotted((*at, key))}`", _suggest(str(key), tuple(types), at))
    for entry in fields(cls):
        if entry.required and entry.name not in value:
            fail(at, f"`{dotted(at)}` lacks the key `{entry.name}`", _known(cls))
    return cls(**{k: build(types[k], v, (*at, k), fail) for k, v in value.items() if not _unset(types[k], v)})


def _unset(kind: Any, value: Any) -> bool:
    """A key whose children are all commented out (`exclude:`) means the default."""
    return value is None and get_origin(unwrap(kind)[0]) in (tuple, dict)


def _items(item: Any, setting: Setting, value: Any, at: Keys, fail: Fail) -> tuple[Any, ...]:
    if setting.word and value == setting.word:
        return ()
    if not isinstance(value, list | tuple):
        form = f"`{setting.word}` or a list" if setting.word else "a list"
        fail(at, f"`{dotted(at)}` is {_name(value)}, but must be {form}", "write it as [a, b]")
    if setting.minimum is not None and len(value) < setting.minimum:
        fail(at, f"`{dotted(at)}` is empty", "name at least one")
    return tuple(build(item, v, (*at, i), fail) for i, v in enumerate(value))


def _mapping(kinds: Sequence[Any], value: Any, at: Keys, fail: Fail) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        fail(at, f"`{dotted(at)}` is {_name(value)}, but must be a mapping", "write it as key: value")
    key_kind, item = kinds
    return {build(key_kind, k, (*at, k), fail): build(item, v, (*at, k), fail) for k, v in value.items()}


def _choice(value: Any, choices: Sequence[str], at: Keys, fail: Fail) -> str:
    if not isinstance(value, str) or value not in choices:
        near = close_matches(str(value), choices)
        fix = f"did you mean {near[0]}?" if near else f"use one of {', '.join(choices)}"
        fail(at, f"`{dotted(at)}` cannot be {value!r:.{_SHOWN}}", fix)
    return str(value)


def _scalar(kind: Any, setting: Setting, value: Any, at: Keys, fail: Fail) -> Any:
    if setting.choices:
        return _choice(value, setting.choices, at, fail)
    wanted = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}[kind]
    accepted = (int, float) if kind is float else (kind,)
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        fail(at, f"`{dotted(at)}` is {_name(value)}, but must be {wanted}", f"write {wanted}")
    if kind is str:
        return _text(setting, str(value), at, fail)
    if kind is bool:
        return bool(value)
    if isinstance(value, int) and value.bit_length() > _BITS:
        fail(at, f"`{dotted(at)}` is too large a number", "write a smaller one")
    number = kind(value)
    low, above, high = setting.minimum, setting.above, setting.maximum
    if not math.isfinite(number):
        fail(at, f"`{dotted(at)}` is {number}", "use a finite number")
    if (
        (low is not None and number < low)
        or (high is not None and number > high)
        or (above is not None and number <= above)
    ):
        bounds = [
            f"at least {low:g}" if low is not None else "",
            f"above {above:g}" if above is not None else "",
            f"at most {high:g}" if high is not None else "",
        ]
        fail(at, f"`{dotted(at)}` is {number}", "use a number " + " and ".join(filter(None, bounds)))
    return number


def _text(setting: Setting, value: str, at: Keys, fail: Fail) -> str:
    if setting.optional and not value:
        return value
    if setting.path:
        if not re.search(PATH_PATTERN, value):
            fail(
                at,
                f"`{dotted(at)}` leaves the repository or is no path: {value!r:.{_SHOWN}}",
                "use a path like docs/repodoc",
            )
        return posixpath.normpath(value)
    if setting.pattern and not re.search(setting.pattern, value):
        if setting.private:
            fail(at, f"`{dotted(at)}` is no URL, or has a password in it", setting.example)
        if setting.example:
            fail(at, f"`{dotted(at)}` cannot be {value!r:.{_SHOWN}}", setting.example)
        fail(at, f"`{dotted(at)}` cannot be {value!r:.{_SHOWN}}", f"it must match {setting.pattern}")
    return value


def close_matches(word: str, known: Sequence[str]) -> list[str]:
    """The known words nearest to `word`; `difflib` is imported for an error only."""
    from difflib import get_close_matches

    return get_close_matches(word, known, 1)


def _name(value: Any) -> str:
    names: dict[type, str] = {
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
        list: "a list",
    }
    for known, name in names.items():
        if isinstance(value, known):
            return name
    return (
        "empty"
        if value is None
        else "a mapping"
        if isinstance(value, Mapping)
        else f"a {type(value).__name__}"
    )


def _known(cls: Any) -> str:
    return "it knows " + ", ".join(hints(cls))


def _suggest(key: str, siblings: Sequence[str], at: Keys) -> str:
    near = close_matches(key, siblings)
    if near:
        return f"did you mean `{dotted((*at, near[0]))}`?"
    paths = {dotted(keys): str(keys[-1]) for keys, _ in leaves()}
    moved = [path for path, name in paths.items() if name == key]
    moved = moved or close_matches(dotted((*at, key)), tuple(paths))
    return f"did you mean `{moved[0]}`?" if moved else f"use one of {', '.join(siblings)}"


def check(config: Config, fail: Fail) -> Config:
    """What no single setting can say: the relations between them."""
    order = config.backends.order
    if len(set(order)) < len(order):
        fail(("backends", "order"), "`backends.order` names a backend twice", "name each once")
    if "offline" in order[:-1]:
        fail(
            ("backends", "order"),
            "`backends.order` has offline before another backend, which would never be asked",
            "put offline last",
        )
    if config.retry.cap < config.retry.base:
        fail(("retry", "cap"), "`retry.cap` is below `retry.base`", "raise cap or lower base")
    names = [component.name for component in config.components]
    for index, name in enumerate(names):
        if name in names[:index]:
            fail(("components", index), f"`components` names {name!r} twice", "give each a name of its own")
    if order[-1] != "offline":
        return replace(config, backends=replace(config.backends, order=(*order, "offline")))
    return config
