"""The real Mermaid as a process that parses diagrams one by one."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.tools import node, node_modules

_FENCED = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ENTITY = re.compile("ﬂ°°(\\d+)¶ß")


@dataclass(frozen=True)
class Parsed:
    """What Mermaid made of a diagram; `labels` are the texts that a reader sees, `error` is "" when it parsed."""

    error: str
    type: str
    labels: tuple[str, ...]
    title: str


class Mermaid:
    """Speaks with the Node process."""

    def __init__(self, ask: IO[str], answer: IO[str]) -> None:
        self._ask = ask
        self._answer = answer

    def parse(self, diagram: str) -> Parsed:
        """Parse one diagram."""
        self._ask.write(json.dumps(diagram) + "\n")
        self._ask.flush()
        found = json.loads(self._answer.readline())
        labels = tuple(_seen(label) for label in found["labels"])
        return Parsed(found["error"], found["type"], labels, found["title"])


@contextmanager
def running() -> Iterator[Mermaid]:
    """A Mermaid that lives as long as the block."""
    program = Path(__file__).with_name("mermaid_parse.mjs")
    command = [str(node()), str(program), str(node_modules())]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as done:
        assert done.stdin
        assert done.stdout
        try:
            yield Mermaid(done.stdin, done.stdout)
        finally:
            done.stdin.close()


def diagrams(markdown: str) -> list[str]:
    """The text of every Mermaid diagram on a page."""
    return _FENCED.findall(markdown)


def _seen(label: str) -> str:
    """A label as Mermaid shows it: its own escapes are character numbers, line breaks are elements."""
    lines = label.replace("<br>", "\n").replace("<br/>", "\n")
    return _ENTITY.sub(lambda found: chr(int(found[1])), lines)
