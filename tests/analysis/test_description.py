"""What a component says of itself in its manifest or README."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from repodoc_hooks.analysis.description import NONE, description, introduction, of_repository, says_something
from repodoc_hooks.analysis.facts import Component

PYPROJECT = '[project]\nname = "My_Tool"\ndescription = "Does one thing."\n'
POETRY = '[tool.poetry]\nname = "my-tool"\ndescription = "Does one\\n thing."\n'
INHERITS = '[package]\nname = "a"\ndescription.workspace = true\n'
WORKSPACE = '[workspace.package]\ndescription = "Lends its words."\n'
POM = """<?xml version="1.0"?><project xmlns="http://x.y"><parent><description>Not this</description></parent>
<!-- <description>Nor this</description> --><description>Counts
 the money &amp; more</description></project>"""
CSPROJ = '<Project Sdk="x"><PropertyGroup Condition="a"><Description>Sells it.</Description></PropertyGroup></Project>'
GEMSPEC = (
    'Gem::Specification.new do |s|\n  s.description = %q{Long}\n  s.summary = "Keeps crates in a yard"\nend\n'
)
README = "# A title\n\n![badge](x.svg)\n\nIt is for people who like `short` words.\n"


@pytest.mark.parametrize(
    ("where", "title", "kind", "files", "expected"),
    [
        ("lib", "a", "npm package", {"lib/package.json": '{"description": "A b."}'}, "lib/package.json"),
        (".", "a", "npm package", {"package.json": '{"description": "A b."}'}, "package.json"),
        (".", "a", "npm package", {"lib/package.json": '{"description": "A b."}'}, ""),
        ("c", "a", "Rust crate", {"c/Cargo.toml": '[package]\ndescription = "A b."'}, "c/Cargo.toml"),
        ("c", "a", "Rust crate", {"c/Cargo.toml": "[package]\ndescription.workspace = true"}, ""),
        ("c", "a", "Rust crate", {"c/package.json": '{"description": "A b."}'}, ""),
        ("src/my_tool", "my_tool", "Python package", {"pyproject.toml": PYPROJECT}, "pyproject.toml"),
        ("src/my_tool", "my_tool", "Python package", {"pyproject.toml": POETRY}, "pyproject.toml"),
        ("src/other", "other", "Python package", {"pyproject.toml": PYPROJECT}, ""),
        ("src/tool", "tool", "Python package", {"pyproject.toml": PYPROJECT}, "pyproject.toml"),
        ("src/ool", "ool", "Python package", {"pyproject.toml": PYPROJECT}, ""),
        ("src/my_tool", "my_tool.sub", "Python package", {"pyproject.toml": PYPROJECT}, ""),
        (".", "tools", "directory", {"pyproject.toml": PYPROJECT}, "pyproject.toml"),
        ("go/x", "x", "Go package", {"go/x/README.md": README}, "go/x/README.md"),
        ("go/x", "x", "Go package", {"README.md": README}, ""),
        ("lib", "a", "npm package", {"lib/package.json": "{", "lib/README.md": README}, "lib/README.md"),
        ("lib", "a", "npm package", {"lib/package.json": '{"description": ["a"]}'}, ""),
        ("lib", "a", "npm package", {"lib/README.md": "# Only a title\n"}, ""),
        ("p/core", "@s/core", "npm package", {"p/core/package.json": '{"description": "@s/core"}'}, ""),
        ("c", "a", "Rust crate", {"c/Cargo.toml": INHERITS, "Cargo.toml": WORKSPACE}, "c/Cargo.toml"),
        ("till", "till", "Maven module", {"till/pom.xml": POM}, "till/pom.xml"),
        ("Shop", "Shop", "project", {"Shop/Shop.csproj": CSPROJ}, "Shop/Shop.csproj"),
        (".", "yard", "gem", {"yard.gemspec": GEMSPEC}, "yard.gemspec"),
        (
            "app",
            "app",
            "Gradle module",
            {"app/build.gradle.kts": 'description = "Sells it."\n'},
            "app/build.gradle.kts",
        ),
        (
            "app",
            "app",
            "Gradle module",
            {"app/build.gradle": "description 'Sells it.'\n"},
            "app/build.gradle",
        ),
        ("app", "app", "Gradle module", {"app/build.gradle": "task x {\n  description 'Sells it.'\n}\n"}, ""),
        (
            "src",
            "src",
            "composer package",
            {"src/composer.json": '{"description": "A b."}'},
            "src/composer.json",
        ),
        ("p", "p", "Python package", {"p/setup.cfg": "[metadata]\ndescription = A b.\n"}, "p/setup.cfg"),
        ("p", "p", "directory", {"p/pom.xml": "<project><description>${x} it</description></project>"}, ""),
    ],
)
def test_where_the_words_come_from(
    where: str, title: str, kind: str, files: Mapping[str, str], expected: str
) -> None:
    component = Component(where, title, kind, ())
    path, words = description(component, files, lambda path: files[path].encode())
    assert path == expected
    assert (words != "") == (path != "")


def test_words_stand_on_one_line() -> None:
    files = {"p/pyproject.toml": POETRY, "q/README.md": README}

    def told(where: str, kind: str) -> tuple[str, str]:
        return description(Component(where, where, kind, ()), files, lambda path: files[path].encode())

    assert told("p", "Python package") == ("p/pyproject.toml", "Does one thing.")
    assert told("q", "directory") == ("q/README.md", "It is for people who like `short` words.")
    assert told("r", "directory") == NONE


def told(files: Mapping[str, str], component: Component) -> tuple[str, str]:
    return description(component, files, lambda path: files[path].encode())


@pytest.mark.parametrize("gap", ["\n\n", "\r\n  \r\n", "\n    - ", "\n  1. "])
def test_a_long_description_gives_its_first_paragraph(gap: str) -> None:
    words = f"\n  Logs\n  all.{gap}Platforms: many.\n"
    text = f"<Project><PropertyGroup><Description>{words}</Description></PropertyGroup></Project>"
    assert told({"a/A.csproj": text}, Component("a", "A", "directory", ()))[1] == "Logs all."


def test_elements_of_xml_are_those_of_the_project_itself() -> None:
    assert told({"till/pom.xml": POM}, Component("till", "till", "x", ())) == (
        "till/pom.xml",
        "Counts the money & more",
    )


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("TODO: write this", ()),
        ("@ts-ignore the next line", ()),
        ("@shop/core", ("@shop/core",)),
        ("The core package.", ("core",)),
        ("Shop Core library", ("@shop/core",)),
        ("${project.name} of the build", ()),
        ("https://example.com/a", ()),
        ("functions.", ("x",)),
        ("A new Flutter project.", ()),
    ],
)
def test_words_that_say_nothing(words: str, names: tuple[str, ...]) -> None:
    assert not says_something(words, names)


@pytest.mark.parametrize(
    "words", ["Sends things", "Types of the core", "Core of the shop's stock", "一个快速的数据库"]
)
def test_words_that_say_something(words: str) -> None:
    assert says_something(words, ("core",))


class Entry:
    """What a tree says of a path."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text


