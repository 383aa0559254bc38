"""What is no documented source, and why: vendored, built, tests, examples, documentation, other languages.

A name excludes a directory only where it can mean that. Three kinds of names differ in how far they reach:

- tests and vendored code are left out wherever they stand, but not in a package path of Java, Kotlin or Scala;
- examples, benchmarks and documentation not below `src`, `lib`, `app` ... nor inside a Python package;
- `lib`, `libs`, `vendors` of other people's code below the root of a web server, not elsewhere;
- names that are a package's as often (`spec`, `build`, `demo`, `features`) only at the top of the repository or of
  a module of the build, and not where the directory is a Python or Go package itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from repodoc_hooks.analysis.patterns import Patterns
from repodoc_hooks.config import Config
from repodoc_hooks.expressions import expression
from repodoc_hooks.source_files import FAMILY_BY_LANGUAGE, LANGUAGE_BY_SUFFIX

VENDORED = "vendored"
BUILT = "build output"
TESTS = "tests"
EXAMPLES = "examples"
DOCUMENTATION = "documentation"
BENCHMARKS = "benchmarks"
BUILD_SCRIPTS = "build scripts"
MIGRATIONS = "migrations"
TEMPLATES = "templates"
HIDDEN = "hidden"
EXCLUDED = "excluded by the configuration"

_Names = tuple[tuple[str, re.Pattern[str]], ...]


def _names(table: dict[str, str]) -> _Names:
    return tuple((reason, expression(pattern, re.IGNORECASE)) for reason, pattern in table.items())


_ANYWHERE = _names(
    {
        VENDORED: "node_modules|bower_components|jspm_packages|_?vendor|vendored|third[_-]?party|3rd[_-]?party"
        "|bundled|site-packages|__pycache__|__pypackages__|venv|pods|carthage",
        TESTS: "__tests__|__mocks__|__fixtures__|__snapshots__|(?:.*[._-])?tests?"
        "|test[_-]?(?:data|files?|cases?|suites?|helpers?|fixtures?|resources?)",
    }
)
_OUTSIDE_OF_CODE = _names(
    {
        EXAMPLES: r"(?:.*[._-])?examples?|sandbox|playgrounds?|tutorials?",
        BENCHMARKS: r"(?:.*[._-])?benchmarks?|bench(?:es)?|perf[_-]?measures?",
        DOCUMENTATION: "docs|docs?[_-](?:src|source|examples)|javadocs?|apidocs?",
        TESTS: "fixtures?|e2e|jest",
        BUILD_SCRIPTS: r"buildSrc|build-logic|[\w-]+\.config\.d",
    }
)
_AT_A_ROOT = _names(
    {
        BUILT: "dist|build|out|target|_build|htmlcov|coverage",
        VENDORED: "deps|externals?|extern|submodules",
        EXAMPLES: "samples?|demos?",
        TESTS: "specs?|mocks?",
        DOCUMENTATION: "doc",
    }
)
_WEB_ROOTS = frozenset({"public", "static", "assets", "webapp", "wwwroot", "www", "htdocs"})
_MIGRATION = expression(r"(?:\d{3,}|\d{4}_\d\d_\d\d_\d{6}|[VR]\d+_)[_-].+|[0-9a-f]{12}_.+")
"""Names of steps that change a database once: `0001_initial.py`, `20240131_add_crates.rb`, Alembic's with a hash."""
_OF_MIGRATIONS = expression(
    r"(?:.*/)?(?:[\w-]+[_-])?(?:migrat(?:e|ions?)|alembic/versions)(?:/.*)?", re.IGNORECASE
)
_OUTPUT_MARKS = frozenset(
    {
        *("allclasses-frame.html", "allclasses-index.html", "allclasses-noframe.html", "overview-tree.html"),
        *(
            "genindex.html",
            "doxygen.css",
            "method_list.html",
            "created.rid",
            "src-files.js",
            "block-navigation.js",
        ),
    }
)
"""What Javadoc, Sphinx, Doxygen, YARD, RDoc, rustdoc and Istanbul write beside their pages, and nobody else does."""
_CUCUMBER = expression(
    r"(?:.*/)?features/(?:step_definitions|steps|support)|(?:.*/)?features/environment\.py"
)
_CODE_ROOTS = frozenset({"src", "lib", "app", "source", "sources", "pkg", "internal", "cmd"})
_JVM_ROOTS = frozenset({"src", "java", "kotlin", "scala", "groovy"})
_OTHER_SOURCE_SET = expression(
    r"(?:^|.*/)src/(?:(?P<tests>[A-Za-z]*[tT]est(?:[A-Z]\w*)?)|(?:jmh|\w*[bB]enchmarks?))"
)
_TEST_FILE = expression(
    r"test_.*\.py|.*_test\.(?:py|go|rb|cc|cpp|c)|conftest\.py|.*(?:\.(?:test|spec|stories)|[-_]test)\.[cm]?[jt]sx?"
    r"|.*_(?:spec|unittest)\.\w+|tests?\.(?:rs|py)"
)
_TEST_FILE_AT_A_ROOT = expression(r"tests?\.(?:rb|php|[cm]?[jt]sx?)")
_BUILD_SCRIPT = expression(
    r"setup\.py|conanfile\.py|Package(?:@swift-[\d.]+)?\.swift|noxfile\.py|fabfile\.py|build\.rs|(?:gulp|grunt|Gulp|Grunt)file\.[cm]?[jt]s"
    r"|[\w.-]+\.(?:config|conf)\.[cm]?[jt]s|webpack\.[\w.]*js|.*\.gradle\.kts"
)
_TO_FILL_IN = expression(r".*(?:\{\{.+\}\}|\{%.+%\}|<%.+%>).*")
"""Names that a generator of projects fills in: `{{cookiecutter.name}}`."""
_ALWAYS_BUILD_SCRIPT = expression(r".*\.gradle\.kts")

