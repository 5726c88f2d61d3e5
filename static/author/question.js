/* Adds a row for another wrong option without loading the page anew. */

const rows = document.querySelector("[data-rows]");
const button = document.querySelector("[data-add-row]");

const renumber = (row, number) => {
  row.querySelector("legend").textContent = `Wrong option ${number + 1}`;
  for (const element of row.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
    for (const name of ["id", "for", "name", "aria-describedby"]) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, value.replace(/wrong-\d+-/g, `wrong-${number}-`));
    }
  }
};

const empty = (row) => {
  for (const error of row.querySelectorAll(".field-error")) error.remove();
  for (const field of row.querySelectorAll(".has-error")) field.classList.remove("has-error");
  for (const input of row.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("value");
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  }
};

button?.addEventListener("click", (event) => {
  const last = rows?.lastElementChild;
  if (!last) return;
  event.preventDefault();
  const row = last.cloneNode(true);
  empty(row);
  renumber(row, rows.childElementCount);
  rows.append(row);
  row.querySelector("input").focus();
  if (rows.childElementCount >= Number(rows.dataset.most)) button.remove();
});
