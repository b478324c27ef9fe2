/** Takes a newer version when the reader says so, and nothing of theirs along. */

const TAKE_OVER = "take-over";

/**
 * Have this page keep on the phone what it has not sent: who listens to `parting` puts promises into
 * `detail`. What was kept may lead to more, as a photo that is ready is a file on its way.
 */
const keepAll = async () => {
  for (;;) {
    const waits = [];
    dispatchEvent(new CustomEvent("parting", { detail: waits }));
    if (!waits.length) return;
    await Promise.allSettled(waits);
  }
};

const reload = async () => {
  await keepAll();
  location.reload();
};

/**
 * Let a newer version in, and load this page again.
 * @param {ServiceWorkerRegistration} registration
 */
export const take = ({ waiting }) => {
  // It may have been let in by another page.
  if (!waiting) return reload();
  navigator.serviceWorker.addEventListener("controllerchange", reload, { once: true });
  waiting.postMessage(TAKE_OVER);
};
