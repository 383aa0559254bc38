"""The variables that a server of ours is given."""

from __future__ import annotations

from repodoc_hooks.backends.opencode_variables import needed

CATALOGUE = {"github-models": {"env": ["GITHUB_TOKEN"]}, "odd": {"env": "none"}, "worse": 3}
GIVEN = {
    "GITHUB_TOKEN": "t",
    "PATH": "/bin",
    "MY_SECRET": "s",
    "X_API_KEY": "k",
    "AWS_SECRET_ACCESS_KEY": "a",
}


def test_the_key_of_a_provider_that_is_asked_is_given() -> None:
    assert "GITHUB_TOKEN" in needed(GIVEN, {}, CATALOGUE, ["github-models/gpt"])
    assert "GITHUB_TOKEN" in needed(GIVEN, {"enabled_providers": ["github-models"]}, CATALOGUE, [])
    assert "GITHUB_TOKEN" not in needed(GIVEN, {}, CATALOGUE, ["anthropic/x", "odd/x", "worse/x", ""])


def test_other_secrets_are_not() -> None:
    assert set(needed(GIVEN, {}, {}, [])) == {"PATH", "X_API_KEY", "AWS_SECRET_ACCESS_KEY"}
    assert "MY_SECRET" in needed(GIVEN, {"provider": {"p": {"key": "{env:MY_SECRET}"}}}, {}, [])
