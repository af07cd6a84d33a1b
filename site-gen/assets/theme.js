// Runs before the first paint: says that scripts run and whether something is searched for, and
// restores a remembered theme.
(function (root) {
  root.classList.add("js");
  if (/[?&]q=[^&]/.test(location.search)) root.classList.add("asked");
  try {
    var theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  } catch (e) { /* storage may be refused; the theme then follows the system */ }
})(document.documentElement);
