// One photo: opened at the size that is needed, turned, cropped, and written as a light JPEG.

/** The longer side that is sent, in pixels: small print of an A4 sheet stays legible. */
export const LONGEST = 2048;
/** What `LONGEST` x 3/4 of it may weigh; smaller crops in proportion, but never below a third. */
const BYTES = 300_000;
const QUALITIES = [0.74, 0.64, 0.54, 0.44];
export const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** @typedef {{x: number, y: number, width: number, height: number}} Part of an upright photo, in fractions */

/**
 * Read how large a picture is, upright; nothing is decoded yet.
 * @param {Blob} file
 * @returns {Promise<{width: number, height: number}>} rejects when this browser cannot open it
 */
export const sizeOf = async (file) => {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    await new Promise((resolve, reject) => {
      image.onload = resolve;
      image.onerror = () => reject(new Error(`cannot open a ${file.type}`));
      image.src = address;
    });
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(address);
  }
};

/**
 * Open a picture upright, its longer side at most `longest`: the browser shrinks it while it decodes.
 * @param {{file: Blob, width: number, height: number}} page
 * @returns {Promise<ImageBitmap>}
 */
export const open = ({ file, width, height }, longest) => {
  const scale = Math.min(1, longest / Math.max(width, height));
  return createImageBitmap(file, {
    imageOrientation: "from-image",
    resizeWidth: Math.max(1, Math.round(width * scale)),
    resizeHeight: Math.max(1, Math.round(height * scale)),
    resizeQuality: "high",
  });
};

/** Draw an upright picture, turned by `turn` quarters to the right, on a canvas that holds all of it. */
export const drawTurned = (canvas, bitmap, turn) => {
  const sideways = turn % 2;
  canvas.width = sideways ? bitmap.height : bitmap.width;
  canvas.height = sideways ? bitmap.width : bitmap.height;
  const pen = canvas.getContext("2d");
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((turn * Math.PI) / 2);
  pen.drawImage(bitmap, -bitmap.width / 2, -bitmap.height / 2);
  return canvas;
};

/** Return the same part of a photo after one more quarter turn to the right. */
export const turnedPart = ({ x, y, width, height }) =>
  ({ x: 1 - y - height, y: x, width: height, height: width });

/**
 * Write what is to be sent of a page: no note of the camera survives, as only the picture is written.
 * @param {{file: Blob, width: number, height: number, turn: number, part: Part}} page
 * @returns {Promise<{blob: Blob, width: number, height: number}>}
 */
export const write = async (page) => {
  const { part, turn } = page;
  // What remains of a crop is shown as large as the camera saw it, if that was larger.
  const bitmap = await open(page, LONGEST / Math.max(part.width, part.height));
  const whole = drawTurned(document.createElement("canvas"), bitmap, turn);
  bitmap.close();
  const [left, top, width, height] = [
    part.x * whole.width, part.y * whole.height, part.width * whole.width, part.height * whole.height,
  ].map(Math.round);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.max(1, width), Math.max(1, height)];
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // Ink on a transparent ground would be black on black.
  pen.fillRect(0, 0, width, height);
  pen.drawImage(whole, -left, -top);
  whole.width = 0; // Phones free a canvas late otherwise.
  const blob = await light(canvas);
  canvas.width = 0;
  return { blob, width, height };
};

const light = async (canvas) => {
  const share = Math.max(1 / 3, (canvas.width * canvas.height) / (LONGEST * LONGEST * 0.75));
  let blob;
  for (const quality of QUALITIES) {
    blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (!blob) throw new Error("out of memory");
    if (blob.size <= BYTES * share) break;
  }
  return blob;
};
