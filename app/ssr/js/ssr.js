// .web/utils/ssr.js: what the generated modules need to start from the server's state.
import { createContext } from "react";
import { parseJson } from "$/utils/helpers/json";

// One request's state as JSON text; handed down by context so that two renders can never mix.
export const SsrStateContext = createContext(null);

const STATE_ID = "rx-state";
let text;

/** The state embedded in this document, or null on the server and on a shell page. */
export const embedded = () =>
  typeof document === "undefined"
    ? null
    : (text ??= document.getElementById(STATE_ID)?.textContent ?? "") || null;

/** Lay the difference that the server sent over the compiled defaults. */
export const mergeState = (defaults, source) => {
  if (!source) return defaults;
  const merged = { ...defaults };
  for (const [name, vars] of Object.entries(parseJson(source))) merged[name] = { ...merged[name], ...vars };
  return merged;
};

/** Do something once all of the page is alive: news that came before would meet elements that cannot take it yet. */
export const onceAlive = (act) => addEventListener("rx:hydrated", act, { once: true });

/** No websocket until the first event, unless this page is pushed to or came without its state. */
export const lazySocket = () => embedded() !== null && !document.querySelector("[data-push]");

// A (re)connect replays hydrate and on_load in several deltas. They are held back and applied at once,
// so a page that is already filled never shows its defaults nor half of an answer.
const CHAINED_MS = 60; // for handlers that the page's handlers name, which come after "hydrated"
const LONGEST_MS = 5000;
let held = null;
let timer;

const apply = (run) => {
  const whole = held;
  held = null;
  run(whole);
};

// The server leaves out what equals its defaults, and states that nothing has asked for: start from
// them, not from what this page shows. What a document says once (`once_...`), no answer says again.
const beginning = (defaults) => {
  const reset = {};
  for (const name in defaults)
    for (const key in defaults[name]) if (!key.startsWith("once_")) (reset[name] ??= {})[key] = defaults[name][key];
  return reset;
};

/** Run `run` on `delta`, or hold it until the page's handlers have all answered. */
export const settle = (delta, rootName, defaults, run) => {
  const hydrated = delta[rootName]?.is_hydrated_rx_state_;
  if (hydrated === false && held === null) {
    held = beginning(defaults);
    timer = setTimeout(apply, LONGEST_MS, run);
  }
  if (held === null) return run(delta);
  for (const name in delta) held[name] = { ...held[name], ...delta[name] };
  if (hydrated !== true) return;
  clearTimeout(timer);
  timer = setTimeout(apply, CHAINED_MS, run);
};

// A document has one state tree: the previous document's token must not bring its state back.
if (embedded() !== null) sessionStorage.removeItem("token");
