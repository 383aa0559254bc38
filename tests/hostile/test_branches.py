"""A branch that somebody else wrote: what it says is data, and never a program, a server or a place of ours."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.repos import Repo


@pytest.fixture
def ready(project: Repo) -> Repo:
    """Set up with native hooks; pages committed."""
    project.repodoc("init", "--yes")
    project.commit("Set up")
    return project


def page(repo: Repo, word: str) -> bool:
    """Does a committed page hold the word?"""
    return bool(repo.git("grep", "-l", "-e", word, "HEAD", "--", "docs", check=False))


def commit_with(repo: Repo, word: str = "gamma_added") -> str:
    """A commit of source that makes a page stale; what was said."""
    text = repo.read("src/core/text.py")
    repo.write("src/core/text.py", f'{text}\n\ndef {word}() -> None:\n    """New."""\n')
    repo.git("add", "-A")
    done = repo.run("git", "commit", "-qm", "Mine")
    return done.output


@pytest.fixture
def outsider() -> Iterator[tuple[str, list[str]]]:
    """A server of the attacker's, and the requests that it got."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(f"{self.path} {self.headers}")
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()


@pytest.mark.parametrize("kind", ["opencode", "claude"])
@pytest.mark.parametrize("how", ["absolute", "climbing", "inside"])
def test_it_names_no_program(ready: Repo, tmp_path: Path, kind: str, how: str) -> None:
    evil = ready.write("evil.sh", f"#!/bin/sh\necho ran >>{tmp_path}/PWNED\n")
    evil.chmod(0o755)
    command = {"absolute": str(evil), "climbing": "../" * 20 + str(evil)[1:], "inside": "./evil.sh"}[how]
    ready.write(
        ".repodoc.yaml", f"backends: {{order: [{kind}, offline], {kind}: {{command: '{command}'}}}}\n"
    )
    said = commit_with(ready)
    assert f"backends.{kind}.command" in said
    ready.repodoc("doctor", check=False)
    ready.repodoc("update", check=False)
    assert not (tmp_path / "PWNED").exists()
    assert page(ready, "gamma_added")


def test_it_names_no_server_and_no_variable(
    ready: Repo, outsider: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, asked = outsider
    monkeypatch.setenv("MY_SECRET", "of-the-user")
    ready.write(
        ".repodoc.yaml",
        f"backends: {{order: [opencode, offline], opencode: {{urls: ['{url}'], password_env: MY_SECRET}}}}\n",
    )
    assert "backends.opencode.urls" in commit_with(ready)
    ready.repodoc("doctor", check=False)
    ready.repodoc("update", check=False)
    assert asked == []


@pytest.mark.parametrize("link", ["a file", "the folder", "a folder in it"])
def test_its_templates_are_no_links(ready: Repo, tmp_path: Path, link: str) -> None:
    private = tmp_path / "private" / "pages"
    private.mkdir(parents=True)
    (private / "api.md.j2").write_text("THE USER'S KEY\n")
    ready.write(".repodoc.yaml", "templates: tpl\n")
    at = {"a file": "tpl/pages/api.md.j2", "the folder": "tpl", "a folder in it": "tpl/pages"}[link]
    target = {"a file": private / "api.md.j2", "the folder": private.parent, "a folder in it": private}[link]
    (ready.path / at).parent.mkdir(parents=True, exist_ok=True)
    (ready.path / at).symlink_to(target)
    commit_with(ready)
    shown = ready.repodoc("check", "--full", "--diff", check=False).output
    shown += ready.repodoc("update", "--all", check=False).output
    assert "THE USER" not in shown + "".join(f.read_text() for f in (ready.path / "docs").rglob("*.md"))


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 99999999999 }}",
        "{{ ''.__class__.__mro__ }}",
        "{% include '../../../../etc/passwd' %}",
    ],
)
def test_its_templates_hold_nobody_up(ready: Repo, template: str) -> None:
    ready.write(".repodoc.yaml", "templates: tpl\n")
    ready.write("tpl/pages/api.md.j2", template)
    assert "tpl/pages/api.md.j2" in commit_with(ready)


def test_its_patterns_hold_nobody_up(ready: Repo) -> None:
    ready.write(".repodoc.yaml", "exclude: ['" + "*a" * 40 + "b']\n")
    ready.write("src/long/" + "a" * 200 + ".py", "def f(): pass\n")
    commit_with(ready)
    assert page(ready, "gamma_added")


@pytest.mark.parametrize("docs_dir", ["git~1", ".git ", ".git.", ".g\u200cit", "docs/.Git/x", ".git::$X"])
def test_its_pages_go_nowhere_near_git(ready: Repo, docs_dir: str) -> None:
    ready.write(".repodoc.yaml", f'docs_dir: "{docs_dir}"\n')
    assert ".repodoc.yaml:1: " in commit_with(ready)
    assert ready.repodoc("update", check=False).returncode == 2
    assert ready.is_clean()


