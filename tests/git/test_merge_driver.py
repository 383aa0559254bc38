"""Pages merged region by region: by git's driver, and after the fact by `resolve`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repodoc_hooks import cli
from repodoc_hooks.git import merge_driver
from repodoc_hooks.git.process import Git
from repodoc_hooks.pages.markers import compose, human_text, parse_page
from repodoc_hooks.pages.model import Debt, FileStamp, Page, Stamps
from repodoc_hooks.pages.stamps import body_checksums
from repodoc_hooks.sections.kinds import PAGE_ORDER
from tests.repos import CommandError, Repo

CHECKOUT = Path(__file__).resolve().parents[2]
PATH = "docs/repodoc/core.md"
REGIONS = {"summary": "It adds.\nIt subtracts.", "api": "### `a.py`\n\none\n\n### `b.py`\n\ntwo"}
FILES = {"a.py": 1, "b.py": 1}


def stamps(
    files: Mapping[str, int],
    regions: Mapping[str, str],
    debts: frozenset[Debt],
    author: str,
    said: Mapping[str, int] | None = None,
) -> Stamps:
    return Stamps(
        words={path: f"{state:012x}" for path, state in (said or {}).items()},
        component="core",
        templates="1",
        files={path: FileStamp(path, *[f"{state:012x}"] * 4) for path, state in files.items()},
        debts=debts,
        outputs={"summary": body_checksums(regions["summary"])},
        authors={"summary": author},
    )


def page(
    regions: Mapping[str, str] | None = None,
    files: Mapping[str, int] | None = None,
    *,
    debts: frozenset[Debt] = frozenset(),
    author: str = "model",
    said: Mapping[str, int] | None = None,
) -> str:
    """A page as the pipeline writes it: some regions and file states replaced."""
    full = {**REGIONS, **(regions or {})}
    return compose(
        None, "Core", full, stamps({**FILES, **(files or {})}, full, debts, author, said), PAGE_ORDER
    )


@pytest.fixture
def git(project: Repo) -> Git:
    return Git.discover(project.path)


def merged(git: Git, base: str, ours: str, theirs: str) -> tuple[Page, bool]:
    text, conflict = merge_driver.merge(base.encode(), ours.encode(), theirs.encode(), git)
    return parse_page(PATH, text.decode()), conflict


def states(page: Page) -> dict[str, int]:
    """The states of files that the stamps name."""
    return {path: int(stamp.blob, 16) for path, stamp in page.stamps.files.items()}


def test_what_merges_as_text_is_what_git_makes_of_it(git: Git) -> None:
    ours = page({"api": REGIONS["api"].replace("one", "ONE")}, {"a.py": 2})
    theirs = page({"api": REGIONS["api"].replace("two", "TWO")}, {"b.py": 2})
    result, conflict = merged(git, page(), ours, theirs)
    both = page({"api": "### `a.py`\n\nONE\n\n### `b.py`\n\nTWO"}, {"a.py": 2, "b.py": 2})
    assert (result.text, conflict) == (both, False)


def test_facts_changed_on_both_sides_read_as_stale(git: Git) -> None:
    ours = page({"api": REGIONS["api"].replace("one", "ours")}, {"a.py": 2})
    theirs = page({"api": REGIONS["api"].replace("one", "theirs")}, {"a.py": 3})
    result, conflict = merged(git, page(), ours, theirs)
    assert not conflict
    assert result.regions["api"].body == REGIONS["api"].replace("one", "ours")
    assert states(result) == {"a.py": 2, "b.py": 1}  # ours, as the text; the merged file is another one


def test_facts_of_both_sides_name_no_state(git: Git) -> None:
    ours = page({"api": REGIONS["api"].replace("one", "ours")}, {"a.py": 2})
    theirs = page({"api": REGIONS["api"].replace("two", "theirs")}, {"a.py": 3})
    result, conflict = merged(git, page(), ours, theirs)
    assert not conflict
    assert result.regions["api"].body == REGIONS["api"].replace("one", "ours").replace("two", "theirs")
    assert set(result.stamps.files) == {"b.py"}


@pytest.mark.parametrize("swap", [False, True])
def test_a_side_that_has_all_of_the_other_one(project: Repo, git: Git, swap: bool) -> None:
    """A commit was picked, and more came: its page again changes nothing, in whichever order."""

    def state(source: str) -> str:
        project.write("a.py", source)
        blob = project.git("hash-object", "-w", "a.py").strip()[:12]
        text = page({"summary": source, "api": f"### `a.py`\n\n{source}"})
        return text.replace("file a.py\n000000000001", f"file a.py\n{blob}")

    base = state("one\ntwo\nthree\nfour\nfive\nsix")
    less = state("one\ntwo\nTHREE\nfour\nfive\nsix")
    more = state("ONE\ntwo\nTHREE\nfour\nfive\nsix")
    ours, theirs = (less, more) if swap else (more, less)
    result, conflict = merged(git, base, ours, theirs)
    assert (result.text, conflict) == (more, False)


def test_prose_changed_on_both_sides_is_owed(git: Git) -> None:
    ours = page({"summary": "It adds more."}, {"a.py": 2})
    theirs = page({"summary": "It adds less."}, {"b.py": 2}, author="another")
    result, conflict = merged(git, page(), ours, theirs)
    assert not conflict
    assert result.regions["summary"].body == "It adds more."
    assert result.stamps.debts == {Debt("summary", "b.py")}
    assert result.stamps.outputs["summary"] == body_checksums("It adds more.")
    assert result.stamps.authors["summary"] == "model"
    assert states(result) == {"a.py": 2, "b.py": 2}


def test_text_of_one_side_brings_its_checksums(git: Git) -> None:
    ours = page({"api": "### `a.py`\n\nours"}, {"a.py": 2})
    theirs = page({"summary": "It adds less.", "api": "### `a.py`\n\ntheirs"}, {"a.py": 3}, author="another")
    result, _ = merged(git, page(), ours, theirs)
    assert result.regions["summary"].body == "It adds less."
    assert result.stamps.outputs["summary"] == body_checksums("It adds less.")
    assert result.stamps.authors["summary"] == "another"


@pytest.mark.parametrize("swap", [False, True])
def test_a_text_that_saw_one_of_two_other_descriptions_reads_as_stale(git: Git, swap: bool) -> None:
    base = page(said={"README.rst": 1})
    renamed = page(said={"README.md": 1}, files={"a.py": 2})
    reworded = page({"summary": "It counts."}, said={"README.rst": 2}, files={"a.py": 3})
    sides = (reworded, renamed) if swap else (renamed, reworded)
    found, conflict = merged(git, base, *sides)
    assert not conflict
    assert found.regions["summary"].body == "It counts."
    assert "README.md" not in found.stamps.words


def by_hand(text: str, line: str) -> str:
    """A person replaces the summary's first line; the checksums stay."""
    first = parse_page(PATH, text).regions["summary"].body.split("\n")[0]
    return text.replace(first, line)


