// Loads the page again when the server says that the site was built anew.
(function () {
  var events = new EventSource(new URL("../_reload", document.currentScript.src));
  events.addEventListener("reload", function () { location.reload(); });
  events.onmessage = function () { location.reload(); };
})();
