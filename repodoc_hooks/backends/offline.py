"""Honest text without a model: only what docstrings, the README and the structure say.

Deterministic: the same task gives the same sentences, on any machine, whatever the order of its parts.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from repodoc_hooks.backends.base import FileChange, SectionResult, SectionTask

NAME = "offline"
_NAMES = {
    "c": "C",
    "cpp": "C++",
    "csharp": "C#",
    "c_sharp": "C#",
    "go": "Go",
    "java": "Java",
    "javascript": "JavaScript",
    "kotlin": "Kotlin",
    "php": "PHP",
    "python": "Python",
    "ruby": "Ruby",
    "rust": "Rust",
    "tsx": "TypeScript",
    "typescript": "TypeScript",
}
_SHOWN = 5


def result(task: SectionTask) -> SectionResult:
    """The section as a finished result."""
    return SectionResult(task.id, "generated", task.reason, write(task), backend=NAME)


def write(task: SectionTask) -> dict[str, Any]:
    """`{"text": [sentence, ...]}`, with empty `participants` and `steps` for a walkthrough."""
    text = _overview(task) if task.kind == "overview" else _component(task)
    return {"text": text, "participants": [], "steps": []} if task.kind == "walkthrough" else {"text": text}


def _component(task: SectionTask) -> list[str]:
    files = sorted((f for f in task.files or task.changes if f.new is not None), key=lambda file: file.path)
    told = _told(task.context)
    described = [(file, _summary_of(file)) for file in files]
    lead = told or next((text for file, text in described if text and _is_entry(file.path)), "")
    sentences = [lead] if lead else []
    sentences.append(_structure(task, files))
    parts = [f"`{posixpath.basename(f.path)}`: {text}" for f, text in described if text and text != lead]
    sentences += [_sentence(part) for part in parts[:_SHOWN]]
    if public := _public(files):
        sentences.append(f"Its public interface begins with {_listed(public)}.")
    return _distinct(sentences)


def _overview(task: SectionTask) -> list[str]:
    told = _told(task.context)
    summaries = task.context.get("summaries", {})
    names = sorted(summaries) if isinstance(summaries, dict) else []
    sentences = [told] if told else []
    if names:
        count = "one component" if len(names) == 1 else f"{len(names)} components"
        sentences.append(f"The repository has {count}: {_listed([f'`{name}`' for name in names])}.")
    else:
        files = sorted(
            (f for f in task.files or task.changes if f.new is not None), key=lambda file: file.path
        )
        sentences.append(_structure(task, files))
    return _distinct(sentences)


def _told(context: Any) -> str:
    """What the author says in a package docstring, a manifest or the README."""
    for name in ("description", "docstring", "readme"):
        value = context.get(name)
        if isinstance(value, str) and (text := first_paragraph(value)):
            return text
    return ""


def _structure(task: SectionTask, files: Sequence[FileChange]) -> str:
    counted = Counter(_NAMES.get(file.language, file.language) for file in files)
    if not counted:
        return f"`{task.title}` has no source files of a language that is read."
    kinds = [f"{n} {name} {'file' if n == 1 else 'files'}" for name, n in sorted(counted.items())]
    symbols = sum(len(file.interface) for file in files)
    public = f" with {symbols} public {'symbol' if symbols == 1 else 'symbols'}" if symbols else ""
    return f"`{task.title}` consists of {_joined(kinds)}{public}."


def _public(files: Iterable[FileChange]) -> list[str]:
    names = []
    for file in files:
        for line in file.interface:
            if found := re.search(
                r"(?:\b(?:class|def|func|fn|struct|enum|trait|interface|type)\s+)?([A-Za-z_]\w*)\s*"
                r"(?=[(<:{=\[;]|$|\s)",
                _without_prefix(line),
            ):
                names.append(f"`{found.group(1)}`")
                break
    return sorted(set(names))


def _without_prefix(line: str) -> str:
    """A signature from the word on that introduces its name."""
    found = re.search(
        r"\b(?:class|def|func|fn|struct|enum|trait|interface|type|function)\s+(?:\([^)]*\)\s*)?", line
    )
    return line[found.end() :] if found else line


def _summary_of(file: FileChange) -> str:
    """The first sentence of the comment or docstring that opens a file, "" without one."""
    text = (file.new or "").lstrip("\ufeff")
    if file.language == "python":
        found = re.match(r"(?:\s*#[^\n]*\n)*\s*[rRuU]?(\"\"\"|''')(.*?)\1", text, re.DOTALL)
        return first_paragraph(found.group(2)) if found else ""
    found = re.match(r"\s*(?:#!\S[^\n]*\n|<\?php\s*)?\s*/\*[*!]?(.*?)\*/", text, re.DOTALL)
    if found:
        block = re.sub(r"^\s*\* ?", "", found.group(1), flags=re.MULTILINE)
    else:
        found = re.match(r"\s*((?://[/!]?[^\n]*\n)+)", text)
        block = re.sub(r"^\s*//[/!]? ?", "", found.group(1), flags=re.MULTILINE) if found else ""
    return (
        "" if re.search(r"copyright|licen[cs]e|SPDX|^\s*@", block, re.IGNORECASE) else first_paragraph(block)
    )


def first_paragraph(text: str) -> str:
    """The first sentence of the first paragraph that is prose.

    No heading, badge, markup, list or directive.
    """
    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = [line.strip() for line in block.strip().splitlines()]
        lines = [line for line in lines if not re.fullmatch(r"[=\-~^*#`:.+]{2,}", line)]
        if not lines or re.match(r"#|<|!\[|\[!|\[?\[|\.\. |:\w|[-*+|>] |```|\$ |>>>|\d+\.\s", lines[0]):
            continue
        sentence = _first_sentence(" ".join(lines))
        if len(sentence.split()) >= 3:
            return sentence
    return ""


def _first_sentence(text: str) -> str:
    text = " ".join(text.split())
    found = re.search(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)[.!?](?=\s+[A-Z`\"'(]|$)", text)
    return _sentence(text[: found.end()] if found else text)


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else text.rstrip(":;,") + "."


def _is_entry(path: str) -> bool:
    stem = posixpath.basename(path).partition(".")[0]
    return stem in {"__init__", "index", "mod", "lib", "main", "doc", "package-info"}


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    shown = list(names[:_SHOWN])
    return _joined([*shown, f"{more} more"] if more > 0 else shown)


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _distinct(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in dict.fromkeys(sentences) if sentence]
