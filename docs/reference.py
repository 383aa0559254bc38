"""The pages that are made from the program itself: rules and settings, which stand here, and one a verb for the site.

`python docs/reference.py` writes rules.md and settings.md anew; a test holds them. For MkDocs this is a hook
(mkdocs.org, "Hooks" and `File.generated`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from repodoc_hooks import cli
from repodoc_hooks.config.schema import schema
from repodoc_hooks.reports.rules import RULES

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add `commands/VERB.md` for every verb that people call."""
    from mkdocs.structure.files import File

    for verb in cli.VERBS:
        if verb not in cli.PLUMBING:
            files.append(File.generated(config, f"commands/{verb}.md", content=verb_page(verb)))
    return files


def verb_page(verb: str) -> str:
    """The page of one verb, as its parser tells it."""
    text, summary = cli.verb_parser(verb).format_help().strip(), cli.VERBS[verb]
    return f"# repodoc {verb}\n\n{summary[0].upper()}{summary[1:]}\n\n```text\n{text}\n```\n"


def rules_page() -> str:
    """Every rule of `check`, what it means and what to do."""
    intro = "`repodoc explain RD001` prints the same. A finding names its page, the sections concerned and the cause."
    parts = ["# Rules of `repodoc check`", intro]
    for rule in RULES.values():
        parts += [
            f'<a id="{rule.id.lower()}"></a>',
            f"## {rule.id} {rule.name}",
            f"{rule.text} {rule.detail}",
            f"What to do: {rule.remedy}",
        ]
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    """Every setting with its default, as the schema has it."""
    intro = (
        "Settings of the repository stand in `.repodoc.yaml`; what the machine has (programs, servers, sign-in) stands"
        " in `$XDG_CONFIG_HOME/repodoc/config.yaml` of the user, and nowhere else. Every setting has a variable, too:"
        " `REPODOC_BACKENDS_ORDER=offline`. `repodoc config show` prints what holds."
    )
    rows = ["| setting | default | what it says |", "| --- | --- | --- |", *_rows(schema(), "")]
    return "\n\n".join(["# Settings", intro, "\n".join(rows)]) + "\n"


def _rows(group: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for name, entry in group.get("properties", {}).items():
        inner = next((e for e in (entry, *entry.get("anyOf", ())) if "properties" in e), None)
        if inner is not None:
            yield from _rows(inner, f"{prefix}{name}.")
            continue
        default = entry.get("default")
        shown = "" if default is None else f"`{default}`"
        says = " ".join(str(entry.get("description", "")).split()).replace("|", "\\|")
        yield f"| `{prefix}{name}` | {shown} | {says} |"


if __name__ == "__main__":
    here = Path(__file__).parent
    (here / "rules.md").write_text(rules_page(), encoding="utf-8")
    (here / "settings.md").write_text(settings_page(), encoding="utf-8")
