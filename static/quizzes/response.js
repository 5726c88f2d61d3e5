/* One question's response on the page: what its form holds, what the server has of it, and what becomes of each send. */

/* After the last key pressed in a field of text. */
const PAUSE = 800;

/* `attempt` has what the responses of a page share; attempt.js makes it. */
export class Response {
  #attempt;
  #fields;
  #words;
  #line;
  #messages;
  #atRest;
  #timer = 0;
  #key;
  #sequence;
  #tried = 0;
  #has; // what the server has, null where that is not known
  #noted = null; // what the key stands for, since the server last had everything
  #isRefused = false;
  #isForced = false;
  #state = "";

  constructor(form, attempt, { fields, words }) {
    this.form = form;
    this.position = form.dataset.position;
    this.#attempt = attempt;
    this.#fields = fields;
    this.#words = words;
    this.#line = form.querySelector("[data-save-state]");
    this.#messages = form.querySelector("[data-messages]");
    this.#key = form.elements.namedItem("save_key").value;
    this.#sequence = Number(form.elements.namedItem("sequence").value);
    this.#has = fields.writtenFields(form);
    this.#atRest = (this.#line ?? attempt.line)?.dataset.saveState ?? "nothing";
    attempt.kept.hold(this.position);
    form.addEventListener("input", (event) => this.#changed(event.target));
    form.addEventListener("change", (event) => this.#changed(event.target));
    this.#begin();
  }

  get content() {
    return this.#fields.readFields(this.form);
  }

  get isGiven() {
    return this.#fields.isGiven(this.content);
  }

  /* What is missing where the question is left for good, in words. */
  get missing() {
    if (!this.isGiven) return "You have not given a response.";
    const asksCertainty = this.form.elements.namedItem("certainty") !== null;
    return asksCertainty && !this.content.certainty ? "You have not said how certain you are." : "";
  }

  get isDirty() {
    return !this.#fields.isSame(this.content, this.#has);
  }

  get hasMore() {
    return this.isDirty && !this.#isRefused && (this.#isForced || !this.#fields.isHalf(this.content));
  }

  /* A page that came back with an error or after another tab holds what is not saved, and says why. */
  #begin() {
    const waiting = this.#attempt.kept.get(this.position);
    if (this.#messages?.querySelector("[data-unsaved]")) {
      this.#has = null;
      this.#isRefused = true;
      this.#show("unsaved");
    } else if (waiting && !this.#fields.isSame(waiting.fields, this.#has)) {
      this.#fields.writeFields(this.form, waiting.fields);
      /* Sent as it was: had the server got it and only the acknowledgement been lost, it says so. */
      this.#key = waiting.key;
      this.#sequence = waiting.sequence;
      this.#show("unsaved");
      this.save();
    } else {
      if (waiting) this.#attempt.kept.drop(this.position);
      this.#show(this.#atRest);
      /* Given before the scripts were there. */
      if (this.isDirty) this.#note(0);
    }
  }

  /* ---- What the learner does ---- */

  #changed(field) {
    if (!this.#fields.isField(field)) return;
    this.#isForced = false;
    /* Of two tabs the learner chooses first; what could not be read is read again. */
    if (this.#isRefused !== "overtaken") this.#isRefused = false;
    this.#note(field.type === "text" ? PAUSE : 0);
  }

  #note(pause) {
    clearTimeout(this.#timer);
    const { content } = this;
    if (!this.isDirty) {
      this.#noted = null;
      this.#attempt.kept.drop(this.position);
      this.#show(this.#atRest);
      return;
    }
    if (!this.#fields.isSame(content, this.#noted)) {
      this.#noted = content;
      /* What was sent under a key stays what it was: other content takes another key. */
      this.#key = this.#attempt.newKey();
      /* Whether a send that failed arrived is not known: what is newer counts on from it. */
      this.#sequence = Math.max(this.#sequence, this.#tried + 1);
      this.#keep();
    } else if (this.#state === "saving") return;
    if (this.#isRefused) return;
    if (this.#state !== "offline") this.#show("waiting");
    if (this.hasMore) this.#timer = setTimeout(() => this.save(), pause);
  }

  #keep() {
    this.#attempt.kept.put(this.position, { key: this.#key, sequence: this.#sequence, fields: this.content });
  }

  clear() {
    this.#fields.writeFields(this.form, {});
    this.#note(0);
  }

  /* Sends what the form holds, with `isForced` half a date too, so that it is said what is missing; true when the server
   * has it. */
  async save({ isForced = false } = {}) {
    clearTimeout(this.#timer);
    if (isForced) {
      this.#isForced = true;
      if (this.#isRefused !== "overtaken") this.#isRefused = false;
    }
    if (this.hasMore) await this.#attempt.sender.send(this);
    return !this.isDirty;
  }

  /* Before the browser itself sends the form. */
  complete() {
    this.form.elements.namedItem("save_key").value = this.#attempt.newKey();
    this.form.elements.namedItem("sequence").value = this.#sequence;
  }

  /* ---- Sending ---- */

  pack() {
    if (!this.hasMore) return null;
    const before = this.#has;
    const [content, key, sequence] = [this.content, this.#key, this.#sequence];
    /* Until it is acknowledged nobody knows what the server holds. */
    this.#has = null;
    this.#tried = sequence;
    this.#show("saving");
    return { address: this.form.action, fields: { ...content, save_key: key, sequence, go: "save" }, content, key, before };
  }

  lost() {
    if (this.isDirty) this.#show(navigator.onLine ? "unsaved" : "offline");
  }

  wentOffline() {
    if (this.isDirty && !this.#isRefused) this.#show("offline");
  }

  hear({ content, key, before }, { status, told }) {
    if (told.state === "saved") {
      this.#has = content;
      this.#sequence = Math.max(this.#sequence, told.sequence + 1);
      if (this.isDirty && this.#key !== key) this.#keep();
      else this.#settle();
      this.#messages?.replaceChildren();
      this.#atRest = "saved";
      this.#attempt.sheet.markGiven(this.position, this.#fields.isGiven(content));
      this.#show(this.isDirty ? "waiting" : "saved");
      return;
    }
    this.#has = before;
    this.#isRefused = told.state ?? "unknown";
    this.#show("unsaved");
    if (this.#refusals[told.state]) this.#refusals[told.state](told);
    else this.#stale(status);
  }

  #refusals = {
    closed: () => this.#attempt.end(),
    invalid: (told) => {
      this.#tell("wrong", `${told.message} What was saved before is kept.`);
      const field = this.form.elements.namedItem(told.field ?? "");
      if (this.#isForced) (field?.focus ? field : null)?.focus();
    },
    overtaken: (told) => {
      this.#tell(
        "warning",
        "Changed in another tab: a newer response to this question is saved already.",
        ["Keep this one instead", () => this.#takeOver(told.sequence)],
        ["Show the one that is saved", () => this.#giveWay()],
      );
    },
    fixed: () => this.#leave("This question was checked, which fixes its response. What is saved counts.", "Show it"),
    "question-over": () => this.#leave("The time of this question is over. What was saved counts.", "Go on"),
    "not-its-turn": () => this.#leave("You went on from this question in another tab. What was saved counts.", "Go on"),
  };

  #stale(status) {
    const why = status === 404 ? "This attempt is not there any more" : "This page is out of date";
    this.#tell("wrong", `${why}, and the response is kept on this device only.`, [
      "Reload and send it again",
      () => this.#attempt.reload(),
    ]);
  }

  /* Nothing can be changed here any more. */
  #leave(text, label) {
    this.#attempt.kept.drop(this.position);
    this.#has = this.content;
    this.#tell("warning", text, [label, () => this.#attempt.goOn()]);
  }

  #takeOver(sequence) {
    this.#isRefused = false;
    this.#sequence = sequence + 1;
    this.#key = this.#attempt.newKey();
    this.#keep();
    this.#focus();
    this.save();
  }

  async #giveWay() {
    if (await this.#attempt.refresh([this])) this.#focus();
    else this.#tell("warning", "The server cannot be reached. What you gave is kept on this device.", ["Try again", () => this.#giveWay()]);
  }

  /* What was pressed is gone: the focus goes to the question. */
  #focus() {
    this.#messages?.replaceChildren();
    [...this.form.elements].find((element) => this.#fields.isField(element) && !element.disabled)?.focus();
  }

  /* Nothing waits any more: what comes next is another save. */
  #settle() {
    this.#noted = null;
    this.#key = this.#attempt.newKey();
    this.#attempt.kept.drop(this.position);
  }

  /* ---- What another tab saved ---- */

  /* Whether it may be written anew: nothing of it waits or is on its way. */
  isOlderThan(sequence) {
    return sequence >= this.#sequence && !this.isDirty;
  }

  take(written, sequence) {
    this.#has = written;
    this.#sequence = sequence;
    this.#tried = 0;
    if (this.#isRefused) this.#messages?.replaceChildren();
    this.#isRefused = false;
    this.#settle();
    this.#fields.writeFields(this.form, written);
    this.#atRest = "saved";
    this.#attempt.sheet.markGiven(this.position, this.#fields.isGiven(written));
    this.#show("saved");
  }

  #tell(...message) {
    this.#words.tell(this.#messages ?? this.#attempt.messages, ...message);
  }

  #show(name) {
    this.#state = name;
    this.#attempt.board.set(this, name, this.#line);
  }
}
