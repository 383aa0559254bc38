"""Sections into requests: what to show of the code, in how many requests, and how large that is.

"Revise" shows the old text, the diff and the touched symbols; "write" shows the outline of the whole subject, then
bodies and extracts, the most telling first, until the budget of tokens is full. Small components share a
request; for one whose signatures alone are too many, notes on its parts are taken first and then put together. What
turns out to be too large for a model is asked again in smaller pieces.
"""

from __future__ import annotations

import difflib
import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.analysis.languages import record
from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides
from repodoc_hooks.prompts import Material, answer_schema, output_tokens, system_prompt, task_prompt
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.outline import bodies, importance, outline
from repodoc_hooks.sections.task import FileChange, SectionTask

QUICK_TOKENS = 6_000
DEEP_TOKENS = 20_000
_SMALL = 900  # tokens up to which a section shares its request with others
_SHARED_TOKENS = 3_000
_SHARED_SECTIONS = 4
_MAX_PARTS = 8
_LEAST_SCALE = 1 / 8
_SIGNATURE_SHARE = 0.6
_DEPENDENCY_LINES = 40
_OVERHEAD = 130  # tokens that OpenCode adds about model and environment


class Packed(Struct, frozen=True):
    """A request, and the tasks whose answers it brings: `keys` are theirs in the answer, in the same order.

    `alone` are the requests that each task would have been by itself: answers are remembered under those.
    `parts` are requests to be answered before, from the `pieces`; `joined` then makes the request out of their notes.
    `why` says
    how it came to this shape; `scale` is the share of the usual room for material that it fills, `templates`
    the repository's own, which come first; `names` are all files of a divided subject.
    """

    unit: WorkUnit
    tasks: tuple[SectionTask, ...]
    keys: tuple[str, ...]
    why: str
    materials: tuple[Material, ...] = ()
    alone: tuple[WorkUnit, ...] = ()
    parts: tuple[WorkUnit, ...] = ()
    scale: float = 1.0
    templates: Overrides = NO_OVERRIDES
    names: str = ""
    pieces: tuple[Material, ...] = ()

    def joined(self, notes: Sequence[Sequence[str]]) -> WorkUnit:
        """The request that puts the notes on the parts together."""
        material = Material(
            old_text=self.tasks[0].old_text or "",
            outline=self.names,
            notes=[" ".join(each) for each in notes],
        )
        prompt = task_prompt(self.keys[0], self.tasks[0], material, self.templates)
        return replace(self.unit, prompt=prompt, estimated_tokens=math.ceil(len(prompt) / 4) + _OVERHEAD)


def pack(
    tasks: Sequence[SectionTask],
    *,
    directory: str = "",
    ratio: float = 1.0,
    templates: Overrides = NO_OVERRIDES,
) -> list[Packed]:
    """A request for each task.

    `directory` is where deep ones may read; `ratio` calibrates estimates; `templates` are the
    repository's own, which come first.

    Raises:
        ConfigError: one of these does not work.
    """
    return [_Packer(ratio, templates).draft(task, directory) for task in tasks]


def share(drafts: Sequence[Packed], ratio: float = 1.0) -> list[Packed]:
    """Fewer requests for the same tasks: small sections that stand next to each other go together."""
    whole = [d for d in drafts if not d.parts and not d.unit.deep]
    small = [d for d in whole if d.unit.estimated_tokens <= _SMALL]
    groups = list(_groups(small))
    groups = _with_overview(groups, [d for d in whole if d not in small])
    shared = {id(draft) for group in groups for draft in group}
    packed = [d for d in drafts if id(d) not in shared]
    for group in groups:
        packer = _Packer(ratio, group[0].templates, group[0].scale)
        packed.append(packer.shared(group) if len(group) > 1 else group[0])
    order = {draft.tasks[0].id: number for number, draft in enumerate(drafts)}
    return sorted(packed, key=lambda each: min(order[task.id] for task in each.tasks))


def smaller(packed: Packed, ratio: float = 1.0) -> list[Packed]:
    """Requests for the same tasks that fit a smaller context: each alone, then with half the material.

    None when there is no sense in less. What reads for itself is shown an extract instead.
    """
    if len(packed.tasks) == 1 and packed.scale <= _LEAST_SCALE:
        return []
    scale = packed.scale if len(packed.tasks) > 1 else packed.scale / 2
    packer = _Packer(ratio, packed.templates, scale)
    found = [packer.draft(task, "") for task in packed.tasks]
    return [replace(each, why=f"{each.why}; made smaller to fit the model's context") for each in found]


