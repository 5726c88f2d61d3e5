/* Clocks that run towards what the server says. The clock of the device is never asked what time it is; that it and the
 * page's own count drift apart only tells that the machine slept, and then the server is asked. */

const TICK = 250;
/* Beyond this one does not blame the ticking. */
const JUMP = 3000;
/* More time than this is none of rounding: somebody gave it. */
const GRANT = 5000;
/* So long words on the time stand. */
const WORDS_LAST = 12000;
/* A warning is for who comes to it: a page that opens later does not repeat it. */
const NEAR = 5;

const text = (seconds) => {
  if (seconds >= 172800) return `${Math.floor(seconds / 86400)} days`;
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const parts = hours ? [hours, String(minutes).padStart(2, "0")] : [minutes];
  return [...parts, String(rest).padStart(2, "0")].join(":");
};

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

export const spoken = (seconds) => {
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return count(seconds, "second");
  if (minutes < 100) return count(minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${count(hours, "hour")} ${count(minutes % 60, "minute")}` : count(hours, "hour");
};

/* `warnings` are [seconds, words], the longest first; below the last of them time is short. `say` says words on the time,
 * `over` is called once at zero, and again where time that was given afterwards has run out. */
export class Clock {
  #face;
  #warnings;
  #say;
  #over;
  #endsAt;
  #warnedAt = Infinity;
  #isOver = false;

  constructor(face, { warnings, say, over }) {
    this.#face = face;
    this.#warnings = warnings;
    this.#say = say;
    this.#over = over;
    const arrived = performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
    this.#endsAt = arrived + Number(face.dataset.remaining) * 1000;
  }

  get seconds() {
    return Math.max(0, Math.ceil((this.#endsAt - performance.now()) / 1000));
  }

  /* What the server says: whole seconds, cut off, told at some moment between `asked` and `heard`. What fits the clock as it
   * runs leaves it alone, so that it never trembles. None is no limit any more. */
  set(remaining, { asked, heard }) {
    if (remaining === null || remaining === undefined) return;
    const [earliest, latest] = [asked + remaining * 1000, heard + (remaining + 1) * 1000];
    if (this.#endsAt >= earliest && this.#endsAt <= latest) return;
    const gained = earliest - this.#endsAt;
    this.#endsAt = (asked + heard) / 2 + remaining * 1000;
    if (remaining > 0) this.#isOver = false;
    if (gained > GRANT) {
      this.#warnedAt = Infinity;
      this.#say(`More time: ${spoken(this.seconds)} left`);
    }
    this.tick();
  }

  tick() {
    const { seconds } = this;
    const shown = text(seconds);
    if (this.#face.textContent !== shown) this.#face.textContent = shown;
    this.#face.classList.toggle("low", seconds < this.#warnings.at(-1)[0]);
    for (const [at, words] of this.#warnings) {
      if (seconds > at || this.#warnedAt <= at || seconds === 0) continue;
      this.#warnedAt = at;
      if (seconds > at - NEAR) this.#say(words);
    }
    if (seconds === 0 && !this.#isOver) {
      this.#isOver = true;
      this.#over();
    }
  }
}

/* Says something on the time beside the clock, and politely to who listens. */
export const sayer = (region) => {
  let timer;
  return (words) => {
    if (!region) return;
    clearTimeout(timer);
    region.classList.replace("visually-hidden", "time-words");
    region.textContent = words;
    timer = setTimeout(() => (region.textContent = ""), WORDS_LAST);
  };
};

/* `slept` is called when the machine seems to have slept. */
export const run = (clocks, slept) => {
  let [wall, count] = [Date.now(), performance.now()];
  setInterval(() => {
    const [nowWall, nowCount] = [Date.now(), performance.now()];
    const drift = nowWall - wall - (nowCount - count);
    [wall, count] = [nowWall, nowCount];
    if (Math.abs(drift) > JUMP) slept();
    for (const clock of clocks) clock.tick();
  }, TICK);
  for (const clock of clocks) clock.tick();
};

export const setUpHiding = (faces, button, { recall, remember }) => {
  const what = button.textContent.replace("Hide ", "");
  const show = (isHidden) => {
    for (const face of faces) face.closest(".clock-box").classList.toggle("is-hidden", isHidden);
    button.ariaPressed = String(isHidden);
    button.textContent = `${isHidden ? "Show" : "Hide"} ${what}`;
  };
  show(recall("clock") === "hidden");
  button.addEventListener("click", () => {
    const isHidden = button.ariaPressed !== "true";
    show(isHidden);
    remember("clock", isHidden ? "hidden" : null);
  });
};
