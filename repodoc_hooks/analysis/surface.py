"""The public surface of a component: what users can import, call or run, under the name by which they do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from msgspec import Struct

from repodoc_hooks.analysis.languages.text import digest


class PublicName(Struct, frozen=True):
    """One name. `file` and `symbol` say where it is defined: `symbol` "" is the module that the file is, `file` "" is
    outside of the repository or unknown. `kind`, `signature` and `summary` are those of the definition."""

    name: str
    kind: str = ""
    file: str = ""
    symbol: str = ""
    signature: str = ""
    summary: str = ""


class EntryPoint(Struct, frozen=True):
    """Where users begin. `name` is as they write it ("requests", "@trpc/server/http", "serde::de", "uv.h", "command
    rg"), `path` the file behind it, or the directory where several files are; names are in the order of the source."""

    name: str
    path: str
    names: tuple[PublicName, ...]


class Surface(Struct, frozen=True, dict=True):
    """The entry points of a component, the one of its own name first."""

    entries: tuple[EntryPoint, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A hash of what is handed out under which name: who uses the component depends on that.

        Signatures and texts are not in it, they are in the hashes of the files that define them.
        """
        return digest(*sorted(_lines(self.entries)))

    def __bool__(self) -> bool:
        return bool(self.entries)


def _lines(entries: Iterable[EntryPoint]) -> Iterable[str]:
    for entry in entries:
        yield f"entry {entry.name}"
        for name in entry.names:
            yield f"{entry.name} {name.name} {name.kind} {name.file} {name.symbol}"


def changes(old: Surface, new: Surface) -> tuple[str, ...]:
    """What a change of the surface comes to, as short phrases: names that are gone first."""
    before, after = _names(old), _names(new)
    gone = [
        f"`{name}` is no longer exported by `{entry}`" for entry, name in before if (entry, name) not in after
    ]
    come = [f"`{name}` is exported by `{entry}`" for entry, name in after if (entry, name) not in before]
    return (*gone, *come)


def _names(surface: Surface) -> dict[tuple[str, str], None]:
    return {(entry.name, name.name): None for entry in surface.entries for name in entry.names}
