"""The names that TypeScript and JavaScript modules export, beside those that the TypeScript compiler finds.

    python -m benchmarks.truth_exports TYPESCRIPT FOLDER ...

TYPESCRIPT is a folder in which `npm install typescript` was run. Each module is compared by the names that it exports
itself, `export *` as the name `*`; prints precision and recall a folder and the first names that differ.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from repodoc_hooks.analysis.languages import language_of, parse

_LANGUAGES = frozenset({"typescript", "tsx"})
_SHOWN = 10
_PROGRAM = """
const ts = require(process.argv[1] + '/node_modules/typescript');
const files = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const program = ts.createProgram(files, {noResolve: true, noLib: true, jsx: 1, target: 99, module: 99});
program.getTypeChecker();
const found = {};
for (const file of files) {
  const source = program.getSourceFile(file);
  if (!source || !source.symbol) continue;
  const known = {__export: '*', 'export=': 'default'};
  const plain = s => known[s.escapedName] ?? ts.unescapeLeadingUnderscores(s.escapedName);
  const names = [...source.symbol.exports.values()].map(plain);
  found[file] = names;
}
console.log(JSON.stringify(found));
"""


def main(arguments: list[str]) -> int:
    """Compare the modules below every folder."""
    typescript, *folders = arguments
    for folder in folders:
        files = [str(f) for f in sorted(Path(folder).rglob("*")) if _is_module(f)]
        done = subprocess.run(
            ["node", "-e", _PROGRAM, str(Path(typescript).resolve())],
            input=json.dumps(files), capture_output=True, text=True, check=True,
        )  # fmt: skip
        theirs = {(f, name) for f, names in json.loads(done.stdout).items() for name in names}
        ours = {(f, e.name) for f in files for e in parse(language_of(f) or "", Path(f).read_bytes()).exports}
        both = len(ours & theirs)
        precision, recall = both / max(len(ours), 1), both / max(len(theirs), 1)
        print(f"{folder}: {len(theirs)} names, precision {precision:.4f}, recall {recall:.4f}")
        for sign, names in (("missing", theirs - ours), ("extra", ours - theirs)):
            for file, name in sorted(names)[:_SHOWN]:
                print(f"  {sign} {name} in {file}")
    return 0


def _is_module(file: Path) -> bool:
    return file.is_file() and "node_modules" not in file.parts and language_of(file.name) in _LANGUAGES


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
