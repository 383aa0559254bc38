"""A backend that remembers: the same question to the same model is answered once, on every branch and worktree."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from repodoc_hooks.backends import answers
from repodoc_hooks.backends.base import Answer, Backend, Meter, WorkUnit
from repodoc_hooks.sections.failures import Deadline
from repodoc_hooks.sections.task import Usage
from repodoc_hooks.store.cache import Cache


class CachedBackend:
    """A `Backend` around another one, whose answers it keeps."""

    def __init__(self, inner: Backend, cache: Cache) -> None:
        self.name = inner.name
        self.inner = inner
        self._cache = cache

    def unavailable(self) -> str:
        """Why the backend cannot be asked; what it has answered is there all the same."""
        return self.inner.unavailable()

    def model_for(self, unit: WorkUnit) -> str:
        """The model that would be asked."""
        return self.inner.model_for(unit)

    def complete(self, unit: WorkUnit, deadline: Deadline, meter: Meter) -> Answer:
        """The answer given before, else that of the backend, which is kept.

        Raises:
            ModelError, BudgetExceeded: as the backend.
        """
        found = self.find(unit)
        if found is None:
            found = self.inner.complete(unit, deadline, meter)
            self.keep(unit, found)
        return found

    def close(self) -> None:
        """Close the backend."""
        self.inner.close()

    def find(self, unit: WorkUnit) -> Answer | None:
        """The answer that was given to the same question before; it costs nothing and asks nobody."""
        value = self._cache.get(self._key(unit))
        if value is None:
            return None
        try:
            stored = json.loads(value)
            data, model = stored["data"], str(stored["model"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        if answers.problem(data, unit.schema):
            return None
        return Answer(data, Usage(), self.name, model, 0.0, requests=0, cached=True)

    def keep(self, unit: WorkUnit, answer: Answer) -> None:
        """Keep an answer for the same question; one that comes from here is here already."""
        if not answer.cached:
            stored = {"data": answer.data, "model": answer.model}
            self._cache.set(self._key(unit), json.dumps(stored).encode())

    def _key(self, unit: WorkUnit) -> str:
        parts: list[Any] = [
            self.name,
            self.model_for(unit),
            unit.system,
            unit.prompt,
            unit.schema,
            unit.inputs,
        ]
        text = json.dumps(parts, sort_keys=True)
        return "answer:" + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
