"""How true public names, signatures and documentation are beside a language's own tools.

python -m benchmarks.judges java|kotlin|ruby|php|csharp|rust|scala|go|c|cpp [--classpath JARS] [--include FOLDER]
    [--features NAMES] [--show] PATH...
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.judges.declarations import declaration_agreements
from benchmarks.judges.libclang import clang_agreements
from benchmarks.judges.public_api import public_api_agreement
from benchmarks.judges.rustdoc import rustdoc_agreements
from benchmarks.truth import Agreement

_SHOWN = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreements of the folders given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.judges")
    parser.add_argument(
        "language", choices=("java", "kotlin", "ruby", "php", "csharp", "rust", "scala", "go", "c", "cpp")
    )
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--classpath", default="", help="the jars of the Kotlin compiler, or of scalameta")
    parser.add_argument(
        "--include", action="append", type=Path, default=[], help="a folder of headers that C or C++ includes"
    )
    parser.add_argument(
        "--features", default="", help="the features that a Rust crate is built with; all without it"
    )
    parser.add_argument("--show", action="store_true", help="print examples of what differs")
    options = parser.parse_args(arguments)
    for path in options.paths:
        for found in _agreements(options.language, path, options):
            for line in found.lines(_SHOWN if options.show else 0):
                print(line)
    return 0


def _agreements(language: str, path: Path, options: argparse.Namespace) -> list[Agreement]:
    if language == "csharp":
        return [public_api_agreement(path)]
    if language == "rust":
        return [*rustdoc_agreements(path, options.features)]
    if language in ("c", "cpp"):
        return [*clang_agreements(path, options.include)]
    return [*declaration_agreements(language, path, options.classpath)]


if __name__ == "__main__":
    raise SystemExit(main())
