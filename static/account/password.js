/* A password can be shown while it is typed, and is hidden again before it is sent. */
for (const input of document.querySelectorAll('input[type="password"]')) {
  const line = document.createElement("div");
  line.className = "password-line";
  input.replaceWith(line);
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", input.id);
  const name = document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "password";
  const set = (isShown) => {
    input.type = isShown ? "text" : "password";
    button.textContent = isShown ? "Hide" : "Show";
    button.setAttribute("aria-label", `${isShown ? "Hide" : "Show"} ${name}`);
  };
  button.addEventListener("click", () => {
    set(input.type === "password");
    input.focus();
  });
  input.form?.addEventListener("submit", () => set(false));
  input.autocapitalize = "none";
  input.spellcheck = false;
  set(false);
  line.append(input, button);
}
