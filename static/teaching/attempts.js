/* Keeps the list of attempts up to date: asks for it each 15 seconds while the page is looked at. */
const list = document.querySelector("[data-sittings]");
const told = document.querySelector("[data-kept-up]");
const reload = document.querySelector("[data-reload]");
const EVERY = 15_000;

let shown = "";
let failures = 0;

const show = (text) => {
  // What did not change stays: neither the focus nor what a reader follows is moved.
  if (text === shown) return;
  shown = text;
  const focused = list.contains(document.activeElement) ? document.activeElement.id : "";
  list.replaceChildren(document.createRange().createContextualFragment(text));
  document.dispatchEvent(new CustomEvent("content:added", { detail: { root: list } }));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
};

const say = (words) => {
  if (told.textContent !== words) told.textContent = words;
};

const refresh = async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(list.dataset.sittings, { headers: { Accept: "text/html" } });
    // Logged out, or no longer one's own: another page was sent.
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show(await answer.text());
    failures = 0;
    say("Kept up to date");
    reload.hidden = true;
  } catch {
    failures += 1;
    if (failures > 1) say("Not up to date: the connection failed");
    reload.hidden = false;
  }
};

if (list) {
  told.hidden = false;
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
  refresh();
}
