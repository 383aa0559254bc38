"""Which file may say what, and what holds where both say something.

A repository's file comes with every branch and clone, so it names nothing of the machine. Of limits the lower one
holds; prices are those of who set the limits, because a limit in USD is worth what its prices are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.config.settings import BackendsConfig, BudgetConfig, Config, Limit
from repodoc_hooks.errors import ConfigError

Keys = tuple[str | int, ...]
USER_FILE = Path("repodoc", "config.yaml")
_OF_THE_MACHINE = ("command", "urls", "username", "password_env")
"""Settings of a backend with `place="user"`, under whatever backend; a test holds the two together."""


class MisplacedSetting(ConfigError):
    """The repository's file makes a setting of the machine. `rest` is what else it says, without any model."""

    def __init__(self, what: str, *, where: str, fix: str, rest: Config) -> None:
        super().__init__(what, where=where, fix=fix)
        self.rest = rest


def user_file(environ: Mapping[str, str]) -> Path | None:
    """Where the user's own settings stand; None without a home."""
    base = environ.get("XDG_CONFIG_HOME") or environ.get("APPDATA", "")
    if not base and not environ.get("HOME"):
        return None
    return Path(base) / USER_FILE if base else Path(environ["HOME"], ".config") / USER_FILE


def misplaced(data: Any, place: str) -> Iterator[Keys]:
    """The settings in a file's plain value that belong into the other file; `place` is whose it is."""
    from repodoc_hooks.config.build import leaves, unwrap

    for keys, kind in leaves():
        if unwrap(kind)[1].place not in (place, "both") and _has(data, keys):
            yield keys


def _has(data: Any, keys: Keys) -> bool:
    for key in keys:
        if not isinstance(data, Mapping) or key not in data:
            return False
        data = data[key]
    return data is not None


def without(data: Mapping[str, Any], wrong: Iterator[Keys]) -> dict[str, Any]:
    """A file's plain value without some settings, and without models."""
    import copy

    rest = copy.deepcopy(dict(data))
    for keys in wrong:
        group = rest
        for key in keys[:-1]:
            group = group[str(key)]
        del group[str(keys[-1])]
    backends = rest.get("backends")
    if isinstance(backends, dict):
        backends["order"] = ["offline"]
    return rest


def where_it_belongs(keys: Keys) -> str:
    """What to do with a machine's setting in a repository's file."""
    file = user_file(os.environ) or USER_FILE
    return f"put it into {file}, or set REPODOC_{'_'.join(map(str, keys)).upper()}"


def combined(repository: Config, user: Config) -> Config:
    """What holds where a repository says this, and its user that."""
    return replace(
        repository,
        backends=_backends(repository, user),
        budget=_budget(repository.budget, user.budget),
    )


def _backends(repository: Config, user: Config) -> BackendsConfig:
    ours, theirs = user.backends, repository.backends
    programs = {
        name: _with_machine(getattr(theirs, name), getattr(ours, name))
        for name in theirs.__struct_fields__
        if isinstance(getattr(theirs, name), Struct)
    }
    prices = dict(ours.prices) if _limits(user.budget) else {**theirs.prices, **ours.prices}
    return replace(theirs, prices=prices, **programs)


def _with_machine(theirs: Struct, ours: Struct) -> Struct:
    """A backend's settings with what the machine has from the user's."""
    machine = {name: getattr(ours, name) for name in _OF_THE_MACHINE if name in ours.__struct_fields__}
    return replace(theirs, **machine)


def _budget(repository: BudgetConfig, user: BudgetConfig) -> BudgetConfig:
    return replace(
        repository,
        run=_lower(repository.run, user.run),
        day=_lower(repository.day, user.day),
        month=_lower(repository.month, user.month),
        unknown_price=user.unknown_price if _limits(user) else repository.unknown_price,
    )


def _limits(budget: BudgetConfig) -> bool:
    return any(limit != Limit() for limit in (budget.run, budget.day, budget.month))


def _lower(one: Limit, other: Limit) -> Limit:
    usd = [limit.usd for limit in (one, other) if limit.usd is not None]
    tokens = [limit.tokens for limit in (one, other) if limit.tokens is not None]
    return Limit(min(usd, default=None), min(tokens, default=None))
