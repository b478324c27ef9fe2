/** Sees that a newer version waits behind the one that serves this page; `taking.js` takes it. */

/**
 * Call `announce` when a newer version waits.
 * @param {(registration: ServiceWorkerRegistration) => void} announce
 */
export const onNewVersion = async (announce) => {
  const { serviceWorker } = navigator;
  if (!serviceWorker?.controller) return;
  const registration = await serviceWorker.ready;
  const look = () => registration.waiting && announce(registration);
  const watch = () => registration.installing?.addEventListener("statechange", look);
  look();
  watch();
  registration.addEventListener("updatefound", watch);
};
