// Asks Pagefind and MiniSearch, at their default settings, what our own engine is asked.
//
//   node others.mjs WORK PAGEFIND MINISEARCH        the packages' folders; WORK/asked.json is
//   {"documents": [{name, kind, category, summary, keywords, readme}], "queries": [{text, is, isNot}], "depth": 10}
//   WORK/answered.json becomes {"pagefind": [[name, …], …], "minisearch": [[name, …], …]}, an answer a query.
//
// Neither has a query language with filters, but both can filter: what is typed as `kind:skill` is handed to
// them as `is: {kind: ["skill"]}` in the way that they provide for it.
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [work, pagefindFolder, minisearchFolder] = process.argv.slice(2);
const { documents, queries, depth } = JSON.parse(await readFile(join(work, "asked.json"), "utf8"));

const answered = { pagefind: await pagefind(), minisearch: await minisearch() };
await writeFile(join(work, "answered.json"), JSON.stringify(answered));

// What a page of a package would be: its name as heading, then everything else. The heading is without the
// namespace, since Pagefind reads `namespace/name` as one word and would hardly find a name by itself.
function page(document) {
  const [name] = document.name.split("/").slice(-1);
  const body = [`<h1>${escaped(name)}</h1>`, `<p>${escaped(document.name)}</p>`];
  body.push(`<p>${escaped(document.summary)}</p>`);
  body.push(`<p>${escaped(document.keywords.join(", "))}</p>`);
  for (const field of ["kind", "category"]) {
    for (const value of [document[field]].flat()) {
      body.push(`<p data-pagefind-filter="${field}">${escaped(value)}</p>`);
    }
  }
  for (const keyword of document.keywords) {
    body.push(`<span hidden data-pagefind-ignore data-pagefind-filter="tag">${escaped(keyword)}</span>`);
  }
  for (const paragraph of document.readme.split(/\n(?=\s*\n|#)/)) {
    const heading = paragraph.trim().match(/^(#{1,6})\s+(.*)([^]*)$/);
    if (heading) {
      // The page has its first heading already.
      const level = Math.min(heading[1].length + 1, 6);
      body.push(`<h${level}>${escaped(heading[2])}</h${level}><p>${escaped(heading[3])}</p>`);
    } else {
      body.push(`<p>${escaped(paragraph)}</p>`);
    }
  }
  return `<!doctype html><html lang="en"><head><title>${escaped(name)}</title></head><body>${body.join("\n")}</body></html>`;
}

function escaped(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"]/g, (letter) => entities[letter]);
}

async function pagefind() {
  const own = await import(pathToFileURL(join(pagefindFolder, "lib/index.js")));
  const { index } = await own.createIndex();
  for (const [at, document] of documents.entries()) {
    const { errors } = await index.addHTMLFile({ url: `/${at}/`, content: page(document) });
    if (errors.length) throw new Error(`${document.name}: ${errors}`);
  }
  const bundle = join(work, "pagefind");
  await rm(bundle, { recursive: true, force: true });
  const { errors } = await index.writeFiles({ outputPath: bundle });
  if (errors.length) throw new Error(String(errors));
  await own.close();

  // Pagefind's own code for the browser, with its files read from the disk.
  globalThis.fetch = async (url) => new Response(await readFile(new URL(url, pathToFileURL(bundle))));
  const browser = await import(pathToFileURL(join(bundle, "pagefind.js")));
  const answers = [];
  for (const { text, is, isNot } of queries) {
    const not = Object.keys(isNot).length ? { not: isNot } : {};
    const any = Object.entries(is).map(([field, values]) => [field, { any: values }]);
    const filters = { ...Object.fromEntries(any), ...not };
    // A filter without words: `null` lists everything that passes.
    const { results } = await browser.search(text || null, { filters });
    const found = await Promise.all(results.slice(0, depth).map((result) => result.data()));
    answers.push(found.map(({ url }) => documents[Number(url.match(/(\d+)\/$/)[1])].name));
  }
  return answers;
}

async function minisearch() {
  const { default: MiniSearch } = await import(pathToFileURL(join(minisearchFolder, "dist/es/index.js")));
  const index = new MiniSearch({ idField: "name", fields: ["name", "summary", "keywords", "readme"] });
  index.addAll(documents.map((document) => ({ ...document, keywords: document.keywords.join(" ") })));
  const byName = new Map(documents.map((document) => [document.name, document]));
  const has = (document, field, values) =>
    [field === "tag" ? document.keywords : document[field]].flat().some((value) => values.includes(value));
  return queries.map(({ text, is, isNot }) => {
    const filter = ({ id }) => {
      const document = byName.get(id);
      return (
        Object.entries(is).every(([field, values]) => has(document, field, values)) &&
        !Object.entries(isNot).some(([field, values]) => has(document, field, values))
      );
    };
    const found = index.search(text || MiniSearch.wildcard, { filter });
    return found.slice(0, depth).map(({ id }) => id);
  });
}
