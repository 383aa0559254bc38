"""How true the analysis is: public symbols, signatures and import edges beside what established tools say.

Python packages are compared with griffe (symbols, signatures) and grimp (imports), other languages with
universal-ctags.

    python -m benchmarks.truth [--json] PATH...

A path is a Python package (a directory with `__init__.py`) or a folder of sources in other languages.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from repodoc_hooks.analysis.components import discover
from repodoc_hooks.analysis.facts import FileFacts, Symbol
from repodoc_hooks.analysis.languages import language_of, parse
from repodoc_hooks.analysis.languages.text import squeeze
from repodoc_hooks.analysis.resolution.python import PythonImports
from repodoc_hooks.analysis.resolution.tree import Tree
from repodoc_hooks.config import Config

Key = tuple[str, str]
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Agreement:
    """Ours beside theirs: `both` are found by both; `missing` and `extra` are examples of what only they or we find."""

    subject: str
    language: str
    what: str
    both: int
    ours: int
    theirs: int
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def precision(self) -> float:
        """Share of what we find that they find too."""
        return self.both / self.ours if self.ours else 1.0

    @property
    def recall(self) -> float:
        """Share of what they find that we find too."""
        return self.both / self.theirs if self.theirs else 1.0

    def examples(self, most: int) -> Iterator[str]:
        """Lines with what only one side finds, so many of each side at most."""
        for label, found in (("only they", self.missing), ("only we", self.extra)):
            for example in found[:most]:
                yield f"    {label}: {example}"

    def lines(self, examples: int) -> Iterator[str]:
        """A row for people, and below it so many examples of each side at most."""
        names = f"{self.subject:<24} {self.language:<11} {self.what:<22}"
        yield f"{names} {self.ours:>6} {self.theirs:>6} {self.precision:>9.4f} {self.recall:>7.4f}"
        yield from self.examples(examples)

    def as_json(self) -> dict[str, Any]:
        """The agreement as one JSON object."""
        return {**asdict(self), "precision": round(self.precision, 4), "recall": round(self.recall, 4)}


def agreement(
    subject: str, language: str, what: str, ours: Iterable[Any], theirs: Iterable[Any]
) -> Agreement:
    """Compare two sets."""
    mine, truth = set(ours), set(theirs)
    return Agreement(
        subject,
        language,
        what,
        len(mine & truth),
        len(mine),
        len(truth),
        tuple(sorted(" ".join(x) for x in truth - mine)),
        tuple(sorted(" ".join(x) for x in mine - truth)),
    )


# Python


def python_agreements(package: Path) -> Iterator[Agreement]:
    """A Python package beside griffe and grimp."""
    package = package.resolve()
    files = {p.relative_to(package.parent).as_posix(): p.read_bytes() for p in sorted(package.rglob("*.py"))}
    facts = {path: parse("python", data) for path, data in files.items()}
    ours = {(p, s.name): s for p, f in facts.items() for s in f.symbols if s.public}
    theirs, other = _griffe_symbols(package)
    seen = {path for path, _ in theirs} | {path for path, _ in other}
    yield agreement(
        package.name,
        "python",
        "symbols",
        {k for k in ours if k[0] in seen and k not in other},
        theirs.keys() - other,
    )
    forms = Counter(
        (p, s.name) for p, f in facts.items() for s in f.symbols
    )  # overloads have several, griffe's none
    callables = {
        k for k, signature in theirs.items() if signature is not None and k in ours and forms[k] == 1
    }
    matching = {k for k in callables if _comparable(theirs[k] or "") in _comparable(ours[k].signature)}
    yield agreement(package.name, "python", "signatures", callables, matching)
    yield _python_imports(package, files, facts)


def _comparable(signature: str) -> str:
    return squeeze(signature).replace('"', "").replace("'", "")


def _griffe_symbols(package: Path) -> tuple[dict[Key, str | None], set[Key]]:
    """Public names of a package by file, with `(parameters)` of functions; and names that are another matter: imported
    in one branch and defined in another, or attributes of instances."""
    import griffe

    root = griffe.load(
        package.name, search_paths=[package.parent], allow_inspection=False, resolve_aliases=False
    )
    found: dict[Key, str | None] = {}
    other: set[Key] = set()

    def walk(scope: Any, path: str, prefix: str) -> None:
        for name, member in scope.members.items():
            key = path, prefix + name
            if member.is_alias:
                other.add(key)
            elif member.is_module:
                where = Path(str(member.filepath))
                other.add((where.relative_to(package.parent).as_posix(), ""))
                walk(member, where.relative_to(package.parent).as_posix(), "")
            elif member.is_attribute and prefix and "class-attribute" not in member.labels:
                other.add(key)
            elif member.is_public and name != "__all__":
                found[key] = _griffe_signature(member) if member.is_function else None
                if member.is_class:
                    walk(member, path, prefix + name + ".")

    walk(root, f"{package.name}/__init__.py", "")
    return found, other


def _griffe_signature(function: Any) -> str:
    """The parameters as we write them."""
    import griffe

    words: list[str] = []
    kinds = griffe.ParameterKind
    seen_star = False
    parameters = list(function.parameters)
    for position, p in enumerate(parameters):
        text = {kinds.var_positional: "*", kinds.var_keyword: "**"}.get(p.kind, "") + p.name
        if p.kind is kinds.keyword_only and not seen_star:
            words.append("*")
        seen_star = seen_star or p.kind in (kinds.var_positional, kinds.keyword_only)
        if p.annotation is not None:
            text += f": {p.annotation}"
        if p.default is not None and p.kind not in (kinds.var_positional, kinds.var_keyword):
            text += f" = {p.default}"
        words.append(text)
        last = position + 1 == len(parameters) or parameters[position + 1].kind is not kinds.positional_only
        if p.kind is kinds.positional_only and last:
            words.append("/")
    return f"({', '.join(words)})".replace('"', "'")


def _python_imports(package: Path, files: dict[str, bytes], facts: dict[str, FileFacts]) -> Agreement:
    import grimp

    sys.path.insert(0, str(package.parent))
    try:
        graph = grimp.build_graph(package.name, cache_dir=None, include_external_packages=False)
    finally:
        sys.path.remove(str(package.parent))
    theirs = {(m, i) for m in graph.modules for i in graph.find_modules_directly_imported_by(m)}
    tree = Tree(files, lambda _: b"", lambda _: "", facts.__getitem__)
    resolver = PythonImports(tree)
    ours = {
        (_module(path), _module(target))
        for path, found in facts.items()
        for item in found.imports
        for target, _ in resolver.modules(path, item)
        if target != path and {_module(path), _module(target)} <= graph.modules
    }
    return agreement(package.name, "python", "imports", ours, theirs)


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


# other languages

_CTAGS_NAMES = {
    "Go": "go", "Rust": "rust", "Java": "java", "Kotlin": "kotlin", "C#": "csharp", "PHP": "php", "Ruby": "ruby",
    "C": "c", "C++": "cpp", "JavaScript": "javascript", "TypeScript": "typescript",
}  # fmt: skip
_COMPARED = {
    "go": {"func", "const", "type", "var", "struct", "interface", "methodSpec", "alias", "talias"},
    "rust": {"function", "method", "enum", "struct", "interface", "typedef", "enumerator", "macro"},
    "java": {"class", "interface", "enum", "method", "enumConstant", "annotation"},
    "kotlin": {"class", "interface", "object", "method", "typealias"},
    "csharp": {"class", "interface", "struct", "enum", "method", "enumerator", "property"},
    "php": {"class", "interface", "trait", "function"},
    "ruby": {"class", "module", "method", "singletonMethod", "constant", "accessor"},
    "c": {"function", "prototype", "struct", "enum", "enumerator", "typedef", "union"},
    "cpp": {"function", "prototype", "class", "struct", "enum", "enumerator", "typedef", "union"},
    "javascript": {"function", "class", "method", "generator"},
    "typescript": {
        "function",
        "class",
        "interface",
        "enum",
        "alias",
        "namespace",
        "constant",
        "variable",
        "generator",
    },
}
_INSIDE_CODE = {"function", "method", "func", "singletonMethod", "getter", "setter", "generator"}


def ctags_agreements(folder: Path) -> Iterator[Agreement]:
    """A folder beside universal-ctags, one agreement for definitions and one for signatures per language."""
    folder = folder.resolve()
    sources = _sources(folder)
    facts = {path: parse(language_of(path) or "", (folder / path).read_bytes()) for path in sources}
    tags = _comparable_tags(_ctags(folder, sources), {p for p, f in facts.items() if f.language == "c"})
    for language in sorted({f.language for f in facts.values()}):
        compared = _COMPARED.get("typescript" if language == "tsx" else language)
        if compared is None:
            continue
        own = {path: f for path, f in facts.items() if f.language == language and f.parsed}
        theirs = [t for t in tags if t["path"] in own and t["kind"] in compared and _is_compared(language, t)]
        yield agreement(folder.name, language, "definitions", _our_keys(own, theirs), map(_tag_key, theirs))
        yield from _public_agreement(folder.name, language, own, theirs)
        yield from _signature_agreement(folder.name, language, own, theirs)


def _sources(folder: Path) -> list[str]:
    """What the tool itself would document."""
    paths = []
    for directory, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != ".git"]
        paths += [Path(directory, name).relative_to(folder).as_posix() for name in names]

    def read(path: str) -> bytes:
        return (folder / path).read_bytes() if (folder / path).is_file() else b""

    components = discover(((path, "") for path in paths), Config(), read).components
    return sorted(f.path for c in components.values() for f in c.files if f.language != "python")


def _ctags(folder: Path, paths: Sequence[str]) -> list[dict[str, Any]]:
    out = subprocess.run(
        [
            "ctags",
            "--output-format=json",
            "--fields=*",
            "--kinds-C=+p",
            "--kinds-C++=+p",
            "--sort=no",
            "-f",
            "-",
            "-L",
            "-",
        ],
        cwd=folder,
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
        errors="replace",
    ).stdout
    tags = [json.loads(line) for line in out.splitlines() if line.startswith('{"_type": "tag"')]
    lines = {path: (folder / path).read_text(errors="replace").splitlines() for path in paths}
    return [{**tag, "above": _unfinished(lines[tag["path"]], tag["line"])} for tag in tags]


def _unfinished(lines: list[str], number: int) -> str:
    """The line above a definition if it is the beginning of it: `static int` above `f(void)`."""
    above = lines[number - 2] if number >= 2 else ""
    return "" if above.rstrip().endswith((";", "}", "*/", "{")) or above.startswith("#") else above + " "


def _scope(tag: dict[str, Any]) -> list[str]:
    """Names of what a tag stands in, without namespaces and generic arguments."""
    if tag.get("scopeKind") in ("namespace", "package", None):
        return []
    scope = re.sub(r"<.*>|\s", "", str(tag.get("scope", "")))
    return [part for part in re.split(r"::|\.|\\\\", scope) if part]


def _is_local(tag: dict[str, Any], inside: set[str]) -> bool:
    """Whether a tag stands in the body of a function, or is a name that ctags made up."""
    name = tag["name"]
    made_up = name.startswith(("__anon", "anonymous", "Anonymous", "<"))
    return (
        made_up or tag.get("scopeKind") in _INSIDE_CODE or not inside.isdisjoint([*_scope(tag), tag["path"]])
    )


def _comparable_tags(tags: Iterable[dict[str, Any]], in_c: set[str]) -> list[dict[str, Any]]:
    """Tags of declarations; of tests, local types and what ctags makes up there is nothing to compare."""
    tags = [{**tag, "in_c": tag["path"] in in_c} for tag in tags]
    local = {t["name"] for t in tags if t.get("scopeKind") in _INSIDE_CODE} - {
        t["name"] for t in tags if t.get("scopeKind") not in _INSIDE_CODE
    }
    return [t for t in tags if not _is_local(t, local | {"tests"})]


_SCOPED = frozenset({"Go", "Rust", "Java", "C#", "C++"})


def _tag_key(tag: dict[str, Any]) -> Key:
    name = tag["name"].rpartition("::")[2] or tag["name"]
    if tag["language"] == "C#":
        name = name.rpartition(".")[2]
    scoped = tag["language"] in _SCOPED and not tag["in_c"]
    owner = [part for part in _scope(tag) if not part.startswith("__anon")][-1:] if scoped else []
    name = name.lstrip("$") if tag["language"] == "PHP" else name
    return tag["path"], ".".join([*owner, name.replace(" ", "").removeprefix("r#")])


def _line(tag: dict[str, Any]) -> str:
    return str(tag.get("pattern", "")).strip("/^$ ")


def _short(symbol: Symbol, language: str) -> str:
    """The name, with that of its direct owner where ctags knows owners well."""
    parts = [p for p in re.split(r"\.(?!$|\.)", symbol.name.replace("operator ", "operator")) if p]
    size = 2 if language in ("go", "rust", "java", "csharp", "cpp") else 1
    return ".".join(parts[-size:]).replace(" ", "").replace("r#", "")


_ELSEWHERE = {"kotlin": ("constructor", "Companion")}
_ANNOTATION = re.compile(r"[A-Z]+_[A-Z_]+")


def _is_compared(language: str, tag: dict[str, Any]) -> bool:
    """Whether ctags' notion of a tag is one that we share."""
    if language == "ruby":
        return not (tag["kind"] == "accessor" and tag["name"].endswith("="))
    if language in ("typescript", "tsx"):
        return _line(tag).startswith("export ")
    if language == "javascript":  # a function given as an argument declares nothing
        return not re.match(r"[\w.]+\(", _line(tag))
    if language == "cpp":
        return not _ANNOTATION.fullmatch(tag["name"])
    return tag["name"] not in _ELSEWHERE.get(language, ())


