"""Which files share a page."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.components import Discovery, discover, unique_titles
from repodoc_hooks.analysis.facts import Component
from repodoc_hooks.analysis.patterns import Patterns
from repodoc_hooks.config import Config, NamedComponent


def discovered(files: dict[str, str] | list[str], config: Config | None = None) -> Discovery:
    contents = files if isinstance(files, dict) else dict.fromkeys(files, "")
    return discover(
        [(path, f"oid of {path}") for path in contents],
        config or Config(),
        lambda path: contents.get(path, "").encode(),
    )


def found(files: dict[str, str] | list[str], config: Config | None = None) -> dict[str, Component]:
    return discovered(files, config).components


def layout(files: dict[str, str] | list[str], config: Config | None = None) -> dict[str, list[str]]:
    return {c.id: [f.path for f in c.files] for c in found(files, config).values()}


def named(files: dict[str, str] | list[str]) -> dict[str, tuple[str, str]]:
    """Component id -> title and kind."""
    return {c.id: (c.title, c.kind) for c in found(files).values()}


def kept(files: list[str]) -> list[str]:
    return sorted(path for group in layout(files).values() for path in group)


def test_the_outermost_python_package_is_a_component_with_what_is_below_it() -> None:
    components = found(
        [
            "src/app/__init__.py",
            "src/app/b.py",
            "src/app/a.py",
            "src/app/web/__init__.py",
            "src/app/ns/x.py",
            "src/app/ns/deep/__init__.py",
            "tool.py",
        ]
    )
    assert [(c.id, c.title, c.kind, len(c.files)) for c in components.values()] == [
        (".", "top level", "directory", 1),
        ("src/app", "app", "Python package", 6),
    ]
    assert components["src/app"].files[0].path == "src/app/__init__.py"
    assert components["src/app"].files[0].blob == "oid of src/app/__init__.py"


def test_python_distributions_name_their_packages() -> None:
    pyproject = "[project]\nname = '{}'\n"
    assert named(
        {
            "one/pyproject.toml": pyproject.format("big-one"),
            "one/src/big/one/core/__init__.py": "",
            "one/src/single.py": "",
            "two/pyproject.toml": pyproject.format("two"),
            "two/src/space/a.py": "",
            "two/src/space/below/b.py": "",
            "two/scripts/run.py": "",
            "three/setup.py": "from setuptools import setup\n",
            "three/three/__init__.py": "",
        }
    ) == {
        "one/src": ("big-one", "directory"),
        "one/src/big/one/core": ("big.one.core", "Python package"),
        "three/three": ("three", "Python package"),
        "two/scripts": ("scripts", "directory"),
        "two/src/space": ("space", "Python package"),
    }


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


def test_modules_of_maven_and_gradle_whatever_their_source_sets() -> None:
    pom = "<project xmlns='http://maven.apache.org/POM/4.0.0'><parent><artifactId>p</artifactId></parent>{}</project>"
    assert named(
        {
            "pom.xml": pom.format("<artifactId>all</artifactId>"),
            "core/pom.xml": pom.format("<artifactId>shop-core</artifactId>"),
            "core/src/main/java/com/shop/core/A.java": "",
            "core/src/main/java/com/shop/core/io/B.java": "",
            "core/src/test/java/com/shop/core/T.java": "",
            "kt/settings.gradle.kts": 'rootProject.name = "wires"\ninclude(":plain", ":deep:er")\ninclude("last")\n',
            "kt/build.gradle.kts": "",
            "kt/src/main/kotlin/Root.kt": "",
            "kt/wire/build.gradle.kts": "plugins {}\n",
            "kt/wire/common/src/io/Wire.kt": "",
            "kt/wire/jvm/src/io/Jvm.kt": "",
            "kt/wire/jvm/test/io/JvmTest.kt": "",
            "kt/multi/multi.gradle": "",
            "kt/multi/src/commonMain/kotlin/C.kt": "",
            "kt/multi/src/jvmMain/kotlin/J.kt": "",
            "kt/multi/src/commonTest/kotlin/T.kt": "",
            "kt/plain/src/P.java": "",
            "kt/deep/er/src/main/java/D.java": "",
            "kt/last/src/main/java/L.java": "",
        }
    ) == {
        "core": ("shop-core", "Maven module"),
        "kt": ("wires", "Gradle module"),
        "kt/deep/er": ("er", "Gradle module"),
        "kt/last": ("last", "Gradle module"),
        "kt/multi": ("multi", "Gradle module"),
        "kt/plain": ("plain", "Gradle module"),
        "kt/wire": ("wire", "Gradle module"),
    }


def test_projects_of_sbt() -> None:
    build = """
        lazy val root = (project in file(".")).aggregate(core, net)
        lazy val core = project
        lazy val net = project.in(file("modules/net")).dependsOn(core)
        lazy val `wire-io` = crossProject(JVMPlatform, JSPlatform).in(file("wire"))
        name := "depot"
    """
    assert named(
        {
            "build.sbt": build,
            "src/main/scala/depot/Main.scala": "",
            "core/src/main/scala/depot/core/A.scala": "",
            "modules/net/src/main/scala/depot/net/B.scala": "",
            "wire/shared/src/main/scala/depot/wire/C.scala": "",
            "wire/jvm/src/main/scala/depot/wire/D.scala": "",
        }
    ) == {
        ".": ("depot", "sbt project"),
        "core": ("core", "sbt project"),
        "modules/net": ("net", "sbt project"),
        "wire": ("wire", "sbt project"),
    }


def test_targets_of_a_swift_package() -> None:
    package = """// swift-tools-version:6.0
        let package = Package(name: "Depot", targets: [
            .target(name: "Core"),
            .target(name: "Net", dependencies: [.target(name: "Core"), "Log"], path: "./Library/Net"),
            .executableTarget(name: "depot", dependencies: ["Net"]),
            .testTarget(name: "CoreTests", dependencies: ["Core"]),
        ])"""
    assert named(
        {
            "Package.swift": package,
            "Sources/Core/A.swift": "",
            "Sources/Core/Inner/B.swift": "",
            "Library/Net/C.swift": "",
            "Sources/depot/main.swift": "",
            "Tests/CoreTests/T.swift": "",
            "Other/D.swift": "",
        }
    ) == {
        ".": ("Depot", "Swift package"),
        "Library/Net": ("Net", "Swift target"),
        "Sources/Core": ("Core", "Swift target"),
        "Sources/depot": ("depot", "Swift target"),
    }


def test_projects_gems_and_composer_packages() -> None:
    assert named(
        {
            "src/Shop.Core/Shop.Core.csproj": "<Project/>",
            "src/Shop.Core/Orders/Order.cs": "",
            "gem/wire.gemspec": "Gem::Specification.new do |s|\n  s.name = 'wire-rb'\nend\n",
            "gem/lib/wire.rb": "",
            "gem/lib/wire/tcp.rb": "",
            "gem/exe/wire.rb": "",
            "php/composer.json": json.dumps({"name": "acme/wire"}),
            "php/src/Wire.php": "",
            "php/src/Net/Tcp.php": "",
            "loose/a.rb": "",
        }
    ) == {
        "gem": ("wire-rb", "Ruby gem"),
        "loose": ("loose", "directory"),
        "php": ("acme/wire", "Composer package"),
        "src/Shop.Core": ("Shop.Core", "C# project"),
    }


def test_a_file_of_another_language_belongs_to_its_neighbours() -> None:
    assert layout(
        {
            "Cargo.toml": "[package]\nname = 'core'\n",
            "pyproject.toml": "[project]\nname = 'core'\n",
            "src/lib.rs": "",
            "src/a/mod.rs": "",
            "src/schema.py": "",
            "python/core/__init__.py": "",
            "python/core/fast.c": "",
            "tools/run.py": "",
        }
    ) == {
        ".": ["src/a/mod.rs", "src/lib.rs", "src/schema.py"],
        "python/core": ["python/core/__init__.py", "python/core/fast.c"],
        "tools": ["tools/run.py"],
    }


def test_a_directory_of_another_language_belongs_to_the_module_around_it() -> None:
    files = {
        "package.json": '{"name": "all"}',
        "native/pom.xml": "<project><artifactId>native</artifactId></project>",
        "native/src/main/java/A.java": "",
        "native/src/main/cpp/a.cpp": "",
        "scripts/run.py": "",
    }
    assert layout(files) == {
        "native": ["native/src/main/cpp/a.cpp", "native/src/main/java/A.java"],
        "scripts": ["scripts/run.py"],
    }


def test_a_django_application_keeps_its_scripts_although_the_top_is_an_npm_package() -> None:
    files = {"package.json": '{"name": "site"}', "shop/__init__.py": "", "shop/pick.js": "", "gulp/x.js": ""}
    assert layout(files) == {".": ["gulp/x.js"], "shop": ["shop/__init__.py", "shop/pick.js"]}


def test_titles_are_unique_by_the_shortest_path_that_tells() -> None:
    titles = {
        c.id: c.title
        for c in found(
            {
                "a/util/x.c": "",
                "b/util/x.c": "",
                "b/deep/util/x.c": "",
                "c/package.json": '{"name": "same"}',
                "c/x.js": "",
                "d/package.json": '{"name": "same"}',
                "d/x.js": "",
                "alone/x.c": "",
                "api/shop/v1/x.c": "",
            }
        ).values()
    }
    assert titles == {
        "a/util": "a/util",
        "alone": "alone",
        "api/shop/v1": "shop/v1",
        "b/deep/util": "deep/util",
        "b/util": "b/util",
        "c": "c",
        "d": "d",
    }


@given(
    st.dictionaries(st.from_regex(r"[ab](/[ab]){0,3}", fullmatch=True), st.sampled_from(["n", "a", "a/b"]))
)
def test_no_two_titles_are_the_same(names: dict[str, str]) -> None:
    titles = unique_titles(names)
    assert titles.keys() == names.keys()
    assert len(set(titles.values())) == len(titles)


def test_what_is_left_out() -> None:
    stays = ["a/x.py", "build/__init__.py", "build/x.py", "a/testing.py"]
    dropped = [
        "node_modules/m/i.js", "vendor/x.go", "a/third_party/x.c", ".github/x.py", "dist/x.js", "out/x.py",
        "tests/x.py", "a/tests/x.py", "spec/x_spec.rb", "src/test/java/T.java", "Lib.Tests/T.cs", "examples/x.py",
        "docs/conf.py", "docs/repodoc/x.py", "benchmarks/x.py", "a/x_test.go", "a/test_x.py", "a/x.test.ts",
        "setup.py", "conftest.py", "web.config.js", "venv/x.py", "a/.hidden.py", "docs_src/x.py", "deps/lua/l.c",
        "include/log/bundled/f.h", "a/examples/x.c", "benchmarks/__init__.py", "src/__tests__/a.ts",
        "app/tests/x.py", "crate/test_files/a.rs", "features/steps/x.py", "buildSrc/src/main/kotlin/B.kt",
        "conanfile.py", "tutorials/first/a.ts", "jest/setup.js", "ui/login-test.ts", "javadoc/script.js",
        "karma.conf.js", "core/karma.config.d/timeout.js", "{{cookiecutter.name}}/src/x.py", "new/{{ name }}.py",
    ]  # fmt: skip
    assert kept(stays + dropped) == sorted(stays)


@pytest.mark.parametrize(
    "path",
    [
        "src/main/java/org/framework/samples/clinic/Vet.java",
        "src/main/java/com/example/demo/App.java",
        "core/src/main/kotlin/a/test/dispatcher/T.kt",
        "common/src/io/wire/test/Kit.kt",
        "src/main/java/com/acme/vendor/V.java",
        "src/features/counter/slice.ts",
        "src/demo/player.ts",
        "src/spec/parse.ts",
        "app/features/x.rb",
        "lib/features/x.rb",
        "lib/build/x.rb",
        "features/cart/index.ts",
        "src/Shop/Features/Orders/Order.cs",
        "internal/build/a.go",
        "doc/man.go",
        "pkg/spec/a.go",
        "mock/m.go",
        "libs/thing/out/x.c",
        "src/app.config.ts",
    ],
)
def test_names_of_packages_are_no_reason_to_leave_out(path: str) -> None:
    assert kept([path]) == [path]


@pytest.mark.parametrize("name", ["coverage", "spec", "sample", "features", "build", "dist"])
def test_a_python_package_may_have_any_of_these_names(name: str) -> None:
    files = [f"{name}/__init__.py", f"{name}/core.py"]
    assert kept(files) == files
    assert kept([f"app/{path}" for path in ("__init__.py", *files)]) == [
        "app/__init__.py",
        *(f"app/{f}" for f in files),
    ]


def test_a_folder_of_a_csharp_project_is_a_namespace() -> None:
    files = [
        "Shop/Shop.csproj",
        "Shop/Features/Order.cs",
        "Shop/Samples/Sample.cs",
        "samples/Demo/Program.cs",
    ]
    assert kept(files) == ["Shop/Features/Order.cs", "Shop/Samples/Sample.cs"]


def test_a_package_called_test_is_for_the_tests_of_others_unless_it_holds_some() -> None:
    assert kept(["web/__init__.py", "web/test/__init__.py", "web/test/client.py"]) != []
    files = ["web/__init__.py", "web/test/__init__.py", "web/test/client.py", "web/test/test_client.py"]
    assert kept(files) == ["web/__init__.py"]
    assert kept(["web/__init__.py", "web/test.py", "web/tests.py", "test.py"]) == [
        "web/__init__.py",
        "web/test.py",
    ]


def test_a_file_called_test_at_the_top_of_a_package_is_one_and_below_it_is_code() -> None:
    manifest = "packages/a/package.json"
    files = [
        "lib/x.rb",
        "lib/x/test.rb",
        "test.rb",
        "test.js",
        "tests.php",
        "packages/a/test.ts",
        "packages/a/src/test.ts",
    ]
    layouts = layout({manifest: '{"name": "a"}', **dict.fromkeys(files, "")})
    assert sorted(path for paths in layouts.values() for path in paths) == [
        "lib/x.rb",
        "lib/x/test.rb",
        "packages/a/src/test.ts",
    ]


def test_members_of_a_workspace_have_tests_and_examples_of_their_own() -> None:
    manifest = "packages/a/package.json"
    files = {manifest: '{"name": "a"}', "packages/a/src/a.ts": "", "packages/a/demo/d.ts": "",
             "packages/a/build/b.js": "", "packages/a/lib/spec/s.ts": ""}  # fmt: skip
    assert layout(files) == {"packages/a": ["packages/a/lib/spec/s.ts", "packages/a/src/a.ts"]}


@pytest.mark.parametrize(
    "path",
    [
        "db/migrate/20240131120000_add_crates.rb",
        "db/old_migrations/20120701154453_create_yards.rb",
        "shop/migrations/0001_initial.py",
        "database/migrations/2014_10_12_000000_create_users_table.php",
        "alembic/versions/1975ea83b712_add_yards.py",
        "src/Data/Migrations/20200101000000_Initial.cs",
        "src/migrations/1621234567890-AddYards.ts",
        "src/main/java/db/migration/V1__Yards.java",
    ],
)
def test_a_step_that_changes_a_database_once_has_no_page(path: str) -> None:
    assert kept([path, "src/shop/a.py"]) == ["src/shop/a.py"]
    assert [item.reason for item in discovered([path, "src/shop/a.py"]).left_out] == ["migrations"]


@pytest.mark.parametrize(
    "path",
    [
        "db/migrate/runner.rb",
        "orm/migrations/writer.py",
        "migrate/migrate.go",
        "days/01_first.py",
        "v/0001_a.py",
    ],
)
def test_what_runs_migrations_and_what_is_counted_stays(path: str) -> None:
    assert kept([path]) == [path]


def test_libraries_of_a_web_site_are_vendored() -> None:
    stays = [
        "src/lib/a.ts",
        "lib/b.js",
        "libs/c.js",
        "src/assets/lib/d.ts",
        "apps/vendors/e.py",
        "public/js/f.js",
    ]
    dropped = ["public/libs/tiny/a.js", "Web/wwwroot/lib/x/b.js", "src/main/webapp/assets/vendors/ace/c.js"]
    assert kept(stays + dropped) == sorted(stays)


@pytest.mark.parametrize(
    "mark", ["allclasses-frame.html", "genindex.html", "doxygen.css", "created.rid", "method_list.html"]
)
def test_pages_that_a_program_wrote_are_documentation(mark: str) -> None:
    files = [f"site/1.x/{mark}", "site/1.x/script.js", "site/1.x/search/all.js", "site/own.js"]
    assert kept(files) == ["site/own.js"]
    assert [(item.directory, item.reason) for item in discovered(files).left_out] == [
        ("site/1.x", "documentation")
    ]
    assert kept(["genindex.html", "own.js"]) == ["own.js"]


def test_what_is_left_out_is_told_by_directory_with_its_reason() -> None:
    told = discovered(
        [
            "src/a.ts", "src/a.test.ts", "src/deep/b.test.ts", "examples/b.ts", "examples/deep/c.ts", "vendor/c.js",
            "x/node_modules/m/i.js", "run.sh", "tools/x.sh", "tools/y.dart", "notes.ipynb", "examples/z.ipynb",
            "gone/x.py", "docs/repodoc/conf.py", "README.md", "a.test.ts", ".ci/x.py",
        ],
        Config(exclude=("gone/",)),
    ).left_out  # fmt: skip
    assert [(item.directory, item.reason, item.files) for item in told] == [
        (".", "no support for Jupyter notebooks", 1),
        (".", "no support for Shell", 1),
        (".", "tests", 1),
        (".ci", "hidden", 1),
        ("docs", "documentation", 1),
        ("examples", "examples", 3),
        ("gone", "excluded by the configuration", 1),
        ("src", "tests", 2),
        ("tools", "no support for Dart", 1),
        ("tools", "no support for Shell", 1),
        ("vendor", "vendored", 1),
        ("x/node_modules", "vendored", 1),
    ]


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
