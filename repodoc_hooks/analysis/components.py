"""Components: which source files share a page.

A file's component follows from its own path and the manifests above it, never from its siblings elsewhere, so that
a commit moves only the components that it touches:

- Python: the directory (a package with `__init__.py`, or a namespace directory); Go: the directory;
- Rust: the nearest `Cargo.toml` with `[package]`; JavaScript and TypeScript: the nearest `package.json`;
- everything else, and a directory in which such rules disagree: the directory.

Left out unless the configuration names them or takes them back with a `!` pattern: vendored and built files, hidden
directories, tests, examples, documentation, benchmarks, build scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from repodoc_hooks.analysis.facts import Component, SourceFile
from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.analysis.manifests import project
from repodoc_hooks.analysis.patterns import Patterns
from repodoc_hooks.config import Config

Read = Callable[[str], bytes]

_VENDORED = frozenset(
    [
        "node_modules",
        "bower_components",
        "jspm_packages",
        "vendor",
        "_vendor",
        "vendored",
        "third_party",
        "third-party",
        "thirdparty",
        "site-packages",
        "__pycache__",
        "venv",
        "Pods",
        "Carthage",
        "__pypackages__",
        "coverage",
        "htmlcov",
    ]
)
_BUILT = frozenset({"dist", "build", "out", "target", "_build"})
_ASIDE = re.compile(
    r"__tests__|__mocks__|__fixtures__|__snapshots__|specs?|e2e|fixtures?|test[_-]?data"
    r"|(?:.*[._-])?(?:tests?|benchmarks?|examples?)|samples?|demos?|docs?|bench(?:es)?|mocks?|features",
    re.IGNORECASE,
)
_TEST_SOURCE_SET = re.compile(r"src/[A-Za-z]*[tT]est(?:[A-Z]\w*)?$|src/[a-z]+Test\w*$")
_TEST_FILE = re.compile(
    r"test_.*\.py|.*_test\.(?:py|go|rb|cc|cpp|c)|conftest\.py|.*\.(?:test|spec|stories)\.[cm]?[jt]sx?"
    r"|.*_(?:spec|unittest)\.\w+|tests?\.(?:rs|py)"
)
_BUILD_SCRIPT = re.compile(
    r"setup\.py|noxfile\.py|fabfile\.py|build\.rs|(?:gulp|grunt|Gulp|Grunt)file\.[cm]?[jt]s"
    r"|[\w.-]+\.config\.[cm]?[jt]s|webpack\.[\w.]*js|.*\.gradle\.kts"
)
_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})


def discover(paths: Iterable[tuple[str, str]], config: Config, read: Read) -> dict[str, Component]:
    """Components by id, sorted; each holds at least one file.

    `paths` are the ordinary files of a snapshot with their blob OIDs; `read` gives the bytes of a manifest, b"" if
    it cannot be read.
    """
    layout = _Layout(config, read)
    if config.components:
        return layout.named(paths)
    return layout.found(paths)


class _Layout:
    """What the directories of one snapshot say."""

    def __init__(self, config: Config, read: Read) -> None:
        self.config = config
        self.read = read
        self.exclude = Patterns.compile(config.exclude)
        self.docs_dir = config.docs_dir.strip("/")
        self.markers: dict[str, set[str]] = {}
        self._skipped: dict[str, bool] = {"": False}
        self._claims: dict[tuple[str, str], str | None] = {}

    def named(self, paths: Iterable[tuple[str, str]]) -> dict[str, Component]:
        """The components that the configuration lists; a file belongs to the first one that names it."""
        wanted = [(c.name, Patterns.compile(_anchored(c.paths))) for c in self.config.components]
        groups: dict[str, list[SourceFile]] = {}
        for path, oid in paths:
            language = language_of(path)
            if language is None or self._is_page(path) or self.exclude.matches_tree(path):
                continue
            for name, patterns in wanted:
                if patterns.matches_tree(path):
                    groups.setdefault(name, []).append(SourceFile(path, oid, language))
                    break
        return {
            name: Component(name, name, "directory", _sorted(files)) for name, files in sorted(groups.items())
        }

    def found(self, paths: Iterable[tuple[str, str]]) -> dict[str, Component]:
        """The components that the layout of the repository suggests."""
        directories: dict[str, list[SourceFile]] = {}
        for path, oid in paths:
            directory, _, name = path.rpartition("/")
            if name in MARKERS:
                self.markers.setdefault(directory, set()).add(name)
            language = language_of(name)
            if language is not None:
                directories.setdefault(directory, []).append(SourceFile(path, oid, language))
        groups: dict[str, list[SourceFile]] = {}
        for directory, files in directories.items():
            if self._is_skipped(directory):
                continue
            kept = [f for f in files if not self._is_skipped_file(f.path)]
            if kept:
                owner = self._owner(directory, {f.language for f in kept})
                groups.setdefault(owner, []).extend(kept)
        return {owner or ".": self._component(owner, groups[owner]) for owner in sorted(groups)}

    def _component(self, directory: str, files: list[SourceFile]) -> Component:
        kind, title = self._identity(directory, {f.language for f in files})
        return Component(directory or ".", title, kind, _sorted(files))

    # which files

    def _is_page(self, path: str) -> bool:
        return bool(self.docs_dir) and (path == self.docs_dir or path.startswith(self.docs_dir + "/"))

    def _is_skipped(self, directory: str) -> bool:
        known = self._skipped.get(directory)
        if known is None:
            parent, _, name = directory.rpartition("/")
            known = self._skipped[directory] = self._is_skipped(parent) or self._skips(directory, name)
        return known

    def _skips(self, directory: str, name: str) -> bool:
        if self._is_page(directory):
            return True
        verdict = self.exclude.verdict(directory, directory=True)
        if verdict is not None:
            return verdict
        if name in _VENDORED or name.startswith("."):
            return True
        if name in _BUILT:
            return "__init__.py" not in self.markers.get(directory, ())
        return bool(_ASIDE.fullmatch(name) or _TEST_SOURCE_SET.search(directory))

    def _is_skipped_file(self, path: str) -> bool:
        if self.exclude.rules:
            verdict = self.exclude.verdict(path, directory=False)
            if verdict is not None:
                return verdict
        name = path.rpartition("/")[2]
        return name[0] == "." or bool(_TEST_FILE.fullmatch(name) or _BUILD_SCRIPT.fullmatch(name))

    # whose files

    def _owner(self, directory: str, languages: set[str]) -> str:
        claims = set()
        for language in languages:
            if language == "rust":
                claims.add(self._nearest(directory, "Cargo.toml"))
            elif language in _SCRIPTED:
                claims.add(self._nearest(directory, "package.json"))
            else:
                return directory
        return max((c for c in claims if c is not None), key=len, default=directory)

    def _nearest(self, directory: str, manifest: str) -> str | None:
        """The nearest directory, going up, whose manifest names a package."""
        key = directory, manifest
        if key not in self._claims:
            if manifest in self.markers.get(directory, ()) and self._package_name(directory, manifest):
                self._claims[key] = directory
            else:
                parent = directory.rpartition("/")[0]
                self._claims[key] = self._nearest(parent, manifest) if directory else None
        return self._claims[key]

    def _package_name(self, directory: str, manifest: str) -> str:
        path = f"{directory}/{manifest}" if directory else manifest
        if manifest not in self.markers.get(directory, ()):
            return ""
        return _declared_name(manifest, self.read(path))

    # what they are called

    def _identity(self, directory: str, languages: set[str]) -> tuple[str, str]:
        """Kind and title of the component in a directory."""
        if "rust" in languages and (name := self._package_name(directory, "Cargo.toml")):
            return "Rust crate", name
        if languages & _SCRIPTED and (name := self._package_name(directory, "package.json")):
            return "npm package", name
        last = directory.rpartition("/")[2]
        if "go" in languages:
            module = self._package_name(directory, "go.mod")
            return "Go package", _last_element(module) or last or "top level"
        if "python" in languages:
            return self._python_identity(directory)
        name = self._package_name(directory, "pyproject.toml") or self._package_name(
            directory, "composer.json"
        )
        return "directory", last or name or "top level"

    def _python_identity(self, directory: str) -> tuple[str, str]:
        parts: list[str] = []
        here = directory
        is_package = "__init__.py" in self.markers.get(here, ())
        while here:
            parent, _, name = here.rpartition("/")
            parts.insert(0, name)
            if "__init__.py" not in self.markers.get(parent, ()):
                break
            is_package = True
            here = parent
        if not parts:
            return "directory", self._package_name("", "pyproject.toml") or "top level"
        return ("Python package" if is_package else "directory"), ".".join(parts)


MARKERS = frozenset(
    {"__init__.py", "Cargo.toml", "package.json", "go.mod", "pyproject.toml", "composer.json"}
)
"""Files whose presence or content decides what component a directory belongs to."""


def _declared_name(manifest: str, data: bytes) -> str:
    """The name of the package that a manifest declares, "" if it declares none or cannot be read."""
    if manifest == "go.mod":
        found = re.search(rb'^\s*module\s+"?([^\s"]+)', data, re.MULTILINE)
        return found[1].decode("utf-8", "replace") if found else ""
    name = project(manifest, data).get("name", "")
    return name if isinstance(name, str) else ""


def _last_element(module: str) -> str:
    """Last element of a Go module path; a major version (`/v2`) is not one."""
    parts = [p for p in module.split("/") if p]
    if len(parts) > 1 and re.fullmatch(r"v\d+", parts[-1]):
        parts.pop()
    return parts[-1] if parts else ""


def _anchored(paths: Iterable[str]) -> list[str]:
    """Paths of a named component are relative to the top, whether or not they hold a slash."""
    return ["**" if p.strip("/") in ("", ".") else "/" + p.removeprefix("./").lstrip("/") for p in paths]


def _sorted(files: list[SourceFile]) -> tuple[SourceFile, ...]:
    return tuple(sorted(files, key=lambda file: file.path))
