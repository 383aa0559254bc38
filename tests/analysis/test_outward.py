"""Other people's packages: what imports say, what manifests declare, and which of these is meant."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from repodoc_hooks.analysis import languages
from repodoc_hooks.analysis.facts import Component, FileFacts
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.outward import Outward


def packages(files: Mapping[str, str], component: str = ".") -> list[str]:
    """What the source files use, as manifests call it."""
    facts = {
        path: languages.parse(language, text.encode())
        for path, text in files.items()
        if (language := languages.language_of(path)) is not None
        and not path.endswith(("setup.py", "Package.swift"))
    }

    def read(path: str) -> bytes:
        return files.get(path, "").encode()

    def known(path: str) -> FileFacts:
        return facts[path]

    outward = Outward(files, read, Resolver(facts, read, facts_of=known, files=files), known)
    names = {name for path in facts for name in outward.names(path)}
    return sorted(outward.packages(Component(component, "", "", ()), names))


def test_modules_of_the_same_build_are_not_other_peoples() -> None:
    depends = "<project><dependencies>{}</dependencies></project>"
    one = "<dependency><groupId>a.{0}</groupId><artifactId>{1}</artifactId></dependency>"
    files = {
        "till/pom.xml": depends.format(one.format("shop", "depot") + one.format("far", "crane")),
        "till/A.java": "import a.shop.lost.*;\nimport a.far.Crane;\n",
        "depot/pom.xml": "<project/>",
    }
    assert packages(files, "till") == ["a.far:crane"]


CASES: list[tuple[dict[str, str], list[str]]] = [
    (
        {
            "pyproject.toml": '[project]\nname = "a"\ndependencies = ["Flask-SQLAlchemy>=2", "PyYAML"]\n'
            "[project.optional-dependencies]\nx = [\"Pillow; python_version>'3'\"]\n",
            "a/__init__.py": "import os, yaml\nimport a.b\nfrom flask_sqlalchemy import X\n"
            "from PIL import Image\nimport mine\n",
            "a/b.py": "",
        },
        ["Flask-SQLAlchemy", "Pillow", "PyYAML"],
    ),
    (
        {"setup.py": "setup(install_requires=['requests>=2',\n 'idna'])\n", "a.py": "import requests\n"},
        ["requests"],
    ),
    (
        {
            "setup.py": "from setuptools import setup\nneeds = ['requests>=2',  # not 'left'\n 'idna']\n"
            "more = {'x': ['pyyaml']}\nsetup(install_requires=needs, extras_require=more)\n",
            "a.py": "import idna, requests, yaml, left, x\n",
        },
        ["idna", "pyyaml", "requests"],
    ),
    (
        {
            "setup.cfg": "[options]\ninstall_requires =\n    requests\n    idna\n[x]\ny = z\n",
            "a.py": "import idna, z\n",
        },
        ["idna"],
    ),
    ({"requirements.txt": "# no\n-r other.txt\nrequests==2\n", "a.py": "import requests\n"}, ["requests"]),
    (
        {
            "package.json": '{"name": "a", "dependencies": {"@x/y": "1", "koa": "1"}, '
            '"devDependencies": {"vite": "1"}}',
            "a.ts": "import { z } from '@x/y/deep'\nimport koa from 'koa'\n"
            "import fs from 'node:fs'\nimport './b'\nimport 'left'\n",
            "b.ts": "import type { V } from 'vite'\nexport const b = 1\n",
        },
        ["@x/y", "koa"],
    ),
    (
        {
            "Cargo.toml": '[package]\nname = "a"\n[dependencies]\nserde-json = "1"\n'
            'rand = {package = "rand-two", version = "1"}\n'
            '[target.\'cfg(unix)\'.dependencies]\nlibc = "1"\n[dev-dependencies]\nproptest = "1"\n',
            "src/lib.rs": "use serde_json::Value;\nuse rand::random;\nuse std::io;\n"
            "fn a() { libc::close(1); io::stdin(); }\n",
        },
        ["libc", "rand-two", "serde-json"],
    ),
    (
        {
            "go.mod": "module example.org/a\n\nrequire (\n\tgithub.com/x/y/v2 v2.1.0\n"
            "\tgolang.org/x/net v0.1.0 // indirect\n)\n",
            "a.go": 'package a\n\nimport (\n\t"net/http"\n\t"github.com/x/y/v2/deep"\n\t"example.org/a/b"\n)\n',
            "b/b.go": "package b\n",
        },
        ["github.com/x/y/v2"],
    ),
    (
        {
            "a.gemspec": "Gem::Specification.new do |s|\n"
            "  s.add_dependency 'rack-protection', '~> 4'\n  s.add_dependency \"activesupport\"\nend\n",
            "Gemfile": "gem 'puma'\n",
            "lib/a.rb": "require 'rack/protection'\nrequire 'active_support/core_ext'\nrequire 'json'\n",
        },
        ["activesupport", "rack-protection"],
    ),
    (
        {
            "composer.json": '{"require": {"php": ">=8", "psr/log": "^3", '
            '"guzzlehttp/guzzle": "7", "symfony/mailer": "1", "symfony/mime": "1"}}',
            "src/A.php": "<?php\nnamespace A;\nuse Psr\\Log\\LoggerInterface;\n"
            "use GuzzleHttp\\Client;\nuse Symfony\\Component\\Mime\\Email;\nclass A {}\n",
        },
        ["guzzlehttp/guzzle", "psr/log", "symfony/mime"],
    ),
    (
        {
            "pom.xml": "<project><dependencies><dependency><groupId>org.slf4j</groupId>"
            "<artifactId>slf4j-api</artifactId></dependency>"
            "</dependencies></project>",
            "src/main/java/A.java": "import java.util.List;\nimport org.slf4j.Logger;\n"
            "import org.other.B;\nclass A {}\n",
        },
        ["org.slf4j:slf4j-api"],
    ),
    (
        {
            "build.gradle.kts": 'dependencies { implementation("com.squareup.okio:okio:3.0") }\n',
            "gradle/libs.versions.toml": '[libraries]\nx = "org.slf4j:slf4j-api:2"\n',
            "src/main/kotlin/A.kt": "import com.squareup.okio.Buffer\nimport org.slf4j.Logger\nclass A\n",
        },
        ["com.squareup.okio:okio", "org.slf4j:slf4j-api"],
    ),
    (
        {
            "A.csproj": "<Project><ItemGroup>"
            '<PackageReference Include="Newtonsoft.Json" Version="1" /></ItemGroup></Project>',
            "A.cs": "using System.Text;\nusing Newtonsoft.Json.Linq;\nclass A {}\n",
        },
        ["Newtonsoft.Json"],
    ),
]


@pytest.mark.parametrize(
    ("files", "expected"), CASES, ids=lambda value: "-".join(value) if isinstance(value, list) else ""
)
def test_packages_are_what_manifests_declare_of_what_is_imported(
    files: dict[str, str], expected: list[str]
) -> None:
    assert packages(files) == expected


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "package.json", "Cargo.toml", "pom.xml", "go.mod", "composer.json"]
)
@pytest.mark.parametrize(
    "text", ["", "[", "{", "[1]", '{"dependencies": [1]}', '{"require": 3}', "[project]\ndependencies = 3\n"]
)
def test_a_manifest_that_cannot_be_read_declares_nothing(name: str, text: str) -> None:
    assert (
        packages(
            {name: text, "a.py": "import requests\n", "a.ts": "import 'koa'\n", "a.rs": "use serde::X;\n"}
        )
        == []
    )


def test_a_module_of_the_repository_is_no_package() -> None:
    manifest = '[project]\nname = "a"\ndependencies = ["yaml"]\n'
    assert packages({"pyproject.toml": manifest, "a.py": "import yaml\n", "yaml.py": ""}) == []


def test_manifests_above_a_component_count_and_those_beside_it_do_not() -> None:
    files = {
        "package.json": '{"dependencies": {"koa": "1"}}',
        "other/package.json": '{"dependencies": {"left": "1"}}',
        "packages/a/package.json": '{"name": "a", "dependencies": {"right": "1"}}',
        "packages/a/a.ts": "import 'koa'\nimport 'left'\nimport 'right'\n",
    }
    assert packages(files, "packages/a") == ["koa", "right"]
