"""Components that move, split and merge: pages go with them, what people wrote is kept, links stay valid."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

from tests.isolation import user_settings
from tests.repos import Repo

DOCS = "docs/repodoc"
REMARK = "\n## Our remarks\n\nSee [the notes](../../../../NOTES.md) of the team.\n"
Step = Callable[[Repo, str], None]


def function(name: str, *imports: str) -> str:
    """A module with one function of a name of its own."""
    lines = [f"from {module} import {taken}" for module, _, taken in (i.partition(":") for i in imports)]
    return "\n".join(
        ['"""About ' + name + '."""', *lines, "", "", f"def {name}(a):", f"    return {name!r}, a", ""]
    )


def by_update(repo: Repo, message: str) -> None:
    """Commit past the hooks, then bring the pages up to date."""
    repo.commit(message, hooks=False)
    repo.repodoc("update", check=False)
    repo.commit("Update the pages", hooks=False) if not repo.is_clean() else None


def by_commit(repo: Repo, message: str) -> None:
    """Commit with the native hooks, which put the pages into the same commit."""
    repo.commit(message)
    assert repo.is_clean()


@pytest.fixture(params=[by_update, by_commit], ids=["update", "hooks"])
def step(request: pytest.FixtureRequest) -> Step:
    """How a change and its pages are brought into the repository."""
    found: Step = request.param
    return found


@pytest.fixture
def world(repo: Repo) -> Repo:
    """Three packages, `shop` importing the other two, with pages in their first commit."""
    names = {"core": ("ape", "bee", "cow", "dog"), "tools": ("eel", "fox"), "shop": ("gnu",)}
    for package, modules in names.items():
        repo.write(f"src/{package}/__init__.py", f'"""The {package}."""\n')
        for name in modules:
            imports = ("core.ape:ape", "tools.eel:eel") if package == "shop" else ()
            repo.write(f"src/{package}/{name}.py", function(name, *imports))
    repo.write("README.md", "# World\n\nA world of three small packages.\n")
    repo.write("NOTES.md", "# Notes\n")
    repo.repodoc("init", "--yes")
    repo.commit("Start")
    return repo


def remark(repo: Repo, component: str) -> None:
    """A person writes below the API of a component's page."""
    path = f"{DOCS}/{component}/README.md"
    end = "<!-- repodoc:end api -->\n"
    repo.replace(path, end, end + REMARK)
    repo.commit(f"Remark on {component}")


def dead_links(repo: Repo) -> list[str]:
    """Links of the pages and of their outlines that lead nowhere."""
    found = []
    for file in sorted((repo.path / DOCS).rglob("*.md")):
        page = PurePosixPath(file.relative_to(repo.path))
        text = re.sub(r"`[^`\n]*`", "", file.read_text())
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            path, _, _ = unquote(target).partition("#")
            if not (repo.path / page.parent / path).exists():
                found.append(f"{page}: {target}")
    return found


def pages(repo: Repo) -> set[str]:
    """What has a page in the work tree: directories, and files."""
    top = repo.path / DOCS
    found = (str(file.relative_to(top)).removesuffix(".md") for file in top.rglob("*.md"))
    return {"." if name == "README" else name.removesuffix("/README") for name in found}


def findings(repo: Repo) -> dict[str, str]:
    """What `check --full` finds, page by page."""
    done = repo.repodoc("check", "--full", "--format", "json", check=False)
    sections = json.loads(done.stdout)["sections"]
    found = {s["path"]: s["state"] for s in sections if s["state"] != "current"}
    assert done.returncode == (1 if found else 0), done.output
    return found


def settled(repo: Repo, *expected: str) -> None:
    """The pages are those of the expected components, current, and every link on them leads somewhere."""
    assert pages(repo) == {".", *expected}
    assert findings(repo) == {}
    assert dead_links(repo) == []
    fresh = {path: (repo.path / DOCS / path / "README.md").read_bytes() for path in expected}
    repo.repodoc("update", "--all")
    assert fresh == {path: (repo.path / DOCS / path / "README.md").read_bytes() for path in expected}


def move(repo: Repo, *pairs: tuple[str, str]) -> None:
    for old, new in pairs:
        (repo.path / new).parent.mkdir(parents=True, exist_ok=True)
        repo.git("mv", old, new)


def test_a_renamed_package_takes_its_page_along(world: Repo, step: Step) -> None:
    remark(world, "src/core")
    move(world, ("src/core", "src/kernel"))
    world.write("src/shop/gnu.py", function("gnu", "kernel.ape:ape", "tools.eel:eel"))
    step(world, "Rename core")
    settled(world, "src/kernel", "src/tools", "src/shop")
    assert REMARK in world.read(f"{DOCS}/src/kernel/README.md")
    assert "[core]" not in world.read(f"{DOCS}/README.md")
    assert "kernel" in world.read(f"{DOCS}/src/shop/README.md")


