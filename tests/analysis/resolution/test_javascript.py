"""JavaScript: workspaces, what packages keep to themselves, paths of `tsconfig.json`, dependencies on paths."""

from __future__ import annotations

import json
from typing import Any

import pytest

from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse


def edges(files: dict[str, str | dict[str, Any]], path: str) -> set[str]:
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in files.items()}
    facts = {p: parse(language, t.encode()) for p, t in texts.items() if (language := language_of(p))}
    resolver = Resolver({*facts}, lambda p: texts.get(p, "").encode(), None, facts.__getitem__, {*texts})
    return {*resolver.resolve(path, facts[path])}


def imports(*targets: str) -> str:
    return "".join(f"import '{target}'\n" for target in targets)


def test_packages_of_workspaces_by_name_and_by_what_they_export() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "package.json": {"workspaces": ["packages/*", "!packages/no", "apps/**"]},
        "packages/a/package.json": {
            "name": "@m/a",
            "exports": {".": "./dist/index.js", "./x": "./dist/x.js"},
        },
        "packages/a/src/index.ts": "",
        "packages/a/src/x.ts": "",
        "packages/a/src/inner.ts": "",
        "packages/b/package.json": {"name": "b", "main": "dist/index.js"},
        "packages/b/src/index.ts": "",
        "packages/b/src/types.ts": "",
        "packages/no/package.json": {"name": "no"},
        "packages/no/index.js": "",
        "apps/deep/web/package.json": {"name": "web"},
        "apps/deep/web/index.ts": "",
        "main.ts": imports("@m/a", "@m/a/x", "@m/a/src/inner", "b", "b/types", "no", "web", "other"),
    }
    assert edges(files, "main.ts") == {
        "packages/a/src/index.ts",
        "packages/a/src/x.ts",
        "packages/b/src/index.ts",
        "packages/b/src/types.ts",
        "apps/deep/web/index.ts",
    }


def test_workspaces_below_the_top_and_those_of_pnpm() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "web/pnpm-workspace.yaml": "packages:\n  - 'libs/*'  # all\n  - '!libs/no'\n",
        "web/libs/a/package.json": {"name": "a"},
        "web/libs/a/index.ts": "",
        "web/libs/no/package.json": {"name": "no"},
        "web/libs/no/index.ts": "",
        "web/main.ts": imports("a", "no"),
        "tool/package.json": {"name": "tool", "dependencies": {"c": "file:../c", "d": "link:../d"}},
        "tool/index.js": imports("c", "d", "e"),
        "c/package.json": {"name": "c"},
        "c/index.js": "",
        "d/package.json": {"name": "whatever", "main": "d.js"},
        "d/d.js": "",
        "e/package.json": {"name": "e"},
        "e/index.js": "",
    }
    assert edges(files, "web/main.ts") == {"web/libs/a/index.ts"}
    assert edges(files, "tool/index.js") == {"c/index.js", "d/d.js"}


def test_the_pattern_that_says_most_decides() -> None:
    exports = {"./*": "./src/*.js", "./in/*": None, "./f/*": "./src/g/*.js"}
    own = {"#x": {"development": "./no.js", "default": "./x.js"}, "#l/*": "./lib/*.js"}
    files: dict[str, str | dict[str, Any]] = {
        "package.json": {"workspaces": ["p"], "imports": own},
        "no.js": "",
        "p/package.json": {"name": "p", "exports": exports},
        "p/src/a.js": "",
        "p/src/in/b.js": "",
        "p/src/f/c.js": "",
        "p/src/g/c.js": "",
        "x.js": "",
        "lib/y.js": "",
        "main.js": imports("p/a", "p/in/b", "p/f/c", "#x", "#l/y"),
    }
    assert edges(files, "main.js") == {"p/src/a.js", "p/src/g/c.js", "x.js", "lib/y.js"}


def test_paths_of_configurations_that_extend_and_refer() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "tsconfig.json": {"files": [], "references": [{"path": "./a"}]},
        "base.json": '{"compilerOptions": {"paths": {"~/*": ["./a/src/*"], "b": ["./b/src"],},},} // end',
        "a/tsconfig.json": {"extends": "../base", "compilerOptions": {"composite": True}},
        "a/src/main.ts": imports("~/q", "b", "./r.js", "./s.mjs"),
        "a/src/q.ts": "",
        "a/src/r.ts": "",
        "a/src/s.mts": "",
        "b/src/index.ts": "",
    }
    assert edges(files, "a/src/main.ts") == {"a/src/q.ts", "b/src/index.ts", "a/src/r.ts", "a/src/s.mts"}