@pytest.mark.parametrize(
    "name", [".gitattributes", ".github", ".pre-commit-config.yaml", ".repodoc.yaml", "docs"]
)
def test_init_writes_through_no_link(project: Repo, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    if name in (".github", "docs"):
        outside.mkdir()
    else:
        outside.write_text("theirs\n")
    (project.path / name).symlink_to(outside)
    project.repodoc("init", "--yes", "--hooks", "pre-commit", "--ci", "github", check=False)
    assert os.listdir(outside) == [] if outside.is_dir() else outside.read_text() == "theirs\n"


def test_a_report_replaces_a_link_that_the_branch_left(ready: Repo, tmp_path: Path) -> None:
    (tmp_path / "profile").write_text("theirs\n")
    (ready.path / "report.json").symlink_to(tmp_path / "profile")
    ready.repodoc("check", "--format", "json", "-o", str(ready.path / "report.json"), check=False)
    assert (tmp_path / "profile").read_text() == "theirs\n"
    assert not (ready.path / "report.json").is_symlink()


def test_its_secrets_stand_on_no_page(ready: Repo) -> None:
    token = "ghp_" + "a1B2" * 9
    ready.write(
        "src/core/keys.py", f'"""Keys: {token}."""\n\nTOKEN = "{token}"\nDB_PASSWORD = "correct-horse-7"\n'
    )
    commit_with(ready)
    assert page(ready, "DB_PASSWORD")
    assert not page(ready, token)
    assert not page(ready, "correct-horse-7")


def test_a_note_is_no_proof(ready: Repo) -> None:
    """A stale commit that carries the note of a current one is stale."""
    commit_with(ready, "one")
    note = ready.git("notes", "--ref=repodoc", "show", "HEAD", check=False)
    text = ready.read("src/core/text.py")
    ready.write("src/core/text.py", f"{text}\n\ndef two() -> None: ...\n")
    ready.commit("Stale", hooks=False)
    if note:
        ready.git("notes", "--ref=repodoc", "add", "-f", "-m", note, "HEAD")
    assert ready.repodoc("check", "--rev", "HEAD", check=False).returncode == 1
    commit_with(ready, "three")
    assert page(ready, "two")


@pytest.mark.parametrize("verb", ["update", "plan", "check", "list", "status", "log"])
def test_its_names_give_a_terminal_no_orders(project: Repo, verb: str) -> None:
    name = "src/wipe\x1b[2J\u202eback"
    project.write(f"{name}/mod.py", "def first() -> None:\n    pass\n")
    said = project.repodoc("init", "--yes").output
    project.commit("Set up")
    project.write(f"{name}/mod.py", "def second() -> None:\n    pass\n")
    project.git("add", "-A")
    if verb == "log":
        said += project.run("git", "commit", "-m", "Mine").stderr
    said += project.repodoc(verb, check=False).output
    assert "src/wipe" in said or verb == "status"
    assert not {"\x1b", "\u202e"} & set(said)


def test_a_name_that_no_disk_holds_is_refused_in_a_line(ready: Repo) -> None:
    ready.write(".repodoc.yaml", f"docs_dir: docs/{'d' * 300}\n")
    said = commit_with(ready) + ready.repodoc("check", check=False).output
    assert ".repodoc.yaml:1: " in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", f'[project]\nname = "x"\ndescription = "{"d" * 20_000_000}"\n'),
        ("package.json", '{"a":' * 50_000 + "1" + "}" * 50_000),
        ("tsconfig.json", '{"extends": "../../../../etc/x", "compilerOptions": {"paths": 5}}'),
        ("tsconfig.json", "[" * 100_000),
        ("pom.xml", '<!DOCTYPE a [<!ENTITY h SYSTEM "file:///etc/hostname">]><project><description>&h;</description></project>'),
        ("Cargo.toml", 'package = 3\nworkspace = "x"\n[lib]\nname = 5\n'),
    ],
)  # fmt: skip
def test_its_manifests_hold_nobody_up(ready: Repo, name: str, text: str) -> None:
    ready.write(name, text)
    ready.write(
        "src/web/a.ts", 'import { b } from "./b";\nimport { c } from "@x/c";\nexport const d = b + c;\n'
    )
    ready.write("src/web/b.ts", "export const b = 1;\n")
    assert "internal error" not in commit_with(ready)
    assert page(ready, "gamma_added")


@pytest.mark.parametrize(
    "text",
    [
        "x: &a {opencode: {command: /bin/sh}}\nbackends: *a\n",
        "backends:\n  <<: {opencode: {command: /bin/sh}}\n",
        "docs_dir: !!python/object/apply:os.system [touch PWNED]\n",
        "version: 1\n---\nversion: 1\n",
        "exclude: &a [*a]\n",
        "components: [{name: x, paths: ['../..']}]\n",
        "outputs: ['.git/hooks/post-commit', '../../x']\n",
        "source_url: 'https://x/{path.__class__}'\n",
        "a: " + "[" * 5000 + "\n",
        "version: " + "9" * 5000 + "\n",
        "docs_dir: docs/...  \n",
        "docs_dir: 'docs:stream'\n",
    ],
)
def test_its_settings_are_data_in_whatever_form(ready: Repo, text: str) -> None:
    ready.write(".repodoc.yaml", text)
    said = commit_with(ready)
    assert "Traceback" not in said
    assert "internal error" not in said
    assert not list(ready.path.rglob("PWNED"))
    assert ready.repodoc("check", check=False).returncode in (0, 1, 2)
    assert {path.name for path in ready.path.parent.iterdir()} == {ready.path.name}
