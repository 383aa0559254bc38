"""What there is to know about a backend, besides how it answers: one record each, listed in `registry`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct

from repodoc_hooks.backends.base import Backend, Price
from repodoc_hooks.config import BackendsConfig


class Remark(Struct, frozen=True):
    """What `doctor` has to say about a backend; `fix` is what to do about it."""

    level: Literal["ok", "note", "warning", "error"]
    text: str
    fix: str = ""


class BackendRecord(Struct, frozen=True):
    """A backend as the rest of the program knows it.

    `make` takes the settings, the folder for its state and the system prompt of our agents.
    `model` is the model that would be asked for a quick or a deep (True) section, "" if nothing names one.
    `price` is what that model costs, None where nobody knows.
    `package` and `major` are the npm package of its program and the version that CI installs.
    `secrets` are the environment variables that CI hands over.
    `examine` says what is right and wrong with it here; with True it starts programs and asks servers, never a model.
    """

    name: str
    make: Callable[[BackendsConfig, Path, str], Backend]
    model: Callable[[BackendsConfig, bool], str]
    price: Callable[[BackendsConfig, str], Price | None]
    package: str
    major: str
    secrets: tuple[str, ...]
    examine: Callable[[BackendsConfig, Path, bool], Iterator[Remark]]

    @property
    def install(self) -> str:
        """The command that installs its program."""
        return f"npm install -g {self.package}"
