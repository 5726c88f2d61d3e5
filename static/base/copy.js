/* An address that is shown can be copied by a button where the browser lets scripts do so. */
for (const button of document.querySelectorAll("[data-copy]")) {
  const input = document.getElementById(button.dataset.copy);
  if (!navigator.clipboard || !input) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(input.value);
      document.dispatchEvent(new CustomEvent("toast", { detail: { text: input.dataset.copied } }));
    } catch {
      input.select();
    }
  });
}
