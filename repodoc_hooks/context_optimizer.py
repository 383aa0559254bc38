"""Sections into requests: what to show of the code, in how many requests, and how large that is.

"Revise" shows the old text, the diff and the touched symbols; "write" shows signatures first, then bodies,
the most telling first, until the budget of tokens is full. Small components share a request; for one whose
signatures alone are too many, notes on its parts are taken first and then put together.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from repodoc_hooks.analysis.languages import CHARS_PER_TOKEN
from repodoc_hooks.backends.base import FileChange, SectionTask, WorkUnit
from repodoc_hooks.models.prompts import Material, answer_schema, output_tokens, system_prompt, task_prompt
from repodoc_hooks.pages.model import DEEP_SECTIONS

QUICK_TOKENS = 6_000
DEEP_TOKENS = 20_000
_SMALL = 900  # tokens up to which a section shares its request with others
_SHARED_TOKENS = 3_000
_SHARED_SECTIONS = 4
_MAX_PARTS = 8
_SIGNATURE_SHARE = 0.6
_DEPENDENCY_LINES = 40
_OVERHEAD = 130  # tokens that OpenCode adds about model and environment
_ENTRY = re.compile(r"(?:__init__|__main__|main|lib|mod|index|app|cli|core|client|server|api)\.\w+$")
_TEST = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec|fixtures|examples?)/|(?:_test|\.test|\.spec)\.\w+$|(?:^|/)test_"
)


@dataclass(frozen=True, slots=True)
class Packed:
    """A request, and the tasks whose answers it brings: `keys` are theirs in the answer, in the same order.

    `alone` are the requests that each task would have been by itself: answers are remembered under those.
    `parts` are requests to be answered before; `joined` then makes the request out of their notes. `why` says
    how it came to this shape.
    """

    unit: WorkUnit
    tasks: tuple[SectionTask, ...]
    keys: tuple[str, ...]
    why: str
    materials: tuple[Material, ...] = ()
    alone: tuple[WorkUnit, ...] = ()
    parts: tuple[WorkUnit, ...] = ()

    def joined(self, notes: Sequence[Sequence[str]]) -> WorkUnit:
        """The request that puts the notes on the parts together."""
        texts = [(f"Notes on part {number}", " ".join(each)) for number, each in enumerate(notes, 1)]
        material = Material(old_text=self.tasks[0].old_text or "", notes=texts)
        prompt = task_prompt(self.keys[0], self.tasks[0], material)
        return replace(self.unit, prompt=prompt, estimated_tokens=math.ceil(len(prompt) / 4) + _OVERHEAD)


def pack(tasks: Sequence[SectionTask], *, directory: str = "", ratio: float = 1.0) -> list[Packed]:
    """A request for each task. `directory` is where deep ones may read; `ratio` calibrates estimates."""
    return [_draft(task, directory, ratio) for task in tasks]


def share(drafts: Sequence[Packed], ratio: float = 1.0) -> list[Packed]:
    """Fewer requests for the same tasks: small sections that stand next to each other go together."""
    small = [d for d in drafts if not d.parts and not d.unit.deep and d.unit.estimated_tokens <= _SMALL]
    packed = [d for d in drafts if d not in small]
    packed += [_shared(group, ratio) for group in _groups(small)]
    order = {draft.tasks[0].id: number for number, draft in enumerate(drafts)}
    return sorted(packed, key=lambda each: order[each.tasks[0].id])


def chars_per_token(task: SectionTask) -> float:
    """The average over the languages of the files, by their number."""
    counted = Counter(file.language for file in task.files or task.changes)
    total = sum(counted.values())
    if not total:
        return 4.0
    return sum(CHARS_PER_TOKEN.get(language, 4.0) * n for language, n in counted.items()) / total


def importance(file: FileChange) -> float:
    """How much a file tells about its component: entry points and wide interfaces much, tests little."""
    score = math.log2(1 + len(file.interface))
    score += 3.0 if _ENTRY.search(posixpath.basename(file.path)) else 0.0
    return score - (6.0 if _TEST.search(file.path) else 0.0)


def diff_of(change: FileChange) -> str:
    """A change as a unified diff without header; a new or removed file as such."""
    if change.new is None:
        return "(removed)"
    if change.old is None:
        return change.new
    lines = difflib.unified_diff(change.old.splitlines(), change.new.splitlines(), n=3, lineterm="")
    return "\n".join(list(lines)[2:])


def _draft(task: SectionTask, directory: str, ratio: float) -> Packed:
    """The request for one task alone."""
    deep = task.kind in DEEP_SECTIONS
    # Without calibration: the same sections must give the same prompt, and so the same remembered answer.
    room = int((DEEP_TOKENS if deep else QUICK_TOKENS) * chars_per_token(task))
    revision = _revision(task, room)
    if revision is not None:
        return _packed(task, revision, ratio, "", f"revise: {len(revision.changes)} changed files as diffs")
    if task.kind == "overview":
        return _packed(
            task, _overview_material(task, room), ratio, "", "write: from the components' summaries"
        )
    signatures = _signatures(task.files or task.changes)
    if len(signatures) > _SIGNATURE_SHARE * room:
        return _split(task, room, ratio)
    material = _whole(task, signatures, room, reads=deep and bool(directory))
    shown = f"signatures and {len(material.bodies)} of {len(task.files)} files"
    return _packed(task, material, ratio, directory if deep else "", f"write: {shown}")


def _packed(task: SectionTask, material: Material, ratio: float, directory: str, why: str) -> Packed:
    unit = _unit([task], [task_prompt("s1", task, material)], [material.keep], ratio, directory)
    return Packed(unit, (task,), ("s1",), why, (material,), (unit,))


def _unit(
    tasks: Sequence[SectionTask],
    prompts: Sequence[str],
    keeps: Sequence[bool],
    ratio: float,
    directory: str = "",
) -> WorkUnit:
    prompt = "\n\n".join(prompts)
    system = system_prompt()
    chars = sum(len(text) / chars_per_token(task) for text, task in zip(prompts, tasks, strict=True))
    estimate = (chars + len(system) / 4 + _OVERHEAD) * ratio
    kinds = {f"s{n}": (task.kind, keep) for n, (task, keep) in enumerate(zip(tasks, keeps, strict=True), 1)}
    return WorkUnit(
        id=tasks[0].id if len(tasks) == 1 else f"{tasks[0].id}+{len(tasks) - 1}",
        sections=tuple(task.id for task in tasks),
        system=system,
        prompt=prompt,
        schema=answer_schema(kinds),
        max_output_tokens=output_tokens([task.kind for task in tasks]),
        estimated_tokens=math.ceil(estimate),
        deep=tasks[0].kind in DEEP_SECTIONS,
        directory=directory,
        inputs=_hash_of(tasks[0].files) if directory else "",
    )


def _hash_of(files: Iterable[FileChange]) -> str:
    texts = sorted((file.path, file.new or "") for file in files)
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogateescape")).hexdigest()


def _revision(task: SectionTask, room: int) -> Material | None:
    """The material of a revision; None where writing anew shows more, or there is nothing to revise."""
    if not task.old_text:
        return None
    first_seen = all(change.old is None for change in task.changes)
    if task.changes and first_seen and len(task.changes) >= len(task.files):
        return None
    changes = [(change.path, diff_of(change)) for change in sorted(task.changes, key=lambda c: c.path)]
    if task.kind == "overview":
        return replace(_overview_material(task, room), old_text=task.old_text, keep=True)
    if sum(len(body) for _, body in changes) > room:
        return None
    unsaid = not changes  # an interface that the component uses has changed
    return Material(
        old_text=task.old_text,
        keep=True,
        touched=[symbol for change in task.changes for symbol in change.touched],
        changes=changes,
        dependencies=_lines(task.dependencies) if unsaid else "",
    )


def _whole(task: SectionTask, signatures: str, room: int, *, reads: bool) -> Material:
    left = room - len(signatures)
    dependencies = _lines(task.dependencies)[: max(0, left // 5)]
    left -= len(dependencies)
    bodies: list[tuple[str, str]] = []
    if not reads:
        for file in sorted(task.files or task.changes, key=lambda file: (-importance(file), file.path)):
            body = file.new or ""
            if body and len(body) <= left:
                bodies.append((file.path, body))
                left -= len(body)
    return Material(
        old_text=task.old_text or "",
        reads=reads,
        signatures=signatures,
        dependencies=dependencies,
        bodies=bodies,
        notes=_told(task),
    )


def _split(task: SectionTask, room: int, ratio: float) -> Packed:
    """Notes on parts first: the files in order of their path, so that a part is a piece of the component."""
    parts: list[list[FileChange]] = [[]]
    size = 0
    for file in task.files or task.changes:
        length = len(_signatures([file])) + 1
        if parts[-1] and size + length > _SIGNATURE_SHARE * room:
            parts.append([])
            size = 0
        parts[-1].append(file)
        size += length
    chosen = sorted(range(len(parts)), key=lambda n: -sum(importance(file) for file in parts[n]))[:_MAX_PARTS]
    units = []
    for number in sorted(chosen):
        piece = replace(task, files=tuple(parts[number]), changes=(), old_text=None, kind="part")
        material = _whole(piece, _signatures(parts[number])[:room], room, reads=False)
        unit = _unit([piece], [task_prompt("s1", piece, material)], [False], ratio)
        units.append(replace(unit, id=f"{task.id}/{number + 1}", sections=(task.id,)))
    last = replace(_packed(task, Material(), ratio, "", "").unit, deep=task.kind in DEEP_SECTIONS)
    why = f"write: notes on {len(units)} parts, then together; the signatures alone are too many"
    return Packed(last, (task,), ("s1",), why, parts=tuple(units))


def _shared(group: Sequence[Packed], ratio: float) -> Packed:
    """One request for several small sections."""
    if len(group) == 1:
        return group[0]
    tasks = [each.tasks[0] for each in group]
    materials = tuple(each.materials[0] for each in group)
    prompts = [task_prompt(f"s{n}", *each) for n, each in enumerate(zip(tasks, materials, strict=True), 1)]
    unit = _unit(tasks, prompts, [material.keep for material in materials], ratio)
    why = f"{len(group)} small sections in one request"
    return Packed(
        unit, tuple(tasks), tuple(unit.schema["required"]), why, materials, tuple(each.unit for each in group)
    )


def _groups(small: Iterable[Packed]) -> Iterable[list[Packed]]:
    """Neighbours together, as many as fit."""
    group: list[Packed] = []
    size = 0
    for each in small:
        full = len(group) == _SHARED_SECTIONS or size + each.unit.estimated_tokens > _SHARED_TOKENS
        if group and full:
            yield group
            group, size = [], 0
        group.append(each)
        size += each.unit.estimated_tokens
    if group:
        yield group


def _overview_material(task: SectionTask, room: int) -> Material:
    """The README's introduction and the components' summaries, each cut to its share."""
    components: Sequence[dict[str, Any]] = task.context.get("components") or ()
    share = max(80, room // max(1, len(components) + 4))
    lines = [f"{each['id']} ({each['kind']}): {_flat(each['summary'])[:share]}" for each in components]
    notes = [("Components", "\n".join(lines)[:room])] if lines else []
    if intro := str(task.context.get("readme_intro") or ""):
        notes.insert(0, ("From the README", intro[: 4 * share]))
    return Material(notes=notes)


def _told(task: SectionTask) -> list[tuple[str, str]]:
    summaries = task.context.get("file_summaries") or {}
    lines = [f"{path}: {_flat(str(text))[:200]}" for path, text in sorted(summaries.items())]
    return [("What the files say of themselves", _lines(lines))] if lines else []


def _signatures(files: Iterable[FileChange]) -> str:
    blocks = [
        "\n".join([file.path, *(f"  {line}" for line in file.interface)]) for file in files if file.interface
    ]
    return "\n".join(blocks)


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines[:_DEPENDENCY_LINES])


def _flat(text: str) -> str:
    return " ".join(text.split())
