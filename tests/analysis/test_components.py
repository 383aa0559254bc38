"""Which files share a page."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.components import discover
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.analysis.patterns import Patterns
from repodoc_hooks.config import Config, NamedComponent


def found(files: dict[str, str] | list[str], config: Config | None = None) -> dict[str, Component]:
    contents = files if isinstance(files, dict) else dict.fromkeys(files, "")
    return discover(
        [(path, f"oid of {path}") for path in contents],
        config or Config(),
        lambda path: contents.get(path, "").encode(),
    )


def layout(files: dict[str, str] | list[str], config: Config | None = None) -> dict[str, list[str]]:
    return {c.id: [f.path for f in c.files] for c in found(files, config).values()}


def test_python_packages_are_directories_with_dotted_titles() -> None:
    components = found(
        [
            "src/app/__init__.py",
            "src/app/b.py",
            "src/app/a.py",
            "src/app/web/__init__.py",
            "src/app/ns/x.py",
            "tool.py",
        ]
    )
    assert [(c.id, c.title, c.kind) for c in components.values()] == [
        (".", "top level", "directory"),
        ("src/app", "app", "Python package"),
        ("src/app/ns", "app.ns", "Python package"),
        ("src/app/web", "app.web", "Python package"),
    ]
    assert [f.path for f in components["src/app"].files] == [
        "src/app/__init__.py",
        "src/app/a.py",
        "src/app/b.py",
    ]
    assert components["src/app"].files[0].blob == "oid of src/app/__init__.py"


def test_go_packages_are_directories() -> None:
    components = found(
        {
            "go.mod": "module example.com/big/app/v2\n",
            "main.go": "",
            "store/db.go": "",
            "store/db_test.go": "",
        }
    )
    assert [(c.id, c.title, c.kind) for c in components.values()] == [
        (".", "app", "Go package"),
        ("store", "store", "Go package"),
    ]
    assert [f.path for f in components["store"].files] == ["store/db.go"]


def test_crates_and_npm_packages_reach_down_to_the_next_manifest() -> None:
    components = found(
        {
            "Cargo.toml": "[workspace]\nmembers = ['crates/*']\n",
            "crates/core/Cargo.toml": "[package]\nname = 'app-core'\n",
            "crates/core/src/lib.rs": "",
            "crates/core/src/io/mod.rs": "",
            "web/package.json": json.dumps({"name": "@app/web"}),
            "web/src/index.ts": "",
            "web/src/ui/button.tsx": "",
            "web/esm/package.json": json.dumps({"type": "module"}),
            "web/esm/entry.js": "",
            "build_tools/gen.rs": "",
        }
    )
    assert {c.id: (c.title, c.kind, len(c.files)) for c in components.values()} == {
        "build_tools": ("build_tools", "directory", 1),
        "crates/core": ("app-core", "Rust crate", 2),
        "web": ("@app/web", "npm package", 3),
    }


def test_a_directory_with_several_languages_is_one_component() -> None:
    files = {"package.json": '{"name": "app"}', "lib/a.js": "", "lib/b.py": "", "other/c.js": ""}
    assert layout(files) == {".": ["other/c.js"], "lib": ["lib/a.js", "lib/b.py"]}


def test_what_is_left_out() -> None:
    kept = ["a/x.py", "build/__init__.py", "build/x.py", "a/testing.py"]
    dropped = [
        "node_modules/m/i.js", "vendor/x.go", "a/third_party/x.c", ".github/x.py", "dist/x.js", "build/out/x.py",
        "tests/x.py", "a/tests/x.py", "spec/x_spec.rb", "src/test/java/T.java", "Lib.Tests/T.cs", "examples/x.py",
        "docs/conf.py", "docs/repodoc/x.py", "benchmarks/x.py", "a/x_test.go", "a/test_x.py", "a/x.test.ts",
        "setup.py", "conftest.py", "web.config.js", "venv/x.py", "a/.hidden.py",
    ]  # fmt: skip
    assert sorted(p for files in layout(kept + dropped).values() for p in files) == sorted(kept)


def test_configured_patterns_exclude_and_take_back() -> None:
    config = Config(exclude=("legacy/", "*_gen.py", "!tests/", "/only/top.py", "!setup.py"))
    files = [
        "legacy/a.py",
        "x/legacy/b.py",
        "x/a_gen.py",
        "tests/t.py",
        "only/top.py",
        "x/only/top.py",
        "setup.py",
    ]
    assert sorted(p for group in layout(files, config).values() for p in group) == [
        "setup.py",
        "tests/t.py",
        "x/only/top.py",
    ]


def test_named_components_are_the_only_ones() -> None:
    config = Config(
        components=(
            NamedComponent("core", ("src/core", "tests")),
            NamedComponent("scripts", ("*.py", "tools/**/*.sh.py")),
        ),
        exclude=("src/core/old",),
    )
    files = [
        "src/core/a.py",
        "src/core/deep/b.go",
        "src/core/old/c.py",
        "tests/t.py",
        "run.py",
        "src/x.py",
        "src/run.py",
    ]
    assert layout(files, config) == {
        "core": ["src/core/a.py", "src/core/deep/b.go", "tests/t.py"],
        "scripts": ["run.py"],
    }
    assert found(files, config)["core"].title == "core"


@pytest.mark.parametrize("manifest", ["{", "[]", '{"name": 3}', "\0", '{"name": ""}'])
def test_an_unreadable_manifest_names_no_package(manifest: str) -> None:
    assert list(found({"web/package.json": manifest, "web/src/a.js": ""})) == ["web/src"]


names = st.sampled_from(
    ["a", "src", "tests", "lib", "__init__.py", "x.py", "y.js", "z.go", "m.rs", "package.json"]
)
paths = st.lists(names, min_size=1, max_size=4).map("/".join)


@given(st.sets(paths), paths)
def test_a_new_file_moves_only_its_own_directory_and_what_its_manifest_rules(
    before: set[str], added: str
) -> None:
    """No rule looks at siblings: components that the new path does not stand in or above keep their files."""
    old, new = layout(sorted(before)), layout(sorted(before | {added}))
    folder = added.rpartition("/")[0]
    for name, files in old.items():
        inside = [f for f in files if not f.startswith(folder + "/") and folder]
        assert set(inside) <= set(new.get(name, ()))


@given(st.lists(paths, unique=True))
def test_the_order_of_paths_does_not_matter(files: list[str]) -> None:
    assert found(files) == found(files[::-1])


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.py", "a/b/c.py", True),
        ("/*.py", "a/c.py", False),
        ("/*.py", "c.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**/c.py", "a/c.py", True),
        ("a/**/c.py", "a/x/y/c.py", True),
        ("**/gen", "x/gen/y.py", True),
        ("gen/", "gen", False),
        ("gen/", "x/gen/y.py", True),
        ("a/**", "a/b", True),
        ("a/**", "a", False),
        ("x[0-9].py", "x7.py", True),
        ("x[!0-9].py", "x7.py", False),
        ("x?.py", "x/.py", False),
        ("a+b(c).py", "a+b(c).py", True),
        ("\\*.py", "*.py", True),
        ("[", "[", True),
        ("", "a", False),
    ],
)
def test_patterns(pattern: str, path: str, matches: bool) -> None:
    assert Patterns.compile([pattern]).matches_tree(path) is matches


@given(st.text(max_size=12), st.text(max_size=12))
def test_no_pattern_is_an_error(pattern: str, path: str) -> None:
    assert Patterns.compile([pattern]).matches_tree(path) in (True, False)
