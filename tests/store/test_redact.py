"""Secrets of this process's environment are hidden, and looked for once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from repodoc_hooks.store import redact as module
from repodoc_hooks.store.redact import HIDDEN, redact


class Environment(dict[str, str]):
    """Counts how often it is looked through."""

    looks = 0

    def items(self) -> object:  # type: ignore[override]
        type(self).looks += 1
        return super().items()


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mapping[str, str]]:
    Environment.looks = 0
    made = Environment(ONE_KEY="plain-words", TWO_TOKEN="plain-words-and-more", EDITOR="vim-editor")
    monkeypatch.setattr("os.environ", made)
    module._of_this_process.cache_clear()
    yield made
    module._of_this_process.cache_clear()


def test_the_environment_is_looked_through_once(environment: Mapping[str, str]) -> None:
    for _ in range(5):
        assert redact("say plain-words in vim-editor") == f"say {HIDDEN} in vim-editor"
    assert Environment.looks == 1


def test_a_secret_that_begins_like_another_is_hidden_as_a_whole(environment: Mapping[str, str]) -> None:
    assert redact("it is plain-words-and-more.") == f"it is {HIDDEN}."
