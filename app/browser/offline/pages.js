/**
 * Pages as last seen: kept by their path, each for the account that saw it.
 *
 * A page may be kept when the server wrote `data-keep` into its frame, and says there in
 * `data-account` for whom it was made ("" for a stranger). A copy is shown to that account and to
 * nobody else; it goes when the account signs out on this phone, or another one signs in.
 */
import { dropLoose } from "./outbox.js";
import { isThere, result, transact } from "./store.js";

const MOST_PAGES = 60;
const MOST_BYTES = 3_000_000;
/** They speak of how the bytes came, not of the page. */
const OF_THE_TRIP = ["content-encoding", "content-length", "transfer-encoding", "connection"];
const HTML = "text/html";
const STORES = ["facts", "pages", "texts", "drafts", "outbox"];

/** Grows whenever the phone changes hands: what was asked for before must not be kept after. */
let hands = 0;

/** Return a function that tells whether the phone is still in the hands in which it is now. */
export const sameHands = () => {
  const before = hands;
  return () => before === hands;
};

/** @returns {{ isKept: boolean, account: string, title: string }} what a page says of itself. */
const said = (html) => {
  // Before the content: whatever people wrote stands behind this.
  const frame = html.slice(0, html.indexOf("<main"));
  return {
    isKept: /\sdata-keep="/.test(frame),
    account: /\sdata-account="([^"]*)"/.exec(frame)?.[1] ?? "",
    title: /<h1[^>]*>([^<]*)/.exec(html)?.[1] ?? "",
  };
};

const dropOthers = async (owner, pages, texts, drafts, outbox) => {
  for (const page of await result(pages.getAll())) {
    if (page.account === "" || page.account === owner) continue;
    pages.delete(page.path);
    texts.delete(page.path);
  }
  for (const draft of await result(drafts.getAll())) if (draft.account !== owner) drafts.delete(draft.id);
  await dropLoose(outbox, owner);
};

const bound = async (pages, texts) => {
  const all = (await result(pages.getAll())).sort((a, b) => a.turn - b.turn);
  let bytes = all.reduce((sum, page) => sum + page.bytes, 0);
  while (all.length > MOST_PAGES || bytes > MOST_BYTES) {
    const oldest = all.shift();
    bytes -= oldest.bytes;
    pages.delete(oldest.path);
    texts.delete(oldest.path);
  }
};

/** Note whose phone this is; copies and drafts of anybody else go. */
const recognise = (account) => transact(STORES, "readwrite", async (facts, ...stores) => {
  if (account !== (await result(facts.get("owner")))) {
    hands += 1;
    facts.put(account, "owner");
    await dropOthers(account, ...stores);
  }
  facts.delete("uncertain");
});

const keep = (page, text, isStillMine) => transact(["facts", "pages", "texts"], "readwrite", async (facts, pages, texts) => {
  if (!isStillMine()) return;
  const turn = ((await result(facts.get("turn"))) ?? 0) + 1;
  facts.put(turn, "turn");
  pages.put({ ...page, turn });
  texts.put(text);
  await bound(pages, texts);
}).catch((error) => {
  if (error.name !== "QuotaExceededError") throw error;  // a full phone keeps what it has
});

/**
 * Learn from an answer whose phone this is, and keep the page if it may be kept.
 * @param {string} path  "" when it must not be kept under any.
 * @param {Response} answer
 * @param {() => boolean} isStillMine  From `sameHands`, before the answer was asked for.
 */
export const learn = async (path, answer, isStillMine) => {
  const isPage = answer.status === 200 && answer.headers.get("content-type")?.startsWith(HTML);
  // The shell that stands in for a renderer that is down holds no data.
  if (!isPage || answer.headers.get("x-rendered-by") !== "server") return;
  const headers = [...answer.headers].filter(([name]) => !OF_THE_TRIP.includes(name));
  const at = answer.headers.get("date") ?? "";
  const html = await answer.text();
  const { isKept, account, title } = said(html);
  if (!isStillMine()) return;
  if (account) await recognise(account);
  const mine = account ? sameHands() : isStillMine;
  if (path && isKept) await keep({ path, account, title, at, bytes: html.length }, { path, html, headers }, mine);
};

const mayShow = async (page, facts) => {
  if (!page) return false;
  if (page.account === "") return true;
  return page.account === (await result(facts.get("owner"))) && !(await result(facts.get("uncertain")));
};

/**
 * Return the copy of a page, marked with when it was made, or null.
 * @param {string} path
 * @param {"none" | "slow"} line  Why it is shown in place of the page.
 * @returns {Promise<Response | null>}
 */
export const find = (path, line) => transact(["facts", "pages", "texts"], "readonly", async (facts, pages, texts) => {
  const page = await result(pages.get(path));
  if (!(await mayShow(page, facts))) return null;
  const { html, headers } = await result(texts.get(path));
  // A copy is a document: nothing of it waits for a server.
  const still = html.replace(/\sdata-push(="[^"]*")?/g, "");
  const marked = still.replace("<html", `<html data-kept="${page.at}" data-line="${line}"`);
  return new Response(marked, { headers });
});

/** @returns {Promise<{ path: string, title: string, at: string }[]>} what may be shown now, newest first. */
export const list = () => transact(["facts", "pages"], "readonly", async (facts, pages) => {
  const all = (await result(pages.getAll())).sort((a, b) => b.turn - a.turn);
  const shown = [];
  for (const page of all) if (await mayShow(page, facts)) shown.push(page);
  return shown;
});

/** Show no private copy until a page has said who has signed in. */
export const somebodySignedIn = () => {
  hands += 1;
  return transact(["facts"], "readwrite", async (facts) => { facts.put(true, "uncertain"); });
};

/**
 * The account leaves this phone: nothing of it stays, sent or not. What another one has sent stays.
 * @param {string} path  Where the server is told; kept until it was, see `leaving`.
 */
export const wipe = (path) => {
  hands += 1;
  left = Promise.resolve(path);
  return transact(STORES, "readwrite", async (facts, pages, texts, drafts, outbox) => {
    const owner = await result(facts.get("owner"));
    facts.delete("owner");
    facts.put(path, "leaving");
    for (const one of await result(outbox.getAll())) if (one.account === owner) outbox.delete(one.id);
    await dropOthers("", pages, texts, drafts, outbox);
  });
};

let left = null;
/** Return where the server is still to be told that somebody has signed out; "" mostly. */
export const leaving = () => (left ??= transact(["facts"], "readonly", async (facts) => (await result(facts.get("leaving"))) ?? ""));

/** The server has been told; mostly it has cleared all of this by its answer. */
export const hasLeft = async () => {
  left = Promise.resolve("");
  if (!(await isThere())) return;
  await transact(["facts"], "readwrite", async (facts) => { facts.delete("leaving"); });
};

/** Whether somebody's application still waits here, now that the owner's have gone. */
export const keepsAny = () => transact(["outbox"], "readonly", async (outbox) => (await result(outbox.count())) > 0);
