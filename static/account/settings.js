/* Before anything is saved, the browser's own time zone is the better guess. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const select of document.querySelectorAll("select[data-browser-zone]")) {
  if ([...select.options].some((option) => option.value === zone)) select.value = zone;
}
