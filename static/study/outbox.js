/* What is not saved yet: posts that wait, in their order, until the server has said that it has them.
 *
 * Each has a key made here or on the page, so that sending it again changes nothing. It is kept in local storage from the
 * moment it is given: a closed tab, a lost line or a reload loses nothing. One goes after another: the first of a visitor
 * makes the learner that the others belong to, and what is taken back must have arrived before.
 */

const PREFIX = "unsent-review:";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
/* So long an answer is waited for; then the same is sent again. */
const PATIENCE = 20000;
/* Not the last word: sent again later. */
const PASSING = [408, 425, 429];

/* A UUID of version 7: keys made later sort later. */
export const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let rest = Date.now();
  for (let at = 5; at >= 0; at -= 1) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

/* Returns the server's answer: `stale` where the page is of a session that ended, null where it is not known whether the
 * post got there. */
export const post = async (url, fields) => {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "application/json" },
      keepalive: true,
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (response.status === 400 || response.type === "opaqueredirect") return { state: "stale" };
    if (response.status >= 500 || PASSING.includes(response.status)) return null;
    const answer = await response.json().catch(() => null);
    if (response.ok) return answer;
    return { state: "refused", ...answer, status: response.status };
  } catch {
    return null;
  }
};

/* `dress(key, entry)` gives the fields that are known only when it is sent, `hear(key, entry, answer)` is told what the
 * server said, `tell(state)` whether all is well: "waiting", "stale", or "saved" once what had to wait is there. */
export class Outbox {
  #entries = new Map();
  #dress;
  #hear;
  #tell;
  #running = null;
  #timer = null;
  #wait = FIRST_WAIT;
  #isLate = false;
  #made = 0;
  #floor = 0;

  constructor({ dress, hear, tell }) {
    this.#dress = dress;
    this.#hear = hear;
    this.#tell = tell;
  }

  get size() {
    return this.#entries.size;
  }

  get entries() {
    return [...this.#entries].map(([key, entry]) => ({ key, ...entry }));
  }

  /* Whether something waits that could not be sent. */
  get isLate() {
    return this.#isLate;
  }

  has(key) {
    return this.#entries.has(key);
  }

  add(key, entry) {
    this.#made += 1;
    const kept = { ...entry, at: Date.now(), n: this.#made };
    this.#entries.set(key, kept);
    this.#store(key, kept);
    // Whoever adds it may first show what comes next: then it is known what to ask for along with it.
    queueMicrotask(() => this.flush());
  }

  /* Takes back what was never sent; false where it may have arrived. */
  withdraw(key) {
    const entry = this.#entries.get(key);
    if (!entry || entry.tried) return false;
    this.#drop(key);
    return true;
  }

  flush() {
    this.#running ??= this.#sendAll().finally(() => (this.#running = null));
    return this.#running;
  }

  /* Brings back what this learner left unsent, here or in another tab. */
  recall(owners) {
    const found = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(PREFIX) || this.#entries.has(name.slice(PREFIX.length))) continue;
        const entry = JSON.parse(localStorage.getItem(name));
        if (!entry.owner || owners.includes(entry.owner)) found.push([name.slice(PREFIX.length), { ...entry, recalled: true }]);
      }
    } catch {
      /* Storage is closed: there is nothing to send again. */
    }
    found.sort(([, one], [, other]) => one.at - other.at || (one.n ?? 0) - (other.n ?? 0));
    for (const [key, entry] of found) this.#entries.set(key, entry);
  }

  /* The page goes: what was not sent goes along without waiting, as far as its order does not matter. The rest, and what
   * does not arrive, is kept for the next visit. */
  sendLast() {
    const facts = new Set();
    for (const [key, entry] of this.#entries) {
      if (entry.kind === "undo" || facts.has(entry.fields.fact) || !entry.owner) return;
      facts.add(entry.fields.fact);
      if (!entry.tried) this.#send(key, entry);
    }
  }

  async #sendAll() {
    clearTimeout(this.#timer);
    for (const [key, entry] of this.#entries) {
      if (entry.recalled && !this.#isStored(key)) {
        // Another tab has sent it, or taken it back.
        this.#entries.delete(key);
        continue;
      }
      const answer = await this.#send(key, entry);
      if (!answer) {
        this.#isLate = true;
        this.#tell("waiting");
        this.#timer = setTimeout(() => this.flush(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
        return false;
      }
      this.#wait = FIRST_WAIT;
      if (answer.state === "stale" && !(entry.recalled && entry.stale)) {
        entry.stale = true;
        this.#store(key, entry);
        this.#isLate = true;
        this.#tell("stale");
        return false;
      }
      // What another learner left unsent stays where it is, for them.
      if (answer.state === "other-learner") this.#entries.delete(key);
      else this.#drop(key);
      this.#hear(key, entry, answer);
    }
    if (this.#isLate) {
      this.#isLate = false;
      this.#tell("saved");
    }
    return true;
  }

  /* The server reckons from when a post arrives how long ago it was given. None may seem given before one that went out
   * earlier, however long that was on its way: steps are taken back by their times. A mark counts from its arrival. */
  async #send(key, entry) {
    entry.tried = true;
    const sent = Date.now();
    const at = entry.kind === "mark" ? sent : Math.max(entry.at, this.#floor);
    const answer = await post(entry.url, { ...entry.fields, ...this.#dress(key, entry), ago_ms: Math.max(0, sent - at) });
    this.#floor = Math.max(this.#floor, at + Date.now() - sent + 1);
    return answer;
  }

  #store(key, { tried, recalled, ...entry }) {
    try {
      localStorage.setItem(PREFIX + key, JSON.stringify(entry));
    } catch {
      /* Storage is closed or full: it waits in this page only. */
    }
  }

  #isStored(key) {
    try {
      return localStorage.getItem(PREFIX + key) !== null;
    } catch {
      return true;
    }
  }

  #drop(key) {
    this.#entries.delete(key);
    try {
      localStorage.removeItem(PREFIX + key);
    } catch {
      /* Nothing was kept there. */
    }
  }
}
