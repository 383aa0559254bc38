"""Diagrams as their arrows in words: a terminal draws no Mermaid."""

from __future__ import annotations

import re

from repodoc_hooks.expressions import expression

_FENCE = expression(r"^```mermaid\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_BOX = r'(\w+)(?:\["([^"]*)"\])?'
_NODE = expression(_BOX)
_ARROW = expression(rf"{_BOX} (-->|-\.->)(?:\|([^|]*)\|)? {_BOX}")
_GROUP = expression(r'subgraph (\w+)\["([^"]*)"\]')
_PARTICIPANT = expression(r"(?:participant|actor) (\w+)(?: as (.*))?")
_MESSAGE = expression(r"(\w+?)-{1,2}>>?(\w+): (.*)")
_SILENT = expression(r"%%|accTitle|accDescr|direction\b|$")
_NUMBER = expression(r"#(\d+);")


def diagrams_in_words(text: str) -> str:
    """Markdown with every Mermaid block that can be read as a list of what it shows; others stay as they are."""
    return _FENCE.sub(lambda found: _in_words(found[1].splitlines()) or found[0], text)


def _in_words(lines: list[str]) -> str:
    kind, *rest = [line.strip() for line in lines if line.strip()] or [""]
    if kind.startswith(("flowchart", "graph")):
        return _Flowchart().read(rest)
    return _sequence(rest) if kind == "sequenceDiagram" else ""


class _Flowchart:
    """Boxes, groups of boxes, and the arrows between them."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._details: dict[str, str] = {}
        self._groups: dict[str, tuple[str, list[str]]] = {}
        self._arrows: dict[str, list[str]] = {}
        self._open: list[str] = []

    def read(self, lines: list[str]) -> str:
        """The list, "" if a line means something that is not known here."""
        for line in lines:
            if not (_SILENT.match(line) or self._take(line)):
                return ""
        told = [self._group(id_) for id_ in self._groups]
        told += [self._line(id_) for id_ in self._order()]
        return "\n".join(f"- {line}" for line in told)

    def _take(self, line: str) -> bool:
        if line == "end" and self._open:
            self._open.pop()
        elif found := _GROUP.fullmatch(line):
            self._groups[found[1]] = (_text(found[2]), [])
            self._open.append(found[1])
        elif found := _ARROW.fullmatch(line):
            source, target = self._box(found[1], found[2]), self._box(found[5], found[6])
            how = f" ({_text(found[4])})" if found[4] else " (dashed)" if found[3] == "-.->" else ""
            self._arrows.setdefault(source, []).append(target + how)
        elif found := _NODE.fullmatch(line):
            self._box(found[1], found[2])
        else:
            return False
        return True

    def _box(self, id_: str, label: str | None) -> str:
        if label is not None:
            name, _, more = label.partition("<br/>")
            self._labels[id_], self._details[id_] = _text(name), _text(more.replace("<br/>", ", "))
        elif id_ not in self._groups:
            self._labels.setdefault(id_, id_)
        if self._open and id_ not in self._groups:
            members = self._groups[self._open[-1]][1]
            members += [id_] if id_ not in members else []
        return id_

    def _order(self) -> list[str]:
        """What has arrows, then boxes outside of groups that no arrow touches."""
        touched = {target.partition(" ")[0] for targets in self._arrows.values() for target in targets}
        grouped = {member for _, members in self._groups.values() for member in members}
        alone = [id_ for id_ in self._labels if id_ not in self._arrows and id_ not in touched | grouped]
        return [*self._arrows, *alone]

    def _names(self, group: str) -> list[str]:
        """The names in a group; a single box may hold those of many."""
        members = self._groups[group][1]
        texts = [", ".join(filter(None, (self._labels[m], self._details.get(m)))) for m in members]
        return [name.strip() for text in texts for name in text.split(",")]

    def _group(self, id_: str) -> str:
        return f"{', '.join(map(_code, self._names(id_)))}: {self._groups[id_][0]}"

    def _name(self, id_: str) -> str:
        if id_ in self._groups:
            first, *others = self._names(id_) or [self._groups[id_][0]]
            return f"{_code(first)} and its group of {len(others) + 1}" if others else _code(first)
        return _code(self._labels.get(id_, id_))

    def _line(self, id_: str) -> str:
        detail = self._details.get(id_, "")
        name = self._name(id_) + (f" ({', '.join(map(_code, detail.split(', ')))})" if detail else "")
        targets = [self._target(target) for target in self._arrows.get(id_, ())]
        return f"{name} → {', '.join(targets)}" if targets else name

    def _target(self, target: str) -> str:
        id_, blank, how = target.partition(" ")
        return f"{self._name(id_)}{blank}{how}"


def _sequence(lines: list[str]) -> str:
    names: dict[str, str] = {}
    told = []
    for line in lines:
        if _SILENT.match(line):
            continue
        if found := _PARTICIPANT.fullmatch(line):
            names[found[1]] = _text(found[2] or found[1])
        elif found := _MESSAGE.fullmatch(line):
            source, target = (_code(names.get(found[end], found[end])) for end in (1, 2))
            told.append(f"{source} → {target}: {_text(found[3])}")
        else:
            return ""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(told, 1))


def _text(label: str) -> str:
    return _NUMBER.sub(lambda found: chr(int(found[1])) if int(found[1]) < 0x110000 else found[0], label)


def _code(name: str) -> str:
    return f"`{name.replace('`', chr(39))}`"