def chars_per_token(task: SectionTask) -> float:
    """The average over the languages of the files, by their number."""
    counted = Counter(file.language for file in task.files or task.changes)
    total = sum(counted.values())
    if not total:
        return 4.0
    return sum(record(language).chars_per_token * n for language, n in counted.items()) / total


def diff_of(change: FileChange) -> str:
    """A change as a unified diff without header."""
    lines = difflib.unified_diff(
        (change.old or "").splitlines(), (change.new or "").splitlines(), n=3, lineterm=""
    )
    return "\n".join(list(lines)[2:])


class _Packer(Struct, frozen=True):
    """Makes requests: `ratio` calibrates their estimates, `scale` is the share of the usual room they may fill."""

    ratio: float
    templates: Overrides = NO_OVERRIDES
    scale: float = 1.0

    def draft(self, task: SectionTask, directory: str) -> Packed:
        """The request for one task alone."""
        deep = KINDS[task.kind].deep
        # Without calibration: the same sections must give the same prompt, and so the same remembered answer.
        room = int((DEEP_TOKENS if deep else QUICK_TOKENS) * chars_per_token(task) * self.scale)
        revision = _revision(task, room)
        if revision is not None:
            return self._alone(task, revision, f"revise: {len(revision.changes)} changed files as diffs")
        if task.kind == "overview":
            return self._alone(task, _overview_material(task, room), "write: from the components' summaries")
        signatures = _signatures(task.files or task.changes)
        if len(signatures) > _SIGNATURE_SHARE * room:
            return self._split(task, room)
        material = _whole(task, room, reads=deep and bool(directory))
        shown = f"outline, and text of {len(material.bodies)} of {len(task.files)} files"
        return self._alone(task, material, f"write: {shown}", directory if deep else "")

    def shared(self, group: Sequence[Packed]) -> Packed:
        """One request for several small sections."""
        tasks = [each.tasks[0] for each in group]
        materials = tuple(each.materials[0] for each in group)
        unit = self._unit(tasks, materials)
        why = f"{len(group)} small sections in one request"
        alone = tuple(each.unit for each in group)
        keys = tuple(unit.schema["required"])
        return Packed(unit, tuple(tasks), keys, why, materials, alone, (), self.scale, self.templates)

    def _alone(self, task: SectionTask, material: Material, why: str, directory: str = "") -> Packed:
        unit = self._unit([task], [material], directory)
        return Packed(unit, (task,), ("s1",), why, (material,), (unit,), (), self.scale, self.templates)

    def _unit(
        self, tasks: Sequence[SectionTask], materials: Sequence[Material], directory: str = ""
    ) -> WorkUnit:
        numbered = enumerate(zip(tasks, materials, strict=True), 1)
        prompts = [task_prompt(f"s{n}", task, material, self.templates) for n, (task, material) in numbered]
        system = system_prompt(self.templates)
        chars = sum(len(text) / chars_per_token(task) for text, task in zip(prompts, tasks, strict=True))
        estimate = (chars + len(system) / 4 + _OVERHEAD) * self.ratio
        pairs = enumerate(zip(tasks, materials, strict=True), 1)
        return WorkUnit(
            id=tasks[0].id if len(tasks) == 1 else f"{tasks[0].id}+{len(tasks) - 1}",
            sections=tuple(task.id for task in tasks),
            system=system,
            prompt="\n\n".join(prompts),
            schema=answer_schema({f"s{n}": (task.kind, material.keep) for n, (task, material) in pairs}),
            max_output_tokens=output_tokens([task.kind for task in tasks]),
            estimated_tokens=math.ceil(estimate),
            deep=KINDS[tasks[0].kind].deep,
            directory=directory,
            inputs=_hash_of(tasks[0].files) if directory else "",
        )

    def _split(self, task: SectionTask, room: int) -> Packed:
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
        chosen = sorted(range(len(parts)), key=lambda n: -sum(importance(file) for file in parts[n]))
        units, pieces = [], []
        for number in sorted(chosen[:_MAX_PARTS]):
            piece = replace(task, files=tuple(parts[number]), changes=(), old_text=None, kind="part")
            material = _whole(piece, room, reads=False)
            unit = self._unit([piece], [material])
            units.append(replace(unit, id=f"{task.id}/{number + 1}", sections=(task.id,)))
            pieces.append(material)
        why = f"write: notes on {len(units)} parts, then together; the signatures alone are too many"
        names = outline([replace(f, interface=(), offered=()) for f in task.files or task.changes], room // 2)
        alone = self._alone(task, Material(), why)
        return replace(alone, materials=(), alone=(), parts=tuple(units), pieces=tuple(pieces), names=names)


def _hash_of(files: Iterable[FileChange]) -> str:
    texts = sorted((file.path, file.new or "") for file in files)
    return hashlib.sha256(repr(texts).encode("utf-8", "surrogateescape")).hexdigest()


def _revision(task: SectionTask, room: int) -> Material | None:
    """The material of a revision; None where writing anew shows more, and where there is nothing new to show."""
    if not task.old_text:
        return None
    first_seen = all(change.old is None for change in task.changes)
    if task.changes and first_seen and len(task.changes) >= len(task.files):
        return None
    if task.kind == "overview":
        return replace(_overview_material(task, room), old_text=task.old_text, keep=True)
    files = sorted(task.changes, key=lambda change: change.path)
    changes = [(c.path, diff_of(c)) for c in files if c.old is not None and c.new is not None]
    new = [(c.path, c.new) for c in files if c.old is None and c.new is not None]
    removed = [(c.path, "\n".join(c.interface)) for c in files if c.new is None]
    moved = _lines(task.moved)
    size = sum(len(body) for _, body in (*changes, *new, *removed)) + len(moved)
    if not (size or removed) or size > room:
        return None
    return Material(
        old_text=task.old_text,
        keep=True,
        touched=[symbol for change in files for symbol in change.touched],
        changes=changes,
        new=new,
        removed=removed,
        moved=moved,
    )


def _whole(task: SectionTask, room: int, *, reads: bool) -> Material:
    files = task.files or task.changes
    shown = outline(files, int(_SIGNATURE_SHARE * room))
    left = room - len(shown)
    elsewhere = _elsewhere(task)[: max(0, left // 4)]
    left -= len(elsewhere)
    dependencies = _lines(task.dependencies)[: max(0, left // 5)]
    left -= len(dependencies)
    users = _lines(task.users)[: max(0, left // 5)]
    left -= len(users)
    return Material(
        old_text=task.old_text or "",
        reads=reads,
        outline=shown,
        elsewhere=elsewhere,
        dependencies=dependencies,
        users=users,
        bodies=[] if reads else bodies(files, left),
    )


def _elsewhere(task: SectionTask) -> str:
    """The files of the subject that have pages of their own: what each says of itself, and the names it offers."""
    lines = [
        "  ".join(
            filter(None, (f"{each['path']}: {_flat(each['summary'])[:160]}", ", ".join(each["names"][:12])))
        )
        for each in task.context.get("elsewhere") or ()
    ]
    parts = [f"{each['title']}: {_flat(each['summary'])[:300]}" for each in task.context.get("parts") or ()]
    return "\n".join(parts + lines)


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


def _with_overview(groups: Sequence[list[Packed]], larger: Sequence[Packed]) -> list[list[Packed]]:
    """The groups, the overview put into the smallest request that has summaries which it follows from."""
    rider = next((group for group in groups if [d.tasks[0].kind for d in group] == ["overview"]), None)
    hosts = [group for group in groups if group is not rider] + [[draft] for draft in larger]
    if rider is None or not hosts:
        return list(groups)
    host = min(hosts, key=lambda group: sum(draft.unit.estimated_tokens for draft in group))
    return [group for group in groups if group is not rider and group is not host] + [host + rider]


def _overview_material(task: SectionTask, room: int) -> Material:
    """The README's introduction and the components' summaries, each cut to its share, with what changed in each."""
    components: Sequence[dict[str, Any]] = task.context.get("components") or ()
    share = max(80, room // max(1, len(components) + 4))
    lines = []
    for each in components:
        lines.append(f"{each['id']} ({each['kind']}): {_flat(each['summary'])[:share]}")
        if task.old_text and each.get("changed"):
            lines.append(f"  changed: {_flat(each['changed'])[:share]}")
    lines += [f"{component}: removed" for component in task.context.get("gone") or ()]
    intro = str(task.context.get("readme_intro") or "")
    return Material(readme=intro[: 4 * share], components="\n".join(lines)[:room])


def _signatures(files: Iterable[FileChange]) -> str:
    blocks = [
        "\n".join([file.path, *(f"  {line}" for line in file.interface)]) for file in files if file.interface
    ]
    return "\n".join(blocks)


def _lines(lines: Sequence[str]) -> str:
    return "\n".join(lines[:_DEPENDENCY_LINES])


def _flat(text: str) -> str:
    return " ".join(text.split())
