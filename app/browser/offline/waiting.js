/**
 * A page's share in the outbox: it sends what waits for the account, and shows that it waits.
 *
 * Tried again: when the line is back, when the page is looked at again, after a pause that grows,
 * and when somebody says so. Pauses run on the timer, which no wrong clock touches.
 */
import { newCard, removeIfMeant, show } from "./cards.js";
import { directly, sendAll } from "./deliver.js";
import { account } from "./frame.js";
import { mark, unmark } from "./mark.js";
import { change, count, onNews, waitingAt, waitingOf, whose } from "./outbox.js";
import { hush, say } from "./say.js";

const [FIRST_MS, MOST_MS] = [5_000, 60_000];

/** Send a file; without the code for that, the worker, which has it, is asked to send all. */
export const uploadDirectly = async (...args) => {
  const by = await import("../upload/send.js").catch(() => null);
  if (by) return directly(by.send)(...args);
  navigator.serviceWorker?.controller?.postMessage("send");
  return "waiting";
};
/** What sends a file; a form that shows its own files sets another. */
let sendFile = uploadDirectly;
let pause = FIRST_MS;
let timer = 0;
let running = null;
/** By mark: what this page is doing about an application, beside what is written down. */
const doing = new Map();
const listeners = [];

/** The account that this page may show and send for. */
export const ours = async () => account() || whose();

const draw = async () => {
  const waiting = await waitingOf(await ours());
  for (const heed of listeners) await heed(waiting);
  if ((await count()) === 0) unmark();
};

let drawing = Promise.resolve();
/** Show what has changed; one after the other, as two at once would each make a card of their own. */
const changed = () => {
  drawing = drawing.then(draw, draw);
  return drawing;
};

const round = async () => {
  clearTimeout(timer);
  const begin = (parcel) => {
    doing.set(parcel.mark, "sending");
    changed();
  };
  const left = await sendAll(await ours(), (...args) => sendFile(...args), { begin }).finally(() => doing.clear());
  await changed();
  if (!left) {
    pause = FIRST_MS;
    return;
  }
  timer = setTimeout(go, pause);
  pause = Math.min(pause * 2, MOST_MS);
};

/** Try now to send all that waits; who asks while that is under way is answered with the next try. */
export const go = () => {
  running = (running ?? Promise.resolve()).then(round, round);
  return running;
};

const again = () => {
  pause = FIRST_MS;
  go();
};

/** @param {typeof uploadDirectly} by */
export const sendFilesBy = (by) => { sendFile = by; };

/** Have the browser wake the worker when there is a line, where it can. */
export const wakeLater = async () => {
  mark();
  const registration = await navigator.serviceWorker?.getRegistration();
  await registration?.sync?.register("kirim").catch(() => {});  // not allowed here: pages do it
};

/**
 * Let a card's buttons work.
 * @param {{ find: () => Promise<import("./outbox.js").Parcel | undefined>, again?: () => unknown }} by
 *   `again` does what "send now" asks for when the outbox has nothing of it.
 */
export const heedButtons = (card, by) => card.addEventListener("click", async ({ target }) => {
  const what = target.closest("[data-do]")?.dataset.do;
  if (what !== "remove" && what !== "send") return;
  const parcel = await by.find();
  if (!parcel) return by.again?.();
  if (what === "remove") return removeIfMeant(parcel);
  if (parcel.state === "refused") await change(parcel, { state: "waiting" });
  again();
});

const fillList = (list, cards) => async (waiting) => {
  for (const [id, card] of cards) {
    if (waiting.some((one) => one.id === id)) continue;
    card.closest("li").remove();
    cards.delete(id);
  }
  for (const parcel of waiting) {
    if (!cards.has(parcel.id)) {
      const card = await newCard();
      cards.set(parcel.id, card);
      heedButtons(card, { find: () => waitingAt(parcel.account, parcel.place) });
      list.appendChild(document.createElement("li")).append(card);
    }
    await show(cards.get(parcel.id), parcel, { state: doing.get(parcel.mark) ?? parcel.state });
  }
  list.closest("section").hidden = !waiting.length;
};

const showCount = (waiting) => {
  for (const entry of document.querySelectorAll("[data-waits]")) {
    if (waiting.length) entry.dataset.waiting = waiting.length;
    else delete entry.dataset.waiting;
  }
};

/** On a page for nobody, the session has ended: say what that means for what waits. */
const askToSignIn = async (waiting) => {
  hush("login");
  const isListed = document.querySelector("[data-outbox]");
  if (account() || isListed || !waiting.some(({ state }) => state === "login")) return;
  const way = (await say("login")).querySelector("a");
  way.search = new URLSearchParams({ [way.dataset.back]: location.pathname });
};

const tellArrival = async ({ title, state, to, ...news }) => {
  await changed();
  const isOnItsForm = document.querySelector("form[data-form=application]")?.dataset.mark === news.mark;
  if (state !== "sent" || isOnItsForm) return;
  const notice = await say("sent");
  notice.querySelector("strong").textContent = title;
  notice.querySelector("a").href = to;
};

let isWatching = false;
/** Begin to show and to send, once on a page. */
export const watch = async () => {
  if (isWatching) return;
  isWatching = true;
  onNews(tellArrival);
  addEventListener("online", again);
  document.addEventListener("visibilitychange", () => document.hidden || again());
  listeners.push(showCount, askToSignIn);
  const list = document.querySelector("[data-outbox] ul");
  if (list) listeners.push(fillList(list, new Map()));
  changed();
  await go();
};

/** Send what has just been kept: to begin to watch is to try once, and so much is enough. */
export const sendNow = () => (isWatching ? go() : watch());
