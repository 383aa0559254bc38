"""Which of the user's environment variables a server of ours is given: no secret but those of its providers."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from repodoc_hooks.expressions import expression

_SECRET = expression(
    r"KEY|TOKEN|SECRET|PASS|PWD|CRED|DSN|AUTH|COOKIE|SESSION|WEBHOOK|SIGNATURE", re.IGNORECASE
)
_OF_PROVIDERS = expression(r".*_API_KEY|(?:AWS|GOOGLE|GCLOUD|CLOUDSDK|VERTEX|AZURE|ANTHROPIC|OPENAI)_.*")
_REFERENCE = expression(r"\{env:([^}]+)\}")


def needed(
    environ: Mapping[str, str],
    settings: Mapping[str, Any],
    catalogue: Mapping[str, Any],
    models: Collection[str],
) -> dict[str, str]:
    """The variables, without secrets of others.

    Args:
        environ: the user's.
        settings: OpenCode's, which may refer to variables (`{env:NAME}`).
        catalogue: what OpenCode knows of providers: by id, among others the variables (`env`) that hold their keys.
        models: those that may be asked, as `provider/model`.
    """
    chosen = {str(model).split("/")[0] for model in models}
    chosen |= {
        *settings.get("enabled_providers", ()),
        *settings.get("provider", ()),
        *settings.get("providers", ()),
    }
    names = set(_REFERENCE.findall(json.dumps(settings)))
    for provider in chosen:
        about = catalogue.get(provider)
        listed = about.get("env") if isinstance(about, dict) else None
        names.update(str(name) for name in listed or () if isinstance(listed, list))
    return {
        name: value
        for name, value in environ.items()
        if name in names or _OF_PROVIDERS.fullmatch(name) or not _SECRET.search(name)
    }
