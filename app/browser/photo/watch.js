// Photos before they are sent. This small part is always there; the rest comes when a photo is chosen.

/** Of each form that waits for photos: how many inputs are being prepared, and what its pressed button would do. */
const waiting = new WeakMap();

/** Let whoever listens to `input` know that its files changed; we ourselves let it pass. */
export const announce = (input) => {
  input.dataset.prepared = "1";
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
  delete input.dataset.prepared;
};

/** Whoever leaves the page with its consent waits for `work`: see offline/taking.js. */
export const staysFor = (work) => addEventListener("parting", (event) => event.detail.push(work), { once: true });

/** Have photos prepared for `input`; a form that was sent meanwhile goes when they are ready. */
const hand = (...args) => staysFor(prepared(...args));

const prepared = async (input, files, isTaken) => {
  const { form } = input;
  const wait = waiting.get(form) ?? { left: 0 };
  waiting.set(form, wait);
  wait.left += 1;
  try {
    const { prepare } = await import("./prepare.js");
    await prepare(input, files, isTaken);
  } catch (error) { // No network for our own code: the files go on as they were chosen.
    console.error(error);
    announce(input);
  }
  wait.left -= 1;
  if (wait.left > 0) return;
  waiting.delete(form);
  wait.press?.();
};

addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-photo]") || input.dataset.prepared || !input.files.length) return;
  event.stopImmediatePropagation();
  hand(input, [...input.files], false);
}, true);

addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const wait = waiting.get(form);
  if (!wait) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  wait.press = () => form.requestSubmit(submitter);
}, true);

/** The camera has an input of its own, made when it is asked for: a document has one in its form. */
addEventListener("click", ({ target }) => {
  const id = target.closest("[data-camera]")?.dataset.camera;
  if (!id) return;
  const camera = Object.assign(document.createElement("input"), { type: "file", accept: "image/*", hidden: true });
  camera.setAttribute("capture", "environment");
  camera.addEventListener("cancel", () => camera.remove());
  camera.addEventListener("change", () => {
    camera.remove();
    if (camera.files.length) hand(document.getElementById(id), [...camera.files], true);
  });
  document.body.append(camera);
  camera.click();
});