def test_a_readme_may_be_a_symbolic_link_inside_the_repository() -> None:
    files = {
        "README.md": Entry("symlink", "lib/README.md"),
        "lib/README.md": Entry("file", "# L\n\nIt does many useful things.\n"),
        "out/README.md": Entry("symlink", "../../etc/passwd"),
        "loop/README.md": Entry("symlink", "README.md"),
    }

    def read(path: str) -> bytes:
        return files[path].text.encode()

    assert introduction("", files, read) == ("README.md", "It does many useful things.")
    assert introduction("out", files, read) == NONE
    assert introduction("loop", files, read) == NONE


def test_a_manifest_steps_in_for_a_readme_that_introduces_nothing() -> None:
    files = {"README.md": "# ui\n\nPlease follow the documentation at x.org!\n"}
    files["package.json"] = '{"description": "A framework for interfaces"}'
    assert of_repository(files, lambda path: files[path].encode()) == (
        "package.json",
        "A framework for interfaces",
    )
    files["README.md"] = "# ui\n\nGood work implies happy people and lower costs.\n"
    assert of_repository(files, lambda path: files[path].encode())[0] == "package.json"
    files["README.md"] = "# ui\n\nGood work makes an interface shine.\n"
    assert of_repository(files, lambda path: files[path].encode())[0] == "README.md"
    files["README.md"] = "# ui\n\nPlease follow the documentation at x.org!\n"
    del files["package.json"]
    assert of_repository(files, lambda path: files[path].encode()) == ("README.md", "")


def test_a_manifest_is_heard_without_thanks_and_pictures() -> None:
    text = "<Project><PropertyGroup><Description>🚀 Moves crates, boxes etc. Major Sponsor: Ships Inc.</Description>"
    files = {"Wire.csproj": f"{text}</PropertyGroup></Project>".encode()}
    found = description(Component(".", "Wire", "C# project", ()), files, files.__getitem__)
    assert found == ("Wire.csproj", "Moves crates, boxes etc.")
