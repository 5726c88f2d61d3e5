/* Which card is shown next, and where the cards after it come from. */

const LONGEST_WAIT = 30000;
const LEFT = "study-page-left";

const isTurned = (card) => card.querySelector("[data-reveal][open]") !== null;

/* The page that comes takes the focus to its heading, as a card that is swapped in does. */
const leave = (address) => {
  try {
    sessionStorage.setItem(LEFT, "yes");
  } catch {
    /* Storage is closed: the focus begins at the top. */
  }
  location.assign(address);
};

export const arrive = (player) => {
  try {
    if (!sessionStorage.getItem(LEFT)) return;
    sessionStorage.removeItem(LEFT);
  } catch {
    return;
  }
  player.querySelector("h1")?.focus({ preventScroll: true });
};

/* `play` is what the modules of the player share: the card shown (`current`), the one put aside for feedback that came late
 * (`paused`), the response whose feedback is waited for (`asked`), whether the server has no more than what is held
 * (`isOver`), and how often the order changed so that what was asked for before no longer fits (`order`). */
export const setUpDealing = (play, { Cards, MOST, factOf, parse }) => {
  const { player, root } = play;
  const cards = new Cards(player.dataset.cards, [...(player.querySelector("template[data-upcoming]")?.content.children ?? [])]);
  let wait = 1000;
  let retry = null;

  const unsentFacts = (except) =>
    play.outbox.entries
      .filter((entry) => entry.key !== except && ["review", "response"].includes(entry.kind ?? "review"))
      .map((entry) => entry.fields.fact);

  const shownFacts = () => [factOf(play.current), factOf(play.paused)].filter(Boolean);
  const held = (except) => [...new Set([...shownFacts(), ...cards.facts, ...unsentFacts(except)])];

  const show = (card) => {
    play.current = card;
    play.stage.show(card);
  };

  const next = () => {
    play.endAsking();
    const card = play.paused ?? cards.next();
    play.paused = null;
    if (card) {
      show(card);
      refill();
      return;
    }
    play.current = null;
    if (!root) return;
    const { size, isLate } = play.outbox;
    if (!size && (play.isOver || !cards.canAsk)) {
      leave(player.dataset.scope);
      return;
    }
    play.stage.wait(isLate ? "offline" : "slow", size);
    if (!size) refill();
  };

  const goOn = () => {
    if (play.stage?.isWaiting) next();
    else refill();
  };

  const askLater = () => {
    play.stage.wait("offline", play.outbox.size);
    clearTimeout(retry);
    retry = setTimeout(goOn, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  /* More cards, before there are none. */
  const refill = async () => {
    if (!root || !cards.canAsk || !cards.isLow || play.isOver || cards.isAsking) return;
    const [order, heard, unsent] = [play.order, play.heard, play.outbox.size];
    const answer = await cards.ask(held());
    if (!answer) {
      if (play.stage.isWaiting) askLater();
      return;
    }
    wait = 1000;
    if (order !== play.order) {
      goOn();
      return;
    }
    const count = cards.length;
    const isWhole = !unsent && heard === play.heard && !play.outbox.size;
    cards.append(parse(answer.cards ?? ""), held());
    if (isWhole) play.progress.adopt(answer, 0);
    if (isWhole && cards.length === count) play.isOver = true;
    if (play.stage.isWaiting && (cards.length || !play.outbox.size)) next();
  };

  /* What the server has now, in its order: another tab, or a way back to this page, changed what is left. */
  const refresh = async (replacesShown = false) => {
    if (!root || !cards.canAsk) return;
    play.order += 1;
    play.isOver = false;
    const { order } = play;
    const answer = await cards.ask(unsentFacts(), MOST);
    if (!answer || order !== play.order) return;
    const fresh = parse(answer.cards ?? "");
    const { current } = play;
    const isGone = current && !play.asked && !isTurned(current) && !fresh.some((card) => factOf(card) === factOf(current));
    cards.replace(fresh, [...shownFacts(), ...unsentFacts()]);
    if (!play.outbox.size) play.progress.adopt(answer, 0);
    if (answer.undo !== undefined) play.adoptUndo(answer);
    if ((replacesShown && isGone) || play.stage.isWaiting) next();
  };

  addEventListener("online", () => {
    wait = 1000;
    play.outbox.flush().then(goOn);
  });

  return { cards, unsentFacts, held, show, next, goOn, refill, refresh };
};
