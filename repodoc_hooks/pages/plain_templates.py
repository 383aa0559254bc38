"""Templates of ours as plain functions: what Jinja compiles them to, run without Jinja, whose import is a tenth of a
commit.

Only templates that do nothing but tell values, test them and loop over them come here; Jinja's own code of all others
needs its runtime. Jinja compiles each once, and its code is kept in the user's cache folder under a hash of the
template's text. Whatever is out of the ordinary (a value that is not there, code that needs more) is left to Jinja.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from repodoc_hooks import kept_code

if TYPE_CHECKING:
    from jinja2 import Environment, nodes

_HEADER = "from jinja2.runtime import "
_VERSION = "template-1"


class NotPlain(Exception):
    """The template needs Jinja, for these values at least."""


class _Environment:
    """What the code of a plain template asks of Jinja's environment."""

    filters: Mapping[str, Callable[..., Any]] = {
        "join": lambda _, values, between="": str(between).join(map(str, values)),
        "length": len,
        "replace": lambda _, text, old, new: str(text).replace(str(old), str(new)),
    }

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Parts as one text."""
        return "".join(parts)

    @staticmethod
    def undefined(*args: object, **values: object) -> Any:
        """A value that is not there: Jinja has the words for it."""
        raise NotPlain

    @staticmethod
    def getattr(value: Any, name: str) -> Any:
        """An attribute, else an entry."""
        try:
            return getattr(value, name)
        except AttributeError:
            pass
        try:
            return value[name]
        except (TypeError, LookupError, AttributeError):
            raise NotPlain from None


class _Context:
    """The values of one page."""

    eval_ctx = None

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def resolve_or_missing(self, name: str) -> Any:
        """A value by name."""
        return self._values.get(name, _MISSING)


_MISSING = object()
_GIVEN: Mapping[str, Any] = {
    "environment": _Environment,
    "missing": _MISSING,
    "str": str,
    "str_join": lambda parts: "".join(map(str, parts)),
    "Undefined": lambda *args, **values: "",  # what an inline `if` without `else` leaves
    "internalcode": lambda function: function,
    "KeyError": KeyError,
}
_PLAIN = frozenset(
    (
        *("Output", "TemplateData", "Name", "Getattr", "Const", "Tuple", "If", "For", "CondExpr", "Filter"),
        *("Concat", "And", "Or", "Not", "Compare", "Operand"),
    )
)
"""What a plain template consists of, as Jinja's parser calls it."""


def render(path: str, text: str, values: Mapping[str, Any]) -> str:
    """The template `text` with these values.

    Raises:
        NotPlain: Jinja has to do it.
    """
    function = _function(path, text)
    if function is None:
        raise NotPlain
    return "".join(function(_Context(values)))


def keep(environment: Environment, path: str, text: str) -> None:
    """Keep what Jinja makes of a template, if that is all that it takes to run it."""
    parsed = environment.parse(text, path)
    if not all(_is_plain(node) for node in parsed.find_all(_node_type())):
        return
    header, _, body = environment.compile(text, path, raw=True).partition("\n")
    if not header.startswith(_HEADER):
        return
    kept_code.keep(_name(text), compile(body, path, "exec", dont_inherit=True))


def _node_type() -> type[nodes.Node]:
    from jinja2.nodes import Node

    return Node


def _is_plain(node: Any) -> bool:
    kind = type(node).__name__
    if kind == "For":
        return not (node.recursive or node.test)
    if kind == "Filter":
        return node.name in _Environment.filters
    return kind in _PLAIN and not (kind == "Name" and node.name == "loop")


@cache
def _function(path: str, text: str) -> Callable[[_Context], Iterable[str]] | None:
    code = kept_code.load(_name(text))
    if code is None:
        return None
    names = {**_GIVEN, "__builtins__": {}}
    exec(code, names)  # noqa: S102 - Jinja made it of a template of ours
    root: Callable[[_Context], Iterable[str]] = names["root"]
    return root


def _name(text: str) -> str:
    return f"{_VERSION}-{hashlib.sha256(text.encode()).hexdigest()}"
