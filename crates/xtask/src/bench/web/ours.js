// Our engine: the worker of the gallery, driven by its protocol.
"use strict";

function open() {
  // As the gallery's page does: fetched while the worker starts.
  for (const file of ["assets/search.wasm.bin", "search/DIGEST/hot.bin"]) {
    fetch(file).then((answer) => answer.arrayBuffer());
  }
  const worker = new Worker("assets/search-worker.js");
  const waiting = new Map();
  let last = 0;
  const ask = (op, more) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    worker.postMessage({ id: last, op, ...more });
  });
  worker.onmessage = ({ data }) => {
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) reject(new Error(data.error.message));
    else if (data.superseded) reject(new Error("superseded"));
    else resolve(data);
  };
  const at = (path) => new URL(path, location.href).href;
  const loaded = ask("load", {
    wasm: at("assets/search.wasm.bin"),
    base: at("search/DIGEST/"),
    config: at("index/config.json"),
  });
  return async (text, filter) => {
    const query = filter ? `${text} ${filter[0]}:${filter[1]}` : text;
    const [answer] = await Promise.all([
      ask("search", { query, from: 0, limit: 10, registry: "corpus" }),
      loaded,
    ]);
    return answer;
  };
}
