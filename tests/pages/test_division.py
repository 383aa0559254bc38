"""A component is divided as far as its pages would be long, and stays divided as it is for a small edit."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.facts import Component, SourceFile
from repodoc_hooks.pages.division import ONE_PAGE, STILL_DIVIDED, STILL_ONE_PAGE, as_it_stands, divide


def component(sizes: Mapping[str, int], id_: str = "lib") -> Component:
    return Component(
        id_, "lib", "npm package", tuple(SourceFile(p, "0" * 40, "python") for p in sorted(sizes))
    )


def divided(sizes: Mapping[str, int], *standing: str, id_: str = "lib") -> dict[str, tuple[str, ...]]:
    return divide(component(sizes, id_), standing, sizes.__getitem__)


LARGE = {
    "lib/src/a/x.py": 100,
    "lib/src/a/y.py": 90,
    "lib/src/b/x.py": 20,
    "lib/src/index.py": 90,
    "lib/src/core.py": 250,
}


def test_what_fits_on_one_page_is_one() -> None:
    assert set(divided({"lib/a.py": ONE_PAGE})) == {"lib"}


def test_directories_become_parts_then_files_with_much_to_say() -> None:
    found = divided(LARGE)
    assert found["lib/src/a"] == ("lib/src/a/x.py", "lib/src/a/y.py")
    assert found["lib/src/core.py"] == ("lib/src/core.py",)
    assert found["lib"] == ("lib/src/b/x.py", "lib/src/index.py")


def test_a_page_that_stands_is_kept_until_it_is_much_longer() -> None:
    assert set(divided({"lib/a.py": STILL_ONE_PAGE}, "lib")) == {"lib"}
    assert set(divided({"lib/a.py": STILL_ONE_PAGE, "lib/b.py": 1}, "lib")) == {"lib", "lib/a.py"}


def test_a_division_stands_until_its_pages_are_much_shorter() -> None:
    half = {path: size // 2 for path, size in LARGE.items()}
    assert sum(half.values()) > STILL_DIVIDED
    assert "lib/src/a" in divided(half, *divided(LARGE))
    small = {path: size // 4 for path, size in LARGE.items()}
    assert set(divided(small, *divided(LARGE))) == {"lib"}


sizes = st.dictionaries(
    st.builds(
        lambda folders, name: "/".join(["lib", *folders, f"{name}.py"]),
        st.lists(st.sampled_from("abc"), max_size=3),
        st.sampled_from(["one", "two", "index", "core"]),
    ),
    st.integers(1, 400),
    min_size=1,
    max_size=12,
)


@given(sizes, st.booleans())
def test_every_file_has_one_page_and_dividing_again_changes_nothing(
    found: Mapping[str, int], top: bool
) -> None:
    id_ = "." if top else "lib"
    first = divided(found, id_=id_)
    assert sorted(path for files in first.values() for path in files) == sorted(found)
    again = divided(found, *first, id_=id_)
    assert {id_: set(files) for id_, files in again.items()} == {
        id_: set(files) for id_, files in first.items()
    }
    stands = as_it_stands(component(found, id_), first)
    assert {id_: set(files) for id_, files in stands.items()} == {
        id_: set(files) for id_, files in first.items()
    }


def test_small_files_stay_together_and_the_largest_leave_first() -> None:
    many = {f"lib/f{n:02}.py": 12 for n in range(14)}
    assert set(divided(many)) == {"lib"}
    found = divided({**many, "lib/large.py": 150, "lib/larger.py": 200})
    assert set(found) == {"lib", "lib/large.py", "lib/larger.py"}
    assert set(divided({**many, "lib/large.py": 29, "lib/larger.py": 200})) == {"lib", "lib/larger.py"}


def test_a_file_that_stands_for_its_directory_leaves_only_as_a_book() -> None:
    assert "lib/index.py" not in divided({"lib/index.py": 200, "lib/a.py": 100, "lib/b.py": 100})
    assert "lib/index.py" in divided({"lib/index.py": 400, "lib/a.py": 100})


def test_one_file_more_moves_no_other_page() -> None:
    first = divided(LARGE)
    more = divided({**LARGE, "lib/src/new.py": 30, "lib/src/a/new.py": 20}, *first)
    assert set(more) == set(first)


def test_a_page_made_because_the_rest_was_too_long_gives_way_to_no_larger_file() -> None:
    files = {f"lib/f{n:02}.py": 20 for n in range(8)} | {"lib/large.py": 200}
    first = divided({**files, "lib/page.py": 40, "lib/rest.py": 38})
    assert "lib/page.py" in first and "lib/rest.py" not in first
    assert set(divided({**files, "lib/page.py": 40, "lib/rest.py": 44}, *first)) == set(first)
    assert set(divided({**files, "lib/page.py": 34, "lib/rest.py": 38}, *first)) == set(first)


@given(sizes, st.data())
def test_a_small_edit_of_any_file_keeps_all_pages(found: Mapping[str, int], data: st.DataObject) -> None:
    first = divided(found)
    path = data.draw(st.sampled_from(sorted(found)))
    edited = {**found, path: max(7, found[path] + data.draw(st.integers(-3, 3)))}
    assert set(divided(edited, *first)) == set(first)
    assert set(divided(found, *divided(edited, *first))) == set(first)


def test_a_page_grows_for_a_while_before_more_of_it_leaves() -> None:
    files = {"lib/large.py": 200} | {f"lib/f{n}.py": 37 for n in range(4)}
    first = divided({**files, "lib/f0.py": 39})
    assert set(first) == {"lib", "lib/large.py"}
    assert set(divided({**files, "lib/f0.py": 90}, *first)) == set(first)
    assert set(divided({**files, "lib/f0.py": 99})) == {"lib", "lib/large.py", "lib/f0.py"}
    assert set(divided({**files, "lib/f0.py": 199}, *first)) == {"lib", "lib/large.py", "lib/f0.py"}
