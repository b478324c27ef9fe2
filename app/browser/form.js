// Comfort for forms; every form works without it.
// Reads: data-when-name/-values, data-weight, data-all, data-form, data-upload. Writes: hidden, aria-busy, data-file.
import { mayWait } from "./offline/mark.js";
import { staysFor } from "./photo/watch.js";
import { size } from "./upload/sizes.js";

(() => {
  const each = (root, query, act) => root.querySelectorAll(query).forEach(act);

  /** Return what is answered in `form` under `name`; null when nobody asks. */
  const answer = (form, name) => {
    const found = form.elements[name];
    return found ? found.value : null;
  };

  const showWhatApplies = (form) => each(form, "[data-when-name]", (part) => {
    const { whenName, whenValues } = part.dataset;
    if (!whenName) return;
    const given = answer(form, whenName);
    part.hidden = given !== null && !whenValues.split(" ").includes(given);
  });

  const showFiles = (form) => {
    let total = 0;
    each(form, "input[type=file]", (input) => {
      const files = [...input.files];
      total += files.reduce((sum, file) => sum + file.size, 0);
      input.title = files.map((file) => `${file.name}, ${size(file.size)}`).join("; ");
    });
    each(form, "[data-weight]", (line) => {
      line.textContent = total ? `${line.dataset.weight} ${size(total)}.` : "";
    });
  };

  const chooseAll = (box) => each(box.form, `input[name="${box.dataset.all}"]`, (one) => { one.checked = box.checked; });

  /** Whether anything was typed that nobody keeps yet. */
  let unsaved = false;
  let sending = false;
  /** Inputs whose files only this page has: several that the server is to join go with their form. */
  const loose = new Set();
  const watched = (form) => form.method === "post";

  addEventListener("input", ({ target }) => {
    if (!target.form || !watched(target.form)) return;
    unsaved = unsaved || ("form" in target.form.dataset && target.type !== "file");
    if (target.dataset.all) chooseAll(target);
    showWhatApplies(target.form);
    if (target.type === "file") showFiles(target.form);
  });

  // A file goes up at once; without a network for that script it goes with the form.
  const uploads = () => import("./upload/page.js");
  const hand = async (input) => {
    const isTaken = await uploads().then(({ take }) => take(input), () => false);
    loose[isTaken ? "delete" : "add"](input);
  };
  addEventListener("change", ({ target }) => {
    if (target.form?.dataset.upload && target.dataset.requirement) staysFor(hand(target));
  });
  const holdsFiles = () => [...loose].some((input) => input.isConnected && input.files.length);
  // There may be a file that an earlier visit did not finish.
  if (mayWait() && document.querySelector("form[data-upload]")) uploads();

  addEventListener("submit", (event) => {
    const form = event.target;
    if (!watched(form)) return;
    if (form.ariaBusy === "true") return event.preventDefault();
    sending = true;
    form.ariaBusy = "true";
    each(form, "[data-testid=upload]", (slot) => {
      const input = slot.querySelector("input[type=file]");
      const bar = slot.querySelector("[data-testid=upload-progress]");
      if (input?.files.length && bar) bar.hidden = false;
    });
  });

  // Told by offline/drafts.js: the phone has what was typed.
  addEventListener("typed-kept", () => { unsaved = false; });
  // Told by offline/submit.js: the phone or the server has it all; and at sign-out, where nothing is to stay.
  addEventListener("settled", () => {
    unsaved = false;
    loose.clear();
  });
  addEventListener("beforeunload", (event) => {
    if ((unsaved || holdsFiles()) && !sending) event.preventDefault();
  });

  // A page that comes back from the browser's memory is not sending any more.
  const start = () => {
    sending = false;
    each(document, "form", (form) => {
      form.ariaBusy = null;
      showWhatApplies(form);
      showFiles(form);
    });
    each(document, "[data-testid=upload-progress]", (bar) => { bar.hidden = true; });
    each(document, "label:has([data-all])", (label) => { label.hidden = false; });
  };
  start();
  addEventListener("pageshow", (event) => event.persisted && start());
})();
