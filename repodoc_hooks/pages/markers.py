"""Regions of a page: what stands between our markers is ours, all else belongs to people, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec import Struct

from repodoc_hooks.errors import ConfigError, PageDamaged
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages import stamps as stamps_of
from repodoc_hooks.pages.layout import relative_link
from repodoc_hooks.pages.model import HEADER, OWED, Page, Region, Stamps
from repodoc_hooks.pages.room import MOST_LINES
from repodoc_hooks.pages.text import escape
from repodoc_hooks.sections.kinds import OUTPUT_SECTIONS, PAGE_ORDER

_KNOWN = frozenset((HEADER, OWED, *PAGE_ORDER, *OUTPUT_SECTIONS.values()))
_STAMPS = "stamps"
_TO_THE_INDEX = "All components"

_WORD = "repodoc:"
_ESCAPED = expression(r"\\([^\w\s])")
_ESCAPED_OR_CODE = expression(r"\\([^\w\s])|(`+)(?!`)(.+?)(?<!`)\2(?!`)")
_EXACT = expression(r"<!-- repodoc:(begin|end) ([a-z][a-z-]*) -->")
_BOM = "\ufeff"
_CODE = expression(r" {4}| {0,3}\t")
_FENCE = expression(r" {0,3}(`{3,}|~{3,})([^\n]*)")
_SIGNS = ("<" * 7, ">" * 7, "|" * 7)
_CONFLICT = expression(r"^(?:<{7}|>{7}|\|{7})(?: |$)", re.MULTILINE)
_FIX = "restore the marker lines from git, or delete the page and run repodoc update"


class _Piece(Struct, frozen=True):
    """A stretch of a page. `section` is "" for people's text; `inner` is what stands between the markers."""

    section: str
    text: str
    inner: str
    line: int


def parse_page(path: str, text: str) -> Page:
    """Read a page; LF and CRLF mean the same.

    Raises:
        PageDamaged: with `path:line`, when markers are malformed, repeated, nested, unknown or alone, when
            stamps are damaged, when a merge conflict stands in a region, or when the file has no marker at
            all and so belongs to people.
    """
    regions: dict[str, Region] = {}
    stamps = Stamps()
    owned = False
    for piece in _pieces(path, text):
        if not piece.section:
            continue
        owned = True
        if piece.section == _STAMPS:
            stamps = stamps_of.parse(piece.inner, path, piece.line)
            continue
        if conflict := _conflict(piece.inner):
            line = piece.line + 1 + piece.inner.count("\n", 0, conflict.start())
            raise PageDamaged(
                f"a merge conflict in the section {piece.section!r}",
                where=f"{path}:{line}",
                fix="take either side and run repodoc update",
            )
        regions[piece.section] = Region(piece.section, _body(piece.inner), piece.line)
    if not owned:
        raise PageDamaged(
            "the file has no repodoc markers, so it is not ours to write",
            where=f"{path}:1",
            fix="move it away, or set another docs_dir",
        )
    return Page(path, text, regions, stamps)


