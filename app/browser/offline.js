// On every page: says what the network lets this page be, what waits to be sent, and when a newer version waits.
// What has something to say is fetched when there is something to say; phones have kept it.
import { account } from "./offline/frame.js";
import { mayWait, USED } from "./offline/mark.js";
import { onNewVersion } from "./offline/versions.js";

/** Who stays with a page so long may stay until the session ends. */
const LOOKS_MS = 60_000;
const notices = () => import("./offline/notices.js");
const { kept, left } = document.documentElement.dataset;

if (kept !== undefined) notices().then(({ sayKept }) => sayKept());
if (left !== undefined) notices().then(({ sayLeft }) => sayLeft());
if (kept === undefined) {
  localStorage.setItem(USED, Date.now());
  setTimeout(() => import("./offline/idle.js").then(({ watch }) => watch()), LOOKS_MS);
}
if (mayWait()) import("./offline/waiting.js").then(({ watch }) => watch());
onNewVersion((registration) => notices().then(({ offerVersion }) => offerVersion(registration)));

// Who signs out in one tab leaves all: what this one shows, it may show no more, and what was typed is wiped.
let isLeaving = false;
navigator.serviceWorker?.addEventListener("message", ({ data }) => {
  if (data !== "out" || isLeaving || !account()) return;
  dispatchEvent(new Event("settled"));
  location.reload();
});

// Who signs out with something that waits is asked first.
addEventListener("submit", (event) => {
  const { target } = event;
  if (!("signOut" in target.dataset)) return;
  isLeaving = "asked" in target.dataset || !mayWait();
  if (isLeaving) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  import("./offline/leaving.js").then(({ askFirst }) => askFirst(target));
}, true);