def linked(wanted: str | None, *, pnpm: bool = False) -> bool:
    """Whether a package of a workspace reaches another that it depends on so."""
    files: dict[str, str | dict[str, Any]] = {
        "package.json": {"workspaces": ["p/*"]},
        "p/a/package.json": {"name": "a", "version": "1.0.0"},
        "p/a/index.ts": "",
        "p/b/package.json": {"name": "b", "devDependencies": {} if wanted is None else {"a": wanted}},
        "p/b/index.ts": imports("a"),
    }
    if pnpm:
        files["pnpm-workspace.yaml"] = "packages:\n  - p/*\n"
    return edges(files, "p/b/index.ts") == {"p/a/index.ts"}


def test_pnpm_links_what_a_package_depends_on_and_others_all_of_a_workspace() -> None:
    assert linked(None)
    assert not linked(None, pnpm=True)
    assert linked("^1.0.0", pnpm=True)
    assert linked("workspace:*", pnpm=True)


def test_what_is_of_no_workspace_takes_its_packages_from_elsewhere() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "package.json": {"name": "top", "workspaces": ["p/*"]},
        "index.ts": "",
        "p/a/package.json": {"name": "a", "version": "1.0.0"},
        "p/a/index.ts": imports("a", "top"),
        "templates/t/package.json": {"dependencies": {"a": "^1.0.0"}},
        "templates/t/main.ts": imports("a", "top"),
        "templates/plain/main.ts": imports("a"),
        "p/a/esm/package.json": {"type": "module"},
        "p/a/esm/index.ts": imports("top"),
    }
    assert edges(files, "templates/t/main.ts") == {"index.ts"}
    assert edges(files, "templates/plain/main.ts") == {"p/a/index.ts"}
    assert edges(files, "p/a/esm/index.ts") == {"index.ts"}


@pytest.mark.parametrize(
    ("exports", "source"),
    [
        ({".": {"@m/source": "./src/main.ts", "import": "./build/modern/main.js"}}, "src/main.ts"),
        (
            {".": {"import": {"types": "./build/modern/main.d.ts", "default": "./build/modern/main.js"}}},
            "src/main.ts",
        ),
        ({".": {"require": "./dist/node/main.cjs"}}, "src/main.ts"),
        ({".": {"require": "./dist/cjs/es2020/main.cjs"}}, "src/main.ts"),
        ({".": {"types": "./index.d.cts", "import": "./index.js"}}, "src/index.ts"),
        ({"@m/source": "./src/main.ts", "default": "./gone.js"}, "src/main.ts"),
        ({".": {"react-native": "./src/native.ts", "import": "./dist/main.js"}}, "src/main.ts"),
        ({".": {"types@<=4.0": "./src/native.ts", "import": "./dist/main.js"}}, "src/main.ts"),
    ],
)
def test_the_source_that_a_package_is_built_from(exports: dict[str, Any], source: str) -> None:
    files: dict[str, str | dict[str, Any]] = {
        "package.json": {"workspaces": ["p"]},
        "p/package.json": {"name": "a", "exports": exports},
        "p/src/main.ts": "",
        "p/src/native.ts": "",
        "p/src/index.ts": "",
        "main.ts": imports("a"),
    }
    assert edges(files, "main.ts") == {f"p/{source}"}


def test_declarations_stand_for_a_module_to_compilers_alone() -> None:
    files: dict[str, str | dict[str, Any]] = {
        "lib.js": "",
        "lib.d.ts": "",
        "dir/index.js": "",
        "dir/index.d.ts": "",
        "only.d.ts": "",
        "run.js": imports("./lib", "./dir", "./only"),
        "typed.ts": imports("./lib", "./dir", "./only", "./lib.js"),
    }
    assert edges(files, "run.js") == {"lib.js", "dir/index.js", "only.d.ts"}
    assert edges(files, "typed.ts") == {"lib.d.ts", "dir/index.d.ts", "only.d.ts", "lib.js"}
