// From the files that were chosen to the one that is sent.

import { fill, size } from "../upload/sizes.js";
import { edit } from "./dialog.js";
import { pageOf } from "./pages.js";
import { pdfOf } from "./pdf.js";
import { LONGEST } from "./picture.js";
import { announce } from "./watch.js";

/** What was prepared for an input: the pages it came from, and the files it became. */
const prepared = new WeakMap();
const template = () => document.getElementById("photo");
const pagesOf = (files) => Promise.all([...files].map(pageOf));

/**
 * Let the resident mend what they chose, then give it to the input of its document.
 * A single picture that is small already, or what no picture is, goes on as it came.
 * @param {HTMLInputElement} input where files were chosen; the camera has an input of its own
 */
export const prepare = async (input) => {
  const target = document.getElementById(input.dataset.photoFor) ?? input;
  const chosen = [...input.files];
  const pages = await pagesOf(chosen);
  const isCamera = input !== target;
  if (isCamera) input.value = "";
  const photos = pages.filter(({ width }) => width);
  const isAsked = isCamera || pages.length > 1 || photos.some(({ width, height }) => Math.max(width, height) > LONGEST);
  if (photos.length && isAsked) return change(target, pages, chosen);
  give(target, chosen);
  if (photos.length) remember(target, pages, chosen);
};

/** Open the dialog on pages; give the input what comes of it, or what it had before. */
const change = async (target, pages, chosen) => {
  const { label, multiple } = { label: target.dataset.photo, multiple: target.multiple };
  let files = chosen;
  try {
    const done = await edit(template(), pages, { label, several: multiple, read: pagesOf });
    if (!done) return give(target, prepared.get(target)?.files ?? []);
    files = filesOf(done);
    remember(target, done, files);
  } catch (error) {
    console.error(error);
    say(target, template().content.querySelector("dialog").dataset.failed);
  }
  give(target, files);
};

/** One file wherever possible. Photos beside a PDF, or beside what only the server can open, it joins. */
const filesOf = (pages) => {
  const stem = pages[0].file.name.replace(/\.\w+$/, "");
  const photos = pages.filter(({ width }) => width);
  if (photos.length === pages.length && pages.length > 1) return [pdfOf(pages.map(({ out }) => out), `${stem}.pdf`)];
  return pages.map(({ file, width, out }) =>
    width ? new File([out.blob], file.name.replace(/(\.\w+)?$/, ".jpg"), { type: "image/jpeg" }) : file);
};

const give = (target, files) => {
  const held = new DataTransfer();
  for (const file of files) held.items.add(file);
  target.files = held.files;
  announce(target);
};

const remember = (target, pages, files) => {
  for (const page of pages) page.shown = null; // Drawn anew when the dialog opens again.
  prepared.set(target, { pages, files });
  const { ready } = template().content.querySelector("dialog").dataset;
  say(target, fill(ready, { now: size(files.reduce((sum, file) => sum + file.size, 0)) }));
};

/** Say below the input what becomes of its photos, with a way back to them. */
const say = (target, words) => {
  const slot = target.closest("[data-testid=upload]");
  let said = slot.querySelector("[data-photo-said]");
  if (!said) {
    said = template().content.querySelector("[data-photo-said]").cloneNode(true);
    target.parentElement.after(said);
    said.querySelector("button").addEventListener("click", () => {
      const { pages, files } = prepared.get(target);
      change(target, pages, files);
    });
  }
  said.querySelector("button").hidden = !prepared.has(target);
  said.firstElementChild.textContent = words;
};
