"""The environment in which a repository's own templates run: no way to Python's inside, and bounds on all they can use.

Steps (turns of loops, calls, filters, included templates) are counted, so that a template that asks for too much fails
at the same place on every machine. Memory is bounded by the system where it can be (setrlimit(2), `RLIMIT_AS`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast

from jinja2 import Template, nodes
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range

from repodoc_hooks.system import memory_limit

MAX_STEPS = 500_000
"""Of one page's region or one prompt."""
MAX_LENGTH = 4_000_000
"""Characters or items of any value that a template makes."""
MAX_NUMBER = 10_000
"""The largest width or count that a filter or method takes."""
MAX_SECONDS = 5.0
"""The last resort, where the work of a step is large; processor time of the thread."""
_MAX_MEMORY = 512 << 20
_CHECKED = ("+", "*", "**", "%", "<<")


class TooMuch(Exception):
    """A template asked for more than it may have."""


_memory = threading.Lock()


class _Meter(threading.local):
    """What the template that runs in this thread has used."""

    steps = 0
    until = 0.0


_meter = _Meter()


@contextmanager
def bounded() -> Iterator[None]:
    """Run one template within the bounds: those of steps and time begin anew, memory is limited while it runs."""
    _meter.steps = 0
    _meter.until = time.thread_time() + MAX_SECONDS
    with _memory, memory_limit(_MAX_MEMORY):  # the limit is that of the process
        yield


def step(count: int = 1) -> None:
    """Count work of the template that runs.

    Raises:
        TooMuch: it is more than a template may do.
    """
    _meter.steps += count
    if _meter.steps > MAX_STEPS:
        raise TooMuch(f"it takes more than {MAX_STEPS:,} steps")
    if time.thread_time() > _meter.until:
        raise TooMuch(f"it takes more than {MAX_SECONDS:g} s")


def checked(value: Any) -> Any:
    """A value that a template has made, unless it is too large.

    Raises:
        TooMuch: it is.
    """
    if isinstance(value, str | bytes | list | tuple | dict | set) and len(value) > MAX_LENGTH:
        raise TooMuch(f"it makes a value of more than {MAX_LENGTH:,} characters")
    if isinstance(value, int) and value.bit_length() > MAX_NUMBER:
        raise TooMuch("it computes a number that is too large")
    return value


def counted(items: Iterable[Any]) -> Iterator[Any]:
    """The same items, each a step."""
    for item in items:
        step()
        yield item


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which loops, calls, filters and values are bounded."""

    intercepted_binops = frozenset(_CHECKED)

    def __init__(self, **settings: Any) -> None:
        super().__init__(finalize=_printed, **settings)
        own = {"repodoc_counted": counted, "repodoc_joined": _joined}
        self.filters = {name: _bounded(function) for name, function in self.filters.items()} | own
        self.globals["range"] = _bounded(safe_range)
        for name in ("lipsum", "cycler", "joiner"):
            self.globals.pop(name, None)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Compile a template whose loops and joined texts are counted."""
        for loop in source.find_all(nodes.For):
            loop.iter = _filter(self, "repodoc_counted", loop.iter)
        _join_by_filter(self, source)
        return super()._generate(source, name, filename, defer_init)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call for a template: macros, methods of text and values, loops that call themselves."""
        step()
        if not isinstance(obj, Macro | LoopContext):
            _small(args, kwargs)
        return checked(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute for a template, unless the result would be too large to compute."""
        step()
        if operator == "*" and any(isinstance(side, str | bytes | list | tuple) for side in (left, right)):
            length = next(len(s) for s in (left, right) if isinstance(s, str | bytes | list | tuple))
            times = next((s for s in (left, right) if isinstance(s, int)), 0)
            if length * times > MAX_LENGTH:
                raise TooMuch(f"it makes a value of more than {MAX_LENGTH:,} characters")
        if operator in ("**", "<<") and isinstance(right, int) and right > MAX_NUMBER:
            raise TooMuch("it computes a number that is too large")
        if operator == "%" and isinstance(left, str):
            _small_widths(left, right)
        return checked(super().call_binop(context, operator, left, right))

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """A template that another one includes, extends or imports."""
        step()
        return super().get_template(name, parent, globals)

    def wrap_str_format(self, value: Any) -> Any:
        """`"...".format`, without widths that would fill the memory."""
        if isinstance(getattr(value, "__self__", None), str) and value.__name__ in ("format", "format_map"):
            _small_widths(value.__self__)
        return super().wrap_str_format(value)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or function whose use is a step, whose numbers are small and whose result is bounded."""
    import functools

    @functools.wraps(function)
    def within(*args: Any, **kwargs: Any) -> Any:
        size = sum(len(arg) for arg in args if isinstance(arg, str | list | tuple | dict | range))
        step(1 + size // 1000)
        if function is not safe_range:
            _small(args[1:], kwargs)
            _small_widths(*args[:2]) if function.__name__ == "do_format" else None
        return checked(function(*args, **kwargs))

    return within


def _printed(value: Any) -> Any:
    """What `{{ value }}` puts out: long texts are several steps."""
    step(1 + (len(value) // 100 if isinstance(value, str) else 0))
    return checked(value)


def _joined(parts: list[Any]) -> str:
    """What `a ~ b` makes, bounded: it could double a text at every step."""
    step(len(parts))
    texts = [str(part) for part in parts]
    if sum(map(len, texts)) > MAX_LENGTH:
        raise TooMuch(f"it makes a value of more than {MAX_LENGTH:,} characters")
    return "".join(texts)


def _join_by_filter(environment: BoundedEnvironment, node: nodes.Node) -> None:
    """Replace every `a ~ b` below a node by a use of our filter."""

    def replaced(value: Any) -> Any:
        if isinstance(value, nodes.Node):
            _join_by_filter(environment, value)
        if not isinstance(value, nodes.Concat):
            return value
        return _filter(environment, "repodoc_joined", nodes.List(value.nodes, lineno=value.lineno))

    for field, value in node.iter_fields():
        setattr(
            node, field, [replaced(each) for each in value] if isinstance(value, list) else replaced(value)
        )


def _filter(environment: BoundedEnvironment, name: str, value: nodes.Node) -> nodes.Filter:
    made = nodes.Filter(cast(nodes.Expr, value), name, [], [], None, None, lineno=value.lineno)
    made.set_environment(environment)
    return made


def _small(args: Iterable[Any], kwargs: dict[str, Any]) -> None:
    """See that no number is a width or count that fills the memory."""
    if any(isinstance(arg, int) and abs(arg) > MAX_NUMBER for arg in (*args, *kwargs.values())):
        raise TooMuch(f"it gives a number above {MAX_NUMBER:,} to a filter or method")


def _small_widths(text: Any, values: Any = ()) -> None:
    """See that a format string asks for no width that fills the memory."""
    import re

    several = values if isinstance(values, tuple | list) else (values,)
    wide = "*" in str(text) or "{" in str(text)
    if re.search(r"\d{5,}", str(text)):
        raise TooMuch("it formats a value with a width that is too large")
    if wide and any(isinstance(each, int) and abs(each) > MAX_NUMBER for each in several):
        raise TooMuch("it formats a value with a width that is too large")
