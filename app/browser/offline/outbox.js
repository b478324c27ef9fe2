/**
 * What has not reached the server: applications that were sent, and files on their way.
 * Works in pages and in the service worker; it knows no document.
 *
 * Each entry is bound to the account whose page it came from, and is found for that one only.
 * One application waits for each form (`place`): sent again before it has arrived, it is the same
 * one with newer words, and keeps its key, so that the server makes one case of both.
 *
 * @typedef {object} Parcel  An application that was sent.
 * @property {string} id
 * @property {"form"} kind
 * @property {string} account
 * @property {string} place  Of the form: a service's key, or a case's number.
 * @property {string} action  Where it is posted.
 * @property {string} key  Of the rendered form.
 * @property {string} mark  Another at every sending.
 * @property {[string, string][]} fields
 * @property {{ name: string, files: File[] }[]} bundles  Files that go with the form.
 * @property {{ endpoint: string, service: string, formKey: string, reference: string }} to  Of its other files.
 * @property {string} title
 * @property {number} at  By the phone's clock, right or wrong; only ever shown.
 * @property {"waiting" | "login" | "attention" | "refused"} state  `attention`: the server has all
 *   of it, and asks for more. `refused`: it could not take it.
 * @property {string} leads  Where the resident goes on, once somebody has said.
 * @property {number} [tries]  How often it was tried in vain since it was sent.
 *
 * @typedef {object} Kept  A file on its way, with or without its bytes.
 * @property {string} id
 * @property {"file"} kind
 * @property {string} account
 * @property {string} place
 * @property {string} requirement
 * @property {string} name
 * @property {number} size
 * @property {string} sha256
 * @property {string} url  Of the upload; "" before it was begun.
 * @property {File | null} file
 */
import { parcelId } from "./mark.js";
import { result, transact } from "./store.js";

const CHANNEL = "loket-outbox";

const inOutbox = (mode, act) => transact(["outbox"], mode, act);
const isAt = (account, place) => (one) => one.account === account && one.place === place;

let channel = null;
/** Tell every page of this browser, this one too, what became of an application. */
export const tell = (parcel, state, to = "") => {
  channel ??= new BroadcastChannel(CHANNEL);
  const { mark, place, title } = parcel;
  channel.postMessage({ mark, place, title, state, to });
};

/** @param {(news: { mark: string, place: string, title: string, state: string, to: string }) => void} heed */
export const onNews = (heed) => {
  new BroadcastChannel(CHANNEL).onmessage = ({ data }) => heed(data);
};

/**
 * Keep an application with its files, in one step; what was typed is a draft no more.
 * @param {Parcel} parcel
 * @param {Kept[]} files
 * @param {string} draft  Its id.
 * @returns {Promise<Parcel>} as kept: with the key of the one that waited already, if one did.
 * @throws QuotaExceededError when the phone has no room: nothing has changed then.
 */
export const hold = (parcel, files, draft) => transact(["outbox", "drafts"], "readwrite", async (outbox, drafts) => {
  const before = await result(outbox.get(parcel.id));
  const isNamed = ({ name }) => parcel.bundles.some((one) => one.name === name);
  const bundles = [...(before?.bundles ?? []).filter((one) => !isNamed(one)), ...parcel.bundles];
  const kept = { ...parcel, bundles, key: before?.key ?? parcel.key };
  outbox.put(kept);
  for (const file of files) outbox.put(file);
  drafts.delete(draft);
  return kept;
});

/** Return what waits of one account, the oldest first. */
export const waitingOf = (account) => inOutbox("readonly", async (outbox) => {
  const all = await result(outbox.getAll());
  return all.filter((one) => one.kind === "form" && one.account === account).sort((a, b) => a.at - b.at);
});

/** Return the application that waits of one form, or nothing. */
export const waitingAt = (account, place) => inOutbox("readonly", (outbox) => result(outbox.get(parcelId(account, place))));

/** Return the files that are on their way to one form. */
export const filesAt = (account, place) => inOutbox("readonly", async (outbox) => {
  const all = await result(outbox.getAll());
  return all.filter((one) => one.kind === "file" && isAt(account, place)(one));
});

/** Return how much of anybody's is kept. */
export const count = () => inOutbox("readonly", (outbox) => result(outbox.count()));

/** Note what became of an application, unless it was sent anew meanwhile. */
export const change = (parcel, facts) => inOutbox("readwrite", async (outbox) => {
  const now = await result(outbox.get(parcel.id));
  if (now?.mark === parcel.mark) outbox.put({ ...now, ...facts });
});

/** Forget an application and its files, unless it was sent anew meanwhile. */
export const remove = (parcel) => inOutbox("readwrite", async (outbox) => {
  const all = await result(outbox.getAll());
  if (all.find((one) => one.id === parcel.id)?.mark !== parcel.mark) return;
  for (const one of all.filter(isAt(parcel.account, parcel.place))) outbox.delete(one.id);
});

export const keepFile = (kept) => inOutbox("readwrite", async (outbox) => { outbox.put(kept); });

/** Change what is known of a kept file, if it is still kept. */
export const noteFile = (id, facts) => inOutbox("readwrite", async (outbox) => {
  const kept = await result(outbox.get(id));
  if (kept) outbox.put({ ...kept, ...facts });
});

export const forgetFile = (id) => inOutbox("readwrite", async (outbox) => { outbox.delete(id); });

/**
 * Drop the files of everybody but `account`. What they have sent stays, unseen: it is promised to go.
 * @param {IDBObjectStore} outbox
 */
export const dropLoose = async (outbox, account) => {
  const all = await result(outbox.getAll());
  const isSent = (file) => all.some((one) => one.kind === "form" && isAt(file.account, file.place)(one));
  for (const one of all) if (one.kind === "file" && one.account !== account && !isSent(one)) outbox.delete(one.id);
};

/** The same, in a transaction of its own. */
export const dropOthersFiles = (account) => inOutbox("readwrite", (outbox) => dropLoose(outbox, account));

/** Return the account that this phone's copies belong to; "" while nobody knows. */
export const whose = () => transact(["facts"], "readonly", async (facts) => {
  const [owner, uncertain] = [await result(facts.get("owner")), await result(facts.get("uncertain"))];
  return uncertain ? "" : owner ?? "";
});
