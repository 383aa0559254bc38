# ruff: noqa: E501
"""What users of Python packages can import and run: layouts, stubs, lists, commands."""

from __future__ import annotations

import pytest

from tests.analysis.surfaces import World


def test_a_star_takes_what_the_list_of_its_module_names() -> None:
    world = World(
        {
            "pkg/__init__.py": "from .a import *\nfrom ._c import pub as pub, _priv as _priv\nfrom .b import B as Bee\n",
            "pkg/a.py": "from .b import *\n__all__ = ['own', 'B']\ndef own(): ...\ndef hidden(): ...\n",
            "pkg/b.py": "class B: ...\ndef b2(): ...\n",
            "pkg/_c.py": "def pub(): ...\ndef _priv(): ...\n",
        }
    )  # fmt: skip
    told = world.told()
    assert told["pkg"] == {
        "Bee": "pkg/b.py#B",
        "pub": "pkg/_c.py#pub",
        "B": "pkg/b.py#B",
        "own": "pkg/a.py#own",
    }
    assert told["pkg.a"] == {"B": "pkg/b.py#B", "own": "pkg/a.py#own"}


HEAVY = {"pkg/heavy.py": "class Heavy: ...\n", "pkg/io.py": "def read(): ...\n"}
TABLE = "_LAZY = {'Heavy': '.heavy'}\n__all__ = [*_LAZY]\ndef __getattr__(name): ...\n"
TYPES = (
    "import sys\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .heavy import Heavy\n"
    "else:\n    sys.modules[__name__] = Lazy(__name__)\n"
)
ATTACHED = (
    "import lazy_loader as lazy\n"
    "__getattr__, __dir__, __all__ = lazy.attach(__name__, submod_attrs={'heavy': ['Heavy']})\n"
)
STUBBED = "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)\n"


@pytest.mark.parametrize(
    "files",
    [
        {"pkg/__init__.py": TABLE},
        {"pkg/__init__.py": TYPES},
        {"pkg/__init__.py": ATTACHED},
        {"pkg/__init__.py": STUBBED, "pkg/__init__.pyi": "from .heavy import Heavy as Heavy\n"},
    ],
)
def test_names_that_are_looked_up_when_they_are_asked_for(files: dict[str, str]) -> None:
    assert World({**files, **HEAVY}).told()["pkg"] == {"Heavy": "pkg/heavy.py#Heavy"}


def test_a_stub_knows_the_types_and_its_module_the_words() -> None:
    world = World(
        {
            "pkg/__init__.py": "from .m import f\n",
            "pkg/m.py": "def f(a, b=1):\n    '''Does f.'''\n",
            "pkg/m.pyi": "def f(a: int, b: int = ...) -> str: ...\n",
            "pkg/_speed.pyi": "def fast(x: int) -> int: ...\n",
        }
    )
    (name,) = world.surface().entries[0].names
    assert (name.file, name.signature, name.summary) == (
        "pkg/m.py",
        "def f(a: int, b: int = ...) -> str",
        "Does f.",
    )


def test_a_package_of_stubs_has_the_name_of_what_it_describes() -> None:
    world = World(
        {
            "pyproject.toml": "[project]\nname = 'types-foo'\n",
            "foo-stubs/__init__.pyi": "from .bar import Bar as Bar\ndef f() -> int: ...\n",
            "foo-stubs/bar.pyi": "class Bar: ...\n",
        }
    )
    assert {name: [*names] for name, names in world.told().items()} == {
        "foo": ["f", "Bar"],
        "foo.bar": ["Bar"],
    }


def test_a_namespace_package_and_a_module_of_its_own() -> None:
    world = World(
        {
            "pyproject.toml": "[project]\nname = 'acme'\n",
            "src/acme/tools/__init__.py": "from .x import X\n",
            "src/acme/tools/x.py": "class X: ...\n",
            "src/acme/loose.py": "def loose(): ...\n",
        }
    )
    assert [*world.told("src/acme/tools")] == ["acme.tools", "acme.tools.x"]
    assert [*world.told("src/acme")] == ["acme.loose"]
    alone = World({"setup.cfg": "[metadata]\nname = solo\n", "src/solo.py": "def main(): ...\n"})
    assert alone.told("src") == {"solo": {"main": "src/solo.py#main"}}


