"""Generators of sites build the pages with their default settings: no broken link, no markup misread, diagrams there.

Docusaurus takes minutes: `benchmarks.sites` builds with it, and `test_formatters` compiles the same pages as MDX.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tools
from tests.isolation import isolated
from tests.repos import PYTHON_PROJECT, Repo

VITEPRESS = ("vitepress", "1.6.4")
SOURCES = {
    **PYTHON_PROJECT,
    ".repodoc.yaml": "version: 1\nsource_url: https://example.com/blob/main/{path}\nbackends:\n  order: [offline]\n",
    "src/shop/braces.py": '''"""Fills {{ names }} in, {% raw %} or not, for <Button kind={x}> | None."""

BEGIN = "{{"
LONG = "{{{{ {%"
DECLARATION = "<![A-Za-z]+" + "[^>]*>"
OTHERS = "<!DOCTYPE", "<?php ?>", "<!--", "]]>", "</"


def fill(first: dict[str, list[tuple[int, str]]], second: str = "{{ x }}", third: str = "<![a|b", **m: object) -> str:
    """Give `{{ first }}` and *second*, see <https://example.com/a_b_c> or :func:`fill`."""
    return second
''',
    "lib/yard/crate.rb": (
        "module Yard\n  # @api private\n  class Hidden\n    def a; end\n  end\n"
        "  # Keeps <things> in `{{ order }}`.\n  class Crate\n    def open!; end\n  end\nend\n"
    ),
    "web/package.json": '{"name": "@yard/web", "main": "index.ts"}\n',
    "web/index.ts": 'export * from "./kinds";\nexport const a = 1;\n',
    "web/kinds.ts": (
        "/** Kinds of `${T}`. @see {@link Kind} */\n"
        "export type Kind<T> = T extends `${infer A}/${infer B}` ? A | B : never;\n"
        "export function on<K extends keyof M, M>(this: M, ...args: K[]): { [P in K]?: M[P] } | null { return null }\n"
    ),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the pages of a small repository in three languages."""
    top = tmp_path_factory.mktemp("site")
    repo = Repo.init(top / "yard")
    env = dict(isolated(tmp_path_factory.mktemp("user")))
    repo.write_all(SOURCES)
    repo.run("git", "add", "-A", env=env)
    repo.run("git", "commit", "-qm", "Start", env=env)
    repo.run("repodoc", "update", "--all", "--backend", "offline", env=env)
    folder = repo.path / "docs" / "repodoc"
    text = "".join(page.read_text("utf-8") for page in folder.rglob("*.md"))
    for wanted in (
        "```mermaid",
        "`{`<!-- -->`{",
        "(https://example.com/blob/main/web/kinds.ts)",
        "Yard::Crate",
    ):
        assert wanted in text
    return folder


def mkdocs(pages: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build with MkDocs Material, strictly, anchors included; diagrams as its own manual says."""
    config = site.with_suffix(".yml")
    config.write_text(
        f"site_name: x\ndocs_dir: {pages}\nsite_dir: {site}\ntheme:\n  name: material\nplugins: []\n"
        "validation:\n  links:\n    anchors: warn\n    unrecognized_links: warn\n    absolute_links: warn\n"
        "markdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - name: mermaid\n"
        "          class: mermaid\n          format: !!python/name:pymdownx.superfences.fence_code_format\n"
    )
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)]
    env = {"NO_MKDOCS_2_WARNING": "1", "PATH": ""}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def test_mkdocs_builds_the_pages_strictly(pages: Path, tmp_path: Path) -> None:
    done = mkdocs(pages, tmp_path / "site")
    assert done.returncode == 0, done.stdout + done.stderr
    assert '<pre class="mermaid">' in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_mkdocs_would_tell_of_a_broken_anchor(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text("# A\n\n[b](#b)\n")
    assert mkdocs(tmp_path / "pages", tmp_path / "site").returncode != 0


def test_vitepress_builds_the_pages(pages: Path, tmp_path: Path) -> None:
    tools.install(VITEPRESS)
    modules = tools.root() / "node_modules"
    (tmp_path / "node_modules").symlink_to(modules)
    shutil.copytree(pages, tmp_path / "docs")
    (tmp_path / "package.json").write_text('{"private": true, "type": "module"}')
    program = modules / "vitepress" / "bin" / "vitepress.js"
    command = [str(tools.node()), str(program), "build", "docs", "--outDir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = (tmp_path / "site" / "src" / "shop" / "README.html").read_text("utf-8")
    assert "braces.py" in shown
