"""Import edges of Go, Java, PHP, and C# beside the tools that build them, and edges that no build allows.

    python -m benchmarks.judges.edges go|java|maven|gradle|csharp|php [--autoload FILE] [--show] REPOSITORY...

`go` asks `go list` (imports and test imports, all platforms), `java` the compiler what type names mean, `maven` has
Maven make the effective project of each module, `php` has Composer make its class map and nikic/php-parser resolve
names (`--autoload`: its autoloader, /usr/share/php/PhpParser/autoload.php of Debian's php-parser). `gradle` and
`csharp` have no tool that answers without building: scripts and project files are read once more, by other means.
A REPOSITORY has its work tree; its builds run with the user's rights, so name only what you trust.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.judges.csharp_names import references
from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine

_HERE = Path(__file__).parent
_SHOWN = 15
_GO_SYSTEMS = ("linux", "windows", "darwin", "freebsd", "js", "solaris", "aix", "plan9", "openbsd", "netbsd")
Edge = tuple[str, str]


def arrows(top: Path, languages: frozenset[str]) -> dict[str, frozenset[str]]:
    """What each documented file of some languages imports at run time, as the pages draw it."""
    with Engine.open(Git.discover(top), Config(), cached=False, bulk=True) as engine:
        survey = engine.survey(engine.tree("rev", "HEAD"))
        files = [p for p in survey.paths if language_of(p) in languages]
        survey.load(files)
        return {path: survey.imports(path) for path in files}


def _agreement(
    top: Path, language: str, what: str, ours: Iterable[Edge], theirs: Iterable[Edge]
) -> Agreement:
    return agreement(top.name, language, what, sorted(set(ours)), sorted(set(theirs)))


def _run(command: Sequence[str], directory: Path, given: str = "", **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=directory,
        input=given,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )
    return done.stdout


def _tracked(top: Path, *suffixes: str) -> list[str]:
    listed = _run(["git", "ls-files", "-z"], top).split("\0")
    return sorted(p for p in listed if p.endswith(suffixes) and (top / p).is_file())


# Go


def go_agreements(top: Path) -> Iterator[Agreement]:
    """Packages that packages import, and that their tests import, beside `go list`."""
    sources: dict[str, str] = {}
    theirs: dict[str, set[Edge]] = {"imports": set(), "test imports": set()}
    for module in _tracked(top, "go.mod"):
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
    everything = frozenset(_tracked(top, ""))
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
        yield _agreement(top, "go", what, ours[what], edges)


def _tests_of(package: Mapping[str, Any]) -> list[str]:
    return [*package.get("TestImports", ()), *package.get("XTestImports", ())]


def _listed(directory: Path, *names: str) -> list[dict[str, Any]]:
    """Packages as `go list` tells of them on all systems together."""
    found: dict[str, dict[str, Any]] = {}
    decoder = json.JSONDecoder()
    for system in _GO_SYSTEMS:
        architecture = "wasm" if system == "js" else "ppc64" if system == "aix" else "amd64"
        text = _run(
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
    out = _run(["java", str(_HERE / "JavaReferences.java")], top, given)
    pairs = (line.split("\t") for line in out.splitlines())
    theirs = {(_relative(top, a), _relative(top, b)) for a, b in pairs}
    mine = {(a, b) for a, found in ours.items() for b in found if b in ours}
    yield _agreement(top, "java", "type references", mine, theirs)


def _relative(top: Path, path: str) -> str:
    return Path(path).relative_to(top).as_posix()


# modules of a build


def maven_agreements(top: Path) -> Iterator[Agreement]:
    """Arrows between Maven modules, and those of them that Maven's own projects do not allow."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "effective.xml"
        _run(["mvn", "-q", "-B", "help:effective-pom", f"-Doutput={target}"], top)
        root = ElementTree.parse(target).getroot()
    projects = [e for e in root.iter() if _tag(e) == "project"]
    directories = _maven_directories(top)
    needs: dict[str, set[str]] = {}
    for project in projects:
        here = directories.get(_artifact(project))
        if here is None:
            continue
        listed = (e for e in project if _tag(e) == "dependencies")
        needed = {
            _artifact(d) for group in listed for d in group if _field(d, "scope") not in ("test", "import")
        }
        needs[here] = {directories[name] for name in needed if name in directories} - {here}
    yield from _modules(top, "java", needs, frozenset({"java", "kotlin", "scala"}))


