// What the search page shows: rows, counts, chips. Made of answers of the search module; nothing here
// knows where they come from. Text is only ever set as text. `page` is what the site says of itself.
window.searchView = function (page) {
  "use strict";
  const FILTERS = ["kind", "category", "tag", "author", "license", "uses", "registry"];
  const SAME = { keyword: "tag", licence: "license" };

  // ---- the query as text ----

  function slug(text) { return text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, ""); }

  // The words of a query in order; those that filter or sort say so.
  function words(query) {
    return (query.match(/-?(?:[a-z]+:)?"[^"]*"|\S+/gi) || []).map(function (text) {
      const parts = /^(-?)([a-z]+):"?(.*?)"?$/i.exec(text);
      const key = parts && (SAME[parts[2].toLowerCase()] || parts[2].toLowerCase());
      if (!parts || !parts[3] || !(FILTERS.includes(key) || key === "sort")) return { text: text };
      return { text: text, key: key, not: parts[1] === "-", value: parts[3], slug: slug(parts[3]) };
    });
  }
  function joined(all) { return all.map(function (word) { return word.text; }).join(" "); }
  function isFilter(word, key, value, not) {
    return word.key === key && word.slug === slug(value) && word.not === not;
  }
  function has(query, key, value, not) {
    return words(query).some(function (word) { return isFilter(word, key, value, not); });
  }
  function without(query, key, value, not) {
    return joined(words(query).filter(function (word) { return !isFilter(word, key, value, not); }));
  }
  function toggled(query, key, value, not) {
    if (has(query, key, value, not)) return without(query, key, value, not);
    const quoted = /\s/.test(value) ? '"' + value + '"' : value;
    return (query.trim() + " " + (not ? "-" : "") + key + ":" + quoted).trim();
  }
  function sorted(query, order) {
    const rest = joined(words(query).filter(function (word) { return word.key !== "sort"; }));
    return order === "relevance" ? rest : (rest + " sort:" + order).trim();
  }
  function order(query) {
    const last = words(query).filter(function (word) { return word.key === "sort"; }).pop();
    return last ? last.slug : "relevance";
  }
  function plain(query) { return joined(words(query).filter(function (word) { return !word.key; })); }
  // No other spelling is tried of what stands between quotes.
  function exactly(query) {
    return joined(words(query).map(function (word) {
      const plain = !word.key && !/^-?"/.test(word.text);
      return plain ? { text: word.text.replace(/^(-?)"?(.*?)"?$/, '$1"$2"') } : word;
    }));
  }

  // ---- small things ----

  function element(tag, text, className) {
    const is = document.createElement(tag);
    if (text !== undefined) is.textContent = text;
    if (className) is.className = className;
    return is;
  }
  function quote(text) { return element("q", text); }
  function glyph(id, className) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", className);
    use.setAttribute("href", "#" + id);
    svg.append(use);
    return svg;
  }
  // Every second part is what matched.
  function marked(into, parts) {
    parts.forEach(function (part, at) {
      if (part) into.append(at % 2 ? element("mark", part) : part);
    });
  }
  function number(count) { return String(count).replace(/\B(?=(\d{3})+$)/g, ","); }
  function tokens(count) {
    if (count < 1000) return String(count);
    return (count < 9950 ? (count / 1000).toFixed(1) : Math.round(count / 1000)) + "k";
  }

  // ---- a row ----

  const shape = document.getElementById("row");

  function row(hit, why) {
    const item = shape.content.firstElementChild.cloneNode(true);
    const part = function (selector) { return item.querySelector(selector); };
    const kind = page.kinds[hit.kind];
    part(".i use").setAttribute("href", "#k-" + hit.kind);
    const link = part("h3 a");
    link.href = page.root + page.packages + encodeURI(hit.name) + "/";
    named(link, hit.marks.name);
    marked(part("p"), hit.marks.summary);
    if (why) part("p").after(element("p", "\u00a0", "why"));
    const meta = part(".meta");
    meta.append(element("span", hit.kind), element("span", hit.version), element("span", hit.license));
    const day = /^(\d{4})-(\d{2})-(\d{2})/.exec(hit.updated);
    if (day) {
      const time = element("time", Number(day[3]) + " " + page.months[day[2] - 1] + " " + day[1]);
      time.setAttribute("datetime", day[0]);
      const span = element("span");
      span.append(time);
      meta.append(span);
    }
    if (hit.deprecated) meta.append(element("span", "deprecated", "tag"));
    label(part(".label"), hit.label);
    const cost = part(".cost .num");
    cost.title = "Context cost: always loaded" + (hit.cost[1] ? " + on demand" : "");
    cost.append(element("b", tokens(hit.cost[0])), (hit.cost[1] ? " + " + tokens(hit.cost[1]) : "") + " tokens");
    const copy = part(".sq");
    if (kind) {
      copy.dataset.copy = kind.install + " " + hit.name;
      copy.setAttribute("aria-label", "Copy the install command of " + hit.name);
    } else copy.remove();
    return item;
  }
  // The namespace is soft, the name bold: what matched may reach over the slash.
  function named(link, parts) {
    const bold = element("b");
    let into = link;
    parts.forEach(function (part, at) {
      const slash = into === link ? part.indexOf("/") + 1 : 0;
      const cut = into === link && slash ? [part.slice(0, slash), part.slice(slash)] : [part];
      cut.forEach(function (text, second) {
        if (second) into = bold;
        if (text) into.append(at % 2 ? element("mark", text) : text);
      });
    });
    link.append(bold);
  }
  function label(into, letters) {
    const said = [];
    letters.split("").forEach(function (letter, at) {
      const use = page.uses[at];
      if (!use) return;
      const how = page.evidence[letter];
      if (how) said.push(use.word + " " + how);
      into.append(glyph(how ? use.icon : "none", "cell " + letter));
    });
    const sentence = "Uses: " + (said.join(", ") || "nothing");
    into.title = sentence;
    into.setAttribute("aria-label", sentence);
  }
  // Does the row itself not show all words? Then a line from the README says why it is here. Words are
  // told apart by their beginnings, as one is marked in several forms.
  function needsWhy(hit, query) {
    const shown = new Set();
    [hit.marks.name, hit.marks.summary].forEach(function (parts) {
      parts.forEach(function (part, at) { if (at % 2) shown.add(slug(part).slice(0, 4)); });
    });
    const wanted = words(query).filter(function (word) { return !word.key && word.text[0] !== "-" && word.text.length > 2; });
    return shown.size < wanted.length;
  }
  function why(item, parts) {
    const line = item.querySelector(".why");
    if (!line || !parts) return;
    line.replaceChildren();
    marked(line, parts);
  }

  // ---- what is beside the rows ----

  // Which boxes are checked follows the query at once, counts follow the answer. There are as many lines
  // as there were before: nothing below moves.
  function checks(form, query) {
    form.querySelectorAll("[data-facet] input").forEach(function (box) {
      const key = box.closest("[data-facet]").dataset.facet;
      box.checked = !!box.value && has(query, key, box.value, key === "uses");
    });
  }
  function facets(form, answer, query) {
    form.querySelectorAll("[data-facet]").forEach(function (group) {
      const key = group.dataset.facet;
      const counts = answer.facets[key] || [];
      fill(group.querySelectorAll(".slot"), key, counts, query);
      group.querySelectorAll("label").forEach(function (line) {
        const value = line.querySelector("input").value;
        const pair = counts.find(function (one) { return slug(one[0]) === slug(value); });
        const count = pair ? pair[1] : 0;
        line.querySelector(".num").textContent = value ? number(key === "uses" ? answer.total - count : count) : "";
      });
    });
    checks(form, query);
  }
  // Chosen values that are not among the first would be out of reach, so they come before them.
  function fill(slots, key, counts, query) {
    const first = counts.slice(0, slots.length).map(function (one) { return one[0]; });
    const chosen = words(query).filter(function (word) { return word.key === key && !word.not; });
    const missing = chosen.filter(function (word) { return !first.some(function (one) { return slug(one) === word.slug; }); });
    const values = missing.map(function (word) { return word.value; }).concat(first);
    slots.forEach(function (slot, at) {
      const value = values[at] || "";
      const box = slot.querySelector("input");
      slot.classList.toggle("void", !value);
      box.disabled = !value;
      box.value = value;
      slot.querySelector(".word").textContent = (key === "category" && page.categories[value]) || value;
    });
  }
  function chips(into, query) {
    const all = words(query).filter(function (word) { return FILTERS.includes(word.key); });
    into.replaceChildren.apply(into, all.map(function (word) {
      const chip = searchLink(filterName(word) + " ", without(query, word.key, word.value, word.not));
      const cross = element("span", "×");
      cross.setAttribute("aria-hidden", "true");
      chip.append(cross, element("span", ", remove", "vh"));
      return chip;
    }));
    const rest = words(query).filter(function (word) { return !FILTERS.includes(word.key); });
    if (all.length > 1) into.append(searchLink("Clear all", joined(rest)));
    return all.length;
  }
  function filterName(word) {
    const known = word.key === "kind" ? (page.kinds[word.slug] || {}).one : word.key === "category" ? page.categories[word.value] : null;
    const name = known || (word.key === "uses" ? word.value : word.key + ": " + word.value);
    return word.not ? (word.key === "uses" ? "no " : "not ") + name : name;
  }
  // A link that the page follows without leaving itself.
  function searchLink(text, query) {
    const link = element("a", text);
    link.dataset.query = query;
    link.href = address(query);
    return link;
  }
  function address(query) { return query ? "?q=" + encodeURIComponent(query) : location.pathname; }
  function packages(count) { return count === 1 ? "1 package" : (count ? number(count) : "No") + (count ? " packages" : " package"); }

  return {
    address: address, checks: checks, chips: chips, element: element, exactly: exactly, facets: facets, needsWhy: needsWhy,
    number: number, order: order, packages: packages, plain: plain, quote: quote, row: row, searchLink: searchLink, sorted: sorted, toggled: toggled, why: why,
  };
};
