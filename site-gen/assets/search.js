// Filters the list of all packages by words. The same row as the lists of the site, built from a
// template element; text is only ever set as text.
(function () {
  "use strict";
  var found = document.getElementById("found");
  var field = document.getElementById("q");
  var filters = document.getElementById("filters");
  var list = document.getElementById("rows");
  var shape = document.getElementById("row");
  var told = document.getElementById("told");
  var MOST = 50;
  var KEYS = { kind: "k", category: "c", tag: "t", keyword: "t", author: "a", license: "l", licence: "l" };
  var ICONS = ["u-net", "u-file", "u-cmd", "u-env", "k-agent"];
  var rows = null;

  function fold(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  }
  function query(text) {
    var q = { words: [], filters: [] };
    fold(text).split(/\s+/).forEach(function (word) {
      var at = word.indexOf(":");
      var key = at > 0 && KEYS[word.slice(0, at)];
      if (key && word.length > at + 1) q.filters.push([key, word.slice(at + 1)]);
      else if (word) q.words.push(word);
    });
    return q;
  }
  // 0 where a word is missing; a name counts most, then keywords, then the summary.
  function score(row, q) {
    for (var i = 0; i < q.filters.length; i++) {
      var has = row[q.filters[i][0]];
      var wanted = q.filters[i][1];
      var fits = Array.isArray(has) ? has.some(function (one) { return fold(one) === wanted; }) : fold(has) === wanted;
      if (!fits) return 0;
    }
    var sum = 1;
    for (var j = 0; j < q.words.length; j++) {
      var word = q.words[j];
      var best = Math.max(
        hit(row.name, word, 12), hit(row.tags, word, 6), hit(row.kind, word, 4), hit(row.text, word, 3));
      if (!best) return 0;
      sum += best;
    }
    return row.d ? sum / 2 : sum;
  }
  function hit(text, word, weight) {
    for (var at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      if (at && /[a-z0-9]/.test(text[at - 1])) continue;
      var behind = text[at + word.length];
      return !behind || !/[a-z0-9]/.test(behind) ? weight * 1.5 : weight;
    }
    return stem(word) !== word ? hit(text, stem(word), weight * 0.8) : 0;
  }
  function stem(word) {
    return word.length > 4 ? word.replace(/(ing|ers?|es|ed|s)$/, "") : word;
  }
  function mark(element, text, words) {
    var rest = text;
    var pattern = words.map(function (word) { return stem(word).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"); });
    if (!pattern.length) { element.append(text); return; }
    var regex = new RegExp("(^|[^a-z0-9])((?:" + pattern.join("|") + ")[a-z0-9]*)", "i");
    for (var m = regex.exec(rest); m; m = regex.exec(rest)) {
      element.append(rest.slice(0, m.index + m[1].length));
      var marked = document.createElement("mark");
      marked.textContent = m[2];
      element.append(marked);
      rest = rest.slice(m.index + m[0].length);
    }
    element.append(rest);
  }
  function use(id) {
    var node = document.createElementNS("http://www.w3.org/2000/svg", "use");
    node.setAttribute("href", "#" + id);
    return node;
  }
  function show(row, words) {
    var item = shape.content.cloneNode(true);
    var part = function (selector) { return item.querySelector(selector); };
    part(".i use").setAttribute("href", "#k-" + row.k);
    var link = part("h3 a");
    link.href = found.dataset.root + row.h;
    link.textContent = row.n.split("/")[0] + "/";
    var name = document.createElement("b");
    mark(name, row.n.split("/")[1], words);
    link.append(name);
    mark(part("p"), row.s, words);
    [row.k, row.v, row.l, row.day, row.d].forEach(function (text) {
      if (!text) return;
      var span = document.createElement("span");
      span.textContent = text === "draft" ? "Draft, not released" : text;
      if (text === row.d) span.className = text === "revoked" ? "tag bad" : "tag";
      part(".meta").append(span);
    });
    var label = part(".label");
    label.title = row.w;
    label.setAttribute("aria-label", row.w);
    row.u.split("").forEach(function (evidence, at) {
      var cell = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      cell.setAttribute("class", "cell " + evidence);
      cell.append(use(evidence === "n" ? "none" : ICONS[at]));
      label.append(cell);
    });
    var always = document.createElement("b");
    always.textContent = row.o[0];
    part(".cost .num").append(always, (row.o[1] ? " + " + row.o[1] : "") + " tokens");
    var copy = part(".sq");
    if (row.i) {
      copy.dataset.copy = row.i;
      copy.setAttribute("aria-label", "Copy the install command of " + row.n);
    } else copy.remove();
    return item;
  }
  function checked(name) {
    return Array.from(filters.elements).filter(function (e) { return e.name === name && e.checked; })
      .map(function (e) { return e.value; });
  }
  function run() {
    var q = query(field.value);
    var kinds = checked("kind");
    var without = checked("without");
    var all = rows.map(function (row) { return [score(row, q), row]; }).filter(function (one) { return one[0] > 0; });
    var hits = all.filter(function (one) {
      return (!kinds.length || kinds.includes(one[1].k)) && without.every(function (at) { return one[1].u[at] === "n"; });
    });
    hits.sort(function (a, b) { return b[0] - a[0] || (a[1].n < b[1].n ? -1 : 1); });
    count(all);
    list.replaceChildren.apply(list, hits.slice(0, MOST).map(function (one) { return show(one[1], q.words); }));
    told.textContent = (hits.length === 1 ? "1 package" : hits.length ? hits.length + " packages" : "No package") + " for ";
    var quoted = document.createElement("q");
    quoted.textContent = field.value.trim();
    told.append(quoted);
    if (hits.length > MOST) told.append(", the first " + MOST + " shown");
    document.getElementById("nothing").hidden = hits.length > 0;
    document.title = field.value.trim() + document.title.replace(/^.*( · )/, "$1");
  }
  function count(all) {
    filters.querySelectorAll("[data-count]").forEach(function (at) {
      at.textContent = all.filter(function (one) { return one[1].k === at.dataset.count; }).length;
    });
    filters.querySelectorAll("[data-without]").forEach(function (at) {
      at.textContent = all.filter(function (one) { return one[1].u[at.dataset.without] === "n"; }).length;
    });
  }
  function start() {
    var asked = field.value.trim() !== "" || checked("kind").length > 0;
    found.hidden = !asked;
    document.getElementById("still").hidden = asked;
    if (!asked) return;
    if (rows) return run();
    fetch(found.dataset.rows).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    }).then(function (json) {
      rows = json.rows;
      rows.forEach(function (row) {
        row.name = fold(row.n);
        row.kind = row.k;
        row.text = fold(row.s);
        row.tags = fold(row.t.concat(row.c, row.a).join(" "));
      });
      run();
    }).catch(function () { told.textContent = "The list of packages could not be loaded"; });
  }

  var asked = new URLSearchParams(location.search);
  field.value = asked.get("q") || "";
  Array.from(filters.elements).forEach(function (e) { if (asked.getAll(e.name).includes(e.value)) e.checked = true; });
  filters.addEventListener("change", start);
  filters.addEventListener("submit", function (event) { event.preventDefault(); });
  field.form.addEventListener("submit", function (event) {
    event.preventDefault();
    history.pushState(null, "", "?q=" + encodeURIComponent(field.value.trim()));
    start();
  });
  field.addEventListener("input", function () {
    history.replaceState(null, "", field.value.trim() ? "?q=" + encodeURIComponent(field.value.trim()) : location.pathname);
    start();
  });
  window.addEventListener("popstate", function () {
    field.value = new URLSearchParams(location.search).get("q") || "";
    start();
  });
  start();
})();
