// Whether a photo can be read, told from a small grey copy of it.

const SIDE = 720;
const TILES = 6;
/** Sharp print has edges of thousands; a hand that moved leaves some tens. */
const BLURRED = 200;
const DARK = 55;
const BRIGHT = 242;

/**
 * @param {HTMLCanvasElement} picture
 * @returns {"" | "blurred" | "dark" | "bright"} what is wrong with it, if anything
 */
export const judge = (picture) => {
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const width = Math.max(3, Math.round(picture.width * scale));
  const height = Math.max(3, Math.round(picture.height * scale));
  const small = Object.assign(document.createElement("canvas"), { width, height });
  const pen = small.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0, width, height);
  const grey = greyOf(pen.getImageData(0, 0, width, height).data);
  const light = share(grey, 0.9);
  if (light < DARK) return "dark";
  if (share(grey, 0.02) > BRIGHT) return "bright";
  // A dim photo has dim edges: they are measured against the light there is.
  return sharpness(grey, width, height) * (200 / light) ** 2 < BLURRED ? "blurred" : "";
};

const greyOf = (colours) => {
  const grey = new Uint8Array(colours.length / 4);
  for (let i = 0; i < grey.length; i++) {
    grey[i] = 0.3 * colours[4 * i] + 0.59 * colours[4 * i + 1] + 0.11 * colours[4 * i + 2];
  }
  return grey;
};

/** Return the grey that `part` of the pixels do not exceed. */
const share = (grey, part) => {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value]++;
  let seen = 0;
  return counts.findIndex((count) => (seen += count) >= part * grey.length);
};

/** Variance of the Laplacian in the sharpest tiles: empty paper around the print says nothing. */
const sharpness = (grey, width, height) => {
  const tiles = Array.from({ length: TILES * TILES }, () => ({ count: 0, sum: 0, squares: 0 }));
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const edge = grey[at - 1] + grey[at + 1] + grey[at - width] + grey[at + width] - 4 * grey[at];
      const tile = tiles[Math.floor((y * TILES) / height) * TILES + Math.floor((x * TILES) / width)];
      tile.count++;
      tile.sum += edge;
      tile.squares += edge * edge;
    }
  }
  const found = tiles.map(({ count, sum, squares }) => squares / count - (sum / count) ** 2);
  return found.sort((a, b) => b - a)[3] || 0;
};
