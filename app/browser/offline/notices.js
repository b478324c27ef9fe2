/** What is said above a page: that it is a copy, that the network is back, that a version waits, that a session ends. */
import { hush, say, tell } from "./say.js";
import { take } from "./taking.js";

export { restore } from "./restoring.js";
export { hush, say };

const onWorker = (word, act) => {
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === word && act());
  navigator.serviceWorker.startMessages();
};

/** This page is a copy: say so, and from when; offer the page itself once it can be had. */
export const sayKept = async () => {
  const { kept, line } = document.documentElement.dataset;
  const name = line === "slow" ? "slow" : "kept";
  const offer = () => {
    hush(name);
    return say("fresh");
  };
  addEventListener("online", offer, { once: true });
  onWorker("fresh", offer);
  tell((await say(name)).querySelector("time"), kept);
};

/** Someone has signed out without a network: say what is done, and what is still to come. */
export const sayLeft = async () => {
  const end = () => {
    hush("left");
    return say("left-now");
  };
  onWorker("left", end);
  const now = () => navigator.serviceWorker.controller?.postMessage("leave");
  addEventListener("online", now);
  (await say("left")).querySelector("button").addEventListener("click", now);
};

/**
 * A newer version waits: offer it.
 * @param {ServiceWorkerRegistration} registration
 */
export const offerVersion = async (registration) => {
  (await say("version")).querySelector("button").addEventListener("click", () => take(registration));
};

/** The session ends soon, as nobody uses it: offer to go on. `used` is told that it was used. */
export const warnOfEnd = async (used) => {
  const goOn = async () => {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
    return answer.ok && !answer.redirected ? used() : sayEnded();
  };
  (await say("idle")).querySelector("button").addEventListener("click", goOn);
};

/** The session has ended by itself: offer to sign in and come back here. */
export const sayEnded = async () => {
  hush("idle");
  const link = (await say("ended")).querySelector("a");
  link.search = new URLSearchParams({ [link.dataset.back]: location.pathname + location.search });
};
