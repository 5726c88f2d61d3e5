/* Buttons of an attempt: nothing is left before it is saved, a blank is left knowingly, and what is pressed twice happens
 * once. */

const NOT_SAVED = "It is kept on this device and sent as soon as the server can be reached.";

/* `attempt` has what the modules share; attempt.js makes it. */
export const setUpButtons = (attempt, { line, words }) => {
  const passing = new WeakSet();
  const busy = new WeakSet();

  const say = (response, ...message) => {
    const place = response?.form.querySelector("[data-messages]") ?? attempt.messages;
    words.tell(place, ...message);
    place?.scrollIntoView({ block: "nearest" });
  };

  /* The browser itself sends it, and shows what the server answers. */
  const pass = (form, button) => {
    passing.add(form);
    attempt.isLeaving = true;
    form.requestSubmit(button);
  };

  const sayUnsaved = (response, unsaved) => {
    if (response && unsaved.length === 1 && unsaved[0] === response) {
      const place = response.form.querySelector("[data-messages]");
      if (place?.childElementCount) place.scrollIntoView({ block: "nearest" });
      else say(response, "warning", `Not saved yet. ${NOT_SAVED}`);
      return;
    }
    const links = unsaved.map(({ position }) => [`Question ${position}`, `#${attempt.anchorOf(position)}`]);
    const what = unsaved.length > 1 ? `${unsaved.length} responses are` : "One response is";
    words.tell(attempt.messages, "warning", `${what} not saved yet. ${NOT_SAVED}`, ...links);
    attempt.messages?.scrollIntoView({ block: "nearest" });
  };

  /* True when the server has everything that this page holds. */
  const saveAll = async (response) => {
    if (response) await response.save({ isForced: true });
    await Promise.all(attempt.responses.filter((one) => one !== response).map((one) => one.save({ isForced: !response })));
    const unsaved = attempt.responses.filter((one) => one.isDirty);
    if (unsaved.length) sayUnsaved(response, unsaved);
    return unsaved.length === 0;
  };

  const flag = async (response, button) => {
    const isFlagged = button.value.startsWith("flag");
    const answer = await line.post(`${response.form.action}/flag`, { csrf_token: attempt.token, ...(isFlagged ? { flagged: "yes" } : {}) });
    if (answer?.status === 200) {
      attempt.sheet.showFlag(response.form, isFlagged);
      attempt.sheet.markFlag(response.position, isFlagged);
    } else say(response, "warning", "The flag was not saved. Try again when the connection is back.");
  };

  const canLoad = (response) => {
    if (navigator.onLine) return true;
    say(response, "warning", "You are offline. What is saved stays saved; try again when the connection is back.");
    return false;
  };

  const press = async (form, button, response) => {
    if (button?.hasAttribute("data-clear")) {
      response.clear();
      return;
    }
    if (button?.hasAttribute("data-flag")) {
      await flag(response, button);
      return;
    }
    if (button?.hasAttribute("data-check") && !response.isGiven) {
      say(response, "info", "Give a response first; then it can be checked.");
      return;
    }
    if (!(await saveAll(response)) || !button || !canLoad(response)) return;
    if (button.dataset.href) {
      attempt.go(button.dataset.href);
      return;
    }
    if (button.value === "save") return;
    response?.complete();
    if (button.dataset.check) button.formAction = button.dataset.check;
    if (button.hasAttribute("data-turn")) {
      /* Asked already, where it is blank. */
      delete button.dataset.confirm;
      button.value = "leave";
    }
    pass(form, button);
  };

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (passing.delete(form)) return;
    const response = attempt.responses.find((one) => one.form === form);
    if (!response && !form.matches("[data-all], [data-submit]")) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    /* While a form is being sent it cannot be sent again: not before this event is over. */
    await new Promise((resolve) => setTimeout(resolve));
    try {
      if (form.matches("[data-submit]")) await submit(form, submitter);
      else await press(form, submitter, response);
    } finally {
      busy.delete(form);
    }
  });

  /* What could not be sent from other pages is sent first, or left out knowingly. */
  const submit = async (form, button) => {
    attempt.isSubmitting = true;
    const isSaved = await saveAll(null);
    await attempt.sender.send();
    attempt.isSubmitting = false;
    if (!isSaved) return;
    const kept = attempt.kept.positions;
    if (kept.length) {
      const which = kept.length > 1 ? `questions ${kept.join(", ")}` : `question ${kept[0]}`;
      say(
        null,
        "warning",
        `What you gave to ${which} is not saved yet. It is kept on this device.`,
        ["Try again", () => form.requestSubmit(button)],
        ["Submit without it", () => {
          attempt.kept.clear();
          pass(form, button);
        }],
      );
      return;
    }
    if (canLoad(null)) pass(form, button);
  };

  /* Where one cannot come back, enhance.js asks before a blank is left: it finds the question on the button. */
  const askAboutBlanks = () => {
    for (const response of attempt.responses) {
      for (const button of response.form.querySelectorAll("button[data-turn]")) {
        const missing = response.missing;
        button.dataset.confirmLabel = "Go on without it";
        if (missing) button.dataset.confirm = `${missing} You cannot come back to this question.`;
        else delete button.dataset.confirm;
      }
    }
  };

  document.addEventListener("input", askAboutBlanks);
  document.addEventListener("change", askAboutBlanks);
  document.addEventListener("form:written", askAboutBlanks);
  askAboutBlanks();
};
