"""Names that go through very many files: an answer, and no end of Python's patience."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.repos import Repo

HOPS = 700


def python(ends: bool) -> Mapping[str, str]:
    """`g` handed from module to module: to where it is defined, or around in a ring."""
    last = 'def g() -> None:\n    """G."""\n' if ends else "from many.m0 import g\n"
    files = {f"many/m{i}.py": f"from many.m{i + 1} import g\n__all__ = ['g']\n" for i in range(HOPS)}
    start = "from many.m0 import g\n__all__ = ['g']\n"
    return {**files, f"many/m{HOPS}.py": last, "many/__init__.py": start}


def javascript(several: bool) -> Mapping[str, str]:
    """`export *` all the way; with a second star everywhere that has the name from elsewhere."""
    star = 'export * from "./x.js";\n' if several else ""
    files = {f"src/m{i}.js": f'export * from "./m{i + 1}.js";\n{star}' for i in range(HOPS)}
    end = {f"src/m{HOPS}.js": "export function g() {}\n", "src/x.js": "export function g() {}\n"}
    return {**files, **end, "package.json": '{"name": "many", "main": "src/m0.js"}'}


@pytest.mark.parametrize(
    ("files", "page"),
    [
        (python(ends=True), "docs/repodoc/many/README.md"),
        (python(ends=False), ""),
        (javascript(several=False), "docs/repodoc/README.md"),
        (javascript(several=True), ""),
    ],
    ids=["python", "python in a ring", "stars", "stars that disagree"],
)
def test_names_handed_through_hundreds_of_files(repo: Repo, files: Mapping[str, str], page: str) -> None:
    repo.write_all(files)
    repo.commit("Start")
    repo.repodoc("update", "-q")
    repo.repodoc("check", "-q")
    if page:
        surface = repo.read(page).partition("repodoc:begin surface")[2].partition("repodoc:end")[0]
        assert "`g`" in surface or "`g()`" in surface
