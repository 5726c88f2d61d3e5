/* The sheet of all questions beside a page of an attempt: what is given, what is flagged. */

const slotOf = (position) => document.querySelector(`.navigator :is([value="${position}"], [data-position="${position}"])`);

const rename = (slot, change) => slot.setAttribute("aria-label", change(slot.getAttribute("aria-label") ?? ""));

export const markGiven = (position, isGiven) => {
  const slot = slotOf(position);
  if (!slot || slot.classList.contains("given") === isGiven) return;
  slot.classList.toggle("given", isGiven);
  rename(slot, (words) => words.replace(/\b(given|blank)\b/, isGiven ? "given" : "blank"));
};

export const markFlag = (position, isFlagged) => {
  const slot = slotOf(position);
  if (!slot || slot.classList.contains("flag") === isFlagged) return;
  slot.classList.toggle("flag", isFlagged);
  rename(slot, (words) => (isFlagged ? `${words}, flagged` : words.replace(", flagged", "")));
};

/* The flag beside the question itself. */
export const showFlag = (form, isFlagged) => {
  const button = form.querySelector("[data-flag]");
  if (button) {
    button.value = isFlagged ? "unflag" : "flag";
    button.querySelector("span").textContent = isFlagged ? "Remove flag" : "Flag";
  }
  form.dataset.flagged = isFlagged ? "yes" : "no";
  const mark = form.querySelector("[data-flag-mark]");
  if (mark) mark.hidden = !isFlagged;
};
