/* An attempt: each response is sent as it is given, kept on this device until the server has it, and sent again after a
 * lost connection. The clock counts down from what the server says; the clock of the device is never asked.
 *
 * Its modules are named by the page, with the addresses under which they are kept: an import by a path of its own would
 * miss the fingerprint.
 */

const load = (name) => import(document.querySelector(`link[data-module="${name}"]`).href);
const NAMES = ["line", "kept", "fields", "words", "response", "leftover", "clock", "navigator", "elsewhere", "buttons"];
const [line, { Kept, recall, remember }, fields, words, { Response }, { Leftover }, clocks, sheet, { setUpElsewhere }, { setUpButtons }] =
  await Promise.all(NAMES.map(load));

/* So long the end waits for what is on its way. */
const LAST_SAVE = 4000;
const LONGEST_WAIT = 15000;
const AGAIN = 2000;
const CUT_OFF = 1200;
const WARNINGS = [[300, "5 minutes left"], [60, "1 minute left"]];
const QUESTION_WARNINGS = [[10, "10 seconds left for this question"]];

const frame = document.querySelector("[data-attempt]");
const submitForm = document.querySelector("form[data-submit]");
const { owner = "", former = "" } = frame.dataset;
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

fields.takeApart(document);
const forms = [...document.querySelectorAll("form[data-response]")];
const bar = [...document.querySelectorAll("[data-save-state]")].find((one) => !one.closest("form[data-response]")) ?? null;
const places = [...document.querySelectorAll("[data-messages]")];

/* What the modules share. */
const attempt = {
  frame,
  line: bar,
  messages: places.find((place) => !place.closest("form[data-response]")) ?? places[0] ?? null,
  token: document.querySelector('input[name="csrf_token"]')?.value ?? "",
  kept: new Kept(owner, former, frame.dataset.attempt),
  board: new words.Board(bar),
  sheet,
  words,
  responses: [],
  isLeaving: false,
  isSubmitting: false,
  newKey: line.newKey,
  isHere: (position) => forms.some((form) => form.dataset.position === String(position)),
  addressOf: (position) => new URL(frame.dataset.stateUrl.replace(/state$/, position), location.href).href,
  anchorOf: (position) => forms.find((form) => form.dataset.position === String(position))?.closest("[id]")?.id ?? "",
};

/* ---- Leaving ---- */

attempt.go = (address) => {
  attempt.isLeaving = true;
  location.assign(address);
};
attempt.reload = () => {
  attempt.isLeaving = true;
  location.reload();
};
attempt.goOn = () => attempt.go(frame.dataset.pageUrl);
attempt.end = () => {
  attempt.kept.clear();
  attempt.go(frame.dataset.resultUrl);
};
/* The summary counts what is given; it is made anew. */
attempt.leftoverSaved = () => {
  if (!forms.length && submitForm && !attempt.isLeaving && !attempt.isSubmitting) attempt.reload();
};

/* ---- The clocks ---- */

const say = clocks.sayer(document.querySelector("[data-time-warning]"));
const faces = { whole: document.querySelector("[data-clock]"), question: document.querySelector("[data-question-clock]") };
const saveAll = () => Promise.race([Promise.all(attempt.responses.map((one) => one.save({ isForced: true }))), wait(LAST_SAVE)]);

let triedToEnd = 0;

const timeIsUp = async () => {
  words.tell(attempt.messages, "warning", "Time is up. The quiz is submitted with what was saved.");
  await saveAll();
  /* The server has the last word: time may have been given a moment ago. */
  const seen = await attempt.look();
  if (attempt.isLeaving) return;
  if (seen?.told.remaining_seconds > 0 || seen?.told.remaining_seconds === null) {
    attempt.messages?.replaceChildren();
    return;
  }
  attempt.isLeaving = true;
  const answer = seen && (await line.post(submitForm.action, { csrf_token: attempt.token }));
  if (answer && answer.status < 400) {
    attempt.end();
    return;
  }
  attempt.isLeaving = false;
  words.tell(
    attempt.messages,
    "warning",
    "Time is up, and the server cannot be reached. What was saved counts; it is submitted there by itself.",
  );
  triedToEnd += 1;
  setTimeout(timeIsUp, Math.min(1000 * 2 ** triedToEnd, LONGEST_WAIT));
};

