"""Java's package-private definitions, where an application wants them on its pages."""

from __future__ import annotations

from repodoc_hooks.analysis.facts import FileFacts
from repodoc_hooks.analysis.languages import parse
from repodoc_hooks.analysis.package_private import with_package_private
from tests.repos import Repo

SOURCE = """package shop;
/** Answers what the desk asks. */
class DeskController {
    static final int LIMIT = 3;
    private final Desk desk = null;
    private static class Kept { int inside; }
    class Shown { int inside; private int not; }
    public String show(int id) { return ""; }
    DeskController(Desk desk) {}
    @Deprecated private void hidden() {}
    enum Mood { GOOD, BAD; Mood() {} int weight() { return 1; } }
}
"""


def shown(text: str) -> FileFacts:
    return with_package_private(parse("java", text.encode()))


def test_all_that_is_not_private_is_shown() -> None:
    found = {s.name.removeprefix("DeskController.") for s in shown(SOURCE).symbols if s.public}
    assert found == {
        *("DeskController", "LIMIT", "Shown", "Shown.inside", "show"),
        *("Mood", "Mood.GOOD", "Mood.BAD", "Mood.weight"),
    }


def test_what_is_shown_counts_in_the_interface_and_what_is_private_does_not() -> None:
    before = shown(SOURCE).interface
    assert before != parse("java", SOURCE.encode()).interface
    assert before != shown(SOURCE.replace("String show(int id)", "String show(long id)")).interface
    assert before != shown(SOURCE.replace("LIMIT = 3", "LIMIT = 4")).interface
    assert before == shown(SOURCE.replace("void hidden()", "void hidden(int a)")).interface
    assert before == shown(SOURCE.replace('return ""', 'return "a"')).interface


def test_other_languages_are_as_they_were() -> None:
    facts = parse("kotlin", b"internal class A\n")
    assert with_package_private(facts) is facts


def test_a_page_follows_the_setting_and_the_package_private_code(repo: Repo) -> None:
    repo.write("pom.xml", "<project><artifactId>shop</artifactId></project>\n")
    repo.write("src/main/java/shop/DeskController.java", SOURCE)
    repo.repodoc("init", "--yes")
    repo.commit("Start")
    page = "docs/repodoc/README.md"
    assert "class DeskController" not in repo.read(page)
    repo.write(".repodoc.yaml", "version: 1\njava: {package_private: true}\nbackends:\n  order: [offline]\n")
    repo.commit("Show what the package sees", hooks=False)
    assert "setting of what pages show changed" in repo.repodoc("check", check=False).stdout
    repo.replace("src/main/java/shop/DeskController.java", "show(int id)", "show(long id)")
    repo.commit("Take more")
    text = repo.read(page)
    assert "`class DeskController`: Answers what the desk asks." in text
    assert "`public String show(long id)`" in text
    assert "## Public API" not in text
    assert repo.repodoc("check", "--full").returncode == 0
    repo.replace("src/main/java/shop/DeskController.java", "Shown {", "Seen {")
    repo.commit("Rename it")
    assert "`class Seen`" in repo.read(page)
    assert repo.repodoc("check", "--full").returncode == 0
