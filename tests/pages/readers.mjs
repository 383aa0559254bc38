// What prettier makes of Markdown texts, and what MDX says of them: a JSON object of texts by name in, the same out.
// usage: node readers.mjs NODE_MODULES prettier|mdx < texts.json
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [modules, reader] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(modules, name)).href);
const texts = Object.entries(JSON.parse(readFileSync(0, "utf8")));
const results = {};
if (reader === "prettier") {
  const prettier = await load("prettier/index.mjs");
  for (const [name, text] of texts) results[name] = await prettier.format(text, { parser: "markdown" });
} else {
  const { compile } = await load("@mdx-js/mdx/index.js");
  const gfm = (await load("remark-gfm/index.js")).default;
  for (const [name, text] of texts) {
    // Docusaurus takes HTML comments for MDX comments before anything else.
    const source = text.replace(/<!--([\s\S]*?)-->/g, (_, words) => `{/*${words.replaceAll("*/", "")}*/}`);
    try {
      await compile(source, { remarkPlugins: [gfm] });
    } catch (error) {
      results[name] = String(error.message);
    }
  }
}
process.stdout.write(JSON.stringify(results));
