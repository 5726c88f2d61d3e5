/* What was given on another page of the attempt and is still kept here. */
export class Leftover {
  #attempt;
  #fields;
  #words;

  constructor(position, attempt, { fields, words }) {
    this.position = position;
    this.#attempt = attempt;
    this.#fields = fields;
    this.#words = words;
  }

  get hasMore() {
    return false;
  }

  get #address() {
    return this.#attempt.addressOf(this.position);
  }

  pack() {
    const entry = this.#attempt.kept.get(this.position);
    if (!entry?.key) {
      this.#attempt.board.drop(this);
      return null;
    }
    const { key, sequence, fields } = entry;
    return { address: this.#address, fields: { ...fields, save_key: key, sequence, go: "save" }, content: fields, key };
  }

  lost() {
    this.#attempt.board.set(this, navigator.onLine ? "unsaved" : "offline");
  }

  hear({ content, key }, { told }) {
    if (told.state === "closed") {
      this.#attempt.end();
      return;
    }
    if (told.state === "saved") {
      this.#attempt.kept.drop(this.position, key);
      this.#attempt.board.set(this, "saved");
      this.#attempt.sheet.markGiven(this.position, this.#fields.isGiven(content));
      this.#attempt.leftoverSaved();
      return;
    }
    /* These wait for the learner; the question's own page says what is wrong, and what can be done. */
    const isOpen = ["invalid", "overtaken"].includes(told.state) || !told.state;
    if (!isOpen) this.#attempt.kept.drop(this.position, key);
    this.#attempt.board.set(this, isOpen ? "unsaved" : "saved");
    this.#words.tell(
      this.#attempt.messages,
      "warning",
      isOpen
        ? `What you gave to question ${this.position} is not saved yet.`
        : `What you gave last to question ${this.position} came too late. What was saved before counts.`,
      ...(isOpen ? [[`Open question ${this.position}`, this.#address]] : []),
    );
  }
}
