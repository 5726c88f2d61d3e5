/* What was given and is not acknowledged yet, kept on this device: by the learner's mark and the attempt, so that nobody
 * else is shown it and nothing of it is sent as another's. It goes with the acknowledgement, the end, and on logging out. */

const START = "response:";
/* Longer than anybody waits for a line; an attempt of one's own that is open keeps what it has. */
const KEPT_FOR = 7 * 24 * 3600 * 1000;

const storage = (() => {
  try {
    localStorage.getItem(START);
    return localStorage;
  } catch {
    return null; /* closed: what is not sent lives as long as the page */
  }
})();

const read = (name) => {
  try {
    return JSON.parse(storage.getItem(name));
  } catch {
    return null;
  }
};

const names = () => Object.keys(storage ?? {}).filter((name) => name.startsWith(START));

export const remember = (name, value) => {
  try {
    if (value === null) storage?.removeItem(name);
    else storage?.setItem(name, value);
  } catch {
    /* full: it holds for this page only */
  }
};

export const recall = (name) => storage?.getItem(name) ?? null;

export class Kept {
  #start;

  /* `former` is the mark of the guest that was brought into the learner's account: what it left is the learner's. */
  constructor(owner, former, attempt) {
    this.#start = `${START}${owner}:${attempt}:`;
    const before = `${START}${former}:${attempt}:`;
    for (const name of names()) {
      if (former && name.startsWith(before)) {
        remember(this.#start + name.slice(before.length), storage.getItem(name));
        remember(name, null);
      } else if (!name.startsWith(this.#start) && Date.now() - (read(name)?.at ?? 0) > KEPT_FOR) remember(name, null);
    }
  }

  get positions() {
    return names()
      .filter((name) => name.startsWith(this.#start))
      .map((name) => name.slice(this.#start.length));
  }

  /* Returns {key, sequence, fields}, null where nothing is kept. */
  get(position) {
    return storage && read(this.#start + position);
  }

  put(position, entry) {
    remember(this.#start + position, JSON.stringify({ ...entry, at: Date.now() }));
  }

  /* With a key only what was kept under it: something newer stays. */
  drop(position, key = null) {
    if (key === null || this.get(position)?.key === key) remember(this.#start + position, null);
  }

  clear() {
    for (const position of this.positions) this.drop(position);
  }

  /* Runs `task` when no tab has the question open any more: such a tab sends what it has itself. */
  async whenClosed(position, task) {
    if (!navigator.locks) return task();
    return navigator.locks.request(this.#start + position, task);
  }

  /* Says until the page goes that it has the question open. */
  hold(position) {
    navigator.locks?.request(this.#start + position, { mode: "shared" }, () => new Promise(() => {}));
  }
}
