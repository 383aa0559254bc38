"""What a page shows of other components, manifests and public names: right in the commit that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine, Request
from repodoc_hooks.pipeline.plan import FAILING_STATES
from tests.repos import Repo

CONFIG = Config()
CORE, SHOP = (f"docs/repodoc/src/{name}/README.md" for name in ("core", "shop"))
MANIFEST = """[project]
name = "sample"
version = "1"
dependencies = ["PyYAML>=6", "requests[socks]; python_version>'3'"]
"""


@pytest.fixture
def world(repo: Repo) -> Repo:
    """Two packages, one of which uses the other, packages of other people and a variable."""
    repo.write("pyproject.toml", MANIFEST)
    repo.write("src/core/__init__.py", '"""The core."""\n\nfrom core._impl import run\n\n__all__ = ["run"]\n')
    repo.write(
        "src/core/_impl.py",
        '"""Inside."""\n\n\ndef run(a):\n    return a\n\n\ndef walk(a):\n    return a\n',
    )
    repo.write(
        "src/shop/__init__.py",
        '"""The shop."""\n\nimport os\n\nimport requests\nimport yaml\n\nfrom core import run\n\n'
        'HOME = os.environ.get("SHOP_HOME")\n',
    )
    commit(repo)
    return repo


def commit(repo: Repo) -> None:
    """What `git commit` does with our hook; the pages are then what a fresh rendering gives."""
    repo.git("add", "-A")
    with Engine.open(Git.discover(repo.path), CONFIG) as engine:
        engine.run(Request(origin="pre-commit", source="staged", apply="index"))
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "Change")
    with Engine.open(Git.discover(repo.path), CONFIG, cached=False) as engine:
        plan = engine.plan(engine.tree("rev"))
        assert [s for s in plan.sections if s.state in FAILING_STATES] == []
        fresh = engine.rehearse(Request(origin="check", source="rev", all=True, apply="none"))
        assert fresh.texts == {}


def section(repo: Repo, page: str, heading: str) -> list[str]:
    """The entries below a heading of a page, without their bullets."""
    text = repo.read(page)
    if f"\n### {heading}\n" not in text:
        return []
    below = text.partition(f"\n### {heading}\n")[2].partition("\n#")[0].partition("<!--")[0]
    return [line.removeprefix("- ") for line in below.split("\n") if line]


def test_a_page_tells_what_a_component_uses_and_who_uses_it(world: Repo) -> None:
    assert section(world, CORE, "Used by") == ["[shop](../shop/README.md)"]
    assert section(world, SHOP, "Uses") == ["[core](../core/README.md)"]
    assert section(world, SHOP, "Packages") == ["`PyYAML`", "`requests`"]
    assert section(world, SHOP, "Environment variables") == ["`SHOP_HOME`"]
    assert section(world, SHOP, "Used by") == []


def test_a_new_import_changes_the_page_of_what_it_imports_in_the_same_commit(world: Repo) -> None:
    world.write("src/till/__init__.py", '"""The till."""\n')
    commit(world)
    world.write("src/till/__init__.py", '"""The till."""\n\nimport core\n')
    commit(world)
    assert section(world, CORE, "Used by") == ["[shop](../shop/README.md)", "[till](../till/README.md)"]
    world.write("src/till/__init__.py", '"""The till."""\n')
    commit(world)
    assert section(world, CORE, "Used by") == ["[shop](../shop/README.md)"]


def test_a_component_that_is_gone_uses_nothing(world: Repo) -> None:
    world.git("rm", "-q", "-r", "src/shop")
    commit(world)
    assert "## Dependencies" not in world.read(CORE)


def test_a_manifest_decides_what_is_a_package(world: Repo) -> None:
    before = world.read(SHOP)
    world.write("pyproject.toml", MANIFEST.replace(">=6", ">=7").replace("socks", "security"))
    commit(world)
    assert world.read(SHOP) == before
    world.write("pyproject.toml", MANIFEST.replace("PyYAML", "ruamel.yaml"))
    commit(world)
    assert section(world, SHOP, "Packages") == ["`requests`"]


def test_what_an_import_of_the_language_itself_changes_is_no_page(world: Repo) -> None:
    before = world.git("ls-tree", "-r", "HEAD", "docs")
    world.replace(
        "src/core/_impl.py",
        "\n\n\ndef run(a):\n    return a",
        "\n\nimport re\n\n\ndef run(a):\n    return re",
    )
    commit(world)
    assert world.git("ls-tree", "-r", "HEAD", "docs") == before


def test_documentation_that_ceases_to_be_some_leaves_the_page(world: Repo) -> None:
    assert "Inside." in world.read(CORE)
    world.replace("src/core/_impl.py", '"""Inside."""', 'import re\n\n"""Inside."""')
    commit(world)
    assert "Inside." not in world.read(CORE)


def test_an_internal_name_is_folded_until_it_is_handed_out(world: Repo) -> None:
    assert "#### `run`" in world.read(CORE)
    assert "#### `walk`" not in world.read(CORE)
    world.write(
        "src/core/__init__.py",
        '"""The core."""\n\nfrom core._impl import run, walk\n\n__all__ = ["run", "walk"]\n',
    )
    commit(world)
    assert "#### `walk`" in world.read(CORE)
    world.write("src/core/_impl.py", world.read("src/core/_impl.py") + "\n\ndef stop():\n    pass\n")
    commit(world)
    assert "#### `stop`" not in world.read(CORE)
    assert "`stop`" in world.read(CORE)


def test_the_index_tells_what_is_left_out_and_why(world: Repo) -> None:
    index = "docs/repodoc/README.md"
    assert "## Not described here" not in world.read(index)
    world.write("tests/test_core.py", "import core\n")
    commit(world)
    assert "\n## Not described here\n\n- tests in `tests/`\n" in world.read(index)
    before = world.read(index)
    world.write("tests/test_more.py", "import core\n")
    commit(world)
    assert world.read(index) == before
    world.git("rm", "-q", "-r", "tests")
    commit(world)
    assert "## Not described here" not in world.read(index)


def test_the_only_component_has_its_parts_drawn_once(repo: Repo) -> None:
    index, page = "docs/repodoc/README.md", "docs/repodoc/src/shop/README.md"
    for name in ("till", "stock"):
        classes = "".join(f'class {name.title()}{n}:\n    """One."""\n\n\n' for n in range(60))
        repo.write(f"src/shop/{name}.py", f"{'import shop.till' if name == 'stock' else ''}\n\n\n{classes}")
    repo.write("src/shop/__init__.py", '"""Sells."""\n')
    commit(repo)
    assert " --> " in repo.read(index)
    assert " --> " not in repo.read(page)
    repo.write("src/other/__init__.py", '"""Other."""\n')
    commit(repo)
    assert " --> " in repo.read(page)
    repo.git("rm", "-q", "-r", "src/other")
    commit(repo)
    assert " --> " not in repo.read(page)


def test_beside_small_components_the_parts_of_the_main_one_are_drawn(repo: Repo) -> None:
    index, page = "docs/repodoc/README.md", "docs/repodoc/src/shop/README.md"
    for name in ("till", "stock"):
        classes = "".join(f'class {name.title()}{n}:\n    """One."""\n\n\n' for n in range(60))
        repo.write(f"src/shop/{name}.py", f"{'import shop.till' if name == 'stock' else ''}\n\n\n{classes}")
    for number in range(10):
        repo.write(f"src/shop/small{number}.py", "LIMIT = 1\n")
    repo.write("src/shop/__init__.py", '"""Sells."""\n')
    repo.write("src/extra/__init__.py", '"""Extra."""\n\nimport shop.till\n')
    commit(repo)
    drawn = repo.read(index).partition("## Architecture")[2]
    assert '["stock.py"] --> ' in drawn
    assert '["extra"] --> ' in drawn
    assert " --> " not in repo.read(page)
    for number in range(3):
        repo.write(f"src/extra/more{number}.py", "LIMIT = 1\n")
    commit(repo)
    drawn = repo.read(index).partition("## Architecture")[2]
    assert '["stock.py"] --> ' not in drawn
    assert '["extra"] --> ' in drawn
    assert " --> " in repo.read(page)


def test_a_file_and_the_directory_of_its_name_are_one_box(repo: Repo) -> None:
    def functions(name: str) -> str:
        return "".join(f"/** Does {n}. */\nexport function {name}{n}() {{}}\n" for n in range(160))

    repo.write("package.json", '{"name": "shop", "main": "src/till.js"}')
    repo.write("src/till.js", f"import {{ stock1 }} from './stock.js';\n{functions('till')}")
    repo.write("src/stock.js", f"export * from './stock/shelf.js';\n{functions('stock')}")
    repo.write("src/stock/shelf.js", f"import {{ stock2 }} from '../stock.js';\n{functions('shelf')}")
    repo.write("src/stock/goods.js", f"import './shelf.js';\n{functions('goods')}")
    commit(repo)
    drawn = repo.read("docs/repodoc/README.md").partition("## Architecture")[2].partition("```\n")[0]
    assert '["till.js"] --> ' in drawn
    assert drawn.count(" --> ") == 1
    assert "stock.js" not in drawn
    repo.write("src/goods.js", functions("more") + functions("most"))
    repo.write("src/stock.js", f"import './goods.js';\n{functions('stock')}")
    commit(repo)
    drawn = repo.read("docs/repodoc/README.md").partition("## Architecture")[2].partition("```\n")[0]
    assert '["stock"] --> ' in drawn
    repo.git("rm", "-q", "-r", "src/stock")
    commit(repo)
    drawn = repo.read("docs/repodoc/README.md").partition("## Architecture")[2].partition("```\n")[0]
    assert '["stock.js"] --> ' in drawn


def test_branches_that_use_a_component_merge(world: Repo) -> None:
    for name in ("apple", "pear"):
        world.write(f"src/{name}/__init__.py", f'"""Sells {name}s."""\n')
    commit(world)
    main = world.git("rev-parse", "--abbrev-ref", "HEAD").strip()
    for name in ("apple", "zebra"):
        world.git("checkout", "-q", "-b", f"use-{name}", main)
        world.write(f"src/{name}/__init__.py", f'"""Sells {name}s."""\n\nimport core\n')
        commit(world)
    world.git("merge", "-q", "--no-verify", "-m", "Merge", "use-apple")
    commit(world)
    assert [line.partition("]")[0] for line in section(world, CORE, "Used by")] == [
        "[apple",
        "[shop",
        "[zebra",
    ]


@dataclass(frozen=True)
class Module:
    """A module of a package: what it imports, hands out, reads."""

    path: str
    imports: tuple[str, ...]
    functions: tuple[str, ...]
    variable: str

    def text(self) -> str:
        """Its source."""
        lines = [
            f'"""About {self.path}."""',
            "",
            "import os",
            *(f"import {name}" for name in self.imports),
            "",
        ]
        if self.path.endswith("__init__.py"):
            lines += [f"from .{name} import *" for name in self.functions]
        else:
            lines += [f"\n\ndef {name}(a):\n    return a" for name in self.functions]
        if self.variable:
            lines.append(f'\nVALUE = os.environ["{self.variable}"]')
        return "\n".join(lines) + "\n"


PACKAGES = ("alpha", "beta", "gamma")
modules = st.builds(
    Module,
    st.builds(
        "src/{}/{}.py".format, st.sampled_from(PACKAGES), st.sampled_from(["__init__", "_inner", "outer"])
    ),
    st.lists(
        st.sampled_from(["alpha", "beta._inner", "gamma.outer", "yaml", "requests", "re"]),
        max_size=3,
        unique=True,
    ).map(tuple),
    st.lists(st.sampled_from(["_inner", "outer", "run"]), max_size=2, unique=True).map(tuple),
    st.sampled_from(["", "", "ONE", "TWO"]),
)
manifests = st.sampled_from(["PyYAML", "requests", "click"]).map(
    lambda name: f'[project]\nname = "x"\nversion = "1"\ndependencies = ["{name}"]\n'
)
edits = st.one_of(modules, modules, modules, manifests)


@settings(max_examples=15)
@given(changes=st.lists(st.lists(edits, min_size=1, max_size=2), min_size=2, max_size=4))
def test_every_commit_has_the_pages_of_a_fresh_rendering(
    tmp_path_factory: pytest.TempPathFactory, changes: Sequence[Sequence[Module | str]]
) -> None:
    repo = Repo.init(tmp_path_factory.mktemp("walk") / "repo")
    for package in PACKAGES:
        repo.write(f"src/{package}/__init__.py", f'"""About {package}."""\n')
        repo.write(f"src/{package}/_inner.py", "def inner(a):\n    return a\n")
    commit(repo)
    for change in changes:
        for edit in change:
            if isinstance(edit, Module):
                repo.write(edit.path, edit.text())
            else:
                repo.write("pyproject.toml", edit)
        commit(repo)


def test_a_package_of_another_name_is_no_more_what_others_import(repo: Repo) -> None:
    manifest = '{"name": "@x/a", "main": "./src/index.ts"}\n'
    repo.write("package.json", '{"name": "all", "private": true, "workspaces": ["packages/*"]}\n')
    repo.write("packages/a/package.json", manifest)
    repo.write("packages/a/src/index.ts", "/** Foo. */\nexport function foo() {}\n")
    repo.write("packages/b/package.json", '{"name": "@x/b", "dependencies": {"@x/a": "*"}}\n')
    repo.write("packages/b/src/index.ts", "import { foo } from '@x/a';\nexport const b = foo();\n")
    commit(repo)
    used, page = "docs/repodoc/packages/a/README.md", "docs/repodoc/packages/b/README.md"
    before = repo.read(used)
    assert "### Used by" in before
    repo.write("packages/a/package.json", manifest.replace("@x/a", "@x/aa"))
    commit(repo)
    assert "### Used by" not in repo.read(used)
    assert section(repo, page, "Packages") == ["`@x/a`"]
    repo.write("packages/a/package.json", manifest)
    commit(repo)
    assert repo.read(used) == before
