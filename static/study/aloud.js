/* Cards read aloud by the browser's own voices, where it has any: at the press of a button, or each as it shows. */

const isVisible = (element) => element.checkVisibility?.() ?? element.getClientRects().length > 0;

const textOf = (element) => {
  const copy = element.cloneNode(true);
  for (const silent of copy.querySelectorAll("[aria-hidden='true'], kbd")) silent.remove();
  return copy.textContent.trim().replace(/\s+/g, " ");
};

export const setUpReading = (player, stage) => {
  const speech = window.speechSynthesis;
  const toggle = player.querySelector("[data-aloud-toggle]");
  if (!speech || !window.SpeechSynthesisUtterance || !stage) return { read: () => {}, stop: () => {} };
  let isOn = player.dataset.aloud === "1";

  const voiceOf = (language) => {
    const [wanted, base] = [language.toLowerCase(), language.toLowerCase().split("-")[0]];
    const voices = speech.getVoices();
    const tongue = (voice) => voice.lang.toLowerCase().replace("_", "-");
    return voices.find((voice) => tongue(voice) === wanted) ?? voices.find((voice) => tongue(voice).split("-")[0] === base);
  };

  const stop = () => speech.cancel();

  const speak = (elements) => {
    stop();
    for (const element of elements) {
      const text = textOf(element);
      if (!text) continue;
      const spoken = new SpeechSynthesisUtterance(text);
      spoken.lang = element.closest("[lang]")?.lang || "en";
      const voice = voiceOf(spoken.lang);
      if (voice) spoken.voice = voice;
      speech.speak(spoken);
    }
  };

  const visible = (root) => [...root.querySelectorAll("[data-read]")].filter(isVisible);

  const show = () => {
    for (const button of stage.querySelectorAll("[data-speak]")) button.hidden = false;
    if (!toggle) return;
    toggle.closest("[hidden]")?.removeAttribute("hidden");
    if (toggle.matches("input")) toggle.checked = isOn;
    else toggle.setAttribute("aria-pressed", String(isOn));
  };

  stage.addEventListener("click", (event) => {
    if (!event.target.closest("[data-speak]")) return;
    if (speech.speaking) stop();
    else speak(visible(stage));
  });
  toggle?.addEventListener(toggle.matches("input") ? "change" : "click", () => {
    isOn = toggle.matches("input") ? toggle.checked : !isOn;
    show();
    if (isOn) speak(visible(stage));
    else stop();
  });
  addEventListener("pagehide", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());

  return {
    stop,
    /* What has just come into view; only where the learner wants all of it read. */
    read: (root) => {
      show();
      if (isOn) speak(visible(root));
      else stop();
    },
  };
};
