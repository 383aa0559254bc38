"""A repository is called as its manifests say, in every language, and never after a part of its build."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from repodoc_hooks.analysis.repository_name import may_name, repository_name
from repodoc_hooks.source_files import MANIFESTS


def name(files: Mapping[str, str], *packages: str) -> str:
    return repository_name(files.keys(), lambda path: files.get(path, "").encode(), packages)


DECLARED = {
    "pyproject.toml": '[project]\nname = "thing"\n',
    "go.mod": "module example.org/team/thing/v2\n",
    "setup.cfg": "[metadata]\nname = thing\n",
    "setup.py": 'from setuptools import setup\nsetup(name="thing")\n',
    "package.json": '{"name": "thing"}',
    "Cargo.toml": '[package]\nname = "thing"\n',
    "composer.json": '{"name": "thing"}',
    "pom.xml": "<project><artifactId>thing</artifactId></project>",
    "settings.gradle": "rootProject.name = 'thing'\ninclude 'a'\n",
    "settings.gradle.kts": 'rootProject.name = "thing"\n',
    "build.sbt": 'ThisBuild / scalaVersion := "3.3"\nname := "thing"\n',
    "Package.swift": 'import PackageDescription\nlet package = Package(\n  name: "thing",\n  targets: [])\n',
    "thing.gemspec": 'Gem::Specification.new do |s|\n  s.name = "thing"\nend\n',
    "other.gemspec": 'Gem::Specification.new do |s|\n  s.name = "thing"\nend\n',
    "thing.sln": "",
    "thing.slnx": "<Solution/>",
    "thing.csproj": "<Project/>",
    "x.csproj": "<Project><PropertyGroup><PackageId>thing</PackageId></PropertyGroup></Project>",
    "CMakeLists.txt": "# project(no)\n#[[ project(no) ]]\nset(A 3)\nproject(thing LANGUAGES C)\n",
    "meson.build": "project('thing', 'c', version: '1')\n",
    "configure.ac": "AC_PREREQ([2.69])\nAC_INIT([thing], [1.0], [bugs@example.org])\n",
}


@pytest.mark.parametrize("manifest", DECLARED)
def test_a_manifest_at_the_top_gives_the_name(manifest: str) -> None:
    assert name({manifest: DECLARED[manifest]}) == "thing"
    assert may_name(manifest)
    assert not may_name(f"inside/{manifest}")


@pytest.mark.parametrize("manifest", DECLARED)
def test_hooks_look_at_every_manifest_that_may_name(manifest: str) -> None:
    watched = [pattern.lstrip("*") for pattern in MANIFESTS]
    assert manifest.endswith((*watched, ".py", ".kts", ".swift"))


@pytest.mark.parametrize("manifest", DECLARED)
@pytest.mark.parametrize("text", ["", "\0", "{", "<", "name", "project(", "Package(", "\xff" * 9])
def test_what_cannot_be_read_names_nothing(manifest: str, text: str) -> None:
    assert name({manifest: text}) in ("", manifest.partition(".")[0])


@pytest.mark.parametrize(
    ("manifest", "unit"),
    [
        *(
            ("CMakeLists.txt", unit)
            for unit in ("#[[\n", "#[=[", "project( ", "set(A ", "set ( A B", "\tproject")
        ),
        *(("build.sbt", unit) for unit in ("in ", "lazy val a = ", "name ", "in ( ", "lazy val ", " ")),
        *(("configure.ac", unit) for unit in ("AC_INIT( ", "AC_INIT([ a", " ", "AC_INIT(a ")),
        *(("meson.build", unit) for unit in ("project( ", "project('")),
        *(("Package.swift", unit) for unit in ("Package( ", "Package( name: ")),
    ],
)
def test_manifests_of_any_length_are_read_in_time(manifest: str, unit: str) -> None:
    start = unit.rstrip() or "lazy val a = project in"
    name({manifest: unit * (300_000 // len(unit))})
    name({manifest: start + " " * 300_000})


@pytest.mark.parametrize(
    ("files", "right"),
    [
        ({"pom.xml": "<project><artifactId>gson-parent</artifactId></project>"}, "gson"),
        ({"settings.gradle.kts": 'rootProject.name = "okio-parent"'}, "okio"),
        ({"package.json": '{"name": "@trpc/root", "private": true}'}, "trpc"),
        ({"composer.json": '{"name": "monolog/monolog"}'}, "monolog"),
        ({"composer.json": '{"name": "laravel/framework"}'}, "laravel/framework"),
        ({"package.json": '{"name": "root", "private": true}', "x.sln": ""}, "x"),
        ({"package.json": '{"name": "tools", "private": true}', "x.gemspec": 's.name = "x"'}, "x"),
        ({"package.json": '{"name": "site", "private": true}'}, "site"),
        ({"package.json": '{"name": "x"}', "CMakeLists.txt": "project(y)"}, "x"),
        ({"CMakeLists.txt": "project(googletest-distribution)"}, "googletest"),
        ({"CMakeLists.txt": 'set(OWN "thing")\nproject(${OWN} C)'}, "thing"),
        ({"CMakeLists.txt": "project(${ELSEWHERE} C)"}, ""),
        ({"CMakeLists.txt": "PROJECT (\n  FMT CXX)", "README.md": "**{fmt}** is a library"}, "fmt"),
        ({"CMakeLists.txt": "project(SDL3)", "README.md": "About."}, "SDL3"),
        ({"rack.gemspec": 's.name = "x"', "rack-more.gemspec": 's.name = "x-more"'}, "x"),
        ({"a.sln": "", "b.sln": ""}, ""),
        ({"a.sln.DotSettings": ""}, ""),
        ({"pyproject.toml": "[tool.ruff]\n", "setup.py": 'setup(name="{{ name }}")', "x.slnx": ""}, "x"),
        ({"package.json": '{"name": "a\\u0007b"}'}, ""),
        ({"package.json": '{"name": "' + "a" * 300 + '"}'}, ""),
        (
            {
                "build.sbt": 'lazy val core = project.settings(name := "thing-core")\n'
                'lazy val root = (project in file("."))\n  .settings(name := "thing")\n'
            },
            "thing",
        ),
        ({"build.sbt": 'lazy val core = project.settings(\n  name := "thing-core")\n'}, ""),
    ],
)
def test_parts_of_a_build_and_tools_give_no_name(files: Mapping[str, str], right: str) -> None:
    assert name(files) == right


@pytest.mark.parametrize(
    ("packages", "right"),
    [
        (["@vue/shared", "@vue/compiler", "vue"], "vue"),
        (["@one/a", "@two/b"], ""),
        (["serde", "serde_json", "serde_derive"], "serde"),
        (["axum", "axum-core", "tool"], ""),
        (["axum", "axum-core", "axum-extra", "tool"], "axum"),
        (["a", "b"], ""),
        (["only"], ""),
        ([], ""),
        ([f"p-{n}" for n in range(5000)], ""),
    ],
)
def test_packages_that_agree_name_what_no_manifest_does(packages: list[str], right: str) -> None:
    assert name({}, *packages) == right
    assert name({"Cargo.toml": '[package]\nname = "said"\n'}, *packages) == "said"
