// The pages of one document: a chosen file each, what was done to it, and what is to be sent of it.

import { judge } from "./judge.js";
import { drawTurned, open, sizeOf, turnedPart, WHOLE, write } from "./picture.js";

/** Large enough to judge a photo by, small enough to keep ten of. */
const SHOWN = 1024;

/**
 * @typedef {object} Page
 * @property {File} file as it was chosen
 * @property {number} width of the upright photo in pixels; 0: not to be opened here, sent as it is
 * @property {number} height
 * @property {number} turn quarters to the right
 * @property {import("./picture.js").Part} part what is kept, of the turned photo
 * @property {HTMLCanvasElement?} shown the turned photo, small
 * @property {"" | "blurred" | "dark" | "bright"} warning
 * @property {{blob: Blob, width: number, height: number}?} out what is to be sent; null until written
 */

/** @returns {Promise<Page>} */
export const pageOf = async (file) => {
  const page = { file, width: 0, height: 0, turn: 0, part: WHOLE, shown: null, warning: "", out: null };
  if (file.type === "application/pdf") return leave(page);
  return sizeOf(file).then((size) => Object.assign(page, size), () => leave(page));
};

/** Have a page sent as its file was chosen. */
const leave = (page) =>
  Object.assign(page, { width: 0, height: 0, shown: null, warning: "", out: { blob: page.file } });

/** One after the other: two photos opened at once may be more than a phone can hold. */
let last = Promise.resolve();
const inTurn = (work) => (last = last.then(work));

/** Open a page to be looked at, judge it, and write it. What cannot be opened is left as it is. */
export const renew = (page) => inTurn(async () => {
  if (!page.width) return;
  try {
    const bitmap = await open(page, SHOWN);
    page.shown = drawTurned(document.createElement("canvas"), bitmap, page.turn);
    bitmap.close();
    page.warning = judge(page.shown);
  } catch (error) {
    console.warn(error);
    leave(page);
  }
}).then(() => settle(page));

/** Write what is to be sent of a page, unless that was done since it was last changed. */
export const settle = (page) => inTurn(async () => {
  while (!page.out) {
    const { turn, part } = page;
    try {
      const out = await write(page);
      if (turn === page.turn && part === page.part) page.out = out;
    } catch (error) {
      console.warn(error);
      leave(page);
    }
  }
});

/** Turn a page by quarters to the right, with what is kept of it. */
export const turn = (page, quarters) => {
  page.turn = (page.turn + quarters) % 4;
  for (let n = 0; n < quarters; n++) page.part = turnedPart(page.part);
  page.shown = drawTurned(document.createElement("canvas"), page.shown, quarters);
  page.out = null;
};

/** Keep a part of a page only. */
export const keep = (page, part) => Object.assign(page, { part, out: null });