def test_a_file_moved_between_packages_changes_both_pages(world: Repo, step: Step) -> None:
    remark(world, "src/core")
    remark(world, "src/tools")
    move(world, ("src/core/ape.py", "src/tools/ape.py"))
    world.write("src/shop/gnu.py", function("gnu", "tools.ape:ape", "tools.eel:eel"))
    step(world, "Move ape")
    settled(world, "src/core", "src/tools", "src/shop")
    assert "def ape" not in world.read(f"{DOCS}/src/core/README.md")
    assert "def ape" in world.read(f"{DOCS}/src/tools/README.md")
    assert all(REMARK in world.read(f"{DOCS}/src/{name}/README.md") for name in ("core", "tools"))


def test_a_package_that_gives_birth_to_another_keeps_its_page(world: Repo, step: Step) -> None:
    remark(world, "src/core")
    move(world, ("src/core/cow.py", "src/farm/cow.py"), ("src/core/dog.py", "src/farm/dog.py"))
    step(world, "Split core")
    settled(world, "src/core", "src/farm", "src/tools", "src/shop")
    assert REMARK in world.read(f"{DOCS}/src/core/README.md")
    assert REMARK not in world.read(f"{DOCS}/src/farm/README.md")


def test_a_package_split_in_two_new_ones_gives_its_page_to_the_one_that_is_most_like_it(
    world: Repo, step: Step
) -> None:
    remark(world, "src/core")
    big = [(f"src/core/{name}.py", f"src/zoo/{name}.py") for name in ("__init__", "ape", "bee", "cow")]
    move(world, *big, ("src/core/dog.py", "src/farm/dog.py"))
    world.write("src/shop/gnu.py", function("gnu", "zoo.ape:ape", "tools.eel:eel"))
    step(world, "Split core in two")
    settled(world, "src/zoo", "src/farm", "src/tools", "src/shop")
    assert REMARK in world.read(f"{DOCS}/src/zoo/README.md")


def test_a_package_split_in_many_leaves_what_people_wrote_in_a_reported_orphan(
    world: Repo, step: Step
) -> None:
    remark(world, "src/core")
    move(
        world,
        *((f"src/core/{name}.py", f"src/{name}_/{name}.py") for name in ("ape", "bee", "cow", "dog")),
    )
    world.git("rm", "-q", "src/core/__init__.py")
    world.write("src/shop/gnu.py", function("gnu", "ape_.ape:ape", "tools.eel:eel"))
    step(world, "Scatter core")
    orphan = f"{DOCS}/src/core/README.md"
    assert findings(world) == {orphan: "orphan"}
    assert REMARK in world.read(orphan)
    assert [link for link in dead_links(world) if not link.startswith(orphan)] == []
    done = world.repodoc("update", check=False)
    assert done.returncode == 1
    said = done.stderr
    assert orphan in said
    assert "move their text" in said
    world.git("rm", "-q", orphan)
    step(world, "Take the orphan away")
    settled(world, *(f"src/{name}_" for name in ("ape", "bee", "cow", "dog")), "src/tools", "src/shop")


@pytest.mark.parametrize("written", ["nothing", "remark", "summary"])
def test_two_packages_merged_into_one_leave_one_page(world: Repo, step: Step, written: str) -> None:
    orphan = f"{DOCS}/src/tools/README.md"
    if written == "remark":
        remark(world, "src/tools")
    elif written == "summary":
        world.replace(orphan, "The tools.\n", "The tools, in our own words.\n")
        world.commit("Say it ourselves")
    kept = world.read(orphan)
    move(world, ("src/tools/eel.py", "src/core/eel.py"), ("src/tools/fox.py", "src/core/fox.py"))
    world.git("rm", "-q", "src/tools/__init__.py")
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "core.eel:eel"))
    step(world, "Merge tools into core")
    assert "def eel" in world.read(f"{DOCS}/src/core/README.md")
    if written == "nothing":
        settled(world, "src/core", "src/shop")
    else:
        assert findings(world) == {orphan: "orphan"}
        assert world.read(orphan) == kept
        assert "tools" not in world.read(f"{DOCS}/README.md")
        world.git("rm", "-q", orphan)
        step(world, "Take the orphan away")
        settled(world, "src/core", "src/shop")


def test_two_packages_merged_into_a_new_one_hand_on_the_page_of_the_larger(world: Repo, step: Step) -> None:
    remark(world, "src/core")
    move(
        world,
        ("src/core", "src/all"),
        ("src/tools/eel.py", "src/all/eel.py"),
        ("src/tools/fox.py", "src/all/fox.py"),
    )
    world.git("rm", "-q", "src/tools/__init__.py")
    world.write("src/shop/gnu.py", function("gnu", "all.ape:ape", "all.eel:eel"))
    step(world, "Merge both")
    settled(world, "src/all", "src/shop")
    assert REMARK in world.read(f"{DOCS}/src/all/README.md")


