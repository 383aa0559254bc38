"""What models are asked, from the templates in `templates/prompts`, and the form their answers must have.

The repository's own templates (`templates:` in the configuration) may replace each of them by its name. What a subject
is stands first in a request, the task last, so that a provider's cache of prefixes serves every section of a subject.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from repodoc_hooks.analysis import HASH_DIGITS
from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.pages.templates import NO_OVERRIDES, Overrides, fill, text_of
from repodoc_hooks.pages.text import code
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionTask

_SYSTEM, _MATERIAL, _TASK, _REPAIR = (f"prompts/{n}.j2" for n in ("system", "material", "task", "repair"))
_ALWAYS = (_SYSTEM, _MATERIAL, _TASK, _REPAIR)


class Material(Struct, frozen=True):
    """What is quoted in one task's prompt; all texts are the repository's.

    What the subject is stands first, and is the same for every kind of section; then what has changed.
    """

    outline: str = ""
    elsewhere: str = ""
    readme: str = ""
    components: str = ""
    dependencies: str = ""
    users: str = ""
    bodies: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    old_text: str = ""
    keep: bool = False
    reads: bool = False
    touched: Sequence[str] = ()
    changes: Sequence[tuple[str, str]] = ()
    new: Sequence[tuple[str, str]] = ()
    removed: Sequence[tuple[str, str]] = ()
    moved: str = ""


_STABLE = ("outline", "elsewhere", "readme", "components", "dependencies", "users", "bodies", "notes")


def system_prompt(templates: Overrides = NO_OVERRIDES) -> str:
    """The system prompt of every request; `templates` are the repository's own, which come first.

    Raises:
        ConfigError: a template of the user's does not work.
    """
    return fill(_SYSTEM, templates).strip()


def own_prompts(templates: Overrides) -> dict[str, str]:
    """The prompts among the repository's own templates, by name: what another machine needs of them."""
    return {name: text for name, text in templates.texts if name.startswith("prompts/")}


def task_prompt(key: str, task: SectionTask, material: Material, templates: Overrides = NO_OVERRIDES) -> str:
    """The prompt of one task, whose answer goes under `key`.

    Raises:
        ConfigError: as `system_prompt`.
    """
    kind = KINDS[task.kind]
    what = f"{task.context.get('component_kind') or ''} {task.title}".strip()
    if task.component not in (".", task.title) and "index" not in kind.pages:
        what += f" ({task.component})"
    quoted = {**asdict(material), "touched": list(dict.fromkeys(material.touched))[:30]}
    form = KINDS[task.kind].form
    told = {"key": key, "kind": kind.name, "form": form, "wanted": fill(kind.prompt, templates, what=what)}
    shown = shown_material(material, templates)
    asked = fill(_TASK, templates, mark=_mark(quoted), **told, **quoted).strip()
    return f"{shown}\n\n{asked}" if shown else asked


def shown_material(material: Material, templates: Overrides = NO_OVERRIDES) -> str:
    """What a prompt shows of a subject, whatever is then asked about it.

    Raises:
        ConfigError: as `system_prompt`.
    """
    whole = asdict(material)
    stable = {name: whole[name] for name in _STABLE}
    # The quoted text cannot contain the end of its own quotation: that would be a hash of itself.
    return fill(_MATERIAL, templates, mark=_mark(stable), **stable).strip()


@cache
def digest(kind: str, templates: Overrides = NO_OVERRIDES) -> str:
    """The version of the prompts for a kind of section: of all their words, the repository's own included."""
    own = own_prompts(templates)
    names = sorted({*_ALWAYS, KINDS[kind].prompt})
    words = [f"{name}\0{own.get(name) or text_of(name)}" for name in names]
    return hashlib.sha256("\0".join(words).encode("utf-8", "surrogateescape")).hexdigest()[:HASH_DIGITS]


def _mark(quoted: Mapping[str, Any]) -> str:
    return hashlib.sha256(repr(quoted).encode("utf-8", "surrogateescape")).hexdigest()[:8]


def repaired(
    unit: WorkUnit, answer: Mapping[str, Any], names: Sequence[str], templates: Overrides = NO_OVERRIDES
) -> WorkUnit:
    """The request that asks for an answer without some names; it begins as the first one did, for a provider's cache.

    Raises:
        ConfigError: as `system_prompt`.
    """
    text = json.dumps(answer, ensure_ascii=False)
    mark = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    more = fill(_REPAIR, templates, answer=text, names=[code(name) for name in names], mark=mark).strip()
    tokens = unit.estimated_tokens + math.ceil(len(more) / 3)
    return replace(unit, prompt=f"{unit.prompt}\n\n{more}", estimated_tokens=tokens)


def answer_schema(kinds: Mapping[str, tuple[str, bool]]) -> dict[str, Any]:
    """The schema of an answer: for each key its kind of section, and whether "keep" is allowed."""
    properties = {key: _section_schema(kind, keep) for key, (kind, keep) in kinds.items()}
    return {"type": "object", "required": list(kinds), "properties": properties}


def output_tokens(kinds: Sequence[str]) -> int:
    """How long the answer to such sections may become."""
    return sum(KINDS[kind].output_tokens for kind in kinds)


def _section_schema(kind: str, keep: bool) -> dict[str, Any]:
    sentence = {"type": "string", "minLength": 1, "maxLength": 1000}
    schema: dict[str, Any] = {
        "type": "object",
        "required": ["text"],
        "properties": {
            "text": {"type": "array", "minItems": 1, "maxItems": 40, "items": {**sentence, "minLength": 0}}
        },
    }
    if KINDS[kind].form == "walkthrough":
        name = {"type": "string", "minLength": 1, "maxLength": 100}
        step = {
            "type": "object",
            "required": ["from", "to", "text"],
            "properties": {"from": name, "to": name, "text": {**sentence, "maxLength": 200}},
        }
        schema["required"] += ["participants", "steps"]
        schema["properties"] |= {
            "participants": {"type": "array", "minItems": 1, "maxItems": 12, "items": name},
            "steps": {"type": "array", "minItems": 1, "maxItems": 24, "items": step},
        }
    if not keep:
        return schema
    kept = {"type": "object", "required": ["keep"], "properties": {"keep": {"const": True}}}
    return {"anyOf": [schema, kept]}
