"""The JSON Schema of `repodoc update --stream` and of the journal's lines, generated from the events."""

from __future__ import annotations

from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from repodoc_hooks import events
from repodoc_hooks.config.schema import SCHEMA_DIALECT

_JSON_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def event_schema() -> dict[str, Any]:
    """One event per line: `event` says which of the forms under `oneOf` it has."""
    kinds = [k for k in vars(events).values() if isinstance(k, type) and issubclass(k, events.Event)]
    forms = [_form(kind) for kind in kinds if kind is not events.Event]
    return {"$schema": SCHEMA_DIALECT, "title": "repodoc event", "type": "object", "oneOf": forms}


def _form(kind: type[events.Event]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties = {name: _type(hints[name]) for name in kind.__struct_fields__}
    constants = {"schema": {"const": 1}, "event": {"const": events.event_name(kind)}}
    return {
        "title": kind.__name__,
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": constants | properties,
        "required": [*constants, *properties],
        "additionalProperties": False,
    }


def _type(hint: Any) -> dict[str, Any]:
    if isinstance(hint, UnionType):
        return {"type": [_JSON_TYPES[part] for part in get_args(hint)]}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _type(get_args(hint)[1])}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(get_args(hint)[0])}
    return {"type": _JSON_TYPES[hint]}
