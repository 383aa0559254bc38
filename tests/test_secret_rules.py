# ruff: noqa: E501
"""What may be a secret, and what only looks like one. The secrets are made up."""

from __future__ import annotations

import time

import pytest

from repodoc_hooks.secret_rules import has_secret, masked, without_tokens

DIGITS, HEX = "0123456789", "0123456789abcdef"
TOKENS = [
    *("AKIA" + "IOSFODNN7EXAMPLQ", "ghp_" + "a1B2" * 9, "github_pat_" + "a1B2" * 10, "glpat-" + "a1B2" * 5),
    *("xoxb-" + "12345-" * 2 + "abcDEF", "https://hooks.slack.com/services/T0A/B0B/c0C", "sk_live_" + "a1B2" * 6),
    *("sk-ant-" + "api03-" + "a1B2" * 6, "sk-proj-" + "a1B2" * 6, "AIza" + "a1B2C" * 7, "hf_" + "a1B2" * 8),
    *("npm_" + "a1B2" * 9, "pypi-Ag" + "a1B2" * 20, "SG." + "a1B2c3" * 3 + "a1B2." + "a1B2" * 10 + "a1B"),
    *("AC" + HEX * 2, HEX * 2 + "-us12", "eyJ" + "a1B2" * 4 + ".eyJ" + "a1B2" * 5 + ".a1B2c3", DIGITS[1:9] + ":" + "a1B2C" * 7),
    *("-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----"),
    *("AccountKey=" + "a1B2" * 21 + "==", "postgres://app:hunter2@db.example.org/x", "AGE-SECRET-KEY-1" + "A1B2C" * 11),
    *("dop_v1_" + HEX * 4, "shpat_" + HEX * 2, "hvs." + "a1B2" * 7),
]  # fmt: skip
HARMLESS = [
    *(
        "http://user:password@host",
        "http://me:$PW@host",
        "https://host:8080/a@b",
        "mailto:a@b.c",
        "git@host:a/b.git",
    ),
    *(
        "task-list-of-many-things-to-do",
        "skip-this-one-and-that-one",
        "0123456789abcdef0123456789abcdef01234567",
    ),
    *("import token_type", "PUBLIC KEY", "sk-learn", "gh_pages", "a:b@c"),
]


@pytest.mark.parametrize("token", TOKENS)
def test_tokens_of_a_known_form(token: str) -> None:
    text = f'x = 1\nvalue = f("{token}")\n'
    assert has_secret(text)
    assert token not in without_tokens(text)
    assert "x = 1" in without_tokens(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_one(text: str) -> None:
    assert not has_secret(text)
    assert masked(text) == text


@pytest.mark.parametrize(
    "line",
    [
        *('PASSWORD = "VALUE"', "DB_PASSWORD: str = 'VALUE'", 'SECRET_KEY = "VALUE"', 'const apiKey = "VALUE";'),
        *("def connect(user, password='VALUE'): ...", 'const Password string = "VALUE"', '#define API_KEY "VALUE"'),
        *('{"password": "VALUE"}', ':auth_token => "VALUE"', 'public static final String ACCESS_TOKEN = "VALUE";'),
        *("token: `VALUE`,", 'val secret = "VALUE"', 'awsSecretAccessKey = b"VALUE"', "$password = 'VALUE';"),
        *('char *db_password = "VALUE";', 'SENTRY_DSN = "VALUE"', 'password := "VALUE"', "settings['SECRET_KEY'] = 'VALUE'"),
        *('static ref PASSWORD: &str = "VALUE";', 'string Password { get; } = "VALUE";', 'os.environ["API_TOKEN"] = "VALUE"'),
    ],
)  # fmt: skip
def test_values_by_their_name(line: str) -> None:
    secret = "correct-horse-1"
    text = masked(line.replace("VALUE", secret))
    assert secret not in text
    assert text == line.replace("VALUE", "...")
    assert masked(text) == text


@pytest.mark.parametrize(
    "line",
    [
        *('TOKEN_TYPE = "bearer"', 'PASSWORD = "password"', 'if token == "if":', 'raise Error("bad password", "again")'),
        *('print("token: ", x, "and")', "password = get_password()", 'PASSWORD_FIELD = "passwd_field"', 'SECRET = ""'),
        *('token = "${TOKEN}"', 'key = "value"', 'keyboard = "qwerty"', 'author = "Ada"', 'secret_name = "db"'),
        *('tokenize("a b")', 'password.replace("a", "b")', 'x = "the token is: " + token', 'api_key = "<your key>"'),
    ],
)  # fmt: skip
def test_values_that_are_none(line: str) -> None:
    assert masked(line) == line


def test_data_needs_no_quotes() -> None:
    text = "db:\n  password: hunter2  # now\n  host: db\nAPI_KEY=abc\n"
    assert masked(text, "a.yaml") == "db:\n  password: ...  # now\n  host: db\nAPI_KEY=...\n"
    assert masked(text, "a.py") == text


@pytest.mark.parametrize(
    "hostile", ["password" * 20_000, 'token = "' * 20_000, "a_" * 50_000 + "token", "key " * 50_000]
)
def test_no_text_takes_long(hostile: str) -> None:
    began = time.process_time()
    masked(hostile)
    masked(hostile, "a.yaml")
    assert time.process_time() - began < 10
