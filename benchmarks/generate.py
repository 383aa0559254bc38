"""Repositories of any size, made quickly and always the same: `git fast-import` and one checkout.

Sources stand in packages of 20 files, every fifth package in Go or JavaScript instead of Python; a Python
module imports one of the package before its own, so that the packages hang together in chains of ten. The
other files are small data in folders of 100.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

PER_PACKAGE = 20
_CHAIN = 10


def _python(package: int, module: int) -> str:
    linked = package % _CHAIN != 0 and (package - 1) % 5 != 4
    imported = f"from src.pkg_{package - 1:05}.mod_{module:02} import step_{module}\n\n" if linked else ""
    call = f"step_{module}(total)" if linked else "total + 1"
    return f'''"""Module {module} of package {package}: sums and labels."""

from __future__ import annotations

{imported}LIMIT = {package * 7 + module}


class Counter{module}:
    """Counts things of kind {module}."""

    def __init__(self, start: int = 0) -> None:
        self.total = start

    def add(self, amount: int) -> int:
        """Add an amount and give the new total."""
        if amount > LIMIT:
            raise ValueError(f"{{amount}} is more than {{LIMIT}}")
        self.total += amount
        return self.total


def next_{module}(total: int) -> int:
    """The total after one more step."""
    return {call}


def step_{module}(total: int, times: int = 1) -> int:
    """Take several steps at once."""
    for _ in range(times):
        total = total * 3 % (LIMIT + 1)
    return total


def _label(total: int) -> str:
    return f"{package}.{module}: {{total}}"
'''


def _go(package: int, module: int) -> str:
    return f"""// Package pkg{package} sums and labels.
package pkg{package}

import "fmt"

// Limit{module} bounds the totals of file {module}.
const Limit{module} = {package * 7 + module}

// Counter{module} counts things of kind {module}.
type Counter{module} struct {{
	Total int
}}

// Add adds an amount and gives the new total.
func (c *Counter{module}) Add(amount int) (int, error) {{
	if amount > Limit{module} {{
		return 0, fmt.Errorf("%d is more than %d", amount, Limit{module})
	}}
	c.Total += amount
	return c.Total, nil
}}

func label{module}(total int) string {{
	return fmt.Sprintf("{package}.{module}: %d", total)
}}
"""


def _javascript(package: int, module: int) -> str:
    return f"""/** Counts things of kind {module}. */
export class Counter{module} {{
  constructor(start = 0) {{
    this.total = start;
  }}

  /** Add an amount and give the new total. */
  add(amount) {{
    this.total += amount;
    return this.total;
  }}
}}

/** The total after one more step. */
export function next{module}(total) {{
  return total * {package % 13 + 2} + {module};
}}
"""


def sources(count: int) -> Iterator[tuple[str, str]]:
    """Paths and texts of `count` source files."""
    for number in range(count):
        package, module = divmod(number, PER_PACKAGE)
        folder = f"src/pkg_{package:05}"
        if package % 5 != 4:
            yield f"{folder}/mod_{module:02}.py", _python(package, module)
        elif package % 2:
            yield f"{folder}/mod_{module:02}.go", _go(package, module)
        else:
            yield f"{folder}/mod_{module:02}.js", _javascript(package, module)


def data(count: int) -> Iterator[tuple[str, str]]:
    """Paths and texts of `count` files that are no source."""
    for number in range(count):
        yield f"data/{number // 100:04}/record_{number % 100:02}.txt", f"record {number}\n" * 5


def repository(path: Path, source_files: int, other_files: int = 0, *, env: Mapping[str, str]) -> Path:
    """Make a repository with one commit at `path`, checked out on branch `main`."""
    subprocess.run(["git", "init", "-q", "-b", "main", str(path)], env=dict(env), check=True)
    command = ["git", "-C", str(path), "fast-import", "--quiet"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=dict(env))
    assert process.stdin is not None
    write = process.stdin.write
    write(b"commit refs/heads/main\ncommitter Gen <gen@example.org> 1700000000 +0000\ndata 5\nStart\n")
    readme = ("README.md", f"# Generated\n\n{source_files} source files and {other_files} others.\n")
    for name, text in (readme, *sources(source_files)):
        body = text.encode()
        write(b"M 100644 inline %b\ndata %d\n%b\n" % (name.encode(), len(body), body))
    for name, text in data(other_files):
        body = text.encode()
        write(b"M 100644 inline %b\ndata %d\n%b\n" % (name.encode(), len(body), body))
    process.stdin.close()
    if process.wait():
        raise RuntimeError(f"git fast-import failed in {path}")
    subprocess.run(["git", "-C", str(path), "reset", "-q", "--hard", "main"], env=dict(env), check=True)
    return path
