"""Are the pages of use for finding the right place? BM25 from a commit's subject, without a model.

    python -m benchmarks.retrieval REPOSITORY ...

For each repository its pages are made without a model in a clone; then the subjects of its last commits are the
questions, and the pages of the files that a commit changed the right answers. Six collections with one text for each
page answer them: the pages; their names and sentences, without signatures, diagrams, targets of links and lists of what
is used; their first words alone; all source of their files; every word of that once, which takes the counts of
words in bodies away; and the bare paths. Stamps and comments, which nobody sees, count
nowhere. A question is hit where one of the first three texts is a right one. Commits that change more than five files,
merges, and subjects of fewer than three words are no questions.
"""

from __future__ import annotations

import math
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.subjects import documented
from repodoc_hooks.pages.model import Page
from repodoc_hooks.pages.prose import written

_QUESTIONS = 50
_HISTORY = 600
_MOST_FILES = 5
_FEWEST_WORDS = 3
_FIRST = 3
_BYTES_PER_TOKEN = 4
_K1, _B = 1.2, 0.75
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_UNSEEN = re.compile(r"<!--.*?-->|<a id=[^>]*></a>", re.DOTALL)
_FENCED = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.DOTALL | re.MULTILINE)
_TARGET = re.compile(r"\]\([^()\s]*\)")
_SPAN = re.compile(r"`([^`\n]*)`")
_RECEIVER = re.compile(r"func \([^()]*\) ")
_NAME = re.compile(r"[^(=:<]*")


class Bm25:
    """Okapi BM25 over texts by name; identifiers are split into their words."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.counts = {name: Counter(words(text)) for name, text in texts.items()}
        self.lengths = {name: sum(counts.values()) for name, counts in self.counts.items()}
        self.mean = sum(self.lengths.values()) / max(1, len(texts)) or 1
        self.holding = Counter(word for counts in self.counts.values() for word in counts)

    def first(self, question: str, most: int) -> list[str]:
        """The names of the texts that fit best."""
        scores = {name: self._score(name, words(question)) for name in self.counts}
        return sorted(scores, key=lambda name: (-scores[name], name))[:most]

    def _score(self, name: str, question: Iterable[str]) -> float:
        counts, length = self.counts[name], self.lengths[name]
        found = 0.0
        for word in set(question):
            if not (times := counts[word]):
                continue
            rarity = math.log(1 + (len(self.counts) - self.holding[word] + 0.5) / (self.holding[word] + 0.5))
            found += rarity * times * (_K1 + 1) / (times + _K1 * (1 - _B + _B * length / self.mean))
        return found


def words(text: str) -> list[str]:
    """Lower-case words, `camelCase` and `snake_case` taken apart, a plural as its singular."""
    return [word.lower().removesuffix("s") for word in _WORD.findall(text)]


@dataclass(frozen=True, slots=True)
class Result:
    """What one repository came to: hits by collection, and the sizes of the collections in tokens."""

    pages: int
    questions: int
    hits: Mapping[str, int]
    tokens: Mapping[str, int]


def measure(source: Path, folder: Path) -> Result:
    """Document a clone of a repository and ask."""
    clone = folder / source.name
    with documented(source, folder) as run:
        pages = {id_: page for id_, page in run.pages.items() if page.stamps.files}
    homes = {path: id_ for id_, page in pages.items() for path in page.stamps.files}
    asked = list(questions(clone, homes))
    code = {id_: source_of(clone, page) for id_, page in pages.items()}
    texts = {
        "pages": {id_: _UNSEEN.sub("", page.text) for id_, page in pages.items()},
        "names": {id_: f"{id_} {names_and_sentences(page)}" for id_, page in pages.items()},
        "summaries": {id_: f"{id_} {_summary(page)}" for id_, page in pages.items()},
        "code": code,
        "once": {id_: " ".join(dict.fromkeys(words(text))) for id_, text in code.items()},
        "paths": {id_: " ".join(page.stamps.files) for id_, page in pages.items()},
    }
    hits = {}
    for name, collection in texts.items():
        index = Bm25(collection)
        hits[name] = sum(not right.isdisjoint(index.first(subject, _FIRST)) for subject, right in asked)
    sizes = {name: sum(map(len, found.values())) // _BYTES_PER_TOKEN for name, found in texts.items()}
    return Result(len(pages), len(asked), hits, sizes)


def names_and_sentences(page: Page) -> str:
    """What a page says of its subject without signatures: of a code span the last word before its brackets."""
    used = page.regions["dependencies"].body if "dependencies" in page.regions else ""
    own = page.text.replace(used, "") if used else page.text
    text = _TARGET.sub("]", _FENCED.sub("", _UNSEEN.sub("", own)))
    return _SPAN.sub(lambda span: _name(span[1]), text)


def _name(code: str) -> str:
    """The name that a signature gives."""
    head = _NAME.match(_RECEIVER.sub("", code))
    return " ".join((head[0] if head else code).split()[-1:])


def _summary(page: Page) -> str:
    return "\n".join(
        written(page.regions[kind].body) for kind in ("summary", "overview") if kind in page.regions
    )


def source_of(clone: Path, page: Page) -> str:
    """The source that a page describes."""
    return "\n".join((clone / path).read_text("utf-8", "replace") for path in page.stamps.files)


def questions(clone: Path, homes: Mapping[str, str]) -> Iterable[tuple[str, set[str]]]:
    """(subject, ids of the right pages) of the last commits that are questions."""
    log = ["git", "log", "--no-merges", f"-{_HISTORY}", "--name-only", "--format=%x00%s"]
    done = subprocess.run(log, cwd=clone, capture_output=True, text=True, errors="replace", check=True)
    found = 0
    for entry in done.stdout.split("\0")[1:]:
        subject, *paths = [line for line in entry.splitlines() if line]
        subject = re.sub(r"\(?#\d+\)?", "", subject)
        right = {homes[path] for path in paths if path in homes}
        if (
            right
            and len(paths) <= _MOST_FILES
            and len(subject.split()) >= _FEWEST_WORDS
            and found < _QUESTIONS
        ):
            found += 1
            yield subject, right


def main(arguments: Sequence[str]) -> int:
    """Print a table, a repository a line."""
    columns = "repository|pages|questions|hit@3 pages|names|summaries|code|once|paths|tokens pages|names"
    print(f"| {columns.replace('|', ' | ')} |\n{'|---' * len(columns.split('|'))}|")
    with tempfile.TemporaryDirectory() as folder:
        for source in map(Path, arguments):
            found = measure(source.resolve(), Path(folder))
            shares = [f"{found.hits[name] / max(1, found.questions):.2f}" for name in found.hits]
            sizes = [
                f"{found.tokens[name] / max(1, found.tokens['code']):.0%}" for name in ("pages", "names")
            ]
            row = [source.name, found.pages, found.questions, *shares, *sizes]
            print("| " + " | ".join(map(str, row)) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
