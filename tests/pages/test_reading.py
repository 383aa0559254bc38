"""Repositories of all shapes: no page has a dead link, an empty section, another one's title, or is too long."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from repodoc_hooks.config import default
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.config_source import read_config
from repodoc_hooks.pipeline.plan import FAILING_STATES
from tests.pages.reading import stumbles
from tests.pipeline.changing_world import VERSIONS
from tests.repos import Repo

Files = Mapping[str, str]


def functions(count: int, name: str = "f") -> str:
    return "".join(
        f'def {name}{n}(a: int) -> int:\n    """Does {n}."""\n    return a\n\n\n' for n in range(count)
    )


def one_huge_file() -> Files:
    body = '    def run(self, value: int) -> int:\n        """Runs."""\n        return value\n\n\n'
    classes = "".join(f'class Type{n}:\n    """Is {n}."""\n\n{body}' for n in range(400))
    return {
        "app.py": f'"""All of it."""\n\n{classes}{functions(300)}',
        "README.md": "# App\n\nDoes everything.\n",
    }


def many_small_packages() -> Files:
    return {
        f"lib/p{n // 25:02}/q{n:03}/__init__.py": f'"""Package {n}."""\n\n\ndef run{n}() -> None:\n    """Runs."""\n'
        for n in range(300)
    }


def a_monorepo() -> Files:
    found = {"package.json": '{"name": "all", "workspaces": ["packages/*"]}'}
    for n in range(150):
        found[f"packages/p{n:03}/package.json"] = f'{{"name": "@all/p{n:03}", "main": "index.js"}}'
        before = f"import {{ f{n - 1} }} from '@all/p{n - 1:03}';\n" if n else ""
        found[f"packages/p{n:03}/index.js"] = f"{before}/** Does {n}. */\nexport function f{n}() {{}}\n"
    return found


def a_flat_directory() -> Files:
    return {f"src/part{n:03}.py": f'"""Part {n}."""\n\n\n{functions(4, f"p{n}_")}' for n in range(120)}


def a_flat_directory_of_next_to_nothing() -> Files:
    return {f"src/part{n:03}.py": f'"""Part {n}."""\n' for n in range(250)}


def one_that_imports_all() -> Files:
    imports = "".join(f"from lib import m{n:03}\n" for n in range(250))
    return {
        "main/__init__.py": "",
        "main/all.py": f'"""Knows all."""\n\n{imports}\n\n{functions(40)}',
        "lib/__init__.py": "",
        **{f"lib/m{n:03}.py": f'"""M{n}."""\n\n\n{functions(1, f"m{n}_")}' for n in range(250)},
    }


def deep_and_odd_names() -> Files:
    deep = "/".join(f"level{n}" for n in range(12))
    return {
        f"src/{deep}/deep.py": functions(3),
        "src/a b/c d.py": functions(3),
        "src/größe/日本 語.py": functions(3),
        "src/100%/x#y.py": functions(3),
        "src/(x)/[y].py": functions(2),
        "src/a b/sub dir/e&f.py": functions(90),
        "src/same.py": functions(2),
        "src/Same.py": functions(2),
        "src/rack_test.py": functions(1),
        "src/rack/test.py": functions(1),
        "src/rack-lint.py": functions(1),
        "src/日本/one.py": functions(1),
        "src/שלום/one.py": functions(1),
        "README.md": "# Odd\n\nNames of all kinds.\n",
    }


def a_package_at_the_top_and_below() -> Files:
    return {
        "go.mod": "module example.org/top\n\ngo 1.22\n",
        "top.go": "// Package top does it.\npackage top\n\n// Run runs.\nfunc Run() {}\n",
        "doc/doc.go": '// Package doc tells.\npackage doc\n\nimport "example.org/top"\n\n'
        "// Tell tells.\nfunc Tell() { top.Run() }\n",
    }


def scripts_alone() -> Files:
    return {
        "README.md": "# Scripts\n\nThings that help.\n",
        "run.sh": "echo hello\n",
        "bin/deploy": "#!/bin/sh\n",
    }


def nothing() -> Files:
    return {"LICENSE": "MIT\n"}


def many_languages() -> Files:
    return {
        path: text for path, (text, *_) in VERSIONS.items() if text is not None and path != ".repodoc.yaml"
    }


SHAPES: tuple[Callable[[], Files], ...] = (
    one_huge_file,
    many_small_packages,
    a_monorepo,
    a_flat_directory,
    a_flat_directory_of_next_to_nothing,
    one_that_imports_all,
    deep_and_odd_names,
    a_package_at_the_top_and_below,
    scripts_alone,
    nothing,
    many_languages,
)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_a_reader_stumbles_over_nothing(tmp_path: Path, shape: Callable[[], Files]) -> None:
    repo = Repo.init(tmp_path / "repo")
    repo.write_all(shape())
    repo.git("add", "-A")
    git = Git.discover(repo.path)
    config = read_config(git) or default()
    with Engine.open(git, config) as engine:
        engine.run(Request(origin="update", source="staged", apply="index"))
    assert stumbles(repo.path) == []
    with Engine.open(git, config) as engine:
        plan = engine.plan(engine.tree("staged"))
        assert [s.id for s in plan.sections if s.state in FAILING_STATES] == []
        assert engine.rehearse(Request(origin="check", source="staged", all=True, apply="none")).texts == {}


def test_what_readers_stumble_over_is_found(tmp_path: Path) -> None:
    pages = tmp_path / "docs" / "repodoc"
    pages.mkdir(parents=True)
    (pages / "README.md").write_text(
        "# One\n\n[a](a.md) [b](#b) [c](#c-d) [x](x.md#x)\n\n## B\n\n## C d\n\nText.\n"
        '\n<a id="e"></a>\n\n<a id="e"></a>\n\n[e](#e)\n'
    )
    (pages / "x.md").write_text("# One\n" + "\n" * 700)
    assert stumbles(tmp_path) == [
        "docs/repodoc/README.md: nothing below 'B'",
        "docs/repodoc/README.md: 2 places are called 'e'",
        "docs/repodoc/README.md: leads to a.md, which is not there",
        "docs/repodoc/README.md: leads to x.md#x, where no such place is",
        "docs/repodoc/x.md: 701 lines, 706 bytes",
        "2 pages are called 'One'",
    ]
