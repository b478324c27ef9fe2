// One file on its way: what becomes of it, without a word about how that looks.
import { arrivalOf } from "../offline/deliver.js";
import { forget, keep, note } from "./kept.js";
import { NotSent, cancel, digestOf, send } from "./send.js";

const SPEED_OVER_MS = 20_000;
/** The server has written down why, beside the requirement; the page shows that. */
const SAID_BY_THE_SLOT = new Set([413, 415, 422]);

/**
 * States: `waiting` for its turn, `sending`, `stalled` without a line, `paused`, `failed` (see
 * `sentence`), `login` when the session has ended, `lost` when only the resident has its bytes,
 * `refused` for good, `arrived`, `cancelled`.
 */
export class Transfer {
  state = "waiting";
  received = 0;
  sentence = "";
  /** How the phone keeps it: see `keep`; null before it was asked to. */
  held = null;
  #samples = [];
  #stop = new AbortController();
  #status = 0;
  #ended = [];
  #prepared = null;
  #isLeft = false;

  /**
   * @param {import("../offline/outbox.js").Kept} kept what is known; `file` may be missing
   * @param {object} to where it belongs, as `send` takes it
   * @param {number} most bytes that it may have
   * @param {(transfer: Transfer) => void} changed called after every change
   */
  constructor(kept, to, most, changed) {
    this.kept = kept;
    this.most = most;
    this.to = to;
    this.changed = changed;
    if (kept.sha256) this.held = kept.file ? "whole" : "name";
    if (!kept.file) this.state = "lost";
  }

  get id() { return this.kept.requirement; }
  get total() { return this.kept.size; }
  /** Whether it still means to arrive by itself. */
  get isUnderWay() { return ["waiting", "sending", "stalled", "paused"].includes(this.state); }
  /** Whether it goes on by itself after this page. */
  get outlivesPage() { return this.held === "whole"; }
  get isActive() { return this.state === "sending" || this.state === "stalled"; }

  /** Bytes per second lately; 0 while that is not known. */
  get speed() {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    return first && last.at > first.at ? ((last.received - first.received) * 1000) / (last.at - first.at) : 0;
  }

  async run() {
    this.#stop = new AbortController();
    this.#samples = [];
    const { signal } = this.#stop;
    this.#become("sending");
    try {
      await this.#prepare();
      signal.throwIfAborted();
      await this.#alone(signal, () => send(this.kept.file, this.to, {
        sha256: this.kept.sha256,
        signal,
        store: { url: this.kept.url, keep: (url) => this.#began(url) },
        onProgress: (received, _total, { waiting }) => this.#moved(received, waiting),
      }));
      await this.#forget();
      this.#become("arrived");
    } catch (error) {
      if (!signal.aborted) await this.#failed(error);
    }
  }

  /** Whether its page alone has it, and never asked the phone to keep it. */
  get isUnkept() { return this.held === null && this.isUnderWay && !this.#isLeft; }

  /** Have the phone keep it before its turn: its page is about to be left. */
  outlive() {
    this.#isLeft = true;
    return this.#prepare();
  }

  pause() {
    this.#become("paused");
    this.#stop.abort();
  }

  /** Wait for its turn again. */
  resume() { this.#become("waiting"); }

  /** The same, also from between two tries. */
  resumeNow() {
    if (this.isActive) this.pause();
    this.resume();
  }

  /** @returns {Promise<import("../offline/deliver.js").Arrival>} once it has arrived, or does not go on. */
  ended() {
    return new Promise((resolve) => {
      this.#ended.push(resolve);
      this.#tell();
    });
  }

  /** What a state comes to for who waits for the file; nothing while it moves. */
  get #arrival() {
    const { state } = this;
    if (state === "failed") return arrivalOf(this.#status);
    if (state === "lost" || state === "cancelled") return "gone";
    if (state === "stalled" || state === "paused") return "waiting";
    return ["arrived", "refused", "login"].includes(state) ? state : null;
  }

  /** Another one stands still: it will not have its turn now. */
  standStill() {
    if (this.state === "waiting") this.#tell("waiting");
  }

  #tell(arrival = this.#arrival) {
    if (arrival) for (const resolve of this.#ended.splice(0)) resolve(arrival);
  }

  async cancel() {
    this.#become("cancelled");
    this.#stop.abort();
    await this.#forget();
    if (this.kept.url) await cancel(this.kept.url).catch(() => {}); // the server forgets it in a week
  }

  #prepare() {
    const forgetIt = (error) => {
      this.#prepared = null;
      throw error;
    };
    return (this.#prepared ??= this.#keepWhole().catch(forgetIt));
  }

  async #keepWhole() {
    // What cannot be taken is not read either: the server says so before the first byte.
    if (this.kept.sha256 || this.total === 0 || this.total > this.most) return;
    this.kept.sha256 = await digestOf(this.kept.file);
    this.held = await keep(this.kept);
  }

  async #forget() {
    if (this.held) await forget(this.kept.id);
  }

  /** The same file in two tabs goes up in one of them; the other then finds it there. */
  #alone(signal, act) {
    return navigator.locks ? navigator.locks.request(`unggah ${this.kept.id}`, { signal }, act) : act();
  }

  #began(url) {
    if (url === this.kept.url) return;
    this.kept.url = url;
    if (this.held) note(this.kept.id, { url });
  }

  #moved(received, waiting) {
    if (this.#stop.signal.aborted) return;
    this.received = received;
    const now = performance.now();
    this.#samples = this.#samples.filter((sample) => now - sample.at < SPEED_OVER_MS);
    this.#samples.push({ at: now, received });
    this.#become(waiting ? "stalled" : "sending");
  }

  async #failed(error) {
    const status = error instanceof NotSent ? error.status : -1;
    this.#status = Math.max(status, 0);
    this.sentence = error instanceof NotSent && status >= 400 && status < 600 ? error.message : "";
    if (SAID_BY_THE_SLOT.has(status)) {
      await this.#forget();
      this.#become("refused");
    } else if (error?.name === "NotReadableError" || error?.name === "NotFoundError") {
      this.#become("lost");
    } else this.#become(status === 401 ? "login" : "failed");
    if (status === -1 && this.state === "failed") reportError(error);
  }

  #become(state) {
    if (this.state === "cancelled") return;
    this.state = state;
    this.changed(this);
    this.#tell();
  }
}
