// Arrow keys, j and k, Home and End walk along a list of links; Tab and Enter do what they always do.
// Reads: data-arrows. The letters count only inside the list, so they never surprise who dictates (WCAG 2.1.4).

/** Where each key leads, from the link at `at` of `last + 1`. */
const TO = {
  ArrowDown: (at) => at + 1,
  j: (at) => at + 1,
  ArrowUp: (at) => at - 1,
  k: (at) => at - 1,
  Home: () => 0,
  End: (_, last) => last,
};

addEventListener("keydown", (event) => {
  const here = event.target.closest?.("[data-arrows] a[href]");
  const to = TO[event.key];
  if (!here || !to || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const links = [...here.closest("[data-arrows]").querySelectorAll("a[href]")];
  const next = links[to(links.indexOf(here), links.length - 1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
});
