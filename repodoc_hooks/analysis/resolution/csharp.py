"""C#: a `using` opens a namespace, a namespace opens those around it, a project sees the projects it references."""

from __future__ import annotations

from functools import cached_property

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.project_files import (
    global_usings,
    is_beside,
    project_references,
    project_usings,
    without_property,
)
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, declared, join, mentioned, parent

_SHARED = ""
_OF_A_PROJECT = "Usings.cs"
"""How files are called, by convention, that open namespaces for their whole project."""


class CSharpImports:
    """Resolves what C# files use."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._index: dict[str, list[str]] | None = None
        self._types: dict[str, dict[str, list[str]]] = {}
        self._projects: dict[str, str] = {}
        self._visible: dict[str, frozenset[str]] = {}
        self._opened: dict[str, frozenset[str]] = {}

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that declare the types that a file mentions, in the namespaces and projects that it sees."""
        opened = {item.target.rpartition("=")[2] for item in facts.imports if item.kind != "mention"}
        opened |= self._opened_by(self._project(path))
        parts = facts.package.split(".")
        around = [".".join(parts[:size]) for size in range(len(parts), 0, -1)]
        names = mentioned(facts)
        found = Found()
        for namespace in opened.union(around, (n.rpartition(".")[0] for n in opened)):
            types = self._declared_in(namespace)
            for name in names & types.keys():
                found.add(_at_home(name, self._allowed(path, types[name])), "")
        for name in names:
            if "." in name:
                found.add(self._named(name, around, path), "")
        return found.uses(path)

    def _named(self, name: str, around: list[str], path: str) -> list[str]:
        """The files of a type that is named with a namespace, which may begin inside of one around the file's own."""
        namespace, _, type_ = name.rpartition(".")
        for above in (*around, ""):
            types = self._declared_in(f"{above}.{namespace}" if above else namespace)
            if type_ in types:
                return _at_home(type_, self._allowed(path, types[type_]))
        return []

    def _allowed(self, path: str, files: list[str]) -> list[str]:
        """The files, of one project, that a file may mean: of its own project, else of those it references, else
        such as belong to no project and are compiled into several."""
        own = self._project(path)
        visible = self._closure(own) if own else None
        by_project: dict[str, list[str]] = {}
        for file in files:
            project = self._project(file)
            if visible is None or project in visible or not project:
                by_project.setdefault(project, []).append(file)
        if own in by_project:
            return by_project[own]
        others = [group for project, group in by_project.items() if project]
        if others:
            return others[0] if len(others) == 1 else []
        return by_project.get(_SHARED, [])

    def _opened_by(self, project: str) -> frozenset[str]:
        """The namespaces that are open in all files of a project."""
        if project not in self._opened:
            found: set[str] = set()
            for manifest in self._manifests(project):
                found.update(project_usings(self.tree.read(manifest)))
            for path in self.tree.paths:
                if path.endswith(_OF_A_PROJECT) and self._project(path) == project:
                    found.update(global_usings(self.tree.read(path)))
            self._opened[project] = frozenset(found)
        return self._opened[project]

    def _manifests(self, project: str) -> list[str]:
        """A project file, and what MSBuild reads along with it."""
        if not project:
            return []
        return [project, *(join(above, "Directory.Build.props") for above in ancestors(parent(project)))]

    def _project(self, path: str) -> str:
        """The project file that a source file belongs to, "" for none."""
        directory = parent(path)
        if directory not in self._projects:
            above = (self._here(each) for each in ancestors(directory))
            self._projects[directory] = next(filter(None, above), _SHARED)
        return self._projects[directory]

    def _here(self, directory: str) -> str:
        return next(iter(self.tree.named(directory, ".csproj")), "")

    def _closure(self, project: str) -> frozenset[str]:
        """A project and those that it references, directly or through others."""
        if project not in self._visible:
            seen = {project}
            waiting = [project]
            while waiting:
                for other in self._references(waiting.pop()):
                    if other not in seen:
                        seen.add(other)
                        waiting.append(other)
            self._visible[project] = frozenset(seen)
        return self._visible[project]

    def _references(self, project: str) -> list[str]:
        """The project files that a project references; those for many projects are seen from each of these."""
        found: list[str] = []
        for manifest in self._manifests(project):
            for path in project_references(self.tree.read(manifest)):
                prefix, rest = without_property(path)
                if not prefix:
                    found.append(join(parent(project), rest))
                elif is_beside(prefix):
                    found.append(join(parent(manifest), rest))
                elif (known := self._ending(rest)) is not None:
                    found.append(known)
        return [path for path in found if path in self._all_projects]

    def _ending(self, tail: str) -> str | None:
        """The only project file whose path ends in what follows a property that we do not know."""
        found = [path for path in self._all_projects if path == tail or path.endswith("/" + tail)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _all_projects(self) -> frozenset[str]:
        return frozenset(path for path in self.tree.files if path.endswith(".csproj"))

    def _declared_in(self, namespace: str) -> dict[str, list[str]]:
        if namespace not in self._types:
            if self._index is None:
                self._index = {}
                for path in self.tree.paths:
                    if path.endswith(".cs"):
                        self._index.setdefault(self.tree.package_of(path), []).append(path)
            types: dict[str, list[str]] = {}
            for path in self._index.get(namespace, ()):
                for name in declared(self.tree.facts(path)):
                    types.setdefault(name, []).append(path)
            self._types[namespace] = types
        return self._types[namespace]


def _at_home(name: str, files: list[str]) -> list[str]:
    """Of the files that declare a partial type the one that is called after it, if there is one."""
    return [file for file in files if file.rpartition("/")[2] == f"{name}.cs"] or files
