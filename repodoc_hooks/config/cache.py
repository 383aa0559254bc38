"""Settings that were read before, kept as JSON in a private folder, so that known text needs no YAML library.

An entry holds the text it stands for and a checksum; what does not match in every respect is a miss. Nothing is
checked again when an entry is taken: the reader did that, and only the owner can write there.
"""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

from msgspec import Struct, to_builtins

from repodoc_hooks import __version__
from repodoc_hooks.config.settings import Config, NamedComponent, Place
from repodoc_hooks.private import keep_file, read_private

ENTRIES = 16


def entry_path(cache_dir: Path, text: bytes, place: Place) -> Path:
    """Where the settings of a text are kept; whose file it is decides on what it may say."""
    return cache_dir / "config" / f"{zlib.crc32(text):08x}-{place}.json"


def find(cache_dir: Path, text: bytes, place: Place = "repository") -> Config | None:
    """The settings of a text, None if they are not there, damaged or of another version."""
    try:
        checksum, _, payload = (read_private(entry_path(cache_dir, text, place)) or b"").partition(b"\n")
        if checksum != _checksum(payload):
            return None
        kept = json.loads(payload)
        same = kept["text"] == text.decode() and kept["place"] == place
        return _restore(Config, kept["config"]) if same else None
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def keep(cache_dir: Path, text: bytes, config: Config, place: Place = "repository") -> None:
    """Keep the settings of a text; a read-only folder costs time later, and nothing else."""
    payload = json.dumps({"text": text.decode(), "place": place, "config": to_builtins(config)}).encode()
    entry = entry_path(cache_dir, text, place)
    try:
        keep_file(entry, _checksum(payload) + b"\n" + payload)
        newest_first = sorted(entry.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in newest_first[ENTRIES:]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _checksum(payload: bytes) -> bytes:
    return f"{__version__} {zlib.crc32(payload):08x}".encode()


def _restore(cls: type[Any], data: dict[str, Any]) -> Any:
    """What `to_builtins` took apart.

    Raises:
        KeyError: a setting is missing.
    """
    values: dict[str, Any] = {}
    names, defaults = cls.__struct_fields__, cls.__struct_defaults__
    groups = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    for name in names:
        value, default = data[name], groups.get(name)
        if isinstance(default, Struct):
            value = _restore(type(default), value)
        elif isinstance(value, list):
            value = tuple(
                NamedComponent(item["name"], tuple(item["paths"])) if isinstance(item, dict) else item
                for item in value
            )
        values[name] = value
    return cls(**values)
