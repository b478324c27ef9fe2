// Files of a form go up as soon as they are chosen, two at a time, and go on after a reload.
import { account as accountNow } from "../offline/frame.js";
import { fileId, mayWait } from "../offline/mark.js";
import { unfinished } from "./kept.js";
import { asked, inputOf, show } from "./panel.js";
import { refresh } from "./refresh.js";
import { waitFor } from "./submitting.js";
import { Transfer } from "./transfer.js";

const MOST_AT_ONCE = 2;

/** @type {Map<string, Transfer>} by requirement; a page has one form with uploads */
const transfers = new Map();
const form = document.querySelector("form[data-upload]");
const { upload: endpoint, service, reference } = form.dataset;
const account = accountNow();
const place = reference || service;

const advance = () => {
  const all = [...transfers.values()];
  const room = MOST_AT_ONCE - all.filter((one) => one.isActive).length;
  all.filter((one) => one.state === "waiting").slice(0, Math.max(room, 0)).forEach((one) => one.run());
};

const changed = (transfer) => {
  if (transfers.get(transfer.id) !== transfer) return;
  show(form, transfer);
  if (["arrived", "refused"].includes(transfer.state)) finished(transfer);
  if (transfer.state === "cancelled") {
    transfers.delete(transfer.id);
    inputOf(form, transfer.id).value = "";
  }
  submitting.changed();
  if (transfer.state === "stalled") transfers.forEach((one) => one.standStill());
  if (!transfer.isActive) queueMicrotask(advance);
};

const finished = async (transfer) => {
  const input = inputOf(form, transfer.id);
  input.value = "";
  await refresh(input, () => transfers.get(transfer.id) === transfer);
  if (transfers.get(transfer.id) === transfer) transfers.delete(transfer.id);
};

const start = (kept) => {
  transfers.get(kept.requirement)?.pause();
  const formKey = form.elements.form_key.value;
  const to = { endpoint, service, formKey, reference, requirement: kept.requirement, account };
  const { most } = inputOf(form, kept.requirement).dataset;
  const transfer = new Transfer(kept, to, Number(most), changed);
  transfers.set(kept.requirement, transfer);
  show(form, transfer);
  advance();
};

/**
 * Send the file that was just chosen in `input`; several are joined by the server, with the form.
 * @returns {boolean} whether it is sent
 */
export const take = (input) => {
  const [file, ...others] = input.files;
  const { requirement } = input.dataset;
  if (!file || others.length) return false;
  start({
    id: fileId(account, place, requirement), kind: "file", account, place, requirement, file,
    name: file.name, size: file.size, sha256: "", url: "",
  });
  return true;
};

/** Go on with what an earlier visit did not finish. */
const goOn = async () => {
  for (const kept of await unfinished(account, place)) {
    if (inputOf(form, kept.requirement) && !transfers.has(kept.requirement)) start(kept);
  }
};

const retry = (transfer) => {
  if (["failed", "login"].includes(transfer.state)) transfer.resume();
};

addEventListener("click", ({ target }) => {
  const [requirement, what] = asked(target) ?? [];
  const transfer = transfers.get(requirement);
  if (!transfer) return;
  if (what === "pause") transfer.pause();
  if (what === "resume" || what === "retry") transfer.resume();
  if (what === "cancel") transfer.cancel();
});
// The line is back, or someone has signed in in another tab.
addEventListener("online", () => transfers.forEach(retry));
document.addEventListener("visibilitychange", () => document.hidden || transfers.forEach(retry));

addEventListener("parting", ({ detail }) => {
  detail.push(...[...transfers.values()].filter((one) => one.isUnkept).map((one) => one.outlive()));
});

const submitting = waitFor(form, transfers);
const gone = mayWait() ? goOn() : Promise.resolve();

/** Return what has not arrived, as the phone keeps it. */
export const underWay = async () => {
  await gone;
  return [...transfers.values()].filter((one) => one.kept.file && one.state !== "arrived").map((one) => one.kept);
};

/**
 * Wait until a file has arrived, or does not go on; return what that comes to.
 * @param {import("../offline/outbox.js").Kept} file
 * @returns {Promise<import("../offline/deliver.js").Arrival | null>} null when it is not sent from here
 */
export const arrivalOf = async (file) => {
  await gone;
  const transfer = transfers.get(file.requirement);
  if (transfer?.kept.id !== file.id) return null;
  const standsStill = ({ state }) => ["failed", "login", "stalled", "paused"].includes(state);
  [...transfers.values()].filter(standsStill).forEach((one) => one.resumeNow());
  return transfer.ended();
};
