"""Patterns over paths: git decides what they mean, and no pattern takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks.analysis.patterns import Patterns
from tests.repos import Repo

PATTERNS = [
    *(
        "a",
        "/a",
        "a/b",
        "**/b",
        "a/**",
        "a/**/b",
        "**",
        "*",
        "?",
        "a?",
        "[ab]",
        "[!a]b",
        "*a*",
        "*.py",
        "a*b/c",
    ),
    *("**/a/**/b", "a/*/b", "*/*", "/*", "a/b/", "x[.]y", r"\*", "a**b", "**/*b*/c"),
]
PATHS = [
    *(
        "a",
        "b",
        "ab",
        "abb",
        "a/b",
        "a/b/c",
        "a/x/b",
        "b/a/b",
        "x/a/y/b",
        "a.py",
        "d/a.py",
        "axb/c",
        "x.y",
        "*",
    ),
    *("d/ab/c", "a/a/b/b", "axxb", "c/abc/c"),
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_they_mean_what_git_makes_of_them(repo: Repo, pattern: str) -> None:
    repo.write(".gitignore", pattern + "\n")
    found = Patterns.compile([pattern])
    for path in PATHS:
        ignored = repo.run("git", "check-ignore", "-q", "--no-index", path, check=False).returncode == 0
        assert found.matches_tree(path) == ignored, path


SLOW = [
    ("*a" * 40 + "b", "src/" + "a" * 200 + ".py"),
    ("*?" * 60 + "b", "a" * 250),
    ("**/" + "*/**/" * 40 + "b", "/".join("a" * 400)),
    ("**/a/" * 60 + "b", "/".join("a" * 1000)),
    ("*[a]*" * 60 + "b", "a" * 250),
    ("**/*a*a*a*/" * 30 + "b", "/".join(["a" * 20] * 100)),
]


@pytest.mark.parametrize(("pattern", "path"), SLOW)
def test_none_takes_long(pattern: str, path: str) -> None:
    began = time.process_time()
    assert not Patterns.compile([pattern]).matches_tree(path)
    assert time.process_time() - began < 5  # thousands of years with a pattern that goes back


@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "?", "*a", "a*b", "[!b]"]), min_size=1, max_size=5),
    st.data(),
)
def test_stars_are_greedy_enough(parts: list[str], data: st.DataObject) -> None:
    """Whatever a pattern stands for, it matches: each star filled in with something."""
    fill = {"**": st.sampled_from(["a", "a/b", "b/b/a"]), "?": st.just("x"), "[!b]": st.just("a")}
    path = "/".join(
        data.draw(fill[part])
        if part in fill
        else part.replace("*", data.draw(st.sampled_from(["b", "ab", "aab"])))
        for part in parts
    )
    assert Patterns.compile(["/" + "/".join(parts)]).verdict(path, directory=False)
