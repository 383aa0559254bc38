"""The wheel: what is inside, and that it works away from the checkout."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from repodoc_hooks.shims import HOOKS, shim
from tests.repos import PYTHON_PROJECT, Repo

CHECKOUT = Path(__file__).resolve().parent.parent


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*command, "-w", str(tmp_path), str(CHECKOUT)], check=True, capture_output=True)
    (built,) = tmp_path.glob("*.whl")
    return built


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The `bin` of a fresh environment with the wheel; what it depends on is lent by this interpreter."""
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    python = venv / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run(
        [*pip, "install", "-q", "--no-deps", "--no-index", str(wheel)], check=True, capture_output=True
    )
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_wheel_holds_templates_shims_and_types(wheel: Path) -> None:
    shipped = set(zipfile.ZipFile(wheel).namelist())
    expected = {"repodoc_hooks/py.typed"}
    for source, inside in (("templates", "_templates"), ("hooks", "_shims")):
        files = [file for file in (CHECKOUT / source).rglob("*") if file.is_file()]
        assert files, f"{source}/ is empty"
        expected |= {f"repodoc_hooks/{inside}/{file.relative_to(CHECKOUT / source)}" for file in files}
    assert expected <= shipped
    assert not {name for name in shipped if name.startswith(("tests/", "benchmarks/"))}


def test_the_wheel_has_a_program_for_every_git_hook(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    scripts = {Path(name).name: name for name in archive.namelist() if ".data/scripts/" in name}
    assert set(scripts) == {f"repodoc-{hook}" for hook in HOOKS}
    for hook in HOOKS:
        entry = archive.getinfo(scripts[f"repodoc-{hook}"])
        assert archive.read(entry).decode() == shim(hook)
        assert entry.external_attr >> 16 & 0o111


def test_the_wheel_documents_a_new_repository(installed: Path, tmp_path: Path) -> None:
    repo = Repo.init(tmp_path / "work")
    repo.write_all(PYTHON_PROJECT)
    repo.commit("Start")
    program = installed / "repodoc"
    assert repo.run(program, "--version").stdout.startswith("repodoc")
    where = "import repodoc_hooks; print(repodoc_hooks.__file__)"
    assert Path(repo.run(installed / "python", "-c", where).stdout).is_relative_to(installed.parent)
    repo.run(program, "init", "--yes")
    assert repo.exists("docs/repodoc/src/core/README.md")
    repo.commit("Document")
    assert repo.run(program, "check").returncode == 0
