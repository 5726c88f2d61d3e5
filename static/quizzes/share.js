/* The link of a quiz can be copied by a button where the browser lets scripts do so; it can always be selected by hand. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !field) continue;
  field.addEventListener("focus", () => field.select());
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: field.dataset.copied } }));
    } catch {
      field.focus();
    }
  });
}
