/* Sets the colours before anything is painted: the stored choice, else what the system prefers. Classic and blocking. */
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const grounds = { light: "#fbf8f2", dark: "#16181b" };

  const choice = () => {
    try {
      return localStorage.getItem("theme") || "auto";
    } catch {
      return "auto";
    }
  };

  const apply = () => {
    const chosen = choice();
    const theme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    root.dataset.bsTheme = theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) meta.content = grounds[theme];
  };

  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("theme:chosen", apply);
  apply();
})();
