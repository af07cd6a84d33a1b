// Offers how a filter may go on while it is typed: a list box under the field. `ask` gets a query and
// what to do with its completions; `take` gets the query that was chosen.
window.searchCompletion = function (field, view, ask, take) {
  "use strict";
  const box = view.element("ul", "", "complete");
  box.id = "complete";
  box.hidden = true;
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Filters");
  field.form.append(box);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", "complete");
  field.setAttribute("aria-expanded", "false");
  let choices = [];
  let chosen = -1;

  function close() {
    choices = [];
    chosen = -1;
    box.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }
  function show(completions) {
    close();
    if (!completions.length) return;
    choices = completions;
    box.replaceChildren.apply(box, completions.map(function (one, nth) {
      const option = view.element("li", one.label);
      option.id = "complete-" + nth;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      if (one.count) option.append(view.element("span", view.number(one.count), "soft num"));
      return option;
    }));
    box.hidden = false;
    field.setAttribute("aria-expanded", "true");
  }
  function choose(nth) {
    chosen = (nth + choices.length + 1) % (choices.length + 1);
    Array.from(box.children).forEach(function (option, at) { option.setAttribute("aria-selected", String(at === chosen)); });
    if (chosen === choices.length) {
      chosen = -1;
      field.removeAttribute("aria-activedescendant");
    } else {
      field.setAttribute("aria-activedescendant", "complete-" + chosen);
      box.children[chosen].scrollIntoView({ block: "nearest" });
    }
  }
  function accept(nth) {
    const query = choices[nth].text;
    close();
    take(query);
    offer();
  }
  // Only where a filter is being typed: among words, offers would be in the way.
  function offer() {
    const query = field.value;
    const atEnd = field.selectionStart === query.length;
    if (!atEnd || !/(^|\s)-?[a-z]+:\S*$/i.test(query)) return close();
    ask(query, function (answer) {
      if (query !== field.value || document.activeElement !== field) return;
      const typed = query.slice(query.search(/\S*$/));
      show((answer.completions || []).filter(function (one) { return one.label !== typed; }));
    });
  }

  field.addEventListener("input", offer);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", function (event) {
    if (box.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? choices.length - 1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) accept(chosen);
    else return;
    event.preventDefault();
  });
  box.addEventListener("mousedown", function (event) {
    event.preventDefault(); // the field keeps the focus
    const option = event.target.closest("[role=option]");
    if (option) accept(Array.from(box.children).indexOf(option));
  });
};
