"""Answers held against what there is: every code span, path, option and call in them names something that exists.

Something exists that stands, as a word, in the subject's files, in the interfaces that it uses or is used by, in what
its manifests and files say of themselves, or anywhere in the tree (the pages that we wrote excepted). Keywords and
builtins of languages pass. What a model invented is repaired once, then the sentence that names it is left out.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from repodoc_hooks.events import EventBus, Message, SentencesDropped
from repodoc_hooks.expressions import expression
from repodoc_hooks.sections.task import SectionResult, SectionTask

Lookup = Callable[[Collection[str]], Collection[str]]
"""Of some words, paths and options those that the tree has."""

NOTHING_LEFT = "nothing is left of the answer: it named what does not exist, or said nothing"

_SPAN = expression(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_CALL = expression(r"(?<![\w`.])([^\W\d]\w*(?:(?:\.|::)[^\W\d]\w*)*)\(\)")
_SNAKE = expression(r"(?<![\w`./-])[^\W\d_]\w*_\w+(?![\w`/-])")
_PATH = expression(r"(?<![\w`./:-])(?:[\w@.-]+/)+[\w@-]+\.[A-Za-z]\w{0,9}(?![\w`/-])")
_WORD = expression(r"[^\W\d]\w*")
_OPTION = expression(r"(?<![\w-])--?[A-Za-z][\w-]*")
_FILE = expression(r"(?:[\w@.+-]+/)*[\w@.+-]*\w\.[A-Za-z]\w{0,9}$|(?:[\w@.+-]+/)+[\w@.+-]*$")
_SUFFIX = expression(
    r"\.(?:c|cc|cfg|cjs|cpp|cs|css|go|gradle|h|hpp|html|ini|java|js|json|jsx|kt|kts|lock|md|mjs|mod|php|proto|py|pyi|rb|rs|"
    r"rst|sh|sql|sum|swift|toml|ts|tsx|txt|xml|ya?ml)$"
)
_MOST = 60
_LANGUAGE_WORDS = """
    abstract alias any array as assert async await bigint bool boolean box break byte case catch char class clone
    const constructor continue copy crate data date debug def default defer del delete deref derive dict display do
    double drop dyn elif else end ensure enum err error eval except export extends extension extern false final
    finally float fmt fn for foreach from fun func function future generic get global go goto hash hashmap hashset i128
    i16 i32 i64 i8 id if impl implements implicit import in include init inline instanceof int int16 int32 int64 int8
    integer interface internal into is isize item iter iterator json key lambda len let lib list lock long loop macro
    main make map match mod module move mut mutex namespace native new next nil none not nothing null number object of
    ok on open operator option optional or out override package panic param partial pass path plain print private proc
    promise protected protocol pub public raise range rc read readonly record ref register regexp require rescue
    result ret return rune sealed select self set short signed size sized sizeof slice static stderr stdin stdout str
    string struct suite sum super switch symbol synchronized table template then this throw throws to trait true try
    tuple type typedef typename typeof u128 u16 u32 u64 u8 uint undefined union unit unless unsafe unsigned use using
    usize val value var vec virtual void volatile when where while with write yaml toml xml html http https tcp udp url
    uri utf utf8 ascii get post put patch head options sync send std core alloc java javax kotlin system php ruby node
    npm cargo python api cli sdk ast args kwargs argv env ctx
    """
_TYPE_WORDS = """
    Any Arc Array Boolean Box Bool Byte Char Class Date Dict Double Err Error Exception False Float Future GET POST PUT
    PATCH DELETE HEAD OPTIONS HTML HTTP HTTPS HashMap HashSet Int Int32 Int64 Integer Iterable Iterator JSON List Long
    Map None Null Number Object Ok Option Optional Promise Rc RegExp Result Self Set Some String Symbol TCP TOML
    True Tuple UDP URI URL UTF Unit Vec Void XML YAML ASCII
    """
_KNOWN = frozenset((*_LANGUAGE_WORDS.split(), *_TYPE_WORDS.split(), *keyword.kwlist, *dir(builtins)))


class Checked(Struct, frozen=True):
    """An answer without what it may not say: its data, the names that do not exist, how many sentences went."""

    data: Mapping[str, Any]
    names: tuple[str, ...] = ()
    dropped: int = 0


def unknown_names(task: SectionTask, data: Mapping[str, Any], lookup: Lookup) -> tuple[str, ...]:
    """What an answer to a task names and nothing has, as it stands there, in order."""
    found = {name: None for text in _texts(data) for name in _names(text)}
    return tuple(name for name in found if name in _missing(task, found, lookup))


def without_unknown(data: Mapping[str, Any], names: Collection[str]) -> Checked:
    """The answer without the sentences, steps and participants that name one of the `names`."""
    bad = set(names)
    if not bad:
        return Checked(data)

    def good(text: object) -> bool:
        return not (isinstance(text, str) and bad.intersection(_names(text)))

    kept = {**data, "text": [text for text in data.get("text", ()) if good(text)]}
    dropped = len(data.get("text", ())) - len(kept["text"])
    if "steps" in data:
        actors = [name for name in data.get("participants", ()) if good(name)]
        gone = set(data.get("participants", ())) - set(actors)
        steps = [
            step
            for step in data["steps"]
            if all(good(step[part]) for part in ("from", "to", "text"))
            and not gone.intersection((step["from"], step["to"]))
        ]
        dropped += len(data["steps"]) - len(steps)
        kept |= {"participants": actors, "steps": steps}
    return Checked(kept, tuple(names), dropped)


def checked_here(result: SectionResult, task: SectionTask, lookup: Lookup, bus: EventBus) -> SectionResult:
    """The result of another machine, which has no tree to look into, without what it invented."""
    names = unknown_names(task, result.data, lookup) if result.action == "generated" else ()
    if not names:
        return result
    checked = without_unknown(result.data, names)
    report_dropped(bus, task.id, checked)
    if is_empty(checked.data):
        return replace(result, action="failed", reason=NOTHING_LEFT, data={})
    return replace(result, data=checked.data)


def report_dropped(bus: EventBus, section: str, checked: Checked) -> None:
    """Tell how many sentences were left out, and for which names."""
    names, count = checked.names, checked.dropped
    bus.publish(SentencesDropped(run_id=bus.run_id, section=section, names=names, sentences=count))
    what = "1 sentence is" if count == 1 else f"{count} sentences are"
    text = f"{section}: {what} left out that named what the repository does not have: {', '.join(names)}"
    bus.publish(Message(run_id=bus.run_id, level="warning", text=text))


def is_empty(data: Mapping[str, Any]) -> bool:
    """Nothing is left that could stand on a page."""
    return not any(map(str.strip, data.get("text", ()))) or ("steps" in data and not data["steps"])


def _missing(task: SectionTask, names: Iterable[str], lookup: Lookup) -> set[str]:
    """Those of some names of which a part stands nowhere."""
    material = _Material(task)
    open_ = {name: parts for name in names if (parts := material.unknown_parts(name))}
    wanted = list(dict.fromkeys(part for parts in open_.values() for part in parts))[:_MOST]
    there = set(lookup(wanted)) if wanted else set()
    return {name for name, parts in open_.items() if not there.issuperset(parts)}


class _Material:
    """What a task shows of the repository."""

    def __init__(self, task: SectionTask) -> None:
        self._text = "\n".join(_shown(task))
        self._words = set(_WORD.findall(self._text))

    def unknown_parts(self, name: str) -> list[str]:
        """The words, path or options of a name that are not shown; none for what stands there as it is."""
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", self._text):
            return []
        if _FILE.fullmatch(name) and ("/" in name or _SUFFIX.search(name)):
            return [name]
        options = _OPTION.findall(name)
        missing = [option for option in options if not self._has_option(option)]
        rest = _OPTION.sub(" ", name)
        words = dict.fromkeys(_WORD.findall(rest))
        return missing + [w for w in words if len(w) > 1 and w not in _KNOWN and not self._has_word(w)]

    def _has_word(self, word: str) -> bool:
        return word in self._words or ("_" in word and word.replace("_", "-") in self._text)

    def _has_option(self, option: str) -> bool:
        plain = option.lstrip("-")
        return option in self._text or plain in self._words or plain.replace("-", "_") in self._words


def _shown(task: SectionTask) -> Iterator[str]:
    yield from (task.title, task.component)
    for file in (*task.files, *task.changes):
        if file.new is not None:
            yield from (file.path, file.new, *file.interface)
    yield from (*task.dependencies, *task.users)
    yield from (line for line in task.moved if not line.startswith("-"))
    yield from _texts({name: value for name, value in task.context.items() if name != "gone"})


def _texts(value: Any) -> Iterator[str]:
    """All strings of an answer, or of facts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if isinstance(key, str) and "/" in key:
                yield key
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _names(text: str) -> Iterator[str]:
    """What a text names as code: spans, and outside of them calls, paths and words with an underscore."""
    for span in _SPAN.finditer(text):
        if name := _bare(span[2]):
            yield name
    plain = _SPAN.sub(" ", text)
    for path in _PATH.finditer(plain):
        yield path[0]
    plain = _PATH.sub(" ", plain)
    for call in _CALL.finditer(plain):
        yield call[1]
    for word in _SNAKE.finditer(_CALL.sub(" ", plain)):
        yield word[0]


def _bare(span: str) -> str:
    return span.strip().removesuffix("()").strip("\"'").removeprefix("./").rstrip("/ ")
