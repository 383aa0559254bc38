"""What may hold a secret: files by their name, text by the form of tokens and keys.

The rules are detect-secrets' own, those for tokens of a known form and for private keys. Its guesses by
entropy or by the name of a variable are left out: they would keep back half of every test suite.
"""

from __future__ import annotations

import fnmatch
import functools
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin, RegexBasedDetector

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
_GUESSES = {"KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString", "IPPublicDetector"}
# These begin with much that is optional and are slow on whole texts; what they match stands beside one of
# these words.
_KEYED_RULES = {"CloudantDetector", "IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector"}
_KEYED = re.compile(r"key|pwd|pass|token|pw\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Rules:
    """`quick` patterns are searched in whole texts; lines that matter are then put to `plugins`."""

    quick: tuple[re.Pattern[str], ...]
    plugins: tuple[BasePlugin, ...]
    keyed: tuple[BasePlugin, ...]


def may_leave(path: str, data: bytes) -> bool:
    """May a file be shown to a model? Not if its name or its content may hold a secret."""
    return not is_secret_name(path) and not has_secret(data.decode("utf-8", "replace"))


def is_secret_name(path: str) -> bool:
    """Is it a file that by its name holds secrets, such as `.env` or a private key?"""
    name = posixpath.basename(path).lower()
    return any(fnmatch.fnmatch(name, pattern) for pattern in _NAMES) and name not in _HARMLESS_NAMES


def has_secret(text: str) -> bool:
    """Does a line of the text match a rule?"""
    rules = _rules()
    if any(pattern.search(text) for pattern in rules.quick):
        lines = (line for line in text.splitlines() if not _PLACEHOLDER.search(line))
        if any(_TOKENS.search(line) or _matches(rules.plugins, line) for line in lines):
            return True
    return any(_matches(rules.keyed, line) for line in text.splitlines() if _KEYED.search(line))


def _matches(plugins: tuple[BasePlugin, ...], line: str) -> bool:
    return any(True for plugin in plugins for _ in plugin.analyze_string(line))


@functools.cache
def _rules() -> _Rules:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes: list[type[RegexBasedDetector]] = list(get_mapping_from_secret_type_to_class().values())
    made = [
        each() for each in sorted(classes, key=lambda each: each.__name__) if each.__name__ not in _GUESSES
    ]
    keyed = tuple(plugin for plugin in made if type(plugin).__name__ in _KEYED_RULES)
    plugins = tuple(plugin for plugin in made if plugin not in keyed)
    quick = tuple(
        re.compile(pattern.pattern, pattern.flags | re.MULTILINE)
        for plugin in plugins
        for pattern in plugin.denylist
    )
    return _Rules((_TOKENS, *quick), plugins, keyed)
