/** Signing out wipes what waits on this phone: whoever means to is told what that would be. */
import { ask } from "./cards.js";
import { waitingOf } from "./outbox.js";
import { ours } from "./waiting.js";

/** @param {HTMLFormElement} form  The one that signs out. */
export const askFirst = async (form) => {
  const { length: n } = await waitingOf(await ours());
  if (n && !(await ask("leave", { n }))) return;
  form.dataset.asked = "";
  form.requestSubmit();
};
