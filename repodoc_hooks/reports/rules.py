"""The rules of `repodoc check`: what a finding of each means, and what to do about it."""

from __future__ import annotations

from msgspec import Struct

HELP_PAGE = "docs/rules.md"
"""The page of the project that lists the rules."""


class Rule(Struct, frozen=True):
    """A rule: `name` in kebab case, `text` what a finding means in one sentence, `remedy` what to do."""

    id: str
    name: str
    text: str
    detail: str
    remedy: str


_UPDATE = "Run `repodoc update`, or commit with the hook installed."
RULES = {
    rule.id: rule
    for rule in (
        Rule(
            "RD001",
            "stale-impl",
            "The code changed since the section was written.",
            "A file that the page describes has another body, imports something else, is new or is gone. Formatting and"
            " comments never count.",
            _UPDATE,
        ),
        Rule(
            "RD002",
            "stale-interface",
            "A public interface changed since the section was written.",
            "A public name, its signature or what the package hands out is not what the page lists.",
            _UPDATE,
        ),
        Rule(
            "RD003",
            "stale-dependency",
            "The interface of something that is imported changed.",
            "The page's own files are as they were; a file that they import, or a manifest that decides what imports"
            " mean, is not.",
            _UPDATE,
        ),
        Rule(
            "RD004",
            "missing",
            "The section or its page does not exist.",
            "A component is new, or somebody deleted a page or the markers of one section.",
            _UPDATE,
        ),
        Rule(
            "RD005",
            "orphan",
            "The page describes something that is gone.",
            "Its component, directory or file is not in the tree any more, or its pages stand elsewhere now."
            " `repodoc update` removes it, unless people wrote on it.",
            "Run `repodoc update`; where people wrote on the page, move their words and delete it.",
        ),
        Rule(
            "RD006",
            "hand-edited",
            "A person edited the section, and what it describes changed since.",
            "Text that people wrote is never overwritten. Somebody should read whether it still holds.",
            "Edit the text, or give it back: `repodoc update --force PAGE`.",
        ),
        Rule(
            "RD007",
            "broken-page",
            "The markers of the page do not pair up.",
            "A `repodoc:begin` or `repodoc:end` line is missing, doubled or out of place, so nobody can tell whose text"
            " is whose. The page is left alone.",
            "Restore the marker lines from git (`git checkout -- PAGE`), or delete the page and run `repodoc update`.",
        ),
        Rule(
            "RD008",
            "differs-from-fresh",
            "The region differs from a fresh rendering of the same code.",
            "Its stamps are right and its text is not: a merge of texts, or an edit of generated text. `check --full`"
            " finds all of these.",
            "Run `repodoc check --full --fix`.",
        ),
        Rule(
            "RD009",
            "deferred",
            "The section waits to be written.",
            "A model was not asked, did not answer in time, or the section is made after the push. The page says so.",
            "Run `repodoc update`, with `--deep` for design and walkthrough; or let the job after the push do it.",
        ),
        Rule(
            "RD010",
            "old-templates",
            "The section was written with other templates.",
            "A template under `templates:`, or one of ours in a newer version, words the section differently now.",
            _UPDATE,
        ),
        Rule(
            "RD011",
            "unread",
            "Part of a source file could not be read.",
            "Its grammar does not understand the named lines. Nothing of them is on the page, and any change of their"
            " text counts as a change of code.",
            "Nothing has to be done. If the language's own compiler accepts the file, report it.",
        ),
        Rule(
            "RD012",
            "gone-name",
            "The text names something that is gone.",
            "A path or a name in code style was in the repository when the text was written, and is not any more.",
            _UPDATE,
        ),
    )
}
UNKNOWN_RULE = Rule("RD000", "finding", "The section needs attention.", "", _UPDATE)
