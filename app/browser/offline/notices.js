/** What is said above a page: that it is a copy, that the network is back, that a version waits. */
import { hush, say, tell } from "./say.js";

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

/** A newer version waits: `take` lets it in and loads the page again. */
export const offerVersion = async (take) => {
  (await say("version")).querySelector("button").addEventListener("click", take);
};
