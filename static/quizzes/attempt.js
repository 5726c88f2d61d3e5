/* An attempt: each response is sent as it is given, kept on this device until the server has it, and sent again after a
 * lost connection. The clock counts down from what the server says; the clock of the device is never asked. */

const frame = document.querySelector("[data-attempt]");
const form = document.querySelector("form[data-response]");
const submitForm = document.querySelector("form[data-submit]");
const attempt = frame.dataset.attempt;
const prefix = `response:${attempt}:`;
const POLL = 15000;
const KEPT_FOR = 7 * 24 * 3600 * 1000;

/* ---- What is kept on this device until the server has it ---- */

const storage = (() => {
  try {
    localStorage.getItem(prefix);
    return localStorage;
  } catch {
    return null; /* closed: unsent responses live as long as the page */
  }
})();

const keep = (position, entry) => {
  try {
    storage?.setItem(prefix + position, JSON.stringify({ ...entry, at: Date.now() }));
  } catch {
    /* full: the page itself still holds it */
  }
};

const kept = (name) => {
  try {
    return JSON.parse(storage?.getItem(name) ?? "null");
  } catch {
    return null;
  }
};

const forget = (position, key) => {
  if (!key || kept(prefix + position)?.key === key) storage?.removeItem(prefix + position);
};

const namesKept = () => Object.keys(storage ?? {}).filter((name) => name.startsWith("response:"));

const forgetAll = () => {
  for (const name of namesKept()) if (name.startsWith(prefix)) storage.removeItem(name);
};

for (const name of namesKept()) if (Date.now() - (kept(name)?.at ?? 0) > KEPT_FOR) storage.removeItem(name);

/* ---- Messages ---- */

const messages = document.querySelector("[data-messages]");
const stateLine = document.querySelector("[data-save-state]");
const stateWords = {
  nothing: "Nothing given yet",
  saved: "Saved",
  saving: "Saving…",
  waiting: "Not saved yet",
  unsaved: "Not saved",
  offline: "Offline: kept on this device",
};
/* What the page says when nothing waits: a question not touched so far has nothing saved. */
let stateAtRest = stateLine.dataset.saveState;
let stateNow = stateAtRest;

