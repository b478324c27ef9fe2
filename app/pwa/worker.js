// Pages come from the network; without it one page says so. Nothing of a person is ever kept here.
const PREFIX = "app-";
const CACHE = PREFIX + APP.build;

const keep = async () => {
  const cache = await caches.open(CACHE);
  // Without cookies: what is kept is what a stranger would see.
  const asStranger = { cache: "reload", credentials: "omit" };
  await cache.addAll([APP.offline, ...APP.files].map((path) => new Request(path, asStranger)));
  await self.skipWaiting();
};

const takeOver = async () => {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
};

const kept = (request) => caches.match(request, { cacheName: CACHE, ignoreVary: true });

const page = async (event) => {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await kept(APP.offline)) ?? Response.error();
  }
};

const file = async (request) => (await kept(request)) ?? fetch(request);

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (APP.files.includes(url.pathname)) event.respondWith(file(request));
});
