/** What is said above a page: that it is a copy, that the network is back, that a version waits. */
import { hush, say, tell } from "./say.js";

/** This page is a copy: say so, and from when; offer the page itself once it can be had. */
export const sayKept = async () => {
  const { kept, line } = document.documentElement.dataset;
  const name = line === "slow" ? "slow" : "kept";
  const offer = () => {
    hush(name);
    return say("fresh");
  };
  addEventListener("online", offer, { once: true });
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "fresh" && offer());
  navigator.serviceWorker.startMessages();
  tell((await say(name)).querySelector("time"), kept);
};

/** A newer version waits: `take` lets it in and loads the page again. */
export const offerVersion = async (take) => {
  (await say("version")).querySelector("button").addEventListener("click", take);
};
