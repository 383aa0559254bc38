"""What imports resolve to, in small repositories of every language."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.imports import Resolver, might_import
from repodoc_hooks.analysis.languages import language_of, parse
from repodoc_hooks.analysis.resolution.rust import RustImports
from repodoc_hooks.analysis.resolution.tree import Tree


def edges(files: dict[str, str]) -> dict[str, list[str]]:
    """Every source file that imports another, with what it imports."""
    sources = [path for path in files if language_of(path)]
    resolver = Resolver(sources, lambda path: files.get(path, "").encode())
    facts = {path: parse(language_of(path) or "", files[path].encode()) for path in sources}
    found = {path: sorted(resolver.resolve(path, facts[path])) for path in sources}
    return {path: targets for path, targets in found.items() if targets}


def test_python_relative_and_absolute_in_a_src_layout() -> None:
    assert edges(
        {
            "src/app/__init__.py": "",
            "src/app/core.py": "from . import util\nfrom .web.views import show\nimport os, app.web\n",
            "src/app/util.py": "from app.web import views\n",
            "src/app/web/__init__.py": "",
            "src/app/web/views.py": "from ..core import run\nfrom ...outside import x\n",
            "tools/run.py": "import app.core as c\nimport helper\n",
            "tools/helper.py": "import json, requests\n",
        }
    ) == {
        "src/app/core.py": ["src/app/util.py", "src/app/web/__init__.py", "src/app/web/views.py"],
        "src/app/util.py": ["src/app/web/views.py"],
        "src/app/web/views.py": ["src/app/core.py"],
        "tools/run.py": ["src/app/core.py", "tools/helper.py"],
    }


def test_python_names_that_a_package_hands_on_lead_to_their_file() -> None:
    found = edges(
        {
            "app/__init__.py": "from .core import run, stop as halt\nfrom .extra import *\n",
            "app/core.py": "from .deep import run\ndef stop(): ...\n",
            "app/deep.py": "def run(): ...\n",
            "app/extra.py": "def more(): ...\n",
            "app/other.py": "def alone(): ...\n",
            "one.py": "from app import run\n",
            "star.py": "from app import more\n",
            "whole.py": "import app\n",
        }
    )
    assert found["one.py"] == ["app/__init__.py", "app/core.py", "app/deep.py"]
    assert found["star.py"] == ["app/__init__.py", "app/extra.py"]
    assert found["whole.py"] == ["app/__init__.py", "app/core.py", "app/deep.py", "app/extra.py"]
    assert all("app/other.py" not in targets for targets in found.values())


def test_python_namespace_packages_and_stubs() -> None:
    assert edges(
        {
            "ns/one/a.py": "from ns.two import b\nfrom ns.two.c import x\n",
            "ns/two/b.py": "",
            "ns/two/c.pyi": "",
            "packages/p/src/p/__init__.py": "import q.main\n",
            "packages/q/src/q/__init__.py": "",
            "packages/q/src/q/main.py": "",
        }
    ) == {
        "ns/one/a.py": ["ns/two/b.py", "ns/two/c.pyi"],
        "packages/p/src/p/__init__.py": ["packages/q/src/q/main.py"],
    }


def test_go_modules() -> None:
    assert edges(
        {
            "go.mod": "module example.com/app\n\nreplace example.com/lib v1.0.0 => ./lib\n",
            "main.go": 'package main\nimport (\n"fmt"\n"example.com/app/store"\n"example.com/lib/deep"\n'
            '"example.com/tool"\n)\n',
            "store/a.go": "package store\n",
            "store/b.go": "package store\n",
            "store/b_test.go": "package store\n",
            "lib/go.mod": "module example.com/lib\n",
            "lib/deep/d.go": 'package deep\nimport "example.com/app/store"\n',
            "go.work": "go 1.22\nuse (\n\t.\n\t./tool // more\n)\n",
            "tool/go.mod": "module example.com/tool\n",
            "tool/t.go": "package tool\n",
            "store/deeper/x.go": "package deeper\n",
        }
    ) == {
        "main.go": ["lib/deep/d.go", "store/a.go", "store/b.go", "tool/t.go"],
        "lib/deep/d.go": ["store/a.go", "store/b.go"],
    }


def test_rust_modules_and_crates() -> None:
    assert edges(
        {
            "Cargo.toml": "[workspace]\nmembers = ['a', 'b']\n[workspace.dependencies]\nb-core = { path = 'b' }\n",
            "a/Cargo.toml": "[package]\nname = 'a'\n[dependencies]\nb-core = { workspace = true }\nserde = '1'\n",
            "a/src/main.rs": "mod net;\nmod cli;\nuse b_core::Wire;\nuse serde::Serialize;\n"
            "fn main() { net::tcp::open(); }\n",
            "a/src/net/mod.rs": "pub mod tcp;\npub use self::tcp::open;\n",
            "a/src/net/tcp.rs": "use super::super::cli::Args;\npub fn open() {}\n",
            "a/src/cli.rs": "use crate::net::open;\npub struct Args;\n",
            "b/Cargo.toml": "[package]\nname = 'b-core'\n",
            "b/src/lib.rs": 'mod wire;\n#[path = "odd/place.rs"]\nmod place;\npub use wire::Wire;\n',
            "b/src/wire.rs": "use super::place::Spot;\npub struct Wire;\n",
            "b/src/odd/place.rs": "pub struct Spot;\n",
        }
    ) == {
        "a/src/main.rs": [
            "a/src/cli.rs",
            "a/src/net/mod.rs",
            "a/src/net/tcp.rs",
            "b/src/lib.rs",
            "b/src/wire.rs",
        ],
        "a/src/net/mod.rs": ["a/src/net/tcp.rs"],
        "a/src/net/tcp.rs": ["a/src/cli.rs"],
        "a/src/cli.rs": ["a/src/net/mod.rs", "a/src/net/tcp.rs"],
        "b/src/lib.rs": ["b/src/odd/place.rs", "b/src/wire.rs"],
        "b/src/wire.rs": ["b/src/lib.rs"],
    }


def test_javascript_paths_packages_and_re_exports() -> None:
    assert edges(
        {
            "package.json": json.dumps({"name": "root", "workspaces": ["packages/*"]}),
            "packages/ui/package.json": json.dumps(
                {"name": "@app/ui", "exports": {".": {"import": "./dist/index.js"}, "./*": "./src/*.ts"}}
            ),
            "packages/ui/src/index.ts": "export { Button } from './button.js';\nexport * from './panel';\n",
            "packages/ui/src/button.tsx": "export const Button = 1;\n",
            "packages/ui/src/panel/index.ts": "export const Panel = 1;\n",
            "packages/ui/src/theme.ts": "export const theme = 1;\n",
            "web/tsconfig.json": '{ // shared\n "extends": "./base.json", }',
            "web/base.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@/*": ["src/*"]}}}',
            "web/src/main.ts": "import { Button } from '@app/ui';\nimport x from '@/util/x';\n"
            "import y from 'src/y';\nimport 'react';\n",
            "web/src/util/x.ts": "import { theme } from '@app/ui/theme';\n",
            "web/src/y.js": "const m = require('./m'); const all = require('@app/ui');\n",
            "web/src/m.cjs": "module.exports = require('../../lib');\n",
            "lib/index.js": "",
            "web/src/lazy.ts": "const m = () => import('./y');\n",
        }
    ) == {
        "packages/ui/src/index.ts": ["packages/ui/src/button.tsx", "packages/ui/src/panel/index.ts"],
        "web/src/main.ts": [
            "packages/ui/src/button.tsx",
            "packages/ui/src/index.ts",
            "packages/ui/src/panel/index.ts",
            "web/src/util/x.ts",
            "web/src/y.js",
        ],
        "web/src/util/x.ts": ["packages/ui/src/theme.ts"],
        "web/src/y.js": [
            "lib/index.js",
            "packages/ui/src/button.tsx",
            "packages/ui/src/index.ts",
            "packages/ui/src/panel/index.ts",
            "web/src/m.cjs",
        ],
        "web/src/m.cjs": ["lib/index.js"],
        "web/src/lazy.ts": ["web/src/y.js"],
    }


def test_java_and_kotlin_packages() -> None:
    base = "core/src/main/java/com/app"
    kotlin = "ui/src/main/kotlin/view"
    assert edges(
        {
            f"{base}/Main.java": "package com.app;\nimport com.app.io.*;\nimport static com.app.io.Files.read;\n"
            "import java.util.List;\n"
            "class Main { Wire w; Peer p; List<String> l; }\n",
            f"{base}/Peer.java": "package com.app;\nclass Peer { Other o; }\nclass Second {}\n",
            f"{base}/Idle.java": "package com.app;\nclass Idle { Second s; }\n",
            f"{base}/io/Wire.java": "package com.app.io;\npublic class Wire { public static class Inner {} }\n",
            f"{base}/io/Files.java": "package com.app.io;\npublic class Files {}\n",
            f"{base}/io/Unused.java": "package com.app.io;\npublic class Unused {}\n",
            f"{kotlin}/Screen.kt": "package com.app.view\nimport com.app.io.Wire.Inner\n"
            "import com.app.view.parts.draw\n"
            "fun show() { draw(); paint() }\n",
            f"{kotlin}/Paint.kt": "package com.app.view\nfun paint() {}\n",
            f"{kotlin}/parts/Drawing.kt": "package com.app.view.parts\nfun draw() {}\n",
        }
    ) == {
        f"{base}/Main.java": [f"{base}/Peer.java", f"{base}/io/Files.java", f"{base}/io/Wire.java"],
        f"{base}/Idle.java": [f"{base}/Peer.java"],
        f"{kotlin}/Screen.kt": [f"{base}/io/Wire.java", f"{kotlin}/Paint.kt", f"{kotlin}/parts/Drawing.kt"],
    }


def test_c_includes() -> None:
    assert edges(
        {
            "src/main.c": '#include "util.h"\n#include "net/tcp.h"\n#include <app/api.h>\n#include <string.h>\n'
            "#include <stdio.h>\n",
            "src/util.h": "#pragma once\n",
            "lib/util.h": "#pragma once\n",
            "src/net/tcp.h": '#pragma once\n#include "../util.h"\n',
            "include/app/api.h": '#pragma once\n#include "types.h"\n',
            "include/app/types.h": "#pragma once\n",
            "lib/string.h": "#pragma once\n",
            "lib/x.cpp": '#include "app/types.h"\n',
        }
    ) == {
        "src/main.c": ["include/app/api.h", "src/net/tcp.h", "src/util.h"],
        "src/net/tcp.h": ["src/util.h"],
        "include/app/api.h": ["include/app/types.h"],
        "lib/x.cpp": ["include/app/types.h"],
    }


def test_c_headers_of_another_project_beside_are_not_meant() -> None:
    files = {
        "contrib/fast/x.c": '#include "mem.h"\n#include "fast.h"\n',
        "contrib/fast/inc/fast.h": "#pragma once\n",
        "contrib/kernel/mem.h": "#pragma once\n",
    }
    assert edges(files) == {"contrib/fast/x.c": ["contrib/fast/inc/fast.h", "contrib/kernel/mem.h"]}
    found = edges({**files, "lib/common/mem.h": "#pragma once\n", "contrib/kernel/fast.h": "#pragma once\n"})
    assert found == {"contrib/fast/x.c": ["contrib/fast/inc/fast.h", "lib/common/mem.h"]}


def test_csharp_namespaces() -> None:
    assert edges(
        {
            "App/Main.cs": "using App.Net;\nusing System;\n"
            "namespace App.Core { class Main { Wire w; Root r; Peer p; string Idle; } }\n",
            "App/Net/Wire.cs": "namespace App.Net;\npublic class Wire { Helper h; }\n",
            "App/Net/Helper.cs": "namespace App.Net;\ninternal class Helper { }\n",
            "App/Root.cs": "namespace App { public class Root { } }\n",
            "App/Core/Peer.cs": "namespace App.Core { class Peer { } }\n",
            "App/Other.cs": "namespace App.Elsewhere { class Wire { } }\n",
        }
    ) == {
        "App/Main.cs": ["App/Core/Peer.cs", "App/Net/Wire.cs", "App/Root.cs"],
        "App/Net/Wire.cs": ["App/Net/Helper.cs"],
    }


def test_ruby_requires() -> None:
    assert edges(
        {
            "lib/app.rb": "require 'json'\nrequire 'app/core'\nmodule App\n  autoload :Net, 'app/net'\nend\n",
            "lib/app/core.rb": "require_relative 'net'\nrequire_relative '../tool.rb'\n",
            "lib/app/net.rb": "",
            "lib/tool.rb": "",
            "gems/other/lib/other/x.rb": "require 'app/core'\nrequire 'other/y'\n",
            "gems/other/lib/other/y.rb": "require File.join(__dir__, 'x')\n"
            "require File.expand_path('../../z', __FILE__)\n",
        }
    ) == {
        "lib/app.rb": ["lib/app/core.rb", "lib/app/net.rb"],
        "lib/app/core.rb": ["lib/app/net.rb", "lib/tool.rb"],
        "gems/other/lib/other/x.rb": ["gems/other/lib/other/y.rb", "lib/app/core.rb"],
        "gems/other/lib/other/y.rb": ["gems/other/lib/other/x.rb"],
    }


def test_ruby_constants_by_convention() -> None:
    assert edges(
        {
            "lib/wire.rb": "module Wire\n  def self.go = Sender.new(Util::LIMIT)\nend\n",
            "lib/wire/sender.rb": "module Wire\n  class Sender\n    A = HTTPCodec::Deep\n    B = File\n  end\nend\n",
            "lib/wire/util.rb": "module Wire\n  module Util\n    LIMIT = 1\n  end\nend\n",
            "lib/wire/http_codec.rb": "",
            "lib/file.rb": "",
            "app/models/user.rb": "class User\n  def wire = ::Wire::Sender\nend\n",
            "app/controllers/users_controller.rb": "class UsersController\n  def all = User.all\nend\n",
            "spec/user.rb": "",
        }
    ) == {
        "lib/wire.rb": ["lib/wire/sender.rb", "lib/wire/util.rb"],
        "lib/wire/sender.rb": ["lib/file.rb", "lib/wire/http_codec.rb"],
        "app/models/user.rb": ["lib/wire/sender.rb"],
        "app/controllers/users_controller.rb": ["app/models/user.rb"],
    }


def test_php_namespaces() -> None:
    assert edges(
        {
            "composer.json": json.dumps({"autoload": {"psr-4": {"App\\": "src/"}}}),
            "src/Main.php": "<?php\nnamespace App;\nuse App\\Net\\Wire;\nuse function App\\Net\\open;\nuse Psr\\Log;\n"
            "include __DIR__ . '/boot.php';\nclass Main extends Base { function f(Wire $w) { new Peer; } }\n",
            "src/Base.php": "<?php\nnamespace App;\nclass Base {}\n",
            "src/Peer.php": "<?php\nnamespace App;\nclass Peer {}\n",
            "src/boot.php": "<?php\n",
            "src/Net/Wire.php": "<?php\nnamespace App\\Net;\nclass Wire {}\n",
            "src/Net/functions.php": "<?php\nnamespace App\\Net;\nfunction open() {}\n",
            "legacy/Old.php": "<?php\nnamespace Old\\Things;\nclass Old { function f(): \\App\\Main {} }\n",
            "legacy/User.php": "<?php\nuse Old\\Things\\Old;\n",
        }
    ) == {
        "src/Main.php": [
            "src/Base.php",
            "src/Net/Wire.php",
            "src/Net/functions.php",
            "src/Peer.php",
            "src/boot.php",
        ],
        "legacy/User.php": ["legacy/Old.php"],
        "legacy/Old.php": ["src/Main.php"],
    }


@pytest.mark.parametrize(
    ("added", "content", "importer", "importing"),
    [
        ("src/app/new.py", "", "src/app/a.py", "from .new import x\n"),
        ("src/app/sub/__init__.py", "", "b.py", "import app.sub\n"),
        ("store/new.go", "package store\n", "main.go", 'package main\nimport "example.com/app/store"\n'),
        ("src/new.rs", "", "src/lib.rs", "mod new;\n"),
        ("web/new.ts", "", "web/a.ts", "import './new.js';\n"),
        ("web/sub/index.ts", "", "web/a.ts", "import './sub';\n"),
        ("web/sub/index.ts", "", "web/sub/a.ts", "import '.';\n"),
        (
            "com/app/New.java",
            "package com.app;\nclass New {}",
            "com/app/A.java",
            "package com.app;\nclass A { New n; }",
        ),
        ("com/app/util.kt", "package com.app\nfun f() {}", "com/b/A.kt", "package com.b\nimport com.app.f\n"),
        ("inc/new.h", "#pragma once\n", "a.c", '#include "new.h"\n'),
        ("A/New.cs", "namespace N.M { class Odd { } }", "B/B.cs", "using N.M;\nclass B { Odd o; }"),
        ("lib/new.rb", "", "lib/a.rb", "require 'new'\n"),
        ("src/New.php", "<?php\nnamespace App;\nclass New1 {}", "b.php", "<?php\nuse App\\New1;\n"),
    ],
)
def test_an_import_that_a_new_file_satisfies_names_one_of_its_strings(
    added: str, content: str, importer: str, importing: str
) -> None:
    files = {
        "go.mod": "module example.com/app\n",
        "Cargo.toml": "[package]\nname = 'x'\n",
        "src/app/__init__.py": "",
        importer: importing,
    }
    strings = might_import(added, parse(language_of(added) or "", content.encode()).package)
    assert strings and all(strings)
    assert any(s in importing for s in strings)
    if "php" not in added:
        assert added in edges({**files, added: content}).get(importer, [])


SEGMENTS = st.sampled_from(["a", "b", "src", "index", "mod", "lib", "__init__", "..", ".", "x y", "é", ""])


@given(
    st.dictionaries(
        st.builds(
            lambda parts, suffix: "/".join(p for p in parts if p not in ("", ".", "..")) + suffix,
            st.lists(SEGMENTS, min_size=1, max_size=3),
            st.sampled_from([".py", ".ts", ".rs", ".go", ".rb", ".c", ".java", ".kt", ".cs", ".php", ".js"]),
        ),
        st.lists(SEGMENTS, min_size=1, max_size=3),
        max_size=6,
    )
)
def test_resolution_never_fails_and_stays_inside(files: dict[str, list[str]]) -> None:
    forms = {
        "c": '#include "{p}"\n',
        "cs": "using {d};\n",
        "go": 'package a\nimport "m/{p}"\n',
        "java": "package a;\nimport {d};\n",
        "js": "require('{p}');\n",
        "kt": "package a\nimport {d}\n",
        "php": "<?php use a\\b;",
        "py": "from {d} import x\nimport {d}\n",
        "rb": "require '{p}'\n",
        "rs": "use {c};\nmod a;\n",
        "ts": "import '{p}';\n",
    }
    contents = {}
    for path, parts in files.items():
        words = {"p": "/".join(parts), "d": ".".join(parts), "c": "::".join(parts)}
        contents[path] = forms[path.rpartition(".")[2]].format(**words)
    found = edges({**contents, "go.mod": "module m\n"})
    assert all(target in contents and target != path for path, targets in found.items() for target in targets)


def rust_uses(files: dict[str, str]) -> dict[tuple[str, str], set[str]]:
    sources = [path for path in files if language_of(path)]
    facts = {path: parse(language_of(path) or "", files[path].encode()) for path in sources}
    tree = Tree(sources, lambda path: files.get(path, "").encode(), lambda path: "", facts.__getitem__)
    resolver = RustImports(tree)
    return {
        (path, target): set(uses)
        for path in sources
        for target, uses in resolver.resolve(path, facts[path]).items()
    }


def test_rust_dependencies_of_tests_are_used_by_tests() -> None:
    found = rust_uses(
        {
            "a/Cargo.toml": "[package]\nname = 'a'\n[dependencies]\nb = { path = '../b' }\n"
            "[dev-dependencies]\nb = { path = '../b' }\nc = { path = '../c' }\n"
            "[build-dependencies]\nd = { path = '../d' }\n",
            "a/build.rs": "use d::D;\nuse b::B;\n",
            "a/src/lib.rs": "mod only;\nuse b::B;\nuse d::D;\n#[cfg(test)]\nmod tests { use b::B; use c::C; }\n",
            "a/src/only.rs": "use c::C;\n",
            "b/Cargo.toml": "[package]\nname = 'b'\n",
            "b/src/lib.rs": "pub struct B;\n",
            "c/Cargo.toml": "[package]\nname = 'c'\n",
            "c/src/lib.rs": "pub struct C;\n",
            "d/Cargo.toml": "[package]\nname = 'd'\n",
            "d/src/lib.rs": "pub struct D;\n",
        }
    )
    assert found == {
        ("a/build.rs", "d/src/lib.rs"): {""},
        ("a/src/lib.rs", "a/src/only.rs"): {""},
        ("a/src/lib.rs", "b/src/lib.rs"): {"", "test"},
        ("a/src/lib.rs", "c/src/lib.rs"): {"test"},
        ("a/src/only.rs", "c/src/lib.rs"): {"test"},
    }


def test_rust_re_exports_are_followed_inside_their_crate() -> None:
    found = rust_uses(
        {
            "app/Cargo.toml": "[package]\nname = 'app'\n[dependencies]\nfront = { path = '../front' }\n",
            "app/src/lib.rs": "use front::{Lid, Box as Case, Deep};\n",
            "front/Cargo.toml": "[package]\nname = 'front'\n[dependencies]\nback = { path = '../back' }\n",
            "front/src/lib.rs": "mod lid;\nmod many;\npub use lid::Cover as Lid;\n"
            "pub use many::*;\npub use back::Deep;\n",
            "front/src/lid.rs": "pub struct Cover;\n",
            "front/src/many/mod.rs": "mod case;\npub use self::case::*;\n",
            "front/src/many/case.rs": "pub struct Box;\n",
            "back/Cargo.toml": "[package]\nname = 'back'\n",
            "back/src/lib.rs": "pub struct Deep;\n",
        }
    )
    targets = {target for path, target in found if path == "app/src/lib.rs"}
    assert targets == {"front/src/lib.rs", "front/src/lid.rs", "front/src/many/case.rs"}
    assert found["front/src/lib.rs", "back/src/lib.rs"] == {"export"}


def test_rust_modules_that_take_everything_from_each_other_come_to_an_end() -> None:
    names = [f"m{i}" for i in range(12)]
    globs = "".join(f"pub use crate::{name}::*;\n" for name in names)
    files = {f"src/{name}.rs": f"{globs}use crate::m0::T{i};\n" for i, name in enumerate(names)}
    files["Cargo.toml"] = "[package]\nname = 'a'\n"
    files["src/lib.rs"] = "".join(f"mod {name};\n" for name in names) + globs + "use crate::m0::T5;\n"
    files["src/m11.rs"] += "pub struct T5;\n"
    found = rust_uses(files)
    assert ("src/lib.rs", "src/m11.rs") in found
    assert found == rust_uses(dict(reversed(files.items())))


def test_rust_paths_of_a_module_inside_a_file_are_seen_from_there() -> None:
    found = rust_uses(
        {
            "Cargo.toml": "[package]\nname = 'a'\n",
            "src/lib.rs": "mod a;\nmod b;\n",
            "src/a.rs": "pub struct A;\n"
            "mod inner { use super::A; use super::super::b::B; fn f() { super::A::new(); } }\n",
            "src/b.rs": "pub struct B;\n",
        }
    )
    assert {target for path, target in found if path == "src/a.rs"} == {"src/b.rs"}