def compose(
    old: Page | None,
    title: str,
    regions: Mapping[str, str | None],
    stamps: Stamps,
    order: Sequence[str],
    path: str = "",
    *,
    trail: Sequence[tuple[str, str]] | None = (),
    words: str = "",
) -> str:
    """The text of a page with these regions and stamps.

    Regions that stand in the old page are replaced where they stand; those that it does not have are put
    behind the one that precedes them in `order`. Regions of the old page that `regions` leaves out stay. What
    did not change keeps its bytes; new text takes the page's line ends. The header (title and way back) is a region
    of its own, so that it follows a rename; who deletes it is rid of it.

    Args:
        old: the page as it stands, None for a new one.
        title: plain text.
        regions: bodies by section, LF line ends; blank lines around them do not count; None takes a region away.
        path: where the page will stand.
        trail: titles and paths of the pages above, the index first; None leaves the header as it is.
        words: people's text that stood on a page which is gone; it is put before the stamps.

    Raises:
        PageDamaged: the old text is damaged.
        ConfigError: a body (from a template of the user's) holds a line that looks like a marker.
    """
    for section, body in regions.items():
        if body is not None and (any(_markers(body)) or _conflict(body)):
            raise ConfigError(
                f"the text for the section {section!r} holds a line that reads as a marker",
                where=path,
                fix="fix the template that writes it",
            )
    gone = {section for section, body in regions.items() if body is None}
    wanted = {section: body for section, body in regions.items() if body is not None}
    if trail is not None:
        wanted[HEADER] = header(title, path, trail)
    if old is None:
        blocks = [_region(section, wanted[section]) for section in (HEADER, *order) if section in wanted]
        added = [words.strip("\n")] if words.strip() else []
        above = "".join(f"{block}\n\n" for block in (*blocks, *added))
        room = MOST_LINES - above.count("\n")
        return f"{above}{stamps_of.format_stamps(stamps, room)}\n"
    eol = "\r\n" if re.search("^[^\n]*\r\n", old.text) else "\n"
    kept = _without(list(_pieces(old.path, old.text)), gone)
    pieces = [_renew(piece, wanted, eol) for piece in kept]
    for section in order:
        if section in wanted and all(piece.section != section for piece in pieces):
            _insert(pieces, section, _region(section, wanted[section]), order, eol)
    if all(piece.section != _STAMPS for piece in pieces):
        _append(pieces, _STAMPS, stamps_of.format_stamps(stamps), eol)
    if words.strip():
        _put_words(pieces, words.strip("\r\n"), eol)
    _restamp(pieces, old.stamps, stamps, eol)
    return "".join(piece.text for piece in pieces)


def put_region(path: str, old: str | None, section: str, body: str, frame: str) -> str:
    """One region in a file that otherwise belongs to people: replaced where it stands, else put at the end.

    Args:
        old: the file as it stands, None for a new one, which gets `frame` above the region.

    Raises:
        PageDamaged: the markers in it do not pair up.
    """
    text = frame if old is None else old
    eol = "\r\n" if re.search("^[^\n]*\r\n", text) else "\n"
    pieces = list(_pieces(path, text))
    for number, piece in enumerate(pieces):
        if piece.section == section:
            pieces[number] = _renew(piece, {section: body}, eol)
            break
    else:
        _append(pieces, section, _region(section, body), eol)
    return "".join(piece.text for piece in pieces)


def header(title: str, path: str, trail: Sequence[tuple[str, str]]) -> str:
    """Title and way back.

    A word to markdownlint: a line is a sentence, so that it merges (MD013), two files may define one name (MD024), and
    internals are folded by HTML (MD033).
    """
    lines = ["<!-- markdownlint-disable-file MD013 MD024 MD033 MD059 -->", "", f"# {escape(title)}"]
    if trail:
        links = [(_TO_THE_INDEX, trail[0][1]), *trail[1:]]
        lines += ["", " / ".join(f"[{escape(name)}]({relative_link(path, page)})" for name, page in links)]
    return "\n".join(lines)


def title_of(page: Page) -> str:
    """The title that a page's header has, "" without one."""
    header = page.regions.get(HEADER)
    lines = header.body.splitlines() if header is not None else []
    heading = next((line for line in lines if line.startswith("# ")), "# ")
    return _ESCAPED_OR_CODE.sub(_as_text, heading.removeprefix("# ").strip())


def _as_text(found: re.Match[str]) -> str:
    """The character that a backslash keeps from being markup, or what stands in a code span."""
    if found[1]:
        return found[1]
    inside = found[3]
    ticks = inside.startswith(" `") or inside.endswith("` ")
    inside = inside[1:-1] if ticks and inside[:1] == inside[-1:] == " " else inside
    return _ESCAPED.sub(r"\1", inside)  # `pages.text` escapes what it puts into a span, too


def _region(section: str, body: str) -> str:
    text = body.strip("\n")
    inner = f"\n{text}\n\n" if text else "\n"
    return f"<!-- repodoc:begin {section} -->\n{inner}<!-- repodoc:end {section} -->"


def _body(inner: str) -> str:
    return inner.replace("\r\n", "\n").strip("\n")


