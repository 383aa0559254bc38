"""What imports are for: no arrow for types, tests, and what is only reached through another file."""

from __future__ import annotations

import json

from repodoc_hooks.analysis.facts import Import
from tests.analysis.resolution.worlds import arrows, uses
from tests.analysis.surfaces import made_up


def test_an_import_leads_to_what_is_imported_and_through_it_to_the_definition() -> None:
    found = uses(
        {
            "app/__init__.py": "from .core import run\n",
            "app/core.py": "def run(): ...\n",
            "other/__init__.py": "from app import run\n",
            "use.py": "from app import run\nfrom other import run as again\nrun(again)\n",
        }
    )
    assert found["use.py"] == {"app/__init__.py": [""], "app/core.py": ["through"], "other/__init__.py": [""]}


def test_npm_packages_hand_on_no_arrow_to_other_packages() -> None:
    files = {
        "package.json": json.dumps({"name": "root", "workspaces": ["packages/*"]}),
        **{f"packages/{n}/package.json": json.dumps({"name": n, "main": "index.ts"}) for n in "abc"},
        "packages/a/index.ts": "export const x = 1;\n",
        "packages/b/index.ts": "export * from 'a';\n",
        "packages/c/index.ts": "import { x } from 'b';\nexport const y = x;\n",
    }
    assert arrows(files) == {
        "packages/b/index.ts": ["packages/a/index.ts"],
        "packages/c/index.ts": ["packages/b/index.ts"],
    }
    assert uses(files)["packages/c/index.ts"] == {"packages/b/index.ts": [""]}


def test_imports_for_types_alone_draw_no_arrow() -> None:
    facts = {
        "pkg/p.py": made_up("python", "f", imports=[Import("q", ("C",), 1, use="type")]),
        "pkg/q.py": made_up("python", "g", imports=[Import("p", ("f",), 1)]),
    }
    assert uses({}, facts) == {"pkg/p.py": {"pkg/q.py": ["type"]}, "pkg/q.py": {"pkg/p.py": [""]}}
    assert arrows({}, facts) == {"pkg/q.py": ["pkg/p.py"]}


def test_types_that_are_handed_on_alone_draw_no_arrow() -> None:
    files = {
        "src/index.ts": "export type { A } from './a';\nexport type { B } from './b';\nexport { b } from './b';\n",
        "src/a.ts": "export interface A {}\n",
        "src/b.ts": "export interface B {}\nexport const b = 1;\n",
        "src/c.ts": "import type { A } from './a';\nimport { type B } from './b';\n",
    }
    assert arrows(files) == {"src/index.ts": ["src/b.ts"]}


def test_uses_for_tests_alone_draw_no_arrow() -> None:
    files = {
        "a/Cargo.toml": "[package]\nname = 'a'\n[dev-dependencies]\nb = { path = '../b' }\n",
        "a/src/lib.rs": "#[cfg(test)]\nmod tests { use b::Thing; }\n",
        "b/Cargo.toml": "[package]\nname = 'b'\n",
        "b/src/lib.rs": "mod t;\npub use t::Thing;\n",
        "b/src/t.rs": "pub struct Thing;\n",
    }
    assert {use for what in uses(files)["a/src/lib.rs"].values() for use in what} == {"test"}
    assert "a/src/lib.rs" not in arrows(files)


def test_a_python_package_that_stands_twice_is_none_of_them_from_elsewhere() -> None:
    files = {
        "one/src/app/__init__.py": "",
        "two/src/app/__init__.py": "",
        "three/tool/run.py": "import app\n",
        "one/src/app/x.py": "import app\n",
    }
    assert arrows(files) == {"one/src/app/x.py": ["one/src/app/__init__.py"]}
