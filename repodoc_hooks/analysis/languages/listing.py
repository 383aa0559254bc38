"""Writes `repodoc_hooks/source_files.py` from the records of the languages.

That list is all that shims and hooks need while nothing is to do, and they cannot wait for the languages' modules.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import repodoc_hooks
from repodoc_hooks.analysis.languages import MODULES
from repodoc_hooks.analysis.languages.record import Language

FILE = Path(repodoc_hooks.__file__).with_name("source_files.py")
_TEXT = '''"""Which files are source, by name. Written from the records of the languages, to be imported fast.

`python -m repodoc_hooks.analysis.languages.listing` renews it.
"""

from __future__ import annotations

LANGUAGE_BY_SUFFIX = {{
{suffixes}}}
MODULE_BY_LANGUAGE = {{
{modules}}}
FAMILY_BY_LANGUAGE = {{
{families}}}
"""Of the languages whose files stand in one build and use each other."""
GENERATED = (
{generated})
"""Ends of the names, in lower case, of source files that a program wrote."""
MANIFESTS = (
{manifests})
"""Pathspecs of the other files that decide what imports mean and what packages are called."""
'''


def languages() -> dict[Language, str]:
    """Every record, and the name of its module."""
    return {
        record: module for module in MODULES for record in import_module(f"{__package__}.{module}").LANGUAGES
    }


def text() -> str:
    """The list as the records want it."""
    found = languages()
    return _TEXT.format(
        suffixes=_pairs({suffix: record.name for record in found for suffix in record.suffixes}),
        modules=_pairs({record.name: module for record, module in found.items()}),
        families=_pairs({record.name: record.family for record in found if record.family}),
        generated=_items({end for record in found for end in record.generated}),
        manifests=_items({pattern for record in found for pattern in record.manifests}),
    )


def _pairs(mapping: dict[str, str]) -> str:
    return "".join(f'    "{key}": "{value}",\n' for key, value in sorted(mapping.items()))


def _items(items: set[str]) -> str:
    return "".join(f'    "{item}",\n' for item in sorted(items))


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