def _renew(piece: _Piece, wanted: Mapping[str, str], eol: str) -> _Piece:
    """The piece with its new text; the same piece when nothing in it changed."""
    if piece.section not in wanted or _body(piece.inner) == wanted[piece.section].strip("\n"):
        return piece
    return _with_text(piece, _region(piece.section, wanted[piece.section]), eol)


def _restamp(pieces: list[_Piece], old: Stamps, stamps: Stamps, eol: str) -> None:
    """Write the stamps anew, unless they are as they were and the page is no longer than it may be."""
    lines = [piece.text.count("\n") for piece in pieces]
    if stamps == old and stamps.ordered and sum(lines) <= MOST_LINES:
        return
    at = next(number for number, piece in enumerate(pieces) if piece.section == _STAMPS)
    room = MOST_LINES - sum(lines) + lines[at]
    pieces[at] = _with_text(pieces[at], stamps_of.format_stamps(stamps, room), eol)


def _with_text(piece: _Piece, text: str, eol: str) -> _Piece:
    end = eol if piece.text.endswith("\n") else ""
    return _Piece(piece.section, text.replace("\n", eol) + end, "", piece.line)


def _without(pieces: list[_Piece], gone: Collection[str]) -> list[_Piece]:
    """The pieces without some regions, and without the blank line that came with each."""
    kept: list[_Piece] = []
    for number, piece in enumerate(pieces):
        if piece.section not in gone:
            if number and pieces[number - 1].section in gone and not piece.section and not piece.text.strip():
                continue
            kept.append(piece)
    return kept


def _put_words(pieces: list[_Piece], words: str, eol: str) -> None:
    """Put people's text before the stamps, which stand there."""
    at = next(number for number, piece in enumerate(pieces) if piece.section == _STAMPS)
    text = words.replace("\r\n", "\n").replace("\n", eol)
    if at:
        _end_line(pieces, at - 1, eol)
    blank = not at or pieces[at - 1].text.endswith(("\n\n", "\n\r\n"))
    pieces.insert(at, _Piece("", ("" if blank else eol) + text + eol + eol, "", 0))


def _insert(pieces: list[_Piece], section: str, text: str, order: Sequence[str], eol: str) -> None:
    """Put a region behind its nearest predecessor, else before its nearest successor or the stamps."""
    at = {piece.section: number for number, piece in enumerate(pieces) if piece.section}
    rank = order.index(section)
    before = [at[name] for name in (*order[:rank][::-1], HEADER) if name in at]
    after = [at[name] for name in (*order[rank + 1 :], _STAMPS) if name in at]
    block = text.replace("\n", eol) + eol
    if before:
        position = before[0] + 1
        _end_line(pieces, before[0], eol)
        rest = pieces[position].text if position < len(pieces) else eol
        gap = "" if rest.startswith(("\n", "\r\n")) else eol
        pieces.insert(position, _Piece(section, eol + block + gap, "", 0))
    elif after:
        pieces.insert(after[0], _Piece(section, block + eol, "", 0))
    else:
        _append(pieces, section, text, eol)


def _append(pieces: list[_Piece], section: str, text: str, eol: str) -> None:
    if pieces:
        _end_line(pieces, len(pieces) - 1, eol)
    blank = not pieces or pieces[-1].text.endswith(("\n\n", "\n\r\n"))
    pieces.append(_Piece(section, ("" if blank else eol) + text.replace("\n", eol) + eol, "", 0))


def _end_line(pieces: list[_Piece], number: int, eol: str) -> None:
    piece = pieces[number]
    if piece.text and not piece.text.endswith("\n"):
        pieces[number] = _Piece(piece.section, piece.text + eol, piece.inner, piece.line)


def _pieces(path: str, text: str) -> Iterator[_Piece]:
    """Cut a page at its markers; the pieces' texts together are the page.

    What stands in a fenced code block is an example, unless the page makes no sense so: a fence that somebody left
    open must not hide our markers.
    """
    fences = _fences(text)
    if not fences:
        return iter(list(_cut(path, text, fences)))
    try:
        found = list(_cut(path, text, fences))
    except PageDamaged:
        found = []
    plain = any(piece.section for piece in found)
    return iter(found if plain else list(_cut(path, text, [])))


