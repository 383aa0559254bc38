"""What may hold a secret: files by their name, text by the form of tokens and keys, values by what they are called.

Rules of our own: detect-secrets, which has such rules too, took 0.17 s of processor time to import and brought 7 MB of
other packages, a second HTTP and a second YAML library among them, for what is a table of patterns here. Its guesses
by entropy would keep back half of every test suite.
"""

from __future__ import annotations

import fnmatch
import functools
import posixpath
import re

from repodoc_hooks.expressions import expression
from repodoc_hooks.secret_values import MASK, without_values

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
_FORMS = (
    r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[0-9A-Z]{16}",  # Amazon
    r"gh[oprsu]_[A-Za-z0-9_]{36,}|github_pat_[A-Za-z0-9_]{22,}",
    r"(?:glpat|gldt|glft|glsoat|glrt|glcbt|glptt|glagent|gloas|glimt|GR1348941)-?[A-Za-z0-9_-]{20,}",  # GitLab
    r"xox[abeoprs]-(?:\d+-)+[A-Za-z0-9-]+|xapp-\d-[A-Za-z0-9-]{20,}",  # Slack
    r"https://hooks\.slack\.com/services/T\w+/B\w+/\w+",
    r"https://discord(?:app)?\.com/api/webhooks/\d+/[\w-]{30,}",
    r"[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,}",  # Discord
    r"\b[rs]k_(?:live|test)_[0-9a-zA-Z]{16,}|whsec_[A-Za-z0-9+/=]{24,}",  # Stripe
    r"sq0(?:csp|atp)-[0-9A-Za-z_-]{22,}|EAAA[\w-]{60}",  # Square
    r"SG\.[\w-]{22}\.[\w-]{43}",  # SendGrid
    r"\b(?:AC|SK)[0-9a-f]{32}\b",  # Twilio
    r"\b[0-9a-f]{32}-us\d{1,2}\b",  # Mailchimp
    r"\bnpm_[A-Za-z0-9]{36}|_authToken=\s*[\w-]{30,}",
    r"pypi-Ag[A-Za-z0-9_-]{60,}",
    r"\bsk-(?:ant-|proj-|svcacct-|admin-|or-v1-)[\w-]{16,}|\bsk-[A-Za-z0-9]{32,}",  # Anthropic, OpenAI, OpenRouter
    r"\bAIza[\w-]{35}|\bya29\.[\w-]{30,}|GOCSPX-[\w-]{28}",  # Google
    r"\bhf_[A-Za-z0-9]{30,}|\bgsk_[A-Za-z0-9]{40,}|\br8_[A-Za-z0-9]{30,}",  # Hugging Face, Groq, Replicate
    r"AccountKey=[A-Za-z0-9+/=]{80,}|SharedAccessSignature sr=|[?&]sig=[A-Za-z0-9%+/]{40,}",  # Azure
    r"\beyJ[\w=-]{8,}\.eyJ[\w=-]{8,}(?:\.[\w.+/=-]*)?",  # JSON Web Tokens
    r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b",  # Telegram
    r"\b(?:dop|doo|dor)_v1_[0-9a-f]{64}|\bdapi[0-9a-f]{32}|\bhvs\.[\w-]{24,}|\bdp\.(?:pt|st|ct)\.[\w.-]{40,}",
    r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|\bglsa_\w{32,}|\blin_api_\w{32,}|\bntn_\w{40,}|\bsecret_[A-Za-z0-9]{43}",
    r"\bAKC[A-Za-z0-9]{10,}|\bAP[\dA-F][A-Za-z0-9]{60,}",  # Artifactory
    r"AGE-SECRET-KEY-1[0-9A-Z]{50,}",
    r"BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?(?:-----[\w+/=\s\\:,.-]{0,9000}?-----END [A-Z0-9 ]+)?",
    r"PuTTY-User-Key-File-\d",
    r"://[^\s:/?#\[\]@\"'<>]*:[^\s:/?#\[\]@\"'<>]+@",  # a user with a password in a URL
)
_OVER_LINES = ("BEGIN ", "_authToken=")
_SIGNS = (*_OVER_LINES, "://", "xox", "xapp-", "AKC", "whsec_", "AccountKey=", "sig=", "eyJ", "dp.")
_RUN = expression(r"[\w-]{20}")
_PLACEHOLDER = expression(
    r"://[^/\s:@]*:(?:pass\w*|pwd|secret|token|x+|\*+|\.+|[$%{][^@]*|user\w*|test)@", re.IGNORECASE
)
_DATA_SUFFIXES = (".yaml", ".yml", ".ini", ".cfg", ".conf", ".properties", ".toml", ".env", ".txt")


def may_leave(path: str, data: bytes) -> bool:
    """May a file be shown to a model? Not if its name or its content may hold a secret; see also `masked`."""
    return not is_secret_name(path) and not has_secret(data.decode("utf-8", "replace"))


def is_secret_name(path: str) -> bool:
    """Is it a file that by its name holds secrets, such as `.env` or a private key?"""
    name = posixpath.basename(path).lower()
    return any(fnmatch.fnmatch(name, pattern) for pattern in _NAMES) and name not in _HARMLESS_NAMES


def has_secret(text: str) -> bool:
    """Does a token or key of a known form stand in the text?"""
    rules = _rules()
    return any(not _PLACEHOLDER.match(found[0]) for found in rules.finditer(text))


def masked(text: str, path: str = "") -> str:
    """The text with `...` for what may be a secret: tokens of a known form, and values of what is called like one.

    `path` tells data, where values need no quotes, from source.
    """
    text = without_values(text, data=path.lower().endswith(_DATA_SUFFIXES))
    return without_tokens(text)


def without_tokens(text: str) -> str:
    """The text with `...` for every token or key of a known form."""
    if not _may_hold_one(text):
        return text
    if any(sign in text for sign in _OVER_LINES):
        return _without_tokens(text)
    return "\n".join(_without_tokens(line) if _may_hold_one(line) else line for line in text.split("\n"))


def _without_tokens(text: str) -> str:
    return _rules().sub(lambda m: m[0] if _PLACEHOLDER.match(m[0]) else MASK, text)


def _may_hold_one(text: str) -> bool:
    """No form is in a text that holds neither a long word nor any of these: the forms take a hundred times as long."""
    return any(sign in text for sign in _SIGNS) or _RUN.search(text) is not None


@functools.cache
def _rules() -> re.Pattern[str]:
    return re.compile("|".join(_FORMS))
