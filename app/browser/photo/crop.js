// The frame of what is kept of a photo: its corners are dragged, or moved by keys.

const LEAST = 0.08;
const STEP = 0.02;
const CUTS = { top: ["y", "height", 1], bottom: ["y", "height", 0], left: ["x", "width", 1], right: ["x", "width", 0] };
const KEYS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const within = (value, least, most) => Math.min(most, Math.max(least, value));

/** Return `part` with one side moved inwards by a step. */
export const cut = (part, side) => {
  const [from, size, isNear] = CUTS[side];
  const by = Math.min(STEP * 1.5, part[size] - LEAST);
  return by <= 0 ? part : { ...part, [from]: part[from] + by * isNear, [size]: part[size] - by };
};

/** Return `part` with a corner (`nw`, `ne`, `se`, `sw`) moved by fractions of the photo. */
const moved = ({ x, y, width, height }, corner, right, down) => {
  const edges = { left: x, top: y, right: x + width, bottom: y + height };
  if (corner.includes("w")) edges.left = within(edges.left + right, 0, edges.right - LEAST);
  else edges.right = within(edges.right + right, edges.left + LEAST, 1);
  if (corner.startsWith("n")) edges.top = within(edges.top + down, 0, edges.bottom - LEAST);
  else edges.bottom = within(edges.bottom + down, edges.top + LEAST, 1);
  return { x: edges.left, y: edges.top, width: edges.right - edges.left, height: edges.bottom - edges.top };
};

/** Show `part` as the frame over the photo. */
export const showPart = (frame, part) => {
  const percent = (value) => `${(value * 100).toFixed(2)}%`;
  Object.assign(frame.style, {
    left: percent(part.x), top: percent(part.y), width: percent(part.width), height: percent(part.height),
  });
};

/**
 * Let the corners of `frame` be moved; the photo is the frame's parent.
 * @param {HTMLElement} frame
 * @param {{read: () => import("./picture.js").Part, write: (part, isDone: boolean) => void}} crop
 */
export const letCrop = (frame, { read, write }) => {
  let last = null;
  frame.addEventListener("pointerdown", (event) => {
    const { corner } = event.target.dataset;
    if (!corner) return;
    event.target.setPointerCapture(event.pointerId);
    last = event;
  });
  frame.addEventListener("pointermove", (event) => {
    if (!last) return;
    const { width, height } = frame.parentElement.getBoundingClientRect();
    const by = [(event.clientX - last.clientX) / width, (event.clientY - last.clientY) / height];
    last = event;
    write(moved(read(), event.target.dataset.corner, ...by), false);
  });
  const stop = () => {
    if (last) write(read(), true);
    last = null;
  };
  for (const end of ["pointerup", "pointercancel"]) frame.addEventListener(end, stop);
  frame.addEventListener("keydown", (event) => {
    const by = KEYS[event.key];
    if (!by || !event.target.dataset.corner) return;
    event.preventDefault();
    write(moved(read(), event.target.dataset.corner, ...by), true);
  });
};
