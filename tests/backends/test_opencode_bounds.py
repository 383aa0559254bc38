"""How long an answer may become: the unit's bound, under the name that each provider's interface has for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.backends.opencode_bounds import bound_of, fits, variant_of, with_bounds
from repodoc_hooks.backends.opencode_profile import prepare, price_in_catalogue, read_profile
from repodoc_hooks.config import OpenCodeConfig
from repodoc_hooks.sections.kinds import KINDS


def _unit(most: int, *, deep: bool = False) -> WorkUnit:
    return WorkUnit("a#summary", ("a#summary",), "", "", {}, max_output_tokens=most, deep=deep)


def _variants(providers: Any, provider: str, model: str) -> dict[str, Any]:
    return {each["id"]: each["body"] for each in providers[provider]["models"][model]["variants"]}


def test_a_bound_leaves_room_for_the_answer_and_for_thought() -> None:
    assert 500 + 4_000 <= bound_of(_unit(500)) < 500 + 4_000 + 512
    assert 1_500 + 16_000 <= bound_of(_unit(1_500, deep=True)) < 1_500 + 16_000 + 512


def test_every_bound_that_a_unit_of_ours_can_have_is_known_to_the_server() -> None:
    known = _variants(with_bounds({}, ["anthropic/m"], {}), "anthropic", "m")
    longest = max(kind.output_tokens for kind in KINDS.values())
    for most in range(1, 4 * 600 + 1, 100):
        assert variant_of(_unit(most)) in known
    for most in range(1, longest + 1, 100):
        assert known[variant_of(_unit(most, deep=True))] == {"max_tokens": bound_of(_unit(most, deep=True))}


@pytest.mark.parametrize(
    ("package", "body"),
    [
        ("@ai-sdk/openai-compatible", {"max_tokens": 5120}),
        ("aisdk:@ai-sdk/anthropic", {"max_tokens": 5120}),
        ("@openrouter/ai-sdk-provider-openrouter", {"max_tokens": 5120}),
        ("@ai-sdk/openai", {"max_output_tokens": 5120}),
        ("@opencode/ai/providers/google", {"generationConfig": {"maxOutputTokens": 5120}}),
    ],
)
def test_the_bound_stands_where_the_interface_looks_for_it(package: str, body: dict[str, Any]) -> None:
    found = with_bounds({}, ["mine/m"], {"mine": package})
    assert _variants(found, "mine", "m")["repodoc-5120"] == body


def test_an_interface_that_is_not_known_gets_no_bound() -> None:
    assert with_bounds({}, ["mine/m", "no-slash", ""], {"mine": "@someone/else"}) == {}


def test_what_the_user_says_of_a_provider_stays() -> None:
    mine: dict[str, Any] = {
        "anthropic": {"settings": {"apiKey": "k"}, "models": {"m": {"variants": [{"id": "low"}]}}}
    }
    found = with_bounds(mine, ["anthropic/m"], {})
    assert found["anthropic"]["settings"] == {"apiKey": "k"}
    assert found["anthropic"]["models"]["m"]["variants"][0] == {"id": "low"}
    assert mine["anthropic"]["models"]["m"] == {"variants": [{"id": "low"}]}


def test_a_model_that_gives_less_is_asked_as_it_is() -> None:
    assert fits(5120, 0, {"repodoc-5120"})
    assert fits(5120, 8192, {"repodoc-5120"})
    assert not fits(5120, 4096, {"repodoc-5120"})
    assert not fits(5120, 8192, {"low"})


def test_providers_in_the_form_of_version_2_are_taken_over(tmp_path: Path, monkeypatch: Any) -> None:
    home = tmp_path / "home"
    folder = home / ".config" / "opencode"
    folder.mkdir(parents=True)
    cost = {"input": 2, "output": 8, "cache": {"read": 0.2, "write": 1}}
    mine = {"package": "aisdk:@ai-sdk/openai-compatible", "models": {"m": {"cost": cost}}}
    (folder / "opencode.json").write_text(json.dumps({"model": "mine/m", "providers": {"mine": mine}}))
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "OPENCODE_CONFIG_CONTENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    profile = read_profile(OpenCodeConfig(), "system")
    assert profile.has_provider
    price = price_in_catalogue("mine/m")
    assert price is not None
    assert price.rates["output"] == 8
    for version in (1, 2):
        root = tmp_path / str(version)
        root.mkdir()
        prepare(profile, root, (version, 0, 0))
        settings = json.loads((root / "config" / "opencode" / "opencode.json").read_text())
        assert "providers" not in settings
    native = json.loads((tmp_path / "2" / "config" / "opencode" / "opencode.jsonc").read_text())
    assert native["providers"]["mine"]["package"] == mine["package"]
    assert "repodoc-5120" in _variants(native["providers"], "mine", "m")
    assert not (tmp_path / "1" / "config" / "opencode" / "opencode.jsonc").exists()
    assert (tmp_path / "1" / "config" / "opencode" / "plugin" / "repodoc-bound.js").exists()