def test_a_package_that_moves_into_another_is_told_on_its_page(world: Repo, step: Step) -> None:
    move(world, ("src/tools", "src/core/deep/tools"))
    world.write("src/core/deep/__init__.py", '"""Depths."""\n')
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "core.deep.tools.eel:eel"))
    step(world, "Sink the tools")
    settled(world, "src/core", "src/shop")
    assert "deep/tools/eel.py" in world.read(f"{DOCS}/src/core/README.md")


def test_a_package_that_moves_into_a_folder(world: Repo, step: Step) -> None:
    """A page that changes its folder: the links that we write on it lead on."""
    move(world, ("src/tools", "src/deep/er/tools"))
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "deep.er.tools.eel:eel"))
    step(world, "Sink the tools")
    settled(world, "src/core", "src/deep/er/tools", "src/shop")


def test_titles_that_others_force_stay_when_one_component_is_edited(repo: Repo) -> None:
    for folder in ("a", "b"):
        repo.write(f"{folder}/util/x.c", f"int {folder}_of(int x) {{ return x; }}\n")
    repo.repodoc("init", "--yes")
    repo.commit("Start")
    assert "\n# a/util\n" in repo.read(f"{DOCS}/a/util/README.md")
    repo.write("a/util/x.c", "int a_of(int x, int y) { return x + y; }\n")
    by_commit(repo, "Widen")
    assert "\n# a/util\n" in repo.read(f"{DOCS}/a/util/README.md")
    assert "int y" in repo.read(f"{DOCS}/a/util/README.md")
    settled(repo, "a/util", "b/util")


def test_there_and_back_again_leaves_the_pages_as_they_were(world: Repo, step: Step) -> None:
    remark(world, "src/core")
    before = {name: world.read(f"{DOCS}/{name}/README.md") for name in pages(world)}
    move(world, ("src/core/dog.py", "src/farm/dog.py"), ("src/tools", "src/gear"))
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "gear.eel:eel"))
    step(world, "Change everything")
    settled(world, "src/core", "src/farm", "src/gear", "src/shop")
    move(world, ("src/farm/dog.py", "src/core/dog.py"), ("src/gear", "src/tools"))
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "tools.eel:eel"))
    step(world, "Change it back")
    settled(world, "src/core", "src/tools", "src/shop")
    assert {name: world.read(f"{DOCS}/{name}/README.md") for name in pages(world)} == before


def test_a_branch_that_moved_a_package_merges_with_one_that_edited_it(world: Repo, tmp_path: Path) -> None:
    world.git("switch", "-q", "-c", "moved")
    move(world, ("src/tools", "src/gear"))
    world.write("src/shop/gnu.py", function("gnu", "core.ape:ape", "gear.eel:eel"))
    by_commit(world, "Rename tools")
    world.git("switch", "-q", "main")
    world.replace("src/tools/fox.py", "def fox(a):", "def fox(a, b):")
    by_commit(world, "Widen fox")
    world.git("merge", "-q", "--no-edit", "moved", check=False)
    if world.git("diff", "--name-only", "--diff-filter=U"):
        world.repodoc("resolve")
        world.git("commit", "-q", "--no-edit")
    world.repodoc("update")
    assert "src/gear" in pages(world)
    assert "def fox(a, b)" in world.read(f"{DOCS}/src/gear/README.md")
    settled(world, "src/core", "src/gear", "src/shop")


def test_a_file_of_another_name_in_its_package_asks_nothing(repo: Repo) -> None:
    """Prose of a model says nothing of file names: neither the package's nor its user's is asked for again."""
    script = Path(__file__).parents[1] / "fake_claude.py"
    log, command = repo.path.parent / "calls", repo.path.parent / "claude"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -S -E "{script}"\n')
    command.chmod(0o755)
    user_settings(f"backends: {{claude: {{command: {command}}}}}\n")
    env = {"FAKE_CLAUDE_LOG": str(log), "ANTHROPIC_API_KEY": "none"}
    repo.write(".repodoc.yaml", "version: 1\nbackends: {order: [claude, offline]}\ndeep: {sections: []}\n")
    repo.write("pkg/__init__.py", '"""Things."""\n')
    repo.write("pkg/old.py", '"""Old."""\n\n\ndef bell():\n    """Ring."""\n    return 1\n')
    repo.write("user/__init__.py", '"""Uses."""\n')
    repo.write("user/a.py", "from pkg import old\n\n\ndef go():\n    return old.bell()\n")
    repo.git("add", "-A")
    repo.repodoc("update", env=env)
    repo.commit("Set up")
    calls = log.read_text()
    assert calls
    repo.git("mv", "pkg/old.py", "pkg/new.py")
    repo.repodoc("update", "--staged", env=env)
    assert log.read_text() == calls
    assert "new.py" in repo.read("docs/repodoc/pkg/README.md")
    assert repo.repodoc("check", "--staged", env=env, check=False).returncode == 0
