/* Maps: zoom by buttons, moving by drag and arrow keys, the name of what is pointed at, marking the places of a question.
 *
 * Everything listens on the document, so that a map that is put into the page later works too. Another script that writes
 * the boxes of a form itself says so by the event `form:written`, and the map follows.
 */

const WIDTH = 10000;
const HEIGHT = 4870;
const STEP = 1.6;
const CLOSEST = 250;
/* A shape longer than this many pixels can be seen and hit without a dot. */
const DOT = 14;
const MOVES_FROM = 6;
/* A dot is hit on its circle even over another's shape; off every shape the nearest within reach of a finger. */
const ON_DOT = 5;
const REACH = 22;
const homes = new WeakMap();

const mapOf = (element) => element.closest("[data-map-section]")?.querySelector(".map-view");

const viewOf = (map) => {
  const { x, y, width, height } = map.viewBox.baseVal;
  if (!homes.has(map)) homes.set(map, { x, y, width, height });
  return { x, y, width, height };
};

/* Pixels for a unit of the map, as it is shown now. */
const scaleOf = (map, view) => Math.min(map.clientWidth / view.width, map.clientHeight / view.height);

const within = (value, low, high) => (low > high ? (low + high) / 2 : Math.min(Math.max(value, low), high));

/* Where a shape has become large enough to be seen, its dot goes. */
const thinDots = (map, view) => {
  const scale = scaleOf(map, view);
  for (const dot of map.querySelectorAll(".dot[data-extent]")) dot.toggleAttribute("hidden", Number(dot.dataset.extent) * scale > DOT);
};

const show = (map, view) => {
  const home = homes.get(map);
  const x = within(view.x, 0, WIDTH - view.width);
  const y = within(view.y, 0, HEIGHT - view.height);
  map.setAttribute("viewBox", [x, y, view.width, view.height].map((part) => part.toFixed(1)).join(" "));
  map.classList.toggle("zoomed", view.width < home.width - 1);
  thinDots(map, view);
};

/* What a point of the window hits: a shape in which it lies, but for the circle of a dot; off all shapes the nearest dot. */
const placeAt = (map, x, y) => {
  const matrix = map.getScreenCTM();
  let [nearest, away] = [null, REACH];
  for (const dot of map.querySelectorAll(".dot:not([hidden])")) {
    const [left, top] = dot.querySelector("path").getAttribute("d").match(/-?[\d.]+/g);
    const at = new DOMPoint(left, top).matrixTransform(matrix);
    const distance = Math.hypot(at.x - x, at.y - y);
    if (distance < away) [nearest, away] = [dot, distance];
  }
  const shape = away > ON_DOT && document.elementsFromPoint(x, y).find((one) => one.matches(".map-view .place .shape"));
  return (shape || nearest)?.closest(".place") ?? null;
};

/* ---- Zoom: to the mouse over the map, to what was last marked or clicked, or else to the middle of the view ---- */

const aims = new WeakMap();
let pointed = null;

const unproject = (map, x, y) => {
  const at = new DOMPoint(x, y).matrixTransform(map.getScreenCTM().inverse());
  return { x: at.x, y: at.y };
};

const aimOf = (map, view) => {
  const aim = pointed?.map === map && map.matches(":hover") ? unproject(map, pointed.x, pointed.y) : aims.get(map);
  const isInView = aim && aim.x >= view.x && aim.x <= view.x + view.width && aim.y >= view.y && aim.y <= view.y + view.height;
  return isInView ? aim : { x: view.x + view.width / 2, y: view.y + view.height / 2 };
};

const zoom = (map, way) => {
  const view = viewOf(map);
  const home = homes.get(map);
  if (way === "home") {
    show(map, home);
    return;
  }
  const factor = way === "in" ? 1 / STEP : STEP;
  const widest = Math.max(home.width, WIDTH);
  const width = within(view.width * factor, Math.min(CLOSEST, home.width), widest);
  const height = (view.height * width) / view.width;
  const middle = way === "in" ? aimOf(map, view) : { x: view.x + view.width / 2, y: view.y + view.height / 2 };
  show(map, { x: middle.x - width / 2, y: middle.y - height / 2, width, height });
};

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-map-zoom]");
  const map = button && mapOf(button);
  if (map) zoom(map, button.dataset.mapZoom);
});

/* ---- Moving ---- */

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/* Before the keys of the page: with the focus on the map an arrow means the map alone. */
const moveByKey = (event) => {
  const way = arrows[event.key];
  if (!way || !event.target.matches?.("[data-map]") || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const map = mapOf(event.target);
  const view = viewOf(map);
  aims.delete(map);
  show(map, { ...view, x: view.x + (way[0] * view.width) / 6, y: view.y + (way[1] * view.height) / 6 });
};

window.addEventListener("keydown", moveByKey, { capture: true });

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const map = event.target.closest?.(".map-view");
  drag = map && event.isPrimary && event.button === 0 ? { map, from: viewOf(map), x: event.clientX, y: event.clientY, moved: false } : null;
});

document.addEventListener("pointermove", (event) => {
  if (!drag || drag.isOver || !event.isPrimary) return;
  const { map, from } = drag;
  const dx = event.clientX - drag.x;
  const dy = event.clientY - drag.y;
  if (!drag.moved && Math.hypot(dx, dy) < MOVES_FROM) return;
  if (!drag.moved) {
    drag.moved = true;
    aims.delete(map);
    map.classList.add("moving");
    map.setPointerCapture(event.pointerId);
  }
  const scale = scaleOf(map, from);
  show(map, { ...from, x: from.x - dx / scale, y: from.y - dy / scale });
});

