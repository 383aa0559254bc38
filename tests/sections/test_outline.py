"""What a prompt shows of files: all of them in outline, the most used in their text, none left out whole."""

from __future__ import annotations

from repodoc_hooks.context_optimizer import QUICK_TOKENS, pack
from repodoc_hooks.sections.outline import bodies, extract, outline, worth
from repodoc_hooks.sections.serialisation import task_from_json, task_to_json
from repodoc_hooks.sections.task import FileChange, Offered
from tests.sections.tasks import task


def file(path: str, size: int = 1, uses: int = 0, names: int = 3) -> FileChange:
    """A file with a class of some methods, each `size` lines long."""
    methods = [f"    def {path[4:-3]}_{n}(self):\n" + f"        return {n}\n" * size for n in range(names)]
    offered = [Offered(0, "class Thing", "A thing.")]
    offered += [Offered(1, f"def {path[4:-3]}_{n}(self)", f"Does {n}.") for n in range(names)]
    interface = tuple(each.signature for each in offered)
    text = "class Thing:\n" + "\n".join(methods)
    return FileChange(path, "python", None, text, interface, (), tuple(offered), f"About {path}.", uses)


def test_an_outline_nests_what_a_file_offers_and_says_what_it_is() -> None:
    assert outline([file("pkg/a.py", names=1)], 1000) == (
        "pkg/a.py: About pkg/a.py.\n  class Thing  -- A thing.\n    def a_0(self)  -- Does 0."
    )


def test_with_less_room_it_says_less_of_each_and_still_names_every_file() -> None:
    files = [file(f"pkg/m{n}.py", names=20) for n in range(20)]
    whole = outline(files, 10**6)
    for room in (len(whole) - 1, len(whole) // 3, len(whole) // 12, len(whole) // 40):
        text = outline(files, room)
        assert len(text) <= room
        assert [each.path for each in files if each.path in text] == [each.path for each in files]


def test_what_is_used_most_is_shown_before_what_is_small() -> None:
    used = file("pkg/sessions.py", size=40, uses=12, names=12)
    small = [file(f"pkg/v{n}.py", names=1) for n in range(3)]
    assert worth(used) > max(map(worth, small))
    found = dict(bodies([*small, used], 3000))
    assert "sessions_0" in found["pkg/sessions.py"]


def test_an_extract_has_the_beginning_of_everything_and_marks_its_gaps() -> None:
    large = file("pkg/a.py", size=50, names=10)
    text = extract(large, 2500)
    assert len(text) <= 2500
    assert text.startswith("class Thing:")
    assert all(f"def a_{n}(self)" in text for n in range(10))
    assert "[...]" in text


def test_large_files_are_shown_in_extracts_rather_than_not_at_all() -> None:
    files = tuple(
        file(f"pkg/{name}.py", size=300, uses=8, names=12) for name in ("sessions", "models", "adapters")
    )
    files += (file("pkg/version.py", names=0), file("pkg/compat.py", names=1))
    packed = pack([task(files=files)])[0]
    for name in ("sessions", "models", "adapters"):
        assert f"pkg/{name}.py <data" in packed.unit.prompt
        assert f"def {name}_0(self)" in packed.unit.prompt
    assert packed.unit.estimated_tokens <= QUICK_TOKENS * 1.2


def test_a_task_with_outlines_travels() -> None:
    one = task(files=(file("pkg/a.py", uses=2),))
    assert task_from_json(task_to_json(one)) == one
