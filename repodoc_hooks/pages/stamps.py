"""Stamps: the comment at the foot of a page that says which state of the code it describes.

    <!-- repodoc:stamps

    component src/click

    author summary
    offline

    file src/click/core.py
    0123456789ab 0123456789ab 0123456789ab 0123456789ab

    repodoc:end-stamps -->

Entries are sorted and a blank line stands between them. An entry is its key on one line and its value on the
next: what changes (values) is then never next to what is inserted or removed (keys), and a plain textual
merge takes both. Only `out` entries follow the order of the lines that they stand for, to merge as these do.

Where a page would be longer than any may be, entries stand densely in one block that a line `%` opens, one or more on
a line with `%` between. That merges less well as text; the merge driver reads both forms.
"""

from __future__ import annotations

import hashlib
import math
import re
from functools import lru_cache
from typing import NoReturn, TypeVar

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.errors import PageDamaged
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.encoding import percent_decode, percent_encode
from repodoc_hooks.pages.model import Debt, DependencyStamp, FileStamp, Page, Stamps

BEGIN = "<!-- repodoc:stamps"
END = "repodoc:end-stamps -->"

# Neither `--` nor `>` may stand inside `<!-- -->`. Other than ASCII is encoded: every tool reads it alike.
_SAFE = expression(r"(?:[!-$&-,./0-=?-~]|(?<!-)-)*")
_CONFLICT_FIX = "take both sides and run repodoc update"
_HASH = expression(rf"[0-9a-f]{{{HASH_DIGITS}}}")
_HASHES = expression(rf"[0-9a-f]{{{4 * HASH_DIGITS}}}")
_THROUGH = " through"
_ONE = f"([0-9a-f]{{{HASH_DIGITS}}})"
_USUAL = expression(
    rf"\n*(?:file (\S+)\n{_ONE} {_ONE} {_ONE} {_ONE}|dep (\S+)\n{_ONE}({_THROUGH})?|out (\S+) {_ONE})(?=\n\n|\n?\Z)"
)
_LINES = expression(r"all|\d+-\d+(?:,\d+-\d+)*")
_ENTRY = expression(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_CONFLICT = expression(r"^(?:<{7}|>{7}|={7}|\|{7})", re.MULTILINE)
_ESCAPE = expression(r"\\([!-/:-@\[-`{-~])")
_BULLET = expression(r"^(?:[-*+]|\d+[.)])\s+")
_EMPHASIS = expression(r"(?<!\w)[*_]+|[*_]+(?!\w)")
_HASHED = ("prompt", "said", "sum", "text", "via")
_NAMED = ("env", "ext", "left", "package", "user")
_WORDS = frozenset(
    ("component", "templates", "author", "debt", "dep", "file", "handed", "out", "unread", *_HASHED, *_NAMED)
)
_DENSE = "%"  # alone it stands in no key
_PARTED = expression(r"(?!%\s)\S(?:[^\n%]|%(?=\S))*")
_SLACK = 60  # lines that a page must be shorter by before its dense stamps are written apart again
_Stamp = TypeVar("_Stamp", FileStamp, DependencyStamp, str, tuple[str, ...])
_FIX = "restore the comment at the foot of the page from git, or delete the page and run repodoc update"


def parse(text: str, path: str = "", line: int = 1) -> Stamps:
    """Read the entries between the first and the last line of the comment.

    Args:
        text: the lines between `BEGIN` and `END`, with LF or CRLF.
        path: the page, for messages.
        line: 1-based line of `BEGIN`, for messages.

    Raises:
        PageDamaged: a merge conflict, a malformed or a repeated entry. Entries whose first word is not known
            come from a newer version and are kept.
    """
    return _Reader(text, path, line).read()


def format_stamps(stamps: Stamps, room: int | None = None) -> str:
    """The whole comment, LF line ends, without a newline at its end; dense where it is longer than `room` lines."""
    head, entries = _head(stamps), _entries(stamps)
    text = "\n\n".join([BEGIN, *head, *entries, *stamps.extra, END])
    if room is None or text.count("\n") + 1 <= room - _SLACK * stamps.dense or not entries:
        return text
    left = room - 2 * (2 + len(head)) - 1 - sum(extra.count("\n") + 2 for extra in stamps.extra)
    row = 1
    while math.ceil(len(entries) / row) > max(1, left):
        row *= 2
    parts = [" ".join(entry.split()) for entry in entries]
    rows = [f" {_DENSE} ".join(parts[at : at + row]) for at in range(0, len(parts), row)]
    return "\n\n".join([BEGIN, *head, "\n".join([_DENSE, *rows]), *stamps.extra, END])


def _head(stamps: Stamps) -> list[str]:
    """What the page is about, and the templates that worded it."""
    entries = [f"component {encode_path(stamps.component)}"] if stamps.component else []
    if stamps.templates:
        entries.append(f"templates {encode_path(stamps.templates)}")
    return entries


def _entries(stamps: Stamps) -> list[str]:
    """All others of this version, in their order."""
    entries = [f"author {section}\n{encode_path(name)}" for section, name in sorted(stamps.authors.items())]
    entries += sorted(f"debt {debt.section} {encode_path(debt.path)}" for debt in stamps.debts)
    entries += [
        f"dep {key}\n{stamp.interface}{_THROUGH if stamp.through else ''}"
        for key, stamp in _by_key(stamps.dependencies)
    ]
    entries += [f"file {key}\n{s.blob} {s.ast} {s.doc} {s.interface}" for key, s in _by_key(stamps.files)]
    entries += [f"handed {key}\n{' '.join(map(encode_path, names))}" for key, names in _by_key(stamps.handed)]
    entries += [f"out {section} {sum_}" for section, sums in sorted(stamps.outputs.items()) for sum_ in sums]
    named = {
        "env": stamps.environment,
        "ext": stamps.outward,
        "left": stamps.omitted,
        "package": stamps.packages,
        "user": stamps.users,
    }
    entries += [f"{word} {name}" for word in _NAMED for name in sorted(map(encode_path, named[word]))]
    hashed = {
        "prompt": stamps.prompts,
        "said": stamps.words,
        "sum": stamps.summaries,
        "text": stamps.included,
        "via": stamps.manifests,
    }
    for word, hashes in hashed.items():
        entries += [f"{word} {key}\n{hash_}" for key, hash_ in _by_key(hashes)]
    return entries + [f"unread {key}\n{lines}" for key, lines in _by_key(stamps.unread)]


def meaning(line: str) -> str:
    """A line of Markdown without what a formatter may write otherwise: emphasis signs, escapes, bullets, spaces."""
    text = (_ESCAPE.sub(r"\1", line) if "\\" in line else line).strip()
    if bullet := _BULLET.match(text):
        text = ("1. " if text[0].isdigit() else "- ") + text[bullet.end() :]
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub("", text)
    return " ".join(text.split())


def same_meaning(one: str, other: str) -> bool:
    """Two regions say the same: a formatter may lie between them, but no editor."""
    if one == other:
        return True
    lines = ([meaning(line) for line in body.split("\n") if line.strip()] for body in (one, other))
    first, second = lines
    return first == second


def line_checksum(line: str) -> str:
    """12 digits over the meaning of one line."""
    return _hash(meaning(line))


def _hash(line: str) -> str:
    return hashlib.sha256(line.strip().encode("utf-8", "surrogateescape")).hexdigest()[:HASH_DIGITS]


def body_checksums(body: str) -> tuple[str, ...]:
    """The checksum of every distinct line of a region that is not blank, in their order."""
    return tuple(dict.fromkeys(line_checksum(line) for line in body.split("\n") if line.strip()))


def is_edited(page: Page, section: str) -> bool:
    """A person changed the region: its lines are not those that we wrote. False without such a region."""
    region = page.regions.get(section)
    return region is not None and _is_other(region.body, page.stamps.outputs.get(section, ()))


@lru_cache(maxsize=4096)  # the same page is asked when it is planned, and by what is made from its summary
def _is_other(body: str, sums: tuple[str, ...]) -> bool:
    """Whether the lines of a region are not those that these checksums are of."""
    written = set(sums)
    lines = [line for line in body.split("\n") if line.strip()]
    # Earlier versions kept checksums of the lines as they stood.
    return {*map(line_checksum, lines)} != written and {*map(_hash, lines)} != written


def encode_path(text: str) -> str:
    """A path as one word of a stamp."""
    if _SAFE.fullmatch(text):
        return text
    return re.sub("(?<=-)-", "%2D", percent_encode(text, _SAFE))


def _by_key(items: dict[str, _Stamp]) -> list[tuple[str, _Stamp]]:
    return sorted(((encode_path(key), value) for key, value in items.items()), key=lambda item: item[0])


class _Reader:
    """Collects entries and complains with the line number."""

    def __init__(self, text: str, path: str, line: int) -> None:
        self.text = text
        self.path = path
        self.line = line
        self.single: dict[str, str] = {}
        self.files: dict[str, FileStamp] = {}
        self.dependencies: dict[str, DependencyStamp] = {}
        self.debts: set[Debt] = set()
        self.outputs: dict[str, dict[str, None]] = {}
        self.authors: dict[str, str] = {}
        self.unread: dict[str, str] = {}
        self.hashes: dict[str, dict[str, str]] = {word: {} for word in _HASHED}
        self.names: dict[str, set[str]] = {word: set() for word in _NAMED}
        self.handed: dict[str, tuple[str, ...]] = {}
        self.extra: list[str] = []
        self.last_key = ""
        self.dense = False
        self.ordered = True

    def read(self) -> Stamps:
        if conflict := _CONFLICT.search(self.text):
            self.fail(conflict, "a merge conflict in the stamps", _CONFLICT_FIX)
        text, position = self.text, 0
        while position < len(text):
            if usual := _USUAL.match(text, position):
                self.take(usual)
                position = usual.end()
            elif entry := _ENTRY.search(text, position):
                self.read_entry(entry)
                position = entry.end()
            else:
                break
        return Stamps(
            component=self.single.get("component", ""),
            templates=self.single.get("templates", ""),
            files=self.files,
            dependencies=self.dependencies,
            debts=frozenset(self.debts),
            outputs={section: tuple(hashes) for section, hashes in self.outputs.items()},
            authors=self.authors,
            prompts=self.hashes["prompt"],
            summaries=self.hashes["sum"],
            words=self.hashes["said"],
            included=self.hashes["text"],
            manifests=self.hashes["via"],
            unread=self.unread,
            handed=self.handed,
            outward=frozenset(self.names["ext"]),
            environment=frozenset(self.names["env"]),
            users=frozenset(self.names["user"]),
            packages=frozenset(self.names["package"]),
            omitted=frozenset(self.names["left"]),
            extra=tuple(sorted(set(self.extra))),
            dense=self.dense,
            ordered=self.ordered,
        )

    def read_entry(self, entry: re.Match[str]) -> None:
        """One entry, or a dense block of them."""
        if entry[0].split(None, 1)[0] != _DENSE:
            self.add(entry, entry[0].split())
            return
        self.dense = True
        for part in _PARTED.finditer(self.text, entry.start(), entry.end()):
            self.add(part, part[0].split())

    def take(self, usual: re.Match[str]) -> None:
        """An entry of the frequent kinds, written as we write it; `add` knows them all, and says what is wrong."""
        key, blob, ast, doc, interface, imported, known, through, section, line = usual.groups()
        if key is not None:
            name = percent_decode(key)
            self.once(usual, key, name in self.files)
            self.files[name] = FileStamp(name, blob, ast, doc, interface)
            self.ordered = self.ordered and self.last_key < key
            self.last_key = key
        elif imported is not None:
            name = percent_decode(imported)
            self.once(usual, imported, name in self.dependencies)
            self.dependencies[name] = DependencyStamp(name, known, bool(through))
        else:
            self.outputs.setdefault(section, {})[line] = None

    def add(self, entry: re.Match[str], words: list[str]) -> None:
        match words:
            case ["file", key, blob, ast, doc, interface] if _HASHES.fullmatch(blob + ast + doc + interface):
                name = percent_decode(key)
                self.once(entry, key, name in self.files)
                self.files[name] = FileStamp(name, blob, ast, doc, interface)
                self.ordered = self.ordered and self.last_key < key
                self.last_key = key
            case ["dep", key, interface, *rest] if _HASH.fullmatch(interface) and rest in ([], ["through"]):
                name = percent_decode(key)
                self.once(entry, key, name in self.dependencies)
                self.dependencies[name] = DependencyStamp(name, interface, bool(rest))
            case ["prompt" | "said" | "sum" | "text" | "via" as word, key, hash_] if _HASH.fullmatch(hash_):
                name = percent_decode(key)
                self.once(entry, key, name in self.hashes[word])
                self.hashes[word][name] = hash_
            case ["debt", section, key]:
                self.debts.add(Debt(section, percent_decode(key)))
            case ["out", section, line] if _HASH.fullmatch(line):
                self.outputs.setdefault(section, {})[line] = None
            case ["author", section, name]:
                self.once(entry, section, section in self.authors)
                self.authors[section] = percent_decode(name)
            case ["unread", key, lines] if _LINES.fullmatch(lines):
                name = percent_decode(key)
                self.once(entry, key, name in self.unread)
                self.unread[name] = lines
            case ["env" | "ext" | "left" | "package" | "user" as word, key]:
                self.names[word].add(percent_decode(key))
            case ["handed", key, *names] if names:
                name = percent_decode(key)
                self.once(entry, key, name in self.handed)
                self.handed[name] = tuple(map(percent_decode, names))
            case ["component" | "templates" as word, value]:
                self.once(entry, value, word in self.single)
                self.single[word] = percent_decode(value)
            case [word, *_] if word in _WORDS:
                self.fail(entry, f"the stamp {word!r} is damaged")
            case _:
                self.extra.append("\n".join(line.strip() for line in entry[0].split("\n")))

    def once(self, entry: re.Match[str], key: str, known: bool) -> None:
        if known:
            self.fail(entry, f"the stamp '{entry[0].split()[0]} {key}' stands there twice")

    def fail(self, at: re.Match[str], what: str, fix: str = _FIX) -> NoReturn:
        start = at.end() - len(at[0].lstrip("\n"))
        line = self.line + 1 + self.text.count("\n", 0, start)
        raise PageDamaged(what, where=f"{self.path}:{line}", fix=fix)
