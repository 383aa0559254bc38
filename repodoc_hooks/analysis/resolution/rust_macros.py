"""Rust: what macros of other files of a crate, and of the crates that it depends on, make in a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from repodoc_hooks.analysis.elsewhere import Made
from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages.reading import symbols_of
from repodoc_hooks.analysis.languages.rust import GRAMMAR
from repodoc_hooks.analysis.languages.rust_macros import Rule
from repodoc_hooks.analysis.languages.rust_made import made
from repodoc_hooks.analysis.languages.rust_rules import macro_of, rules_in
from repodoc_hooks.analysis.resolution.rust import RustImports
from repodoc_hooks.analysis.resolution.tree import Tree
from repodoc_hooks.expressions import expression

_DEFINED = expression(rb"\bmacro_rules!\s*(?:r#)?(\w+)")
_CALLED = expression(r"\b(\w+)!\s*[(\[{]")


class RustMacros:
    """Makes what files leave to macros that are defined elsewhere."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._imports = RustImports(tree)
        self._places: dict[str, Mapping[str, str]] = {}
        self._rules: dict[str, Mapping[str, list[Rule]]] = {}

    def made(self, path: str, data: bytes, facts: FileFacts) -> list[Made]:
        """What each place of a file comes to."""
        own = rules_in(GRAMMAR, data)
        renamed = {
            item.names[0]: item.target.rpartition("::")[2] for item in facts.imports if len(item.names) == 1
        }
        found = []
        for left in facts.unmade:
            known = dict(own)
            name = macro_of(left.text)
            sources = self._gather(path, renamed.get(name, name), known)
            if renamed.get(name) in known:
                known[name] = known[renamed[name]]
            if not sources:
                found.append(Made(left, ()))
                continue
            read = made(GRAMMAR, left, known)
            symbols = symbols_of(None, read.definitions)
            found.append(Made(left, symbols, (), frozenset(sources), tuple(read.exports), is_whole=True))
        return found

    def _gather(self, path: str, name: str, known: dict[str, list[Rule]]) -> set[str]:
        """The files that define a macro and those that it calls, whose rules are added to the known ones."""
        sources: set[str] = set()
        waiting = [name]
        while waiting:
            wanted = waiting.pop()
            file = self._place(path, wanted) if wanted not in known else None
            if file is None:
                continue
            text = self._tree.read(file)
            if file not in self._rules:
                self._rules[file] = rules_in(GRAMMAR, text)
            rules = self._rules[file].get(wanted)
            if rules is None:
                continue
            known[wanted] = rules
            sources.add(file)
            start = text.decode("utf-8", "replace").find(f"macro_rules! {wanted}")
            waiting += set(_CALLED.findall(text.decode("utf-8", "replace"), max(start, 0))) - known.keys()
        return sources

    def _place(self, path: str, name: str) -> str | None:
        """The file that defines a macro by a name, of the crate of a file first, then of those that it depends on."""
        for directory in self._imports.crates_for(path):
            if (file := self._defined(directory).get(name)) is not None and file != path:
                return file
        return None

    def _defined(self, directory: str) -> Mapping[str, str]:
        """The macros of the crate in a directory, each with the first file that defines it."""
        if directory not in self._places:
            found: dict[str, str] = {}
            for file in sorted(self._sources(directory)):
                for each in _DEFINED.findall(self._tree.read(file)):
                    found.setdefault(each.decode(), file)
            self._places[directory] = found
        return self._places[directory]

    def _sources(self, directory: str) -> Iterator[str]:
        inside = re.compile(re.escape(f"{directory}/src/" if directory else "src/"))
        return (path for path in self._tree.files if path.endswith(".rs") and inside.match(path))
