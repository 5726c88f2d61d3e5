/* Ordering and matching with scripts. The fields of the form stay what they are without them: lists of places and of
 * partners; here they are kept in step with the rows that are moved, and say themselves that they changed.
 *
 * Another script that writes the fields of a form says so by the event `form:written`.
 */

const NAMES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

const rowsOf = (control) => [...control.querySelectorAll("[data-events] > li")];
const placeOf = (row) => row.querySelector("select");
const textOf = (row) => row.querySelector("[data-event-text]").textContent;
const tell = (control, words) => (control.querySelector("[data-moved]").textContent = words);

const isGiven = (control) => rowsOf(control).every((row) => placeOf(row).value);

const showGiven = (control) => {
  const given = isGiven(control);
  control.querySelector("[data-events]").classList.toggle("given", given);
  const button = control.querySelector("[data-keep-order]");
  button.textContent = given ? "This order is your response" : "Keep this order";
  if (given) button.setAttribute("aria-disabled", "true");
  else button.removeAttribute("aria-disabled");
  const rows = rowsOf(control);
  rows.forEach((row, at) => {
    row.querySelector('[data-move="up"]').toggleAttribute("data-at-end", at === 0);
    row.querySelector('[data-move="down"]').toggleAttribute("data-at-end", at === rows.length - 1);
  });
};

/* The places are those in which the rows stand now. */
const give = (control) => {
  rowsOf(control).forEach((row, at) => (placeOf(row).value = String(at + 1)));
  showGiven(control);
  placeOf(rowsOf(control)[0]).dispatchEvent(new Event("change", { bubbles: true }));
};

/* The rows stand where the fields say; without a whole order as at first. */
const follow = (control) => {
  const rows = rowsOf(control);
  const places = new Set(rows.map((row) => placeOf(row).value));
  const isWhole = !places.has("") && places.size === rows.length;
  if (!isWhole) for (const row of rows) placeOf(row).value = "";
  const at = (row) => Number(isWhole ? placeOf(row).value : row.dataset.start);
  const sorted = rows.toSorted((one, other) => at(one) - at(other));
  if (sorted.some((row, place) => row !== rows[place])) control.querySelector("[data-events]").append(...sorted);
  showGiven(control);
};

/* The neighbour goes to the other side: what is moved stays where it is in the document, and keeps the focus. */
const step = (row, way) => {
  const other = way === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return false;
  if (way === "up") row.after(other);
  else row.before(other);
  return true;
};

const announce = (control, row) => {
  const rows = rowsOf(control);
  const at = rows.indexOf(row);
  tell(control, `${textOf(row)} is now ${NAMES[at] ?? `number ${at + 1}`} of ${COUNTS[rows.length - 1] ?? rows.length}.`);
};

const move = (row, way) => {
  const control = row.closest("[data-ordering]");
  if (step(row, way)) {
    give(control);
    announce(control, row);
    row.scrollIntoView({ block: "nearest", behavior: "instant" });
  } else tell(control, `${textOf(row)} is ${way === "up" ? "first" : "last"} already.`);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-ordering] button");
  if (!button) return;
  const control = button.closest("[data-ordering]");
  if (button.dataset.move) move(button.closest("li"), button.dataset.move);
  else if ("keepOrder" in button.dataset && !isGiven(control)) {
    give(control);
    tell(control, "This order is your response.");
  }
});

document.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const button = way && event.target.closest?.("[data-move]");
  if (!button || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move(button.closest("li"), way);
});

/* ---- Dragging, by mouse, pen or finger ---- */

let dragged = null;

document.addEventListener("pointerdown", (event) => {
  const grip = event.target.closest?.("[data-grip]");
  if (!grip || !event.isPrimary || event.button !== 0) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  dragged = { row: grip.closest("li"), moved: false };
  dragged.row.classList.add("lifted");
});

document.addEventListener("pointermove", (event) => {
  if (!dragged || !event.isPrimary) return;
  const { row } = dragged;
  const middle = (other) => {
    const { top, height } = other.getBoundingClientRect();
    return top + height / 2;
  };
  const { previousElementSibling: above, nextElementSibling: below } = row;
  if (above && event.clientY < middle(above)) dragged.moved = step(row, "up");
  else if (below && event.clientY > middle(below)) dragged.moved = step(row, "down");
});

const drop = () => {
  if (!dragged) return;
  const { row, moved } = dragged;
  dragged = null;
  row.classList.remove("lifted");
  if (!moved) return;
  const control = row.closest("[data-ordering]");
  give(control);
  announce(control, row);
};

document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);

/* ---- Matching: what is joined already says so in the other lists ---- */

const markUsed = (control) => {
  const lists = [...control.querySelectorAll("select")];
  for (const list of lists) {
    const used = new Set(lists.filter((other) => other !== list).map((other) => other.value));
    for (const option of list.options) {
      if (!option.value) continue;
      option.dataset.text ??= option.text;
      option.text = used.has(option.value) ? `${option.dataset.text} (used)` : option.dataset.text;
    }
  }
};

document.addEventListener("change", (event) => {
  const control = event.target.closest?.("[data-matching]");
  if (control) markUsed(control);
});

/* ---- Everything once it is there ---- */

const settle = (root) => {
  root.querySelectorAll("[data-ordering]").forEach((control) => {
    for (const element of control.querySelectorAll("[data-without-script]")) element.hidden = true;
    follow(control);
  });
  root.querySelectorAll("[data-matching]").forEach(markUsed);
};

document.addEventListener("form:written", () => settle(document));
document.addEventListener("content:added", (event) => settle(event.detail.root));
settle(document);
