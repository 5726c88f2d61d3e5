/* What every page gains where scripts run. Nothing here is needed to read or to send a form.
 *
 * Other scripts speak to it by events on `document`, never by importing it (its address carries a fingerprint):
 *   toast          detail {text, kind, stay, name, action: {label, run}}   a line at the foot, read out; one with the same
 *                  name goes
 *   toast:gone     detail {name}                                     that line is no longer true
 *   content:added  detail {root}                                     a script put new content into the page
 */

const read = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};

const write = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    /* Storage is closed: the choice holds for this page only. */
  }
};

const all = (root, selector) => {
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  return found;
};

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/* ---- Times in the reader's own zone ---- */

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
/* Day before month, as everywhere in the texts. */
const locale = "en-GB";
const day = { day: "numeric", month: "long", year: "numeric" };
const hour = { hour: "2-digit", minute: "2-digit" };
const formats = {
  date: new Intl.DateTimeFormat(locale, day),
  time: new Intl.DateTimeFormat(locale, hour),
  datetime: new Intl.DateTimeFormat(locale, { ...day, ...hour }),
  day: new Intl.DateTimeFormat(locale, { ...day, month: "short" }),
  short: new Intl.DateTimeFormat(locale, { ...day, ...hour, month: "short" }),
};
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const steps = [
  ["year", 31557600],
  ["month", 2629800],
  ["week", 604800],
  ["day", 86400],
  ["hour", 3600],
  ["minute", 60],
];

const ago = (moment) => {
  const seconds = (moment - Date.now()) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(seconds) >= size) return relative.format(Math.round(seconds / size), unit);
  }
  return seconds > 0 ? "in a moment" : "a moment ago";
};

const showLocal = (root) => {
  for (const element of all(root, "time[datetime][data-local]")) {
    const moment = new Date(element.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    const kind = element.dataset.local;
    element.textContent = kind === "relative" ? ago(moment) : (formats[kind] ?? formats.datetime).format(moment);
    element.title = formats.datetime.format(moment);
  }
};

setInterval(() => all(document, 'time[data-local="relative"]').forEach(showLocal), 60000);

/* ---- Toasts ---- */

const toasts = document.getElementById("toasts");
const TOAST_LASTS = 8000;

const dismissLater = (line) => {
  let timer;
  const start = () => {
    timer = setTimeout(() => line.remove(), TOAST_LASTS);
  };
  const stop = () => clearTimeout(timer);
  line.addEventListener("pointerenter", stop);
  line.addEventListener("pointerleave", start);
  line.addEventListener("focusin", stop);
  line.addEventListener("focusout", start);
  start();
};

const removeToast = (name) => {
  for (const line of [...(toasts?.children ?? [])]) if (line.dataset.name === name) line.remove();
};

const toast = ({ text, kind = "info", stay = false, name = "", action = null }) => {
  if (!toasts) return;
  if (name) removeToast(name);
  const line = make("div", { className: `toast-line ${kind}` }, make("p", { textContent: text }));
  if (stay) line.dataset.stay = "";
  if (name) line.dataset.name = name;
  if (action) {
    const button = make("button", { type: "button", textContent: action.label });
    button.addEventListener("click", () => {
      line.remove();
      action.run();
    });
    line.append(button);
  }
  const close = make("button", { type: "button", className: "close", textContent: "×", ariaLabel: "Close" });
  close.addEventListener("click", () => line.remove());
  line.append(close);
  toasts.append(line);
};

/* Lines that the server swaps into the region are treated as our own. */
if (toasts) {
  new MutationObserver((changes) => {
    for (const line of changes.flatMap((change) => [...change.addedNodes])) {
      if (line.nodeType === Node.ELEMENT_NODE && !("stay" in line.dataset)) dismissLater(line);
    }
    while (toasts.childElementCount > 3) toasts.firstElementChild.remove();
  }).observe(toasts, { childList: true });
}

document.addEventListener("toast", (event) => toast(event.detail));
document.addEventListener("toast:gone", (event) => removeToast(event.detail.name));

/* ---- Dialogs ---- */

const ask = (question, label, isDanger) =>
  new Promise((resolve) => {
    const no = make("button", { type: "submit", value: "no", className: "button", textContent: "Cancel" });
    const yes = make("button", {
      type: "submit",
      value: "yes",
      className: isDanger ? "button danger" : "button main",
      textContent: label,
    });
    const heading = make("h2", { id: "confirm-title", textContent: question });
    const form = make("form", { method: "dialog" }, heading, make("div", { className: "actions" }, no, yes));
    const dialog = make("dialog", {}, form);
    dialog.setAttribute("aria-labelledby", heading.id);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });

const labelOf = (element) => {
  const words = element?.dataset.confirmLabel || element?.getAttribute("aria-label") || element?.textContent || element?.value;
  return words?.trim().replace(/\s+/g, " ") || "Continue";
};

const confirmed = new WeakSet();

const confirmSubmit = async (form, submitter, question) => {
  const source = submitter ?? form;
  const isDanger = source.classList.contains("danger");
  if (!(await ask(question, labelOf(submitter) || "Continue", isDanger))) return;
  confirmed.add(form);
  form.requestSubmit(submitter);
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-confirm]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (await ask(link.dataset.confirm, labelOf(link), link.classList.contains("danger"))) location.assign(link.href);
});

/* ---- A form is sent once ---- */

const SENDING_ENDS = 15000;
const sending = new Map();

const buttonsOf = (form) => [...form.elements].filter((element) => element.type === "submit");

const release = (form) => {
  clearTimeout(sending.get(form));
  sending.delete(form);
  for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
};

const hold = (form) => {
  if ("resend" in form.dataset) return;
  for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  /* A download leaves the page as it is: the button comes back by itself. */
  sending.set(form, setTimeout(release, SENDING_ENDS, form));
};

window.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (sending.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (question && !confirmed.delete(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      confirmSubmit(form, event.submitter, question);
    }
  },
  { capture: true },
);

window.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && event.target.method !== "dialog") hold(event.target);
});

window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of [...sending.keys()]) release(form);
});

/* ---- Errors of a form ---- */

document.addEventListener("click", (event) => {
  const link = event.target.closest?.('[data-error-summary] a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});

/* ---- Colours ---- */

const setUpTheme = (root) => {
  for (const group of all(root, "[data-theme-choice]")) {
    const chosen = read("theme") ?? "auto";
    for (const input of group.querySelectorAll("input")) {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => {
        write("theme", input.value);
        document.dispatchEvent(new CustomEvent("theme:chosen"));
      });
    }
  }
};

/* ---- Everything a piece of the page needs once it is there ---- */

function enhance(root) {
  for (const element of all(root, "[data-needs-script]")) element.hidden = false;
  for (const input of all(root, "input[data-time-zone]")) input.value = zone;
  showLocal(root);
  setUpTheme(root);
}

document.addEventListener("content:added", (event) => enhance(event.detail.root));

enhance(document);
all(document, "[data-error-summary]")[0]?.focus();
