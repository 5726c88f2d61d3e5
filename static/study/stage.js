/* What stands in the middle of the player: a card, what a response was worth, or a word on why neither is there. */

/* The second half of a double click on a rating comes down on what is shown next. */
const DOUBLE_CLICK = 500;
const CONTROLS = "a, button, summary, label, input, select, textarea";

const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

const panel = (title, words, button) => {
  const face = make(
    "div",
    { className: "card-face" },
    make("h1", { className: "stem", tabIndex: -1, textContent: title }),
    make("p", { className: "reading quiet", textContent: words }),
  );
  const section = make("section", { className: "slot between" }, face);
  if (button) {
    const next = make("button", { type: "button", className: "button main", textContent: button });
    next.dataset.next = "";
    next.dataset.key = "Enter Space";
    section.append(make("div", { className: "rates one" }, next));
  }
  return section;
};

export class Stage {
  #root;
  #shown;
  #swappedAt = -Infinity;
  #waitsFor = "";

  constructor(root, shown) {
    this.#root = root;
    this.#shown = shown;
    this.shownAt = performance.now();
    root.addEventListener("click", (event) => this.#guard(event), { capture: true });
  }

  get isWaiting() {
    return this.#waitsFor !== "";
  }

  show(element) {
    this.#waitsFor = "";
    this.#swap(element);
    this.shownAt = this.#swappedAt = performance.now();
    this.#shown(element);
  }

  /* Nothing is ready: the next card is on its way (`slow`), there is no line to have it over (`offline`), or the page is
   * too old to ask for it (`stale`). */
  wait(why, unsent) {
    const state = `${why} ${unsent}`;
    if (this.#waitsFor === state) return;
    this.#waitsFor = state;
    const kept = unsent ? ` ${unsent === 1 ? "One step is" : `${unsent} steps are`} kept on this device until then.` : "";
    const panels = {
      slow: ["One moment", "The next card is on its way."],
      offline: ["No connection just now", `The cards that were ready are done. What follows comes by itself as soon as there is one.${kept}`],
      stale: ["Please reload this page", `It was opened too long ago to save from.${kept} Nothing is lost.`],
    };
    this.#swap(panel(...panels[why]));
  }

  /* A response that nobody could grade yet. */
  keep(isOffline) {
    const why = isOffline ? "There is no connection just now." : "The server takes its time.";
    const words = `${why} Your response goes out by itself, and what was right is told as soon as it is known.`;
    this.show(panel("Your response is kept", words, "Keep going"));
  }

  pend(form) {
    form.setAttribute("aria-busy", "true");
    const button = form.querySelector(".rates button");
    button.dataset.words = button.textContent;
    button.textContent = "Checking…";
    button.setAttribute("aria-disabled", "true");
  }

  release(form, problem = "") {
    form.querySelector("[data-problem]")?.remove();
    if (form.hasAttribute("aria-busy")) {
      form.removeAttribute("aria-busy");
      const button = form.querySelector(".rates button");
      button.textContent = button.dataset.words;
      button.removeAttribute("aria-disabled");
    }
    if (!problem) return;
    const line = make("p", { className: "field-error", role: "alert", tabIndex: -1, textContent: problem });
    line.dataset.problem = "";
    form.querySelector(".rates").before(line);
    const field = form.querySelector("input:not([type='hidden']), select, textarea");
    (field ?? line).focus();
  }

  #swap(element) {
    this.#root.replaceChildren(element);
    document.dispatchEvent(new CustomEvent("content:added", { detail: { root: element } }));
    element.querySelector("h1")?.focus({ preventScroll: true });
    scrollTo({ top: 0, behavior: "instant" });
  }

  /* Only the second of two clicks on one spot: who moves on to the button, or clicks on and on, means it. */
  #guard(event) {
    const isDouble = event.detail === 2 && performance.now() - this.#swappedAt < DOUBLE_CLICK;
    if (!isDouble || !event.target.closest(CONTROLS)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
