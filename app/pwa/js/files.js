/** Files that never change under their name: kept when first fetched, the oldest dropped first. */

const CACHE = "lasting";
const MOST = 80;
/** Written by a server into a page, or by a bundler into a module. */
const NAMED = /\s(?:src|href)="([^"]+\.(?:js|css))"/g;
const IMPORTED = /(?:from|import)\s*\(?"(\.[^"]+\.js)"/g;

const found = (pattern, text) => [...text.matchAll(pattern)].map((match) => match[1]);

const bound = async (cache) => {
  const all = await cache.keys();
  await Promise.all(all.slice(0, Math.max(all.length - MOST, 0)).map((one) => cache.delete(one)));
};

/** Keep a file if there is room: a full phone is no reason to be without it now. */
const keep = async (cache, request, answer) => {
  try {
    await cache.put(request, answer);
    await bound(cache);
  } catch (error) {
    if (error.name !== "QuotaExceededError") throw error;
  }
};

/**
 * Answer from what is kept, else from the network, and keep that.
 * @param {Request} request
 * @returns {Promise<Response>} rejects when it is not kept and there is no network.
 */
export const lasting = async (request) => {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  // A part of a file, or what a proxy says in its place, is not the file.
  if (answer.status === 200 && answer.type === "basic") await keep(cache, request, answer.clone());
  return answer;
};

/**
 * Keep the lasting files below the path `base` that a page names, and what they import.
 * @param {string} base
 * @param {string} html
 */
export const keepNamed = async (base, html) => {
  const waiting = found(NAMED, html);
  const seen = new Set();
  while (waiting.length) {
    const address = new URL(waiting.pop(), self.location.origin);
    if (seen.has(address.href) || !address.pathname.startsWith(base)) continue;
    seen.add(address.href);
    const answer = await lasting(new Request(address, { credentials: "omit" }));
    if (!address.pathname.endsWith(".js") || !answer.ok) continue;
    waiting.push(...found(IMPORTED, await answer.text()).map((path) => new URL(path, address).href));
  }
};
