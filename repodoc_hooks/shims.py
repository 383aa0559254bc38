"""The sh scripts that git runs for us, made of one template and each hook's own part (`hooks/` of the project).

Used when hooks are installed, and when a wheel is built (`hatch_build.py`), which has them as programs for hook
frameworks.
"""

from __future__ import annotations

from repodoc_hooks.errors import EXIT_REFUSED
from repodoc_hooks.resources import shims_dir

FRAMEWORK_IDS = {
    "pre-commit": "repodoc-update",
    "post-commit": "repodoc-notes",
    "post-merge": "repodoc-refresh",
    "post-rewrite": "repodoc-rewrite",
    "pre-push": "repodoc-push",
}
"""The git hooks that we have -> what frameworks call ours, as `.pre-commit-hooks.yaml` has it."""
HOOKS = tuple(FRAMEWORK_IDS)
MARK = "# repodoc-hooks shim: "
"""What every one of our scripts begins with, older ones too."""
_COLUMNS = 110


def shim(hook: str, program: str = "") -> str:
    """The script of a git hook. `program` is the `repodoc` to run, "" for the one on PATH."""
    import shlex

    text = (shims_dir() / "shim.sh").read_text("utf-8")
    own = (shims_dir() / f"{hook}.sh").read_text("utf-8").strip("\n")
    slots = {
        "@OWN@": own,
        "@HOOK@": hook,
        "@REFUSED@": str(EXIT_REFUSED),
        "@PATTERNS@": _patterns(),
        "@REPODOC@ repodoc": f"{shlex.quote(program)} repodoc" if program else "repodoc",
    }
    for slot, value in slots.items():
        text = text.replace(slot, value)
    return text


def _patterns() -> str:
    """The pathspecs of what pages are made from, in lines of sh."""
    import shlex

    from repodoc_hooks.source_patterns import PATTERNS

    lines = ["\\\n   "]
    for pattern in PATTERNS:
        word = " " + shlex.quote(pattern)
        if len(lines[-1]) + len(word) > _COLUMNS:
            lines.append("   ")
        lines[-1] += word
    return " \\\n".join(lines)
