/* The fields of a response: read, written and compared by name, whatever type of question they are of. */

const isResponse = (name) => /^(?:(?:option|text|day|month|year|certainty)$|(?:mark|place|pair)-)/.test(name);
const PARTS = /^(?:day|month|year|place-.*)$/;

const elementsOf = (form) => [...form.elements].filter(({ name }) => isResponse(name));
const isBox = (element) => element.type === "radio" || element.type === "checkbox";

/* By name: the rows of an order change places, and what is the same must read the same. */
const collect = (form, valueOf, isChecked) => {
  const fields = [];
  for (const element of elementsOf(form)) {
    if (!isBox(element)) fields.push([element.name, valueOf(element)]);
    else if (isChecked(element)) fields.push([element.name, element.value]);
  }
  return Object.fromEntries(fields.sort(([one], [other]) => (one < other ? -1 : 1)));
};

export const readFields = (form) => collect(form, (element) => element.value, (box) => box.checked);

const defaultOf = (element) => {
  if (element.tagName !== "SELECT") return element.defaultValue;
  return ([...element.options].find((option) => option.defaultSelected) ?? element.options[0])?.value ?? "";
};

/* What the server wrote into the page, whatever was done with it since. */
export const writtenFields = (form) => collect(form, defaultOf, (box) => box.defaultChecked);

export const writeFields = (form, fields) => {
  for (const element of elementsOf(form)) {
    if (isBox(element)) element.checked = fields[element.name] === element.value;
    else element.value = fields[element.name] ?? "";
  }
  /* What draws these fields otherwise, such as a map, follows. */
  form.dispatchEvent(new CustomEvent("form:written", { bubbles: true }));
};

export const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/* How sure one is of nothing is no response. */
export const isGiven = (fields) => Object.entries(fields).some(([name, value]) => name !== "certainty" && value.trim() !== "");

/* A date or an order on its way: nothing to send before all its parts are there. */
export const isHalf = (fields) => {
  const parts = Object.entries(fields).filter(([name]) => PARTS.test(name));
  return parts.some(([, value]) => value.trim()) && parts.some(([, value]) => !value.trim());
};

export const isField = (element) => isResponse(element?.name ?? "");

/* Where all questions are on one page, their controls belong to one form for browsers without scripts, under names of their
 * own. Here each form has its own again. */
export const takeApart = (root) => {
  for (const form of root.querySelectorAll("form[data-response][data-prefix]")) {
    const { prefix } = form.dataset;
    for (const control of form.querySelectorAll("[name]")) {
      if (control.name.startsWith(prefix)) control.name = control.name.slice(prefix.length);
    }
    for (const control of form.querySelectorAll("[form]")) control.removeAttribute("form");
    delete form.dataset.prefix;
  }
};
