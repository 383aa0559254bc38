"""Pages merge like the code: `git merge` of two branches' pages is the page of the merged tree."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from repodoc_hooks.pages.markers import compose, parse_page
from repodoc_hooks.pages.merge import merge_pages
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests.pages import worlds
from tests.pages.worlds import OUTSIDE, File, World, page

INSIDE = tuple(f"pkg/{letter}.py" for letter in "abcdefgh")
# Two files that no branch touches, so that there always is an import to draw.
FIXED: World = {"pkg/y.py": File((), frozenset(("pkg/z.py",))), "pkg/z.py": File((), frozenset())}


def merge(folder: Path, base: str, ours: str, theirs: str) -> str | None:
    """What `git merge` makes of the three; None is a conflict."""
    if not (folder / "objects").exists():
        git(folder, "init", "-q", "--bare")
    stream = b"".join(
        b"commit refs/heads/%s\ncommitter A <a@b> 0 +0000\ndata 0\n%sM 100644 inline p.md\ndata %d\n%s\n"
        % (name, b"" if name == b"base" else b"from refs/heads/base\n", len(text), text)
        for name, text in ((b"base", base.encode()), (b"ours", ours.encode()), (b"theirs", theirs.encode()))
    )
    for name in (b"base", b"ours", b"theirs"):
        stream = b"reset refs/heads/%s\n\n%s" % (name, stream)
    git(folder, "fast-import", "--quiet", "--force", stdin=stream)
    done = git(folder, "merge-tree", "--write-tree", "--name-only", "ours", "theirs", check=False)
    assert done.returncode < 128, done.stderr
    tree = done.stdout.split()[0].decode()
    return None if done.returncode else git(folder, "cat-file", "blob", f"{tree}:p.md").stdout.decode()


def git(
    folder: Path, *args: str, stdin: bytes = b"", check: bool = True
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", "-C", str(folder), *args], input=stdin, capture_output=True, check=check)


def any_way(text: str) -> str:
    """A page without the way in which the arrows of its diagram run."""
    return re.sub(r"(?<=\nflowchart )(?:LR|TB)\n", "\n", text)


def united(base: World, ours: World, theirs: World) -> World:
    """The tree that has both branches' changes; they touch different files."""
    merged = {**base, **{p: f for branch in (ours, theirs) for p, f in branch.items() if f != base.get(p)}}
    return {p: f for p, f in merged.items() if (p in ours and p in theirs) or p not in base}


@st.composite
def edits(draw: st.DrawFn) -> tuple[World, World, World]:
    """A component and two branches that rewrite different files of it: symbols, and imports inside of it."""
    known = draw(st.lists(st.sampled_from(INSIDE), min_size=2, unique=True))
    contents = worlds.files(tuple(known))
    base = {**FIXED, **{path: draw(contents) for path in known}}
    order = draw(st.permutations(known))
    cut = draw(st.integers(1, len(order) - 1))
    ours = {**base, **{path: draw(contents) for path in order[:cut]}}
    theirs = {**base, **{path: draw(contents) for path in order[cut:]}}
    return base, ours, theirs


@st.composite
def growth(draw: st.DrawFn) -> tuple[World, World, World]:
    """Branches that also add files and imports from outside; what one adds the other does not import."""
    known = tuple(draw(st.lists(st.sampled_from(INSIDE), min_size=1, unique=True)))
    others = tuple(draw(st.permutations([path for path in INSIDE if path not in known])))
    contents = worlds.files(known + OUTSIDE)
    base = {**FIXED, **{path: draw(contents) for path in known}}
    ours, theirs = dict(base), dict(base)
    for branch, added in ((ours, others[:1]), (theirs, others[1:2])):
        for path in (*added, *draw(st.lists(st.sampled_from(known), unique=True))):
            if ours.get(path) == theirs.get(path):
                changed = draw(contents)
                kept = base[path].imports if path in base else frozenset()
                branch[path] = File(changed.symbols, changed.imports | kept)
    return base, ours, theirs


@settings(max_examples=30)
@given(branches=edits())
def test_edits_of_different_files_always_merge(tmp_path: Path, branches: tuple[World, World, World]) -> None:
    """Plain git keeps the way in which arrows run; the driver turns them."""
    base, ours, theirs = branches
    merged = merge(tmp_path, page(base), page(ours), page(theirs))
    fresh = page(united(base, ours, theirs))
    assert merged is not None
    assert any_way(merged) == any_way(fresh)
    assert merge_pages("", "", "", lambda *_: (merged, False)) == (fresh, False)


@settings(max_examples=30)
@given(branches=growth())
def test_a_clean_merge_is_the_fresh_page_or_knows_better(
    tmp_path: Path, branches: tuple[World, World, World]
) -> None:
    base, ours, theirs = branches
    merged = merge(tmp_path, page(base), page(ours), page(theirs))
    fresh = page(united(base, ours, theirs))
    if merged is not None and any_way(merged) != any_way(fresh):
        found = parse_page("p.md", merged)
        assert not found.stamps.ordered, (
            "two additions in one gap may come in the wrong order, and nothing else"
        )
        regions = {name: region.body for name, region in parse_page("p.md", fresh).regions.items()}
        assert compose(found, "pkg", regions, found.stamps, PAGE_ORDER) == fresh


def test_added_files_merge_with_edited_neighbours(tmp_path: Path) -> None:
    plain = File(((False, "run", 1),), frozenset())
    base = {**FIXED, "pkg/a.py": plain, "pkg/c.py": plain, "pkg/e.py": plain}
    ours = {**base, "pkg/b.py": plain, "pkg/d.py": plain}
    theirs = {
        **base,
        **dict.fromkeys(("pkg/a.py", "pkg/c.py", "pkg/e.py"), File(((True, "Run", 2),), frozenset())),
    }
    assert merge(tmp_path, page(base), page(ours), page(theirs)) == page(united(base, ours, theirs))
    removed = {path: file for path, file in base.items() if path != "pkg/c.py"}
    theirs = {path: file for path, file in theirs.items() if path != "pkg/c.py"} | {"pkg/c.py": plain}
    assert merge(tmp_path, page(base), page(removed), page(theirs)) == page(united(base, removed, theirs))


def test_a_merged_page_has_both_stamps(tmp_path: Path) -> None:
    old, new = File((), frozenset()), File(((True, "New", 0),), frozenset())
    base = {**FIXED, "pkg/a.py": old, "pkg/b.py": old}
    ours, theirs = {**base, "pkg/a.py": new}, {**base, "pkg/b.py": new}
    merged = merge(tmp_path, page(base), page(ours), page(theirs))
    assert merged is not None
    stamps = parse_page("p.md", merged).stamps
    assert stamps == parse_page("p.md", page({**ours, "pkg/b.py": new})).stamps