@pytest.mark.parametrize("swap", [False, True])
def test_a_person_goes_before_a_model(git: Git, swap: bool) -> None:
    sides = [by_hand(page(), "By hand."), page({"summary": "Anew by a model."}, {"a.py": 2})]
    ours, theirs = reversed(sides) if swap else sides
    result, conflict = merged(git, page(), ours, theirs)
    assert not conflict
    assert result.regions["summary"].body == "By hand.\nIt subtracts."
    assert result.stamps.debts == {Debt("summary", "a.py")}
    assert result.stamps.outputs["summary"] == body_checksums(REGIONS["summary"])


def test_two_persons_conflict(git: Git) -> None:
    ours, theirs = by_hand(page(), "One person."), by_hand(page(), "Another person.")
    text, conflict = merge_driver.merge(page().encode(), ours.encode(), theirs.encode(), git)
    assert conflict
    assert text.count(b"<<<<<<< ours") == 1
    assert b"One person." in text
    assert b"Another person." in text


def test_people_s_text_around_the_regions(git: Git) -> None:
    base, clash = page() + "\nNotes.\n", {"summary": "Anew."}
    ours = page({"summary": "Else."}) + "\nNotes.\nMore of ours.\n"
    theirs = (
        page(clash).replace("<!-- repodoc:begin api", "Said before.\n\n<!-- repodoc:begin api") + "\nNotes.\n"
    )
    result, conflict = merged(git, base, ours, theirs)
    assert not conflict
    assert "Said before." in human_text(result)
    assert result.text.endswith("\nNotes.\nMore of ours.\n")
    text, conflict = merge_driver.merge(
        base.encode(), ours.encode(), (page(clash) + "\nNotes.\nMore of theirs.\n").encode(), git
    )
    assert conflict
    assert (
        text.decode()
        .split("<<<<<<< ours\n")[1]
        .endswith("More of ours.\n=======\nMore of theirs.\n>>>>>>> theirs\n")
    )


