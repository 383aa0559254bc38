"""Swift: modules, and what files use of each other."""

from __future__ import annotations

from repodoc_hooks.analysis.imports import Resolver
from repodoc_hooks.analysis.languages import language_of, parse
from repodoc_hooks.analysis.resolution.swift import targets
from tests.analysis.resolution.worlds import arrows

MANIFEST = """// swift-tools-version:5.9
let package = Package(name: "shop", products: [.library(name: "Core", targets: ["Core"])], targets: [
  // .target(name: "Old"),
  .target(name: "Core"),
  .target(name: "App", dependencies: [.target(name: "Core"), "Tools"], path: "App/Code"),
  .executableTarget(name: "tool", dependencies: ["Core"]),
])
"""


def test_targets_of_a_manifest() -> None:
    assert [*targets(MANIFEST)] == [("Core", ""), ("App", "App/Code"), ("tool", "")]


def test_files_see_their_module_and_what_they_import() -> None:
    files = {
        "Package.swift": MANIFEST,
        "Sources/Core/Item.swift": "public struct Item {}\n",
        "Sources/Core/Store/Shelf.swift": "public struct Shelf { let items: [Item] }\n",
        "Sources/tool/main.swift": "import Core\nlet shelf = Shelf(items: [])\n",
        "App/Code/View.swift": "import struct Core.Item\nstruct View { let item: Item; let shelf: Shelf }\n",
        "App/Code/Other.swift": "struct Other { let item: Item; let view: View }\n",
    }
    assert arrows(files) == {
        "App/Code/Other.swift": ["App/Code/View.swift"],
        "App/Code/View.swift": ["Sources/Core/Item.swift"],
        "Sources/Core/Store/Shelf.swift": ["Sources/Core/Item.swift"],
        "Sources/tool/main.swift": ["Sources/Core/Store/Shelf.swift"],
    }
    sources = [path for path in files if language_of(path)]
    resolver = Resolver(sources, lambda path: files.get(path, "").encode())
    facts = parse("swift", b"")
    assert [resolver.package(path, facts) for path in sources] == ["", "Core", "Core", "tool", "App", "App"]


def test_without_a_manifest_folders_of_sources_are_modules() -> None:
    files = {
        "kit/Sources/A/One.swift": "public struct One {}\n",
        "kit/Sources/B/Two.swift": "import A\npublic struct Two { let one: One }\n",
        "app/Three.swift": "struct Three {}\n",
        "app/views/Four.swift": "struct Four { let three: Three; let one: One }\n",
    }
    assert arrows(files) == {
        "app/views/Four.swift": ["app/Three.swift"],
        "kit/Sources/B/Two.swift": ["kit/Sources/A/One.swift"],
    }
