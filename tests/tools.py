"""npm's tools for tests: installed once, by name and exact version, shared by all test processes.

They live in `.tools/npm` of the checkout, or in the folder that REPODOC_TEST_TOOLS names. OpenCode and
the Claude CLI come as their platform's own package: one native program, no install scripts, no Node
at run time.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from filelock import FileLock

from tests.isolation import ORIGINAL

VERSIONS = {
    "opencode": "1.18.33",
    "opencode2": "2.0.15",
    "@anthropic-ai/claude-code": "2.1.330",
    "lefthook": "2.2.2",
    "husky": "9.1.7",
    "lint-staged": "16.4.0",
    "mermaid": "11.17.2",
    "jsdom": "29.1.1",
}
CHECKOUT = Path(__file__).resolve().parent.parent


def _target(*, baseline: bool = False) -> str:
    """The platform's part in the names of native packages: `linux-x64`, `darwin-arm64` ..."""
    system = "darwin" if sys.platform == "darwin" else "linux"
    arch = "arm64" if platform.machine() in ("arm64", "aarch64") else "x64"
    parts = [system, arch]
    cpu = Path("/proc/cpuinfo")
    if baseline and arch == "x64" and cpu.exists() and " avx2 " not in cpu.read_text():
        parts.append("baseline")
    if system == "linux" and platform.libc_ver()[0] != "glibc":
        parts.append("musl")
    return "-".join(parts)


def root() -> Path:
    """The folder that holds `node_modules`."""
    return Path(ORIGINAL.get("REPODOC_TEST_TOOLS") or CHECKOUT / ".tools" / "npm").resolve()


def _installed(package: str) -> str:
    """The version that is installed, or ""."""
    try:
        manifest = json.loads((root() / "node_modules" / package / "package.json").read_text())
    except FileNotFoundError:
        return ""
    return str(manifest["version"])


@cache
def install(*wanted: tuple[str, str]) -> None:
    """Install (package, version) pairs that are not there yet, under a lock across processes."""
    folder = root()
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        missing = [f"{package}@{version}" for package, version in wanted if _installed(package) != version]
        if not missing:
            return
        npm = shutil.which("npm", path=ORIGINAL.get("PATH"))
        if npm is None:
            raise RuntimeError(f"npm is not on PATH and a test needs {missing}: install Node 20 or newer")
        options = ("--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", f"--prefix={folder}")
        done = subprocess.run(
            [npm, "install", *options, *missing],
            cwd=folder,
            env=ORIGINAL,
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"npm install {' '.join(missing)} failed:\n{done.stdout}\n{done.stderr}")


def npm_tool(name: str) -> Path:
    """The program `opencode`, `claude`, `lefthook`, `husky` or `lint-staged`, installed if need be."""
    match name:
        case "opencode":
            package = f"opencode-{_target(baseline=True)}"
            install((package, VERSIONS["opencode"]))
            program = root() / "node_modules" / package / "bin" / "opencode"
        case "opencode2":
            package = f"@opencode/cli-{_target(baseline=True)}"
            if "x64" in package and "baseline" not in package:
                package = package.replace(
                    "x64", "x64-baseline"
                )  # the one that is published for every processor
            install((package, VERSIONS["opencode2"]))
            program = root() / "node_modules" / package / "bin" / "opencode"
        case "claude":
            package = f"@anthropic-ai/claude-code-{_target()}"
            install((package, VERSIONS["@anthropic-ai/claude-code"]))
            program = root() / "node_modules" / package / "claude"
        case _:
            install((name, VERSIONS[name]))
            program = root() / "node_modules" / ".bin" / name
    assert program.exists(), f"{program} is missing from its package"
    return program


def node() -> Path:
    """The Node interpreter; RuntimeError without one."""
    found = shutil.which("node", path=ORIGINAL.get("PATH"))
    if found is None:
        raise RuntimeError("node is not on PATH: install Node 20 or newer")
    return Path(found)


def node_modules() -> Path:
    """The `node_modules` folder with mermaid and jsdom in it."""
    install(("mermaid", VERSIONS["mermaid"]), ("jsdom", VERSIONS["jsdom"]))
    return root() / "node_modules"
