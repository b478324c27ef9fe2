// Who long asked the server for nothing is told before it ends their session (WCAG 2.2.1).
import { frame } from "./frame.js";
import { USED } from "./mark.js";
import { hush, sayEnded, warnOfEnd } from "./notices.js";

const WARNING_MS = 5 * 60_000;

/** Watch for the end of the session that this page was made in; a stranger has none. */
export const watch = () => {
  const lives = Number(frame.dataset.idle) * 1000;
  if (!lives) return;
  let [timer, said] = [0, calm];
  const look = () => {
    clearTimeout(timer);
    const left = Number(localStorage.getItem(USED)) + lives - Date.now();
    const now = left <= 0 ? sayEnded : left <= WARNING_MS ? near : calm;
    if (now !== said) now();
    said = now;
    if (left > 0) timer = setTimeout(look, left > WARNING_MS ? left - WARNING_MS : left);
  };
  const near = () => warnOfEnd(() => {
    localStorage.setItem(USED, Date.now());
    look();
  });
  addEventListener("storage", ({ key }) => key === USED && look());
  document.addEventListener("visibilitychange", look); // A phone that slept counts no time.
  look();
};

const calm = () => hush("idle");
