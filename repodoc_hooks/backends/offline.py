"""Honest text without a model: only what manifests, documentation comments, the README and the structure say.

Deterministic, and without counts: a sentence changes only when what it is taken from changes. Words that describe
nothing (tasks, directives, the name once more) are passed over.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from repodoc_hooks.analysis import readme
from repodoc_hooks.analysis.description import says_something
from repodoc_hooks.analysis.languages import language_of
from repodoc_hooks.analysis.naming import TYPES
from repodoc_hooks.backends.contents import contents, listed
from repodoc_hooks.sections.kinds import KINDS
from repodoc_hooks.sections.task import SectionResult, SectionTask

NAME = "offline"
_PACKAGE_DOCUMENTS = {
    "python": ("__init__",),
    "rust": ("lib", "mod"),
    "go": ("doc",),
    "java": ("package-info",),
    "javascript": ("index", "mod"),
    "typescript": ("index", "mod"),
    "tsx": ("index", "mod"),
}
"""Language -> stems of the files whose first comment speaks for the whole package."""
_A_TYPE_A_FILE = frozenset({"java", "kotlin", "scala", "csharp", "php", "swift"})
"""Languages in which the first words of a file are those of its type, and say little of the directory around it."""
_PROGRAMS = ("main", "__main__")
_SOURCE_FOLDERS = ("", "src", "lib")
_NOUN_PHRASE = (" the ", " a ", " an ")
_SHOWN = 8


def result(task: SectionTask) -> SectionResult:
    """The section as a finished result."""
    return SectionResult(task.id, "generated", task.reason, write(task), cost_usd=0.0, backend=NAME)


def write(task: SectionTask) -> dict[str, Any]:
    """`{"text": [sentence, ...]}`, with empty `participants` and `steps` for a walkthrough."""
    text = _overview(task) if "index" in KINDS[task.kind].pages else _component(task)
    return (
        {"text": text, "participants": [], "steps": []}
        if KINDS[task.kind].form == "walkthrough"
        else {"text": text}
    )


def is_introduced(task: SectionTask) -> bool:
    """Manifest, package documentation or README tell what it is: nothing that it consists of is looked at."""
    return "index" not in KINDS[task.kind].pages and bool(_lead(task))


def _component(task: SectionTask) -> list[str]:
    """What manifest, package documentation or README say; failing that, what it defines and what its files say."""
    if lead := _lead(task):
        return [_sentence(lead)]
    summaries = _texts(task.context.get("file_summaries"))
    symbols = _symbols(task.context.get("symbols"))
    names = _file_names(summaries)
    is_file = language_of(task.component) is not None
    told = [
        (names[path], summaries[path])
        for path in sorted(summaries)
        if says_something(summaries[path], (posixpath.basename(path).partition(".")[0],), fewest=1)
    ]
    if told and is_file:
        return [_sentence(told[0][1]), *contents(task), ""]
    told = told or [(name, summary) for _, name, summary in symbols if says_something(summary, (name,), 1)]
    if len(told) == len(symbols) == 1 and is_file:
        return [_item(*told[0]).removeprefix("- ")]
    return [*contents(task), "", *_distinct(_item(*one) for one in told[:_SHOWN])]


def _lead(task: SectionTask) -> str:
    """What manifest, package documentation, README or program say, "" for nothing."""
    summaries = _texts(task.context.get("file_summaries"))
    described = str(task.context.get("description", ""))
    by_readme = posixpath.basename(str(task.context.get("described_by", ""))) in readme.NAMES
    declared, introduced = ("", described) if by_readme else (described, "")
    return declared or _package_summary(task, summaries) or introduced or _program_summary(task, summaries)


def _file_names(paths: Collection[str]) -> dict[str, str]:
    """What to call files beside each other: their names, with the directories around those that share one."""
    shared = Counter(map(posixpath.basename, paths))
    around = posixpath.commonpath([posixpath.dirname(path) for path in paths]) if paths else ""
    return {
        path: posixpath.relpath(path, around or ".") if shared[name] > 1 else name
        for path in paths
        for name in (posixpath.basename(path),)
    }


def _item(name: str, summary: str) -> str:
    """One line of the list; a summary that begins with the name (as Go's do) reads as a sentence."""
    if summary.startswith(f"{name} ") and not summary[len(name) :].startswith(_NOUN_PHRASE):
        return _sentence(f"- `{name}`{summary[len(name) :]}")
    return _sentence(f"- `{name}`: {summary.removeprefix(f'{name} ')}")


def _overview(task: SectionTask) -> list[str]:
    intro = str(task.context.get("readme_intro", ""))
    if intro:
        return [_sentence(intro)]
    if lead := _lead(task):
        return [_sentence(lead)]
    components: Sequence[Mapping[str, Any]] = task.context.get("components") or ()
    titles = [str(c["title"]) for c in components]
    if len(components) == 1 and not task.files and components[0].get("summary"):
        return [str(components[0]["summary"]).partition("\n")[0]]
    if titles:
        return [
            f"Consists of {listed(_distinct(titles))}.",
            "Neither a README nor a manifest introduces it.",
        ]
    return _component(task) if task.files else ["Neither a README nor a manifest introduces it."]


def _package_summary(task: SectionTask, summaries: Mapping[str, str]) -> str:
    """The documentation of the package: of the file that stands for it in its language, or of the one named like it."""
    name = task.title.replace(".", "/").rsplit("/", 1)[-1]
    own: list[tuple[int, str]] = []
    part = task.context.get("component_kind") == "part"
    for path in _top_files(task, summaries):
        stem = posixpath.basename(path).partition(".")[0]
        language = language_of(path) or ""
        named = () if part and language in _A_TYPE_A_FILE else (name,)
        stems = (*_PACKAGE_DOCUMENTS.get(language, ()), *named)
        if language == "go" and summaries[path].startswith(("Package ", "Command ")):
            own.append((0, path))
        elif stem in stems:
            own.append((stems.index(stem) + 1, path))
    for _, path in sorted(own, key=lambda item: (item[0], item[1].count("/"), item[1])):
        if says_something(summaries[path], (name, task.title)):
            return summaries[path]
    return ""


def _program_summary(task: SectionTask, summaries: Mapping[str, str]) -> str:
    """The description of the program that the component is."""
    for path in _top_files(task, summaries):
        if posixpath.basename(path).partition(".")[0] in _PROGRAMS and says_something(
            summaries[path], (task.title,)
        ):
            return summaries[path]
    return ""


def _top_files(task: SectionTask, summaries: Mapping[str, str]) -> list[str]:
    """The described files at the top of the component, those nearest first."""
    top = "" if task.component == "." else f"{task.component}/"
    found = [path for path in summaries if posixpath.dirname(path.removeprefix(top)) in _SOURCE_FOLDERS]
    return sorted(found, key=lambda path: (path.count("/"), path))


def _symbols(symbols: Any) -> list[tuple[bool, str, str]]:
    """(is a type, name, summary) of the public symbols, types first."""
    found = {
        (symbol["kind"] in TYPES, symbol["name"]): symbol["summary"]
        for symbol in (symbols if isinstance(symbols, Sequence) else ())
    }
    rows = [(is_type, name, summary) for (is_type, name), summary in found.items()]
    return sorted(rows, key=lambda row: (not row[0], row[1].casefold(), row[1]))


def _texts(value: Any) -> dict[str, str]:
    return {str(k): str(v) for k, v in value.items() if v} if isinstance(value, Mapping) else {}


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    if text.endswith((".", "!", "?", "\u3002", "\uff01", "\uff1f")):
        return text
    text = text.rstrip(":;,")
    return text + ("\u3002" if readme.is_written_without_spaces(text[-1:]) else ".")


def _distinct(sentences: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(sentences))
