// A world for the search worker: files, a module that counts, time that runs a hundred times faster.
const DIGEST = { one: "1".repeat(64), two: "2".repeat(64) };

async function gzip(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

// The module: `query` is a list of the pieces that it takes to answer, or a word.
class RuntimeError extends Error {}
function instance(world) {
  const memory = new ArrayBuffer(1 << 16);
  const have = new Set();
  let free = 8;
  let name = null;
  const text = (at, length) => new TextDecoder().decode(new Uint8Array(memory, at, length));
  const out = (value) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value));
    free = 8; // buffers that were handed over are free again
    new DataView(memory).setUint32(40000, bytes.length, true);
    new Uint8Array(memory, 40004, bytes.length).set(bytes);
    return 40000;
  };
  return {
    memory: { buffer: memory },
    alloc(length) { const at = free; free += length; return at; },
    open(at, length) {
      const hot = text(at, length);
      if (!/^hot of /.test(hot)) return out({ error: { message: "this is no index", hint: null } });
      name = hot.slice(7);
      return out({});
    },
    supply(piece, at, length) {
      if (text(at, length) !== "piece " + piece + " of " + name) return out({ error: { message: "piece " + piece + " is of a wrong length", hint: null } });
      have.add(piece);
      return out({});
    },
    step(at, length) {
      const question = JSON.parse(text(at, length));
      if (question.query === "trap" && world.traps-- > 0) throw new RuntimeError("unreachable");
      if (question.query === "endless") return out({ need: [1] });
      if (question.query === "wrong") return out({ error: { message: "no", hint: "yes" } });
      const need = (question.query.match(/\d+/g) || []).map(Number).filter((piece) => !have.has(piece));
      return out(need.length ? { need: need } : { hits: [], total: 7, of: name });
    },
  };
}

// What the world is like: `files` by path; a file is text (gzip'd on its way), bytes, a status, "late",
// "offline", or a list of these, one an attempt, the last for good.
async function world(changes) {
  const is = { traps: 0, compiled: 0, asked: [], answers: new Map(), waiting: new Map(), next: 1 };
  is.files = { "engine.bin": "\0asm", "index/config.json": null };
  for (const name of ["one", "two"]) {
    is.files["search/" + DIGEST[name] + "/hot.bin"] = "hot of " + name;
    for (let piece = 1; piece < 9; piece++) is.files["search/" + DIGEST[name] + "/" + piece + ".bin"] = "piece " + piece + " of " + name;
  }
  is.config = (name) => { is.files["index/config.json"] = new TextEncoder().encode(JSON.stringify({ search: { digest: DIGEST[name] } })); };
  is.config("one");
  is.at = (name, file) => "search/" + DIGEST[name] + "/" + file;
  is.gone = (name) => Object.keys(is.files).forEach((path) => { if (path.includes(DIGEST[name])) is.files[path] = 404; });
  Object.assign(is.files, changes || {});
  const fetch = async (url, options) => {
    const path = url.replace("https://site.example/", "");
    is.asked.push(path + (options.cache === "default" ? "" : " " + options.cache));
    let file = is.files[path];
    if (Array.isArray(file)) file = file.length > 1 ? file.shift() : file[0];
    await new Promise((done) => setTimeout(done, 1));
    if (file === "offline") throw new TypeError("Failed to fetch");
    if (file === "late") {
      return new Promise((done, fail) => options.signal.addEventListener("abort", () => fail(new DOMException("", "AbortError"))));
    }
    if (file === undefined) file = 404;
    if (typeof file === "number") return new Response("no", { status: file });
    return new Response(typeof file === "string" ? await gzip(file) : file);
  };
  const wasm = {
    RuntimeError: RuntimeError,
    async compile(bytes) {
      is.compiled += 1;
      if (bytes[0] !== 0) throw new Error("no module");
      return {};
    },
    async instantiate() { return { exports: instance(is) }; },
  };
  const scope = { postMessage(answer) { is.waiting.get(answer.id)(answer); } };
  const quick = (then, ms) => setTimeout(then, ms / 100);
  new Function("self", "fetch", "WebAssembly", "setTimeout", window.SOURCE)(scope, fetch, wasm, quick);
  is.send = (question) => new Promise((done) => {
    question.id = is.next++;
    is.waiting.set(question.id, done);
    scope.onmessage({ data: question });
  });
  is.load = () => is.send({
    op: "load", wasm: "https://site.example/engine.bin", base: "https://site.example/search/" + DIGEST.one + "/",
    config: "https://site.example/index/config.json",
  });
  is.search = (query) => is.send({ op: "search", query: query });
  return is;
}
async function loaded(changes) {
  const is = await world(changes);
  const answer = await is.load();
  check(!answer.error, answer);
  is.asked = [];
  return is;
}
function check(holds, what) { if (!holds) throw new Error(JSON.stringify(what)); }
function same(is, wanted) { check(JSON.stringify(is) === JSON.stringify(wanted), { is: is, wanted: wanted }); }
function says(answer, words) { check(answer.error && (answer.error.message + "|" + answer.error.hint).includes(words), answer); }

