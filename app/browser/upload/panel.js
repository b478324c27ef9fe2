// What a slot shows while its file is under way. The words and the elements are the server's.
import { fill, size } from "./sizes.js";

/** A screen reader hears of progress no more often than this. */
const SAY_AFTER_MS = 8_000;
const BUTTONS = {
  waiting: ["cancel"],
  sending: ["pause", "cancel"],
  stalled: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  failed: ["retry", "cancel"],
  login: ["sign-in", "retry", "cancel"],
  lost: ["cancel"],
  arrived: [],
};

const words = () => document.querySelector("[data-upload-words]").dataset;
const part = (panel, name) => panel.querySelector(`[data-part="${name}"]`);
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };

const slotOf = (form, requirement) =>
  form.querySelector(`[data-requirement="${CSS.escape(requirement)}"]`)?.closest("[data-testid=upload]");

const timeLeft = (transfer) => {
  const seconds = (transfer.total - transfer.received) / transfer.speed;
  if (!Number.isFinite(seconds)) return "";
  return seconds < 90 ? fill(words().seconds, { n: Math.max(5, Math.ceil(seconds / 5) * 5) })
    : fill(words().minutes, { n: Math.ceil(seconds / 60) });
};

const line = (transfer) => {
  const { state, received, total, speed } = transfer;
  const amount = fill(words().amount, { sent: received ? size(received) : "0 kB", total: size(total) });
  if (state === "sending") {
    const pace = speed > 0 && received < total ? fill(words().speed, { size: size(speed) }) : "";
    return [amount, pace, pace && timeLeft(transfer)].filter(Boolean).join(" · ");
  }
  const said = (state === "failed" && transfer.sentence) || words()[state];
  return ["stalled", "paused"].includes(state) ? `${said} ${amount}.` : said;
};

let lastSaid = { at: -Infinity, state: "", id: "" };
/** Tell a screen reader of a new state at once, of progress now and then. */
const speak = (panel, transfer, text) => {
  const now = performance.now();
  const isNews = part(panel, "said").dataset.state !== transfer.state;
  if (!isNews && now - lastSaid.at < SAY_AFTER_MS) return;
  part(panel, "said").dataset.state = transfer.state;
  lastSaid = { at: now };
  write(part(panel, "said"), `${transfer.kept.name}: ${text}`);
};

/** Show how a file stands in its slot of `form`. */
export const show = (form, transfer) => {
  const slot = slotOf(form, transfer.id);
  const panel = slot?.querySelector("[data-testid=upload-progress]");
  if (!panel) return;
  const isOver = ["cancelled", "refused"].includes(transfer.state);
  panel.hidden = isOver;
  panel.dataset.state = transfer.state;
  const canChoose = isOver || ["failed", "login", "lost"].includes(transfer.state);
  // The button stays: whoever presses it has the form kept, and the file goes on.
  slot.querySelectorAll(".put > :not([type=submit]), .limit").forEach((one) => { one.hidden = !canChoose; });
  slot.classList.toggle("renewed", !canChoose);
  if (isOver) return;
  const text = line(transfer);
  write(part(panel, "name"), transfer.kept.name);
  write(part(panel, "line"), text);
  const bar = panel.querySelector("progress");
  bar.max = transfer.total;
  bar.value = transfer.state === "arrived" ? transfer.total : transfer.received;
  panel.querySelectorAll("[data-do]").forEach((button) => {
    button.hidden = !BUTTONS[transfer.state].includes(button.dataset.do);
  });
  if (transfer.state === "login") leadBack(panel.querySelector("a[data-back]"));
  speak(panel, transfer, text);
};

/** After signing in one comes back here, where the file goes on. */
const leadBack = (link) => {
  link.search = new URLSearchParams({ [link.dataset.back]: location.pathname });
};

/** Return whose button was pressed and what it asks for: `[requirement, what]`; or nothing. */
export const asked = (target) => {
  const button = target.closest?.("[data-testid=upload-progress] [data-do]");
  const input = button?.closest("[data-testid=upload]").querySelector("[data-requirement]");
  return input ? [input.dataset.requirement, button.dataset.do] : null;
};

/** Return the file input of a requirement. */
export const inputOf = (form, requirement) => slotOf(form, requirement)?.querySelector("[data-requirement]");
