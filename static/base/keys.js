/* Single keys: `data-key` on a control names the keys that press it, `data-key-label` says what it does. `?` lists them.
 *
 * They never fire while somebody types, with a modifier, or beneath a dialog, and they can be switched off: on this device
 * in the list itself, everywhere by `data-keys="off"` (or "0") on the body or around the controls.
 */

const template = document.querySelector("template[data-keys-dialog]");

const isVisible = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;

const isOnHere = () => {
  try {
    return localStorage.getItem("keys") !== "off";
  } catch {
    return true;
  }
};

const isOffForAll = () => document.querySelector('[data-keys="0"], [data-keys="off"]') !== null;

const keysOf = (element) => element.dataset.key.split(" ");

/* What a closed menu holds can be reached by its key all the same. */
const isReachable = (element) => {
  if (isVisible(element)) return true;
  const menu = element.closest("details[data-menu]:not([open])");
  return menu !== null && !element.closest("[hidden]") && isVisible(menu);
};

const controls = () => [...document.querySelectorAll("[data-key]")].filter(isReachable);

const isActive = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true";
const find = (key) => controls().find((element) => isActive(element) && keysOf(element).some((one) => one.toLowerCase() === key.toLowerCase()));

const wordsOf = (element) => {
  const words =
    element.dataset.keyLabel ?? element.getAttribute("aria-label") ?? element.closest("label")?.textContent ?? element.textContent;
  const copy = words.trim().replace(/\s+/g, " ");
  const last = keysOf(element).find((key) => copy.toLowerCase().endsWith(` ${key.toLowerCase()}`));
  return last ? copy.slice(0, -last.length).trim() : copy;
};

const make = (name, text) => Object.assign(document.createElement(name), { textContent: text });
const draw = (key) => make("kbd", key.length === 1 ? key.toUpperCase() : key);

const list = () => {
  const rows = [...controls().map((element) => [keysOf(element), wordsOf(element)]), [["?"], "This list"]];
  return rows.flatMap(([keys, words]) => {
    const term = document.createElement("dt");
    term.append(...keys.flatMap((key, at) => (at ? [" or ", draw(key)] : [draw(key)])));
    return [term, make("dd", words)];
  });
};

const open = () => {
  if (!template || document.querySelector("dialog[open]")) return;
  const dialog = template.content.firstElementChild.cloneNode(true);
  const box = dialog.querySelector("[data-keys-switch]");
  dialog.querySelector("[data-keys-list]").replaceChildren(...list());
  dialog.querySelector("[data-keys-off]").hidden = !isOffForAll();
  box.disabled = isOffForAll();
  box.checked = isOnHere() && !isOffForAll();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem("keys", box.checked ? "on" : "off");
    } catch {
      /* Storage is closed: nothing can be remembered here. */
    }
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
};

const takesText = (element) =>
  element.isContentEditable ||
  element.matches("textarea, select") ||
  (element.matches("input") && !element.matches('[type="radio"], [type="checkbox"], [type="button"], [type="submit"]'));

/* Where a key has a use of its own it keeps it: arrows choose among options, move what is put in order, and move a map. */
const hasOwnUse = (element, key) =>
  (["Space", "Enter"].includes(key) && element.matches("a[href], button, summary, input, label")) ||
  (key.startsWith("Arrow") && element.closest("input, [data-ordering], [data-map-section]") !== null);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!isOnHere() || isOffForAll() || document.querySelector("dialog[open]") || takesText(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    open();
    return;
  }
  const key = event.key === " " ? "Space" : event.key;
  if (hasOwnUse(event.target, key)) return;
  const control = find(key);
  if (!control) return;
  event.preventDefault();
  if (takesText(control)) control.focus();
  else control.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-open-keys]")) open();
});
