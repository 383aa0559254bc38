"""Optional files for coding agents (`outputs:`): `llms.txt` and a region in `AGENTS.md`, both at the top.

Pure functions of the pages, as the index is. All of either file but our region belongs to people.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.expressions import expression
from repodoc_hooks.pages.layout import relative_link
from repodoc_hooks.pages.markers import put_region
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.prose import first_of_summary, written
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill
from repodoc_hooks.pages.text import code, escape
from repodoc_hooks.sections.kinds import OUTPUT_SECTIONS

_ENTRY_POINT = expression(
    r"^### \[?(`[^`\n]+`)|^- \[?(`(?:command|console script) [^`\n]+`)|^- \[(`[^`\n]+`)\]\([^)\n]*\): \[`",
    re.MULTILINE,
)
"""An entry point in a public API: a heading, a command, or a package whose names stand on its line."""
_COMMAND = ("`command ", "`console script ")


def output_text(
    name: str,
    old: str | None,
    title: str,
    index: Page,
    pages: Mapping[str, Page],
    titles: Mapping[str, str],
    templates: Overrides = NO_OVERRIDES,
) -> str:
    """The text of one output file.

    Args:
        name: `llms.txt` (form: https://llmstxt.org) or `AGENTS.md`; also the path of the file.
        old: its text as it stands, None when there is no such file.
        title: name of the repository.
        index: the index page.
        pages: component id -> page.
        titles: component id -> title.
        templates: the repository's own, which replace ours.

    Raises:
        PageDamaged: our markers in it do not pair up.
    """
    overview = index.regions.get("overview")
    # Parts are found from the page of their component; of the top's own the directories stand for components.
    listed = {id_: page for id_, page in sorted(pages.items()) if id_ in titles}
    listed = listed or {id_: page for id_, page in sorted(pages.items()) if page.path.endswith("/README.md")}
    entries = [
        (escape(titles.get(id_, id_)), relative_link(name, page.path), first_of_summary(page))
        for id_, page in listed.items()
    ]
    found = [
        (entry, f"{relative_link(name, page.path)}#public-api")
        for page in (index, *listed.values())
        for entry in _entry_points(page)
    ]
    body = fill(
        f"pages/{OUTPUT_SECTIONS[name]}.md.j2",
        templates,
        overview=[line for line in written(overview.body).split("\n") if line] if overview else [],
        entries=entries,
        layout=[(code(id_), *_titled(id_, *entry)) for id_, entry in zip(listed, entries, strict=True)],
        commands=[(f"`{_command(entry)}`", link) for entry, link in found if entry.startswith(_COMMAND)],
        surface=[(entry, link) for entry, link in found if not entry.startswith(_COMMAND)],
        index=relative_link(name, index.path),
        folder=index.path.rpartition("/")[0],
    )
    return put_region(name, old, OUTPUT_SECTIONS[name], body, f"# {escape(title)}\n\n")


def _titled(id_: str, title: str, link: str, _: str) -> tuple[str, str]:
    """The title of a component where its path does not say it, and the link."""
    return ("" if f"/{id_}".endswith(f"/{title}") else title), link


def _command(entry: str) -> str:
    """What users type: `rg` of "command rg"."""
    return next(entry.strip("`").removeprefix(kind.strip("`")) for kind in _COMMAND if entry.startswith(kind))


def _entry_points(page: Page) -> list[str]:
    """What users of a component import or run, as its page calls it."""
    region = page.regions.get("surface")
    found = [*_ENTRY_POINT.finditer(region.body)] if region else []
    grouped = any(one[1] for one in found)  # below such a heading names stand by the file that defines them
    entries = (one[1] or one[2] or one[3] for one in found if not (grouped and one[3] and _is_file(one[3])))
    return list(dict.fromkeys(entries))


def _is_file(entry: str) -> bool:
    return "/" in entry and language_of(entry.strip("`")) is not None
