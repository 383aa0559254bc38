"""Parts of a documentation that are done with, while others are still turned into Markdown."""

from __future__ import annotations

from repodoc_hooks.expressions import expression

_KEPT = expression("\x00(\\d+)\x00")
CODE_LIKE = expression(r"[A-Za-z_$@][\w$]*(?:(?:::|\.|#|->|/)[\w$]+)*(?:<[^<>]*>)?(?:\([\w\s,.]*\)|!)?")
"""A label that is the name of something."""


class Pieces:
    """Parts of a text that are done with, taken out of it until all others are."""

    def __init__(self) -> None:
        self.kept: list[str] = []

    def keep(self, text: str) -> str:
        """A mark that stands for a text from now on."""
        self.kept.append(text)
        return f"\x00{len(self.kept) - 1}\x00"

    def code(self, text: str) -> str:
        """A mark that stands for code, "" for none."""
        text = " ".join(self.restore(text).replace("`", "").split())
        return self.keep(f"`{text}`") if text else ""

    def restore(self, text: str) -> str:
        """The text with all that was taken out."""
        while "\x00" in text:
            text = _KEPT.sub(lambda found: self.kept[int(found[1])], text)
        return text
