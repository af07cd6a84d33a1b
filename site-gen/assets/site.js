// Adds copying, the search key, a head start for the search and a remembered theme. Every page works
// without it.
(function () {
  "use strict";
  var root = document.documentElement;

  // Copy: the button says so in place for two seconds, aloud as well.
  var spoken = document.getElementById("spoken");
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    write(button.dataset.copy).then(function () { told(button, "Copied"); }, function () { told(button, "Not copied"); });
  });
  function write(text) {
    if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "vh";
    document.body.append(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("refused"));
  }
  function told(button, text) {
    if (spoken) spoken.textContent = text;
    var word = button.querySelector("[data-word]");
    var use = button.querySelector("use");
    if (word) word.textContent = text;
    if (use) use.setAttribute("href", text === "Copied" ? "#done" : "#copy");
    clearTimeout(button.timer);
    button.timer = setTimeout(function () {
      if (word) word.textContent = "Copy";
      if (use) use.setAttribute("href", "#copy");
      if (spoken) spoken.textContent = "";
    }, 2000);
  }

  // "/" leads to the search field.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(input|textarea|select)$/i.test(event.target.tagName) && !/^(radio|checkbox)$/.test(event.target.type)) return;
    var field = document.getElementById("q");
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  // Whoever goes to the search field will need what searches: it is in the cache when the page comes.
  document.addEventListener("focusin", function ahead(event) {
    var form = event.target.form;
    if (!form || !form.dataset.ahead || document.getElementById("found")) return;
    document.removeEventListener("focusin", ahead);
    form.dataset.ahead.split(" ").forEach(function (url) {
      fetch(url, { priority: "low" }).catch(function () { /* the search page will say so */ });
    });
  });

  // Theme.
  var theme = root.dataset.theme;
  var chosen = theme && document.getElementById("theme-" + theme);
  if (chosen) chosen.checked = true;
  document.addEventListener("change", function (event) {
    if (event.target.name !== "theme") return;
    var name = event.target.id.replace("theme-", "");
    try {
      if (name === "auto") localStorage.removeItem("theme"); else localStorage.setItem("theme", name);
    } catch (e) { /* not remembered, still applied */ }
    if (name === "auto") delete root.dataset.theme; else root.dataset.theme = name;
  });

  // A link to a file opens its pane.
  function open() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.type === "radio") {
      target.checked = true;
      target.closest(".tree").scrollIntoView();
    }
  }
  window.addEventListener("hashchange", open);
  open();
})();
