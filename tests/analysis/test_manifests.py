"""A manifest that changes what imports mean makes exactly the pages stale that show it otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from repodoc_hooks.analysis.manifests import import_rules, read_by
from tests.repos import Repo

TSCONFIG = '{"compilerOptions": {"baseUrl": ".", "paths": {"@lib/*": ["%s/*"]}}}\n'
FILES = {
    "package.json": '{"name": "sample", "version": "1.0.0"}\n',
    "tsconfig.json": TSCONFIG % "src/old",
    "src/old/speak.ts": "export function speak(): string { return 'old'; }\n",
    "src/new/speak.ts": "export function speak(): string { return 'new'; }\n",
    "src/app/main.ts": "import { speak } from '@lib/speak';\nexport function main(): string { return speak(); }\n",
    "src/alone/alone.ts": "export const alone = 1;\n",
    **{
        f"src/{part}/package.json": json.dumps({"name": part}) + "\n"
        for part in ("old", "new", "app", "alone")
    },
}


@pytest.fixture
def typed(make_repo: Callable[..., Repo]) -> Repo:
    repo = make_repo("typed")
    repo.write_all(FILES)
    repo.repodoc("init", "--yes")
    repo.commit("Set up")
    assert repo.repodoc("check", "--full").returncode == 0
    return repo


def stale(repo: Repo) -> set[str]:
    """Sections that a check finds stale."""
    found = json.loads(repo.repodoc("check", "--format", "json", check=False).stdout)
    return {section["id"] for section in found["sections"] if section["state"] == "stale"}


def test_other_paths_make_stale_who_uses_them(typed: Repo) -> None:
    page = typed.read("docs/repodoc/src/app/README.md")
    assert "src/old" in page
    typed.write("tsconfig.json", TSCONFIG % "src/new")
    assert stale(typed) == {
        "src/app#surface",
        "src/app#structure",
        "src/app#dependencies",
        "src/old#dependencies",
        "src/new#dependencies",
        ".#architecture",
    }
    assert "tsconfig.json changed what its imports mean" in typed.repodoc("plan").output
    typed.commit("Speak anew")
    assert "src/new" in typed.read("docs/repodoc/src/app/README.md")
    assert typed.repodoc("check", "--full").returncode == 0
    assert "docs/repodoc/src/alone/README.md" not in typed.changed()


def test_a_version_is_no_news(typed: Repo) -> None:
    typed.write("package.json", '{"name": "sample", "version": "1.0.1", "devDependencies": {"x": "2"}}\n')
    assert stale(typed) == set()
    typed.commit("Raise the version")
    assert typed.changed() == ["package.json"]


@pytest.mark.parametrize(
    ("path", "before", "after", "same"),
    [
        ("go.mod", "module a\n\nrequire x v1.0.0\n", "module b\n", False),
        ("package.json", '{"version": "1"}', '{"version": "2"}', True),
        ("package.json", '{"main": "a.js"}', '{"main": "b.js"}', False),
        ("package.json", '{"main": "a.js"}', "{", False),
        ("Cargo.toml", '[dependencies]\nx = "1"\n', '[dependencies]\nx = "2"\n', True),
        ("Cargo.toml", '[dependencies]\nx = {path = "a"}\n', '[dependencies]\nx = {path = "b"}\n', False),
        ("Cargo.toml", '[package]\nname = "a"\n', '[package]\nname = "b"\n', False),
        ("composer.json", '{"require": {"x": "1"}}', '{"require": {"x": "2"}}', True),
        ("composer.json", '{"autoload": {}}', '{"autoload": {"psr-4": {"A": "src"}}}', False),
        ("a/tsconfig.base.json", "{ }", "{  }", True),
        ("a/build.gradle.kts", 'api("x:y:1.0")\n', 'api("x:y:2.0")\n', True),
        ("a/build.gradle.kts", 'api(project(":a"))\n', 'api(project(":b"))\n', False),
        ("settings.gradle", "include ':a'\n", "include ':a', ':b'\n", False),
        ("A.csproj", "<Project><X V='1'/></Project>", "<Project><X V='2'/></Project>", True),
        ("A.csproj", "<Project/>", "<Project><ProjectReference Include='..\\B\\B.csproj'/></Project>", False),
        ("pom.xml", "<p><version>1</version></p>", "<p><version>2</version></p>", True),
        ("pom.xml", "<p/>", "<p><dependencies><d><artifactId>b</artifactId></d></dependencies></p>", False),
    ],
)
def test_only_what_concerns_imports_counts(path: str, before: str, after: str, same: bool) -> None:
    assert read_by(path)
    assert (import_rules(path, before.encode()) == import_rules(path, after.encode())) is same


def test_most_files_decide_nothing() -> None:
    assert not any(
        map(read_by, ["setup.json", "pyproject.toml", "src/app.ts", "README.md", "package-lock.json"])
    )