def test_pages_that_both_sides_added(git: Git) -> None:
    result, conflict = merged(git, "", page({"summary": "Ours."}, {"a.py": 2}), page({"summary": "Theirs."}))
    assert not conflict
    assert result.regions["summary"].body == "Ours."
    assert states(result) == {"a.py": 2, "b.py": 1}


def test_damaged_pages_merge_as_text(git: Git) -> None:
    broken = page().replace("<!-- repodoc:end api -->", "")
    text, conflict = merge_driver.merge(
        broken.encode(), broken.encode() + b"a\n", broken.encode() + b"b\n", git
    )
    assert conflict
    assert text.startswith(broken.encode())


def test_line_ends_and_bytes_that_are_not_utf8_survive(git: Git) -> None:
    def crlf(text: str) -> bytes:
        return text.replace("\n", "\r\n").encode() + b"\xff\r\n"

    sides = [page(), page({"summary": "Ours."}, {"a.py": 2}), page({"summary": "Theirs."}, {"a.py": 3})]
    base, ours, theirs = map(crlf, sides)
    text, conflict = merge_driver.merge(base, ours, theirs, git)
    assert not conflict
    assert text.endswith(b"\xff\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")


versions = st.fixed_dictionaries(
    {
        "summary": st.sampled_from(["It adds.\nIt subtracts.", "One.", "Two.\nThree."]),
        "api": st.sampled_from([REGIONS["api"], "### `a.py`\n\nx", "### `b.py`\n\ntwo"]),
        "a.py": st.integers(1, 3),
        "b.py": st.integers(1, 3),
    }
)


def version(values: Mapping[str, str | int]) -> str:
    regions = {key: str(value) for key, value in values.items() if not key.endswith(".py")}
    return page(regions, {key: int(value) for key, value in values.items() if key.endswith(".py")})


@given(versions, versions, versions)
def test_any_three_pages_merge_to_a_page_that_owns_up(
    git: Git, base: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]
) -> None:
    """No conflict, and no text of a side passes for one that has seen the other side's changes."""
    result, conflict = merged(git, version(base), version(ours), version(theirs))
    assert not conflict
    assert result.stamps.outputs["summary"] == body_checksums(result.regions["summary"].body)
    if len({base["summary"], ours["summary"], theirs["summary"]}) == 3 and ours["summary"] in result.text:
        unseen = {path for path in FILES if theirs[path] not in (base[path], ours[path])}
        stale = {path for path in FILES if states(result).get(path) in (None, ours[path])}
        assert unseen <= {debt.path for debt in result.stamps.debts} | stale


