"""How long a page may become, and how its sections share that.

No page is longer than `MOST_LINES`, stamps included, nor larger than `MOST_BYTES`. A section that analysis makes is
given a share and keeps to it: what does not fit is written more densely, then counted. Shares follow from the kind of
page and from how many pages are below it, so that no section is written otherwise because another one is edited; but
on a page that holds all definitions, where these even in their densest form would not leave the usual room, public
names and picture, which mostly say again what is there, are content with little. Stamps take what is left, and stand
densely where that is little. People's words and deep sections come on top.
"""

from __future__ import annotations

import math

from msgspec import Struct

from repodoc_hooks.sections.kinds import PageKind

MOST_LINES = 600
MOST_BYTES = 256 * 1024
SECTION_BYTES = 20_000  # of any section but that of the definitions
DEFINITION_BYTES = 100_000
SPACED_ENTRY = 3  # lines of an entry with its sentence on a line below, and a blank line

_FOR_SECTIONS = 538  # of the whole; the rest is for title, summary and the densest stamps
DIAGRAM, SURFACE, DEPENDENCIES = 96, 112, 48
_CROWDED = {"surface": 24, "dependencies": 32, "diagram": 64}
_OMITTED, _OMITTED_BESIDE = 84, 42
_DEFINITIONS_ALONE, _BESIDE_A_DIAGRAM, _BESIDE_PARTS, _BESIDE_ALL = 420, 310, 270, 160
_FEWEST_DEFINITIONS = 100
AROUND_DEFINITIONS = 8  # markers, heading, and what keeps Jekyll from reading braces
_CONTENTS = 70
_AROUND_A_LIST = 6
_STEP = 8
"""Pages below are counted in such steps, so that one more seldom changes how definitions are written."""


class Shares(Struct, frozen=True):
    """Lines that the sections of a page may take, markers included.

    Attributes:
        definitions: those of the files of the page, the stamps of these files counted with them.
        most_definitions: the same where even the densest form needs more.
        contents: of the list of definitions above them, where these leave it less.
        parts: the list of parts below.
        components: the list of components below.
        surface: the public names.
        dependencies: what it uses and what uses it.
        diagram: structure or architecture.
        omitted: what no page describes.
    """

    definitions: int = 0
    most_definitions: int = 0
    contents: int = 0
    parts: int = 0
    components: int = 0
    surface: int = SURFACE
    dependencies: int = DEPENDENCIES
    diagram: int = DIAGRAM
    omitted: int = 0


def shares(kind: PageKind, parts: int, components: int = 0, *, component: bool, densest: int = 0) -> Shares:
    """Those of a page with so many pages of parts and of components one level below.

    `component`: it is that of a component, as the index may be, too. `densest`: lines that its definitions need in the
    densest form.
    """
    if kind == "file":
        return Shares(_DEFINITIONS_ALONE, _DEFINITIONS_ALONE, _CONTENTS)
    omitted = (_OMITTED_BESIDE if component else _OMITTED) * (kind == "index")
    described = kind != "index" or component
    beside = {
        "surface": SURFACE * component,
        "dependencies": DEPENDENCIES * described,
        "diagram": DIAGRAM,
    }
    left = _FOR_SECTIONS - sum(beside.values()) - omitted
    most = _BESIDE_A_DIAGRAM if not parts else _BESIDE_ALL if component else _BESIDE_PARTS
    most, fewest = (min(most, left), _FEWEST_DEFINITIONS) if described else (0, 0)
    below = min(_list_lines(parts + components, left - most), left - fewest)
    of_parts = min(_list_lines(parts, below // 2), below // 2) if components else below
    left -= below
    crowded = {name: min(lines, _CROWDED[name]) for name, lines in beside.items()}
    if parts or components:  # public names and picture are of the pages below, too
        crowded |= {name: beside[name] for name in ("surface", "diagram")}
    spared = (sum(beside.values()) - sum(crowded.values())) * described
    return Shares(
        definitions=min(most, left),
        most_definitions=left + spared,
        parts=of_parts,
        components=below - of_parts,
        omitted=omitted,
        **(crowded if described and densest > left else beside),
    )


def _list_lines(count: int, spare: int) -> int:
    """Lines for a list of pages: what else is `spare`, as far as it needs them, but a line for each entry at least."""
    if not count:
        return 0
    steps = _STEP * math.ceil(count / _STEP)
    spaced, close = (_AROUND_A_LIST + each * steps for each in (SPACED_ENTRY, 1))
    return max(close, min(spaced, spare))
