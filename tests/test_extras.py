"""The command that adds an extra, for each way in which the program may have been installed."""

from __future__ import annotations

import json
import sys
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest

from repodoc_hooks import extras
from repodoc_hooks.extras import install_command

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"url": "https://host/team/r.git", "vcs_info": {"vcs": "git", "commit_id": COMMIT}}


class Installed(Distribution):
    """A distribution with a record of where it came from."""

    def __init__(self, record: dict[str, Any] | None) -> None:
        self._record = record

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            return (
                "Metadata-Version: 2.1\nName: repodoc-hooks\nVersion: 1\nProvides-Extra: watch\n"
                "Requires-Dist: rich>=14\nRequires-Dist: watchfiles>=1; extra == 'watch'\n"
            )
        return json.dumps(self._record) if self._record and filename == "direct_url.json" else None

    def locate_file(self, path: Any) -> Any:
        return Path(path)


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "a b" / "python"))
    return tmp_path


def installed(monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None = None) -> None:
    monkeypatch.setattr(extras, "distribution", lambda name: Installed(record))


@pytest.mark.parametrize("record", [None, GIT, {"url": "file:///src", "dir_info": {"editable": True}}])
def test_by_pip_only_what_is_missing(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None
) -> None:
    """So it needs no package index that has this program."""
    installed(monkeypatch, record)
    assert install_command("watch") == f"'{prefix}/a b/python' -m pip install 'watchfiles>=1'"


def test_an_environment_without_pip(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch)
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    assert install_command("watch") == f"uv pip install --python '{prefix}/a b/python' 'watchfiles>=1'"


def test_by_pipx(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (prefix / "pipx_metadata.json").write_text("{}")
    installed(monkeypatch, GIT)
    assert install_command("watch") == "pipx inject repodoc-hooks 'watchfiles>=1'"


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (None, ""),
        (GIT, f" @ git+https://host/team/r.git@{COMMIT}"),
        ({"url": "file:///src", "dir_info": {}}, " @ file:///src"),
    ],
)
def test_by_uv_with_the_extras_it_had(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, record: dict[str, Any] | None, place: str
) -> None:
    receipt = '[tool]\nrequirements = [{ name = "repodoc-hooks", extras = ["tui"] }, { name = "other" }]\n'
    (prefix / "uv-receipt.toml").write_text(receipt)
    installed(monkeypatch, record)
    assert install_command("watch") == f"uv tool install --force 'repodoc-hooks[tui,watch]{place}'"


@pytest.mark.parametrize(
    "receipt", ["", "[tool]", "tool = 1", "requirements = [", "[tool]\nrequirements = [1]"]
)
def test_a_damaged_receipt(prefix: Path, monkeypatch: pytest.MonkeyPatch, receipt: str) -> None:
    (prefix / "uv-receipt.toml").write_text(receipt)
    installed(monkeypatch)
    assert install_command("watch") == "uv tool install --force 'repodoc-hooks[watch]'"
