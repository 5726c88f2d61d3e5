/* What happens elsewhere: another tab or device saves, moves on or submits, an instructor grants time, a line comes back. */

const POLL = 15000;

/* `attempt` has what the modules share; attempt.js makes it. */
export const setUpElsewhere = (attempt, { fields, line, Leftover }) => {
  const { frame } = attempt;
  let polling = null;

  /* Writes anew the fields of responses that another tab saved; false where the page could not be had. */
  const refresh = async (stale, sequences = {}) => {
    let page;
    try {
      const answer = await fetch(location.href, { redirect: "error", signal: AbortSignal.timeout(20000) });
      if (!answer.ok) return false;
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      return false;
    }
    fields.takeApart(page);
    for (const response of stale) {
      const form = page.querySelector(`form[data-response][data-position="${response.position}"]`);
      if (!form) {
        attempt.goOn(); /* fixed, or not its turn any more */
        return true;
      }
      const last = Number(form.elements.namedItem("sequence").value);
      /* Where it was touched meanwhile, its save tells what is to be told. */
      if (!(response.position in sequences) || response.isOlderThan(last - 1)) response.take(fields.writtenFields(form), last);
    }
    return true;
  };

  const follow = async (told) => {
    const [given, flagged] = [told.given ?? [], told.flagged ?? []].map((positions) => positions.map(String));
    for (const slot of document.querySelectorAll(".navigator :is([value], [data-position])")) {
      const position = slot.value || slot.dataset.position;
      if (!attempt.isHere(position)) attempt.sheet.markGiven(position, given.includes(position));
      attempt.sheet.markFlag(position, flagged.includes(position));
    }
    for (const { form, position } of attempt.responses) attempt.sheet.showFlag(form, flagged.includes(position));
    const sequences = told.sequences ?? {};
    const stale = attempt.responses.filter((one) => one.position in sequences && one.isOlderThan(sequences[one.position]));
    if (stale.length) await refresh(stale, sequences);
  };

  const poll = async () => {
    const answer = await line.ask(frame.dataset.stateUrl);
    if (attempt.isLeaving || !answer || answer.status !== 200) return answer;
    const { told } = answer;
    if (told.state === "closed") {
      /* What was not saved yet came too late; sent all the same, so that the result says so. */
      await attempt.sender.send(...attempt.responses.filter((one) => one.hasMore));
      attempt.end();
      return answer;
    }
    attempt.setClocks(answer);
    const { turn } = frame.dataset;
    if (turn && told.turn && String(told.turn) !== turn) attempt.goOn();
    else await follow(told);
    return answer;
  };

  /* Returns the answer, null without one. */
  const look = () => {
    polling ??= poll().finally(() => (polling = null));
    return polling;
  };

  const sendKept = () => {
    for (const position of attempt.kept.positions) {
      if (attempt.isHere(position)) continue;
      const leftover = new Leftover(position, attempt, { fields, words: attempt.words });
      attempt.kept.whenClosed(position, () => attempt.sender.send(leftover));
    }
  };

  const sendAll = () => attempt.sender.send(...attempt.responses.filter((one) => one.hasMore));

  const wake = () => {
    sendAll();
    look();
  };

  addEventListener("online", wake);
  addEventListener("offline", () => attempt.responses.forEach((one) => one.wentOffline()));
  document.addEventListener("visibilitychange", () => (document.hidden ? sendAll() : wake()));
  document.addEventListener("resume", wake);
  setInterval(() => document.hidden || look(), Number(frame.dataset.poll) || POLL);

  return { refresh, look, sendKept };
};
