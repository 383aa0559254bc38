"""The text that is written without a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from repodoc_hooks.backends import offline
from repodoc_hooks.sections.task import FileChange, SectionTask


def written(component: str = "src/wire", title: str = "wire", **context: Any) -> list[str]:
    """The sentences of a summary."""
    files = (FileChange(f"{component}/b.go", "go", None, "package wire"),)
    context = {"component_kind": "Go package", **context}
    task = SectionTask(
        f"{component}#summary", component, title, "summary", "new", files=files, context=context
    )
    text = offline.write(task)["text"]
    assert isinstance(text, list)
    return text


def symbol(name: str, kind: str = "class", summary: str = "") -> Mapping[str, str]:
    return {"path": "x", "name": name, "kind": kind, "summary": summary}


@pytest.mark.parametrize(
    ("summaries", "expected"),
    [
        ({"src/wire/doc.go": "Package wire sends things"}, "Package wire sends things."),
        ({"src/wire/src/lib.rs": "A crate!"}, "A crate!"),
        ({"src/wire/wire.go": "Named like the package:"}, "Named like the package."),
        ({"src/wire/button/index.ts": "A button."}, "From the manifest."),
        ({"src/wire/core/main.rs": "The entry point."}, "From the manifest."),
        ({"src/wire/main.rs": "The entry point."}, "From the manifest."),
        ({}, "From the manifest."),
    ],
)
def test_the_file_that_stands_for_the_component_comes_before_its_manifest(
    summaries: Mapping[str, str], expected: str
) -> None:
    assert written(file_summaries=summaries, description="From the manifest") == [expected]


def test_a_program_without_manifest_is_what_its_entry_says() -> None:
    assert written(file_summaries={"src/wire/main.go": "Sends things"}) == ["Sends things."]


def test_without_description_the_names_tell() -> None:
    names = [symbol("zebra", "function", "zebra runs."), symbol("Ape"), symbol("bee", summary="A bee")]
    assert written(symbols=names) == [
        "Go package that defines `Ape` and `bee`.",
        "",
        "- `bee`: A bee.",
        "- `zebra` runs.",
    ]
    many = [symbol(name) for name in "abcdefgh"]
    assert written(symbols=many) == ["Go package that defines `a`, `b`, `c`, `d`, `e` and others.", ""]
    assert written() == ["Go package that holds `b.go`.", ""]
    assert written(component_kind="npm package", symbols=[symbol("on", "function")])[0] == (
        "npm package that defines `on`."
    )


def test_a_name_at_the_head_of_its_own_description_is_not_said_twice() -> None:
    summaries = ["Core the api for JSON", "Core is an api", "Core: an api", "A core"]
    lines = [written(symbols=[symbol("Core", summary=s)])[-1] for s in summaries]
    assert lines == [
        "- `Core`: the api for JSON.",
        "- `Core` is an api.",
        "- `Core`: Core: an api.",
        "- `Core`: A core.",
    ]


def test_files_are_listed_before_symbols() -> None:
    text = written(
        file_summaries={"src/wire/a.go": "Reads", "src/wire/c/d.go": "Writes"}, symbols=[symbol("X")]
    )
    assert text == ["Go package that defines `X`.", "", "- `a.go`: Reads.", "- `d.go`: Writes."]
