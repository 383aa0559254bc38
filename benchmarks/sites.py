"""Does Docusaurus 3 build the pages? Minutes, and half a gigabyte of packages.

    python -m benchmarks.sites FOLDER REPOSITORY ...

`FOLDER` is where the packages are installed and the site is built; it may be used again. The pages of each repository
are made without a model, with links to source by `source_url`; settings are the default ones but `exclude`, which would
leave out the pages of files whose names begin with `_`. Docusaurus fails on a broken link, on what it cannot
read as MDX, and on a diagram that it does not know; anchors in HTML (`<a id>`), which it does not see, are warnings.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_PACKAGES = (
    "@docusaurus/core@^3",
    "@docusaurus/preset-classic@^3",
    "@docusaurus/theme-mermaid@^3",
    "@mermaid-js/layout-elk",
    "react@^19",
    "react-dom@^19",
)
_CONFIG = {
    "title": "Pages",
    "url": "https://example.com",
    "baseUrl": "/",
    "markdown": {"mermaid": True},
    "themes": ["@docusaurus/theme-mermaid"],
    "presets": [["classic", {"docs": {"routeBasePath": "/", "exclude": []}, "blog": False, "pages": False}]],
}
_SETTINGS = """\
version: 1
source_url: https://example.com/blob/main/{path}
backends:
  order: [offline]
"""


def pages_of(source: Path, docs: Path) -> int:
    """Make the pages of a clone of a repository and put them into the site; how many."""
    clone = docs.parent / "clones" / source.name
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "-q", str(source), str(clone)], check=True)
    (clone / ".repodoc.yaml").write_text(_SETTINGS)
    subprocess.run(["repodoc", "update", "--all", "--backend", "offline", "-q"], cwd=clone, check=True)
    shutil.copytree(clone / "docs" / "repodoc", docs / source.name)
    return sum(1 for _ in (docs / source.name).rglob("*.md"))


def main(arguments: Sequence[str]) -> int:
    """Build one site with the pages of all repositories; the exit code is that of Docusaurus."""
    folder, docs = Path(arguments[0]).resolve(), Path(arguments[0]).resolve() / "docs"
    shutil.rmtree(docs, ignore_errors=True)
    docs.mkdir(parents=True)
    (docs / "index.md").write_text("# Pages\n")
    found = {source.name: pages_of(source.resolve(), docs) for source in map(Path, arguments[1:])}
    (folder / "package.json").write_text('{"private": true}')
    (folder / "docusaurus.config.js").write_text(f"module.exports = {json.dumps(_CONFIG)};\n")
    install = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", *_PACKAGES]
    subprocess.run(install, cwd=folder, check=True, capture_output=True)
    program = folder / "node_modules" / "@docusaurus" / "core" / "bin" / "docusaurus.mjs"
    done = subprocess.run(["node", str(program), "build"], cwd=folder, check=False)
    print(json.dumps({"pages": found, "built": done.returncode == 0}))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
