"""A Dask scheduler and its workers, each a process of its own on this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SOURCE = str(Path(__file__).parents[1])


@dataclass
class Cluster:
    """Its log and the workers' files are in `folder`; `env` is the environment of all processes."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    scheduler: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def up(self, workers: int, threads: int) -> str:
        """Start everything; the scheduler's address once all workers are there."""
        from repodoc_hooks.deferred.fleet import Fleet

        file = str(self.folder / "scheduler.json")
        self.scheduler = self._start("scheduler", "--host=127.0.0.1", "--port=0", f"--scheduler-file={file}")
        address = self.address
        for number in range(workers):
            place = self.folder / f"worker{number}"
            place.mkdir()
            options = (
                f"--nthreads={threads}",
                "--no-nanny",
                f"--local-directory={place}",
                "--host=127.0.0.1",
            )
            self.workers.append(self._start("worker", address, *options))
        with Fleet(address) as fleet:
            end = time.monotonic() + 60
            while fleet.sessions() < workers * threads:
                assert time.monotonic() < end, self.log
                time.sleep(0.1)
        return address

    def down(self) -> None:
        """Kill what still runs."""
        for process in (*self.workers, self.scheduler):
            if process is not None:
                process.kill()
                process.wait()

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        file = self.folder / "scheduler.json"
        end = time.monotonic() + 60
        while True:
            try:
                return str(json.loads(file.read_text())["address"])
            except (OSError, ValueError):
                assert time.monotonic() < end, self.log
                time.sleep(0.05)

    @property
    def log(self) -> str:
        """What all of them said."""
        return (self.folder / "log").read_text(errors="replace")

    def _start(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{program}", *options, "--no-dashboard"]
        env = {**self.env, "PYTHONPATH": _SOURCE}
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=env, cwd=self.folder, stdout=log, stderr=log)
