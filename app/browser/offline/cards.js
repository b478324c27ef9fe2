/** How an application that waits is shown: one card, on its form and in lists. */
import { fill, size } from "../upload/sizes.js";
import { spoken } from "./frame.js";
import { filesAt, remove, tell } from "./outbox.js";
import { worded } from "./say.js";

/** What a reader is told in each state, and how loudly. */
const KINDS = { waiting: "info", sending: "info", files: "info", login: "turn", attention: "turn", refused: "problem", full: "problem", sent: "done" };
const BUTTONS = {
  waiting: ["send", "open", "remove"],
  sending: [],
  files: [],
  login: ["sign-in", "open", "remove"],
  attention: ["mend", "remove"],
  refused: ["mend", "send", "remove"],
  full: ["send"],
  sent: ["see"],
};

const part = (card, name) => card.querySelector(`[data-part="${name}"]`);
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

/** Return a new card, filled in by `show`. */
export const newCard = () => worded("parcel");

const weigh = async (parcel) => {
  const files = await filesAt(parcel.account, parcel.place);
  const bundled = parcel.bundles.flatMap((one) => one.files);
  const bytes = [...files, ...bundled].reduce((sum, one) => sum + one.size, JSON.stringify(parcel.fields).length);
  return { n: files.length + bundled.length, bytes };
};

const factsOf = async (card, parcel) => {
  const { n, bytes } = await weigh(parcel);
  const when = new Intl.DateTimeFormat(spoken(), { dateStyle: "medium", timeStyle: "short" }).format(parcel.at);
  return fill(n ? card.dataset.facts : card.dataset.factsPlain, { when, n, size: size(bytes) });
};

/**
 * Show how an application stands.
 * @param {HTMLElement} card
 * @param {import("./outbox.js").Parcel} parcel
 * @param {{ state?: string, n?: number, to?: string, isHere?: boolean }} how  `n` files are on their way;
 *   `to` is where it has arrived; `isHere`: the page is its own form.
 */
export const show = async (card, parcel, { state = parcel.state, n = 0, to = parcel.leads, isHere = false } = {}) => {
  card.dataset.kind = KINDS[state];
  card.dataset.state = state;
  write(part(card, "title"), parcel.title);
  part(card, "title").hidden = isHere;
  write(part(card, "said"), fill(card.dataset[state], { n }));
  part(card, "facts").hidden = state === "sent" || state === "full";
  for (const one of card.querySelectorAll("[data-do]")) {
    const what = one.dataset.do;
    one.hidden = !BUTTONS[state].includes(what) || (isHere && (what === "open" || (what === "mend" && !to.includes("?"))));
  }
  for (const way of ["open", "mend"]) part(card, way).href = way === "mend" && to ? to : parcel.action;
  part(card, "see").href = to || "#";
  const signIn = part(card, "sign-in");
  signIn.search = new URLSearchParams({ [signIn.dataset.back]: isHere ? location.pathname : parcel.action });
  write(part(card, "facts"), await factsOf(card, parcel));
};

/**
 * Ask in a dialog before something is lost.
 * @param {string} name  Of its template; its buttons are `value=""` to leave all as it is, and `value="yes"`.
 * @param {object} values  For its sentence.
 * @returns {Promise<boolean>}
 */
export const ask = async (name, values = {}) => {
  const dialog = await worded(name);
  const sentence = dialog.querySelector("p");
  sentence.textContent = fill(sentence.textContent, values);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => {
    resolve(dialog.returnValue === "yes");
    dialog.remove();
  }));
};

/** Remove an application for good, if the resident means it. */
export const removeIfMeant = async (parcel) => {
  if (!(await ask("remove", { title: parcel.title }))) return;
  await remove(parcel);
  tell(parcel, "removed");
};
