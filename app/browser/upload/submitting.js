// A form that is sent while its files are under way: it waits for them, and says so.
import { inputOf } from "./panel.js";
import { fill } from "./sizes.js";

/**
 * Hold back the sending of `form` until its files have arrived. What only keeps the form goes
 * at once: files that the phone keeps go on by themselves on the page that answers.
 *
 * @param {HTMLFormElement} form
 * @param {Map<string, import("./transfer.js").Transfer>} transfers
 * @returns {{changed: () => void}} to be told of every change of a file
 */
export const waitFor = (form, transfers) => {
  const note = form.querySelector("[data-upload-wait]");
  let isWaiting = false;
  let pressed = null;

  const underWay = () => [...transfers.values()].filter((one) => one.isUnderWay);
  const say = () => {
    const waiting = isWaiting ? underWay().length : 0;
    note.hidden = !waiting;
    const text = waiting ? fill(note.dataset.uploadWait, { n: waiting }) : "";
    if (note.textContent !== text) note.textContent = text;
  };
  const sendNow = () => {
    if (!isWaiting) return;
    isWaiting = false;
    // The slot of an arrived file is made anew, and with it the button that was pressed there.
    form.requestSubmit(pressed?.isConnected ? pressed : null);
  };
  const changed = () => {
    if ([...transfers.values()].some((one) => ["failed", "login"].includes(one.state))) isWaiting = false;
    if (isWaiting && !underWay().length) queueMicrotask(sendNow);
    say();
  };

  const hold = (event) => {
    if (event.target !== form || event.defaultPrevented) return;
    const files = underWay();
    if (!files.length) return;
    const mayGo = navigator.onLine && event.submitter?.value !== "submit" && files.every((one) => one.outlivesPage);
    if (mayGo) {
      files.forEach((one) => { inputOf(form, one.id).disabled = true; });
      return;
    }
    event.preventDefault();
    form.ariaBusy = null;
    [isWaiting, pressed] = [true, event.submitter];
    files.filter((one) => one.state === "paused").forEach((one) => one.resume());
    say();
  };
  // Before others take the form as sent; without a network it is first for those who keep it here.
  addEventListener("submit", (event) => {
    if (!navigator.onLine) return;
    hold(event);
    if (event.defaultPrevented) event.stopImmediatePropagation();
  }, { capture: true });
  addEventListener("submit", (event) => navigator.onLine || hold(event));
  // A page that comes back from the browser's memory shows its inputs again.
  addEventListener("pageshow", () => form.querySelectorAll("input[type=file]").forEach((one) => { one.disabled = false; }));
  return { changed };
};