def _kinds_of(language: str) -> frozenset[str]:
    """Our kinds that the compared ones of ctags cover."""
    types = {"class", "interface", "trait", "struct", "enum", "type", "function", "method"}
    more = {
        "go": {"constant", "variable"},
        "rust": {"constant", "macro"},
        "java": {"constant"},
        "csharp": {"constant", "property"},
        "ruby": {"module", "constant", "property"},
        "typescript": {"module"},
        "tsx": {"module"},
        "c": {"constant"},
        "cpp": {"constant"},
    }
    return frozenset(types | more.get(language, set()))


def _our_keys(facts: dict[str, FileFacts], theirs: list[dict[str, Any]]) -> set[Key]:
    """Our definitions of the kinds compared. A constant or property counts only if ctags knows one of that kind: an
    enum's constant and a class constant are one kind here and two there."""
    named = {_tag_key(t) for t in theirs}
    keys = set()
    for path, found in facts.items():
        wanted = _kinds_of(found.language)
        for s in found.symbols:
            key = path, _short(s, found.language)
            if s.name.rpartition(".")[2] in _ELSEWHERE.get(found.language, ()):
                continue
            if found.language in ("typescript", "tsx") and (not s.public or _is_type_member(found, s)):
                continue
            if found.language in ("typescript", "tsx"):
                keys.add(key)
                continue
            if s.kind in wanted and (
                s.kind not in ("constant", "property") or key in named or _is_member(found, s)
            ):
                keys.add(key)
    return keys


