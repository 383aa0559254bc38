// Parses diagrams with the real Mermaid: one JSON string a line in, one JSON object a line out.
// usage: node mermaid_parse.mjs NODE_MODULES
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const modules = process.argv[2];
const { JSDOM } = createRequire(path.join(modules, "index.js"))("jsdom");
const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import(pathToFileURL(path.join(modules, "mermaid/dist/mermaid.core.mjs")).href);
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

function names(db) {
  if (db.getVertices) return [...db.getVertices().values()].map((vertex) => vertex.text ?? "");
  return [...db.getActors().values()].map((actor) => actor.description).concat(db.getMessages().map((m) => m.message));
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const text = JSON.parse(line);
  let answer;
  try {
    const { diagramType } = await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    answer = { error: "", type: diagramType, labels: names(db), title: db.getAccTitle() };
  } catch (error) {
    answer = { error: String(error.message ?? error), type: "", labels: [], title: "" };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
