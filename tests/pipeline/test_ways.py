"""The hook of a commit, `update` and `update --all` leave the same bytes, whatever was changed."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.pipeline.changing_world import MOVES, VERSIONS, definitions
from tests.pipeline.ways import commit
from tests.repos import Repo


class Edit(Protocol):
    """A change of the work tree; some do nothing where they do not fit."""

    def apply(self, repo: Repo) -> None:
        """Make the change."""


@dataclass(frozen=True)
class Take:
    """A file in one of its versions."""

    path: str
    version: int

    def apply(self, repo: Repo) -> None:
        text = VERSIONS[self.path][self.version % len(VERSIONS[self.path])]
        file = repo.path / self.path
        if text is None:
            file.unlink(missing_ok=True)
        elif not any(above.is_file() for above in file.parents):
            repo.write(self.path, text)


@dataclass(frozen=True)
class Move:
    """A file or folder goes somewhere else."""

    source: str
    target: str

    def apply(self, repo: Repo) -> None:
        source, target = repo.path / self.source, repo.path / self.target
        if source.exists() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(source, target)


takes = st.builds(Take, st.sampled_from(sorted(VERSIONS)), st.integers(0, 5))
moves = st.sampled_from([Move(*pair) for pair in MOVES] + [Move(*pair[::-1]) for pair in MOVES])
steps = st.lists(st.one_of(takes, takes, takes, takes, moves), min_size=1, max_size=3)
worlds = st.sets(st.sampled_from(sorted({path.split("/")[0] for path in VERSIONS})), min_size=5)


@settings(max_examples=8)
@given(world=worlds, changes=st.lists(steps, min_size=2, max_size=5))
def test_all_ways_leave_the_same_pages(
    tmp_path_factory: pytest.TempPathFactory, world: set[str], changes: Sequence[Sequence[Edit]]
) -> None:
    repo = Repo.init(tmp_path_factory.mktemp("ways") / "repo")
    for path in VERSIONS:
        if path.split("/")[0] in world:
            Take(path, 0).apply(repo)
    commit(repo)
    for step in changes:
        for edit in step:
            edit.apply(repo)
        event("short" if commit(repo) else "long")


def classes(count: int) -> str:
    """Classes in Python with a method each: with many of them a file has a page of its own."""
    return "".join(f'class K{n}:\n    """Is {n}."""\n\n    def m(self): ...\n\n\n' for n in range(count))


def small_modules(told: int, more: int = 0) -> dict[str, str | None]:
    """A package of small modules, which import the first two; so many of them say what they are for."""
    modules: dict[str, str | None] = {}
    for number in range(22):
        said = f'"""Is number {number}."""\n\n' if number < told else ""
        said += "from small.m00 import f0\n" * (number > 0) + "from small.m01 import f0\n" * (number % 2)
        some = (f'def f{n}(x):\n    """Does {n}."""\n\n\n' for n in range(3 + (number < more)))
        modules[f"small/m{number:02}.py"] = said + "".join(some)
    return modules


SMALL_EXPORTS = "".join(f"from small.m{n:02} import f1 as g{n}\n" for n in range(22))


def java(name: str, methods: int, *used: str) -> str:
    """A class in Java that uses others in a body."""
    package = "b" if name in "BD" else "a"
    imports = "".join(f"import org.a.{each};\n" for each in used)
    body = " ".join(f"{each} x{each};" for each in used)
    offered = "".join(
        f"  /** Does {n}. */\n  public void m{n}(int a, int b) {{}}\n\n" for n in range(methods)
    )
    return f"package org.{package};\n\n{imports}\npublic class {name} {{\n{offered}  void own() {{ {body} }}\n}}\n"


CASES: Mapping[str, Sequence[Mapping[str, str | None]]] = {
    "definitions that come to fill a page leave others less room, and give it back": (
        small_modules(16),
        small_modules(17),
        small_modules(16),
        small_modules(16, 1),
        {**small_modules(16), "small/__init__.py": SMALL_EXPORTS},
        small_modules(22, 22),
        small_modules(0),
    ),
    "the component at the top has the repository's name once nothing else has": (
        {
            "go.mod": "module example.org/tool\n",
            "tool.go": "package tool\n\n// Run runs.\nfunc Run() {}\n",
            "tool/main.go": 'package main\n\nimport "example.org/tool"\n\nfunc main() { tool.Run() }\n',
            "doc/doc.go": 'package doc\n\nimport "example.org/tool"\n\n// Show shows.\nfunc Show() { tool.Run() }\n',
        },
        {"tool/main.go": None},
    ),
    "a file that is renamed may shadow a folder": (
        {
            "package.json": '{"name": "all", "private": true, "workspaces": ["packages/*"]}\n',
            "packages/a/package.json": '{"name": "@x/a", "main": "src/index.ts"}\n',
            "packages/a/src/index.ts": "export * from './util';\n",
            "packages/a/src/util/index.ts": "export const help = 1;\n",
            "packages/b/package.json": '{"name": "@x/b", "main": "index.ts"}\n',
            "packages/b/index.ts": "export * from '@x/a';\n",
        },
        {"packages/a/src/util.ts": "/** Helps. */\nexport const help = 2;\n"},
        {"packages/a/src/util.ts": None},
    ),
    "the file that a package leads to comes back": (
        {
            "package.json": '{"name": "all", "private": true, "workspaces": ["packages/*"]}\n',
            "packages/a/package.json": '{"name": "@x/a", "main": "lib/start.js"}\n',
            "packages/a/lib/start.js": "export const help = 1;\n",
            "packages/a/lib/other.js": "export const other = 1;\n",
            "packages/b/package.json": '{"name": "@x/b", "main": "index.ts"}\n',
            "packages/b/index.ts": "import { help } from '@x/a';\nexport const b = help;\n",
        },
        {"packages/a/lib/start.js": None},
        {"packages/a/lib/start.js": "export const help = 2;\n"},
    ),
    "what is handed on comes from another file": (
        {
            "Cargo.toml": '[workspace]\nmembers = ["one", "two"]\n',
            "one/Cargo.toml": '[package]\nname = "one"\nversion = "0.1.0"\n',
            "one/src/lib.rs": "mod a;\nmod b;\npub use a::Thing;\n",
            "one/src/a.rs": "pub struct Thing;\n",
            "one/src/b.rs": "pub struct Thing;\n",
            "two/Cargo.toml": '[package]\nname = "two"\nversion = "0.1.0"\n[dependencies]\none = { path = "../one" }\n',
            "two/src/lib.rs": "use one::Thing;\npub fn two(thing: Thing) {}\n",
        },
        {"one/src/lib.rs": "mod a;\nmod b;\npub use b::Thing;\n"},
        {"one/src/b.rs": "/// A thing.\npub enum Thing { A }\n"},
        {"one/src/lib.rs": "mod a;\nmod b;\n"},
    ),
    "a class inside of a module gets a sentence": (
        {
            "shelf.gemspec": 'Gem::Specification.new do |s|\n  s.name = "shelf"\nend\n',
            "lib/shelf.rb": "module Shelf\n  VERSION = 1\nend\n",
            "lib/shelf/book.rb": "module Shelf\n  class Book\n    def read; end\n  end\nend\n",
        },
        {"lib/shelf/book.rb": "module Shelf\n  # To be read.\n  class Book\n    def read; end\n  end\nend\n"},
        {
            "lib/shelf/book.rb": "module Shelf\n  # To be read.\n  class Book\n    class Page; end\n  end\nend\n"
        },
    ),
    "a formatter lays signatures out otherwise": (
        {
            "a.gemspec": 'Gem::Specification.new do |s|\n  s.name = "a"\nend\n',
            "lib/a.rb": "class A\n  def put(one=1, two='x'); end\nend\n",
            "src/b/__init__.py": '"""B."""\n',
            "lib/c.js": "export function put(one='x', two) {}\n",
        },
        {
            "lib/a.rb": "class A\n  def put(one = 1, two = 'x')\n  end\nend\n",
            "lib/c.js": 'export function put(\n  one = "x",\n  two,\n) {}\n',
        },
        {"lib/a.rb": "class A\n  def put(one = 1, two = 'x', three); end\nend\n"},
    ),
    "the macro of another file makes a declaration": (
        {
            "base/macros.h": "#define DECLARE(name) int name(void);\n",
            "lib/api.h": '#include "../base/macros.h"\n/* Opens. */\nDECLARE(open_it)\nint shut(void);\n',
        },
        {"base/macros.h": "#define DECLARE(name) int name(int a); int name##_all(void);\n"},
        {"base/macros.h": "/* Declares. */\n#define DECLARE(name) int name(int a);\n"},
    ),
    "headings go where a page gets long": (
        {
            "src/core/__init__.py": '"""Core."""\nfrom core.text import shout\n\n__all__ = ["shout"]\n',
            "src/core/text.py": '"""Text."""\n\n\ndef shout(words):\n    """Say aloud."""\n',
            "src/core/more.py": definitions(3),
            "src/shop/__init__.py": '"""Shop."""\nfrom core import shout\n\n__all__ = ["shout"]\n',
        },
        {"src/core/more.py": definitions(60)},
        {"src/core/more.py": definitions(61)},
        {"src/core/more.py": definitions(4)},
    ),
    "the page knows an older interface than the tree before": (
        {
            "src/core/__init__.py": '"""Core."""\n',
            "src/core/text.py": '"""Text."""\n\n\ndef shout(words):\n    return words\n',
            "src/shop/__init__.py": '"""Shop."""\nfrom core.text import shout\n',
            "src/shop/till.py": '"""Till."""\nfrom core.text import shout\n\n\ndef add(a):\n    """Add."""\n',
        },
        {"src/core/text.py": '"""Text."""\n\n\ndef shout(words, times=1):\n    return words\n'},
        {
            "src/shop/till.py": '"""Till."""\nfrom core.text import shout\n\n\ndef add(a, b):\n    """Add."""\n'
        },
        {"src/core/text.py": '"""Text."""\n\n\ndef shout(words):\n    return words\n'},
        {"src/core/text.py": '"""Text."""\n\n\ndef whisper(words):\n    return words\n'},
    ),
    "a file gets another namespace": (
        {
            "composer.json": '{"name": "v/p", "autoload": {"psr-4": {"P\\\\": "src/"}}}\n',
            "src/A.php": "<?php\nnamespace P;\nuse P\\In\\B;\nclass A { public function b(B $b) {} }\n",
            "src/In/composer.json": '{"name": "v/in"}\n',
            "src/In/B.php": "<?php\nnamespace P\\In;\nclass B {}\n",
        },
        {"src/In/B.php": "<?php\nnamespace Q\\In;\nclass B {}\n"},
        {"src/In/B.php": "<?php\nnamespace P\\In;\nclass B {}\n"},
    ),
    "a class comes and goes that another one is called like, and with it whom an import means": (
        {
            "composer.json": '{"name": "v/p"}\n',
            "src/A.php": "<?php\nnamespace P;\nuse P\\In\\B;\nclass A { public function b(B $b) {} }\n",
            "far/composer.json": '{"name": "v/far"}\n',
            "far/B.php": "<?php\nnamespace P\\In;\nclass B {}\n",
            "near/composer.json": '{"name": "v/near"}\n',
            "near/C.php": "<?php\nnamespace P\\In;\nclass C {}\n",
        },
        {"near/B.php": "<?php\nnamespace P\\In;\nclass B {}\n"},
        {"near/B.php": "<?php\nnamespace P\\Far;\nclass B {}\n"},
        {"near/B.php": "<?php\nnamespace P\\In;\nclass B {}\n"},
        {"near/B.php": None},
        {"near/B.php": "<?php\nnamespace P\\In;\nclass B {}\n"},
        {"far/B.php": None},
    ),
    "the same in Java": (
        {
            "two/pom.xml": "<project><artifactId>two</artifactId><dependencies>"
            "<dependency><artifactId>one</artifactId></dependency>"
            "<dependency><artifactId>uno</artifactId></dependency></dependencies></project>\n",
            "two/src/main/java/org/b/B.java": "package org.b;\nimport org.a.A;\npublic class B { A a; }\n",
            "one/pom.xml": "<project><artifactId>one</artifactId></project>\n",
            "one/src/main/java/org/a/A.java": "package org.a;\npublic class A {}\n",
            "uno/pom.xml": "<project><artifactId>uno</artifactId></project>\n",
            "uno/src/main/java/org/a/X.java": "package org.a;\npublic class X {}\n",
        },
        {"uno/src/main/java/org/a/A.java": "package org.a;\npublic class A {}\n"},
        {"uno/src/main/java/org/a/A.java": None},
        {"uno/src/main/java/org/a/X.java": "package org.a;\npublic class X {}\nclass A {}\n"},
        {"uno/src/main/java/org/a/X.java": "package org.x;\npublic class X {}\nclass A {}\n"},
        {"uno/src/main/java/org/a/X.java": "package org.a;\npublic class X {}\nclass A {}\n"},
        {"uno/src/main/java/org/a/X.java": "package org.a;\npublic class X {}\n"},
        {"uno/src/main/java/org/a/X.java": "package org.a;\npublic class X {}\nclass A {}\n"},
    ),
    "a name that is handed on gets a definition": (
        {
            "src/core/__init__.py": '"""Core."""\nfrom core._impl import run\n\n__all__ = ["run"]\n',
            "src/core/_impl.py": '"""Inside."""\n\n\ndef walk(a):\n    """Walk."""\n',
            "src/shop/__init__.py": '"""Shop."""\nfrom core import run\n\n__all__ = ["run"]\n',
        },
        {"src/core/_impl.py": '"""Inside."""\n\n\ndef run(a):\n    return a\n'},
        {"src/core/_impl.py": '"""Inside."""\n\n\ndef walk(a):\n    """Walk."""\n'},
    ),
    "a package is written in two clauses": (
        {
            "two/pom.xml": "<project><artifactId>two</artifactId><dependencies>"
            "<dependency><artifactId>one</artifactId></dependency></dependencies></project>\n",
            "two/src/main/scala/org/b/B.scala": "package org\npackage b\nclass B { val d: D = null }\n",
            "one/pom.xml": "<project><artifactId>one</artifactId></project>\n",
            "one/src/main/scala/org/b/X.scala": "package org.b\nclass X\n",
        },
        {"one/src/main/scala/org/b/X.scala": "package org.b\nclass X\nclass D\n"},
        {"one/src/main/scala/org/b/X.scala": "package org.b\nclass X\n"},
        {"one/src/main/scala/org/b/Y.scala": "package org.b\nclass Y\nclass D\n"},
    ),
    "the same in C#": (
        {
            "App/App.csproj": '<Project><ItemGroup><ProjectReference Include="../One/One.csproj" />'
            '<ProjectReference Include="../Two/Two.csproj" /></ItemGroup></Project>\n',
            "App/Main.cs": "using Shop;\nnamespace App { public class Main { Crate c; } }\n",
            "One/One.csproj": "<Project></Project>\n",
            "One/Crate.cs": "namespace Shop { public class Crate {} }\n",
            "Two/Two.csproj": "<Project></Project>\n",
            "Two/Box.cs": "namespace Shop { public class Box {} }\n",
        },
        {"Two/Crate.cs": "namespace Shop { public class Crate {} }\n"},
        {"Two/Crate.cs": "namespace Wire { public class Crate {} }\n"},
        {"Two/Crate.cs": "namespace Shop { public class Crate {} }\n"},
        {"Two/Crate.cs": None},
    ),
    "the same in C": (
        {
            "contrib/app/CMakeLists.txt": "project(app)\n",
            "contrib/app/main.c": '#include "op.h"\nint main(void) { return op(); }\n',
            "contrib/one/CMakeLists.txt": "project(one)\n",
            "contrib/one/op.h": "int op(void);\n",
            "contrib/two/CMakeLists.txt": "project(two)\n",
            "contrib/two/other.h": "int other(void);\n",
        },
        {"contrib/two/op.h": "int op(void);\n"},
        {"contrib/two/op.h": None},
    ),
    "the same in Swift": (
        {
            "Package.swift": 'let package = Package(name: "p", targets: ['
            '.target(name: "One"), .target(name: "App")])\n',
            "Sources/One/A.swift": "public struct A {}\n",
            "Sources/One/B.swift": "public struct B {}\n",
            "Sources/App/main.swift": "import One\npublic func run(_ a: A) {}\n",
        },
        {"Sources/One/C.swift": "public struct A {}\n"},
        {"Sources/One/C.swift": None},
    ),
    "a file declares what others name": (
        {
            "one/pom.xml": "<project><artifactId>one</artifactId></project>\n",
            "one/src/main/java/org/a/A.java": "package org.a;\npublic class A {}\n",
            "two/pom.xml": "<project><artifactId>two</artifactId></project>\n",
            "two/src/main/java/org/b/B.java": "package org.b;\nimport org.a.C;\npublic class B { C c; }\n",
        },
        {"one/src/main/java/org/a/A.java": "package org.a;\npublic class A {}\nclass C {}\n"},
        {"one/src/main/java/org/a/A.java": "package org.a;\npublic class A {}\n"},
    ),
    "a file uses one more of a page that is on the list, which then changes, grows, goes": (
        {
            "one/pom.xml": "<project><artifactId>one</artifactId></project>\n",
            "one/src/main/java/org/a/A.java": java("A", 1),
            "one/src/main/java/org/a/C.java": java("C", 1),
            "two/pom.xml": "<project><artifactId>two</artifactId><dependencies>"
            "<dependency><artifactId>one</artifactId></dependency></dependencies></project>\n",
            "two/src/main/java/org/b/B.java": java("B", 1, "A"),
        },
        {"two/src/main/java/org/b/B.java": java("B", 1, "A", "C")},
        {"one/src/main/java/org/a/C.java": java("C", 2)},
        {"two/src/main/java/org/b/B.java": java("B", 2, "A", "C")},
        {"two/src/main/java/org/b/B.java": java("B", 2, "C")},
        {"one/src/main/java/org/a/C.java": java("C", 300), "one/src/main/java/org/a/A.java": java("A", 300)},
        {"two/src/main/java/org/b/B.java": java("B", 2, "A")},
        {"two/src/main/java/org/b/B.java": java("B", 2, "A", "C")},
        {"one/src/main/java/org/a/C.java": java("C", 1)},
        {"one/src/main/java/org/a/C.java": None},
        {"one/src/main/java/org/a/C.java": java("C", 1)},
        {"two/src/main/java/org/b/B.java": java("B", 1, "A")},
        {"two/src/main/java/org/b/D.java": java("D", 1, "C")},
        {"two/src/main/java/org/b/B.java": java("B", 1, "C"), "two/src/main/java/org/b/D.java": None},
        {"two/src/main/java/org/b/B.java": java("B", 1)},
    ),
    "a file imports a package of others that no manifest names, until one does": (
        {
            "pyproject.toml": '[project]\nname = "core"\ndependencies = []\n',
            "src/core/__init__.py": '"""Core."""\n',
            "src/core/one.py": '"""One."""\n\n' + classes(1),
        },
        {"src/core/one.py": '"""One."""\nimport yaml\n\n' + classes(1)},
        {"pyproject.toml": '[project]\nname = "core"\ndependencies = ["pyyaml"]\n'},
        {"src/core/one.py": '"""One of them."""\nimport yaml\nimport attr\n\n' + classes(1)},
        {"src/core/one.py": '"""One."""\n\n' + classes(1)},
    ),
    "what a page uses gets a page of its own, while the page changes for nobody": (
        {
            "src/core/__init__.py": '"""Core."""\n',
            "src/core/big.py": '"""Big."""\nfrom core.small import K0\n\n' + classes(60),
            "src/core/small.py": '"""Small."""\n\n' + classes(1),
        },
        {
            "src/core/big.py": '"""Big.\n\nMore.\n"""\nfrom core.small import K0\n\n' + classes(60),
            "src/core/small.py": '"""Small."""\n\n' + classes(60),
        },
        {"src/core/small.py": '"""Small."""\n\n' + classes(1)},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_shows_elsewhere_is_on_the_page(repo: Repo, case: str) -> None:
    for files in CASES[case]:
        for path, text in files.items():
            if text is None:
                (repo.path / path).unlink()
            else:
                repo.write(path, text)
        commit(repo)


def test_a_list_that_a_merge_left_behind_is_made_anew(repo: Repo) -> None:
    repo.write("src/core/__init__.py", '"""Core."""\n')
    repo.write("src/core/big.py", '"""Big."""\nfrom core.small import K0\n\n' + classes(60))
    repo.write("src/core/small.py", '"""Small."""\n\n' + classes(60))
    commit(repo)
    page = "docs/repodoc/src/core/big.py.md"
    before = repo.read(page)
    repo.replace(page, "- [`small.py`](small.py.md)", "- [core](README.md)")
    commit(repo)
    assert repo.read(page) == before
