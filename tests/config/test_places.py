"""Two files of settings: what a repository may say, what only its user may, and what holds where both speak."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from repodoc_hooks.config import Config, Limit, MisplacedSetting, default, load, load_cached
from repodoc_hooks.config.build import dotted, leaves, unwrap
from repodoc_hooks.config.places import combined
from repodoc_hooks.config.reader import read
from repodoc_hooks.config.schema import schema, to_yaml
from repodoc_hooks.errors import ConfigError
from tests.isolation import user_settings
from tests.repos import Repo

MACHINE = {
    "backends.opencode.command": "./evil",
    "backends.opencode.urls": '["http://127.0.0.1:9"]',
    "backends.opencode.username": "me",
    "backends.opencode.password_env": "MY_SECRET",
    "backends.claude.command": "/bin/sh",
}


def as_yaml(name: str, value: str) -> str:
    """`a.b.c` with a value as nested YAML, in flow style."""
    for key in reversed(name.split(".")):
        value = f"{{{key}: {value}}}"
    return value


def test_the_list_of_what_is_the_machines() -> None:
    """Whoever adds a setting that names a program, a server, a variable or an outside path adds it here."""
    found = {dotted(keys) for keys, kind in leaves() if unwrap(kind)[1].place == "user"}
    assert found == set(MACHINE)


@pytest.mark.parametrize("name", MACHINE)
def test_a_repository_may_not_say_it(name: str) -> None:
    text = f"version: 1\n{as_yaml(name, MACHINE[name])[1:-1]}\n"
    with pytest.raises(MisplacedSetting) as caught:
        load(text.encode(), environ={})
    assert f"`{name}`" in caught.value.what
    assert caught.value.where == ".repodoc.yaml:2"
    assert "repodoc/config.yaml" in caught.value.fix
    assert f"REPODOC_{name.replace('.', '_').upper()}" in caught.value.fix
    assert caught.value.rest == Config()
    assert not caught.value.rest.asks_models


@pytest.mark.parametrize("name", MACHINE)
def test_its_user_may(name: str) -> None:
    user_settings(as_yaml(name, MACHINE[name]))
    config = load(b"docs_dir: pages")
    assert config.docs_dir == "pages"
    assert config.backends != Config().backends
    assert default().backends == config.backends


def test_what_else_the_repository_says_still_holds_without_models() -> None:
    text = b"docs_dir: pages\nbackends: {order: [opencode], opencode: {command: x, model: a/b}}\n"
    with pytest.raises(MisplacedSetting) as caught:
        load(text, environ={})
    rest = caught.value.rest
    assert (rest.docs_dir, rest.backends.order, rest.backends.opencode.model) == (
        "pages",
        ("offline",),
        "a/b",
    )
    assert rest.backends.opencode.command == "opencode"


def test_of_limits_the_lower_one_holds() -> None:
    repository = read(b"budget: {day: {usd: 5, tokens: 10}, run: {usd: 1}}", "x")
    user = read(b"budget: {day: {usd: 2}, run: {usd: 3}, month: {tokens: 7}}", "x", "user")
    both = combined(repository, user).budget
    assert (both.day, both.run, both.month) == (Limit(2.0, 10), Limit(1.0), Limit(tokens=7))


def test_who_sets_limits_sets_the_prices_they_are_held_by() -> None:
    cheap = b"backends: {prices: {m: {input: 0}}}\nbudget: {unknown_price: allow, day: {usd: 9}}"
    limited = read(b"budget: {day: {usd: 2}}", "x", "user")
    both = combined(read(cheap, "x"), limited)
    assert (both.backends.prices, both.budget.unknown_price) == ({}, "stop")
    alone = combined(read(cheap, "x"), Config())
    assert (alone.backends.prices, alone.budget.unknown_price) == ({"m": {"input": 0.0}}, "allow")


def test_the_users_file_says_nothing_of_a_repository() -> None:
    file = user_settings("version: 1\ndocs_dir: pages\n")
    with pytest.raises(ConfigError, match="is a setting of a repository") as caught:
        default()
    assert caught.value.where == f"{file}:1"


def test_a_text_that_was_read_as_the_users_is_not_taken_for_the_repositorys(tmp_path: Path) -> None:
    text = b"backends: {opencode: {command: ./evil}}\n"
    user_settings(text.decode())
    for _ in range(2):
        assert load_cached(b"", "x", tmp_path).backends.opencode.command == "./evil"
        with pytest.raises(MisplacedSetting):
            load_cached(text, "x", tmp_path)


def test_variables_are_the_users_voice() -> None:
    user_settings("backends: {claude: {command: one}}")
    environ = {**os.environ, "REPODOC_BACKENDS_CLAUDE_COMMAND": "two"}
    assert load(b"", environ=environ).backends.claude.command == "two"


def test_schema_and_printed_form_of_either_file() -> None:
    group = schema("user")["properties"]
    assert set(group) == {"backends", "budget"}
    assert set(group["backends"]["properties"]) == {"opencode", "claude", "prices"}
    assert "command" not in schema()["properties"]["backends"]["properties"]["claude"]["properties"]
    user = read(
        b"backends: {opencode: {command: x, urls: ['http://h']}}\nbudget: {day: {usd: 1}}", "x", "user"
    )
    assert read(to_yaml(user, "user").encode(), "x", "user") == user


@pytest.mark.parametrize("kind", ["a large file", "a link", "a pipe", "a folder"])
def test_a_file_that_is_none_stops_nothing(project: Repo, kind: str) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    file = project.path / ".repodoc.yaml"
    file.unlink()
    if kind == "a large file":
        file.write_bytes(b"#" * 20_000_000)
    elif kind == "a link":
        file.symlink_to("/dev/zero")
    elif kind == "a pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    done = project.repodoc("update", check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("repodoc: .repodoc.yaml: ")
    project.replace("src/core/text.py", "upper()", "title()")
    project.git("commit", "-qm", "Edit", "--", "src/core/text.py")


def test_a_hook_goes_on_without_models(project: Repo) -> None:
    project.repodoc("init", "--yes")
    project.commit("Set up")
    project.write(
        ".repodoc.yaml", "backends: {order: [claude, offline], claude: {command: /no/such/claude}}\n"
    )
    project.replace("src/core/text.py", "def shout(", "def loud(")
    project.git("add", "-A")
    done = project.run("git", "commit", "-qm", "Edit")
    assert ".repodoc.yaml:1: `backends.claude.command`" in done.stderr
    assert "no model is asked" in done.stderr
    assert "loud" in project.at("HEAD", "docs/repodoc/src/core/README.md").decode()
    assert project.repodoc("check", check=False).returncode == 2