const cases = {
  async "loads module and index at once, pieces when they are needed, and each once"() {
    const is = await world();
    check((await is.load()).index === 1, "no index");
    same(is.asked, ["engine.bin", is.at("one", "hot.bin")]);
    same((await is.search("1 2")).total, 7);
    same(is.asked.slice(2), [is.at("one", "1.bin"), is.at("one", "2.bin")]);
    await is.search("2 3");
    same(is.asked.slice(4), [is.at("one", "3.bin")]);
  },
  async "waits with questions until the index is there"() {
    const is = await world();
    const loading = is.load();
    same((await is.search("1")).of, "one");
    await loading;
    same(is.compiled, 1);
  },
  async "gives up a search for a newer one, and shares what is under way"() {
    const is = await loaded();
    const answers = await Promise.all([is.search("1"), is.search("1 2"), is.send({ op: "facets", query: "1" })]);
    check(answers[0].superseded && !answers[1].superseded && !answers[2].superseded, answers);
    same(is.asked.filter((path) => path.endsWith("/1.bin")).length, 1);
  },
  async "tells what the module tells"() {
    const is = await loaded();
    same((await is.search("wrong")).error, { message: "no", hint: "yes" });
  },
  async "a refused piece is asked for again, past the cache"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = [503, "piece 1 of one"];
    same((await is.search("1")).total, 7);
    same(is.asked, [is.at("one", "1.bin"), is.at("one", "1.bin") + " reload"]);
  },
  async "a piece that is refused twice is an error, and the next search tries again"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = [503, 503, "piece 1 of one"];
    says(await is.search("1"), "status 503");
    same((await is.search("1")).total, 7);
  },
  async "a late piece is an error, not a wait without end"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = "late";
    says(await is.search("1"), "too long");
    same((await is.search("2")).total, 7);
  },
  async "a piece that is late once is no trouble"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = ["late", "piece 1 of one"];
    same((await is.search("1")).total, 7);
  },
  async "offline, what is here is searched and the rest is an error until the network is back"() {
    const is = await loaded();
    await is.search("1");
    is.files[is.at("one", "2.bin")] = "offline";
    same((await is.search("1")).total, 7);
    says(await is.search("2"), "network");
    is.files[is.at("one", "2.bin")] = "piece 2 of one";
    same((await is.search("2")).total, 7);
  },
  async "damaged gzip is fetched once more"() {
    const cut = (await gzip("piece 1 of one")).slice(0, 20);
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = [cut, "piece 1 of one"];
    same((await is.search("1")).total, 7);
    is.files[is.at("one", "2.bin")] = cut;
    says(await is.search("2"), "damaged");
  },
  async "a piece of another index is not taken"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = "piece 1 of two";
    says(await is.search("1"), "damaged");
  },
  async "a host that unpacked it already is understood"() {
    const is = await loaded();
    is.files[is.at("one", "1.bin")] = new TextEncoder().encode("piece 1 of one");
    same((await is.search("1")).total, 7);
  },
  async "deployed anew in mid-session: searches the new index, once"() {
    const is = await loaded();
    const before = (await is.search("1")).index;
    is.gone("one");
    is.config("two");
    const answers = await Promise.all([is.search("2 3"), is.send({ op: "facets", query: "4" })]);
    same(answers.map((answer) => answer.of), ["two", "two"]);
    check(answers[0].index > before, answers);
    same(is.asked.filter((path) => path.includes("hot")).length, 1);
    check(is.asked.includes("index/config.json no-cache"), is.asked);
    check((await is.send({ op: "snippets", query: "1", docs: [1], index: before })).superseded, "documents of another index");
    check((await is.send({ op: "snippets", query: "1", docs: [1], index: answers[0].index })).total, "documents of this index");
  },
  async "deployed anew before the page was used"() {
    const is = await world();
    is.gone("one");
    is.config("two");
    check(!(await is.load()).error, "not loaded");
    same((await is.search("1")).of, "two");
  },
  async "gone, and nobody knows where to"() {
    const is = await loaded();
    is.gone("one");
    says(await is.search("1"), "not there any more");
    is.files["index/config.json"] = "offline";
    says(await is.search("1"), "Reload the page");
    is.files["index/config.json"] = new TextEncoder().encode("{\"search\":{\"digest\":\"../../evil\"}}");
    says(await is.search("1"), "Reload the page");
    check(!is.asked.some((path) => path.includes("evil")), is.asked);
  },
  async "a hot file that is damaged, or something else"() {
    let is = await world({ ["search/" + DIGEST.one + "/hot.bin"]: (await gzip("hot of one")).slice(0, 15) });
    says(await is.load(), "damaged");
    is.files[is.at("one", "hot.bin")] = "<!doctype html>";
    says(await is.search("1"), "damaged");
    is.files[is.at("one", "hot.bin")] = "hot of one";
    same((await is.search("1")).total, 7);
  },
  async "a module that is missing, damaged or refused"() {
    let is = await world({ "engine.bin": 404 });
    says(await is.load(), "Reload the page");
    is.files["engine.bin"] = "<!doctype html>";
    says(await is.search("1"), "damaged");
    is.files["engine.bin"] = "\0asm";
    same((await is.search("1")).total, 7);
  },
  async "a module that breaks off is replaced, and asked once more"() {
    const is = await loaded();
    await is.search("1");
    is.traps = 1;
    same((await is.search("trap")).total, 7);
    same((await is.search("1")).of, "one");
    same(is.compiled, 1);
    is.traps = 9;
    says(await is.search("trap"), "broke off");
    is.traps = 0;
    same((await is.search("1")).total, 7);
  },
  async "a module that is never content"() {
    const is = await loaded();
    says(await is.search("endless"), "again and again");
  },
};