class TestGit:
    """The driver and `resolve` in real merges."""

    @pytest.fixture
    def split(self, project: Repo) -> Repo:
        """Branches main and side that both change one page."""
        project.write(PATH, page())
        project.commit("Page")
        project.git("checkout", "-qb", "side")
        project.write(PATH, page({"summary": "Theirs."}, {"a.py": 3, "b.py": 2}))
        project.commit("Theirs")
        project.git("checkout", "-q", "main")
        project.write(PATH, page({"summary": "Ours."}, {"a.py": 2}))
        project.commit("Ours")
        return project

    def register(self, repo: Repo, program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(merge_driver, "program", lambda: str(program))
        merge_driver.register(Git.discover(repo.path))
        repo.write(".git/info/attributes", "docs/repodoc/**/*.md merge=repodoc\n")

    def test_driver(self, split: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        program = tmp_path / "my repodoc"
        program.write_text(f'#!/bin/sh\nPYTHONPATH={CHECKOUT} exec {sys.executable} -m repodoc_hooks "$@"\n')
        program.chmod(0o755)
        self.register(split, program, monkeypatch)
        split.git("merge", "-q", "--no-edit", "side")
        result = parse_page(PATH, split.read(PATH))
        assert result.regions["summary"].body == "Ours."
        assert states(result) == {"a.py": 2, "b.py": 2}
        assert result.stamps.debts == {Debt("summary", "b.py")}
        assert split.is_clean()

    def test_driver_whose_program_is_gone(
        self, split: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.register(split, tmp_path / "gone", monkeypatch)
        with pytest.raises(CommandError, match="conflict"):
            split.git("merge", "-q", "--no-edit", "side")
        assert "<<<<<<< ours" in split.read(PATH)
        assert "Theirs." in split.read(PATH)

    def test_resolve(self, split: Repo) -> None:
        with pytest.raises(CommandError):
            split.git("merge", "-q", "--no-edit", "side")
        assert merge_driver.resolve(Git.discover(split.path), "docs/repodoc") == [(PATH, True)]
        assert parse_page(PATH, split.read(PATH)).regions["summary"].body == "Ours."
        assert split.status() == [f"M  {PATH}"]
        split.git("commit", "-q", "--no-edit")
        assert split.is_clean()

    def test_resolve_leaves_people_s_conflicts(self, split: Repo) -> None:
        split.write(PATH, split.read(PATH) + "\nours\n")
        split.commit("Ours too")
        split.git("checkout", "-q", "side")
        split.write(PATH, split.read(PATH) + "\ntheirs\n")
        split.commit("Theirs too")
        with pytest.raises(CommandError):
            split.git("merge", "-q", "--no-edit", "main")
        git = Git.discover(split.path)
        assert merge_driver.resolve(git, "docs/repodoc") == [(PATH, False)]
        assert split.status() == [f"UU {PATH}"]
        text = split.read(PATH)
        assert text.count("<<<<<<<") == 1
        assert text.endswith("<<<<<<< ours\ntheirs\n=======\nours\n>>>>>>> theirs\n")

    @pytest.mark.parametrize(("mine", "gone"), [("", True), ("\nMy own words.\n", False)])
    def test_pages_go_with_the_configuration(self, project: Repo, mine: str, gone: bool) -> None:
        """`git revert` of the commit that brought the pages; what people wrote since is left to people."""
        project.write(".repodoc.yaml", "version: 1\n")
        project.write(PATH, page())
        project.commit("Pages")
        project.write(PATH, page({"summary": "Changed."}, {"a.py": 2}) + mine)
        project.commit("Change")
        with pytest.raises(CommandError, match="could not revert"):
            project.git("revert", "--no-edit", "HEAD~1")
        assert cli.main(["-C", str(project.path), "resolve"]) == int(not gone)
        assert project.exists(PATH) is not gone
        assert project.status() == ["D  .repodoc.yaml", f"D  {PATH}" if gone else f"UD {PATH}"]

    @pytest.mark.parametrize("style", ["merge", "diff3"])
    def test_resolve_where_git_kept_no_copy(self, split: Repo, style: str) -> None:
        split.git("config", "merge.conflictStyle", style)
        with pytest.raises(CommandError):
            split.git("merge", "-q", "--no-edit", "side")
        (split.path / ".git" / "AUTO_MERGE").unlink(missing_ok=True)  # git before 2.34
        assert merge_driver.resolve(Git.discover(split.path), "docs/repodoc") == [(PATH, True)]
        assert split.status() == [f"M  {PATH}"]

    @pytest.mark.parametrize("kept", [True, False])
    def test_resolve_keeps_what_somebody_began_to_mend(self, split: Repo, kept: bool) -> None:
        with pytest.raises(CommandError):
            split.git("merge", "-q", "--no-edit", "side")
        if not kept:
            (split.path / ".git" / "AUTO_MERGE").unlink(missing_ok=True)
        begun = split.read(PATH) + "mending\n"
        split.write(PATH, begun)
        assert merge_driver.resolve(Git.discover(split.path), "docs/repodoc") == [(PATH, False)]
        assert split.read(PATH) == begun

    @pytest.mark.parametrize("ours", ["main", "side"])
    def test_page_removed_on_one_side(self, split: Repo, ours: str) -> None:
        split.git("checkout", "-q", "side")
        split.git("rm", "-q", PATH)
        split.git("commit", "-qm", "Remove")
        split.git("checkout", "-q", ours)
        with pytest.raises(CommandError):
            split.git("merge", "-q", "--no-edit", "side" if ours == "main" else "main")
        assert merge_driver.resolve(Git.discover(split.path), "docs/repodoc") == [(PATH, True)]
        assert parse_page(PATH, split.read(PATH)).regions["summary"].body == "Ours."

    def test_nothing_in_conflict(self, project: Repo) -> None:
        assert merge_driver.resolve(Git.discover(project.path), "docs/repodoc") == []


BROKEN = {
    "an import that fails": "#!/usr/bin/env python3\nimport a_module_that_is_gone\n",
    "SEGV": "#!/bin/sh\nkill -SEGV $$\n",
    "KILL": "#!/bin/sh\nkill -KILL $$\n",
    "exit 1": "#!/bin/sh\nexit 1\n",
    "no permission": "",
}


@pytest.mark.parametrize("how", BROKEN)
def test_git_merges_the_text_when_the_program_fails(
    project: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Whatever becomes of the program, nobody's words are dropped."""
    program = tmp_path / "a % b" / "repodoc"
    program.parent.mkdir()
    program.write_text(BROKEN[how])
    program.chmod(0o755 if BROKEN[how] else 0o644)
    monkeypatch.setattr(merge_driver, "program", lambda: str(program))
    merge_driver.register(Git.discover(project.path))
    project.write(".gitattributes", "docs/** merge=repodoc\n")
    project.write(PATH, page())
    project.commit("Pages")
    project.git("checkout", "-qb", "side")
    project.write(PATH, page() + "\nTHEIRS at the end.\n")
    project.commit("Theirs")
    project.git("checkout", "-q", "main")
    project.write(PATH, "OURS at the top.\n\n" + page())
    project.commit("Ours")
    project.git("merge", "-q", "--no-edit", "side")
    assert "THEIRS" in project.read(PATH)
    assert "OURS" in project.read(PATH)


def test_an_older_registration_is_renewed_by_the_next_hook(project: Repo) -> None:
    text_merge = "else git merge-file -L ours -L base -L theirs %A %O %B; fi"
    old = "if test -x {0}; then {0} merge-driver %O %A %B %P; " + text_merge
    project.repodoc("init", "--yes")
    project.git("config", "merge.repodoc.driver", old.format("/usr/bin/repodoc"))
    project.commit("Set up", hooks=False)
    project.replace("src/core/text.py", "upper()", "title()")
    project.git("commit", "-qam", "Edit")
    assert "case $? in" in project.git("config", "merge.repodoc.driver")
    project.git(
        "config",
        "merge.repodoc.driver",
        f"my-own %O %A %B; {text_merge}",
    )
    project.replace("src/core/text.py", "title()", "upper()")
    project.git("commit", "-qam", "Edit")
    assert project.git("config", "merge.repodoc.driver").startswith("my-own")
