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
    ("path", "summary", "expected"),
    [
        ("doc.go", "Package wire sends things", "Package wire sends things."),
        ("send.go", "Package wire sends things", "Package wire sends things."),
        ("send.go", "Package wires sends things", "Package wires sends things."),
        ("wire.go", "Named like the package:", "Named like the package."),
        ("zebra.go", "Something of one file", "From the readme of it."),
        ("src/lib.rs", "A crate of tools!", "A crate of tools!"),
        ("__init__.py", "A package of tools", "A package of tools."),
        ("index.ts", "Sends whatever there is", "Sends whatever there is."),
        ("index.py", "Something of one file", "From the readme of it."),
        ("button/index.ts", "A button for you", "From the readme of it."),
        ("main.rs", "The entry point of it", "From the readme of it."),
        ("index.ts", "TODO: be explicit about what we export", "From the readme of it."),
        ("index.d.ts", "TypeScript Version: 4.7", "From the readme of it."),
        ("__init__.py", '!!! abstract "Usage"', "From the readme of it."),
        ("__init__.py", "The wire package.", "From the readme of it."),
    ],
)
def test_words_come_from_manifest_then_package_documentation_then_readme(
    path: str, summary: str, expected: str
) -> None:
    own = {f"src/wire/{path}": summary}
    readme = {"description": "From the readme of it", "described_by": "src/wire/README.md"}
    assert written(file_summaries=own, **readme) == [expected]
    declared = {"description": "From the manifest", "described_by": "src/wire/package.json"}
    assert written(file_summaries=own, **declared) == ["From the manifest."]


def test_a_program_without_manifest_is_what_its_entry_says() -> None:
    assert written(file_summaries={"src/wire/main.go": "Sends things"}) == ["Sends things."]


def test_without_description_the_names_tell() -> None:
    names = [symbol("zebra", "function", "zebra runs."), symbol("Ape"), symbol("bee", summary="A bee sings")]
    assert written(symbols=names) == [
        "Defines `Ape`, `bee` and `zebra`.",
        "",
        "- `bee`: A bee sings.",
        "- `zebra` runs.",
    ]
    many = [symbol(name) for name in "abcdefgh"]
    assert written(symbols=many) == ["Defines `a`, `b`, `c`, `d`, `e` and others.", ""]
    assert written() == ["Code without public names: `b`.", ""]
    assert written(symbols=[symbol("on", "function")])[0] == "Defines `on`."


def test_a_name_at_the_head_of_its_own_description_is_not_said_twice() -> None:
    summaries = ["Core the api for JSON", "Core is an api", "Core: an ape", "A ripe core"]
    lines = [written(symbols=[symbol("Core", summary=s)])[-1] for s in summaries]
    assert lines == [
        "- `Core`: the api for JSON.",
        "- `Core` is an api.",
        "- `Core`: Core: an ape.",
        "- `Core`: A ripe core.",
    ]


def test_a_sentence_ends_as_its_script_has_it() -> None:
    assert written(description="\u7cfb\u7edf\u5de5\u5177\u7c7b") == ["\u7cfb\u7edf\u5de5\u5177\u7c7b\u3002"]
    assert written(description="\u4f60\u597d, Depot keeps crates,") == ["\u4f60\u597d, Depot keeps crates."]


def test_a_program_is_called_one() -> None:
    assert written(symbols=[symbol("main", "function")]) == ["A program.", ""]
    task = SectionTask(
        "cmd/rg#summary",
        "cmd/rg",
        "rg",
        "summary",
        "new",
        files=(FileChange("cmd/rg/main.go", "go", None, ""),),
    )
    assert offline.write(task)["text"][0] == "A program."
    assert written("src/wire/box.go")[0] == "Code without public names."


def test_code_with_a_main_function_is_a_program_whatever_its_file_is_called() -> None:
    assert written(programs=["src/wire/b.go"])[0] == "A program."
    assert written(programs=["src/wire/other.go"])[0] == "Code without public names: `b`."


def test_members_added_to_types_from_elsewhere_are_told_by_these() -> None:
    assert written(members_of=["Box", "Crate"])[0] == "Members of `Box` and `Crate`."


def test_the_class_called_after_a_part_does_not_speak_for_it() -> None:
    said = {"src/wire/Wire.php": "Represents a wire", "src/wire/Box.php": "Represents a box"}
    assert written(title="Wire", file_summaries=said) == ["Represents a wire."]
    assert written(title="Wire", component_kind="part", file_summaries=said)[0].startswith("Code without")


def test_files_are_listed_before_symbols() -> None:
    text = written(
        file_summaries={"src/wire/a.go": "Reads", "src/wire/c/d.go": "Writes"}, symbols=[symbol("X")]
    )
    assert text == ["Defines `X`.", "", "- `a.go`: Reads.", "- `d.go`: Writes."]


def test_the_page_of_a_file_says_what_the_file_says() -> None:
    path = "src/wire/box.rb"
    symbols = [symbol("Wire::Box", summary="Keeps things."), symbol("Wire::Lid")]
    assert written(path, file_summaries={path: "Keeps things dry"}, symbols=symbols) == [
        "Keeps things dry.",
        "Defines `Wire::Box` and `Wire::Lid`.",
        "",
    ]
    assert written(path, symbols=symbols[:1]) == ["`Wire::Box`: Keeps things."]
    assert written(path, symbols=symbols)[0] == "Defines `Wire::Box` and `Wire::Lid`."


