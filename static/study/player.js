/* The player with scripts: a card turns at once, its review goes out behind it, the next card is there already.
 *
 * A review waits in local storage until the server has said that it has it; its key makes sending it again harmless.
 * Reviews go one after another: the first of a visitor makes the learner that the others belong to.
 */

const player = document.querySelector("[data-player]");
const stage = player.querySelector("[data-stage]");
const undoForm = player.querySelector("[data-undo]");
const token = undoForm.elements.csrf_token.value;
const PREFIX = "unsent-review:";
const LONGEST_WAIT = 30000;
/* The second half of a double-click on a rating comes down on the next card's button. */
const DOUBLE_CLICK = 500;
const LEFT = "study-page-left";

const unsent = new Map();
let owner = player.dataset.owner;
let upcoming = [...(player.querySelector("template[data-upcoming]")?.content.children ?? [])];
let current = stage?.querySelector("[data-card]") ?? null;
let shownAt = performance.now();
let swappedAt = -Infinity;
let asked = null; // key of the graded review whose feedback is waited for
let wait = 1000;
let timer = null;

const tell = (text) => (player.querySelector("[data-done]").textContent = text);
const say = (text) => (player.querySelector("[data-save]").textContent = text);
const toast = (text) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind: "wrong" } }));

/* ---- What is not saved yet ---- */

const keep = (key, entry) => {
  unsent.set(key, entry);
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(entry));
  } catch {
    /* Storage is closed or full: the review waits in this page only. */
  }
};

const drop = (key) => {
  unsent.delete(key);
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    /* Nothing was kept there. */
  }
};

const recall = () => {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of keys.sort()) {
      const entry = JSON.parse(localStorage.getItem(key));
      if (!entry.owner || [owner, player.dataset.former].includes(entry.owner)) unsent.set(key.slice(PREFIX.length), entry);
    }
  } catch {
    /* Storage is closed: there is nothing to send again. */
  }
};

/* Returns the server's answer, or null when it is not known whether it got there. */
const send = async ({ url, fields, at }) => {
  const body = new URLSearchParams(fields);
  body.set("csrf_token", token);
  body.set("ago_ms", Math.max(0, Date.now() - at));
  try {
    const headers = { Accept: "application/json" };
    const response = await fetch(url, { method: "POST", body, headers, keepalive: true, redirect: "error" });
    // The token is of a session that ended: somebody logged in or out in another tab.
    if (response.status === 400) return { state: "stale", error: "This page is too old to save from. Please reload it; nothing is lost." };
    return response.ok || [404, 409, 422].includes(response.status) ? await response.json() : null;
  } catch {
    return null;
  }
};

const sendAll = async () => {
  clearTimeout(timer);
  for (const [key, entry] of unsent) {
    const answer = await send(entry);
    if (!answer) {
      say("Not saved yet – trying again");
      timer = setTimeout(flush, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
      return false;
    }
    wait = 1000;
    if (answer.state === "stale") {
      say("Not saved yet – please reload the page");
      return false;
    }
    // What another learner left unsent stays where it is, for them.
    if (answer.state === "other-learner") unsent.delete(key);
    else drop(key);
    if (answer.error && answer.state !== "conflict") toast(answer.error);
    if (answer.state === "saved") adopt(answer, key);
    else if (asked === key) next();
  }
  say("");
  if (!current) next();
  return true;
};

let running = null;
const flush = () => (running ??= sendAll().finally(() => (running = null)));

/* ---- What is shown ---- */

const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
};

const show = (card) => {
  stage.replaceChildren(card);
  document.dispatchEvent(new CustomEvent("content:added", { detail: { root: card } }));
  card.querySelector("h1")?.focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
  shownAt = swappedAt = performance.now();
};

/* The page that comes takes the focus to its heading, as a card that is swapped in does. */
const leave = () => {
  try {
    sessionStorage.setItem(LEFT, "yes");
  } catch {
    /* Storage is closed: the focus begins at the top. */
  }
  location.assign(player.dataset.scope);
};

