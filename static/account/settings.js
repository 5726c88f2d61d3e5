/* Before anything is saved, the browser's own time zone is the better guess. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const select of document.querySelectorAll("select[data-browser-zone]")) {
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}

/* What was given in a quiz and never reached the server stays on no device that somebody else may use next. */
document.querySelector("form[data-log-out]")?.addEventListener("submit", () => {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("response:")) localStorage.removeItem(name);
  } catch {
    /* Storage is closed: nothing was kept. */
  }
});