/* Seconds are told cut off: until then the question has surely ended, and it is left without its fields. */
const questionIsOver = async () => {
  say("The time for this question is over");
  await Promise.all([saveAll(), wait(CUT_OFF)]);
  while (!attempt.isLeaving && !(await attempt.look())) await wait(AGAIN);
  if (attempt.isLeaving || running.question.seconds > 0) return;
  const button = document.querySelector("button[data-turn]");
  if (!button) {
    attempt.goOn();
    return;
  }
  const sent = { csrf_token: attempt.token, go: "leave" };
  const inputs = Object.entries(sent).map(([name, value]) => words.make("input", { type: "hidden", name, value }));
  const bare = words.make("form", { method: "post", action: button.form.action, hidden: true }, ...inputs);
  document.body.append(bare);
  attempt.isLeaving = true;
  attempt.kept.drop(button.form.dataset.position);
  bare.requestSubmit();
};

const running = {
  whole: faces.whole && new clocks.Clock(faces.whole, { warnings: WARNINGS, say, over: timeIsUp }),
  question: faces.question && new clocks.Clock(faces.question, { warnings: QUESTION_WARNINGS, say, over: questionIsOver }),
};

const set = (name, remaining, answer) => {
  if (running[name]) running[name].set(remaining, answer);
  /* A limit where there was none, or none any more, changes the page. */
  const isOther = remaining !== undefined && (remaining === null) === Boolean(running[name]);
  if (isOther && !attempt.responses.some((one) => one.isDirty)) attempt.reload();
};

attempt.setClocks = (answer) => {
  set("whole", answer.told.remaining_seconds, answer);
  if (faces.question) running.question.set(answer.told.question_seconds, answer);
};

/* ---- Everything once it is there ---- */

attempt.sender = new line.Sender(
  (address, content) => line.post(address, { ...content, csrf_token: attempt.token }),
  (answer) => attempt.setClocks(answer),
);
Object.assign(attempt, setUpElsewhere(attempt, { fields, line, Leftover }));
for (const form of forms) attempt.responses.push(new Response(form, attempt, { fields, words }));
setUpButtons(attempt, { line, words });
attempt.sendKept();

const hide = document.querySelector("[data-hide-clock]");
if (hide) clocks.setUpHiding(Object.values(faces).filter(Boolean), hide, { recall, remember });
clocks.run(Object.values(running).filter(Boolean), () => attempt.look());

/* Digits pick options of the question that has the focus: on a page of all of them no other. */
if (forms.length > 1) {
  const boxes = forms.map((form) => [form, [...form.querySelectorAll("[data-key]")].map((box) => [box, box.dataset.key])]);
  const follow = (here) => {
    for (const [form, keyed] of boxes) {
      form.classList.toggle("has-keys", form === here);
      for (const [box, key] of keyed) {
        if (form === here) box.dataset.key = key;
        else delete box.dataset.key;
      }
    }
  };
  follow(null);
  document.addEventListener("focusin", (event) => follow(event.target.closest("form[data-response]")));
}

/* A page kept by the browser may be long out of date. */
addEventListener("pageshow", (event) => event.persisted && location.reload());
addEventListener("pagehide", () => attempt.sender.sendLast());
addEventListener("beforeunload", (event) => {
  if (!attempt.isLeaving && attempt.responses.some((one) => one.isDirty)) event.preventDefault();
});
submitForm?.addEventListener("submit", () => attempt.isLeaving && attempt.kept.clear());
frame.dataset.ready = "";
