"""Files that must not leave the machine: those that look as if they held a secret.

The rules are detect-secrets' own, those for tokens of a known form and for private keys. Its guesses by
entropy or by the name of a variable are left out: they would keep back half of every test suite.
"""

from __future__ import annotations

import fnmatch
import functools
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from repodoc_hooks.backends.base import FileChange, SectionTask

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

_NAMES = (
    *(
        ".env",
        ".env.*",
        ".netrc",
        ".npmrc",
        ".pypirc",
        ".htpasswd",
        "credentials",
        "credentials.*",
        "secrets.*",
    ),
    *("*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "id_rsa*", "id_ed25519*"),
)
_HARMLESS_NAMES = (".env.example", ".env.sample", ".env.template")
_PLACEHOLDER = re.compile(
    r"://[^/\s:@]*:(?:pass\w*|pwd|secret|token|x+|\*+|\.+|[<${%{][^@]*|user\w*|test)@", re.IGNORECASE
)
# Tokens of providers that detect-secrets does not know: Anthropic, Google, Hugging Face.
_TOKENS = re.compile(r"\bsk-ant-[\w-]{16,}|\bAIza[\w-]{35}|\bhf_[A-Za-z0-9]{30,}")
_WITHHELD = "(withheld: it may hold a secret)"


def screen(task: SectionTask) -> tuple[SectionTask, tuple[str, ...]]:
    """The task without the text of files that may hold a secret, and the paths of those files."""
    found: set[str] = set()
    changes = tuple(_screened(file, found) for file in task.changes)
    files = tuple(_screened(file, found) for file in task.files)
    clean = replace(
        task,
        changes=changes,
        files=files,
        dependencies=tuple(line for line in task.dependencies if not has_secret(line)),
        old_text=task.old_text if task.old_text is None or not has_secret(task.old_text) else None,
        context=_clean(task.context),
    )
    return clean, tuple(sorted(found))


def is_secret_name(path: str) -> bool:
    """Is it a file that by its name holds secrets, such as `.env` or a private key?"""
    name = posixpath.basename(path).lower()
    return any(fnmatch.fnmatch(name, pattern) for pattern in _NAMES) and name not in _HARMLESS_NAMES


def has_secret(text: str) -> bool:
    """Does a line of the text match a rule?"""
    rules = _rules()
    return any(
        not _PLACEHOLDER.search(line)
        and (_TOKENS.search(line) or any(_matches(rule, line) for rule in rules))
        for line in text.splitlines()
        if len(line) >= 8
    )


def _screened(file: FileChange, found: set[str]) -> FileChange:
    if not is_secret_name(file.path) and not any(text and has_secret(text) for text in (file.old, file.new)):
        return file
    found.add(file.path)
    withheld = None if file.new is None else _WITHHELD
    return FileChange(file.path, file.language, None, withheld)


def _clean(value: Any) -> Any:
    """Context without the texts that match a rule."""
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return "" if isinstance(value, str) and has_secret(value) else value


def _matches(rule: BasePlugin, line: str) -> bool:
    return any(found for found in rule.analyze_string(line))


@functools.cache
def _rules() -> list[BasePlugin]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    guesses = {"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector"}
    classes: list[type[BasePlugin]] = list(get_mapping_from_secret_type_to_class().values())
    return [
        each() for each in sorted(classes, key=lambda each: each.__name__) if each.__name__ not in guesses
    ]
