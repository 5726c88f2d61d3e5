/* The line to the server, and what goes over it: one request at a time, of each question its newest content, and again
 * after a pause where nobody knows whether it got there. */

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30000;
/* So long an answer is waited for; then the same is sent again. */
const PATIENCE = 20000;
/* Not the last word: sent again later. */
const PASSING = [408, 425, 429];

/* A random UUID; where the line is not safe the browser offers none. */
export const newKey = () => {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = 0x40 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};

const request = async (address, options) => {
  const asked = performance.now();
  try {
    const answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.status >= 500 || PASSING.includes(answer.status)) return null;
    const isJson = answer.headers.get("Content-Type")?.includes("application/json");
    return { status: answer.status, told: isJson ? await answer.json() : {}, asked, heard: performance.now() };
  } catch {
    return null;
  }
};

/* Both return {status, told, asked, heard}, null where it is not known whether it got there. */
export const ask = (address) => request(address, {});
export const post = (address, fields) => request(address, { method: "POST", body: new URLSearchParams(fields), keepalive: true });

/* What is sent has `pack()`, which gives {address, fields} or null where there is nothing (more) to send, `lost()` for a
 * send without an answer, `hear(parcel, answer)`, and `hasMore`. */
export class Sender {
  #wanted = new Set();
  #post;
  #hear;
  #running = null;
  #timer = 0;
  #wait = FIRST_WAIT;

  /* `hear` is told every answer that came, before the one who sent. */
  constructor(send, hear) {
    this.#post = send;
    this.#hear = hear;
  }

  /* Resolves when all that was asked for is sent, or the line is found broken. */
  send(...ones) {
    for (const one of ones) this.#wanted.add(one);
    clearTimeout(this.#timer);
    this.#running ??= this.#sendAll();
    return this.#running;
  }

  /* The page goes: everything goes out at once, and nobody waits for it. */
  sendLast() {
    for (const one of this.#wanted) {
      const parcel = one.pack();
      if (parcel) this.#post(parcel.address, parcel.fields);
    }
  }

  async #sendAll() {
    await null;
    while (this.#wanted.size) {
      const [one] = this.#wanted;
      const parcel = one.pack();
      const answer = parcel && (await this.#post(parcel.address, parcel.fields));
      if (parcel && !answer) {
        for (const other of this.#wanted) other.lost();
        this.#timer = setTimeout(() => this.send(), this.#wait);
        this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
        break;
      }
      this.#wanted.delete(one);
      if (!parcel) continue;
      this.#wait = FIRST_WAIT;
      this.#hear(answer);
      one.hear(parcel, answer);
      if (one.hasMore) this.#wanted.add(one);
    }
    this.#running = null;
  }
}
