"""Builds what a wheel has beside the package: for every git hook the program `repodoc-<hook>`, for hook frameworks."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ShimPrograms(BuildHookInterface):  # type: ignore[type-arg]
    """Makes the shims when the wheel is built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the scripts into a folder of their own and name them to the builder."""
        sys.path.insert(0, self.root)
        try:
            from repodoc_hooks.shims import HOOKS, shim
        finally:
            sys.path.remove(self.root)
        self._folder = tempfile.TemporaryDirectory(prefix="repodoc-shims-")
        for hook in HOOKS:
            script = Path(self._folder.name, f"repodoc-{hook}")
            script.write_text(shim(hook), "utf-8")
            script.chmod(0o755)
            build_data["shared_scripts"][str(script)] = script.name

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel has them now."""
        self._folder.cleanup()
