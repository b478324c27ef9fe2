/**
 * Sends what waits: the files first, in pieces, then the form, whose key makes one case of it
 * however often it is sent. One sender at a time on a phone, in a page or in the worker.
 *
 * No clock is asked: who tries again waits for an event, or for a while.
 */
import { change, filesAt, forgetFile, noteFile, remove, tell, waitingOf } from "./outbox.js";

const LOCK = "kirim";
const NAMED = "Loket-Account";
/** A form is given up when it takes longer than this at 2 kB/s. */
const PATIENCE_MS = 60_000;
const SLOWEST = 2_048;
/** A file that does not go is tried again with its form. */
const PAUSES_MS = [500, 2_000];
/** The server is not at its best: it has judged nothing. */
const PASSING = [408, 425, 429];
/** The server has written down why, beside the requirement. */
const REFUSED = [413, 415, 422];

/** @typedef {{ state: "sent" | "waiting" | "login" | "attention" | "refused", to?: string, isCut?: boolean }} Outcome */
/** @typedef {"arrived" | "refused" | "gone" | "login" | "waiting"} Arrival */

const locked = (act) => (navigator.locks ? navigator.locks.request(LOCK, act) : act());

/**
 * Return what a failed sending of a file comes to.
 * @returns {Arrival}
 */
export const arrivalOf = (status) => {
  if (status === 401) return "login";
  if (REFUSED.includes(status)) return "refused";
  // Also the file of a form that has arrived already: then its sending says so.
  return status >= 400 && status < 500 && !PASSING.includes(status) ? "gone" : "waiting";
};

/**
 * Return what sends a file from here, unless it is being sent elsewhere on this phone.
 * @param {typeof import("../upload/send.js").send} send
 * @returns {(parcel: import("./outbox.js").Parcel, file: import("./outbox.js").Kept) => Promise<Arrival>}
 */
export const directly = (send) => (parcel, file) => {
  const { endpoint, service, reference } = parcel.to;
  const to = { endpoint, service, reference, formKey: parcel.key, requirement: file.requirement, account: parcel.account };
  const store = { url: file.url, keep: (url) => noteFile(file.id, { url }) };
  const go = async () => {
    try {
      await send(file.file, to, { sha256: file.sha256 || undefined, store, pauses: PAUSES_MS });
    } catch (error) {
      if (error.name !== "NotSent") throw error;
      return arrivalOf(error.status);
    }
    await forgetFile(file.id);
    return "arrived";
  };
  const alone = (lock) => (lock ? go() : "waiting");
  return navigator.locks ? navigator.locks.request(`unggah ${file.id}`, { ifAvailable: true }, alone) : go();
};

const bodyOf = (parcel, action) => {
  const form = new FormData();
  for (const [name, value] of parcel.fields) form.append(name, value);
  for (const { name, files } of parcel.bundles) for (const file of files) form.append(name, file);
  form.set("form_key", parcel.key);
  form.set("action", action);
  return form;
};

const post = (parcel, action) => {
  const bytes = parcel.bundles.flatMap(({ files }) => files).reduce((sum, file) => sum + file.size, 0);
  return fetch(parcel.action, {
    method: "POST",
    headers: { Accept: "application/json", [NAMED]: parcel.account },
    body: bodyOf(parcel, action),
    credentials: "same-origin",
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS + (bytes / SLOWEST) * 1000),
  });
};

/** @returns {Promise<Outcome>} */
const judged = async (parcel, answer) => {
  const { status } = answer;
  if (status >= 500 || PASSING.includes(status)) return { state: "waiting" };
  const told = await answer.json().catch(() => null);
  if (status === 401) return { state: "login" };
  if (status === 403 && told) return { state: "refused", to: told.to };
  if (!answer.ok) return { state: "refused", to: parcel.action };
  // Whoever answers without a word of ours is a hotspot's page, or the like.
  if (typeof told?.to !== "string" || typeof told.news !== "string") return { state: "waiting" };
  return told.news.startsWith("sent") ? { state: "sent", to: told.to } : { state: "attention", to: told.to };
};

/**
 * Try once to send an application with its files.
 * @param {import("./outbox.js").Parcel} parcel
 * @param {import("./outbox.js").Kept[]} files
 * @param {ReturnType<typeof directly>} sendFile
 * @returns {Promise<Outcome>}
 */
export const deliver = async (parcel, files, sendFile) => {
  const arrivals = [];
  for (const file of files.filter((one) => one.file)) {
    const state = await sendFile(parcel, file);
    if (state === "login" || state === "waiting") return { state, isCut: true };
    arrivals.push(state);
  }
  // Without a file that was refused it is not what was sent: it is kept, all that is wrong is said, and the resident decides.
  const action = arrivals.includes("refused") ? "check" : "submit";
  const answer = await post(parcel, action).catch(() => null);
  return answer ? judged(parcel, answer) : { state: "waiting", isCut: true };
};

/** Write down what became of an application, and tell the pages. */
const settle = async (parcel, { state, to = "" }) => {
  const tries = (parcel.tries ?? 0) + 1;
  await (state === "sent" ? remove(parcel) : change(parcel, { state, leads: to, tries }));
  tell(parcel, state, to);
};

/** Whether an application has been tried since it was found among `asked`. */
const wasTried = ({ mark, tries }, asked) => asked.some((one) => one.mark === mark && one.tries !== tries);

/**
 * Send all that waits of `account`, one after another. What another sender tries while this one
 * waits for its turn has been tried for both: a server that is not at its best is not asked twice.
 * @param {string} account
 * @param {ReturnType<typeof directly>} sendFile
 * @param {{ begin?: (parcel: import("./outbox.js").Parcel) => void, onlyNew?: boolean }} how
 *   `begin` is called before each; `onlyNew` leaves what was tried in vain to who tried it.
 * @returns {Promise<number>} how many still wait for the line or the server.
 */
export const sendAll = async (account, sendFile, { begin = () => {}, onlyNew = false } = {}) => {
  const all = await waitingOf(account);
  const asked = onlyNew ? all.map(({ mark }) => ({ mark })) : all;
  return locked(async () => {
    let left = 0;
    for (const parcel of await waitingOf(account)) {
      if (parcel.state === "attention" || parcel.state === "refused") continue;
      if (wasTried(parcel, asked)) {
        if (parcel.state === "waiting") left += 1;
        continue;
      }
      begin(parcel);
      const outcome = await deliver(parcel, await filesAt(account, parcel.place), sendFile);
      await settle(parcel, outcome);
      if (outcome.state === "waiting") left += 1;
      if (outcome.isCut || outcome.state === "login") break;
    }
    return left;
  });
};
