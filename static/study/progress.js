/* How far the session is: the thread above and the words beside it. The server's numbers count; until they are there, what
 * is rated here is counted along. */

export class Progress {
  #line;
  #left;
  #done;
  #total;

  constructor(player) {
    this.#line = player.querySelector("[data-thread] [role]");
    this.#left = player.querySelector("[data-left]");
    this.#done = Number(this.#line?.getAttribute("aria-valuenow") ?? 0);
    this.#total = Number(this.#line?.getAttribute("aria-valuemax") ?? 0);
  }

  count(by) {
    this.#done = Math.max(0, Math.min(this.#done + by, this.#total));
    this.#draw();
  }

  /* `waiting` are those that were done here and are not in the server's numbers yet. */
  adopt({ done, total, left }, waiting) {
    if (Number.isFinite(total)) this.#total = total;
    if (Number.isFinite(done)) this.#done = Math.min(done + waiting, this.#total);
    if (typeof left === "string" && this.#left) this.#left.textContent = left.trim();
    this.#draw();
  }

  #draw() {
    if (!this.#line) return;
    const share = this.#total ? Math.round((100 * this.#done) / this.#total) : 0;
    this.#line.setAttribute("aria-valuemax", this.#total);
    this.#line.setAttribute("aria-valuenow", this.#done);
    this.#line.setAttribute("aria-valuetext", `${this.#done} of ${this.#total}`);
    this.#line.querySelector(".fill").setAttribute("width", `${share}%`);
  }
}
