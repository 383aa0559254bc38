"""A meter for tests: lets everything out, and remembers what it was told."""

from __future__ import annotations

from collections.abc import Callable

from repodoc_hooks.backends.base import Price
from repodoc_hooks.errors import BudgetExceeded
from repodoc_hooks.sections.task import Usage


class TestMeter:
    """What one question sent and used; `most` is the number of requests that may go out."""

    __test__ = False

    def __init__(self, on_text: Callable[[str], None] = lambda text: None, most: int = 1000) -> None:
        self.sent: list[tuple[str, Price | None]] = []
        self.usage = Usage()
        self.usd: float | None = None
        self.ended = 0
        self.words: list[str] = []
        self.usd_left: float | None = None
        self._on_text = on_text
        self._most = most

    def sending(self, model: str, price: Price | None = None) -> None:
        if len(self.sent) >= self._most:
            raise BudgetExceeded("that is enough", where="run.tokens")
        self.sent.append((model, price))

    def used(self, usage: Usage, usd: float | None, requests: int) -> None:
        if requests >= self.ended:
            self.usage, self.usd, self.ended = usage, usd, requests

    def text(self, text: str) -> None:
        self.words.append(text)
        self._on_text(text)

    def left(self) -> float | None:
        return self.usd_left
