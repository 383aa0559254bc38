"""Import edges of Go, Java, PHP and C# beside the tools that build them, and edges that no build allows.

    python -m benchmarks.judges.build_edges go|java|maven|gradle|csharp|php [--autoload FILE] [--show] REPOSITORY...

`go` asks `go list` (imports and test imports, all platforms), `java` the compiler what type names mean, `maven` has
Maven make the effective project of each module, `php` has Composer make its class map and nikic/php-parser resolve
names (`--autoload`: its autoloader, /usr/share/php/PhpParser/autoload.php of Debian's php-parser). `gradle` and
`csharp` have no tool that answers without building: scripts and project files are read once more, by other means.
A REPOSITORY has its work tree; its builds run with the user's rights, so name only what you trust.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.judges.arrows import Edge, arrows, compared, pairs, run, tracked
from benchmarks.judges.build_modules import csharp_agreements, gradle_agreements, maven_agreements
from benchmarks.truth import Agreement
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse

_HERE = Path(__file__).parent
_SHOWN = 15
_GO_SYSTEMS = ("linux", "windows", "darwin", "freebsd", "js", "solaris", "aix", "plan9", "openbsd", "netbsd")
# Go


def go_agreements(top: Path) -> Iterator[Agreement]:
    """Packages that packages import, and that their tests import, beside `go list`."""
    sources: dict[str, str] = {}
    theirs: dict[str, set[Edge]] = {"imports": set(), "test imports": set()}
    for module in tracked(top, "go.mod"):
        directory = (top / module).parent
        listed = _listed(directory, "./...")
        wanted = sorted({i for p in listed for i in (*p.get("Imports", ()), *_tests_of(p))})
        where = {p["ImportPath"]: p for p in (*listed, *_listed(directory, *wanted))}
        for package in listed:
            here = _inside(top, package["Dir"])
            for field in ("GoFiles", "CgoFiles"):
                sources.update({f"{here}/{n}".lstrip("/"): "imports" for n in package.get(field, ())})
            for field in ("TestGoFiles", "XTestGoFiles"):
                sources.update({f"{here}/{n}".lstrip("/"): "test imports" for n in package.get(field, ())})
            for what, imported in (
                ("imports", package.get("Imports", ())),
                ("test imports", _tests_of(package)),
            ):
                for name in imported:
                    found = where.get(name, {})
                    if any(map(language_of, (*found.get("GoFiles", ()), *found.get("CgoFiles", ())))):
                        there = _inside(top, found["Dir"])
                        if there is not None and there != here:
                            theirs[what].add((here or ".", there or "."))
    everything = frozenset(tracked(top, ""))
    resolver = Resolver(
        frozenset(p for p in everything if language_of(p) == "go"), _reader(top), files=everything
    )
    ours: dict[str, set[Edge]] = {"imports": set(), "test imports": set()}
    for path, what in sources.items():
        here = path.rpartition("/")[0]
        for target in resolver.resolve(path, parse("go", (top / path).read_bytes())):
            if (there := target.rpartition("/")[0]) != here:
                ours[what].add((here or ".", there or "."))
    for what, edges in theirs.items():
        yield compared(top, "go", what, ours[what], edges)


def _tests_of(package: Mapping[str, Any]) -> list[str]:
    return [*package.get("TestImports", ()), *package.get("XTestImports", ())]


def _listed(directory: Path, *names: str) -> list[dict[str, Any]]:
    """Packages as `go list` tells of them on all systems together."""
    found: dict[str, dict[str, Any]] = {}
    decoder = json.JSONDecoder()
    for system in _GO_SYSTEMS:
        architecture = "wasm" if system == "js" else "ppc64" if system == "aix" else "amd64"
        text = run(
            ["go", "list", "-e", "-json", *names],
            directory,
            GOOS=system,
            GOARCH=architecture,
            CGO_ENABLED="1",
        ).strip()
        while text:
            package, end = decoder.raw_decode(text)
            text = text[end:].lstrip()
            known = found.setdefault(package["ImportPath"], package)
            for field, value in package.items():
                if isinstance(value, list):
                    known[field] = sorted({*known.get(field, ()), *value})
    return [p for p in found.values() if p.get("Dir")]


def _inside(top: Path, directory: object) -> str | None:
    """A directory seen from the top, "" for that itself; None for one outside."""
    try:
        inside = Path(str(directory)).resolve().relative_to(top).as_posix()
    except ValueError:
        return None
    return "" if inside == "." else inside


def _reader(top: Path) -> Callable[[str], bytes]:
    return lambda path: (top / path).read_bytes() if (top / path).is_file() else b""


# Java


def java_agreements(top: Path) -> Iterator[Agreement]:
    """Documented files whose types a file names, beside what the compiler takes the names to mean."""
    ours = arrows(top, frozenset({"java"}))
    given = "\n".join(str(top / path) for path in sorted(ours)) + "\n"
    out = run(["java", str(_HERE / "JavaReferences.java")], top, given)
    pairs = (line.split("\t") for line in out.splitlines())
    theirs = {(_relative(top, a), _relative(top, b)) for a, b in pairs}
    mine = {(a, b) for a, found in ours.items() for b in found if b in ours}
    yield compared(top, "java", "type references", mine, theirs)


def _relative(top: Path, path: str) -> str:
    return Path(path).relative_to(top).as_posix()


# PHP


def php_agreements(top: Path, autoload: str) -> Iterator[Agreement]:
    """Documented files whose classes and functions a file names, beside Composer's map and php-parser's names."""
    ours = arrows(top, frozenset({"php"}))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        run(["git", "clone", "-q", str(top), str(copy)], Path(folder))
        settings = json.loads((copy / "composer.json").read_text())
        for key in ("require", "require-dev", "config", "scripts", "minimum-stability", "repositories"):
            settings.pop(key, None)
        (copy / "composer.json").write_text(json.dumps(settings))
        (copy / "composer.lock").unlink(missing_ok=True)
        run(["composer", "dump-autoload", "-q", "-o", "--no-plugins", "--no-scripts"], copy)
        told = run(["php", "-r", "echo json_encode(require 'vendor/composer/autoload_classmap.php');"], copy)
        classes = {
            name: Path(path).relative_to(copy).as_posix() for name, path in dict(json.loads(told)).items()
        }
    given = "\n".join(str(top / path) for path in sorted(ours)) + "\n"
    out = run(["php", str(_HERE / "references.php"), autoload], top, given)
    theirs: set[Edge] = set()
    unread: set[str] = set()
    for line in out.splitlines():
        path, kind, name = line.split("\t")
        here = _relative(top, path)
        if kind == "0":
            unread.add(here)
        there = classes.get(name) if kind == "1" else None
        if there is not None and there != here and there in ours:
            theirs.add((here, there))
    mapped = set(classes.values())
    mine = {(a, b) for a, b in pairs(ours) if a not in unread and b in mapped}
    yield compared(top, "php", "class references", mine, theirs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the repositories given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges.build_edges")
    parser.add_argument("judge", choices=("go", "java", "maven", "gradle", "csharp", "php"))
    parser.add_argument("repositories", nargs="+", type=Path)
    parser.add_argument("--autoload", default="", help="the autoloader of nikic/php-parser")
    parser.add_argument("--show", action="store_true", help="print examples of what differs")
    options = parser.parse_args(arguments)
    judges: dict[str, Callable[[Path], Iterator[Agreement]]] = {
        "go": go_agreements,
        "java": java_agreements,
        "maven": maven_agreements,
        "gradle": gradle_agreements,
        "csharp": csharp_agreements,
        "php": lambda top: php_agreements(top, options.autoload),
    }
    for top in options.repositories:
        for found in judges[options.judge](top.resolve()):
            for line in found.lines(_SHOWN if options.show else 0):
                print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