const arrive = () => {
  try {
    if (!sessionStorage.getItem(LEFT)) return;
    sessionStorage.removeItem(LEFT);
  } catch {
    return;
  }
  player.querySelector("h1")?.focus({ preventScroll: true });
};

const next = () => {
  asked = null;
  current = stage ? (upcoming.shift() ?? null) : null;
  if (current) show(current);
  else if (stage && unsent.size) stage.replaceChildren(...parse('<p class="waiting reading quiet">Waiting for the next card…</p>'));
  else leave();
};

const adopt = (answer, key) => {
  owner = answer.owner;
  player.querySelector("[data-taste]")?.remove();
  const line = player.querySelector("[data-thread] [role]");
  const share = answer.total ? Math.round((100 * answer.done) / answer.total) : 0;
  line.setAttribute("aria-valuemax", answer.total);
  line.setAttribute("aria-valuenow", answer.done);
  line.setAttribute("aria-valuetext", `${answer.done} of ${answer.total}`);
  line.querySelector(".fill").setAttribute("width", `${share}%`);
  player.querySelector("[data-left]").textContent = answer.left;
  undoForm.elements.review.value = answer.undo;
  undoForm.querySelector("button").disabled = !answer.undo;
  const rated = [...unsent.values()].map((entry) => entry.fields.fact);
  const taken = [...rated, asked === key ? null : current?.dataset.fact];
  upcoming = parse(answer.cards).filter((card) => !taken.includes(card.dataset.fact));
  if (answer.told && asked === key) {
    show(parse(answer.told)[0]);
    stage.querySelector(".choice.right")?.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
};

/* ---- What the learner does ---- */

stage?.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-review]");
  if (!form) return;
  event.preventDefault();
  if (asked) return;
  tell("");
  const fields = Object.fromEntries(new FormData(form));
  if (event.submitter?.name) fields[event.submitter.name] = event.submitter.value;
  fields.duration_ms = Math.round(performance.now() - shownAt);
  keep(fields.review, { owner, url: player.dataset.reviews, fields, at: Date.now() });
  if (form.dataset.review === "graded") asked = fields.review;
  else next();
  flush();
});

stage?.addEventListener("click", (event) => {
  // Only the second of two clicks on one spot: who moves on to the button, or clicks on and on, means it.
  const isDouble = event.detail === 2 && performance.now() - swappedAt < DOUBLE_CLICK;
  if (isDouble && event.target.closest("[data-reveal] > summary")) event.preventDefault();
});

stage?.addEventListener("click", (event) => {
  if (!event.target.closest("[data-next]")) return;
  event.preventDefault();
  next();
});

/* `toggle` does not bubble. */
stage?.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches("[data-reveal][open]")) event.target.querySelector("[data-key-side]").focus({ preventScroll: true });
  },
  { capture: true },
);

undoForm.addEventListener("submit", async (event) => {
  if (!stage) return;
  event.preventDefault();
  tell("");
  if (unsent.size && !(await flush())) {
    toast("The last card is not saved yet, so it cannot be taken back. It will be sent again.");
    return;
  }
  const answer = await send({ url: undoForm.action, fields: Object.fromEntries(new FormData(undoForm)), at: Date.now() });
  if (answer?.state !== "saved") {
    toast(answer?.error ?? "The server could not be reached. Nothing was taken back; please try again.");
    return;
  }
  asked = current = null;
  adopt(answer, null);
  next();
  tell("Taken back");
});

addEventListener("online", flush);
arrive();
recall();
if (unsent.size) {
  // The page was made before these were sent: what it shows of them was rated already.
  const rated = [...unsent.values()].map((entry) => entry.fields.fact);
  upcoming = upcoming.filter((card) => !rated.includes(card.dataset.fact));
  if (rated.includes(current?.dataset.fact)) next();
  flush();
}
