/** The page's side of a new version: say that it is there, and take it when the reader says so. */

const TAKE_OVER = "take-over";

const settled = (worker, act) => {
  if (worker.state === "installed") return act();
  worker.addEventListener("statechange", () => worker.state === "installed" && act());
};

/**
 * Call `announce` when a newer version waits behind the one that serves this page.
 * @param {(take: () => void) => void} announce  `take` lets it in, and loads the page again then.
 */
export const onNewVersion = async (announce) => {
  const { serviceWorker } = navigator;
  if (!serviceWorker?.controller) return;
  const registration = await serviceWorker.ready;
  const tell = (worker) => announce(() => {
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage(TAKE_OVER);
  });
  if (registration.waiting) return tell(registration.waiting);
  const watch = () => registration.installing && settled(registration.installing, () => tell(registration.installing ?? registration.waiting));
  watch();
  registration.addEventListener("updatefound", watch);
};
