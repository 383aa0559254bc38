"""One record a backend, and no list of them besides."""

from __future__ import annotations

from pathlib import Path

import pytest

from repodoc_hooks import config as settings
from repodoc_hooks.backends.registry import RECORDS, open_backends, records
from repodoc_hooks.config import BackendsConfig, ClaudeConfig, OpenCodeConfig

MODELS = BackendsConfig(
    opencode=OpenCodeConfig(model="fake/quick", deep_model="fake/deep"),
    claude=ClaudeConfig(model="quick", deep_model="deep"),
)


def test_the_light_list_of_names_is_that_of_the_records() -> None:
    assert set(settings.BACKEND_NAMES) == {*RECORDS, "offline"}


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_a_record_says_all_that_others_need(name: str, tmp_path: Path) -> None:
    record = RECORDS[name]
    assert record.name == name
    assert record.install.startswith("npm install -g ")
    assert record.secrets
    assert record.model(MODELS, False).endswith("quick")
    assert record.model(MODELS, True).endswith("deep")
    assert record.price(MODELS, "no-such-model") is None
    made = open_backends([name, "offline"], MODELS, tmp_path, "system")
    assert [backend.name for backend in made.values()] == [name]
    for backend in made.values():
        backend.close()


def test_offline_and_none_have_no_record() -> None:
    assert [record.name for record in records(["claude", "offline", "none", "opencode"])] == [
        "claude",
        "opencode",
    ]