_CONFLICT_SIDES = ".jjconflict-"
"""jj keeps the sides of a conflict in folders of the commit."""

_JVM = "jvm"
_MANY_OF_ONE_NAME = 3

_UNSUPPORTED = {
    "Jupyter notebooks": "ipynb",
    "Shell": "sh bash zsh ksh fish",
    "PowerShell": "ps1 psm1",
    "Objective-C": "m mm",
    "Groovy": "groovy",
    "Clojure": "clj cljs cljc",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Erlang": "erl hrl",
    "Haskell": "hs",
    "OCaml": "ml mli",
    "F#": "fs fsi fsx",
    "Visual Basic": "vb",
    "Lua": "lua",
    "Perl": "pl pm",
    "R": "r",
    "Julia": "jl",
    "Zig": "zig",
    "Nim": "nim",
    "Crystal": "cr",
    "Fortran": "f f90 f95 f03 f08",
    "Assembly": "s asm",
    "Cython": "pyx pxd",
    "CUDA": "cu cuh",
    "Vue components": "vue",
    "Svelte components": "svelte",
    "Astro components": "astro",
    "Solidity": "sol",
    "Verilog": "v sv",
    "VHDL": "vhd vhdl",
}
_LANGUAGE_OF_SUFFIX = {
    suffix: name
    for name, suffixes in _UNSUPPORTED.items()
    for suffix in suffixes.split()
    if suffix not in LANGUAGE_BY_SUFFIX
}


class LeftOut(Struct, frozen=True):
    """`files` source files below a directory ("." is the top) that are on no page, and the reason in a few words."""

    directory: str
    reason: str
    files: int


class Place(Struct, frozen=True):
    """What the names in the directories of a snapshot say, for those who ask about one of them.

    `is_root` tells whether a directory holds a manifest of the build, `is_output` whether a program wrote pages into
    it, `is_package` whether it is a Python package, `is_go` whether it holds Go source, `has_tests` whether it holds
    files that are tests by their names, `in_project` whether a C# project stands in it or above.
    """

    is_root: Callable[[str], bool]
    is_output: Callable[[str], bool]
    is_package: Callable[[str], bool]
    is_go: Callable[[str], bool]
    has_tests: Callable[[str], bool]
    in_project: Callable[[str], bool]


def unsupported(path: str) -> str:
    """The language of a source file that has no reader here, "" for any other file."""
    stem, _, suffix = path.rpartition("/")[2].rpartition(".")
    return _LANGUAGE_OF_SUFFIX.get(suffix.lower(), "") if stem else ""