def _fences(text: str) -> list[tuple[int, int]]:
    """Start and end of the fenced code blocks in which our word stands."""
    if "```" not in text and "~~~" not in text:
        return []
    found = []
    position = 0
    opened: tuple[int, str] | None = None
    for line in text.splitlines(keepends=True):
        match = _FENCE.match(line)
        if opened is None and match:
            opened = (position, match[1])
        elif opened is not None and match and _closes(match, opened[1]):
            found.append((opened[0], position + len(line)))
            opened = None
        position += len(line)
    return [(first, last) for first, last in found if _WORD in text[first:last]]


def _closes(match: re.Match[str], fence: str) -> bool:
    return not match[2].strip() and match[1][0] == fence[0] and len(match[1]) >= len(fence)


def _cut(path: str, text: str, fences: list[tuple[int, int]]) -> Iterator[_Piece]:
    position = begin = inner = 0
    open_: str = ""
    start = 1
    seen: set[str] = set()
    line, counted = 1, 0
    for first, last in _markers(text):
        if fences and any(begins <= first < ends for begins, ends in fences):
            continue
        line, counted = line + text.count("\n", counted, first), first
        where = f"{path}:{line}"
        edge, section = _read_marker(text[first:last].rstrip(), where)
        if edge == "begin":
            if open_:
                raise PageDamaged(f"{section!r} begins inside {open_!r}", where=where, fix=_FIX)
            if section in seen:
                raise PageDamaged(f"the section {section!r} stands there twice", where=where, fix=_FIX)
            if first > position:
                yield _Piece("", text[position:first], "", 0)
            seen.add(section)
            open_, start, begin, inner = section, line, first, last
        else:
            if section != open_:
                what = f"{section!r} ends " + (f"inside {open_!r}" if open_ else "without a beginning")
                raise PageDamaged(what, where=where, fix=_FIX)
            yield _Piece(section, text[begin:last], text[inner:first], start)
            open_, position = "", last
    if open_:
        raise PageDamaged(f"{open_!r} has no end", where=f"{path}:{start}", fix=_FIX)
    if position < len(text):
        yield _Piece("", text[position:], "", 0)


def _markers(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every line that is a marker, or looks like one."""
    at = text.find(_WORD)
    while at >= 0:
        first = text.rfind("\n", 0, at) + 1
        last = text.find("\n", at) + 1 or len(text)
        before = text[first:at].strip().lstrip(_BOM)
        if text[first] in " \t" and _CODE.match(text, first):
            at = text.find(_WORD, last)
            continue
        if before == "<!--" or (not before and text.startswith(stamps_of.END.split()[0], at)):
            yield first, last
        at = text.find(_WORD, last)


def _conflict(text: str) -> re.Match[str] | None:
    """The first line that a merge conflict has left."""
    first, second, third = _SIGNS
    return _CONFLICT.search(text) if first in text or second in text or third in text else None


def _read_marker(row: str, where: str) -> tuple[str, str]:
    """("begin" or "end", section) of a marker line."""
    row = row.lstrip(_BOM)
    if row in (stamps_of.BEGIN, stamps_of.END):
        return ("begin" if row == stamps_of.BEGIN else "end"), _STAMPS
    exact = _EXACT.fullmatch(row)
    if exact is None:
        raise PageDamaged(f"a damaged marker: {row.strip()[:60]}", where=where, fix=_FIX)
    if exact[2] not in _KNOWN:
        raise PageDamaged(f"there is no section {exact[2]!r}", where=where, fix=_FIX)
    return exact[1], exact[2]


def pieces(page: Page) -> list[tuple[str, str]]:
    """The page cut at its markers: section ("" for people's text, "stamps") and text, markers included."""
    return [(piece.section, piece.text) for piece in _pieces(page.path, page.text)]


def human_text(page: Page) -> str:
    """What stands outside our regions and stamps."""
    return "".join(piece.text for piece in _pieces(page.path, page.text) if not piece.section)
