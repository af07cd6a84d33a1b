// Pagefind, as its documentation uses it.
"use strict";

async function open() {
  const pagefind = await import(new URL("pagefind/pagefind.js", location.href).href);
  return async (text, filter) => {
    const options = filter ? { filters: { [filter[0]]: filter[1] } } : {};
    const { results } = await pagefind.search(text, options);
    const data = await Promise.all(results.slice(0, 10).map((result) => result.data()));
    const hits = data.map((page) => ({ name: page.meta.title, summary: page.excerpt }));
    return { total: results.length, hits };
  };
}
