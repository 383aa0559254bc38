"""Sizes that real repositories reach: a huge commit, a huge page, a long history of notes."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator

from benchmarks.figures import Benchmark, Context, Figure
from benchmarks.subjects import Subject, document, generated, rounds_of
from benchmarks.timing import Run, Spread, paired, ratio

_NOTES_REF = "refs/notes/repodoc"


def _edit_many(subject: Subject, files: int, number: int) -> Run:
    edited = sorted((subject.path / "src").glob("pkg_*/mod_*.py"))[:files]
    for file in edited:
        head = file.read_text().partition("\n\ndef probe(")[0].rstrip("\n")
        probe = f'def probe(by: int = {number}) -> int:\n    """Probe no. {number}."""\n    return by\n'
        file.write_text(f"{head}\n\n\n{probe}")
    subject.git("add", "src")
    return subject.time("git", "commit", "-q", "-m", f"Edit {len(edited)} files")


def many_files(context: Context) -> Iterator[Figure]:
    """One commit that changes a function in each of 2,000 files."""
    files = context.size(2_000)
    hooked = document(generated(context, "hooked", context.size(4_000)))
    bare = hooked.clone("bare")
    runs = paired(
        context.rounds(3),
        rounds_of(lambda number: _edit_many(hooked, files, number)),
        rounds_of(lambda number: _edit_many(bare, files, number)),
    )
    rate = Spread.of([files / (a.wall - b.wall) for a, b in zip(*runs, strict=True)])
    what = f"commit touching {files} files: files documented per second added to it"
    yield Figure("sizes:many-files", what, rate, better="higher", unit="files/s")
    memory = Spread.of([run.rss / 1e6 for run in runs[0]])
    yield Figure("sizes:many-files-memory", "the same, greatest process", memory, 300, unit="MB")


def _symbols(count: int) -> str:
    body = '    """Give number {0} of the list."""\n    return {0}'
    return (
        "\n\n\n".join(f"def number_{n:05}(scale: int = 1) -> int:\n{body.format(n)}" for n in range(count))
        + "\n"
    )


def huge_page(context: Context) -> Iterator[Figure]:
    """An edit in a component whose page lists 5,000 symbols."""
    subject = generated(context, "page", 20)
    symbols = context.size(5_000)
    module = "src/large/numbers.py"
    (subject.path / "src/large").mkdir()
    (subject.path / module).write_text(_symbols(symbols))
    (subject.path / "src/large/__init__.py").write_text("")
    subject.git("add", "-A")
    subject.git("commit", "-q", "-m", "Add many symbols")
    document(subject)
    bare = subject.clone("bare")
    runs = paired(
        context.rounds(5),
        rounds_of(lambda number: subject.commit_edit(number, module)),
        rounds_of(lambda number: bare.commit_edit(number, module)),
    )
    added = [(a.cpu - b.cpu) * 1000 for a, b in zip(*runs, strict=True)]
    what = f"edit on a page of {symbols} symbols: processor time added"
    yield Figure("sizes:huge-page", what, Spread.of(added), unit="ms")


def _fill_notes(subject: Subject, count: int) -> None:
    lines = [
        b"commit %b\ncommitter Gen <gen@example.org> 1700000000 +0000\ndata 5\nNotes\n" % _NOTES_REF.encode()
    ]
    parent = subject.git("rev-parse", "--verify", "--quiet", _NOTES_REF)
    lines.append(b"from %b\n" % parent.encode())
    for number in range(count):
        name = hashlib.sha1(b"%d" % number, usedforsecurity=False).hexdigest()
        body = b'{"kind":"run","tokens":%d}\n' % number
        lines.append(
            b"M 100644 inline %b/%b\ndata %d\n%b\n" % (name[:2].encode(), name[2:].encode(), len(body), body)
        )
    command = ["git", "fast-import", "--quiet", "--force"]
    subprocess.run(command, cwd=subject.path, env=dict(subject.env), input=b"".join(lines), check=True)


def many_notes(context: Context) -> Iterator[Figure]:
    """A documented commit in a repository with 100,000 notes against one with a few."""
    few = document(generated(context, "few", 200))
    few.commit_edit(0)  # leaves the first note
    subprocess.run(["cp", "-a", str(few.path), str(few.path.with_name("many"))], check=True)
    many = Subject(few.path.with_name("many"), few.env)
    notes = context.size(100_000)
    _fill_notes(many, notes)
    runs = paired(context.rounds(7), rounds_of(many.commit_edit), rounds_of(few.commit_edit))
    what = f"one-file commit with {notes} notes / with a few"
    yield Figure("sizes:notes", what, ratio(*runs), 1.5)


BENCHMARKS: dict[str, Benchmark] = {
    "many-files": many_files,
    "huge-page": huge_page,
    "many-notes": many_notes,
}
