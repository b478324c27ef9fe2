// Inlined at the end of every live page: brings the page to life late, and only where that serves someone.
((d) => {
  const me = d.currentScript.dataset;
  const names = ["pointerdown", "focusin", "keydown", "click", "submit", "input", "change"];
  const kept = [];
  let started = false;

  const preload = (href) => {
    const link = d.createElement("link");
    link.rel = "modulepreload";
    link.href = href;
    d.head.append(link);
  };
  const start = () => {
    if (started) return;
    started = true;
    me.preload.split(" ").forEach(preload);
    import(me.page)
      .then((page) => {
        self.__rxPage = { Page: page.default, pattern: me.pattern };
        return import(me.entry);
      })
      .catch(giveUp);
  };
  // No network for the scripts: what was held goes the way it would have gone without them.
  const giveUp = () => {
    started = false;
    for (const { event, element } of kept.splice(0)) {
      element.removeAttribute("aria-busy");
      if (event.type === "submit" && element.hasAttribute("action")) element.submit();
    }
  };

  // What the browser does by itself stays with the browser: links, fields, and plain forms.
  const actsAlone = (event, element) => {
    if (event.type === "submit") return event.target !== element;
    const actor = event.target.closest("a[href],button,summary,label,input,select,textarea");
    if (!actor) return false;
    if (actor.tagName === "BUTTON") return actor !== element && actor.form !== null;
    return actor.tagName !== "A" || actor !== element;
  };
  const onEvent = (event) => {
    const element = event.target.closest?.("[data-live]");
    if (!element) return;
    start();
    const { type } = event;
    if (type === "input" || type === "change") kept.push({ event, element });
    if ((type !== "click" && type !== "submit") || actsAlone(event, element)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (element.getAttribute("aria-busy")) return;
    element.setAttribute("aria-busy", "true");
    kept.push({ event, element });
  };
  const replay = ({ event, element }) => {
    element.removeAttribute("aria-busy");
    if (event.type === "click") event.target.click();
    else if (event.type === "submit") element.requestSubmit(event.submitter);
    else event.target.dispatchEvent(new Event(event.type, { bubbles: true }));
  };
  names.forEach((name) => addEventListener(name, onEvent, true));
  addEventListener("rx:hydrated", () => {
    names.forEach((name) => removeEventListener(name, onEvent, true));
    kept.splice(0).forEach(replay);
  });

  const worker = d.querySelector("link[rel=serviceworker]");
  if (worker) addEventListener("load", () => navigator.serviceWorker?.register(worker.href));
  if (me.shell !== undefined) return start();
  const line = navigator.connection ?? {};
  const timing = performance.getEntriesByType("navigation")[0] ?? {};
  // A fresh profile calls every line "4g", so this page's own timing is asked too.
  const poor =
    line.saveData ||
    /2g|3g/.test(line.effectiveType) ||
    timing.connectEnd - timing.connectStart > 300 ||
    timing.responseStart - timing.requestStart > 500;
  const answers = !poor && d.querySelector("[data-live]");
  if (!answers && !d.querySelector("[data-push]")) return;
  const whenIdle = () => (self.requestIdleCallback ?? setTimeout)(start, { timeout: 2000 });
  // Where only news is awaited, reading comes first; and who just looks and leaves fetches no script.
  const begin = answers ? whenIdle : () => setTimeout(whenIdle, 3000);
  if (d.readyState === "complete") begin();
  else addEventListener("load", begin);
})(document);
