"""What users can import, call or run, under the name by which they do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Export, Import
from repodoc_hooks.analysis.surface import changes
from tests.analysis.surfaces import World, made_up

PYPROJECT = """[project]
name = "depot"
[project.scripts]
depot = "depot.cli:main"
other = "elsewhere:main"
"""


def test_python_names_of_the_package_its_modules_and_its_scripts() -> None:
    world = World(
        {"pyproject.toml": PYPROJECT},
        {
            "src/depot/__init__.py": made_up(
                "python",
                "__version__",
                [
                    Export("get", "api", "get", 1),
                    Export("make", "_impl", "_make", 1),
                    Export("*", "star", "", 1),
                    Export("net", "", "net", 1),
                    Export("Request", "requests", "Request"),
                    Export("__version__", origin="__version__"),
                ],
            ),
            "src/depot/api.py": made_up("python", "get put"),
            "src/depot/_impl.py": made_up("python", "_make"),
            "src/depot/star.py": made_up(
                "python", "run spare", [Export("run", origin="run"), Export("*", "deep.er", "", 1)]
            ),
            "src/depot/deep/__init__.py": made_up("python"),
            "src/depot/deep/er.py": made_up("python", "deepest _hidden"),
            "src/depot/net/__init__.py": made_up("python", "", [Export("put", "api", "put", 2)]),
            "src/depot/_private/thing.py": made_up("python", "thing"),
            "src/depot/cli.py": made_up("python", "main"),
        },
    )  # fmt: skip
    api = "src/depot/api.py"
    assert world.told() == {
        "depot": {
            "get": f"{api}#get",
            "make": "src/depot/_impl.py#_make",
            "net": "src/depot/net/__init__.py",
            "Request": "",
            "__version__": "src/depot/__init__.py#__version__",
            "run": "src/depot/star.py#run",
            "deepest": "src/depot/deep/er.py#deepest",
        },
        "depot.api": {"get": f"{api}#get", "put": f"{api}#put"},
        "depot.cli": {"main": "src/depot/cli.py#main"},
        "depot.net": {"put": f"{api}#put"},
        "depot.star": {"run": "src/depot/star.py#run", "deepest": "src/depot/deep/er.py#deepest"},
        "depot.deep.er": {"deepest": "src/depot/deep/er.py#deepest"},
        "console script depot": {"main": "src/depot/cli.py#main"},
    }
    names = {n.name: n for n in world.surface().entries[0].names}
    assert (names["make"].kind, names["make"].signature, names["make"].summary) == (
        "function",
        "_make()",
        "Does _make.",
    )
    assert names["net"].kind == "module"


def test_python_names_listed_in_all_that_are_imported_there_or_modules() -> None:
    world = World(
        {},
        {
            "depot/__init__.py": made_up(
                "python",
                "",
                [Export("get", origin="get"), Export("net", origin="net"), Export("lost", origin="lost")],
                [Import("api", ("get",), 1), Import("typing", ("Any",))],
            ),
            "depot/api.py": made_up("python", "", [Export("get", "core", "fetch", 1)]),
            "depot/core.py": made_up("python", "fetch"),
            "depot/net.py": made_up("python"),
        },
    )
    assert world.told()["depot"] == {"get": "depot/core.py#fetch", "net": "depot/net.py", "lost": ""}


def test_what_an_ordinary_module_imports_and_does_not_use_is_no_offer() -> None:
    leftover = [Export("send"), Export("get", "api", "get", 1, implied=True)]
    facts = {
        "depot/__init__.py": made_up("python"),
        "depot/api.py": made_up("python", "get"),
        "depot/wire.py": made_up("python", "send", leftover),
        "depot/facade.py": made_up("python", "", leftover[1:]),
    }
    told = World({}, facts).told()
    assert told["depot.wire"] == {"send": "depot/wire.py#send"}
    assert told["depot.facade"] == {"get": "depot/api.py#get"}


def test_scripts_of_setup_py_and_setup_cfg() -> None:
    setup = "setup(entry_points={\n  'console_scripts': [\n    'run-it = tool.main:go',\n  ],\n})\n"
    config = "[options.entry_points]\nconsole_scripts =\n    by-config = tool.main:go [extra]\n\n[flake8]\nx = y:z\n"
    facts = {"tool/__init__.py": made_up("python"), "tool/main.py": made_up("python", "go")}
    told = World({"setup.py": setup, "setup.cfg": config}, facts).told()
    assert [name for name in told if name.startswith("console")] == [
        "console script by-config",
        "console script run-it",
    ]
    assert told["console script run-it"] == {"go": "tool/main.py#go"}


def test_npm_exports_lead_from_what_is_built_to_its_source() -> None:
    manifest = {
        "name": "@app/kit",
        "bin": {"kit": "./dist/cli.js"},
        "exports": {
            ".": {"types": "./dist/index.d.ts", "import": "./dist/index.mjs"},
            "./http": {"import": {"default": "./dist/http/index.js"}},
            "./parts/*": "./dist/parts/*.js",
            "./gone": "./dist/gone.js",
            "./package.json": "./package.json",
        },
    }
    world = World(
        {"packages/kit/package.json": json.dumps(manifest)},
        {
            "packages/kit/src/index.ts": made_up(
                "typescript",
                "own",
                [
                    Export("get", "./api", "get"),
                    Export("fetch", "./api.js", "put"),
                    Export("colours", "./colours", ""),
                    Export("*", "./star"),
                    Export("own", origin="own"),
                    Export("default", "./api", "default"),
                    Export("Thing", "other-package", "Thing", type_only=True),
                ],
            ),
            "packages/kit/src/api.ts": made_up("typescript", "get put default"),
            "packages/kit/src/star.ts": made_up("typescript", "starred default"),
            "packages/kit/src/colours.ts": made_up("typescript", "red"),
            "packages/kit/src/http/index.ts": made_up("typescript", "serve"),
            "packages/kit/src/parts/one.ts": made_up("typescript", "first"),
            "packages/kit/src/cli.ts": made_up("typescript", "main"),
        },
    )
    source = "packages/kit/src"
    assert world.told() == {
        "@app/kit": {
            "get": f"{source}/api.ts#get",
            "fetch": f"{source}/api.ts#put",
            "colours": f"{source}/colours.ts",
            "own": f"{source}/index.ts#own",
            "default": f"{source}/api.ts#default",
            "Thing": "",
            "starred": f"{source}/star.ts#starred",
        },
        "@app/kit/http": {"serve": f"{source}/http/index.ts#serve"},
        "@app/kit/parts/one": {"first": f"{source}/parts/one.ts#first"},
        "command kit": {},
    }


def test_npm_packages_without_exports() -> None:
    for manifest, source in (
        ({"name": "a", "main": "lib/a.js"}, "lib/a.js"),
        ({"name": "a", "main": "./dist/a.js"}, "src/a.ts"),
        ({"name": "a", "module": "es/index.js"}, "src/index.ts"),
        ({"name": "a"}, "index.js"),
        ({"name": "a", "main": "dist/bundled.cjs"}, "src/index.tsx"),
    ):
        told = World({"package.json": json.dumps(manifest)}, {source: made_up("javascript", "go")}).told()
        assert told == {"a": {"go": f"{source}#go"}}, manifest


def test_circles_of_star_exports_end_and_give_everybody_everything() -> None:
    world = World(
        {"package.json": json.dumps({"name": "a", "exports": {".": "./src/a.ts", "./b": "./src/b.ts"}})},
        {
            "src/a.ts": made_up("typescript", "one", [Export("*", "./b"), Export("one", origin="one")]),
            "src/b.ts": made_up(
                "typescript", "two", [Export("*", "./a"), Export("two", origin="two"), Export("x", "./a", "x")]
            ),
        },
    )  # fmt: skip
    told = world.told()
    assert told["a"] == {"one": "src/a.ts#one", "two": "src/b.ts#two", "x": ""}
    assert told["a/b"] == {"two": "src/b.ts#two", "x": "", "one": "src/a.ts#one"}


modules = st.sampled_from(["a", "b", "c", "d"])
exports = st.lists(
    st.tuples(st.sampled_from(["*", "x", "y"]), modules, st.sampled_from(["", "x", "y"])), max_size=4
)


@given(st.dictionaries(modules, exports, min_size=1))
def test_any_web_of_re_exports_ends_the_same_whatever_is_asked_first(
    web: dict[str, list[tuple[str, str, str]]],
) -> None:
    facts = {
        f"src/{module}.ts": made_up(
            "typescript", "x" if module == "a" else "", [Export(n, f"./{t}", o) for n, t, o in edges]
        )
        for module, edges in web.items()
    }
    names = {
        path: set(World({"package.json": '{"name": "p"}'}, facts).reader.handed.names(path)) for path in facts
    }
    shared = World({"package.json": '{"name": "p"}'}, facts).reader.handed
    assert {path: set(shared.names(path)) for path in reversed(facts)} == names


def test_rust_hands_on_a_module_beside_its_function_and_what_a_module_keeps_for_the_crate() -> None:
    world = World(
        {
            "Cargo.toml": "[package]\nname = 'depot'\n",
            "src/lib.rs": "pub mod serve;\npub use self::serve::serve;\nmod inner;\npub use crate::{inner::text::*};\n",
            "src/serve.rs": "pub fn serve() {}\npub struct Server;\n",
            "src/inner.rs": "pub(crate) mod text {\n    pub struct Thing;\n    pub(crate) fn unseen() {}\n}\n",
        }
    )
    assert world.told() == {
        "depot": {"serve": "src/serve.rs", "Thing": "src/inner.rs#text.Thing"},
        "depot::serve": {"serve": "src/serve.rs#serve", "Server": "src/serve.rs#Server"},
    }


def test_rust_names_modules_prelude_macros_and_binaries() -> None:
    world = World(
        {
            "Cargo.toml": "[package]\nname = 'depot-core'\n[[bin]]\nname = 'depot'\npath = 'src/run.rs'\n"
            "[dependencies]\nwire = { path = 'wire' }\nserde = '1'\n",
            "src/lib.rs": "mod inner;\npub mod net;\npub mod prelude { pub use crate::inner::Thing; }\n"
            "pub use inner::{Thing, Other as Another, deep::*};\npub use serde::Serialize;\npub use wire::Wire;\n"
            "pub fn own() {}\n#[doc(hidden)]\npub mod __private {}\nfn unseen() {}\n",
            "src/inner/mod.rs": "pub struct Thing;\npub struct Other;\npub mod deep;\n"
            "#[macro_export]\nmacro_rules! shout { () => {} }\n",
            "src/inner/deep.rs": "pub enum Deepest { A }\npub(crate) fn not_me() {}\n",
            "src/net.rs": "pub mod tcp;\npub struct Net;\n",
            "src/net/tcp.rs": "pub fn open() {}\n",
            "src/run.rs": "fn main() {}\n",
            "src/main.rs": "fn main() {}\n",
            "src/bin/extra.rs": "fn main() {}\n",
            "wire/Cargo.toml": "[package]\nname = 'wire'\n",
            "wire/src/lib.rs": "mod w;\npub use w::Wire;\n",
            "wire/src/w.rs": "/// A wire.\npub struct Wire;\n",
        }
    )
    assert world.told(".") == {
        "depot_core": {
            "Thing": "src/inner/mod.rs#Thing",
            "Another": "src/inner/mod.rs#Other",
            "Serialize": "",
            "Wire": "wire/src/w.rs#Wire",
            "net": "src/net.rs",
            "prelude": "src/lib.rs#prelude",
            "own": "src/lib.rs#own",
            "Deepest": "src/inner/deep.rs#Deepest",
            "shout": "src/inner/mod.rs#shout",
        },
        "depot_core::net": {"tcp": "src/net/tcp.rs", "Net": "src/net.rs#Net"},
        "depot_core::prelude": {"Thing": "src/inner/mod.rs#Thing"},
        "depot_core::net::tcp": {"open": "src/net/tcp.rs#open"},
        "command extra": {},
        "command depot-core": {},
        "command depot": {},
    }


def test_go_packages_by_import_path_and_commands() -> None:
    world = World(
        {
            "go.mod": "module example.com/app\n",
            "store/a.go": "package store\nfunc Open() {}\nfunc hidden() {}\ntype DB struct{}\nfunc (d *DB) Get() {}\n",
            "store/b.go": "package store\nconst Limit = 1\n",
            "cmd/tool/main.go": "package main\nfunc main() {}\n",
        }
    )
    assert world.told("store") == {
        "example.com/app/store": {
            "Open": "store/a.go#Open",
            "DB": "store/a.go#DB",
            "Limit": "store/b.go#Limit",
        }
    }
    assert world.told("cmd/tool") == {"command tool": {}}


def test_a_go_program_is_called_after_its_module_and_not_after_its_major_version() -> None:
    assert World({"go.mod": "module example.com/glow/v2\n", "main.go": "package main\n"}).told(".") == {
        "command glow": {}
    }


def test_a_go_file_that_only_generates_makes_no_command_of_its_package() -> None:
    world = World(
        {
            "go.mod": "module example.com/app\n",
            "store/a.go": "package store\nfunc Open() {}\n",
            "store/gen.go": "//go:build ignore\n\npackage main\nfunc main() {}\nfunc Loose() {}\n",
        }
    )
    assert world.told("store") == {"example.com/app/store": {"Open": "store/a.go#Open"}}


def test_one_package_in_two_languages_is_one_entry_point() -> None:
    world = World(
        {
            "pom.xml": "<project><artifactId>app</artifactId></project>",
            "src/main/java/app/Box.java": "package app;\npublic class Box {}\n",
            "src/main/java/app/Boxes.kt": "package app\nfun open() {}\n",
        }
    )
    assert world.told(".") == {
        "app": {"Box": "src/main/java/app/Box.java#Box", "open": "src/main/java/app/Boxes.kt#open"}
    }


def test_a_partial_type_is_where_its_name_is_with_the_words_that_one_part_has() -> None:
    world = World(
        {
            "P/P.csproj": "<Project/>",
            "P/Box.Async.cs": "namespace N;\n/// <summary>Holds.</summary>\npublic partial class Box {}\n",
            "P/Box.cs": "namespace N;\npublic partial class Box {}\n",
        }
    )
    assert world.told("P") == {"N": {"Box": "P/Box.cs#Box"}}


def test_headers_below_include_and_those_that_the_build_installs() -> None:
    world = World(
        {
            "CMakeLists.txt": "install(FILES src/api.h DESTINATION include)\n",
            "include/uv.h": "int uv_run(void);\n",
            "include/uv/errno.h": "#define UV_E 1\n",
            "include/uv/detail/x.h": "int inner(void);\n",
            "src/api.h": "int api(void);\n",
            "src/own.h": "int own(void);\n",
            "src/own.c": "int own(void) { return 1; }\n",
        }
    )
    assert world.told("include") == {"include/uv.h": {"uv_run": "include/uv.h#uv_run"}}
    assert list(world.told("include/uv")) == ["include/uv/errno.h"]
    assert world.told("src") == {"api.h": {"api": "src/api.h#api"}}


def test_packages_and_namespaces_of_the_others() -> None:
    world = World(
        {
            "core/pom.xml": "<project><artifactId>core</artifactId></project>",
            "core/src/main/java/com/shop/A.java": "package com.shop;\npublic class A {}\nclass Hidden {}\n",
            "core/src/main/java/com/shop/io/B.java": "package com.shop.io;\npublic interface B {}\n",
            "gem/wire.gemspec": "Gem::Specification.new { |s| s.name = 'wire' }\n",
            "gem/lib/wire.rb": "module Wire\n  class Tcp\n    def open; end\n  end\nend\n",
        }
    )
    java = "core/src/main/java/com/shop"
    assert world.told("core") == {
        "com.shop": {"A": f"{java}/A.java#A"},
        "com.shop.io": {"B": f"{java}/io/B.java#B"},
    }
    assert world.told("gem") == {
        "wire": {"Wire": "gem/lib/wire.rb#Wire", "Wire::Tcp": "gem/lib/wire.rb#Wire.Tcp"}
    }


def test_dropping_a_name_changes_the_digest_and_is_told() -> None:
    def world(*names: str) -> World:
        exported = [Export(name, "api", name, 1) for name in names]
        return World(
            {}, {"p/__init__.py": made_up("python", "", exported), "p/api.py": made_up("python", "get put")}
        )

    both, one = world("get", "put").surface(), world("get").surface()
    assert both.digest == world("put", "get").surface().digest
    assert both.digest != one.digest
    assert changes(both, one) == ("`put` is no longer exported by `p`",)
    assert changes(one, both) == ("`put` is exported by `p`",)
    assert changes(one, one) == ()


@pytest.mark.parametrize(
    ("declared", "commands"),
    [
        ('s.executables = ["one", "two"]', {"one": "bin/one", "two": "bin/two"}),
        ("s.bindir = 'exe'\n s.executables = %w[one]", {"one": "exe/one"}),
        ("s.executables << 'one'", {"one": "bin/one"}),
        ('s.bindir = "exe"\n s.executables = s.files.grep(%r{\\Aexe/}) { |f| File.basename(f) }', {"run": "exe/run"}),
        ('s.executables = Dir["exe/*"].map { |f| File.basename(f) }', {"run": "exe/run"}),
        ("", {}),
    ],
)  # fmt: skip
def test_ruby_gems_with_their_commands_and_the_file_that_is_required(
    declared: str, commands: dict[str, str]
) -> None:
    world = World(
        {
            "wire-tap.gemspec": f"Gem::Specification.new do |s|\n s.name = 'wire-tap'\n {declared}\nend\n",
            "lib/wire/tap.rb": "module Wire\n  class Tap; end\nend\n",
            **dict.fromkeys(["exe/run", *commands.values()], "#!/usr/bin/env ruby\n"),
        }
    )
    entries = {entry.name: entry.path for entry in world.surface().entries}
    assert entries == {
        "wire-tap": "lib/wire/tap.rb",
        **{f"command {name}": path for name, path in commands.items()},
    }


@pytest.mark.parametrize("declared", ['["bin/wire", "./bin/tap", "bin/gone"]', '"bin/wire"'])
def test_composer_packages_with_the_commands_that_they_install(declared: str) -> None:
    world = World(
        {
            "composer.json": f'{{"name": "acme/wire", "bin": {declared}}}',
            "src/Wire.php": "<?php\nnamespace Acme;\nclass Wire {}\n",
            "bin/wire": "#!/usr/bin/env php\n",
            "bin/tap": "#!/usr/bin/env php\n",
        }
    )
    commands = [(e.name, e.path) for e in world.surface().entries if e.name.startswith("command ")]
    every = [("command wire", "bin/wire"), ("command tap", "bin/tap")]
    assert commands == (every if "tap" in declared else every[:1])


def test_swift_packages_with_the_executables_among_their_products() -> None:
    world = World(
        {
            "Package.swift": 'let package = Package(name: "p", products: [\n'
            '  .executable(name: "wire", targets: ["Wire"]), // .executable(name: "no", targets: ["Wire"])\n'
            '  .executable(\n name: "tap", targets: ["Tap"]),\n'
            '  .library(name: "Lib", targets: ["Lib"])\n'
            "], targets: [\n"
            '  .executableTarget(name: "Wire", dependencies: ["Lib"]),\n'
            '  .executableTarget(name: "Tap", path: "Other/Tap"),\n  .target(name: "Lib")])\n',
            "Sources/Wire/main.swift": "print(1)\n",
            "Other/Tap/App.swift": "@main struct App { static func main() {} }\n",
            "Sources/Lib/Lib.swift": "public struct Lib {}\n",
        }
    )
    found = {id_: [(e.name, e.path) for e in world.surface(id_).entries] for id_ in world.components}
    assert found == {
        "Sources/Wire": [("command wire", "Sources/Wire/main.swift")],
        "Other/Tap": [("command tap", "Other/Tap")],
        "Sources/Lib": [("Lib", "Sources/Lib")],
    }
