"""Arrows between the modules of Maven's, Gradle's and C# builds, and those that no build allows.

Maven makes the effective project of each module; Gradle and C# have no tool that answers without building: scripts and
project files are read once more, by other means.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from benchmarks.judges.arrows import Edge, arrows, compared, pairs, run, tracked
from benchmarks.judges.csharp_names import closure, project_of, references
from benchmarks.truth import Agreement, agreement


def maven_agreements(top: Path) -> Iterator[Agreement]:
    """Arrows between Maven modules, and those of them that Maven's own projects do not allow."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "effective.xml"
        run(["mvn", "-q", "-B", "help:effective-pom", f"-Doutput={target}"], top)
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
    for path in tracked(top, "pom.xml"):
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
    others = {s.rpartition("/")[0] for s in tracked(top, "settings.gradle", "settings.gradle.kts")} - {""}
    scripts: dict[str, str] = {}
    plugins: dict[str, str] = {}
    for path in tracked(top, ".gradle", ".gradle.kts"):
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
    for path in tracked(top, ".csproj"):
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
    yield compared(top, "csharp", "type references", pairs(ours), theirs)


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
    for a, b in sorted(pairs(found)):
        edge = project_of(a, needs), project_of(b, needs)
        if None not in edge and edge[0] != edge[1]:
            crossing.setdefault((str(edge[0]), str(edge[1])), f"{a} -> {b}")
    allowed = {edge for edge in crossing if edge[1] in closure(edge[0], needs)}
    told = {edge: edge if edge in allowed else (*edge, f"({crossing[edge]})") for edge in crossing}
    yield agreement(top.name, language, "between modules", told.values(), allowed)
