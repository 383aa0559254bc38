"""Pages are valid under markdownlint's defaults."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from repodoc_hooks.analysis.facts import Component, FileFacts, Symbol
from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.pages import render
from repodoc_hooks.pages.api import anchors
from repodoc_hooks.pages.markers import compose
from repodoc_hooks.pages.model import Page, Stamps
from repodoc_hooks.pages.surface import surface
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests import tools
from tests.pages.strategies import HOSTILE

VERSION = "0.41.1"


def findings(texts: dict[str, str]) -> list[str]:
    """What markdownlint says of texts by name."""
    tools.install(("markdownlint", VERSION))
    program = Path(__file__).with_name("markdownlint.mjs")
    command = [str(tools.node()), str(program), str(tools.root() / "node_modules")]
    done = subprocess.run(command, input=json.dumps(texts).encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_own_pages(own_pages: dict[str, Page]) -> None:
    assert findings({page.path: page.text for page in own_pages.values()}) == []


def test_prose_and_hostile_names() -> None:
    words = [text for text in HOSTILE if text.isascii()]
    component = Component("src", "The `title`", "directory", ())
    symbols = tuple(Symbol(f"n{n}", "class", text, text, True, "") for n, text in enumerate(words))
    files = {f"src/{n}.py": FileFacts("python", "", "", "", symbols, summary=t) for n, t in enumerate(words)}
    steps = [{"from": text, "to": "b", "text": text} for text in words]
    regions = {
        "summary": render.prose("summary", {"text": [*words, "- one", "- two", "Last."]}, "offline"),
        "structure": render.structure(component, files, {path: set(files) for path in files}),
        "dependencies": render.dependencies(component.id, {}, {}, {}),
        "api": render.api(component, files, "docs/repodoc/src.md"),
        "design": render.prose("design", {"text": ["Text.", "## Main types", "More."]}, "opencode"),
        "walkthrough": render.walkthrough({"text": words, "steps": steps}, "offline"),
    }
    page = compose(None, component.title, regions, Stamps(component="src"), PAGE_ORDER)
    assert findings({"page.md": page}) == []


def test_links_called_link_and_links_to_headings_that_are_cut() -> None:
    page, path, long = "docs/repodoc/src/README.md", "src/a.h", f"formatter<{'R, ' * 200}Char>"
    symbols = tuple(Symbol(name, "class", f"class {name}", name, True, "") for name in (long, "Short"))
    component, files = Component("src", "t", "directory", ()), {path: FileFacts("cpp", "", "", "", symbols)}
    names = tuple(PublicName(symbol.name, "class", path, symbol.name) for symbol in symbols)
    regions = {
        "components": "## Components\n\n- [link](link/README.md): Links.",
        "surface": surface(
            Surface((EntryPoint("b.h", "src/b.h", names),)), page, {path: page}, anchors("src", files)
        ),
        "api": render.api(component, files, page),
    }
    text = compose(None, component.title, regions, Stamps(component="src"), PAGE_ORDER)
    assert "(#formatterr-r-" in text
    assert findings({"page.md": text}) == []


def test_the_linter_lints() -> None:
    assert findings({"bad.md": "# A\n### B\n"}) != []
