"""A manifest that changes what imports mean makes exactly the pages stale that show it otherwise."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from repodoc_hooks.analysis.manifest_rules import import_rules, read_by, rules
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
        (
            "go.mod",
            "module a\n\nrequire x v1.0.0\n",
            "module a // b\n\ngo 1.22\n\nrequire (\n\tx v1.0.1\n)\n",
            True,
        ),
        ("go.mod", "module a\n", "module a\n\nreplace (\n\tx => ../x\n)\n", False),
        ("go.work", "use ./a\n", "use (\n\t./a\n\t./b\n)\n", False),
        ("package.json", '{"version": "1"}', '{"version": "2"}', True),
        ("package.json", '{"main": "a.js"}', '{"main": "b.js"}', False),
        ("package.json", '{"main": "a.js"}', "{", False),
        ("Cargo.toml", '[dependencies]\nx = "1"\n', '[dependencies]\nx = "2"\n', True),
        ("Cargo.toml", '[dependencies]\nx = {path = "a"}\n', '[dependencies]\nx = {path = "b"}\n', False),
        ("Cargo.toml", '[package]\nname = "a"\n', '[package]\nname = "b"\n', False),
        ("composer.json", '{"require": {"x": "1"}}', '{"require": {"x": "2"}}', True),
        ("composer.json", '{"autoload": {}}', '{"autoload": {"psr-4": {"A": "src"}}}', False),
        ("composer.json", '{"bin": ["bin/a"]}', '{"bin": ["bin/b"]}', False),
        ("Package.swift", '.target(name: "A") // b', '.target( name: "A")', True),
        ("Package.swift", "", '.executable(name: "a", targets: ["A"])', False),
        ("a/tsconfig.base.json", "{ }", "{  }", True),
        ("a/build.gradle.kts", 'api("x:y:1.0")\n', 'api("x:y:2.0")\n', True),
        ("a/build.gradle.kts", 'api(project(":a"))\n', 'api(project(":b"))\n', False),
        ("settings.gradle", "include ':a'\n", "include ':a', ':b'\n", False),
        ("settings.gradle", "", "project(':a').projectDir = file('b')\n", False),
        ("build.gradle", "", "plugins { id 'a' }\n", False),
        ("build.gradle", "", "// api(project(':a'))\n", True),
        (
            "A.csproj",
            "<Project/>",
            "<Project><!-- <ProjectReference Include='B.csproj'/> --></Project>",
            True,
        ),
        ("pom.xml", "<p/>", "<p><parent><artifactId>a</artifactId></parent></p>", False),
        ("A.csproj", "<Project><X V='1'/></Project>", "<Project><X V='2'/></Project>", True),
        ("A.csproj", "<Project/>", "<Project><Using Include='B.C'/></Project>", False),
        ("GlobalUsings.cs", "global using A;\n", "global using A;\nglobal using B;\n", False),
        ("GlobalUsings.cs", "global using A;\n", "// Opens A.\nglobal using A;\n", True),
        ("A.csproj", "<Project/>", "<Project><ProjectReference Include='..\\B\\B.csproj'/></Project>", False),
        ("package.json", '{"name":"a"}', '{"name":"a","bin":"x.js"}', False),
        ("package.json", '{"dependencies":{"a":"1"}}', '{"dependencies":{"a":"2"}}', True),
        ("package.json", '{"dependencies":{"a":"1"}}', '{"dependencies":{"a":"file:a"}}', False),
        ("pyproject.toml", "[project]\nversion='1'", "[project]\nversion='2'", True),
        ("pyproject.toml", "[project]\nname='a'", "[project.scripts]\na='a:b'", False),
        ("setup.cfg", "[options]", "[options.entry_points]\nconsole_scripts =\n  a = a:b", False),
        ("setup.py", "setup()", "setup(entry_points={'console_scripts': ['a=b:c']})", False),
        ("a.gemspec", "s.version = '1'", "s.version = '2'", True),
        ("a.gemspec", "s.executables = ['a']", "s.executables = ['b']", False),
        ("CMakeLists.txt", "install(FILES a.h)", "install(FILES b.h)", False),
        ("CMakeLists.txt", "project(a)", "project(b)", True),
        ("pom.xml", "<p><version>1</version></p>", "<p><version>2</version></p>", True),
        ("Package.swift", 'let tools = 1\n.target(name: "A")', '.target(name: "A") // more', True),
        ("Package.swift", '.target(name: "A")', '.target(name: "B")', False),
        ("Package.swift", '.target(name: "A")', '.target(name: "A", path: "lib")', False),
        ("pom.xml", "<p/>", "<p><dependencies><d><artifactId>b</artifactId></d></dependencies></p>", False),
    ],
)
def test_only_what_concerns_imports_counts(path: str, before: str, after: str, same: bool) -> None:
    assert read_by(path)
    assert (import_rules(path, before.encode()) == import_rules(path, after.encode())) is same


def test_most_files_decide_nothing() -> None:
    assert not any(
        map(read_by, ["setup.json", "poetry.lock", "src/app.ts", "README.md", "package-lock.json"])
    )


MANIFEST = """[project]
name = "depot"
[project.scripts]
depot = "depot.cli:main"
"""


def test_commands_that_come_and_go_change_the_page_and_the_log(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("commands")
    repo.write("pyproject.toml", MANIFEST)
    repo.write("src/depot/__init__.py", "")
    repo.write("src/depot/cli.py", "def main(): ...\n")
    repo.repodoc("init", "--yes")
    repo.commit("Set up")
    page = "docs/repodoc/src/depot/README.md"
    assert "console script depot" in repo.read(page)
    repo.write("pyproject.toml", MANIFEST.replace("depot =", "keep ="))
    assert "src/depot#surface" in stale(repo)
    repo.commit("Rename the command")
    assert "console script keep" in repo.read(page)
    assert "console script depot" not in repo.read(page)
    assert "pyproject.toml changed" in repo.repodoc("log", "-n", "1").output
    assert repo.repodoc("check", "--full").returncode == 0


def test_the_page_of_the_top_tells_what_is_no_longer_offered(make_repo: Callable[..., Repo]) -> None:
    repo = make_repo("offers")
    repo.write("package.json", json.dumps({"name": "offers", "main": "src/index.js"}) + "\n")
    repo.write("src/index.js", "export { compose } from './compose.js'\nexport { other } from './other.js'\n")
    repo.write("src/compose.js", "export function compose() {}\n")
    repo.write("src/other.js", "export function other() {}\n")
    repo.repodoc("init", "--yes")
    repo.commit("Set up")
    repo.write("src/index.js", "export { other } from './other.js'\n")
    repo.commit("Drop a name")
    told = repo.repodoc("log", "-n", "1").output
    assert "`compose` is no longer exported" in told
    assert "docs/repodoc/README.md" in repo.changed()


def test_dependencies_on_packages_of_the_repository_decide_what_imports_mean() -> None:
    own, other = b'{"name": "a"}', b'{"name": "b", "dependencies": {"x": "^1.0.0"}}'
    with_a = b'{"name": "b", "dependencies": {"x": "^2.0.0", "a": "^1.0.0"}}'
    with_y = b'{"name": "b", "dependencies": {"x": "^2.0.0", "y": "^1.0.0"}}'

    def told(data: bytes) -> str:
        return rules({"p/a/package.json": own, "p/b/package.json": data}, lambda path: b"")[
            "p/b/package.json"
        ]

    assert told(other) == told(with_y) != told(with_a)
    assert told(with_a) == told(with_a.replace(b"^1", b"^3"))


TARGETS = """import PackageDescription
let package = Package(name: "Kit", targets: [.target(name: "App"), .target(name: "%s", path: "lib")])
"""
PARENT = """<project><artifactId>parent</artifactId><dependencies><dependency>
<artifactId>%s</artifactId></dependency></dependencies></project>
"""
TYPE = "package org.kit;\n/** A kit. */\npublic class Kit {}\n"
ELSEWHERE = {
    "lib": {
        "Package.swift": TARGETS % "Lib",
        "Sources/App/app.swift": "import Lib\n/// Runs.\npublic struct App { var kit: Kit }\n",
        "lib/kit.swift": "/// A kit.\npublic struct Kit {}\n",
    },
    "src/old": {
        **FILES,
        "tsconfig.json": '{"extends": "./config/all"}\n',
        "config/all.json": '{"extends": "./paths.json"}\n',
        "config/paths.json": '{"compilerOptions": {"paths": {"@lib/*": ["../src/old/*"]}}}\n',
    },
    "core": {
        "pom.xml": "<project><artifactId>all</artifactId></project>\n",
        "parent/pom.xml": PARENT % "core",
        "core/pom.xml": "<project><artifactId>core</artifactId></project>\n",
        "more/pom.xml": "<project><artifactId>more</artifactId></project>\n",
        "app/pom.xml": "<project><parent><artifactId>parent</artifactId>"
        "<relativePath>../parent/pom.xml</relativePath></parent><artifactId>app</artifactId></project>\n",
        "core/src/main/java/org/kit/Kit.java": TYPE,
        "more/src/main/java/org/kit/Kit.java": TYPE,
        "app/src/main/java/org/app/App.java": "package org.app;\nimport org.kit.Kit;\n"
        "/** Runs. */\npublic class App { public Kit kit() { return null; } }\n",
    },
}

REFERENCE = '<Project><ItemGroup><ProjectReference Include="%s"/></ItemGroup></Project>\n'
for project in ("src/Core", "src/More"):
    ELSEWHERE.setdefault("src/Core", {}).update(
        {
            f"{project}/{project[4:]}.csproj": "<Project/>\n",
            f"{project}/Kit.cs": "namespace Kits;\n/// <summary>A kit.</summary>\npublic class Kit { }\n",
        }
    )
ELSEWHERE["src/Core"] |= {
    "meta/Meta.csproj": REFERENCE % "../src/Core/Core.csproj",
    "src/App/App.csproj": REFERENCE % "../../meta/Meta.csproj",
    "src/App/App.cs": "using Kits;\nnamespace Apps;\n/// <summary>Runs.</summary>\n"
    "public class App { public Kit Get() => null; }\n",
}


@pytest.mark.parametrize(
    ("used", "path", "before", "after"),
    [
        ("lib", "Package.swift", '"Lib"', '"Other"'),
        ("src/old", "config/paths.json", "src/old", "src/new"),
        ("core", "parent/pom.xml", "core", "more"),
        ("src/Core", "meta/Meta.csproj", "Core", "More"),
    ],
)
def test_manifests_decide_wherever_they_stand(
    make_repo: Callable[..., Repo], used: str, path: str, before: str, after: str
) -> None:
    repo = make_repo("elsewhere")
    repo.write_all(ELSEWHERE[used])
    repo.repodoc("init", "--yes")
    repo.commit("Set up")
    page = f"docs/repodoc/{used}/README.md"
    assert "### Used by" in repo.read(page)
    repo.write(path, repo.read(path).replace(before, after))
    repo.commit("Let it mean something else")
    assert "### Used by" not in repo.read(page)
    assert repo.repodoc("check", "--full").returncode == 0
    repo.git("revert", "--no-edit", "HEAD")
    repo.repodoc("update")
    assert "### Used by" in repo.read(page)
    assert repo.repodoc("check", "--full").returncode == 0
