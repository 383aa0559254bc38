"""How long an answer may become: OpenCode asks for the longest that a model can give, or sets no bound at all.

The bound of a question is named by the variant of its request. Version 1 has no such setting; a plugin of ours, in the
private folder of our server, takes it from that name. Version 2 knows variants that add to a request's body: it is told
one for each bound, under the name that the provider's interface has for it. A server that was not started by us knows
neither, and bounds nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from repodoc_hooks.backends.base import THINKING_ROOM, WorkUnit

_STEP = 512
_LONGEST = 4096
_PREFIX = "repodoc-"

PLUGIN_FILE = "plugin/repodoc-bound.js"
PLUGIN = """\
// The bound of an answer's tokens, from the variant that repodoc asks for. Less than that is never made more.
export const RepodocBound = async () => ({
  "chat.params": async (input, output) => {
    const message = input.message ?? {}
    const asked = /^repodoc-(\\d+)$/.exec(message.model?.variant ?? message.variant ?? "")
    if (asked) output.maxOutputTokens = Math.min(output.maxOutputTokens ?? Infinity, Number(asked[1]))
  },
})
"""

_CHAT = ("max_tokens",)
_RESPONSES = ("max_output_tokens",)
_KEYS: Mapping[str, tuple[str, ...]] = {
    "anthropic": _CHAT,
    "deepseek": _CHAT,
    "groq": _CHAT,
    "mistral": _CHAT,
    "openai-compatible": _CHAT,
    "openrouter": _CHAT,
    "openai": _RESPONSES,
    "xai": _RESPONSES,
    "google": ("generationConfig", "maxOutputTokens"),
}
"""By interface where in a request's body the bound stands; seen on the wire of OpenCode 2.0.15."""


def bound_of(unit: WorkUnit) -> int:
    """The tokens that the answer may take, thinking included, as one of the bounds that a server knows."""
    return _rounded(unit.most_tokens)


def variant_of(unit: WorkUnit) -> str:
    """The name under which a server of ours knows the unit's bound."""
    return f"{_PREFIX}{bound_of(unit)}"


def with_bounds(
    providers: Mapping[str, Any], models: Iterable[str], interfaces: Mapping[str, str]
) -> dict[str, Any]:
    """Providers in the form of version 2, with a variant for each bound at the `models` (`provider/model`).

    `interfaces` says by provider which package speaks to it; one that is not known gets no bound.
    """
    found = {name: dict(about) for name, about in providers.items() if isinstance(about, Mapping)}
    for model in models:
        provider, _, name = model.partition("/")
        keys = _KEYS.get(_interface(interfaces.get(provider, provider)))
        if not name or keys is None:
            continue
        known = found.setdefault(provider, {})
        entry = dict(_mapping(_mapping(known.get("models")).get(name)))
        given = entry.get("variants")
        bounds = [{"id": f"{_PREFIX}{bound}", "body": _nested(keys, bound)} for bound in _bounds()]
        entry["variants"] = [*(given if isinstance(given, list) else ()), *bounds]
        known["models"] = {**_mapping(known.get("models")), name: entry}
    return found


def fits(bound: int, output: int, variants: Collection[str]) -> bool:
    """A model that gives at most `output` tokens (0: not known) may be asked with this bound, and knows it."""
    return f"{_PREFIX}{bound}" in variants and (not output or bound <= output)


def _interface(package: str) -> str:
    """`anthropic` of `@ai-sdk/anthropic`, `aisdk:@ai-sdk/anthropic` and `@opencode/ai/providers/anthropic`."""
    return package.rpartition("/")[2].removesuffix("-ai-provider").removeprefix("ai-sdk-provider-").lower()


def _rounded(tokens: int) -> int:
    return math.ceil(tokens / _STEP) * _STEP


def _bounds() -> list[int]:
    return sorted(
        {
            _rounded(room + answer)
            for room in THINKING_ROOM.values()
            for answer in range(1, _LONGEST + 1, _STEP)
        }
    )


def _nested(keys: tuple[str, ...], value: int) -> dict[str, Any]:
    first, *rest = keys
    return {first: _nested(tuple(rest), value) if rest else value}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
