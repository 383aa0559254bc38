"""Servers as the configuration names them."""

from __future__ import annotations

import pytest

from repodoc_hooks.backends.opencode_address import addresses
from repodoc_hooks.config import OpenCodeConfig, load
from repodoc_hooks.config.reader import read
from repodoc_hooks.errors import ConfigError

TEXT = "backends: {opencode: {urls: ['%s']}}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://host:4096/", ("http://host:4096", "opencode", "OPENCODE_SERVER_PASSWORD", "shared")),
        ("https://me@host/base/", ("https://host/base", "me", "OPENCODE_SERVER_PASSWORD", "shared")),
        ("http://me:$PW_1@host", ("http://host", "me", "PW_1", "first")),
        ("http://me:$PW_2@host", ("http://host", "me", "PW_2", "")),
    ],
)
def test_user_and_variable_of_a_url_come_before_those_for_all(
    url: str, expected: tuple[str, str, str, str]
) -> None:
    config = read((TEXT % url).encode(), "config.yaml", "user").backends.opencode
    (found,) = addresses(config, {"OPENCODE_SERVER_PASSWORD": "shared", "PW_1": "first"})
    assert (found.url, found.username, found.variable, found.password) == expected
    assert "first" not in repr(found)


@pytest.mark.parametrize(
    "url", ["http://me:hush-hush@host/", "http://me:hush-hush$X@host", "me:hush-hush@host"]
)
@pytest.mark.parametrize("by_variable", [False, True])
def test_a_password_in_a_url_is_refused_and_not_shown(url: str, by_variable: bool) -> None:
    with pytest.raises(ConfigError, match=r"\$NAME") as caught:
        if by_variable:
            load(b"", environ={"REPODOC_BACKENDS_OPENCODE_URLS": url})
        else:
            read((TEXT % url).encode(), "config.yaml", "user")
    assert "hush" not in str(caught.value)


def test_no_url_is_no_address() -> None:
    assert addresses(OpenCodeConfig(), {}) == []
