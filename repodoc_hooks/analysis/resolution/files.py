"""Languages that import files by path: C and C++ includes, Ruby requires."""

from __future__ import annotations

from collections.abc import Sequence

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.resolution.tree import Found, Tree, ancestors, join, nearest, parent
from repodoc_hooks.expressions import expression

_HEADER_NAMES = """
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
    stdbool stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype
    dirent dlfcn fcntl netdb poll pthread pwd regex sched semaphore strings syslog termios unistd
    direct io malloc memory process windows winsock2
"""
_STANDARD_HEADERS = frozenset(_HEADER_NAMES.split())
_PROJECTS = frozenset(
    {"apps", "contrib", "demos", "examples", "extras", "packages", "plugins", "projects", "samples"}
)
"""How directories are called that hold projects beside each other."""


class CImports:
    """C and C++: beside the file, then below an include directory somewhere in the repository."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file includes."""
        found = Found()
        for item in facts.imports:
            found.add(self.target(path, item.target, quoted=item.kind == "quote"), item.use)
        return found.uses(path)

    def target(self, path: str, name: str, *, quoted: bool) -> str | None:
        """The file that a file includes by a name."""
        return self._quoted(path, name) if quoted else self._angled(path, name)

    def _quoted(self, path: str, target: str) -> str | None:
        for above in ancestors(parent(path)):
            beside = join(above, target)
            if beside in self.tree.paths:
                return beside
        plain = "/".join(p for p in target.split("/") if p not in (".", ".."))
        return _header(self.tree.ending(plain), path)

    def _angled(self, path: str, target: str) -> str | None:
        if "/" not in target and target.removesuffix(".h") in _STANDARD_HEADERS:
            return None
        return _header(self.tree.ending(target), path)


def _header(candidates: Sequence[str], path: str) -> str | None:
    """The nearest header of a name; of several none of another project in a directory of projects (`contrib/a`)."""
    if len(candidates) == 1:
        return candidates[0]
    return nearest([each for each in candidates if not _is_of_another_project(each, path)], path)


def _is_of_another_project(header: str, path: str) -> bool:
    shared = 0
    parts, own = header.split("/")[:-1], path.split("/")[:-1]
    while shared < min(len(parts), len(own)) and parts[shared] == own[shared]:
        shared += 1
    return 0 < shared < min(len(parts), len(own)) and parts[shared - 1] in _PROJECTS


class RubyImports:
    """Ruby: `require_relative` beside the file, `require` and `autoload` below the load roots, and constants by the
    convention of Rails and Zeitwerk (`Wire::HttpSender` is in `wire/http_sender.rb`)."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def resolve(self, path: str, facts: FileFacts) -> dict[str, frozenset[str]]:
        """Files that a file requires."""
        found = Found()
        scopes = [
            "",
            *(s.name.replace(".", "::") + "::" for s in facts.symbols if s.kind in ("module", "class")),
        ]
        for item in facts.imports:
            if item.kind == "mention":
                found.add(filter(None, (self._constant(path, name, scopes) for name in item.names)), item.use)
                continue
            name = item.target if item.target.endswith(".rb") else item.target + ".rb"
            if item.kind == "require_relative" or item.target.startswith("."):
                target = self.tree.first(join(parent(path), name))
            else:
                target = self._required(path, name)
            found.add(target, item.use)
        return found.uses(path)

    def _required(self, path: str, name: str) -> str | None:
        for above in ancestors(parent(path)):
            if found := self.tree.first(join(above, f"lib/{name}"), join(above, name)):
                return found
        below = [p for p in self.tree.ending(name) if p.removesuffix(name).endswith(("lib/", "app/", "src/"))]
        return nearest(below, path)

    def _constant(self, path: str, name: str, scopes: list[str]) -> str | None:
        """The file of a constant, searched in the scopes that the file opens, the innermost first."""
        name = name.removeprefix("::")
        while name and name[0].isupper():
            for scope in reversed(scopes):
                tail = _underscored(scope + name) + ".rb"
                found = self.tree.ending(tail)
                if "/" not in tail:
                    found = [f for f in found if _is_root(parent(f))]
                if (best := nearest(found, path)) is not None:
                    return best
            name = name.rpartition("::")[0]
        return None


_WORDS = expression(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def _underscored(constant: str) -> str:
    """The path of a constant: `Wire::HTTPSender` gives `wire/http_sender`."""
    return "/".join(_WORDS.sub("_", part).lower() for part in constant.split("::") if part)


def _is_root(directory: str) -> bool:
    """Whether constants at the top are looked up here: `lib`, `app/models`."""
    above, _, name = directory.rpartition("/")
    return name == "lib" or above.rpartition("/")[2] == "app"
