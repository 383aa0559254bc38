"""What hook frameworks are told: the manifest, and recipes that say the same as `repodoc init` writes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from repodoc_hooks.resources import shims_dir
from repodoc_hooks.setup.pre_commit_config import with_hooks
from repodoc_hooks.shims import HOOKS
from tests.git.test_staging import CHECKOUT
from tests.repos import Repo


def yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


def test_manifest(repo: Repo) -> None:
    manifest = CHECKOUT / ".pre-commit-hooks.yaml"
    for tool in ("pre-commit", "prek"):
        repo.run(tool, "validate-manifest", manifest)
    hooks = {hook["id"]: hook for hook in yaml(manifest.read_text())}
    assert {"repodoc-update", "repodoc-check", "repodoc-notes", "repodoc-refresh", "repodoc-push"} < set(
        hooks
    )
    served = set()
    for hook in hooks.values():
        assert hook["always_run"] is True
        assert hook["pass_filenames"] is False
        if match := re.fullmatch(r"repodoc(?: hook |-)(\S+-\S+)", hook["entry"]):
            assert hook["stages"] == [match[1]]
            served.add(match[1])
    assert served == set(HOOKS)


def test_recipe_for_pre_commit_is_what_init_writes() -> None:
    recipes = (shims_dir() / "RECIPES.md").read_text()
    (shown,) = re.findall(
        r"^```yaml \.pre-commit-config\.yaml\n(.*?)^```$", recipes, re.MULTILINE | re.DOTALL
    )
    written = yaml(with_hooks(""))
    assert yaml(shown) == written
    manifest = {hook["id"]: hook for hook in yaml((CHECKOUT / ".pre-commit-hooks.yaml").read_text())}
    for hook in written["repos"][0]["hooks"]:
        assert manifest[hook["id"]]["entry"] in hook["entry"]
        assert hook["stages"] == manifest[hook["id"]]["stages"]


@pytest.mark.parametrize("tool", ["pre-commit", "prek"])
def test_no_python_starts_for_a_commit_of_nothing_relevant(project: Repo, tmp_path: Path, tool: str) -> None:
    project.write(".pre-commit-config.yaml", with_hooks(""))
    project.run(tool, "install")
    project.commit("Set up", hooks=False)
    python = Repo(tmp_path).write("programs/repodoc", '#!/bin/sh\necho "$*" >>"$LOG"\n')
    python.chmod(0o755)
    log = tmp_path / "log"
    env = {"LOG": str(log), "PATH": f"{python.parent}:{os.environ['PATH']}"}
    project.write("notes.txt", "nothing\n")
    project.git("add", "-A")
    project.run("git", "commit", "-qm", "Note", env=env)
    assert not log.exists()
    project.replace("src/core/text.py", "upper", "title")
    project.run("git", "commit", "-qam", "Edit", env=env)
    assert log.read_text().splitlines() == ["hook pre-commit", "hook post-commit"]


def test_below_the_top_everything_counts(project: Repo, tmp_path: Path) -> None:
    """A framework with projects of its own in subfolders runs hooks there."""
    program = Repo(tmp_path).write("programs/repodoc", "#!/bin/sh\necho asked\n")
    program.chmod(0o755)
    project.replace("src/core/text.py", "upper", "title")
    project.git("add", "-A")
    done = project.run(
        "repodoc-pre-commit", cwd="src/shop", env={"PATH": f"{program.parent}:{os.environ['PATH']}"}
    )
    assert done.stdout == "asked\n"
