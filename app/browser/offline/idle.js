// Who long asked the server for nothing is told before it ends their session (WCAG 2.2.1).
import { frame } from "./frame.js";

const WARNING_MS = 5 * 60_000;
/** When a page of this session was last asked for, in whichever tab: by this phone's clock, compared with itself only. */
const USED = "loket-used";

/**
 * Watch for the end of the session that this page was made in; a stranger's has none.
 * @param {{near: () => void, over: () => void, none: () => void}} say  what to do when the end is near, past, or far again.
 * @returns {() => void} to be called when the session was used.
 */
export const watchIdle = (say) => {
  const lives = Number(frame.dataset.idle) * 1000;
  let timer;
  let said = say.none;
  const look = () => {
    clearTimeout(timer);
    const left = Number(localStorage.getItem(USED)) + lives - Date.now();
    const now = left <= 0 ? say.over : left <= WARNING_MS ? say.near : say.none;
    if (now !== said) now();
    said = now;
    if (left > 0) timer = setTimeout(look, left > WARNING_MS ? left - WARNING_MS : left);
  };
  const used = () => {
    localStorage.setItem(USED, Date.now());
    look();
  };
  if (!lives) return used;
  addEventListener("storage", ({ key }) => key === USED && look());
  document.addEventListener("visibilitychange", look); // A phone that slept counts no time.
  used();
  return used;
};
