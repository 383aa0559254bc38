# ruff: noqa: E501
"""What users of npm packages can import and run: `exports` with conditions and patterns, types beside code, commands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.analysis.surfaces import World

A = "export const a = 1;\n"


def told(manifest: dict[str, Any], *paths: str) -> dict[str, dict[str, str]]:
    return World({"package.json": json.dumps({"name": "p", **manifest}), **dict.fromkeys(paths, A)}).told()


@pytest.mark.parametrize(
    ("manifest", "paths", "expected"),
    [
        ({"exports": "./lib/a.js"}, ["lib/a.js"], {"p": "lib/a.js"}),
        ({"exports": {"import": "./src/a.mjs", "require": "./src/a.cjs"}}, ["src/a.mjs", "src/a.cjs"], {"p": "src/a.mjs"}),
        ({"exports": {".": {"import": {"types": "./dist/a.d.mts", "default": "./dist/a.mjs"}}}}, ["src/a.mts"], {"p": "src/a.mts"}),
        ({"exports": {"./s": [{"node": "./dist/s.node.js"}, "./dist/s.js"]}}, ["src/s.ts"], {"p/s": "src/s.ts"}),
        ({"exports": {"./f/*": "./dist/f/*.js", "./f/no/*": None}}, ["src/f/a.ts", "src/f/no/b.ts"], {"p/f/a": "src/f/a.ts"}),
        ({"exports": {"./d/*/x": "./dist/d/*/x.js"}}, ["src/d/z/x.ts", "src/d/z/y.ts"], {"p/d/z/x": "src/d/z/x.ts"}),
        ({"exports": {"./*.js": "./dist/*.js"}}, ["src/q.ts"], {"p/q.js": "src/q.ts"}),
        (
            {"exports": {".": {"default": "./index.js"}, "./*": {"import": "./esm/*.mjs", "default": "./*.js"}}},
            ["src/index.ts", "src/react.ts", "src/react/shallow.ts"],
            {"p": "src/index.ts", "p/react": "src/react.ts", "p/react/shallow": "src/react/shallow.ts"},
        ),
        ({"exports": {".": "./src/a.js", "./i/*": None}}, ["src/a.js", "src/i/b.js"], {"p": "src/a.js"}),
        ({"exports": {"types": "./distribution/a.d.ts", "default": "./distribution/a.js"}}, ["source/a.ts"], {"p": "source/a.ts"}),
        ({"main": "lib"}, ["lib/index.js"], {"p": "lib/index.js"}),
        ({"module": "src/m.js", "main": "src/c.cjs", "browser": "src/b.js"}, ["src/m.js", "src/c.cjs", "src/b.js"], {"p": "src/m.js"}),
        ({"main": "lib/a.js", "bin": "cli.js"}, ["lib/a.js", "cli.js"], {"p": "lib/a.js", "command p": "cli.js"}),
        ({"bin": {"x": "./dist/x.js", "y": "bin/y.mjs"}}, ["src/x.ts", "bin/y.mjs"], {"command x": "src/x.ts", "command y": "bin/y.mjs"}),
    ],
)  # fmt: skip
def test_entry_points(manifest: dict[str, Any], paths: list[str], expected: dict[str, str]) -> None:
    world = World({"package.json": json.dumps({"name": "p", **manifest}), **dict.fromkeys(paths, A)})
    assert {entry.name: entry.path for entry in world.surface().entries} == expected


def test_declarations_tell_types_and_what_only_they_have() -> None:
    world = World(
        {
            "package.json": json.dumps({"name": "p", "main": "lib", "types": "index.d.ts"}),
            "lib/index.js": "exports.run = require('./node').run\nexports.only = 1\n",
            "lib/node.js": "exports.run = function (a) {}\n",
            "index.d.ts": "/** Runs. */\nexport function run(a: string): void;\nexport interface Options { b: 1 }\n",
        }
    )
    (entry,) = world.surface().entries
    assert entry.path == "lib/index.js"
    assert [(n.name, n.file, n.signature, n.summary) for n in entry.names] == [
        ("run", "lib/node.js", "function run(a: string): void", "Runs."),
        ("only", "lib/index.js", "only = 1", ""),
        ("Options", "index.d.ts", "interface Options", ""),
    ]


def test_a_name_on_which_two_stars_disagree_is_none() -> None:
    files = {
        "package.json": json.dumps({"name": "p", "main": "src/index.js"}),
        "src/index.js": "export * from './a.js'\nexport * from './b.js'\n",
        "src/a.js": "export * from './b.js'\nexport const a = 1, both = 1\n",
        "src/b.js": "export * from './a.js'\nexport const b = 1, both = 2\n",
    }
    assert {*World(files).told()["p"]} == {"a", "b"}
    own = {**files, "src/index.js": files["src/index.js"] + "export { both } from './b.js'\n"}
    assert World(own).told()["p"]["both"] == "src/b.js#both"
    same = {**files, "src/b.js": "export const b = 1\n", "src/index.js": "export * from './a.js'\nexport * from './c.js'\n", "src/c.js": "export { both } from './a.js'\n"}  # fmt: skip
    assert World(same).told()["p"]["both"] == "src/a.js#both"


def test_a_module_that_cannot_be_read_gives_its_name_alone() -> None:
    world = World(
        {
            "package.json": json.dumps({"name": "p", "main": "src/index.ts"}),
            "src/index.ts": "export { default as Button } from './Button.vue'\n",
            "src/Button.vue": "<template><b/></template>\n",
        }
    )
    assert world.told() == {"p": {"Button": ""}}


def test_what_is_there_at_run_time_comes_before_the_type_of_its_name() -> None:
    world = World(
        {
            "package.json": json.dumps({"name": "p", "main": "src/index.ts"}),
            "src/index.ts": "export { input } from './in';\n",
            "src/in.ts": "export type input = 1;\n/** Reads. */\nexport function input(a: number): void {}\n",
        }
    )
    (entry,) = world.surface().entries
    assert [(n.name, n.kind, n.summary) for n in entry.names] == [("input", "function", "Reads.")]