def _is_type_member(facts: FileFacts, symbol: Symbol) -> bool:
    """Whether a symbol stands in a class, interface or enum (and not at the top or in a namespace)."""
    owner = symbol.name.rpartition(".")[0]
    return bool(owner) and any(s.name == owner and s.kind != "module" for s in facts.symbols)


def _is_member(facts: FileFacts, symbol: Symbol) -> bool:
    """Whether a constant is an enum's."""
    owner = symbol.name.rpartition(".")[0]
    return any(s.name == owner and s.kind == "enum" for s in facts.symbols)


_PUBLIC_LINE = {
    "rust": re.compile(r"^\s*pub\s|^\s*pub$"),
    "java": re.compile(r"\b(?:public|protected)\b"),
    "csharp": re.compile(r"\b(?:public|protected)\b"),
}
_PUBLIC_KINDS = {
    "rust": {"function", "method", "struct", "enum", "interface", "typedef"},
    "java": {"class", "interface", "enum", "method", "annotation"},
    "csharp": {"class", "interface", "struct", "enum", "method", "property"},
    "go": {"func", "const", "type", "var", "struct", "interface"},
    "php": {"class", "interface", "trait", "function"},
    "c": {"function"},
}


def _public_agreement(
    subject: str, language: str, facts: dict[str, FileFacts], tags: list[dict[str, Any]]
) -> Iterator[Agreement]:
    """What says on its own line that it is public, where a language and ctags tell."""
    kinds = _PUBLIC_KINDS.get(language)
    if kinds is None:
        return
    theirs: set[Key] = set()
    hidden: set[Key] = set()
    for tag in tags:
        if tag["kind"] in kinds:
            (theirs if _says_public(language, tag) else hidden).add(_tag_key(tag))
    ours = {(path, _short(s, f.language)) for path, f in facts.items() for s in f.symbols if s.public}
    known = {(path, _short(s, f.language)) for path, f in facts.items() for s in f.symbols}
    outer = {
        (p, _short(s, f.language))
        for p, f in facts.items()
        for s in f.symbols
        if not s.public and _inside_hidden(f, s)
    }
    theirs = {k for k in theirs if k in known and (k in ours or k not in outer)}
    yield agreement(subject, language, "public", {k for k in ours if k in theirs | hidden}, theirs)


