/* What goes out with each post, and what is done with what the server says to it. */

const RELOAD = { label: "Reload", run: () => location.reload() };
const SAVED_SHOWS = 3000;

const firstSentence = (element) => element?.textContent.trim().replace(/\s+/g, " ") ?? "";

export const setUpAnswers = (play, { MOST, factOf, parse }, { forgetDraft }) => {
  const { player, root, cards, toast } = play;
  let quietly = null;

  const say = (text, isGood = false) => {
    const line = player.querySelector("[data-save]");
    clearTimeout(quietly);
    line.textContent = text;
    line.classList.toggle("all-saved", isGood);
    if (isGood) quietly = setTimeout(() => (line.textContent = ""), SAVED_SHOWS);
  };

  /* Cards come along only where the page has none left: what is posted often must be light. */
  const dress = (key, entry) => {
    const isLast = play.outbox.entries.at(-1)?.key === key;
    const changesAll = entry.fields.action === "form" && isLast;
    const lacks = root && entry.kind !== "undo" && isLast && !cards.length;
    return {
      csrf_token: play.token,
      ...(play.owner ? { owner: play.owner } : {}),
      want: changesAll ? MOST : lacks ? cards.wanted : 0,
      have: changesAll ? "" : play.held(key).join(","),
    };
  };

  const hearCards = (key, entry, answer) => {
    if (!root || typeof answer.cards !== "string" || entry.kind === "undo") return;
    const fresh = parse(answer.cards);
    const taken = [play.asked?.key === key ? null : factOf(play.current), factOf(play.paused), ...play.unsentFacts(key)];
    const lacked = !cards.length;
    if (entry.fields.action === "form") cards.replace(fresh, taken);
    else cards.append(fresh, taken);
    if (lacked && !cards.length && !play.outbox.size) play.isOver = true;
  };

  /* Feedback that is waited for is shown; what comes later is told without taking the card away. */
  const hearTold = (key, html) => {
    const [told] = parse(html);
    if (play.asked?.key === key) {
      play.endAsking();
      play.current = null;
      play.stage.show(told);
      told.querySelector(".choice.right")?.scrollIntoView({ block: "nearest", behavior: "instant" });
      return;
    }
    if (play.withdrawn.delete(key) || !root) return;
    const see = () => {
      play.paused = play.current ?? play.paused;
      play.current = null;
      play.stage.show(told);
    };
    const verdict = firstSentence(told.querySelector(".verdict")) || "Graded";
    const stem = firstSentence(told.querySelector(".stem"));
    toast({ text: `${verdict}: ${stem}`, stay: true, action: { label: "See why", run: see } });
  };

  /* The card once more with what was given, and why it could not be taken. */
  const askAgain = ({ card, form }, html, words) => {
    const [again] = parse(html ?? "");
    if (again || !form.isConnected) play.show(again ?? card);
    play.current = again ?? card;
    if (!again) play.stage.release(form, words);
    const field = again?.querySelector('[aria-invalid="true"], [data-review] :is(input:not([type="hidden"]), select)');
    field?.focus();
    play.tell(words);
  };

  const refuse = (key, entry, answer) => {
    play.forget(key);
    const words = typeof answer.error === "string" ? answer.error : "The server did not take that; nothing was changed.";
    if (answer.state === "stale") {
      toast({ text: "Something kept from before could not be read any more. It was left out.", kind: "wrong" });
    } else if (answer.state === "other-learner") {
      toast({ text: words, kind: "wrong", stay: true, name: "reload", action: RELOAD });
    } else if (play.asked?.key === key && answer.status === 422) {
      askAgain(play.endAsking(), answer.card, words);
      return;
    } else toast({ text: words, kind: answer.state === "conflict" ? "info" : "wrong" });
    if (play.asked?.key === key || play.stage?.isWaiting) play.next();
    play.refresh();
  };

  const hear = (key, entry, answer) => {
    play.heard += 1;
    if (answer.state !== "saved") {
      refuse(key, entry, answer);
      return;
    }
    play.owner = answer.owner || play.owner;
    player.querySelector("[data-taste]")?.remove();
    play.progress.adopt(answer, play.gains());
    if (entry.kind !== "undo" && answer.undo !== key) {
      // A response can be several reviews, each with a key; a mark that changed nothing is no step at all.
      if (entry.kind === "response" && answer.undo) play.rename(key, answer.undo);
      else play.forget(key);
    }
    play.adoptUndo(answer);
    if (entry.kind !== "undo") play.isOver = false;
    if (entry.fields.action === "note") forgetDraft(entry.fact);
    hearCards(key, entry, answer);
    if (answer.told) hearTold(key, answer.told);
    play.goOn();
  };

  const tell = (state) => {
    if (state === "saved") {
      say("Saved", true);
      return;
    }
    if (state === "stale") {
      say("Not saved yet – please reload the page");
      const text = "This page is too old to save from. Reload it; nothing is lost.";
      toast({ text, kind: "wrong", stay: true, name: "reload", action: RELOAD });
    } else say("Not saved yet – trying again");
    if (play.asked && state !== "stale") play.keepForLater(true);
    if (play.stage?.isWaiting) play.stage.wait(state === "stale" ? "stale" : "offline", play.outbox.size);
  };

  return { dress, hear, tell };
};
