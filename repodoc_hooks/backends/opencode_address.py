"""Servers that the configuration names: where they listen, and with whose password.

A URL may carry the user and the variable that holds the password (`http://user:$NAME@host:4096`), so that
several servers need not share one; a password itself never stands in the configuration.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.expressions import expression

_FORM = expression(r"^(https?://)(?:([^/@:]+)(?::\$([A-Za-z_][A-Za-z0-9_]*))?@)?([^/@]+(?:/.*)?)$")


@dataclass(frozen=True, slots=True)
class Address:
    """A server: `url` is without user and password, `variable` the one that the password came from."""

    url: str
    username: str
    variable: str
    password: str = field(repr=False)


def addresses(config: OpenCodeConfig, environ: Mapping[str, str] | None = None) -> list[Address]:
    """The configured servers; `username` and `password_env` hold where a URL does not say otherwise."""
    env = os.environ if environ is None else environ
    found = []
    for text in config.urls:
        form = _FORM.match(text)
        if form is None:
            continue
        scheme, username, named, place = form.groups()
        variable = named or config.password_env
        url = (scheme + place).rstrip("/")
        found.append(Address(url, username or config.username, variable, env.get(variable, "")))
    return found
