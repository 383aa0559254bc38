// Lints Markdown with markdownlint's defaults: a JSON object of texts by name in, a JSON list of findings out.
// usage: node markdownlint.mjs NODE_MODULES < texts.json
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { lint } = await import(pathToFileURL(path.join(process.argv[2], "markdownlint/lib/exports-promise.mjs")).href);
const found = await lint({ strings: JSON.parse(readFileSync(0, "utf8")) });
const lines = Object.entries(found).flatMap(([name, findings]) =>
  findings.map((f) => `${name}:${f.lineNumber} ${f.ruleNames.join("/")} ${f.errorDetail ?? ""} ${f.errorContext ?? ""}`),
);
process.stdout.write(JSON.stringify(lines));
