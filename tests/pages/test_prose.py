"""What is read back of a region of prose."""

from __future__ import annotations

import pytest

from repodoc_hooks.pages import render
from repodoc_hooks.pages.model import Page, Region, Stamps
from repodoc_hooks.pages.prose import first_of_summary, written
from repodoc_hooks.pages.stamps import body_checksums

STEPS = [{"from": "a", "to": "b", "text": "go"}]


@pytest.mark.parametrize("kind", ["summary", "overview", "design", "walkthrough"])
@pytest.mark.parametrize("author", ["offline", "opencode"])
def test_the_sentences_are_read_back(kind: str, author: str) -> None:
    data = {"text": ["Takes *args.", "Then <T>."], "participants": ["a"], "steps": STEPS}
    body = render.prose(kind, data, author)
    assert body.startswith(f"## {kind.capitalize()}\n")
    assert written(body) == "Takes \\*args.\nThen `<T>`."
    assert ("without a model" in body) == (author == "offline")
    again = render.prose(kind, {**data, "text": written(body).split("\n")}, author)
    assert again == body


def test_first_sentence_of_a_summary() -> None:
    body = render.prose("summary", {"text": ["Parses \\<T>. And more."]}, "opencode")
    region = Region("summary", body, 1)
    ours = Stamps(outputs={"summary": body_checksums(body)})
    assert first_of_summary(Page("p", "", {"summary": region}, ours)) == "Parses `<T>`."
    edited = Region("summary", "## Summary\n\nSee [the guide](guide.md). More.", 1)
    assert first_of_summary(Page("p", "", {"summary": edited}, ours)) == "See the guide."
    assert first_of_summary(Page("p", "", {}, ours)) == ""
