/* The menu of a card and what is decided there: marks that go out in the background, each a step that can be taken back. */

/* After these the card is gone for now. */
const LEAVES = ["skip", "bury", "suspend", "rest", "form"];
const WORDS = {
  skip: "Skipped: the card comes again after the others of today.",
  bury: "Buried: the card comes again tomorrow.",
  rest: "The card rests for two weeks.",
  show: "The card is shown again.",
  suspend: "Suspended: the card is not shown until you bring it back.",
  resume: "The card is no longer suspended.",
  flag: "Flagged.",
  unflag: "The flag is gone.",
  note: "Your note is kept.",
  form: "From now on the card is asked like this.",
  leech: "It goes on as before.",
};
const DRAFT = "note-draft:";

const drafts = (run) => {
  try {
    return run(sessionStorage);
  } catch {
    return null; /* Storage is closed: the text lives as long as the card. */
  }
};

export const leavesStage = (action) => LEAVES.includes(action);
export const wordsOf = (action) => WORDS[action] ?? "Done.";
export const forgetDraft = (fact) => drafts((storage) => storage.removeItem(DRAFT + fact));

/* Text that was typed and is not saved yet, back in its field. */
export const bringDraft = (card) => {
  const field = card.querySelector('[data-mark] textarea[name="note"]');
  const draft = field && drafts((storage) => storage.getItem(DRAFT + card.dataset.fact));
  if (draft !== null && draft !== undefined && field) field.value = draft;
};

const setFlag = (card, isFlagged) => {
  for (const form of card.querySelectorAll("[data-mark]")) {
    const field = [...form.elements].find((element) => element.name === "action" && ["flag", "unflag"].includes(element.value));
    if (!field) continue;
    field.value = isFlagged ? "unflag" : "flag";
    const words = form.querySelector("[data-flag-words]");
    if (words) words.textContent = isFlagged ? "Remove the flag" : "Flag";
  }
  card.querySelector("[data-flagged]")?.toggleAttribute("hidden", !isFlagged);
};

/* What a mark changes on the card that shows it; returns how to change it back. */
export const showMark = (card, { action, note }) => {
  if (action === "flag" || action === "unflag") {
    setFlag(card, action === "flag");
    return () => setFlag(card, action !== "flag");
  }
  const own = card.querySelector("[data-own-note]");
  if (action === "note" && own) {
    const [words, wasHidden] = [own.querySelector("[data-note-words]") ?? own, own.hidden];
    const before = words.textContent;
    words.textContent = note;
    own.hidden = !note.trim();
    return () => {
      words.textContent = before;
      own.hidden = wasHidden;
      const field = card.querySelector('[data-mark] textarea[name="note"]');
      if (field) field.value = field.defaultValue;
    };
  }
  const panel = action === "leech" ? card.querySelector("[data-leech]") : null;
  panel?.setAttribute("hidden", "");
  return () => panel?.removeAttribute("hidden");
};

const isVisible = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;

/* `mark(form, submitter)` is called when a form of marks is sent. */
export const setUpMarks = (stage, mark) => {
  const openMenu = () => stage.querySelector("[data-menu][open]");
  const itemsOf = (menu) => [...menu.querySelectorAll("a[href], button, summary")].filter((item) => item !== menu.firstElementChild && isVisible(item));

  const close = (menu, givesFocus = true) => {
    if (!menu) return;
    menu.open = false;
    if (givesFocus) menu.querySelector("summary").focus({ preventScroll: true });
  };

  stage.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-mark]");
    if (!form) return;
    event.preventDefault();
    mark(form, event.submitter);
  });

  stage.addEventListener("input", (event) => {
    if (!event.target.matches('[data-mark] textarea[name="note"]')) return;
    const { fact } = event.target.closest("[data-card]").dataset;
    drafts((storage) => storage.setItem(DRAFT + fact, event.target.value));
  });

  /* At once, not by `toggle`: whoever opens the note by its key types on, and must not type keys. */
  stage.addEventListener("click", (event) => {
    const summary = event.target.closest("[data-menu] summary");
    if (!summary) return;
    event.preventDefault();
    const details = summary.parentElement;
    const opens = !details.open;
    const menu = details.closest("[data-menu]");
    menu.open = details !== menu || opens;
    details.open = opens;
    if (!opens) return;
    // What is said at the foot must not lie on the menu.
    document.dispatchEvent(new CustomEvent("toast:gone", { detail: { name: "step" } }));
    (details.querySelector(":scope:not([data-menu]) textarea") ?? itemsOf(details)[0])?.focus({ preventScroll: details === menu });
  });

  stage.addEventListener("keydown", (event) => {
    const menu = openMenu();
    if (!menu || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      close(menu);
      return;
    }
    if (!menu.contains(event.target) || event.target.matches("textarea, input, select")) return;
    const items = itemsOf(menu);
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to === undefined || !items.length) return;
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  });

  document.addEventListener("click", (event) => {
    const menu = openMenu();
    if (menu && !menu.contains(event.target)) close(menu, false);
  });

  stage.addEventListener("focusout", (event) => {
    const menu = openMenu();
    if (menu && event.relatedTarget && menu.contains(event.target) && !menu.contains(event.relatedTarget)) close(menu, false);
  });

  return { close: (givesFocus) => close(openMenu(), givesFocus) };
};
