"""Rust beside what rustdoc documents: public items of a crate by file and name, and how their documentation begins."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

from benchmarks.truth import Agreement, agreement
from repodoc_hooks.analysis.elsewhere import Elsewhere
from repodoc_hooks.analysis.entry_points import SurfaceReader
from repodoc_hooks.analysis.facts import Component, FileFacts, SourceFile, Symbol
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import parse

Key = tuple[str, str]
_TYPES = ("struct", "union", "enum", "trait")
_LINK = re.compile(r"\[([^\]]*)\](?:\[[^\]]*\]|\([^)]*\))?")


def rustdoc_agreements(crate: Path, features: str = "") -> Iterator[Agreement]:
    """The library of a crate (a folder with `Cargo.toml`): its items, and those whose summary is rustdoc's beginning.

    What users can reach counts, by rustdoc's account and by ours. `features` are those it is built with, "" for all.
    """
    theirs = _documented(_rustdoc(crate, features))
    # What is hidden, or kept within the crate but handed on, is not told apart here.
    ours = {key: symbol for key, symbol in _public(crate).items() if not symbol.internal or key in theirs}
    name = crate.resolve().name
    yield agreement(name, "rust", "items", ours, theirs)
    both = {key for key in theirs.keys() & ours.keys() if theirs[key]}
    same = {key for key in both if ours[key].summary and _begins(theirs[key], ours[key].summary)}
    yield agreement(name, "rust", "documentation", same, both)


def _rustdoc(crate: Path, features: str) -> dict[str, Any]:
    """What `cargo rustdoc` says of the library, as JSON (a format that the stable toolchain writes when it is told)."""
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    built = ("--features", features) if features else ("--all-features",)
    options = ("-Z", "unstable-options", "--output-format", "json", "--document-hidden-items")
    subprocess.run(
        ("cargo", "rustdoc", "--quiet", "--lib", *built, "--", *options),
        cwd=crate,
        env=environment,
        check=True,
    )
    command = ("cargo", "metadata", "--no-deps", "--format-version", "1")
    metadata = json.loads(subprocess.run(command, cwd=crate, capture_output=True, check=True).stdout)
    manifest = str((crate / "Cargo.toml").resolve())
    package = next(p for p in metadata["packages"] if p["manifest_path"] == manifest)
    library = next(t["name"] for t in package["targets"] if "lib" in t["kind"] or "proc-macro" in t["kind"])
    written = Path(metadata["target_directory"], "doc", f"{library.replace('-', '_')}.json")
    read: dict[str, Any] = json.loads(written.read_bytes())
    read["top"] = metadata["workspace_root"]
    read["crate"] = str(crate.resolve())
    return read


def _documented(read: dict[str, Any]) -> dict[Key, str]:
    """Documentation of the public items that can be reached, by file (seen from the crate) and name."""
    index = read["index"]
    found: dict[Key, str] = {}
    seen: set[int] = set()

    def key(item: dict[str, Any], name: str) -> Key:
        path = os.path.join(read["top"], item["span"]["filename"]) if item["span"] else ""
        return os.path.relpath(path, read["crate"]) if path else "", name

    def members(ids: list[int], owner: str) -> None:
        for item in filter(None, (index.get(str(i)) for i in ids)):
            if _is_hidden(item):
                continue
            if item["visibility"] in ("default", "public") and item["name"] and not item["name"].isdigit():
                found[key(item, f"{owner}.{item['name']}")] = item["docs"] or ""

    def walk(number: int, *, whole: bool = False) -> None:
        """`whole` says that all of a module is handed on, which may itself be hidden."""
        item = index.get(str(number))
        if item is None or item["crate_id"] != 0 or number in seen or (_is_hidden(item) and not whole):
            return
        seen.add(number)
        kind, inner = next(iter(item["inner"].items()))
        if kind == "use" and inner["id"] is not None:
            walk(inner["id"], whole=inner["is_glob"])
        elif kind == "module":
            for child in inner["items"]:
                walk(child)
        elif kind not in ("use", "impl"):
            found[key(item, item["name"])] = item["docs"] or ""
            members(_members(kind, inner), item["name"])
            for implementation in (index.get(str(i)) for i in _implementations(kind, inner)):
                if implementation is not None and implementation["inner"]["impl"]["trait"] is None:
                    members(implementation["inner"]["impl"]["items"], item["name"])

    walk(read["root"])
    return found


def _is_hidden(item: dict[str, Any]) -> bool:
    """Whether an item says `#[doc(hidden)]`."""
    return any(
        "doc(hidden)" in (each if isinstance(each, str) else str(each.get("other"))) for each in item["attrs"]
    )


def _members(kind: str, inner: Any) -> list[int]:
    """Fields, variants, or items of a trait."""
    if kind == "struct" and isinstance(inner["kind"], dict) and "plain" in inner["kind"]:
        return [*inner["kind"]["plain"]["fields"]]
    if kind not in _TYPES:
        return []
    return [*inner.get({"union": "fields", "enum": "variants", "trait": "items"}.get(kind, ""), ())]


def _implementations(kind: str, inner: Any) -> list[int]:
    return [*inner["impls"]] if kind in ("struct", "union", "enum") else []


def _public(crate: Path) -> dict[Key, Symbol]:
    """Our public symbols that users can reach, by file and name, without the modules of the file that they stand in."""
    top = next(above for above in (crate.resolve(), *crate.resolve().parents) if (above / ".git").exists())
    files = {p.relative_to(top).as_posix() for p in top.rglob("*") if p.suffix in (".rs", ".toml", ".md")}
    directory = crate.resolve().relative_to(top).as_posix()
    inside = "" if directory == "." else f"{directory}/"
    sources = sorted(p for p in files if p.startswith(f"{inside}src/") and p.endswith(".rs"))

    def read(name: str) -> bytes:
        return (top / name).read_bytes() if name in files else b""

    elsewhere = Elsewhere(files, read)

    @cache
    def facts(name: str) -> FileFacts:
        return elsewhere.complete(name, read(name), parse("rust", read(name)))

    rust = {p for p in files if p.endswith(".rs")}
    reader = SurfaceReader(rust, read, Resolver(rust, read, None, facts, files), facts)
    component = Component(directory, directory, "crate", tuple(SourceFile(p, "", "rust") for p in sources))
    names = [name for entry in reader.surface(component).entries for name in entry.names]
    reached = {(name.file, name.symbol) for name in names if name.symbol}
    found: dict[Key, Symbol] = {}
    for path in sources:
        symbols = facts(path).symbols
        types = {s.name for s in symbols if s.kind in (*_TYPES, "type")}
        for symbol in symbols:
            owner, _, name = symbol.name.rpartition(".")
            handed = (path, symbol.name) in reached or (path, owner) in reached
            shown = symbol.public and (handed or not symbol.internal) and symbol.kind != "module"
            if not shown or symbol.name[-5:] == ".impl":
                continue
            if (path, symbol.name) not in reached and (path, owner) not in reached and owner in types:
                continue
            if (
                (path, symbol.name) not in reached
                and owner not in types
                and not owner.rpartition(".")[2][:1].isupper()
            ):
                continue
            if owner in types or owner.rpartition(".")[2][:1].isupper():
                name = f"{owner.rpartition('.')[2]}.{name}"
            found[path.removeprefix(inside), name] = symbol
    return found


def _begins(documentation: str, summary: str) -> bool:
    """Whether a summary is how a documentation begins, links by their text."""
    return _plain(documentation).startswith(_plain(summary.removesuffix(" ...")))


def _plain(text: str) -> str:
    return re.sub(r"\W+", "", unescape(_LINK.sub(r"\1", text)))
