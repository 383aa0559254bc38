"""What npm packages hand out, and what their files import, beside TypeScript's compiler and resolver.

    python -m benchmarks.judges.modules TYPESCRIPT REPOSITORY...

TYPESCRIPT is the folder of an installed `typescript` package, a REPOSITORY has its work tree.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.config import Config
from repodoc_hooks.git.process import Git
from repodoc_hooks.incremental_engine import Engine
from repodoc_hooks.pipeline.survey import Survey

_HERE = Path(__file__).parent
_SCRIPTED = frozenset({"javascript", "typescript", "tsx"})
_SHOWN = 8
_NAME = re.compile(r"[\w$]+")


def module_agreements(top: Path, compiler: Path) -> Iterator[Agreement]:
    """Names by entry point, imports, and imports at run time alone."""
    with Engine.open(Git.discover(top), Config(), cached=False, bulk=True) as engine:
        survey = engine.survey(engine.tree("rev", "HEAD"))
        yield from _exports(survey, top, compiler)
        yield from _imports(survey, top, compiler)


def _exports(survey: Survey, top: Path, compiler: Path) -> Iterator[Agreement]:
    """Names by entry point; the parameters of functions and what is documented, of the names that both have."""
    entries = [
        entry
        for component in survey.components.values()
        if component.kind == "npm package"
        for entry in survey.surface(component).entries
        if not entry.name.startswith("command ")
    ]
    ours = {(entry.path, name.name): name for entry in entries for name in entry.names}
    beside = dict(_declared(survey, top))
    files = dict.fromkeys(entry.path for entry in entries)
    asked = dict.fromkeys((*files, *(beside[file] for file in files if file in beside)))
    answer = _asked("exports.mjs", compiler, top, [*asked], "")
    theirs = {
        (file, "default" if name == "export=" else name): told
        for file in files
        for name, told in {**answer.get(beside.get(file, ""), {}), **answer[file]}.items()
    }
    yield agreement(top.name, "typescript", "names by entry point", sorted(ours), sorted(theirs))
    both = {key for key in ours.keys() & theirs.keys() if theirs[key]["known"] and ours[key].file}
    called = {key for key in both if theirs[key]["parameters"]}
    yield agreement(
        top.name,
        "typescript",
        "parameters",
        [(*key, *_parameters(ours[key].signature)) for key in called],
        [_nearest(key, ours[key].signature, theirs[key]["parameters"]) for key in called],
    )
    yield agreement(
        top.name,
        "typescript",
        "documented",
        [key for key in both if ours[key].summary],
        [key for key in both if theirs[key]["documented"]],
    )


def _declared(survey: Survey, top: Path) -> Iterator[tuple[str, str]]:
    """The declaration files that manifests name for their entry points in JavaScript."""
    for component in survey.components.values():
        manifest = top / component.id / "package.json"
        if component.kind == "npm package" and manifest.is_file():
            named = json.loads(manifest.read_text())
            exported = named.get("exports")
            own = exported.get(".", exported) if isinstance(exported, dict) else None
            types = own.get("types") if isinstance(own, dict) else None
            types = types or named.get("types") or named.get("typings")
            directory = "" if component.id == "." else f"{component.id}/"
            for entry in survey.surface(component).entries:
                if isinstance(types, str) and entry.path.endswith((".js", ".cjs", ".mjs")):
                    yield entry.path, directory + types.removeprefix("./")
                    break


def _nearest(key: tuple[str, str], signature: str, forms: Sequence[str]) -> tuple[str, ...]:
    """The form of theirs that has our parameters, the first if none has."""
    found = [tuple(form.split()) for form in forms]
    own = _parameters(signature)
    return (*key, *(own if own in found else found[0]))


def _parameters(signature: str) -> tuple[str, ...]:
    """The names of the parameters of a function; "{}" for those that are taken apart."""
    start = signature.find(
        "(", _closed(signature, signature.find("<")) if "<" in signature.split("(")[0] else 0
    )
    inside, depth, pieces, before = signature[start + 1 :], 0, [""], ""
    for char in inside:
        if char == ")" and not depth:
            break
        depth += (char in "([{<") - (char in ")]}" or (char == ">" and before != "="))
        before = char
        if char == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += char
    names = [piece.strip().removeprefix("...") for piece in pieces if piece.strip()]
    found = (_NAME.match(name) for name in names)
    plain = [
        match[0] if match else "{}"
        for name, match in zip(names, found, strict=True)
        if match or name[0] in "{["
    ]
    return tuple(name for name in plain if name != "this")


def _closed(text: str, start: int) -> int:
    """The position behind the bracket that closes the one at `start`."""
    depth = 0
    for position in range(max(start, 0), len(text)):
        depth += (text[position] == "<") - (text[position] == ">" and text[position - 1] != "=")
        if not depth:
            return position + 1
    return 0


def _imports(survey: Survey, top: Path, compiler: Path) -> Iterator[Agreement]:
    files = [f.path for c in survey.components.values() for f in c.files if f.language in _SCRIPTED]
    survey.load(files)
    answer = _asked("imports.mjs", compiler, top, [], json.dumps(files))
    known = set(files)
    all_ours = {(a, b) for a in files for b, uses in survey.uses(a).items() if set(uses) - {"through"}}
    all_theirs = {(a, b): use for a, found in answer.items() for b, use in found.items() if b in known}
    yield agreement(top.name, "typescript", "imports", sorted(all_ours), sorted(all_theirs))
    ours = {(a, b) for a in files for b in survey.imports(a)}
    theirs = {edge for edge, use in all_theirs.items() if not use}
    yield agreement(top.name, "typescript", "imports at run time", sorted(ours), sorted(theirs))


def _asked(script: str, compiler: Path, top: Path, files: list[str], given: str) -> dict[str, Any]:
    command = ["node", str(_HERE / script), str(compiler.resolve()), str(top.resolve()), *files]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the repositories given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges.modules")
    parser.add_argument("typescript", type=Path)
    parser.add_argument("repositories", nargs="+", type=Path)
    options = parser.parse_args(arguments)
    for top in options.repositories:
        for found in module_agreements(top, options.typescript):
            for line in found.lines(_SHOWN):
                print(line)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