def test_files_of_one_name_are_told_apart() -> None:
    """Every directory of a JavaScript package has an `index.ts`."""
    text = written(
        file_summaries={
            "src/wire/in/index.ts": "Reads",
            "src/wire/out/index.ts": "Writes",
            "src/wire/a.ts": "Waits",
        },
        symbols=[symbol("X")],
    )
    assert text[2:] == ["- `a.ts`: Waits.", "- `in/index.ts`: Reads.", "- `out/index.ts`: Writes."]


def test_names_between_underscores_are_told_only_where_there_are_no_others() -> None:
    assert (
        written(symbols=[symbol("__version__", "constant"), symbol("run", "function")])[0] == "Defines `run`."
    )
    assert written(symbols=[symbol("__version__", "constant")])[0] == "Defines `__version__`."


def test_a_page_with_parts_tells_of_them() -> None:
    parts = [{"id": "src/wire/a.go"}, {"id": "src/wire/mod.rs"}, {"id": "src/wire/b"}, {"id": "src/wire/a.c"}]
    assert written(parts=parts) == ["Holds `a` and `b/`.", ""]
    few = [symbol("X")]
    assert written(parts=parts, symbols=few)[:2] == ["Holds `a` and `b/`.", "Defines `X`."]
    many = [symbol(name) for name in "XYZ"]
    assert written(parts=parts, symbols=many)[:2] == ["Defines `X`, `Y` and `Z`.", "Holds `a` and `b/`."]
    alike = [{"id": f"src/wire/src/{place}/org/wire"} for place in ("common", "jvm")]
    assert written(parts=alike)[0] == "Holds `common/` and `jvm/`."
    only = [{"id": "src/wire/b", "summary": "Sends.\n\nMore."}]
    assert written(parts=only) == ["Sends.", ""]
    assert written(parts=only, symbols=[symbol("X")]) == ["Sends.", "Defines `X`.", ""]


def test_names_are_those_that_matter() -> None:
    types = [{**symbol(name), "members": rank} for rank, name in enumerate("gfedcba")]
    assert written(symbols=types)[0] == "Defines `a`, `b`, `c`, `d`, `e` and others."
    functions = [symbol(f"f{number}", "function") for number in range(9)]
    values = [symbol("A", "macro"), symbol("B", "constant")]
    assert written(symbols=[*functions[:2], *values])[0] == "Defines `f0` and `f1`."
    mixed = written(symbols=[*functions, symbol("T", "struct")])[0]
    assert mixed == "Defines `T`, `f0`, `f1`, `f2`, `f3` and others."
    assert written(symbols=[symbol("Depot::Yard", "module")])[0] == "Defines `Depot::Yard`."
    hidden = [symbol("__async", "function"), symbol("Yard::_lock", "function"), symbol("zip", "function")]
    assert written(symbols=hidden)[0] == "Defines `zip`."
    assert written(symbols=hidden[:2])[0] == "Defines `__async` and `Yard::_lock`."


def test_what_has_no_public_names_says_why() -> None:
    def told(why: str) -> str:
        return written(without={"src/wire/b.go": why})[0]

    assert told("empty") == "Code without definitions: `b`."
    files = tuple(FileChange(f"src/wire/{name}.rb", "ruby", None, "") for name in ("schema", "seeds"))
    why = {"src/wire/schema.rb": "generated", "src/wire/seeds.rb": "empty"}
    task = SectionTask("w#summary", "w", "w", "summary", "new", files=files, context={"without": why})
    assert offline.write(task)["text"][0] == "Code without definitions: `seeds`."
    assert told("generated") == "Generated code."
    assert told("unread") == "Its code could not be read."
    assert written(handed_on=["a", "b"])[0] == "Re-exports `a` and `b`."


def overview(**context: Any) -> list[str]:
    """The sentences of an overview."""
    task = SectionTask(".#overview", ".", "Wire", "overview", "new", context=context)
    text = offline.write(task)["text"]
    assert isinstance(text, list)
    return text


def test_an_overview_is_the_introduction_else_names_the_components() -> None:
    assert overview(readme_intro="Wire sends things") == ["Wire sends things."]
    parts = [{"title": "send"}, {"title": "receive"}]
    assert overview(components=parts)[0] == "Consists of `send` and `receive`."
    assert overview(components=[{"title": "src", "summary": "Sends.\n\nMore."}]) == ["Sends."]
    assert overview(components=[]) == ["Neither a README nor a manifest introduces it."]


def test_the_overview_of_one_component_at_the_top_is_its_summary() -> None:
    files = (FileChange("src/lib.rs", "rust", None, "pub fn f() {}"),)

    def told(**context: Any) -> list[str]:
        task = SectionTask(".#overview", ".", "wire", "overview", "new", files=files, context=context)
        text = offline.write(task)["text"]
        assert isinstance(text, list)
        return text

    documented = {"src/lib.rs": "Sends things over a wire"}
    assert told(file_summaries=documented) == ["Sends things over a wire."]
    assert told(file_summaries=documented, components=[{"title": "cli"}]) == ["Sends things over a wire."]
    assert told(readme_intro="A wire for all", file_summaries=documented) == ["A wire for all."]
    assert told(symbols=[symbol("Wire", summary="Sends.")]) == ["Defines `Wire`.", "", "- `Wire`: Sends."]
    assert told(components=[{"title": "cli"}])[0] == "Consists of `cli`."