const drop = () => {
  drag?.map.classList.remove("moving");
  if (drag) drag.isOver = true;
};

document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
/* A link must not be taken along when the map is moved. */
document.addEventListener("dragstart", (event) => {
  if (event.target.closest?.(".map-view")) event.preventDefault();
});

/* A drag ends in a click, which then means nothing. */
window.addEventListener(
  "click",
  (event) => {
    if (!drag?.moved) return;
    drag = null;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  { capture: true },
);

/* ---- What is pointed at, on the map or in the list ---- */

/* On the map a place has `data-place`; so has its entry in the list, or an id made of it. */
const placeOf = (element) => element?.dataset.place ?? element?.id.replace("place-", "");

const point = (event, isOn) => {
  if (event.target.closest?.(".map-view")) return;
  tellPlace(event.target.closest?.('[data-place], [id^="place-"]'), isOn);
};

const tellPlace = (place, isOn) => {
  const section = place?.closest("[data-map-section]");
  if (!section) return;
  if ("mapControl" in section.dataset) {
    place.classList.toggle("near", isOn);
    return;
  }
  const name = CSS.escape(placeOf(place));
  const onMap = section.querySelector(`.map-view [data-place="${name}"]`);
  const listed = section.querySelector(`#place-${name}`);
  const line = section.querySelector("[data-map-name]");
  const words = onMap?.dataset.name ?? (listed?.querySelector("h3") ?? listed)?.textContent.trim().replace(/\s+/g, " ");
  if (line) line.textContent = isOn ? (words ?? "") : "";
  onMap?.classList.toggle("near", isOn);
};

/* On the map itself it is told by what a click there would hit. */
const aimAt = (event) => {
  const map = event.target.closest?.(".map-view");
  if (!map && !pointed) return;
  const place = map && !map.classList.contains("moving") ? placeAt(map, event.clientX, event.clientY) : null;
  if (place !== pointed?.place) {
    tellPlace(pointed?.place, false);
    tellPlace(place, true);
    pointed?.map.classList.remove("on-place");
    map?.classList.toggle("on-place", place !== null && (place.matches("a") || place.closest("[data-map-control]") !== null));
  }
  pointed = map && { map, place, x: event.clientX, y: event.clientY };
};

document.addEventListener("pointermove", aimAt);
document.addEventListener("pointerdown", aimAt);

for (const [name, isOn] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, (event) => point(event, isOn));
}

/* ---- Marking the places of a question ---- */

const boxesOf = (control) => [...control.querySelectorAll("[data-map-mark]")];

const follow = (control) => {
  const boxes = boxesOf(control);
  const marked = new Set(boxes.filter((box) => box.checked).map((box) => box.dataset.mapMark));
  for (const place of control.querySelectorAll(".map-view .place")) {
    place.classList.toggle("marked", marked.has(place.dataset.place));
    place.classList.toggle("free", !marked.has(place.dataset.place));
  }
  const count = control.querySelector("[data-map-count]");
  const words = `${marked.size} marked`;
  if (count && count.textContent !== words) count.textContent = words;
};

const followAll = (root) => {
  for (const control of root.querySelectorAll("[data-map-control]")) follow(control);
};

document.addEventListener("click", (event) => {
  const map = event.target.closest?.(".map-view");
  if (!map) return;
  aims.set(map, unproject(map, event.clientX, event.clientY));
  const place = placeAt(map, event.clientX, event.clientY);
  const control = place?.closest("[data-map-control]");
  if (!control) {
    /* A link is followed by itself where the click is on it; here it is only near. */
    if (place?.matches("a") && !event.target.closest("a")) location.assign(place.href.baseVal);
    return;
  }
  const box = boxesOf(control).find((one) => one.dataset.mapMark === place.dataset.place);
  /* The box tells everybody else: a click on it makes the events of a form. */
  if (box && !box.disabled) box.click();
});

const middleOf = (place) => {
  const { x, y, width, height } = place.getBBox();
  return { x: x + width / 2, y: y + height / 2 };
};

document.addEventListener("change", (event) => {
  const control = event.target.matches?.("[data-map-mark]") && event.target.closest("[data-map-control]");
  if (!control) return;
  follow(control);
  const map = control.querySelector(".map-view");
  const place = map.querySelector(`.place[data-place="${CSS.escape(event.target.dataset.mapMark)}"]`);
  if (event.target.checked && place) aims.set(map, middleOf(place));
});

const fold = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase().trim();

document.addEventListener("input", (event) => {
  if (!event.target.matches?.("[data-map-search]")) return;
  const control = event.target.closest("[data-map-control]");
  const letters = fold(event.target.value);
  let found = 0;
  for (const box of boxesOf(control)) {
    const isFound = fold(box.closest("label").textContent).includes(letters);
    box.closest("li").hidden = !isFound;
    found += isFound;
  }
  control.querySelector("[data-map-none]").hidden = found > 0;
});

/* Return in the search must not send the form. */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.("[data-map-search]")) event.preventDefault();
});

const settle = (root) => {
  followAll(root);
  for (const map of root.querySelectorAll(".map-view")) thinDots(map, viewOf(map));
};

document.addEventListener("form:written", () => followAll(document));
document.addEventListener("content:added", () => settle(document));
window.addEventListener("pageshow", () => settle(document));
window.addEventListener("resize", () => settle(document));
settle(document);
document.querySelector(".map-layers [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