def _inside_hidden(facts: FileFacts, symbol: Symbol) -> bool:
    """A public member of a hidden type is not public."""
    owner = symbol.name.rpartition(".")[0]
    hidden = {s.name for s in facts.symbols if not s.public}
    return bool(owner) and (owner in hidden or owner not in {s.name for s in facts.symbols})


def _says_public(language: str, tag: dict[str, Any]) -> bool:
    if language == "go":
        return all(name[:1].isupper() for name in [tag["name"], *_scope(tag)[-1:]])
    if language == "php":
        return bool(tag.get("access", "public") == "public")
    if language == "c":
        return tag["path"].endswith(".h") or not re.search(r"\bstatic\b", tag["above"] + _line(tag))
    implied = tag.get("scopeKind") in ("interface", "annotation")
    return implied or bool(_PUBLIC_LINE[language].search(_line(tag)))


def _signature_agreement(
    subject: str, language: str, facts: dict[str, FileFacts], tags: list[dict[str, Any]]
) -> Iterator[Agreement]:
    """Parameters, where ctags gives them."""
    ours: dict[Key, list[str]] = {}
    for path, found in facts.items():
        for s in found.symbols:
            ours.setdefault((path, _short(s, found.language)), []).append(squeeze(s.signature))
    checked, agreed = set(), set()
    for tag in tags:
        key = _tag_key(tag)
        given = tag.get("signature")
        if not given or given == "()" or key not in ours:
            continue
        entry = (*key, given)
        checked.add(entry)
        if any(_loose(given) in _loose(s) for s in ours[key]):
            agreed.add(entry)
    if checked:
        yield agreement(subject, language, "signatures", checked, agreed)


def _loose(signature: str) -> str:
    return re.sub(r"[\s,;]|final(?=\b)|@\w+", "", signature)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the paths given."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.truth", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true", help="one JSON document instead of a table")
    parser.add_argument("--show", action="store_true", help="print examples of what differs")
    options = parser.parse_args(arguments)
    found: list[Agreement] = []
    for path in options.paths:
        found += python_agreements(path) if (path / "__init__.py").exists() else ctags_agreements(path)
    if options.json:
        print(json.dumps({"schema": 1, "agreements": [a.as_json() for a in found]}, indent=1))
        return 0
    print(
        f"{'subject':<16} {'language':<11} {'what':<12} {'ours':>6} {'theirs':>6} {'precision':>9} {'recall':>7}"
    )
    for a in found:
        rates = f"{a.precision:>9.4f} {a.recall:>7.4f}"
        print(f"{a.subject:<16} {a.language:<11} {a.what:<12} {a.ours:>6} {a.theirs:>6} {rates}")
        for line in a.examples(_SHOWN if options.show else 0):
            print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
