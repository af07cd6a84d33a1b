// Measures one visit, in the page: from the beginning of its navigation to its first answer; then
// the benchmark presses keys. `open` comes from the engine: it gives a function (text, filter) -> {total, hits}.
"use strict";

async function measure(open) {
  const plan = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  const list = document.getElementById("hits");
  const show = (hits) => list.replaceChildren(...hits.map((hit) => {
    const item = document.createElement("li");
    item.textContent = `${hit.name}: ${hit.summary}`;
    return item;
  }));
  const begun = performance.now();
  const search = await open();
  // A key that makes the text this: how long until its answer is shown.
  globalThis.press = async (text) => {
    const pressed = performance.now();
    show((await search(text, null)).hits);
    return performance.now() - pressed;
  };
  const answer = await search(plan.text, plan.filter);
  show(answer.hits);
  const answered = performance.now();

  const [navigation] = performance.getEntriesByType("navigation");
  return {
    responded: navigation.responseStart,
    begun,
    answered,
    total: answer.total,
    hits: answer.hits.map((hit) => hit.name),
  };
}
