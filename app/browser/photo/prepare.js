// From the files that were chosen to the one that is sent.

import { fill, size } from "../upload/sizes.js";
import { edit } from "./dialog.js";
import { pageOf, renew } from "./pages.js";
import { pdfOf } from "./pdf.js";
import { LONGEST } from "./picture.js";
import { announce } from "./watch.js";

/** What was prepared for an input, by its id: the pages it came from. */
const prepared = new Map();
const template = () => document.getElementById("photo");
const pagesOf = (files) => Promise.all([...files].map(pageOf));

/**
 * Make what was chosen light, and give it to the input of its document; then it can be mended.
 * A single picture that is small already, or what no picture is, goes on as it came.
 * @param {HTMLInputElement} input of the document
 * @param {File[]} chosen
 * @param {boolean} isTaken with the camera just now: whoever took it looks at it first
 */
export const prepare = async (input, chosen, isTaken) => {
  const pages = await pagesOf(chosen);
  const photos = pages.filter(({ width }) => width);
  if (isTaken && photos.length) return change(input, pages);
  forget(input);
  if (!photos.length) return give(input, chosen);
  let files = chosen;
  if (pages.length > 1 || photos.some(({ width, height }) => Math.max(width, height) > LONGEST)) {
    tell(input, "opening");
    await Promise.all(pages.map(renew));
    files = filesOf(pages);
  }
  remember(input, pages, files);
  give(input, files);
};

/** Open the dialog on pages, and give the input what comes of it; nothing changes if that is nothing. */
const change = async (opener, pages) => {
  const current = () => document.getElementById(opener.id); // The slot may have been made anew meanwhile.
  let files;
  try {
    const done = await edit(template(), pages, { label: opener.dataset.photo, several: opener.multiple, read: pagesOf });
    if (!done) return;
    files = filesOf(done);
    remember(current(), done, files);
  } catch (error) {
    console.error(error);
    files = pages.map(({ file }) => file);
    tell(current(), "failed");
  }
  give(current(), files);
};

/** One file wherever possible. Photos beside a PDF, or beside what only the server can open, it joins. */
const filesOf = (pages) => {
  const stem = pages[0].file.name.replace(/\.\w+$/, "");
  const photos = pages.filter(({ width }) => width);
  if (photos.length === pages.length && pages.length > 1) return [pdfOf(pages.map(({ out }) => out), `${stem}.pdf`)];
  return pages.map(({ file, width, out }) =>
    width ? new File([out.blob], file.name.replace(/(\.\w+)?$/, ".jpg"), { type: "image/jpeg" }) : file);
};

const give = (input, files) => {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  input.files = held.files;
  announce(input);
};

const remember = (input, pages, files) => {
  const { warning } = pages.find((page) => page.warning) ?? {};
  for (const page of pages) page.shown = null; // Drawn anew when the dialog opens again.
  prepared.set(input.id, { pages });
  tell(input, "ready", warning, { now: size(files.reduce((sum, file) => sum + file.size, 0)) });
};

const forget = (input) => {
  prepared.delete(input.id);
  placeOf(input)?.remove();
};

const placeOf = (input) => input.closest("[data-testid=upload]").querySelector("[data-photo-said]");

/** Say below the input what becomes of its photos and what is wrong with them, with a way to mend them. */
const tell = (input, name, warning, facts = {}) => {
  const words = template().content.querySelector("dialog").dataset;
  const said = placeFor(input);
  said.querySelector("button").hidden = !prepared.has(input.id);
  said.dataset.kind = warning ? "turn" : "";
  said.firstElementChild.textContent = [fill(words[name], facts), words[warning]].filter(Boolean).join(" ");
};

const placeFor = (input) => {
  const found = placeOf(input);
  if (found) return found;
  const said = template().content.querySelector("[data-photo-said]").cloneNode(true);
  input.parentElement.after(said);
  const { id } = input; // The slot may be made anew meanwhile, with an input of the same id.
  said.querySelector("button").addEventListener("click", () => change(document.getElementById(id), prepared.get(id).pages));
  return said;
};
