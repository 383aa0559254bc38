"""The caching decorator: one question is paid for once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from repodoc_hooks.backends.base import Answer, Meter, WorkUnit
from repodoc_hooks.backends.cached import CachedBackend
from repodoc_hooks.config import Config
from repodoc_hooks.retry_handler import failure
from repodoc_hooks.sections.failures import NO_DEADLINE, Deadline, ModelError
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.cache import open_cache
from tests.backends.meters import TestMeter

SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
UNIT = WorkUnit("a#summary", ("a#summary",), "system", "prompt", SCHEMA)


class Counting:
    """A backend that counts what it is asked."""

    name = "counting"

    def __init__(self, model: str = "m") -> None:
        self.calls = 0
        self.model = model
        self.fails = False

    def unavailable(self) -> str:
        return "not today"

    def model_for(self, unit: WorkUnit) -> str:
        return self.model

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        self.calls += 1
        if self.fails:
            raise failure("refused", "no")
        return Answer({"n": self.calls}, Usage(input=5), self.name, self.model, 0.5)

    def close(self) -> None:
        self.model = "closed"


def ask(backend: CachedBackend, **fields: Any) -> Answer:
    return backend.complete(replace(UNIT, **fields), NO_DEADLINE, TestMeter())


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    cache = open_cache(tmp_path, Config())
    inner = Counting()
    backend = CachedBackend(inner, cache)
    first, second = ask(backend), ask(backend)
    assert (first.cached, second.cached, inner.calls) == (False, True, 1)
    assert (second.data, second.model, second.usage.total, second.cost_usd) == ({"n": 1}, "m", 0, 0.0)
    assert ask(CachedBackend(Counting(), cache)).cached
    cache.close()


@pytest.mark.parametrize("other", [{"prompt": "p2"}, {"system": "s2"}, {"inputs": "i"}])
def test_another_question_is_asked(tmp_path: Path, other: dict[str, str]) -> None:
    cache = open_cache(tmp_path, Config())
    inner = Counting()
    ask(CachedBackend(inner, cache))
    assert not ask(CachedBackend(inner, cache), **other).cached
    assert not ask(CachedBackend(Counting("another"), cache)).cached
    cache.close()


def test_a_failure_is_not_kept_and_an_old_answer_must_still_fit(tmp_path: Path) -> None:
    cache = open_cache(tmp_path, Config())
    inner = Counting()
    inner.fails = True
    with pytest.raises(ModelError):
        ask(CachedBackend(inner, cache))
    inner.fails = False
    assert not ask(CachedBackend(inner, cache)).cached
    backend = CachedBackend(inner, cache)
    backend.keep(UNIT, Answer({"n": "text"}, Usage(), "counting", "m"))
    assert backend.find(UNIT) is None
    cache.close()


def test_it_is_the_backend_otherwise(tmp_path: Path) -> None:
    inner = Counting()
    backend = CachedBackend(inner, open_cache(tmp_path, Config()))
    assert (backend.name, backend.unavailable(), backend.model_for(UNIT)) == ("counting", "not today", "m")
    backend.close()
    assert inner.model == "closed"
