// Photos before they are sent. This small part is always there; the rest comes when a photo is chosen.

/** Let whoever listens to `input` know that its files changed; we ourselves let it pass. */
export const announce = (input) => {
  input.dataset.prepared = "1";
  for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
  delete input.dataset.prepared;
};

addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches("input[type=file][data-photo]") || input.dataset.prepared || !input.files.length) return;
  event.stopImmediatePropagation();
  import("./prepare.js")
    .then(({ prepare }) => prepare(input))
    .catch((error) => { // No network for our own code: the files go on as they were chosen.
      console.error(error);
      if (!input.dataset.photoFor) announce(input); // The camera's input is nobody else's.
    });
}, true);
