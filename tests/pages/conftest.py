"""Pages of real source for several tests: this package's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from repodoc_hooks.analysis import components, languages
from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.config import Config, NamedComponent
from repodoc_hooks.pages import index as lists
from repodoc_hooks.pages import render
from repodoc_hooks.pages.layout import INDEX_ID, page_path, page_paths
from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.model import DependencyStamp, FileStamp, Page, Stamps
from repodoc_hooks.sections.kinds import PAGE_ORDER

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def own_pages() -> dict[str, Page]:
    """The pages of this package, and its index under its id."""
    sources = {
        path.relative_to(TOP).as_posix(): path.read_bytes() for path in TOP.glob("repodoc_hooks/**/*.py")
    }
    folders = sorted({path.rpartition("/")[0] for path in sources}, reverse=True)
    config = Config(components=tuple(NamedComponent(folder, (folder,)) for folder in folders))
    facts = {path: languages.parse("python", data) for path, data in sources.items()}
    blobs = {path: hashlib.sha256(data).hexdigest() for path, data in sources.items()}
    found = components.discover(blobs.items(), config, lambda path: sources.get(path, b"")).components
    owners = {file.path: id_ for id_, component in found.items() for file in component.files}
    resolver = Resolver(owners, lambda path: sources.get(path, b""))
    paths = page_paths(config, dict.fromkeys(found, False))
    titles = {id_: component.title for id_, component in found.items()}
    made = {}
    for id_, component in found.items():
        own = {file.path: facts[file.path] for file in component.files}
        imports = {path: resolver.resolve(path, known) for path, known in own.items()}
        outside = {t for targets in imports.values() for t in targets if owners[t] != id_}
        stamps = Stamps(
            component=id_,
            files={p: FileStamp(p, blobs[p][:12], f.ast, f.doc, f.interface) for p, f in own.items()},
            dependencies={p: DependencyStamp(p, facts[p].interface) for p in outside},
        )
        regions = {
            "structure": render.structure(component, own, imports),
            "dependencies": render.dependencies(component.id, imports, owners, titles, paths),
            "api": render.api(component, own, paths[id_]),
        }
        text = compose(None, component.title, regions, stamps, PAGE_ORDER, paths[id_])
        made[id_] = parse_page(paths[id_], text)
    index = page_path(config, INDEX_ID)
    regions = {
        "architecture": lists.architecture({id_: [page.stamps] for id_, page in made.items()}, titles),
        "components": lists.components(made, titles, index),
    }
    text = compose(None, "repodoc-hooks", regions, Stamps(component=INDEX_ID), tuple(regions), index)
    return {**made, INDEX_ID: parse_page(index, text)}
