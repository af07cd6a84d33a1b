// Runs the search module beside the page. The module knows how to search and knows no network: asked
// something, it answers or names the pieces of the index that it lacks. They are fetched here, in
// parallel, and it is asked again. A classic script: a browser needs workers and WebAssembly, no more.
//
//   page -> worker  {id, op: "load", wasm, base, config}   addresses of the module, of the index, of index/config.json
//                   {id, op: "search" | "facets" | "snippets" | "complete" | "similar", …}
//   worker -> page  {id, index, …answer}   `index` changes when another index is searched: its documents
//                                          have other numbers; a question about documents says whose
//                   {id, superseded: true} a newer question of the same sort has come
//                   {id, error: {message, hint}}
(function () {
  "use strict";
  // Milliseconds for one attempt at one file, and before the second attempt.
  const PATIENCE = 15000;
  const PAUSE = 400;
  // Three are the rule; many more mean that module and index do not understand each other.
  const ROUNDS = 16;
  const RELOAD = "Reload the page.";

  let places = null; // as the page told; `base` moves with the site
  let compiled = null; // promise of the module
  let engine = null; // promise of {exports, base, index}
  let index = 0;
  const newest = {}; // the latest question of each sort
  const underway = new Map(); // pieces being fetched, by address

  // Why there is no answer. `cause`: "gone" and "damaged" files may be had elsewhere after a redeploy.
  class Failure extends Error {
    constructor(message, hint, cause) {
      super(message);
      this.hint = hint || null;
      this.cause = cause;
    }
  }

  // ---- files ----

  async function attempt(url, cache) {
    const abort = new AbortController();
    const timer = setTimeout(function () { abort.abort(); }, PATIENCE);
    try {
      const answer = await fetch(url, { cache: cache, signal: abort.signal });
      if (answer.status === 404 || answer.status === 410) throw new Failure("A part of the search is not there any more", RELOAD, "gone");
      if (!answer.ok) throw new Failure("The server refuses a part of the search (status " + answer.status + ")", "Try again later.");
      return new Uint8Array(await answer.arrayBuffer());
    } catch (error) {
      if (error instanceof Failure) throw error;
      if (abort.signal.aborted) throw new Failure("A part of the search takes too long to load", "Try again when the connection is better.");
      throw new Failure("A part of the search cannot be loaded: the network fails", "Try again when you are online.");
    } finally {
      clearTimeout(timer);
    }
  }

  // A host that unpacks on its own account has done so already.
  async function unzipped(bytes) {
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
    if (typeof DecompressionStream === "undefined") throw new Failure("This browser is too old to search here", null);
    try {
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return new Uint8Array(await new Response(stream).arrayBuffer());
    } catch (error) {
      throw damaged();
    }
  }
  function damaged() { return new Failure("A part of the search arrived damaged", RELOAD, "damaged"); }

  // What `use` makes of the bytes at `url`. What is refused, late or damaged is fetched once more, past
  // the cache; what is gone is gone.
  async function get(url, use) {
    try {
      return await use(await unzipped(await attempt(url, "default")));
    } catch (error) {
      if (!(error instanceof Failure) || error.cause === "gone") throw error;
      await new Promise(function (done) { setTimeout(done, PAUSE); });
      return use(await unzipped(await attempt(url, "reload")));
    }
  }

  // ---- the module ----

  // Hands `bytes` over: the module frees them.
  function give(exports, bytes) {
    const at = exports.alloc(bytes.length) >>> 0;
    new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes);
    return at;
  }
  function told(exports, at) {
    const start = at >>> 0;
    const length = new DataView(exports.memory.buffer).getUint32(start, true);
    const text = new TextDecoder().decode(new Uint8Array(exports.memory.buffer, start + 4, length));
    return text ? JSON.parse(text) : {};
  }

  function started() {
    if (!engine) {
      const base = places.base;
      engine = start(base);
      // What failed is tried again with the next question.
      engine.catch(function () { engine = null; });
    }
    return engine;
  }
  async function start(base) {
    if (!compiled) {
      compiled = get(places.wasm, compile);
      compiled.catch(function () { compiled = null; });
    }
    const both = await Promise.all([compiled, get(base + "hot.bin", function (bytes) { return bytes; })]);
    const exports = (await WebAssembly.instantiate(both[0], {})).exports;
    const answer = told(exports, exports.open(give(exports, both[1]), both[1].length));
    // What the module says of it is for those who build an index.
    if (answer.error) throw damaged();
    index += 1;
    return { exports: exports, base: base, index: index };
  }
  async function compile(bytes) {
    try {
      return await WebAssembly.compile(bytes);
    } catch (error) {
      const isModule = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
      throw isModule ? new Failure("This browser does not run the search: " + error.message) : damaged();
    }
  }

  // Two questions that lack the same piece share one fetch.
  function piece(running, number) {
    const url = running.base + number + ".bin";
    if (!underway.has(url)) {
      const done = get(url, async function (bytes) {
        // After a trap there is another instance over the same index; after a redeploy, another index.
        const now = engine && (await engine);
        if (!now || now.base !== running.base) return;
        const answer = told(now.exports, now.exports.supply(number, give(now.exports, bytes), bytes.length));
        if (answer.error) throw damaged();
      }).finally(function () { underway.delete(url); });
      underway.set(url, done);
    }
    return underway.get(url);
  }

  async function answered(question) {
    const bytes = new TextEncoder().encode(JSON.stringify(question));
    for (let round = 0; round < ROUNDS; round++) {
      const running = await started();
      if (newest[question.op] !== question.id) return { superseded: true };
      // Numbers of documents mean nothing in another index.
      if (question.index && question.index !== running.index) return { superseded: true };
      const exports = running.exports;
      const answer = told(exports, exports.step(give(exports, bytes), bytes.length));
      if (!answer.need) return Object.assign({ index: running.index }, answer);
      await Promise.all(answer.need.map(function (number) { return piece(running, number); }));
    }
    throw new Failure("The search asks for the same parts again and again", RELOAD);
  }

  // Is the index somewhere else than at `base` by now? The site may have been deployed anew while the
  // page was open: its configuration says where the index is.
  async function moved(base) {
    if (places.base !== base) return true;
    let config;
    try {
      config = JSON.parse(new TextDecoder().decode(await attempt(places.config, "no-cache")));
    } catch (error) {
      return false;
    }
    const digest = (config.search || {}).digest;
    if (!/^[0-9a-f]{64}$/.test(digest || "")) return false;
    if (places.base === base && !base.endsWith("/" + digest + "/")) {
      places.base = base.replace(/[^/]*\/$/, digest + "/");
      engine = null;
    }
    return places.base !== base;
  }

  // An answer, if need be from another instance of the module or from the index that took the place of
  // this one; each is tried once.
  async function ask(answer) {
    for (let again = false; ; again = true) {
      const base = places.base;
      try {
        return await answer();
      } catch (error) {
        if (again) throw error;
        // Whatever a module left half done when it broke off goes with its memory.
        if (error instanceof WebAssembly.RuntimeError) engine = null;
        else if (!(error instanceof Failure && error.cause && (await moved(base)))) throw error;
      }
    }
  }

  self.onmessage = async function (event) {
    const question = event.data;
    newest[question.op] = question.id;
    let answer;
    try {
      if (question.op === "load") {
        places = { wasm: question.wasm, base: question.base, config: question.config };
        answer = await ask(async function () { return { index: (await started()).index }; });
      } else {
        answer = await ask(function () { return answered(question); });
      }
    } catch (error) {
      const known = error instanceof Failure;
      const message = known ? error.message : "The search broke off: " + error.message;
      answer = { error: { message: message, hint: known ? error.hint : RELOAD } };
    }
    answer.id = question.id;
    self.postMessage(answer);
  };
})();
