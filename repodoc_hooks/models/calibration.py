"""What the estimates of tokens are worth, learned from what providers report."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path

from repodoc_hooks.backends.base import WorkUnit
from repodoc_hooks.private import keep_file, read_json
from repodoc_hooks.sections.task import Usage

CALIBRATION_NAME = "calibration.json"


class Calibration:
    """How far real token counts are from the estimate, by model; learned from what providers report.

    A running average in one small file: a lost update costs a little accuracy.
    """

    _WEIGHT = 0.2

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._ratios = self._read()

    def ratio(self, model: str) -> float:
        """The factor for the estimates of a model, 1.0 before anything is known."""
        return self._ratios.get(model, 1.0)

    def learn(self, model: str, unit: WorkUnit, usage: Usage) -> None:
        """Take in what a request, estimated by the present ratio, was counted as."""
        counted = usage.input + usage.cache_read + usage.cache_write
        if not counted or not unit.estimated_tokens:
            return
        with self._lock:
            old = self.ratio(model)
            seen = old * counted / unit.estimated_tokens
            first = model not in self._ratios
            new = seen if first else old + self._WEIGHT * (seen - old)
            self._ratios[model] = round(min(4.0, max(0.25, new)), 4)

    def save(self) -> None:
        """Write the file, if there is anything to write."""
        with self._lock:
            if not self._ratios:
                return
            with suppress(OSError):
                keep_file(self._path, json.dumps({**self._read(), **self._ratios}, sort_keys=True).encode())

    def _read(self) -> dict[str, float]:
        try:
            return {str(name): float(ratio) for name, ratio in read_json(self._path).items()}
        except (ValueError, AttributeError, TypeError):
            return {}
