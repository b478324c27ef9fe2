/**
 * Sentences for the page: templates on the page for no network, which every phone has kept.
 * So no page carries them, and they speak the page's language.
 */
import { frame, spoken } from "./frame.js";

/** The offices' own time zone: a phone may be set to any. */
const ZONE = "Asia/Jakarta";

let templates = null;

const read = async () => {
  const path = frame.dataset.words;
  const page = (await caches.match(path, { ignoreVary: true })) ?? (await fetch(path));
  return new DOMParser().parseFromString(await page.text(), "text/html");
};

/**
 * Return a new copy of what stands in the template `say-{name}`.
 * @param {string} name
 * @returns {Promise<HTMLElement>}
 */
export const worded = async (name) => {
  const page = await (templates ??= read());
  return document.importNode(page.getElementById(`say-${name}`).content.firstElementChild, true);
};

/**
 * Say when something was, by the server's clock, in the page's language.
 * @param {HTMLTimeElement} element
 * @param {string} date  As in the header `Date`; "" when nobody knows.
 */
export const tell = (element, date) => {
  if (!date) return;
  const moment = new Date(date);
  const style = { dateStyle: "full", timeStyle: "short", timeZone: ZONE };
  element.dateTime = moment.toISOString();
  element.textContent = new Intl.DateTimeFormat(spoken(), style).format(moment);
};

const region = () => {
  const found = document.getElementById("strips");
  if (found) return found;
  // Outside of what comes alive, which would take out what it does not know.
  const made = Object.assign(document.createElement("div"), { id: "strips" });
  made.setAttribute("role", "status");
  document.body.prepend(made);
  return made;
};

/**
 * Show a notice above the page, in place of one of the same name.
 * @param {string} name
 * @returns {Promise<HTMLElement>} the notice.
 */
export const say = async (name) => {
  const above = region();
  const notice = await worded(name);
  hush(name);
  above.append(notice);
  return notice;
};

/** Take a notice away. */
export const hush = (name) => document.querySelector(`#strips [data-testid="network-${name}"]`)?.remove();
