"""The settings: `.repodoc.yaml` of the repository, the user's own file, and `REPODOC_*` variables.

The repository's file is data: it can name no program, no server, no variable and no place outside. What the machine has
stands in the user's file (`config.places` has which is which). Importing this package costs the standard library
only; YAML is imported when a text is read that the cache does not know.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from repodoc_hooks import CONFIG_BYTES
from repodoc_hooks import CONFIG_NAME as CONFIG_NAME
from repodoc_hooks.config.places import (
    MisplacedSetting as MisplacedSetting,
)
from repodoc_hooks.config.places import (
    combined,
    user_file,
)
from repodoc_hooks.config.settings import (
    BACKEND_NAMES as BACKEND_NAMES,
)
from repodoc_hooks.config.settings import (
    NO_SETTINGS as NO_SETTINGS,
)
from repodoc_hooks.config.settings import (
    PRICE_KINDS as PRICE_KINDS,
)
from repodoc_hooks.config.settings import (
    BackendsConfig as BackendsConfig,
)
from repodoc_hooks.config.settings import (
    BudgetConfig as BudgetConfig,
)
from repodoc_hooks.config.settings import (
    CacheConfig as CacheConfig,
)
from repodoc_hooks.config.settings import (
    ClaudeConfig as ClaudeConfig,
)
from repodoc_hooks.config.settings import (
    Config as Config,
)
from repodoc_hooks.config.settings import (
    DeepConfig as DeepConfig,
)
from repodoc_hooks.config.settings import (
    Limit as Limit,
)
from repodoc_hooks.config.settings import (
    NamedComponent as NamedComponent,
)
from repodoc_hooks.config.settings import (
    OpenCodeConfig as OpenCodeConfig,
)
from repodoc_hooks.config.settings import (
    ParallelConfig as ParallelConfig,
)
from repodoc_hooks.config.settings import (
    Place,
)
from repodoc_hooks.config.settings import (
    PostMergeConfig as PostMergeConfig,
)
from repodoc_hooks.config.settings import (
    PreCommitConfig as PreCommitConfig,
)
from repodoc_hooks.config.settings import (
    RetryConfig as RetryConfig,
)
from repodoc_hooks.config.settings import (
    Setting as Setting,
)
from repodoc_hooks.errors import ConfigError


def default(environ: Mapping[str, str] | None = None) -> Config:
    """The settings of a repository without a configuration: the defaults, the user's file, `REPODOC_*` variables.

    Raises:
        ConfigError: the user's file is unreadable or wrong, or a variable has a wrong value.
    """
    return _completed(Config(), environ, None)


def load(text: bytes, source: str = CONFIG_NAME, environ: Mapping[str, str] | None = None) -> Config:
    """The settings that hold where a repository's file has this text (`environ`: os.environ).

    Raises:
        MisplacedSetting: it makes a setting of the machine.
        ConfigError: too large, not UTF-8, not YAML, an unknown key, a wrong type or value; with `source:line` and fix.
    """
    return _completed(_read(text, source, "repository", None), environ, None)


def load_cached(
    text: bytes, source: str, cache_dir: Path, environ: Mapping[str, str] | None = None
) -> Config:
    """Like `load`, without importing YAML when this text was read before; `cache_dir` is a private directory.

    Raises:
        ConfigError: as `load`.
    """
    try:
        config = _read(text, source, "repository", cache_dir)
    except MisplacedSetting as error:
        error.rest = _completed(error.rest, environ, cache_dir)
        raise
    return _completed(config, environ, cache_dir)


def _read(text: bytes, source: str, place: Place, cache_dir: Path | None) -> Config:
    """A file's own words."""
    if len(text) > CONFIG_BYTES:
        raise ConfigError(f"larger than {CONFIG_BYTES // 1024} KB", where=source, fix="make it shorter")
    from repodoc_hooks.config import cache

    known = cache.find(cache_dir, text, place) if cache_dir is not None else None
    if known is None and place == "repository":
        known = _as_written(text)
    if known is not None:
        return known
    from repodoc_hooks.config import reader

    config = reader.read(text, source, place)
    if cache_dir is not None:
        cache.keep(cache_dir, text, config, place)
    return config


def _as_written(text: bytes) -> Config | None:
    """The defaults, if the text is what `repodoc init` writes: in a fresh clone that spares the YAML library, too."""
    from repodoc_hooks.config import schema

    config = Config()
    return config if text == schema.initial_yaml(config).encode() else None


def _completed(config: Config, environ: Mapping[str, str] | None, cache_dir: Path | None) -> Config:
    """A repository's settings with what its user says, in the file first; nothing is imported where that is nothing."""
    environ = os.environ if environ is None else environ
    text = _users_text(environ)
    if text is not None:
        config = combined(config, _read(text, str(user_file(environ)), "user", cache_dir))
    if not any(name.startswith("REPODOC_") and name not in NO_SETTINGS for name in environ):
        return config
    from repodoc_hooks.config import reader

    return reader.override(config, environ)


def _users_text(environ: Mapping[str, str]) -> bytes | None:
    """The user's file; None where there is none."""
    path = user_file(environ)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            return file.read(CONFIG_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        what = error.strerror or str(error)
        raise ConfigError(what, where=str(path), fix="make it readable") from error
