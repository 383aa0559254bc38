"""Answers of models: finding the JSON in a text, and checking it against a JSON Schema.

Whatever a provider says about structured output, the answer is checked here. The subset of JSON Schema is the
one that our own schemas use; an unknown keyword is an error in the schema, not something to ignore.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
_KNOWN = {"type", "enum", "const", "anyOf", "required", "properties", "additionalProperties", "items"}
_KNOWN |= {"minItems", "maxItems", "minLength", "maxLength", "description"}


MOST_CHARACTERS = 60_000
"""An answer of ours has a few thousand characters: far more is not looked into, and not sent back for repair."""
_DEEPEST = 40
_CANDIDATES = 50


def extract(text: str) -> Any:
    """The first JSON object in a model's text, which may stand in a code fence or after a remark.

    Raises:
        ValueError: there is none; the message is fit to be shown to the model.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    problem = "no JSON object in the answer"
    for _ in range(_CANDIDATES):
        if start < 0:
            break
        try:
            value = decoder.raw_decode(text, start)[0]
        except json.JSONDecodeError as error:
            if problem.startswith("no "):
                problem = f"not valid JSON: {error.msg} at character {error.pos}"
            start = text.find("{", start + 1)
        except RecursionError:
            raise ValueError("the JSON is nested too deeply") from None
        else:
            if _depth(text[start:]) > _DEEPEST:
                raise ValueError("the JSON is nested too deeply")
            return value
    raise ValueError(problem)


def _depth(text: str) -> int:
    """How deeply brackets are nested at most, those in strings included: an upper bound."""
    depth = deepest = 0
    for character in text:
        if character in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "}]":
            depth -= 1
    return deepest


def problem(value: Any, schema: Mapping[str, Any], where: str = "answer") -> str:
    """What is wrong with `value` under `schema`, naming the place; "" if nothing is.

    Raises:
        ValueError: the schema uses a keyword that is not supported.
    """
    if unknown := set(schema) - _KNOWN:
        raise ValueError(f"unsupported keyword in a schema: {', '.join(sorted(unknown))}")
    if "anyOf" in schema:
        problems = [problem(value, choice, where) for choice in schema["anyOf"]]
        return "" if "" in problems else problems[0]
    kind = schema.get("type")
    if kind and not _is(value, kind):
        return f"{where} must be of type {kind}"
    if "const" in schema and not _same(value, schema["const"]):
        return f"{where} must be {json.dumps(schema['const'])}"
    if "enum" in schema and not any(_same(value, choice) for choice in schema["enum"]):
        return f"{where} must be one of {json.dumps(schema['enum'])}"
    if isinstance(value, dict):
        return _object_problem(value, schema, where)
    if isinstance(value, list):
        return _array_problem(value, schema, where)
    if isinstance(value, str):
        return _length_problem(len(value), schema, where, "Length", "characters")
    return ""


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, _TYPES[kind])


def _same(left: Any, right: Any) -> bool:
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _object_problem(value: dict[str, Any], schema: Mapping[str, Any], where: str) -> str:
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where} lacks {json.dumps(name)}"
    properties = schema.get("properties", {})
    for name, item in value.items():
        if name in properties:
            if found := problem(item, properties[name], f"{where}.{name}"):
                return found
        elif schema.get("additionalProperties") is False:
            return f"{where} must not have {json.dumps(name)}"
    return ""


def _array_problem(value: list[Any], schema: Mapping[str, Any], where: str) -> str:
    for number, item in enumerate(value):
        if found := problem(item, schema.get("items", {}), f"{where}[{number}]"):
            return found
    return _length_problem(len(value), schema, where, "Items", "entries")


def _length_problem(length: int, schema: Mapping[str, Any], where: str, suffix: str, unit: str) -> str:
    if length < schema.get("min" + suffix, 0):
        return f"{where} must have at least {schema['min' + suffix]} {unit}"
    if length > schema.get("max" + suffix, length):
        return f"{where} must have at most {schema['max' + suffix]} {unit}"
    return ""
