// The search page: what is typed goes to the worker, its answers to the view, the state to the address.
// Without it, or where it cannot work, the page shows its lists.
(function () {
  "use strict";
  const at = function (id) { return document.getElementById(id); };
  const found = at("found");
  // One of the three scripts is not there: the lists are.
  if (!window.searchView || !window.searchCompletion) {
    document.documentElement.classList.remove("asked");
    at("trouble").hidden = false;
    at("again").hidden = true;
    at("wrong").textContent = "A part of this page could not be loaded. Reload the page.";
    return;
  }
  const page = JSON.parse(found.dataset.page);
  const view = window.searchView(page);
  const field = at("q");
  const list = at("rows");
  const root = document.documentElement;
  const PORTION = 20;
  const BEFORE_SAYING = 400; // ms until the page says that something takes its time
  const BEHIND = 250; // ms without a key until the address follows
  const BEFORE_SPEAKING = 900; // ms without a key until a screen reader is told

  let worker = null;
  let loaded = false;
  let last = 0; // number of the last question
  const open = new Map(); // who waits for which answer
  let shown = { query: "", hits: 0, total: 0, index: 0 };
  let typing = false; // the latest entry of the history is still being typed
  let restored = history.state && history.state.count ? history.state : null;
  let behind = null; // the query that the address does not say yet
  let slow, speak, later;

  // ---- the worker ----

  function begin() {
    if (worker) return true;
    const lacks = typeof WebAssembly === "undefined" ? "WebAssembly is off in this browser"
      : typeof Worker === "undefined" ? "This browser cannot run scripts in the background" : null;
    if (lacks) { trouble({ message: lacks, hint: null }, true); return false; }
    const url = function (path) { return new URL(page.root + path, location.href).href; };
    // Fetched while the worker starts, which then finds them in the browser's cache or on their way.
    [url(page.engine), url(page.base) + "hot.bin"].forEach(function (file) {
      fetch(file).then(function (answer) { return answer.arrayBuffer(); }).catch(function () { /* the worker says so */ });
    });
    worker = new Worker(url(page.worker));
    worker.onmessage = function (event) {
      const waiting = open.get(event.data.id);
      open.delete(event.data.id);
      if (waiting && !event.data.superseded) waiting(event.data);
    };
    worker.onerror = function () {
      worker.terminate();
      worker = null;
      trouble({ message: "The search cannot be started", hint: "Reload the page." });
    };
    post({ op: "load", wasm: url(page.engine), base: url(page.base), config: url(page.config) }, function (answer) {
      loaded = !answer.error;
      // Questions that wait get their own answer; with none, this is the first to know.
      if (answer.error && field.value.trim()) trouble(answer.error);
    });
    return true;
  }
  function post(question, then) {
    question.id = ++last;
    open.set(question.id, then);
    worker.postMessage(question);
  }

  // ---- asking and showing ----

  function search() {
    const query = field.value;
    clearTimeout(slow);
    clearTimeout(speak);
    if (!query.trim()) return rest();
    if (!begin()) return;
    if (at("trouble").hidden) root.classList.add("asked");
    slow = setTimeout(function () {
      at("told").textContent = loaded ? "Searching …" : "Loading the index …";
      at("results").setAttribute("aria-busy", "true");
    }, shown.query ? 4 * BEFORE_SAYING : BEFORE_SAYING);
    const limit = restored ? Math.min(restored.count, 200) : PORTION;
    const ask = { op: "search", query: query, from: 0, limit: limit, registry: page.registry };
    post(ask, function (answer) {
      if (query !== field.value) return;
      clearTimeout(slow);
      at("results").removeAttribute("aria-busy");
      if (answer.error) return trouble(answer.error);
      at("trouble").hidden = true;
      root.classList.add("asked");
      list.replaceChildren();
      shown = { query: query, hits: 0, total: answer.total, index: answer.index };
      head(query, answer);
      add(answer.hits);
      at("nothing").hidden = answer.total > 0;
      count(query);
      if (restored) window.scrollTo(0, restored.y);
      restored = null;
    });
  }
  // No query: the lists.
  function rest() {
    shown = { query: "", hits: 0, total: 0, index: 0 };
    root.classList.remove("asked");
    at("trouble").hidden = true;
    list.replaceChildren();
    title("Search");
  }
  function title(text) { document.title = text + document.title.replace(/^.*( · )/, "$1"); }

  function head(query, answer) {
    const told = at("told");
    const typed = query.trim();
    const words = answer.corrected || view.plain(query);
    told.replaceChildren(view.packages(answer.total));
    if (words) told.append(" for ", view.quote(words.length > 120 ? words.slice(0, 120) + "…" : words));
    title(typed);
    note(query, answer);
    const filters = view.chips(at("chips"), query);
    at("filtered").textContent = filters ? " (" + filters + ")" : "";
    at("show").textContent = "Show " + view.packages(answer.total).toLowerCase();
    const order = view.order(query);
    document.querySelectorAll(".sort a").forEach(function (link) {
      link.dataset.query = view.sorted(query, link.dataset.sort);
      link.href = view.address(link.dataset.query);
      if (link.dataset.sort === order) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    speak = setTimeout(function () { at("spoken").textContent = told.textContent; }, BEFORE_SPEAKING);
  }
  // In a line that is always there.
  function note(query, answer) {
    const line = at("note");
    line.replaceChildren();
    if (answer.corrected) {
      const link = view.searchLink("exactly as typed", view.exactly(query));
      line.replaceChildren("Showing results for ", view.quote(answer.corrected), ". Search for ", view.quote(view.plain(query)), " ", link, ".");
    } else if (answer.partial && answer.total) {
      line.textContent = "No package has all of these words; these have most of them.";
    } else if (answer.hint) {
      line.textContent = answer.hint[0].toUpperCase() + answer.hint.slice(1) + ".";
    }
  }
  function add(hits) {
    const query = shown.query;
    const wanting = [];
    hits.forEach(function (hit) {
      const why = view.needsWhy(hit, query);
      const item = view.row(hit, why);
      list.append(item);
      if (why) wanting.push([hit.doc, item]);
    });
    shown.hits += hits.length;
    at("more").hidden = shown.hits >= shown.total || !hits.length;
    if (!wanting.length) return;
    const docs = wanting.map(function (one) { return one[0]; });
    post({ op: "snippets", query: query, docs: docs, index: shown.index }, function (answer) {
      (answer.snippets || []).forEach(function (parts, nth) { view.why(wanting[nth][1], parts); });
    });
  }
  function count(query) {
    view.checks(at("filters"), query);
    post({ op: "facets", query: query, registry: page.registry }, function (answer) {
      if (query === shown.query && !answer.error) view.facets(at("filters"), answer, query);
    });
  }
  function more() {
    const before = shown;
    const ask = { op: "search", query: before.query, from: before.hits, limit: PORTION, registry: page.registry };
    post(ask, function (answer) {
      if (shown !== before) return;
      if (answer.error) return trouble(answer.error);
      // Another index by now: its order is another, too.
      if (answer.index !== before.index) return search();
      const first = list.children.length;
      add(answer.hits);
      const link = list.children[first] && list.children[first].querySelector("h3 a");
      if (link) link.focus();
    });
  }
  // The lists are there, and what was typed stays in the box.
  function trouble(error, forGood) {
    clearTimeout(slow);
    root.classList.remove("asked");
    at("trouble").hidden = false;
    at("again").hidden = !!forGood;
    at("wrong").textContent = error.message.replace(/\.?$/, ". ") + (error.hint || "");
    at("spoken").textContent = at("wrong").textContent;
  }

  // ---- the address ----

  // Typing is one entry of the history, however many letters it takes; every click is one. Browsers
  // limit how often the address may be changed: while somebody types it follows at a distance.
  function remember(typed) {
    const query = field.value.trim();
    if (typed && typing) {
      clearTimeout(later);
      behind = query;
      later = setTimeout(catchUp, BEHIND);
    } else {
      catchUp();
      address("pushState", query);
    }
    typing = !!typed;
  }
  function catchUp() {
    clearTimeout(later);
    if (behind !== null) address("replaceState", behind);
    behind = null;
  }
  function address(how, query) {
    try {
      history[how](null, "", view.address(query) + location.hash);
    } catch (e) { /* too often; the next change brings it up to date */ }
  }
  function go(query) {
    field.value = query;
    remember(false);
    search();
  }
  function fromAddress() { return new URLSearchParams(location.search).get("q") || ""; }

  window.addEventListener("popstate", function (event) {
    // What the address did not say in time belongs to another entry.
    clearTimeout(later);
    behind = null;
    typing = false;
    restored = event.state && event.state.count ? event.state : null;
    if (field.value.trim() === fromAddress()) return;
    field.value = fromAddress();
    search();
  });
  // Whoever comes back finds as much as was there, where it was.
  window.addEventListener("pagehide", function () {
    catchUp();
    if (shown.hits) history.replaceState({ count: shown.hits, y: window.scrollY }, "");
  });

  // ---- hands ----

  field.addEventListener("focus", begin);
  field.addEventListener("input", function () { remember(true); search(); });
  field.addEventListener("change", function () { typing = false; });
  field.form.addEventListener("submit", function (event) {
    event.preventDefault();
    typing = false;
    search();
  });
  at("filters").addEventListener("submit", function (event) { event.preventDefault(); });
  at("filters").addEventListener("change", function (event) {
    const key = event.target.closest("[data-facet]").dataset.facet;
    go(view.toggled(field.value, key, event.target.value, key === "uses"));
  });
  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-query]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link.dataset.query);
  });
  at("more").addEventListener("click", more);
  at("again").addEventListener("click", search);

  function step(link, by) {
    const links = Array.from(list.querySelectorAll("h3 a"));
    const next = links[links.indexOf(link) + by];
    if (next) next.focus();
    else if (by < 0) field.focus();
  }
  // First, for it hears the keys first.
  window.searchCompletion(field, view, function (query, then) {
    if (begin()) post({ op: "complete", query: query }, then);
  }, function (query) { field.value = query; remember(true); search(); });
  field.addEventListener("keydown", function (event) {
    if (event.defaultPrevented) return;
    if (event.key === "ArrowDown" && list.children.length) {
      event.preventDefault();
      step(null, 1);
    } else if (event.key === "Escape" && field.value) {
      event.preventDefault();
      go("");
    }
  });
  list.addEventListener("keydown", function (event) {
    const link = event.target.closest("h3 a");
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (link && event.key === "ArrowDown") step(link, 1);
    else if (link && event.key === "ArrowUp") step(link, -1);
    else if (event.key === "Escape") field.focus();
    else if (event.key === "c" && event.target.closest(".row").querySelector(".sq")) event.target.closest(".row").querySelector(".sq").click();
    else return;
    event.preventDefault();
  });

  history.scrollRestoration = "manual";
  field.value = fromAddress();
  if (field.value) search();
  // Who comes here goes on typing; who comes back to a place on the page stays there.
  if (!restored) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }
})();
