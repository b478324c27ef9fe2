// Shows a slot as the server now renders it; there is no second renderer in here.

const PAUSES_MS = [0, 700, 1_500, 3_000, 5_000, 8_000, 15_000];
const wait = (ms) => new Promise((done) => { setTimeout(done, ms); });

const labelOf = (input) => `${input.id}-label`;
const slotIn = (tree, label) => tree.getElementById(label)?.closest("[data-testid=upload]");

const rendered = async (label) => {
  // With its query: on a page that says what is missing, the slot goes on saying so.
  const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return null;
  return slotIn(new DOMParser().parseFromString(await answer.text(), "text/html"), label);
};

/** A page that follows its case by itself is not touched: its next news shows the file. */
const becomesNew = (slot) => new Promise((done) => {
  const watcher = new MutationObserver(() => {
    if (!slot.querySelector(".file")) return;
    watcher.disconnect();
    done();
  });
  watcher.observe(slot, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-document"] });
});

/**
 * Show what became of the file of `input`: again and again until its check is over.
 *
 * @param {HTMLInputElement} input
 * @param {() => boolean} isOurs whether the slot still shows that file, and no newer one
 */
export const refresh = async (input, isOurs) => {
  const label = labelOf(input);
  if (document.querySelector("[data-push]")) return becomesNew(slotIn(document, label));
  for (const pause of PAUSES_MS) {
    await wait(pause);
    const [old, fresh] = [slotIn(document, label), await rendered(label).catch(() => null)];
    if (!old || !isOurs()) return;
    if (!fresh) continue;
    const hadFocus = old.contains(document.activeElement);
    // What was said of its photo stands beside the file; it is not the server's.
    const said = old.querySelector("[data-photo-said]");
    old.replaceWith(document.adoptNode(fresh));
    if (said) fresh.querySelector("details")?.after(said);
    if (hadFocus) fresh.querySelector("summary:not([hidden]), input[type=file]")?.focus({ preventScroll: true });
    if (!fresh.querySelector("[data-document=quarantined]")) return;
  }
};
