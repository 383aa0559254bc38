"""What hook frameworks are told: the manifest, and recipes that say the same as `repodoc init` writes."""

from __future__ import annotations

import re
from typing import Any

from ruamel.yaml import YAML

from repodoc_hooks.hooks import HOOKS
from repodoc_hooks.resources import shims_dir
from repodoc_hooks.setup.pre_commit_config import with_hooks
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
        words = hook["entry"].split()
        if words[:2] == ["repodoc", "hook"]:
            assert hook["stages"] == [words[2]]
            served.add(words[2])
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
        assert hook["entry"] == manifest[hook["id"]]["entry"]
        assert hook["stages"] == manifest[hook["id"]]["stages"]
