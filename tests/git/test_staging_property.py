"""Any page, any edit of the user's, any new text: the commit gets the new text, the user keeps every line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.git import staging
from repodoc_hooks.git.process import Git
from tests.repos import Repo

PATH = "docs/page.md"
generated = st.lists(st.sampled_from(["one", "two", "", "three", "four"]), max_size=8)
insertions = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 99)), max_size=3)
ends = st.sampled_from(["\n", ""])


def text(lines: list[str], end: str = "\n") -> bytes:
    return ("\n".join(lines) + end).encode() if lines else b""


def with_mine(lines: list[str], edits: list[tuple[int, int]]) -> list[str]:
    """The lines with some of the user's put between them."""
    out = list(lines)
    for place, number in edits:
        out.insert(min(place, len(out)), f"mine {number}")
    return out


def mine(content: bytes) -> list[str]:
    return sorted(line for line in content.decode().splitlines() if line.startswith("mine"))


@settings(max_examples=60)
@given(generated, insertions, insertions, generated, ends, st.sampled_from(["index", "worktree"]))
def test_no_line_of_the_user_is_lost(
    repo: Repo,
    base: list[str],
    staged: list[tuple[int, int]],
    unstaged: list[tuple[int, int]],
    new: list[str],
    end: str,
    target: staging.Target,
) -> None:
    in_index = text([*with_mine(base, staged), "end"])
    repo.write(PATH, in_index)
    repo.git("add", "-A")
    in_file = text(with_mine([*with_mine(base, staged), "end"], unstaged), end)
    repo.write(PATH, in_file)
    page = text([*with_mine(new, staged), "end"])
    (done,) = staging.write_pages(Git.discover(repo.path), {PATH: page}, target)
    assert repo.staged(PATH) == (page if target == "index" else in_index)
    after = (repo.path / PATH).read_bytes()
    assert set(mine(in_file)) <= set(mine(after))
    if in_file == in_index:
        assert after == (in_index if done.outcome == "unchanged" else page)
    if done.message:
        assert after == in_file
