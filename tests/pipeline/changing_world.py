"""A repository in many languages whose files each have several versions, and moves between its folders."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

_FILE, _VERSION, _NONE = "=== ", "---\n", "(none)\n"
_DEFINITIONS = re.compile(r"\(definitions (\d+)\)\n")


def definitions(count: int) -> str:
    """Functions in Python with a sentence each."""
    return "".join(f'def f{n}(a, b):\n    """Does {n}."""\n    return a\n\n\n' for n in range(count))


def _versions(text: str) -> Mapping[str, Sequence[str | None]]:
    found = {}
    for entry in re.split(f"^{_FILE}", text, flags=re.MULTILINE)[1:]:
        path, _, versions = entry.partition("\n")
        found[path] = [
            None if version == _NONE else _DEFINITIONS.sub(lambda many: definitions(int(many[1])), version)
            for version in re.split(f"^{_VERSION}", versions, flags=re.MULTILINE)
        ]
    return found


VERSIONS = _versions(Path(__file__).with_suffix(".txt").read_text("utf-8"))
"""Path -> its versions; None: there is no such file. With the first one a history begins."""

MOVES = (
    ("src/core/text.py", "src/core/words.py"),
    ("src/core/", "lib/core/"),
    ("src/core/_impl.py", "src/core/impl.py"),
    ("src/shop/till.py", "src/core/till.py"),
    ("packages/a/src/bar.ts", "packages/a/src/util/bar.ts"),
    ("packages/b/", "packages/c/"),
    ("store/a.go", "store/z.go"),
    ("store/", "pkg/store/"),
    ("crates/two/", "crates/deux/"),
    ("gem/lib/gem1/more.rb", "gem/lib/gem1/moar.rb"),
    ("cs/B/", "cs/C/"),
    ("php/src/In/", "php/src/Out/"),
    ("java/src/main/java/org/b/", "java/src/main/java/org/c/"),
    ("c/op.h", "c/include/op.h"),
    ("src/shop/", "src/core/shop/"),
    ("top.py", "src/top.py"),
    ("kt/src/main/kotlin/k/B.kt", "kt/src/main/kotlin/k/b/B.kt"),
    ("java/src/main/java/org/a/C.java", "java/src/main/java/org/b/C.java"),
)
"""Files and folders with where they may go, and back."""
