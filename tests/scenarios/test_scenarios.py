"""Every scenario of this folder, under every runner, against a control without repodoc."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from repodoc_hooks.git import install
from tests.repos import PYTHON_PROJECT, Repo
from tests.scenarios.play import Seen, play
from tests.scenarios.runners import RUNNERS, write_settings
from tests.scenarios.script import Scenario, parse

SCENARIOS = {file.stem: parse(file) for file in sorted(Path(__file__).parent.glob("*.txt"))}


@pytest.fixture(scope="session")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where repositories that are ready to be copied wait, one for each runner."""
    return tmp_path_factory.mktemp("grounds")


@pytest.fixture(autouse=True)
def program_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """The hooks find `repodoc` on PATH."""
    monkeypatch.setattr(install, "program", lambda: "repodoc")


def ready(grounds: Path, runner: str) -> Path:
    """A repository with current pages and the runner's hooks; without any for the runner "none"."""
    folder = grounds / runner
    if folder.exists():
        return folder
    if runner != "none":
        shutil.copytree(ready(grounds, "none"), folder, symlinks=True)
        RUNNERS[runner](Repo(folder))
        return folder
    repo = Repo.init(folder)
    repo.write_all(PYTHON_PROJECT)
    # Two components that know nothing of each other: an edit makes one page stale.
    repo.replace("src/shop/till.py", "from core.text import shout\n\n\n", "")
    repo.replace("src/shop/till.py", "shout(", "str(")
    write_settings(repo)
    repo.git("add", "-A")
    repo.repodoc("init", "--yes", "--hooks", "none")
    repo.commit("Start")
    # Fewer files to copy for every test.
    repo.git("gc", "--quiet")
    for sample in (folder / ".git" / "hooks").glob("*.sample"):
        sample.unlink()
    return folder


_controls: dict[str, list[Seen]] = {}


def control(grounds: Path, scenario: Scenario, folder: Path) -> list[Seen]:
    """What the scenario leads to where repodoc is not installed."""
    if scenario.name not in _controls:
        shutil.copytree(ready(grounds, "none"), folder / "repo", symlinks=True)
        _controls[scenario.name] = play(scenario, "none", folder / "repo", None).seen
    return _controls[scenario.name]


@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("name", SCENARIOS)
def test_scenario(name: str, runner: str, grounds: Path, tmp_path: Path) -> None:
    scenario = SCENARIOS[name]
    expected = control(grounds, scenario, tmp_path / "control")
    shutil.copytree(ready(grounds, runner), tmp_path / "ours" / "repo", symlinks=True)
    played = play(scenario, runner, tmp_path / "ours" / "repo", expected)
    if played.failures:
        pytest.fail("\n".join([scenario.about, *played.failures]), pytrace=False)
