"""The section "Public API": what users can import, call or run, under the name by which they do, by entry point.

What an entry point is called after (`Devise` of `devise`), and a default export, stand first: with them users begin.
All others stand in the order of kinds and of the alphabet: the order of the source is in no fingerprint, so that a page
could not follow it. What an entry point defines itself, under the name that it has there, stands in the API section
already; it is listed only beside names from elsewhere. Of packages and namespaces whose API stands on the pages of
parts the first levels are listed all the same: who opens a library's page sees what to begin with. Packages called
`internal` and the like are not for users.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.surface import EntryPoint, PublicName, Surface
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.api import is_internal
from repodoc_hooks.pages.definitions import kind_rank
from repodoc_hooks.pages.layout import relative_link, source_link
from repodoc_hooks.pages.room import SECTION_BYTES, SURFACE
from repodoc_hooks.pages.sanitise import first_sentence
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, guard_start, liquid

_MOST_GROUPS = 60
_AROUND = 6  # markers, heading, and the line that counts
_FEWER = (400, 200, 100, 50, 25, 10, 0)  # names of an entry point
_A_PARAGRAPH = 4  # an entry point with the line that counts its names
_SLACK = 16  # lines that a list must be shorter by than it may be before it is written less densely again
_SEVERAL = expression(r"^- .*`\)?, \[?`", re.MULTILINE)
_NEXT_TO = expression(r"^- .*\n- ", re.MULTILINE)


class Style(IntEnum):
    """How names are written, the least dense first."""

    SPACED = 0  # with their sentence on a line below, and a blank line between
    CLOSE = 1  # a line each
    GROUPED = 2  # those of a file, else of a directory, in one paragraph
    GROUPED_CLOSE = 3  # without blank lines between these
    PARAGRAPHS = 4  # those of an entry point in one, as far as there is room


class Name(Struct, frozen=True):
    """One public name; `link` "" where nothing of the repository describes it."""

    name: str
    link: str
    summary: str


class Group(Struct, frozen=True):
    """The names that one file or directory defines; `name` "" where it is not told which."""

    name: str
    link: str
    names: tuple[Name, ...]


class Entry(Struct, frozen=True):
    """One entry point. `compact`: names stand on a line each, without blank lines that part what branches add."""

    name: str
    link: str
    names: tuple[Name, ...]
    groups: tuple[Group, ...]
    compact: bool
    left_out: int = 0


def surface(
    found: Surface,
    page: str,
    described: Mapping[str, str],
    anchors: Mapping[tuple[str, str], str],
    templates: Overrides = NO_OVERRIDES,
    *,
    source_url: str = "",
    room: int = SURFACE,
    former: str = "",
) -> str:
    """The section, "" where the API section of the page says all of it.

    Args:
        page: path of the page, for links.
        described: source file -> path of the page that describes it.
        anchors: (file, symbol) -> fragment of its heading there; a symbol without one is found by its page.
        source_url: pattern of links to source, "" for relative ones.
        room: lines that it may take; what needs more is written more densely.
        former: the section as it stands, whose style is kept in doubt.
    """

    def entry_of(entry: EntryPoint) -> Entry:
        names = [(name, _name(name, page, described, anchors, source_url)) for name in _sorted(entry)]
        return Entry(
            code(entry.name),
            source_link(page, entry.path, source_url) if entry.path else "",
            tuple(name for _, name in names),
            tuple(_groups(names, page, described, source_url)),
            True,
        )

    elsewhere = {file for file, at in described.items() if at != page}
    entries = [entry_of(entry) for entry in untold(found, elsewhere)]
    if not entries:
        return ""
    kept = _style_of(former)
    for style in _styles(entries):
        text = _written(entries, style, templates)
        slack = _SLACK if style < kept else 0
        if text.count("\n") + _AROUND + slack <= room and len(text.encode()) <= SECTION_BYTES:
            return text
    shown = _within(entries, room)
    return _written(shown, Style.PARAGRAPHS, templates, further=len(entries) - len(shown))


def _styles(entries: Sequence[Entry]) -> Iterator[Style]:
    """The styles that differ for these, so that a section tells its own."""
    yield Style.SPACED
    if any(len(entry.names) > 1 for entry in entries):
        yield Style.CLOSE
    if any(len(entry.groups) > 1 for entry in entries) and any(
        len(group.names) > 1 for entry in entries for group in entry.groups
    ):
        yield from (Style.GROUPED, Style.GROUPED_CLOSE)
    yield Style.PARAGRAPHS


def _style_of(section: str) -> Style:
    """The style that a section is written in."""
    close = _NEXT_TO.search(section) is not None
    if not _SEVERAL.search(section):
        return Style.CLOSE if close else Style.SPACED
    if "\n### " not in section:
        return Style.PARAGRAPHS
    return Style.GROUPED_CLOSE if close else Style.GROUPED


def _written(entries: Sequence[Entry], style: Style, templates: Overrides, further: int = 0) -> str:
    if style is Style.SPACED:
        entries = [
            replace(
                entry,
                compact=False,
                names=tuple(replace(name, summary=guard_start(name.summary)) for name in entry.names),
            )
            for entry in entries
        ]
    elif style is Style.PARAGRAPHS:
        entries = [replace(entry, groups=()) for entry in entries]
    text = fill(
        "pages/surface.md.j2",
        templates,
        entries=entries,
        tall=style >= Style.GROUPED,
        close=style is not Style.GROUPED,
        further=further,
    )
    return liquid(re.sub(r"\n{3,}", "\n\n", text))


def _within(entries: Sequence[Entry], room: int) -> list[Entry]:
    """As many entry points and names as a section may have, the rest counted; a name takes a piece of a line."""
    shown = entries[: max(1, (room - _AROUND) // _A_PARAGRAPH)]
    for most in _FEWER:
        cut = [
            replace(entry, names=entry.names[:most], left_out=max(0, len(entry.names) - most))
            for entry in shown
        ]
        if sum(_size(name) for entry in cut for name in entry.names) <= SECTION_BYTES:
            break
    return cut


def _size(name: Name) -> int:
    """Bytes of a name in a paragraph."""
    return len(name.name.encode()) + len(name.link.encode()) + 6


def untold(found: Surface, elsewhere: Collection[str] = ()) -> list[EntryPoint]:
    """The entry points that the section lists; `elsewhere` are files that other pages describe.

    Packages and namespaces that pages of parts describe stand beside those above them, as far as there is room.
    """
    entries = _for_users(found.entries)
    shown = [entry for entry in entries if not _is_told(entry)]
    packages = [entry for entry in entries if _is_told(entry) and _is_package(entry)]
    if not any(name.file in elsewhere for entry in packages for name in entry.names):
        return shown
    room = SURFACE - _lines(shown)
    for _, level in groupby(sorted(packages, key=_depth), key=_depth):
        inside = [*level]
        room -= _lines(inside)
        if room < 0 and shown:
            break
        shown += inside
    return sorted(shown, key=[*entries].index)


def _groups(
    names: Sequence[tuple[PublicName, Name]], page: str, described: Mapping[str, str], source_url: str
) -> Iterator[Group]:
    """The names by the files that define them; by directories where these are many, all as one where they are, too."""
    for place in (lambda file: file, posixpath.dirname, lambda _: ""):
        found: dict[str, list[Name]] = {}
        for public, name in names:
            found.setdefault(place(public.file), []).append(name)
        if len(found) <= _MOST_GROUPS:
            break
    for path, inside in sorted(found.items()):
        if path in described:
            link = relative_link(page, described[path]) if described[path] != page else ""
        else:
            link = source_link(page, path, source_url) if path else ""
        yield Group(code(path) if path else "", link, tuple(inside))


def _for_users(entries: Sequence[EntryPoint]) -> Sequence[EntryPoint]:
    """The entry points that are meant for users, by their places; all where none is."""
    meant = [e for e in entries if not (e.names and all(is_internal(name.file) for name in e.names))]
    return meant if any(entry.names for entry in meant) else entries


def _lines(entries: Iterable[EntryPoint]) -> int:
    return sum(4 + len(entry.names) for entry in entries)


def _depth(entry: EntryPoint) -> int:
    return len(re.split(r"::|[./\\]", entry.name))


def _is_package(entry: EntryPoint) -> bool:
    """It is a directory, or several, and no file."""
    return all(entry.path != name.file for name in entry.names)


def _is_told(entry: EntryPoint) -> bool:
    """The entry point defines all names itself, in its file or, where it is a directory, in the files of it; a command
    is known by its own name alone."""
    return (
        bool(entry.names)
        and not entry.name.startswith("console script ")
        and all(
            entry.path in (name.file, posixpath.dirname(name.file) or ".")
            and name.name.rpartition(".")[2] == name.symbol.rpartition(".")[2]
            for name in entry.names
        )
    )


def _sorted(entry: EntryPoint) -> list[PublicName]:
    main = _plain(
        re.split(r"::|/", entry.name.removesuffix(".h").removesuffix(".hpp"))[-1].rpartition(".")[2]
    )

    def rank(name: PublicName) -> tuple[int, int, str, str]:
        return _closeness(name.name, main), kind_rank(name.kind), name.name.casefold(), name.name

    return sorted(entry.names, key=rank)


def _closeness(name: str, main: str) -> int:
    """0 for what an entry point is called after and for `default`, 1 for what is inside of that, 2 for all others."""
    root, *inside = re.split(r"::|\.", name)
    if name == "default" or _plain(root) in (main, main.removesuffix("s"), main.rstrip("0123456789")):
        return 1 if inside else 0
    return 2


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _name(
    name: PublicName,
    page: str,
    described: Mapping[str, str],
    anchors: Mapping[tuple[str, str], str],
    source_url: str,
) -> Name:
    if not name.file:
        link = ""
    elif name.file in described:
        target = described[name.file]
        fragment = anchors.get((name.file, name.symbol), "")
        beside = target == page
        link = ("" if beside else relative_link(page, target)) + (f"#{fragment}" if fragment else "")
    else:
        link = source_link(page, name.file, source_url)
    return Name(code(name.name), link, first_sentence(name.summary, starts=False))