def _maven_directories(top: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in _tracked(top, "pom.xml"):
        if path.rpartition("/")[2] == "pom.xml":
            root = ElementTree.parse(top / path).getroot()
            found.setdefault(_artifact(root), path.rpartition("/")[0])
    return found


def _tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _field(element: ElementTree.Element, name: str) -> str:
    return next(((e.text or "").strip() for e in element if _tag(e) == name), "")


def _artifact(element: ElementTree.Element) -> str:
    return _field(element, "artifactId")


_GRADLE_MENTION = re.compile(r"project\(\s*(?:path\s*[:=]\s*)?['\"]:?([\w:.-]+)['\"]|\bprojects\.([\w.]+)")
_APPLIED = re.compile(r"\bid\s*\(?\s*['\"]([\w.-]+)['\"]")


def gradle_agreements(top: Path) -> Iterator[Agreement]:
    """Arrows between Gradle modules, and those of them that no build script mentions: its own or that of a plugin which
    it applies; directly or through others. Builds that a build includes are left out: what they use of it they name by
    the coordinates under which it is published."""
    others = {s.rpartition("/")[0] for s in _tracked(top, "settings.gradle", "settings.gradle.kts")} - {""}
    scripts: dict[str, str] = {}
    plugins: dict[str, str] = {}
    for path in _tracked(top, ".gradle", ".gradle.kts"):
        directory, _, name = path.rpartition("/")
        text = (top / path).read_text()
        if "/src/main/" in path:
            plugins[name.removesuffix(".kts").removesuffix(".gradle")] = text
        elif not name.startswith("settings") and directory not in others:
            scripts[directory] = scripts.get(directory, "") + text
    modules = {where.rpartition("/")[2]: where for where in scripts}
    by_accessor = {_camel(name): where for name, where in modules.items()}
    needs: dict[str, set[str]] = {}
    for where, own in scripts.items():
        text = "\n".join([own, *(plugins.get(name, "") for name in _APPLIED.findall(own))])
        found = _GRADLE_MENTION.findall(text)
        names = {
            modules.get(path.rpartition(":")[2]) or _accessed(accessor, by_accessor)
            for path, accessor in found
        }
        needs[where] = {name for name in names if name}
    needs.update((other, set(scripts)) for other in others)
    yield from _modules(top, "kotlin", needs, frozenset({"java", "kotlin"}))


def _accessed(accessor: str, modules: Mapping[str, str]) -> str | None:
    """The module of `projects.shop.shopCore`; what stands behind it is a property of it."""
    return next((modules[part] for part in reversed(accessor.split(".")) if part in modules), None)


def _camel(name: str) -> str:
    return re.sub(r"[-_](\w)", lambda m: m[1].upper(), name)


def csharp_agreements(top: Path) -> Iterator[Agreement]:
    """Arrows between C# projects, and those outside the closure of `ProjectReference`; the files whose types a file
    names in a namespace that is open there."""
    needs: dict[str, set[str]] = {}
    projects: dict[str, str] = {}
    for path in _tracked(top, ".csproj"):
        projects.setdefault(path.rpartition("/")[0], path)
    for directory, path in projects.items():
        needs[directory] = {
            reference.rpartition("/")[0]
            for manifest in (path, *_props(top, directory))
            for reference in _project_references(top, manifest, directory)
        } & projects.keys()
    ours = arrows(top, frozenset({"csharp"}))
    yield from _modules(top, "csharp", needs, frozenset({"csharp"}), ours)
    theirs = references(top, sorted(ours), needs)
    yield _agreement(top, "csharp", "type references", _pairs(ours), theirs)


def _props(top: Path, directory: str) -> Iterator[str]:
    for above in (directory, *(p.as_posix() for p in Path(directory).parents)):
        path = f"{above}/Directory.Build.props".removeprefix("./").lstrip("/")
        if (top / path).is_file():
            yield path


def _project_references(top: Path, manifest: str, project: str) -> Iterator[str]:
    for element in ElementTree.fromstring((top / manifest).read_bytes().lstrip(b"\xef\xbb\xbf")).iter():
        include = element.get("Include", "").replace("\\", "/")
        if _tag(element) != "ProjectReference" or element.get("ReferenceOutputAssembly") == "false":
            continue
        include = include.replace("$(MSBuildThisFileDirectory)", f"{top / Path(manifest).parent}/")
        include = include.replace("$(RepoRoot)", f"{top}/")
        path = os.path.normpath(top / project / include)
        if path.startswith(f"{top}/"):
            yield Path(path).relative_to(top).as_posix()


def _pairs(found: Mapping[str, frozenset[str]]) -> set[Edge]:
    return {(a, b) for a, targets in found.items() for b in targets if b in found}


def _modules(
    top: Path,
    language: str,
    needs: Mapping[str, set[str]],
    languages: frozenset[str],
    ours: Mapping[str, frozenset[str]] | None = None,
) -> Iterator[Agreement]:
    """Arrows between modules; theirs are those of them that `needs` allows, so that precision is what counts."""
    found = arrows(top, languages) if ours is None else ours
    crossing: dict[Edge, str] = {}
    for a, b in sorted(_pairs(found)):
        edge = _module(a, needs), _module(b, needs)
        if None not in edge and edge[0] != edge[1]:
            crossing.setdefault((str(edge[0]), str(edge[1])), f"{a} -> {b}")
    allowed = {edge for edge in crossing if edge[1] in _closure(edge[0], needs)}
    told = {edge: edge if edge in allowed else (*edge, f"({crossing[edge]})") for edge in crossing}
    yield agreement(top.name, language, "between modules", told.values(), allowed)


def _module(path: str, modules: Mapping[str, set[str]]) -> str | None:
    directory = path.rpartition("/")[0]
    while directory not in modules:
        if not directory:
            return None
        directory = directory.rpartition("/")[0]
    return directory


def _closure(module: str, needs: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        for other in needs.get(waiting.pop(), ()):
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return seen


# PHP


def php_agreements(top: Path, autoload: str) -> Iterator[Agreement]:
    """Documented files whose classes and functions a file names, beside Composer's map and php-parser's names."""
    ours = arrows(top, frozenset({"php"}))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        _run(["git", "clone", "-q", str(top), str(copy)], Path(folder))
        settings = json.loads((copy / "composer.json").read_text())
        for key in ("require", "require-dev", "config", "scripts", "minimum-stability", "repositories"):
            settings.pop(key, None)
        (copy / "composer.json").write_text(json.dumps(settings))
        (copy / "composer.lock").unlink(missing_ok=True)
        _run(["composer", "dump-autoload", "-q", "-o", "--no-plugins", "--no-scripts"], copy)
        told = _run(["php", "-r", "echo json_encode(require 'vendor/composer/autoload_classmap.php');"], copy)
        classes = {
            name: Path(path).relative_to(copy).as_posix() for name, path in dict(json.loads(told)).items()
        }
    given = "\n".join(str(top / path) for path in sorted(ours)) + "\n"
    out = _run(["php", str(_HERE / "references.php"), autoload], top, given)
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
    mine = {(a, b) for a, b in _pairs(ours) if a not in unread and b in mapped}
    yield _agreement(top, "php", "class references", mine, theirs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the repositories given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges.edges")
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
            rates = f"{found.precision:>9.4f} {found.recall:>7.4f}"
            print(
                f"{found.subject:<24} {found.language:<8} {found.what:<16} {found.ours:>6} {found.theirs:>6} {rates}"
            )
            for label, examples in (("only they", found.missing), ("only we", found.extra)):
                for example in examples[: _SHOWN if options.show else 0]:
                    print(f"    {label}: {example}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
