/* What a page of an attempt says: how it stands with saving, in words and with a drawing, and messages with what can be done. */

const WORDS = {
  nothing: () => "Nothing given yet",
  saved: () => "Saved",
  waiting: (count) => (count > 1 ? `${count} not saved yet` : "Not saved yet"),
  saving: () => "Saving…",
  unsaved: (count) => (count > 1 ? `${count} not saved` : "Not saved"),
  offline: (count) => (count > 1 ? `Offline: ${count} kept on this device` : "Offline: kept on this device"),
};
/* The worst that holds for one of them holds for the page. */
const WORST_LAST = Object.keys(WORDS);
const LOST = ["unsaved", "offline"];
const SHAPES = { saved: "check", nothing: "more", waiting: "more", saving: "more" };

const draw = (line, name, count = 1) => {
  if (!line) return;
  const words = WORDS[name](count);
  line.dataset.saveState = name;
  line.classList.toggle("pending", ["nothing", "waiting", "saving"].includes(name));
  line.classList.toggle("unsaved", LOST.includes(name));
  const text = line.querySelector("span");
  /* A region that is read out is written only when it changes. */
  if (text.textContent !== words) text.textContent = words;
  const drawing = line.querySelector("use");
  drawing?.setAttribute("href", drawing.getAttribute("href").replace(/#.*/, `#${SHAPES[name] ?? "warning"}`));
};

/* The states of all that is saved from this page, and the line that sums them up. */
export class Board {
  #line;
  #atRest;
  #states = new Map();

  constructor(line) {
    this.#line = line;
    this.#atRest = line?.dataset.saveState ?? "nothing";
  }

  set(one, name, ownLine = null) {
    draw(ownLine, name);
    if (this.#states.get(one) === name) return;
    this.#states.set(one, name);
    this.#sum();
  }

  drop(one) {
    if (this.#states.delete(one)) this.#sum();
  }

  #sum() {
    const names = [...this.#states.values()];
    const worst = names.reduce((one, other) => (WORST_LAST.indexOf(other) > WORST_LAST.indexOf(one) ? other : one), "nothing");
    if (worst === "saved") this.#atRest = worst;
    const isLost = LOST.includes(worst);
    const count = names.filter((name) => (isLost ? LOST.includes(name) : name === worst)).length;
    draw(this.#line, worst === "nothing" ? this.#atRest : worst, count);
  }
}

export const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/* Puts a message where it belongs; an action is [words, what it does or where it leads]. Without a place nothing is said. */
export const tell = (place, kind, text, ...actions) => {
  const ways = actions.map(([label, way]) => {
    if (typeof way === "string") return make("a", { href: way, textContent: label });
    const button = make("button", { type: "button", className: "link", textContent: label });
    button.addEventListener("click", way);
    return button;
  });
  const body = make("div", {}, make("p", { textContent: text }));
  if (ways.length) body.append(make("p", { className: "ways" }, ...ways));
  place?.replaceChildren(make("div", { className: `notice ${kind}` }, body));
};
