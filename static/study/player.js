/* The player with scripts: a card turns at once, what is done with it goes out behind it, the next card is there already.
 *
 * Its modules are named by the page, with the addresses under which they are kept: an import by a path of its own would
 * miss the fingerprint. Everything posted goes through the outbox, in its order.
 */

const load = (name) => import(document.querySelector(`link[data-module="${name}"]`).href);
const NAMES = ["outbox", "cards", "stage", "progress", "deal", "answers", "undo", "marks", "aloud", "swipe"];
const [posting, dealt, { Stage }, { Progress }, dealing, { setUpAnswers }, { setUpUndo }, marks, { setUpReading }, { setUpSwipes }] =
  await Promise.all(NAMES.map(load));

/* So long a graded response is waited for before one may go on without it. */
const GRADING = 8000;
const AGAIN = "1";

const player = document.querySelector("[data-player]");
const root = player.querySelector("[data-stage]");
const form = player.querySelector("[data-undo]");
const done = player.querySelector("[data-done]");

/* What the modules share; `deal` says what it means. */
const play = {
  player,
  root,
  form,
  token: form.elements.namedItem("csrf_token").value,
  owner: player.dataset.owner,
  current: root?.querySelector("[data-card]") ?? null,
  paused: null,
  asked: null, // {key, card, form, timer}
  withdrawn: new Set(), // keys of responses whose feedback nobody waits for any more
  isOver: false,
  order: 0,
  heard: 0,
  progress: new Progress(player),
  tell: (text) => (done.textContent = text),
  toast: (detail) => document.dispatchEvent(new CustomEvent("toast", { detail })),
};

Object.assign(play, dealing.setUpDealing(play, dealt));
play.outbox = new posting.Outbox(setUpAnswers(play, dealt, marks));
Object.assign(play, setUpUndo(play, posting, dealt));

play.endAsking = () => {
  const ended = play.asked;
  clearTimeout(ended?.timer);
  play.asked = null;
  return ended;
};

play.keepForLater = (isOffline) => {
  clearTimeout(play.asked.timer);
  play.current = null;
  if (play.asked.form.isConnected) play.stage.keep(isOffline);
};

/* ---- What is shown ---- */

const usesFinger = matchMedia("(pointer: coarse)");

/* Where a response is typed, typing can begin at once; the field is described by what is asked. */
const focusField = (card) => {
  const field = card.querySelector('[data-review="graded"] input[type="text"]');
  if (!field || usesFinger.matches) return;
  const stem = card.querySelector("h1");
  stem.id ||= "asked";
  const described = field.getAttribute("aria-describedby")?.split(" ") ?? [];
  field.setAttribute("aria-describedby", [...new Set([stem.id, ...described])].join(" "));
  field.focus({ preventScroll: true });
};

const reading = setUpReading(player, root);

const settle = (shown) => {
  if (shown.matches("[data-card]")) {
    marks.bringDraft(shown);
    focusField(shown);
  }
  reading.read(shown);
};

play.stage =
  root &&
  new Stage(root, (shown) => {
    play.tell("");
    settle(shown);
  });

/* `toggle` does not bubble. */
const followTurn = (event) => {
  if (!event.target.matches("[data-reveal][open]")) return;
  event.target.querySelector("[data-key-side]")?.focus({ preventScroll: true });
  reading.read(event.target);
};

/* ---- What the learner does ---- */

const fieldsOf = (one, submitter) => {
  const fields = Object.fromEntries(new FormData(one));
  if (submitter?.name) fields[submitter.name] = submitter.value;
  return fields;
};

const review = (one, submitter) => {
  const card = play.current;
  const isGraded = one.dataset.review === "graded";
  const fields = fieldsOf(one, submitter);
  const key = fields.review;
  fields.duration_ms = Math.round(performance.now() - play.stage.shownAt);
  play.did({ key, card, leaves: true, gain: isGraded || fields.rating === AGAIN ? 0 : 1 });
  play.outbox.add(key, { kind: isGraded ? "response" : "review", owner: play.owner, url: one.getAttribute("action"), fields });
  if (!isGraded) {
    play.next();
    return;
  }
  play.stage.release(one);
  play.stage.pend(one);
  play.tell("Checking your response");
  const timer = setTimeout(() => play.asked?.key === key && play.keepForLater(false), GRADING);
  play.asked = { key, card, form: one, timer };
};

const mark = (one, submitter) => {
  const card = one.closest("[data-card]") ?? play.current;
  const fields = { ...fieldsOf(one, submitter), step: posting.newKey() };
  const { action, step: key } = fields;
  const leaves = marks.leavesStage(action);
  // What is decided beside the feedback of a response leaves with it, and is taken back without it.
  const returns = leaves && card === play.current;
  if (!leaves) menu.close();
  play.did({ key, card, leaves: returns, gain: 0, unshow: marks.showMark(card, fields) });
  play.outbox.add(key, { kind: "mark", owner: play.owner, url: one.getAttribute("action"), fields, fact: card.dataset.fact });
  play.tell("");
  play.toast({ text: marks.wordsOf(action), name: "step", action: { label: "Undo", run: () => play.takeBack(key) } });
  if (leaves) play.next();
};

const menu = root && marks.setUpMarks(root, mark);

/* ---- Everything once it is there ---- */

if (root) {
  root.addEventListener("submit", (event) => {
    const one = event.target.closest("[data-review]");
    if (!one) return;
    event.preventDefault();
    if (!play.asked && play.current?.contains(one)) review(one, event.submitter);
  });
  root.addEventListener("click", (event) => {
    if (!event.target.closest("[data-next]")) return;
    event.preventDefault();
    play.next();
  });
  root.addEventListener("toggle", followTurn, { capture: true });
  setUpSwipes(root);
}

const owners = () => [play.owner, player.dataset.former];

addEventListener("pagehide", () => play.outbox.sendLast());
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  if (root && !play.cards.canAsk) location.reload();
  play.outbox.recall(owners());
  play.outbox.flush();
  play.refresh(true);
});

dealing.arrive(player);
play.outbox.recall(owners());
if (root) {
  // The page was made before these were sent: what it shows of them was rated already.
  const rated = play.unsentFacts();
  play.cards.drop(rated);
  if (rated.includes(play.current?.dataset.fact)) play.next();
  else settle(play.current);
}
play.drawUndo();
/* Going back, a browser may show the page as it was kept, without asking for it again. */
const wasKept = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
play.outbox.flush().then(() => {
  play.goOn();
  if (wasKept) play.refresh(true);
});
player.dataset.ready = "";
