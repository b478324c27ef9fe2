/**
 * Loket's part of the service worker: pages as last seen where there is no network.
 *
 * The network is asked first. When it fails, or has said nothing for `SLOW_MS`, the page's copy is
 * shown instead and says so; an answer that comes after all is kept and offered on that page.
 */
import * as pages from "./pages.js";

const SLOW_MS = 6_000;
const NOTHING_YET = Symbol("nothing yet");

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

const leave = async (answers) => {
  await pages.wipe();
  return answers.network().catch(answers.offline);
};

/** @param {{ facts: { signOut: string[], signedIn: string[], passing: string[] } }} app */
export const part = ({ facts }) => ({
  respond: (event, answers) => {
    const { request } = event;
    if (request.mode !== "navigate") return null;
    const url = new URL(request.url);
    if (request.method === "POST") return facts.signOut.includes(url.pathname) ? leave(answers) : null;
    if (request.method !== "GET") return null;
    if (facts.signedIn.includes(url.pathname)) return pages.somebodySignedIn().then(answers.network).catch(answers.offline);
    return open(event, answers, placeOf(url, facts.passing), url.pathname);
  },
});
