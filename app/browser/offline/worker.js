/**
 * Loket's part of the service worker: pages as last seen where there is no network, and what waits
 * to be sent once there is one.
 *
 * The network is asked first. When it fails, or has said nothing for `SLOW_MS`, the page's copy is
 * shown instead and says so; an answer that comes after all is kept and offered on that page.
 */
import { send } from "../upload/send.js";
import { directly, sendAll } from "./deliver.js";
import { whose } from "./outbox.js";
import * as pages from "./pages.js";

const SLOW_MS = 6_000;
const NOTHING_YET = Symbol("nothing yet");
/** What the browser wakes the worker for. */
const [SEND, LEAVE] = ["kirim", "keluar"];

const after = (ms) => new Promise((resolve) => { setTimeout(resolve, ms, NOTHING_YET); });

/** Return the path under which a page is kept; "" when the query makes it another page. */
const placeOf = ({ pathname, searchParams }, passing) =>
  [...searchParams.keys()].every((name) => passing.includes(name)) ? pathname : "";

const offerFresh = async (clientId) => (await self.clients.get(clientId))?.postMessage("fresh");

const open = async (event, answers, place, path) => {
  const isStillMine = pages.sameHands();
  const coming = answers.network().then((answer) => {
    event.waitUntil(pages.learn(place, answer.clone(), isStillMine));
    return answer;
  }, () => null);
  const soon = await Promise.race([coming, after(SLOW_MS)]);
  if (soon && soon !== NOTHING_YET) return soon;
  const copy = await pages.find(path, soon ? "slow" : "none");
  if (!copy) return (await coming) ?? answers.offline();
  if (soon) event.waitUntil(coming.then((answer) => answer && offerFresh(event.resultingClientId)));
  return copy;
};

/**
 * Have the server end the session that was signed out of here.
 * @returns {Promise<Response>} rejects while there is no network.
 */
const tellServer = async (path) => {
  // What another account has sent from this phone is not the server's to clear.
  const headers = (await pages.keepsAny()) ? { "Loket-Keeps": "outbox" } : {};
  // Asked for before: what the server clears, it may clear this worker with.
  const clients = await self.clients.matchAll();
  const answer = await fetch(path, { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
  if (answer.type !== "opaqueredirect") throw new Error(`sign-out: ${answer.status}`);
  await pages.hasLeft();
  for (const client of clients) client.postMessage("left");
  return answer;
};

const leave = async (path, answers) => {
  const open = await self.clients.matchAll();
  await pages.wipe(path);
  const wake = () => self.registration.sync?.register(LEAVE)?.catch(() => {});
  const onThePhoneAlone = () => Promise.all([answers.offline(), wake()]).then(([page]) => marked(page));
  const answer = await tellServer(path).catch(onThePhoneAlone);
  for (const client of open) client.postMessage("out");
  return answer;
};

/** The page for no network, where someone has signed out on the phone alone. */
const marked = async (page) => {
  const html = (await page.text()).replace("<html", '<html data-left=""');
  return new Response(html, { headers: page.headers });
};

/** Before anything else is asked for: the session that was left here must not open it. */
const leaveFirst = async (event, answers) => {
  const path = await pages.leaving();
  if (!path) return null;
  return tellServer(path).then(() => fetch(event.request), async () => marked(await answers.offline()));
};

/** Rejects while something waits: the browser then wakes the worker once more. */
const sendWaiting = async (how) => {
  const account = await whose();
  if (account && (await sendAll(account, directly(send), how))) throw new Error("still waiting");
};

/** A page that somebody looks at tries again by itself, after a pause. */
const isLookedAt = async () => (await self.clients.matchAll()).some(({ visibilityState }) => visibilityState === "visible");

const finishLeaving = async () => {
  const path = await pages.leaving();
  if (path) await tellServer(path);
};

const onSync = (event) => {
  if (event.tag === SEND) event.waitUntil(isLookedAt().then((onlyNew) => sendWaiting({ onlyNew })));
  if (event.tag === LEAVE) event.waitUntil(finishLeaving());
};

/** Pages ask too, when they see a line; that there is none is no error then. */
const onMessage = (event) => {
  const act = { leave: finishLeaving, send: sendWaiting }[event.data];
  if (act) event.waitUntil(act().catch(() => {}));
};

/** @param {{ facts: { signOut: string[], signedIn: string[], passing: string[] } }} app */
export const part = ({ facts }) => ({
  listeners: { sync: onSync, message: onMessage },
  respond: (event, answers) => {
    const { request } = event;
    if (request.mode !== "navigate") return null;
    const url = new URL(request.url);
    if (request.method === "POST") return facts.signOut.includes(url.pathname) ? leave(url.pathname, answers) : null;
    if (request.method !== "GET") return null;
    const go = () => (facts.signedIn.includes(url.pathname)
      ? pages.somebodySignedIn().then(answers.network).catch(answers.offline)
      : open(event, answers, placeOf(url, facts.passing), url.pathname));
    return leaveFirst(event, answers).then((answer) => answer ?? go());
  },
});
