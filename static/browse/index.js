// The box in the head of the table checks those of its page.
const all = document.querySelector("[data-check-all]");
const boxes = [...document.querySelectorAll('.facts-found input[name="fact"]')];

function follow() {
  const checked = boxes.filter((box) => box.checked).length;
  all.checked = checked === boxes.length;
  all.indeterminate = checked > 0 && checked < boxes.length;
}

if (all) {
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", follow));
}
