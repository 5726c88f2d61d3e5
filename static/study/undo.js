/* Taking back, step by step. What was done on this page is taken back at once and the server is told behind it; what was
 * never sent is just not sent; steps of before this page only the server knows. */

const MOST_STEPS = 50;

export const setUpUndo = (play, { newKey, post }, { MOST, factOf, parse }) => {
  const { root, cards, toast, form } = play;
  const button = form.querySelector("button");
  const field = form.elements.namedItem("step") ?? form.elements.namedItem("review");
  const steps = []; // {key, card, leaves, gain, unshow, name}, the last one last; `name` is what the server calls it
  let known = field.value;
  let isTaking = false;

  const draw = () => {
    field.value = steps.at(-1)?.key ?? known;
    button.disabled = !field.value;
  };

  const fields = () => Object.fromEntries(new FormData(form));

  const did = (step) => {
    document.dispatchEvent(new CustomEvent("toast:gone", { detail: { name: "step" } }));
    steps.push(step);
    if (steps.length > MOST_STEPS) steps.shift();
    play.progress.count(step.gain);
    draw();
  };

  const forget = (key) => {
    const at = steps.findIndex((step) => step.key === key);
    if (at >= 0) steps.splice(at, 1);
    draw();
  };

  const rename = (key, name) => {
    const step = steps.find((one) => one.key === key);
    if (step) step.name = name;
  };

  /* What was done here and is not in the server's numbers yet. */
  const gains = () => steps.filter((step) => play.outbox.has(step.key)).reduce((sum, step) => sum + step.gain, 0);

  const adoptUndo = ({ undo, undo_label: words }) => {
    known = undo ?? "";
    if (words) button.title = words;
    draw();
  };

  /* A card as it was before anything was done with it; it sends a key of its own from now on. */
  const renew = (card) => {
    for (const details of card.querySelectorAll("details[open]")) details.open = false;
    for (const one of card.querySelectorAll("[data-review]")) {
      play.stage.release(one);
      one.reset();
      one.elements.namedItem("review").value = newKey();
    }
    return card;
  };

  const restore = ({ key, card, leaves, unshow }) => {
    play.order += 1;
    play.isOver = false;
    if (play.asked?.key === key) play.endAsking();
    unshow?.();
    if (!leaves) return;
    for (const other of [play.paused, play.current]) if (other && factOf(other) !== factOf(card)) cards.putFirst(other);
    play.paused = null;
    cards.drop([factOf(card)]);
    play.show(renew(card));
  };

  const takeBackThere = async () => {
    if (play.outbox.size && !(await play.outbox.flush())) {
      toast({ text: "The last card is not saved yet, so it cannot be taken back. It will be sent again.", kind: "wrong" });
      return;
    }
    const answer = await post(form.getAttribute("action"), { ...fields(), want: MOST, have: "" });
    if (answer?.state !== "saved") {
      const words = answer ? "Nothing was taken back; please reload the page." : "The server could not be reached. Nothing was taken back; please try again.";
      toast({ text: typeof answer?.error === "string" ? answer.error : words, kind: "wrong" });
      return;
    }
    play.endAsking();
    play.order += 1;
    play.isOver = false;
    play.current = play.paused = null;
    play.owner = answer.owner || play.owner;
    play.progress.adopt(answer, 0);
    adoptUndo(answer);
    cards.replace(parse(answer.cards ?? ""), play.unsentFacts());
    play.next();
    play.tell("Taken back");
  };

  /* Takes the last step back; with `only`, if it is that one. */
  const takeBack = async (only) => {
    const step = steps.at(-1);
    if (isTaking || (only && step?.key !== only)) return;
    document.dispatchEvent(new CustomEvent("toast:gone", { detail: { name: "step" } }));
    play.tell("");
    if (!step) {
      isTaking = true;
      await takeBackThere().finally(() => (isTaking = false));
      return;
    }
    steps.pop();
    play.progress.count(-step.gain);
    if (!play.outbox.withdraw(step.key)) {
      play.withdrawn.add(step.key);
      const sent = { ...fields(), [field.name]: step.name ?? step.key };
      play.outbox.add(newKey(), { kind: "undo", owner: play.owner, url: form.getAttribute("action"), fields: sent });
    }
    restore(step);
    draw();
    play.tell("Taken back");
  };

  form.addEventListener("submit", (event) => {
    if (!root) return;
    event.preventDefault();
    takeBack();
  });

  return { did, forget, rename, gains, adoptUndo, takeBack, drawUndo: draw };
};
