"""The main job from end to end: a repository is set up, committed to, checked and fixed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.repos import Repo

TEXT_PAGE = "docs/repodoc/src/core/README.md"
SHOP_PAGE = "docs/repodoc/src/shop/README.md"
INDEX = "docs/repodoc/README.md"


@pytest.fixture
def ready(project: Repo) -> Repo:
    """The sample project, set up with native hooks and committed."""
    project.repodoc("init", "--yes")
    project.commit("Set up")
    assert project.is_clean()
    return project


def sections(repo: Repo, *args: str) -> dict[str, dict[str, object]]:
    """`check --format json`, by section id."""
    data = json.loads(repo.repodoc("check", "--format", "json", *args, check=False).stdout)
    assert data["schema"] == 1
    return {section["id"]: section for section in data["sections"]}


def test_init_makes_configuration_hooks_and_pages(project: Repo) -> None:
    done = project.repodoc("init", "--yes")
    assert project.exists(".repodoc.yaml")
    assert "shout" in project.read(TEXT_PAGE)
    assert "A small project with two packages." in project.read(INDEX)
    assert done.stderr.splitlines()[-1].startswith(
        "next: git add .repodoc.yaml .gitattributes docs/repodoc && git commit"
    )
    assert project.repodoc("check").returncode == 0
    before = {path: project.read(path) for path in (INDEX, TEXT_PAGE, SHOP_PAGE, ".repodoc.yaml")}
    project.repodoc("init", "--yes")
    assert before == {path: project.read(path) for path in before}


def test_a_commit_carries_code_and_stale_pages_and_nothing_else(ready: Repo) -> None:
    ready.replace("src/shop/till.py", "Adds up prices.", "Adds up whole prices.")
    code = ready.read("src/shop/till.py").encode()
    ready.git("commit", "-q", "-am", "Say what prices are added")
    assert ready.changed() == [SHOP_PAGE, "src/shop/till.py"]
    assert ready.at("HEAD", "src/shop/till.py") == code
    assert ready.is_clean()
    assert ready.repodoc("check").returncode == 0
    assert "till.py" in ready.git("notes", "--ref=repodoc", "show", "HEAD")


def test_a_changed_body_changes_no_page_without_a_model(ready: Repo) -> None:
    ready.replace("src/shop/till.py", "self.total += price", "self.total += int(price)")
    ready.git("commit", "-q", "-am", "Add whole prices only")
    assert ready.changed() == ["src/shop/till.py"]
    assert ready.repodoc("check", "--full").returncode == 0
    ready.replace("src/shop/till.py", "def add(", "def put(")
    ready.git("commit", "-q", "-am", "Name it otherwise")
    assert ready.changed() == [SHOP_PAGE, "src/shop/till.py"]
    assert ready.repodoc("check", "--full").returncode == 0


def test_a_changed_signature_reaches_its_page_alone_without_a_model(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, times: int = 1)")
    ready.commit("Shout several times")
    assert ready.changed() == [TEXT_PAGE, "src/core/text.py"]
    assert "times: int = 1" in ready.read(TEXT_PAGE)


def test_check_names_what_is_stale_and_update_mends_it(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, times: int = 1)")
    ready.commit("Shout several times", hooks=False)
    found = ready.repodoc("check", check=False)
    assert found.returncode == 1
    lines = found.stdout.splitlines()
    assert "src/core" in lines
    assert any(TEXT_PAGE in line and "api" in line and "stale" in line for line in lines)
    assert any("src/core/text.py: `shout` changed its signature" in line for line in lines)
    states = sections(ready)
    api = states["src/core#api"]
    assert (api["state"], api["rule"], api["path"]) == ("stale", "RD002", TEXT_PAGE)
    assert ready.read(TEXT_PAGE).splitlines()[int(str(api["line"])) - 1] == "<!-- repodoc:begin api -->"
    assert (
        states["src/shop#summary"]["state"] == "current"
    )  # no model wrote it from the interface of the other
    assert states["src/shop#api"]["state"] == "current"
    assert lines[-1] == "run: repodoc update"
    ready.repodoc("update")
    assert ready.repodoc("check").returncode == 0


def test_the_next_commit_mends_what_a_commit_without_hooks_left(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    ready.commit("Rename", hooks=False)
    ready.replace("src/shop/till.py", "total {", "sum {")
    ready.commit("Say sum")
    assert ready.repodoc("check").returncode == 0
    assert "murmur" in ready.at("HEAD", TEXT_PAGE).decode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        self.total += price\n", "        # add it\n        self.total += price\n"),
        ("        self.total += price\n", "        self.total += (\n            price\n        )\n"),
    ],
    ids=["comment", "formatting"],
)
def test_comments_and_formatting_change_no_page(ready: Repo, old: str, new: str) -> None:
    ready.replace("src/shop/till.py", old, new)
    ready.commit("Only looks")
    assert ready.changed() == ["src/shop/till.py"]
    assert ready.repodoc("check").returncode == 0


def test_what_people_write_stays(ready: Repo) -> None:
    page = ready.read(TEXT_PAGE)
    ready.write(
        TEXT_PAGE, page.replace("<!-- repodoc:begin api -->", "Our own words.\n\n<!-- repodoc:begin api -->")
    )
    ready.commit("Write on the page")
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    ready.commit("Rename")
    assert "Our own words.\n" in ready.read(TEXT_PAGE)
    assert "murmur" in ready.read(TEXT_PAGE)


def test_an_edited_summary_belongs_to_its_editor(ready: Repo) -> None:
    ready.replace(TEXT_PAGE, "The core of the sample.", "Text, the way we like it.")
    ready.commit("Better words")
    ready.replace("src/core/__init__.py", "The core of the sample.", "The middle of the sample.")
    ready.replace("src/core/text.py", "words.upper()", "words.title()")
    ready.commit("Change the core")
    assert "Text, the way we like it." in ready.read(TEXT_PAGE)
    assert sections(ready)["src/core#summary"]["state"] == "edited"
    ready.repodoc("update", "--force", TEXT_PAGE)
    assert "The middle of the sample." in ready.read(TEXT_PAGE)
    assert sections(ready)["src/core#summary"]["state"] == "current"


def test_a_renamed_component_keeps_its_page(ready: Repo) -> None:
    page = ready.read(TEXT_PAGE)
    ready.write(TEXT_PAGE, page + "\nOur own words.\n")
    ready.commit("Write on the page")
    ready.git("mv", "src/core", "src/middle")
    ready.commit("Rename the package")
    assert "Our own words." in ready.read("docs/repodoc/src/middle/README.md")
    assert not ready.exists(TEXT_PAGE)
    assert ready.repodoc("check").returncode == 0


def test_a_removed_component_takes_its_page_with_it(ready: Repo) -> None:
    ready.git("rm", "-rq", "src/shop")
    ready.commit("Close the shop")
    assert not ready.exists(SHOP_PAGE)
    assert "shop" not in ready.read(INDEX)
    assert ready.repodoc("check").returncode == 0


def test_a_new_component_gets_a_page(ready: Repo) -> None:
    ready.write(
        "src/bank/__init__.py", '"""Keeps the money."""\n\nfrom shop.till import Till\n\nOPEN = True\n'
    )
    ready.commit("Open a bank")
    assert "Keeps the money." in ready.read("docs/repodoc/src/bank/README.md")
    assert "Keeps the money." in ready.read(INDEX)
    assert ready.changed() == [
        "docs/repodoc/README.md",
        "docs/repodoc/src/bank/README.md",
        "docs/repodoc/src/shop/README.md",
        "src/bank/__init__.py",
    ]
    assert "src/bank" in ready.read("docs/repodoc/src/shop/README.md"), "which says what uses it"
    assert ready.repodoc("check", "--full").returncode == 0


def test_a_page_with_damaged_markers_is_left_alone_and_named(ready: Repo) -> None:
    ready.replace(TEXT_PAGE, "<!-- repodoc:end api -->\n", "")
    ready.commit("Damage")
    damaged = ready.read(TEXT_PAGE)
    ready.replace("src/core/text.py", "def whisper", "def murmur")
    ready.commit("Rename")
    assert ready.read(TEXT_PAGE) == damaged
    found = ready.repodoc("check", check=False)
    assert found.returncode == 1
    assert f"{TEXT_PAGE}:" in found.stdout
    assert "[RD007]" in found.stdout


def test_full_check_sees_an_edit_in_a_region_of_ours(ready: Repo) -> None:
    ready.replace(TEXT_PAGE, "Return the words in capitals.", "Return the words in italics.")
    ready.commit("Edit what is not ours", hooks=False)
    assert ready.repodoc("check").returncode == 0
    found = ready.repodoc("check", "--full", check=False)
    assert found.returncode == 1
    assert "[RD008]" in found.stdout
    ready.repodoc("update", "--all")
    assert ready.repodoc("check", "--full").returncode == 0


def test_a_damaged_page_is_left_alone_and_so_is_its_place_in_the_index(ready: Repo) -> None:
    ready.replace(TEXT_PAGE, "<!-- repodoc:end api -->\n", "")
    ready.commit("Damage a page", hooks=False)
    damaged, index = ready.read(TEXT_PAGE), ready.read(INDEX)
    found = ready.repodoc("check", check=False)
    assert found.returncode == 1
    assert "page is broken [RD007]" in found.stdout
    assert (
        found.stdout.splitlines()[-1] == f"run: repodoc update  (after repairing the markers of {TEXT_PAGE})"
    )
    assert "stale [" not in found.stdout
    done = ready.repodoc("update", check=False)
    assert done.returncode == 1
    assert f"{TEXT_PAGE}:" in done.stderr
    assert "or delete the page and run repodoc update; until then the page is left as it is" in done.stderr
    ready.replace("src/shop/till.py", "Adds up prices.", "Adds up all prices.")
    ready.commit("Say more")
    assert (ready.read(TEXT_PAGE), ready.read(INDEX)) == (damaged, index)
    assert "Adds up all prices." in ready.read(SHOP_PAGE)
    (ready.path / TEXT_PAGE).unlink()
    ready.repodoc("update")
    ready.commit("Make the page anew")
    assert ready.repodoc("check", "--full").returncode == 0


def test_init_before_the_first_git_add_says_when_pages_come(repo: Repo) -> None:
    repo.write("src/a.py", '"""One file."""\n')
    done = repo.repodoc("init", "--yes")
    assert "files that git does not know yet get theirs with their commit" in done.stderr
    repo.commit("First")
    assert repo.repodoc("check", "--full").returncode == 0
    assert "One file." in repo.read("docs/repodoc/src/README.md")


def test_after_an_update_the_next_commit_replaces_what_the_update_left(ready: Repo) -> None:
    ready.replace("src/core/text.py", "def whisper(", "def murmur(")
    ready.repodoc("update")
    ready.write("src/core/text.py", ready.read("src/core/text.py") + "\n\ndef hum() -> None:\n    pass\n")
    ready.git("add", "src")
    done = ready.run("git", "commit", "-m", "Murmur and hum")
    assert "your own edit" not in done.output
    assert ready.is_clean()
    assert ready.repodoc("check", "--full").returncode == 0


TOGETHER = {
    "docstring and body": (
        ('"""Return the words in capitals."""', '"""Shout them."""'),
        ("words.upper()", "words.title()"),
    ),
    "definitions in other branches": (
        ("def shout(words: str)", "def shout(words: str, *more: str)"),
        ("def whisper(words: str)", "def whisper(*words: str)"),
    ),
    "formatting and body": (
        ("    return words.upper()", "\n    return words.upper()"),
        ("lower()", "lower() "),
    ),
}


@pytest.mark.parametrize("edits", TOGETHER.values(), ids=TOGETHER)
def test_what_changes_together_is_all_on_the_page(ready: Repo, edits: tuple[tuple[str, str], ...]) -> None:
    for old, new in edits:
        ready.replace("src/core/text.py", old, new)
    ready.git("commit", "-qam", "Edit")
    assert ready.repodoc("check", "--full").returncode == 0
    assert ready.is_clean()


def test_formatting_is_taken_up_with_the_next_change(ready: Repo) -> None:
    ready.write_all(
        {
            "web/package.json": "{}\n",
            "web/a.js": 'export function a(x = "q") {}\n',
            "web/b.js": "export const b = 1\n",
        }
    )
    ready.commit("Add a package")
    ready.write("web/a.js", "export function a(x = 'q') {}\n")
    ready.replace("web/b.js", "b = 1", "b = 2, c = 3")
    ready.git("commit", "-qam", "Format and edit")
    assert ready.repodoc("check", "--full").returncode == 0


def test_no_report_of_a_crash_is_left_behind(ready: Repo) -> None:
    assert not list((ready.path / ".git").glob("fast_import_crash*"))


def test_an_importer_beside_a_folder_of_several_languages(ready: Repo) -> None:
    ready.write_all(
        {
            "web/package.json": "{}\n",
            "web/main.ts": 'import { x } from "./mixed/x"\nimport { o } from "./other/o"\nexport const m = x + o(1)\n',
            "web/mixed/x.ts": "export const x = 1\n",
            "web/mixed/s.py": "def s():\n    return 1\n",
            "web/other/package.json": "{}\n",
            "web/other/o.ts": "export function o(a: number) {\n  return a\n}\n",
        }
    )
    ready.commit("Add packages")
    assert ready.repodoc("check", "--full").returncode == 0
    ready.replace("web/other/o.ts", "(a: number)", "(a: number, b = 2)")
    ready.git("commit", "-qam", "Widen")
    assert ready.repodoc("check", "--full").returncode == 0


def test_a_clone_without_blobs(ready: Repo, tmp_path: Path) -> None:
    ready.git("config", "uploadpack.allowFilter", "true")
    url = f"file://{ready.path}"
    ready.run("git", "clone", "-q", "--filter=blob:none", url, str(tmp_path / "partial"))
    partial = Repo(tmp_path / "partial")
    partial.repodoc("install")
    partial.replace("src/core/text.py", "words.upper()", "words.title()")
    partial.replace("src/core/text.py", "def whisper(", "def murmur(")
    done = partial.run("git", "commit", "-am", "Title case")
    assert "did nothing" not in done.output
    assert "murmur" in partial.at("HEAD", "docs/repodoc/src/core/README.md").decode()
    assert partial.repodoc("check", "--full").returncode == 0


def test_what_only_a_fresh_rendering_shows_is_fixed_by_it(ready: Repo) -> None:
    ready.replace("docs/repodoc/src/core/README.md", "def whisper(", "def murmur(")
    before = ready.read("docs/repodoc/src/shop/README.md")
    ready.git("commit", "-qam", "Write in a section of repodoc's")
    assert ready.repodoc("check").returncode == 0
    found = ready.repodoc("check", "--full", check=False)
    assert found.returncode == 1
    assert "repodoc check --full --fix" in found.stdout
    assert ready.repodoc("check", "--full", "--fix").returncode == 0
    assert "def whisper(" in ready.read("docs/repodoc/src/core/README.md")
    assert ready.read("docs/repodoc/src/shop/README.md") == before


def test_source_that_cannot_be_parsed_is_told_and_is_not_called_empty(ready: Repo) -> None:
    ready.write("src/core/text.py", "def shout(:\n")
    done = ready.run("git", "commit", "-am", "Break it")
    assert (
        "src/core/text.py: line 1 could not be read, so what is defined there is not on docs/" in done.stderr
    )
    page = ready.read("docs/repodoc/src/core/README.md")
    assert "text.py)\n\n_Line 1 could not be read._" in page
    ready.write("src/core/text.py", "def shout(:\nA = 1\n")
    assert "could not be read" not in ready.run("git", "commit", "-am", "Go on").stderr, "it was said before"


def test_an_edit_in_a_section_of_ours_is_told_when_it_gives_way_and_can_be_had_again(ready: Repo) -> None:
    page = "docs/repodoc/src/core/README.md"
    ready.replace(page, "def whisper(", "def my_words(")
    mine = ready.read(page)
    ready.repodoc("update")  # nothing is stale: it stays
    assert ready.read(page) == mine
    ready.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, loud: bool)")
    told = ready.repodoc("update").output
    assert f"{page}: what you changed by hand in api was replaced" in told
    assert "my_words" not in ready.read(page)
    assert ready.git("cat-file", "-p", told.partition("cat-file -p ")[2].partition("`")[0]) + "\n" == mine
    assert "by hand" not in ready.repodoc("update", "--all").output


def test_an_edit_in_a_section_of_ours_is_told_when_it_is_committed_and_when_a_commit_replaces_it(
    ready: Repo,
) -> None:
    page = "docs/repodoc/src/core/README.md"
    ready.replace(page, "def whisper(", "def my_words(")
    mine = ready.read(page)
    told = ready.run("git", "commit", "-am", "By hand").stderr
    assert f"{page}: what you changed by hand in api stays until the source says otherwise" in told
    assert ready.git("show", f"HEAD:{page}") + "\n" == mine
    ready.replace(page, "def my_words(", "def your_words(")
    mine = ready.read(page)
    ready.replace("src/core/text.py", "def shout(words: str)", "def shout(words: str, loud: bool)")
    told = ready.run("git", "commit", "-am", "Both").stderr
    assert f"{page}: what you changed by hand in api was replaced" in told
    assert "your_words" not in ready.git("show", f"HEAD:{page}")
    assert ready.git("cat-file", "-p", told.partition("cat-file -p ")[2].partition("`")[0]) + "\n" == mine
    ready.replace("src/core/text.py", "loud: bool", "loud: int")
    ready.repodoc("update")
    assert "by hand" not in ready.run("git", "commit", "-am", "By update").stderr
