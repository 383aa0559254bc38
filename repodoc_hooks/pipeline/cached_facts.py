"""Facts by blob in the private cache, so that no version of a file is parsed twice on a machine."""

from __future__ import annotations

import sys

from repodoc_hooks.analysis import HASH_DIGITS, languages
from repodoc_hooks.analysis.facts import FileFacts, from_json, to_json
from repodoc_hooks.store.cache import Cache

_KEPT_AT_ONCE = 500
_INTERPRETER = f":{sys.version_info.major}.{sys.version_info.minor}"


class CachedFacts:
    """The facts that a cache holds; without a cache there are none."""

    def __init__(self, cache: Cache | None) -> None:
        self._cache = cache
        self._fresh: dict[str, bytes] = {}

    @property
    def keeps(self) -> bool:
        """What is kept can be had again."""
        return self._cache is not None and self._cache.keeps

    def get(self, language: str, blob: str) -> FileFacts | None:
        """The facts of a blob (its OID, or as many digits as stamps have), None where they are not known."""
        if self._cache is None:
            return None
        key = _key(language, blob)
        data = self._cache.get(key) or self._cache.get(key + _INTERPRETER)
        try:
            return from_json(data) if data is not None else None
        except ValueError:
            return None

    def keep(self, language: str, blob: str, facts: FileFacts) -> None:
        """Remember facts; they are written many at once, the last by `flush`.

        A file that failed to be read is not remembered: a grammar that is installed tomorrow may read it. What could
        be read in part only, another version of Python may read.
        """
        if self._cache is None or facts.failure:
            return
        key = _key(language, blob) + ("" if facts.parsed and not facts.unread else _INTERPRETER)
        self._fresh[key] = to_json(facts)
        if len(self._fresh) >= _KEPT_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        if self._cache is not None and self._fresh:
            self._cache.set_all(self._fresh)
            self._fresh = {}


def _key(language: str, blob: str) -> str:
    return f"facts:{languages.PARSER_VERSION}:{language}:{blob[:HASH_DIGITS]}"