class Exclusions:
    """Which directories and files of a snapshot are left out."""

    def __init__(self, config: Config, place: Place) -> None:
        self._patterns = Patterns.compile(config.exclude)
        self._docs_dir = config.docs_dir.strip("/")
        self._place = place
        self._known: dict[tuple[str, str], tuple[str, str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def is_page(self, path: str) -> bool:
        """Whether a path is below the folder of the pages."""
        return bool(self._docs_dir) and (path == self._docs_dir or path.startswith(self._docs_dir + "/"))

    def is_excluded(self, path: str) -> bool:
        """Whether the configuration leaves a file out."""
        return self._patterns.matches_tree(path)

    def count(self, path: str, language: str) -> bool:
        """Whether a source file is left out; if so it is counted."""
        directory, _, name = path.rpartition("/")
        reason, root = self.directory(directory, FAMILY_BY_LANGUAGE.get(language, ""))
        if not reason and (reason := self._file(path, directory, name)):
            root = path.partition("/")[0] if directory else "."
        if reason and not self.is_page(root) and not name.startswith("."):
            self._counts[root, reason] += 1
        return bool(reason)

    def count_unsupported(self, path: str, language: str) -> None:
        """Count a source file that nobody can read here."""
        directory = path.rpartition("/")[0]
        reason, root = self.directory(directory, "")
        if not reason:
            reason, root = f"no support for {language}", path.partition("/")[0] if directory else "."
        if not self.is_page(root):
            self._counts[root, reason] += 1

    def told(self) -> tuple[LeftOut, ...]:
        """What was counted, by directory."""
        return tuple(
            LeftOut(*key, files)
            for key, files in sorted(self._counts.items())
            if not key[0].startswith(_CONFLICT_SIDES)
        )

    def directory(self, directory: str, family: str) -> tuple[str, str]:
        """Why a directory is left out for a family of languages, and the topmost directory of which that is true."""
        if not directory:
            return "", ""
        key = directory, family
        if key not in self._known:
            parent, _, name = directory.rpartition("/")
            found = self.directory(parent, family)
            if not found[0] and (reason := self._named(directory, parent, name, family)):
                found = reason, directory
            self._known[key] = found
        return self._known[key]

    def _named(self, directory: str, parent: str, name: str, family: str) -> str:
        if self.is_page(directory):
            return DOCUMENTATION
        verdict = self._patterns.verdict(directory, directory=True)
        if verdict is not None:
            return EXCLUDED if verdict else ""
        if reason := self._surely(directory, parent, name):
            return reason
        in_code = self._in_code(parent, family)
        if family == _JVM and in_code:
            return ""
        if reason := _reason(_ANYWHERE, name):
            return "" if name == "test" and self._is_test_kit(directory) else reason
        if in_code:
            return ""
        if reason := _reason(_OUTSIDE_OF_CODE, name):
            return reason
        if _CUCUMBER.fullmatch(directory):
            return TESTS
        if self._place.is_package(directory) or self._place.is_go(directory):
            return ""
        at_a_root = not parent or self._place.is_root(parent)
        return _reason(_AT_A_ROOT, name) if at_a_root else ""

    def _surely(self, directory: str, parent: str, name: str) -> str:
        """Why a directory is left out whatever language it holds."""
        if name.startswith("."):
            return HIDDEN
        if other := _OTHER_SOURCE_SET.fullmatch(directory):
            return TESTS if other["tests"] else BENCHMARKS
        if self._place.is_output(directory):
            return DOCUMENTATION
        if _TO_FILL_IN.fullmatch(name):
            return TEMPLATES
        return VENDORED if _is_served(parent, name) else ""

    def _is_test_kit(self, directory: str) -> bool:
        """A Python package called `test` without a single test is for the tests of others (`django.test`)."""
        return self._place.is_package(directory) and not self._place.has_tests(directory)

    def _in_code(self, directory: str, family: str) -> bool:
        """Whether names below a directory are names of packages, modules or namespaces."""
        if self._place.is_package(directory):
            return True
        if family == "csharp" and self._place.in_project(directory):
            return True
        if family == _JVM:
            return not _JVM_ROOTS.isdisjoint(directory.split("/"))
        while directory:
            above, _, name = directory.rpartition("/")
            if name in _CODE_ROOTS:
                return True
            if self._place.is_root(directory):
                return False
            directory = above
        return False

    def _file(self, path: str, directory: str, name: str) -> str:
        verdict = self._patterns.verdict(path, directory=False) if self._patterns.rules else None
        if verdict is not None:
            return EXCLUDED if verdict else ""
        if name[0] == ".":
            return HIDDEN
        if _TO_FILL_IN.fullmatch(name):
            return TEMPLATES
        in_package = self._place.is_package(directory)
        if _TEST_FILE.fullmatch(name) and not (in_package and name == "test.py"):
            return TESTS
        if _TEST_FILE_AT_A_ROOT.fullmatch(name) and (not directory or self._place.is_root(directory)):
            return TESTS
        if _CUCUMBER.fullmatch(path):
            return TESTS
        if _MIGRATION.fullmatch(name) and _OF_MIGRATIONS.fullmatch(directory):
            return MIGRATIONS
        if _BUILD_SCRIPT.fullmatch(name):
            anywhere = _ALWAYS_BUILD_SCRIPT.fullmatch(name)
            return BUILD_SCRIPTS if anywhere or not (in_package or self._in_code(directory, "")) else ""
        return ""


def _is_served(parent: str, name: str) -> bool:
    """Whether a directory holds what others wrote for a web site: `public/libs`, `static/js/vendors`."""
    around = parent.split("/")
    if name == "vendors":
        return not _WEB_ROOTS.isdisjoint(around)
    return name in ("lib", "libs") and around[-1] in _WEB_ROOTS - {"assets"}


def marks_output(name: str) -> bool:
    """Whether a file of this name says that a program wrote the pages of its directory."""
    return name in _OUTPUT_MARKS


def is_test_file(name: str) -> bool:
    """Whether a file is a test by its name."""
    return _TEST_FILE.fullmatch(name) is not None


def places(found: Iterable[LeftOut]) -> frozenset[str]:
    """Where source is left out, each place with the reason, `tests: tests`; many directories of one name are one."""
    reasons: dict[tuple[str, str], set[str]] = {}
    for each in found:
        reasons.setdefault((each.directory.rpartition("/")[2], each.reason), set()).add(each.directory)
    return frozenset(
        f"{directory}: {reason}"
        for (name, reason), directories in reasons.items()
        for directory in ([f"**/{name}"] if len(directories) > _MANY_OF_ONE_NAME else directories)
    )


def _reason(names: _Names, name: str) -> str:
    return next((reason for reason, pattern in names if pattern.fullmatch(name)), "")
