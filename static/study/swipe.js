/* On touch, as an extra to the buttons: a tap on the card turns it, and then a swipe to the left means forgotten, to the
 * right remembered. The finger's way shows before it counts, and a way back takes it back. */

/* From here on a finger means a swipe, or else a scroll. */
const BEGINS = 12;
const SHARE = 0.28;
const [NEAREST, FARTHEST] = [72, 140];
const FORGOT = "1";
const REMEMBERED = "3";
const OWN_USE = "a, button, summary, input, select, textarea, label, details[data-menu], [data-map-section], .table-frame, [data-ordering]";

const isStill = matchMedia("(prefers-reduced-motion: reduce)");

export const setUpSwipes = (stage) => {
  const hint = document.createElement("div");
  hint.className = "swipe-hint";
  hint.setAttribute("aria-hidden", "true");
  let touch = null;

  const buttonOf = (value) => stage.querySelector(`[data-review="rated"] button[name="rating"][value="${value}"]`);
  const isOpen = () => stage.querySelector("[data-card] [data-reveal][open]") !== null;
  const threshold = () => Math.min(Math.max(innerWidth * SHARE, NEAREST), FARTHEST);

  const settle = () => {
    touch?.slot.classList.remove("swiped");
    touch?.slot.style.removeProperty("translate");
    hint.remove();
    touch = null;
  };

  const draw = (far) => {
    const value = far < 0 ? FORGOT : REMEMBERED;
    const words = buttonOf(value)?.dataset.keyLabel ?? "";
    const share = Math.min(Math.abs(far) / threshold(), 1);
    hint.textContent = words;
    hint.classList.toggle("forgot", far < 0);
    hint.classList.toggle("counts", share === 1);
    hint.style.opacity = String(0.35 + 0.65 * share);
    if (!hint.isConnected) stage.append(hint);
    if (!isStill.matches) touch.slot.style.setProperty("translate", `${far}px`);
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" || !event.isPrimary) {
      settle();
      return;
    }
    const slot = event.target.closest("[data-card]");
    if (!slot || event.target.closest(OWN_USE)) return;
    touch = { slot, id: event.pointerId, x: event.clientX, y: event.clientY, far: 0, isSwipe: false, canSwipe: isOpen() };
  });

  stage.addEventListener("pointermove", (event) => {
    if (event.pointerId !== touch?.id) return;
    const [across, along] = [event.clientX - touch.x, event.clientY - touch.y];
    if (!touch.isSwipe) {
      if (Math.hypot(across, along) < BEGINS) return;
      // Down or up is a scroll, and what cannot be rated yet is not swiped.
      if (!touch.canSwipe || Math.abs(along) > Math.abs(across)) {
        settle();
        return;
      }
      touch.isSwipe = true;
      touch.slot.classList.add("swiped");
      touch.slot.setPointerCapture?.(event.pointerId);
    }
    touch.far = across;
    draw(across);
  });

  stage.addEventListener("pointerup", (event) => {
    if (event.pointerId !== touch?.id) return;
    const { far, isSwipe, slot } = touch;
    const counts = isSwipe && Math.abs(far) >= threshold();
    settle();
    if (!slot.isConnected) return;
    if (counts) buttonOf(far < 0 ? FORGOT : REMEMBERED)?.click();
    else if (!isSwipe && !isOpen() && String(getSelection()) === "") slot.querySelector("[data-reveal] > summary")?.click();
  });

  // The browser took the finger for scrolling, or the page went.
  stage.addEventListener("pointercancel", settle);
};
