/* The cards that follow, ready before they are needed: up to eight, and more are asked for when fewer than four are left. */

export const MOST = 8;
export const LOW = 4;
const ASKED = 6;
const PATIENCE = 20000;

export const parse = (html) => {
  const template = document.createElement("template");
  template.innerHTML = html;
  return [...template.content.children];
};

export const factOf = (card) => card?.dataset.fact;

export class Cards {
  #address;
  #cards;
  #asked = 0;

  /* `address` is where cards are had; without one they come with the answers to what is posted. */
  constructor(address, cards) {
    this.#address = address;
    this.#cards = cards;
  }

  get length() {
    return this.#cards.length;
  }

  get facts() {
    return this.#cards.map(factOf);
  }

  get canAsk() {
    return Boolean(this.#address);
  }

  get isAsking() {
    return this.#asked > 0;
  }

  get isLow() {
    return this.#cards.length < LOW;
  }

  /* How many to ask for along with a post. */
  get wanted() {
    return Math.min(ASKED, MOST - this.#cards.length);
  }

  next() {
    return this.#cards.shift() ?? null;
  }

  putFirst(card) {
    this.drop([factOf(card)]);
    this.#cards.unshift(card);
  }

  drop(facts) {
    this.#cards = this.#cards.filter((card) => !facts.includes(factOf(card)));
  }

  /* Those that are held stay in front: what comes stands behind them. */
  append(fresh, taken) {
    const known = [...taken, ...this.facts];
    for (const card of fresh) {
      if (known.includes(factOf(card))) continue;
      known.push(factOf(card));
      this.#cards.push(card);
    }
  }

  /* The server's order from the place `from` on: what was held there comes again from it, or not at all. */
  replace(fresh, taken, from = 0) {
    this.#cards = this.#cards.slice(0, from);
    this.append(fresh, taken);
  }

  /* Returns the server's answer, null where there is none. */
  async ask(have, want = this.wanted) {
    const url = new URL(this.#address, location.href);
    url.searchParams.set("have", have.join(","));
    url.searchParams.set("want", want);
    this.#asked += 1;
    try {
      const headers = { Accept: "application/json" };
      const response = await fetch(url, { headers, redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    } finally {
      this.#asked -= 1;
    }
  }
}
