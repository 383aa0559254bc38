"""Documentation that begins with another file is on the page, and stale when that file changes."""

from __future__ import annotations

import pytest

from tests.repos import Repo

MANIFEST = '[package]\nname = "depot"\nversion = "0.1.0"\nedition = "2021"\n'
PAGE = "docs/repodoc/README.md"


def made(repo: Repo, source: str, **texts: str) -> str:
    """The page of a crate with this source and these texts beside it."""
    repo.write_all(
        {"Cargo.toml": MANIFEST, "src/lib.rs": source, **{f"texts/{n}.md": t for n, t in texts.items()}}
    )
    repo.commit("Begin")
    repo.repodoc("update", "-q")
    repo.commit("Document", hooks=False)
    return repo.read(PAGE)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ('#[doc = include_str!("../texts/a.md")]\npub fn route() {}\n', "`pub fn route()`: Adds a route."),
        ('#[doc = include_str!("../texts/a.md")]\n/// More.\npub fn route() {}\n', "Adds a route."),
        ('/// Own words.\n#[doc = include_str!("../texts/a.md")]\npub fn route() {}\n', "Own words."),
        (
            'pub struct R;\nimpl R {\n    #[doc = include_str!("../texts/a.md")]\n    pub fn go(&self) {}\n}\n',
            "Adds a route.",
        ),
        ('#![doc = include_str!("../texts/a.md")]\n\npub fn route() {}\n', "Adds a route."),
        (
            'pub mod m {\n    #![doc = include_str!("../texts/a.md")]\n    pub fn go() {}\n}\n',
            "Adds a route.",
        ),
    ],
)
def test_its_first_sentence_is_on_the_page(repo: Repo, source: str, shown: str) -> None:
    assert shown in made(repo, source, a="# Routes\n\nAdds a route. And so on.\n")


@pytest.mark.parametrize("path", ["/etc/hostname", "../../outside.md", "../texts/gone.md", "../texts"])
def test_what_is_not_in_the_repository_says_nothing(repo: Repo, path: str) -> None:
    page = made(repo, f'#[doc = include_str!("{path}")]\npub fn route() {{}}\n', a="Adds a route.\n")
    assert "`pub fn route()`\n" in page
    assert repo.repodoc("check").returncode == 0


def test_another_text_makes_the_page_stale(repo: Repo) -> None:
    made(repo, '#[doc = include_str!("../texts/a.md")]\npub fn route() {}\n', a="Adds a route.\n")
    repo.write("texts/a.md", "Takes a route away.\n")
    repo.commit("Say it otherwise", hooks=False)
    found = repo.repodoc("check", check=False)
    assert found.returncode == 1
    assert "texts/a.md changed" in found.stdout
    repo.repodoc("update", "-q")
    assert "Takes a route away." in repo.read(PAGE)
    assert repo.repodoc("check", "--full").returncode == 0


def test_a_text_that_comes_later_is_seen(repo: Repo) -> None:
    made(repo, '#[doc = include_str!("../texts/a.md")]\npub fn route() {}\n')
    repo.write("texts/a.md", "Adds a route.\n")
    repo.commit("Describe", hooks=False)
    assert repo.repodoc("check", check=False).returncode == 1


LIST = "#pragma once\n#define CODES(X) X(OPEN) X(SHUT)\n"
CODES = (
    '#pragma once\n#include "list.h"\n#define XX(name) CODE_##name,\n/** What happened. */\n'
    "enum code { CODES(XX) CODE_MAX };\n"
)


def test_what_macros_of_another_file_make_is_on_the_page(repo: Repo) -> None:
    repo.write_all({"depot/list.h": LIST, "depot/codes.h": CODES})
    repo.commit("Begin")
    repo.repodoc("update", "-q")
    repo.commit("Document", hooks=False)
    page = "docs/repodoc/depot/README.md"
    assert "CODE_SHUT" in repo.read(page)
    repo.write("depot/list.h", LIST.replace("X(SHUT)", "X(SHUT) X(LOST)"))
    repo.commit("One more", hooks=False)
    assert repo.repodoc("check", check=False).returncode == 1
    repo.repodoc("update", "-q")
    assert "CODE_LOST" in repo.read(page)
    assert repo.repodoc("check", "--full").returncode == 0
