"""What several verbs need: the repository, its configuration, and which snapshot is meant."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from repodoc_hooks import BACKEND_NAMES
from repodoc_hooks.errors import UsageError
from repodoc_hooks.git.process import Git
from repodoc_hooks.private import clear_obstacles

if TYPE_CHECKING:
    from repodoc_hooks.config import Config
    from repodoc_hooks.pipeline.config_source import Source
    from repodoc_hooks.pipeline.run_request import Request

_NAMED = 3
BACKENDS = ("auto", *BACKEND_NAMES, "none")
MODEL_BACKENDS = ("auto", *(name for name in BACKEND_NAMES if name != "offline"))


def open_git(args: argparse.Namespace) -> Git:
    """The repository that the call is about; whatever is in the way of our state is set aside."""
    git = Git.discover(args.directory)
    for folder in {git.state_dir, git.worktree_state_dir}:
        clear_obstacles(folder)
    return git


def config_of(git: Git, args: argparse.Namespace, source: Source = "worktree", rev: str = "HEAD") -> Config:
    """The configuration of the snapshot that the call is about, the defaults where it has none."""
    from repodoc_hooks.config import default
    from repodoc_hooks.pipeline.config_source import read_config

    file = str(Path(args.directory) / args.config_file) if args.config_file else None
    return read_config(git, source, rev, file) or default()


def add_source_arguments(parser: argparse.ArgumentParser) -> None:
    """`--staged`, `--worktree`, `--rev`: which snapshot; the work tree by default."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--staged", action="store_true", help="what is staged")
    group.add_argument(
        "--worktree", action="store_true", help="tracked files as they stand on disk (default)"
    )
    group.add_argument("--rev", metavar="REV", help="a commit, tag or tree")


def source_of(args: argparse.Namespace) -> Source:
    """The snapshot that the flags name."""
    return "staged" if args.staged else "rev" if args.rev else "worktree"


def repository_paths(git: Git, directory: str, paths: list[str]) -> tuple[str, ...]:
    """Paths as git sees them (from the top); component ids that are no paths stay as they are.

    Raises:
        UsageError: a path lies outside the repository.
    """
    found = []
    for path in paths:
        absolute = Path(directory, path).resolve()
        if not absolute.exists():
            found.append(path)
            continue
        try:
            found.append(absolute.relative_to(git.top.resolve()).as_posix())
        except ValueError:
            raise UsageError("it lies outside the repository", where=path, fix="name a path in it") from None
    return tuple(found)


def conflicts_first(git: Git, docs_dir: str) -> tuple[str, bool]:
    """What has to be resolved before pages can be current, as a sentence ("": nothing), and whether pages are."""
    from repodoc_hooks.git.snapshot import unmerged_paths
    from repodoc_hooks.reports.formatting import listed

    unmerged = unmerged_paths(git)
    code = [path for path in unmerged if not path.startswith(f"{docs_dir}/")]
    words = f"in conflict, to be resolved first: {listed(code, _NAMED)}" if code else ""
    return words, len(code) < len(unmerged)


def add_engine_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which snapshot, and how much it may cost; `plan` has the same as `update`."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="components, source files or pages; default: all stale"
    )
    add_source_arguments(parser)
    parser.add_argument("--all", action="store_true", help="every page, stale or not")
    parser.add_argument("--deep", action="store_true", help="the deferred sections too")
    parser.add_argument("--force", action="store_true", help="take back sections of PATH that people edited")
    parser.add_argument(
        "--backend", choices=BACKENDS, default="auto", help="none: ask no model (default: %(default)s)"
    )
    parser.add_argument("--deadline", type=seconds, metavar="S", help="stop asking models after S seconds")
    add_limits(parser)


def request_of(
    git: Git,
    args: argparse.Namespace,
    *,
    source: Source,
    rev: str = "HEAD",
    origin: str = "cli",
    apply: Literal["index", "worktree", "none"] = "none",
) -> Request:
    """What the flags of `add_engine_arguments` ask of a run."""
    from repodoc_hooks.pipeline.run_request import Request

    return Request(
        origin=origin,
        source=source,
        rev=rev,
        paths=repository_paths(git, args.directory, args.paths),
        deep=args.deep,
        all=args.all,
        force=args.force,
        backend=args.backend,
        deadline=args.deadline,
        max_usd=args.max_usd,
        max_tokens=args.max_tokens,
        apply=apply,
    )


def add_limits(parser: argparse._ActionsContainer) -> None:
    """`--max-usd` and `--max-tokens`: what a run may spend."""
    parser.add_argument("--max-usd", type=dollars, metavar="N", help="spend at most N US dollars")
    parser.add_argument("--max-tokens", type=whole_number, metavar="N", help="spend at most N tokens")


def seconds(text: str) -> float:
    """An argument that is a time: a finite number above 0."""
    value = _number(text)
    if not value > 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def patience(text: str) -> float:
    """Seconds to wait; 0 is a mere look.

    Raises:
        argparse.ArgumentTypeError: it is no such number.
    """
    value = _number(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return value


def dollars(text: str) -> float:
    """An argument that is an amount of money: a finite number, 0 or above."""
    value = _number(text)
    if not value >= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of money")
    return value


def whole_number(text: str) -> int:
    """An argument that is a count: a whole number, 0 or above."""
    value = _number(text)
    if not (value >= 0 and value.is_integer()):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(value)


def _number(text: str) -> float:
    """NaN, which is neither above nor below anything, for what is no finite number."""
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan
