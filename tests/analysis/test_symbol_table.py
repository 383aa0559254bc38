"""One table of every definition with the names by which it is imported."""

from __future__ import annotations

from repodoc_hooks.analysis.facts import Export
from tests.analysis.surfaces import World, made_up


def world() -> World:
    return World(
        {
            "crate/Cargo.toml": "[package]\nname = 'wire'\n",
            "crate/src/lib.rs": "mod w;\npub use w::Wire as Cable;\n",
            "crate/src/w.rs": "/// A wire.\npub struct Wire;\n#[doc(hidden)]\npub struct Unseen;\nstruct Own;\n",
        },
        {
            "depot/__init__.py": made_up("python", "", [Export("get", "api", "fetch", 1)]),
            "depot/api.py": made_up("python", "fetch fetch"),
        },
    )


def test_a_definition_knows_every_name_by_which_it_is_imported() -> None:
    first, second = world().table().of_file("depot/api.py")
    assert (first.id, second.id) == ("depot/api.py#fetch", "depot/api.py#fetch~2")
    assert first.imported_as == ("depot.get", "depot.api.fetch")
    assert (first.kind, first.visibility, first.signature) == ("function", "public", "fetch()")
    assert first.documentation == "Does fetch."


def test_visibility() -> None:
    found = {entry.name: entry for entry in world().table().of_file("crate/src/w.rs")}
    assert {name: e.visibility for name, e in found.items()} == {
        "Wire": "public",
        "Unseen": "internal",
        "Own": "private",
    }
    assert found["Wire"].imported_as == ("wire::Cable",)


def test_a_name_is_found_as_a_reader_writes_it() -> None:
    table = world().table()
    for written in ("fetch()", "depot.get", "depot.api.fetch"):
        assert {e.id for e in table.named(written)} >= {"depot/api.py#fetch"}, written
    assert [e.id for e in table.named("wire::Cable")] == ["crate/src/w.rs#Wire"]
    assert table.named("wire::Cable", ["depot/api.py"]) == []
    assert table.named("nothing") == []


def test_a_question_about_a_file_reads_no_other_component() -> None:
    here = world()
    asked: list[str] = []
    facts = here.facts

    def read(path: str) -> object:
        asked.append(path)
        return facts[path]

    table = here.table()
    table._facts = read  # type: ignore[assignment]
    table.of_file("crate/src/w.rs")
    assert asked == ["crate/src/w.rs"]