const showState = (name) => {
  if (name === stateNow) return;
  stateNow = name;
  if (name === "saved") stateAtRest = name;
  stateLine.querySelector("span").textContent = stateWords[name];
  stateLine.classList.toggle("pending", ["saving", "waiting", "nothing"].includes(name));
  stateLine.classList.toggle("unsaved", name === "unsaved" || name === "offline");
  const drawing = stateLine.querySelector("use");
  const shape = { saved: "check", saving: "more", waiting: "more", nothing: "more" }[name] ?? "warning";
  drawing.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${shape}`));
};

const tell = (kind, text, ...actions) => {
  const line = document.createElement("div");
  line.className = `notice ${kind}`;
  const body = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = text;
  body.append(words);
  for (const [label, run] of actions) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "link", textContent: label });
    button.addEventListener("click", run);
    body.append(button);
  }
  line.append(body);
  messages?.replaceChildren(line);
};

/* ---- Leaving ---- */

let leaving = false;

const go = (address) => {
  leaving = true;
  location.assign(address);
};

const goToResult = () => {
  forgetAll();
  go(frame.dataset.resultUrl);
};

/* ---- Sending ---- */

const token = document.querySelector('input[name="csrf_token"]').value;

const post = async (address, fields) => {
  const body = new URLSearchParams({ ...fields, csrf_token: token });
  const answer = await fetch(address, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    redirect: "manual",
    keepalive: true,
    signal: AbortSignal.timeout(20000),
  });
  const isJson = answer.headers.get("Content-Type")?.includes("application/json");
  return { status: answer.status, told: isJson ? await answer.json() : {} };
};

/* ---- The response on this page ---- */

const page = form && {
  position: form.dataset.position,
  sequence: Number(form.elements.namedItem("sequence").value),
  key: form.elements.namedItem("save_key").value,
  sent: null,
  tried: 0,
  timer: 0,
  tries: 0,
  running: null,
  refused: false,
};

const isResponse = (name) => /^(?:(?:option|text|day|month|year)$|(?:mark|place|pair)-)/.test(name);

/* By name: the rows of an order change places, and what is the same must read the same. */
const fieldsOf = () =>
  Object.fromEntries([...new FormData(form)].filter(([name]) => isResponse(name)).sort(([one], [other]) => (one < other ? -1 : 1)));

const write = (fields) => {
  for (const element of form.elements) {
    if (!isResponse(element.name)) continue;
    if (["radio", "checkbox"].includes(element.type)) element.checked = fields[element.name] === element.value;
    else element.value = fields[element.name] ?? "";
  }
  /* What draws these fields otherwise, such as a map, follows. */
  form.dispatchEvent(new CustomEvent("form:written", { bubbles: true }));
};

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
const isDirty = () => page !== null && !same(fieldsOf(), page.sent);

/* A date or an order on its way: nothing to send before all its parts are there. */
const isHalf = () => {
  const parts = [...form.elements].filter(({ name }) => /^(?:day|month|year|place-.*)$/.test(name));
  return parts.some((part) => part.value.trim()) && parts.some((part) => !part.value.trim());
};

const markGiven = (position, isGiven) => {
  const button = document.querySelector(`.navigator [value="${position}"]`);
  if (!button || button.classList.contains("given") === isGiven) return;
  button.classList.toggle("given", isGiven);
  button.ariaLabel = button.ariaLabel.replace(/\b(given|blank)\b/, isGiven ? "given" : "blank");
};

const later = () => {
  clearTimeout(page.timer);
  page.tries += 1;
  page.timer = setTimeout(save, Math.min(1000 * 2 ** (page.tries - 1), 30000));
};

const overtaken = (told) => {
  page.refused = true;
  showState("unsaved");
  tell(
    "warning",
    "Changed in another tab: a newer response to this question is saved already.",
    ["Keep this one instead", () => {
      page.refused = false;
      page.sequence = told.sequence + 1;
      page.key = crypto.randomUUID();
      messages.replaceChildren();
      save();
    }],
    ["Show the one that is saved", () => {
      forget(page.position);
      page.sent = fieldsOf();
      leaving = true;
      location.reload();
    }],
  );
};

/* Sends what the form holds; true when the server has it. */
const sendOnce = async () => {
  const fields = fieldsOf();
  const { key, sequence } = page;
  const before = page.sent;
  /* Until it is acknowledged nobody knows what the server holds. */
  page.sent = null;
  page.tried = sequence;
  showState("saving");
  let answer;
  try {
    answer = await post(form.action, { ...fields, save_key: key, sequence, go: "save" });
  } catch {
    showState(navigator.onLine ? "unsaved" : "offline");
    later();
    return false;
  }
  const { status, told } = answer;
  if (told.state === "saved") {
    forget(page.position, key);
    page.sent = fields;
    page.tries = 0;
    page.sequence = Math.max(page.sequence, told.sequence + 1);
    if (page.key === key) page.key = crypto.randomUUID();
    messages.replaceChildren();
    markGiven(page.position, Object.values(fields).some((value) => value.trim() !== ""));
    setClock(told.remaining_seconds);
    showState(isDirty() ? "waiting" : "saved");
    return true;
  }
  if (told.state === "closed") {
    goToResult();
    return false;
  }
  showState("unsaved");
  if (status < 500) page.sent = before;
  if (told.state === "invalid") tell("wrong", `${told.message} What was saved before is kept.`);
  else if (told.state === "overtaken") overtaken(told);
  else if (status >= 500 || status === 429) later();
  else {
    tell("wrong", "This page is out of date, and the response is kept on this device only.", [
      "Reload and send it again",
      () => { leaving = true; location.reload(); },
    ]);
  }
  return false;
};

const save = ({ whole = true } = {}) => {
  clearTimeout(page.timer);
  if (whole && isHalf()) return Promise.resolve(false);
  page.running ??= (async () => {
    let done = true;
    while (done && isDirty() && !page.refused) done = await sendOnce();
    page.running = null;
    return !isDirty();
  })();
  return page.running;
};

const changed = (wait) => {
  if (!isDirty()) {
    clearTimeout(page.timer);
    forget(page.position);
    if (!page.running) showState(stateAtRest);
    return;
  }
  /* What was sent under a key stays what it was: other content takes another key. */
  page.key = crypto.randomUUID();
  /* Whether a send that failed arrived is not known: what is newer counts on from it. */
  if (page.tried >= page.sequence) page.sequence = page.tried + 1;
  keep(page.position, { key: page.key, sequence: page.sequence, fields: fieldsOf() });
  if (stateNow !== "offline") showState("waiting");
  clearTimeout(page.timer);
  if (!page.refused && !isHalf()) page.timer = setTimeout(save, wait);
};

if (page) {
  /* A page that came back with an error or after another tab holds what is not saved. */
  const isUnsaved = messages.childElementCount > 0;
  page.sent = isUnsaved ? null : fieldsOf();
  page.refused = isUnsaved;
  if (isUnsaved) showState("unsaved");
  form.addEventListener("input", (event) => {
    if (page.refused && !isUnsaved) return;
    page.refused = false;
    if (isResponse(event.target.name)) changed(event.target.type === "text" ? 800 : 0);
  });
  form.addEventListener("change", (event) => {
    if (isResponse(event.target.name)) changed(0);
  });

  const waiting = kept(prefix + page.position);
  if (waiting && !same(waiting.fields, page.sent)) {
    write(waiting.fields);
    /* Sent as it was: had the server got it and only the acknowledgement been lost, it says so. */
    Object.assign(page, { key: waiting.key, sequence: waiting.sequence });
    showState("unsaved");
    save();
  } else if (waiting) forget(page.position);
}

/* Responses of other pages of this attempt that could not be sent. */
const sendKept = async () => {
  for (const name of namesKept()) {
    const position = name.slice(prefix.length);
    if (!name.startsWith(prefix) || position === page?.position) continue;
    const { key, sequence, fields } = kept(name) ?? {};
    if (!key) continue;
    const address = frame.dataset.stateUrl.replace(/state$/, position);
    try {
      const { told } = await post(address, { ...fields, save_key: key, sequence, go: "save" });
      if (told.state === "closed") goToResult();
      if (told.state === "saved") markGiven(position, true);
      if (["saved", "invalid", "overtaken"].includes(told.state)) forget(position, key);
    } catch {
      return;
    }
  }
};

sendKept();

/* ---- Buttons: nothing is left before it is saved ---- */

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = event.submitter;
  const way = button?.value;
  if (button?.hasAttribute("data-clear")) {
    write({});
    changed(0);
    return;
  }
  if (button?.hasAttribute("data-flag")) {
    await flag(button);
    return;
  }
  page.refused = false;
  if (isDirty() && !(await save({ whole: false }))) {
    if (stateNow !== stateAtRest) messages.scrollIntoView({ block: "nearest" });
    if (!messages.childElementCount) {
      tell("warning", "Not saved yet. It is kept on this device and sent as soon as the server can be reached.");
    }
    return;
  }
  if (way && button.dataset.href) go(button.dataset.href);
});

const flag = async (button) => {
  const isFlagged = button.value === "flag";
  if (isDirty()) await save();
  try {
    const address = `${form.action}/flag`;
    const { status } = await post(address, isFlagged ? { flagged: "yes" } : {});
    if (status !== 200) throw new Error(`${status}`);
  } catch {
    tell("warning", "The flag was not saved. Try again when the connection is back.");
    return;
  }
  button.value = isFlagged ? "unflag" : "flag";
  button.querySelector("span").textContent = isFlagged ? "Remove flag" : "Flag";
  document.querySelector("[data-flag-mark]").hidden = !isFlagged;
  markFlag(page.position, isFlagged);
};

const markFlag = (position, isFlagged) => {
  const button = document.querySelector(`.navigator [value="${position}"]`);
  if (!button || button.classList.contains("flag") === isFlagged) return;
  button.classList.toggle("flag", isFlagged);
  button.ariaLabel = isFlagged ? `${button.ariaLabel}, flagged` : button.ariaLabel.replace(", flagged", "");
};

/* Where an arrow key has a use of its own, it never turns the page. */
window.addEventListener(
  "keydown",
  (event) => {
    const isSideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (isSideways && event.target.closest?.("input, select, textarea, [data-ordering], [data-map-section]")) event.stopPropagation();
  },
  { capture: true },
);

/* ---- The clock ---- */

const clock = document.querySelector("[data-clock]");
const warning = document.querySelector("[data-time-warning]");
const hide = document.querySelector("[data-hide-clock]");
const warnings = [[300, "5 minutes left"], [60, "1 minute left"]];
let endsAt = null;
let warnedAt = Infinity;
let over = false;

function setClock(remaining) {
  if (remaining === null || remaining === undefined) return;
  endsAt = performance.now() + remaining * 1000;
  if (remaining > 0) over = false;
}

const left = () => Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));

const timeIsUp = async () => {
  over = true;
  tell("warning", "Time is up. The quiz is submitted with what was saved.");
  if (page && isDirty()) {
    page.refused = false;
    await Promise.race([save(), new Promise((resolve) => { setTimeout(resolve, 4000); })]);
  }
  leaving = true;
  try {
    const { status } = await post(submitForm.action, {});
    if (status >= 400) throw new Error(`${status}`);
    goToResult();
  } catch {
    leaving = false;
    tell("warning", "Time is up, and the server cannot be reached. What was saved counts; it is submitted there by itself.");
  }
};

const tick = () => {
  if (endsAt === null) return;
  const seconds = left();
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const parts = hours ? [hours, String(minutes).padStart(2, "0")] : [minutes];
  clock.textContent = [...parts, String(rest).padStart(2, "0")].join(":");
  clock.classList.toggle("low", seconds < 60);
  for (const [at, words] of warnings) {
    if (seconds <= at && warnedAt > at && seconds > 0) {
      warnedAt = at;
      if (seconds > at - 5) warning.textContent = words;
    }
  }
  if (seconds === 0 && !over) timeIsUp();
};

if (clock) {
  const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
  endsAt = arrived + Number(clock.dataset.remaining) * 1000;
  const show = (isHidden) => {
    clock.classList.toggle("is-hidden", isHidden);
    hide.ariaPressed = String(isHidden);
    hide.textContent = isHidden ? "Show clock" : "Hide clock";
  };
  show(storage?.getItem("clock") === "hidden");
  hide.addEventListener("click", () => {
    const isHidden = hide.ariaPressed !== "true";
    show(isHidden);
    if (isHidden) storage?.setItem("clock", "hidden");
    else storage?.removeItem("clock");
  });
  setInterval(tick, 250);
  tick();
}

/* ---- What happens elsewhere: another tab submits, time is granted ---- */

const poll = async () => {
  if (document.hidden || leaving) return;
  let told;
  try {
    const answer = await fetch(frame.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    told = await answer.json();
  } catch {
    return;
  }
  if (told.state === "closed") {
    /* What was not saved yet came too late; sent all the same, so that the result says so. */
    if (page && isDirty()) await sendOnce();
    goToResult();
    return;
  }
  if (told.remaining_seconds > 0 || !over) setClock(told.remaining_seconds);
  for (const button of document.querySelectorAll(".navigator button")) {
    const position = Number(button.value);
    if (button.value !== page?.position) markGiven(button.value, told.given.includes(position));
    markFlag(button.value, told.flagged.includes(position));
  }
};

setInterval(poll, POLL);

const wake = () => {
  if (page && isDirty()) save();
  sendKept();
  poll();
};

window.addEventListener("online", wake);
window.addEventListener("offline", () => { if (page && isDirty()) showState("offline"); });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    if (page && isDirty()) save();
  } else wake();
});

/* A page kept by the browser may be long out of date. */
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

window.addEventListener("beforeunload", (event) => {
  if (!leaving && page && isDirty()) event.preventDefault();
});
submitForm?.addEventListener("submit", () => { leaving = true; forgetAll(); });
