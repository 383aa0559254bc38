"""What could a short text on each page reach? Bounds beside the pages, for the same questions as `retrieval`.

    python -m benchmarks.bounds REPOSITORY ...

Goal is nine tenths of what all code finds, in 15 % of its tokens. Beside the pages' names and sentences stand: every
name that analysis has of a page's files (private ones, too, in full, with its sentence); the same with signatures;
extracts of all code that know nothing of the questions (words by tf-idf until 15 % are full: each once, or as often as
the root of its count); and one that holds only words which are in the questions, as often as the root of their counts:
more than that nobody can leave out. Sizes are shares of the tokens of all code.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks import retrieval
from benchmarks.retrieval import Bm25, words
from benchmarks.subjects import documented
from repodoc_hooks.analysis.facts import FileFacts

SHARE = 0.15
_FIRST = 3
Texts = Mapping[str, str]


def once(count: int) -> int:
    """Each word once."""
    return 1


def root(count: int) -> int:
    """Each word as often as the root of its count: what BM25 makes of it grows no faster."""
    return max(1, round(math.sqrt(count)))


def extracts(code: Texts, times: Callable[[int], int]) -> Texts:
    """Of every text the words that tell it from the others, the best first, until the share is full."""
    counts = {name: Counter(words(text)) for name, text in code.items()}
    holding = Counter(word for found in counts.values() for word in found)

    def weight(found: Mapping[str, int], word: str) -> float:
        return found[word] * math.log(1 + (len(code) - holding[word] + 0.5) / (holding[word] + 0.5))

    def text(name: str) -> str:
        found = counts[name]
        best = sorted(found, key=lambda word: (-weight(found, word), word))
        return _within((word for word in best for _ in range(times(found[word]))), SHARE * len(code[name]))

    return {name: text(name) for name in code}


def _within(found: Iterable[str], room: float) -> str:
    """As many words as there is room for."""
    kept: list[str] = []
    size = 0
    for word in found:
        size += len(word) + 1
        if size > room:
            break
        kept.append(word)
    return " ".join(kept)


def knowing(code: Texts, questions: Collection[str]) -> Texts:
    """What is left of the texts where the questions are known."""
    asked = {word for question in questions for word in words(question)}
    return {name: _asked(Counter(words(text)), asked) for name, text in code.items()}


def _asked(counts: Mapping[str, int], asked: Collection[str]) -> str:
    return " ".join(word for word in sorted(asked) if word in counts for _ in range(root(counts[word])))


def told(files: Mapping[str, FileFacts], *, signatures: bool) -> str:
    """All that analysis has of some files."""
    lines = [*files, *(facts.summary for facts in files.values())]
    for facts in files.values():
        for symbol in facts.symbols:
            lines += [symbol.name, symbol.signature if signatures else "", symbol.summary]
    return "\n".join(line for line in lines if line)


def measure(source: Path, folder: Path) -> list[str]:
    """The row of one repository."""
    clone = folder / source.name
    with documented(source, folder) as run:
        pages = {id_: page for id_, page in run.pages.items() if page.stamps.files}
        facts: dict[str, dict[str, FileFacts]] = {}
        for id_, page in pages.items():
            run.survey.load(page.stamps.files)
            facts[id_] = {path: run.survey.facts(path) for path in page.stamps.files}
    homes = {path: id_ for id_, page in pages.items() for path in page.stamps.files}
    questions = list(retrieval.questions(clone, homes))
    code = {id_: retrieval.source_of(clone, page) for id_, page in pages.items()}
    collections: Mapping[str, Texts] = {
        "code": code,
        "pages": {id_: f"{id_} {retrieval.names_and_sentences(page)}" for id_, page in pages.items()},
        "all names": {id_: told(found, signatures=False) for id_, found in facts.items()},
        "all facts": {id_: told(found, signatures=True) for id_, found in facts.items()},
        "once": extracts(code, once),
        "root": extracts(code, root),
        "knowing": knowing(code, [question for question, _ in questions]),
    }
    size = sum(map(len, code.values()))
    row = [source.name]
    for name, texts in collections.items():
        index = Bm25(texts)
        hits = sum(not right.isdisjoint(index.first(question, _FIRST)) for question, right in questions)
        share = f" ({sum(map(len, texts.values())) / max(1, size):.0%})" if name != "code" else ""
        row.append(f"{hits / max(1, len(questions)):.2f}{share}")
    return row


def main(arguments: Sequence[str]) -> int:
    """Print a table, a repository a line."""
    columns = "repository|code|pages|all names|all facts|extract, once|extract, root|knowing the questions"
    print(f"| {columns.replace('|', ' | ')} |\n{'|---' * len(columns.split('|'))}|")
    with tempfile.TemporaryDirectory() as folder:
        for path in map(Path, arguments):
            print("| " + " | ".join(measure(path.resolve(), Path(folder))) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
