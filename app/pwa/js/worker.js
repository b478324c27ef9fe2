/**
 * The service worker of any app: pages come from the network; without it one page says so.
 *
 * What was built is kept at install and is bounded by what the page for no network names. A new
 * version waits until a page says `TAKE_OVER`, or until no page of the old one is open.
 *
 * @typedef {object} App  The build's facts, written before this script by `app.pwa.plugin`.
 * @property {string} build  A digest of all that the build serves.
 * @property {Record<string, string>} offline  Path prefix to the page shown without network below it.
 * @property {string[]} files  Kept beside those pages.
 * @property {string} lasting  What lies below this path never changes.
 * @property {object} facts  The product's own.
 *
 * @typedef {object} Part  What a product adds; each is optional.
 * @property {(event: FetchEvent, answers: Answers) => Promise<Response> | null} respond
 *   Asked first about every request of this site; null leaves it to the worker.
 * @property {Record<string, (event: ExtendableEvent) => unknown>} listeners  By the type of event.
 *
 * @typedef {object} Answers
 * @property {() => Promise<Response>} network  The answer of the network; rejects without one.
 * @property {() => Promise<Response>} offline  The page for no network.
 */
import { keepNamed, lasting } from "./files.js";

/** What a page posts to the worker that waits, when the reader wants the new version. */
const TAKE_OVER = "take-over";
const PREFIX = "app-";

/**
 * What was asked for while the worker started, else what is asked for now.
 * @returns {Promise<Response>} rejects without a network.
 */
const fromNetwork = async (event) => {
  const early = await event.preloadResponse;
  // Firefox resolves to an error where others reject; who answers with it gets Firefox's own page.
  if (early?.type === "error") throw new TypeError("no network");
  return early ?? fetch(event.request);
};

/** Begin to work for `app`, with a product's `part`. */
export const work = (app, part = {}) => {
  const name = PREFIX + app.build;

  const install = async () => {
    const cache = await caches.open(name);
    const paths = [...new Set([...Object.values(app.offline), ...app.files])];
    // Without cookies: what is kept is what a stranger would see.
    const asStranger = { cache: "reload", credentials: "omit" };
    await cache.addAll(paths.map((path) => new Request(path, asStranger)));
    const pages = await Promise.all(Object.values(app.offline).map((path) => cache.match(path)));
    for (const page of pages) await keepNamed(app.lasting, await page.text());
  };

  const takeOver = async () => {
    const old = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== name);
    await Promise.all(old.map((one) => caches.delete(one)));
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };

  const kept = (path) => caches.match(path, { cacheName: name, ignoreVary: true });

  const offline = async (path) => {
    const below = Object.keys(app.offline).filter((prefix) => path === prefix || path.startsWith(`${prefix}/`));
    const nearest = below.sort((a, b) => b.length - a.length)[0] ?? "";
    return (await kept(app.offline[nearest])) ?? Response.error();
  };

  const answers = (event, path) => ({
    network: () => fromNetwork(event),
    offline: () => offline(path),
  });

  const own = (event, path) => {
    const { request } = event;
    if (request.method !== "GET") return null;
    const { network } = answers(event, path);
    if (request.mode === "navigate") return network().catch(() => offline(path));
    if (path.startsWith(app.lasting)) return lasting(request);
    if (app.files.includes(path)) return kept(path).then((found) => found ?? fetch(request));
    return null;
  };

  self.addEventListener("install", (event) => event.waitUntil(install()));
  self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
  self.addEventListener("message", ({ data }) => data === TAKE_OVER && self.skipWaiting());
  self.addEventListener("fetch", (event) => {
    const { origin, pathname } = new URL(event.request.url);
    if (origin !== self.location.origin) return;
    const answer = part.respond?.(event, answers(event, pathname)) ?? own(event, pathname);
    if (answer) event.respondWith(answer);
  });
  for (const [type, listener] of Object.entries(part.listeners ?? {})) self.addEventListener(type, listener);
};