@pytest.mark.parametrize(
    ("manifest", "text"),
    [
        ("pyproject.toml", "[project]\nname='p'\n[project.scripts]\none = 'pkg.cli:main'\ntwo='pkg.cli:app.run'"),
        ("pyproject.toml", "[project]\nname='p'\n[project.gui-scripts]\none='pkg.cli:main'\n[project.scripts]\ntwo='pkg.cli:app'"),
        ("pyproject.toml", "[project.entry-points.console_scripts]\none='pkg.cli:main [extra]'\ntwo = 'pkg.cli : app'"),
        ("pyproject.toml", "[tool.poetry.scripts]\none='pkg.cli:main'\ntwo={callable='pkg.cli:app', extras=['x']}\nthree={reference='bin/x.sh', type='file'}"),
        ("pyproject.toml", "[tool.poetry.scripts]\none={reference='pkg.cli:main', type='console'}\ntwo='pkg.cli:app'"),
        ("pyproject.toml", "[tool.flit.scripts]\none='pkg.cli:main'\ntwo='pkg.cli:app'"),
        ("setup.cfg", "[metadata]\nname = p\n[options.entry_points]\nconsole_scripts =\n    one = pkg.cli:main\n    # no\n    two=pkg.cli:app [x]\nmy.plugins =\n    three = pkg.cli:app\n[options]\nx = pkg.cli:main"),
        ("setup.cfg", "[options.entry_points]\nconsole_scripts = one = pkg.cli:main\ngui_scripts =\n    two = pkg.cli:app"),
        ("setup.py", "setup(entry_points={'console_scripts': ['one=pkg.cli:main', 'two = pkg.cli:app'], 'p': ['three=pkg.cli:app']})"),
        ("setup.py", "setup(entry_points='''\n  [console_scripts]\n  one=pkg.cli:main\n  two=pkg.cli:app\n  [p]\n  three=pkg.cli:app\n''')"),
        ("setup.py", "EP = {'console_scripts': 'one=pkg.cli:main', 'gui_scripts': ('two=pkg.cli:app',)}\nsetup(entry_points=EP)"),
    ],
)  # fmt: skip
def test_commands(manifest: str, text: str) -> None:
    world = World(
        {
            manifest: text,
            "pkg/__init__.py": "",
            "pkg/cli.py": "def main(): ...\napp = App()\n",
            "pkg/__main__.py": "from .cli import main\nmain()\n",
        }
    )
    entries = {e.name: e.path for e in world.surface("pkg").entries}
    assert entries == {
        "command python -m pkg": "pkg/__main__.py",
        "pkg.cli": "pkg/cli.py",
        "console script one": "pkg/cli.py",
        "console script two": "pkg/cli.py",
    }


def test_a_list_of_an_ordinary_module_says_what_it_offers() -> None:
    """Without one, what it imports and does not use is an oversight more often than an offer."""
    world = World(
        {
            "pkg/__init__.py": "",
            "pkg/a.py": "from .b import f, g\n__all__ = ['f', 'own']\ndef own(): ...\n",
            "pkg/b.py": "def f(): ...\ndef g(): ...\n",
            "pkg/c.py": "from .b import f\nfrom .b import g as g\ndef own(): ...\n",
        }
    )
    told = world.told()
    assert ([*told["pkg.a"]], [*told["pkg.c"]]) == (["f", "own"], ["own", "g"])


def test_a_stub_adds_nothing_to_a_module_that_lists_what_it_offers() -> None:
    world = World(
        {
            "pkg/__init__.py": "__all__ = ['f']\ndef f(): ...\n",
            "pkg/__init__.pyi": "T = TypeVar('T')\ndef f() -> int: ...\n",
        }
    )
    assert [*world.told()["pkg"]] == ["f"]


def test_words_of_another_branch_are_those_of_the_name() -> None:
    world = World(
        {
            "pkg/__init__.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    Box = Annotated[X, ...]\n"
            "else:\n    class Box:\n        '''Holds.'''\n        def m(self): ...\n",
        }
    )
    (name,) = world.surface().entries[0].names
    assert (name.kind, name.summary) == ("variable", "Holds.")
