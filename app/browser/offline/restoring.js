/** Puts what was typed back into its form, with the rows that the server has not made yet. */

const CELL = /^(?<group>[^.]+)\.(?<row>\d+)\./;
const ATTRIBUTES = ["name", "id", "for", "aria-describedby", "data-camera", "data-when-name"];

const rowOf = (form, group, row) => form.querySelector(`[name^="${CSS.escape(group)}.${row}."]`)?.closest("fieldset.inner");

const renumbered = (last, group, from, to) => {
  const fresh = last.cloneNode(true);
  const parts = [[`${group}.${from}.`, `${group}.${to}.`], [`f-${group}-${from}-`, `f-${group}-${to}-`]];
  for (const element of [fresh, ...fresh.querySelectorAll("*")]) {
    for (const name of ATTRIBUTES) {
      const value = element.getAttribute(name);
      if (value) element.setAttribute(name, parts.reduce((text, [old, now]) => text.replaceAll(old, now), value));
    }
  }
  const legend = fresh.querySelector("legend");
  legend.textContent = legend.textContent.replace(/\d+(?=\D*$)/, to + 1);
  for (const input of fresh.querySelectorAll("input, select, textarea")) {
    input.removeAttribute("aria-invalid");
    if (!["radio", "checkbox"].includes(input.type)) input.value = input.defaultValue = "";
  }
  for (const problem of fresh.querySelectorAll(".problem")) problem.remove();
  for (const bad of fresh.querySelectorAll("[data-bad]")) bad.dataset.bad = "false";
  return fresh;
};

/** Make the rows of `form` that `names` speak of, as `heirs.2.name`, each from the last one before it. */
const putRows = (form, names) => {
  for (const name of names) {
    const { group, row } = CELL.exec(name)?.groups ?? {};
    if (!group || form.elements[name]) continue;
    // Rows may lack between; the last one before is what a new one is made from.
    let from = Number(row) - 1;
    while (from >= 0 && !rowOf(form, group, from)) from -= 1;
    const last = from >= 0 && rowOf(form, group, from);
    if (last) last.after(renumbered(last, group, from, Number(row)));
  }
};

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} typed  Input names and texts.
 */
export const restore = (form, typed) => {
  putRows(form, typed.map(([name]) => name));
  const fields = typed.filter(([name]) => form.elements[name]);
  for (const input of form.querySelectorAll("input[type=checkbox]")) input.checked = false;
  // A name that stands several times is radio buttons, or hidden beside them: the value chooses.
  for (const [name, value] of fields) {
    const found = form.elements[name];
    if (found.type === "checkbox") found.checked = found.value === value;
    else found.value = value;
  }
};
