"""C#: a project sees the projects that it references."""

from __future__ import annotations

import pytest

from tests.analysis.resolution.worlds import arrows

PROJECT = "<Project Sdk='Microsoft.NET.Sdk'><ItemGroup>{}</ItemGroup></Project>"


def needs(*projects: str) -> str:
    return PROJECT.format("".join(f'<ProjectReference Include="..\\{p}\\{p}.csproj" />' for p in projects))


def test_a_name_is_looked_for_in_the_own_project_then_in_those_it_references() -> None:
    files = {
        "Core/Core.csproj": PROJECT.format(""),
        "Core/Context.cs": "namespace Shop;\npublic class Context {}\n",
        "Core/Policy.cs": "namespace Shop;\npublic class Policy { Context c; Registry r; Shared s; }\n",
        "Legacy/Legacy.csproj": needs("Core"),
        "Legacy/Context.cs": "namespace Shop;\npublic class Context { Policy p; Shared s; }\n",
        "Legacy/Registry.cs": "namespace Shop;\npublic class Registry { Context c; }\n",
        "App/Anything.Else.csproj": needs("Legacy"),
        "App/Program.cs": "using Shop;\nclass Program { Policy p; Registry r; Context c; }\n",
        "Common/Shared.cs": "namespace Shop;\ninternal class Shared {}\n",
    }
    assert arrows(files) == {
        "Core/Policy.cs": ["Common/Shared.cs", "Core/Context.cs"],
        "Legacy/Context.cs": ["Common/Shared.cs", "Core/Policy.cs"],
        "Legacy/Registry.cs": ["Legacy/Context.cs"],
        "App/Program.cs": ["Core/Policy.cs", "Legacy/Registry.cs"],
    }


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Core/GlobalUsings.cs", "\ufeffglobal using System;\nglobal using Shop.Wire;\n"),
        ("Core/Wire/Core.GlobalUsings.cs", "global using static Shop.Wire.Crate;\nglobal using Shop.Wire;"),
        ("Core/Usings.cs", "  global  using W = Shop.Wire ;\n"),
        ("Core/Core.csproj", '<Project><ItemGroup><Using Include="Shop.Wire" /></ItemGroup></Project>'),
        ("Directory.Build.props", '<Project><ItemGroup><Using Include="Shop.Wire" /></ItemGroup></Project>'),
    ],
)
def test_what_a_project_opens_is_open_in_all_its_files(path: str, text: str) -> None:
    world = {
        "Core/Core.csproj": PROJECT.format(""),
        "Core/Wire/Crate.cs": "namespace Shop.Wire;\npublic class Crate {}\n",
        "Core/Use.cs": "namespace Shop.Desk;\npublic class Use { Crate c; }\n",
        "Other/Other.csproj": needs("Core"),
        "Other/Use.cs": "namespace Shop.Other;\npublic class Use { Crate c; }\n",
    }
    assert "Core/Use.cs" not in arrows(world)
    opened = arrows({**world, path: text})
    assert opened["Core/Use.cs"] == ["Core/Wire/Crate.cs"]
    assert ("Other/Use.cs" in opened) is (path == "Directory.Build.props")


def test_all_parts_of_a_partial_class() -> None:
    files = {
        "P/P.csproj": PROJECT.format(""),
        "P/A.cs": "namespace N;\npublic partial class Big {}\n",
        "P/B.cs": "namespace N;\npublic partial class Big {}\n",
        "P/Use.cs": "namespace N;\nclass Use { Big b; }\n",
    }
    assert arrows(files)["P/Use.cs"] == ["P/A.cs", "P/B.cs"]


def test_of_the_parts_of_a_partial_class_the_one_called_after_it() -> None:
    files = {
        "P/P.csproj": PROJECT.format(""),
        "P/Big.cs": "namespace N;\npublic partial class Big {}\n",
        "P/Big.Async.cs": "namespace N;\npublic partial class Big {}\n",
        "P/Use.cs": "namespace N;\nclass Use { Big b; }\n",
    }
    assert arrows(files)["P/Use.cs"] == ["P/Big.cs"]


ASIDE = "<ReferenceOutputAssembly>False</ReferenceOutputAssembly>"


@pytest.mark.parametrize(
    ("path", "text", "seen"),
    [
        ("App/App.csproj", "<ProjectReference Include='$(RepoRoot)\\src\\Core\\Core.csproj' />", True),
        ("App/App.csproj", "<ProjectReference Include='..\\src\\Core\\Core.csproj;..\\None.csproj' />", True),
        ("App/App.csproj", "<!-- <ProjectReference Include='../src/Core/Core.csproj' /> -->", False),
        (
            "App/App.csproj",
            "<ProjectReference Include='../src/Core/Core.csproj' ReferenceOutputAssembly='false' />",
            False,
        ),
        (
            "App/App.csproj",
            f"<ProjectReference Include='../src/Core/Core.csproj'>{ASIDE}</ProjectReference>",
            False,
        ),
        ("Directory.Build.props", "<ProjectReference Include='../src/Core/Core.csproj' />", True),
        (
            "Directory.Build.props",
            "<ProjectReference Include='$(MSBuildThisFileDirectory)src/Core/Core.csproj' />",
            True,
        ),
    ],
)
def test_what_counts_as_a_reference(path: str, text: str, seen: bool) -> None:
    files = {
        "src/Core/Core.csproj": PROJECT.format(""),
        "src/Core/Core.cs": "namespace Shop;\npublic class Core {}\n",
        "App/App.csproj": PROJECT.format(""),
        "App/App.cs": "namespace Shop;\nclass App { Core c; }\n",
        path: PROJECT.format(text),
    }
    assert arrows(files) == ({"App/App.cs": ["src/Core/Core.cs"]} if seen else {})


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("namespace A;\nclass Use { Shop.Wire.Crate c; }\n", True),
        ("namespace Shop.Desk;\nclass Use { Wire.Crate c; }\n", True),
        ("namespace A;\nclass Use { global::Shop.Wire.Crate<int> c; }\n", True),
        ("namespace A;\nusing C = Shop.Wire.Crate;\nclass Use { C c; }\n", True),
        ("namespace A;\nusing static Shop.Wire.Crate;\nclass Use { }\n", True),
        ("using Some.Crate;\nusing Shop.Wire;\nnamespace Other.Crate;\nclass Use { }\n", False),
        ("namespace A;\nclass Use { Other.Wire.Crate c; }\n", False),
    ],
)
def test_names_with_the_namespace_before_them(text: str, seen: bool) -> None:
    files = {
        "P/P.csproj": PROJECT.format(""),
        "P/Crate.cs": "namespace Shop.Wire;\npublic class Crate {}\n",
        "P/Use.cs": text,
    }
    assert arrows(files) == ({"P/Use.cs": ["P/Crate.cs"]} if seen else {})
