/**
 * What is typed into an application is kept on the phone at every change, for its account and form.
 *
 * It comes back when the server has not moved on since: `data-version` says how the form stood there
 * when it was typed. Where the server has something newer, what the phone has is offered, not put in.
 *
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} account
 * @property {string} version  The server's, when it was typed.
 * @property {boolean} sent  The form was sent with it; whether it arrived, nobody said.
 * @property {[string, string][]} typed  Input names and texts, without files.
 */
import { account } from "./frame.js";
import { mayWait, parcelId } from "./mark.js";
import { result, transact } from "./store.js";

const PAUSE_MS = 300;
const KEY = "form_key";

const typedIn = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== KEY);

/** Rows that the form has beside are blank ones, just added. */
const isAsTyped = (form, typed) => {
  const now = new Map(typedIn(form));
  return typed.every(([name, value]) => now.get(name) === value);
};

/**
 * Whether a draft that is found when a form is opened may be put in. One that was sent, when the
 * server has nothing of such a form now, may have become an application: that is for its writer to say.
 */
const isCurrent = (draft, { version, begun }, isCopy) => isCopy || (draft.version === version && !(draft.sent && begun !== "true"));

/** What is typed into one form, on the phone. */
class Typed {
  #timer = 0;
  /** Whether anything was typed since it was last kept elsewhere. */
  #isTyped = false;
  #isOurs = false;

  constructor(form) {
    this.form = form;
    // The property of that name is one of the form's buttons. In either language it is one form.
    this.id = `${account()} ${form.getAttribute("action").replace(/^\/en(?=\/)/, "")}`;
    form.addEventListener("input", () => this.#later());
    addEventListener("submit", ({ target, defaultPrevented }) => target === form && !defaultPrevented && this.save(true));
    addEventListener("pagehide", () => this.#timer && this.save(false));
    addEventListener("parting", ({ detail }) => this.#part(detail));
  }

  /** The draft, or nothing. */
  found() { return transact(["drafts"], "readonly", (drafts) => result(drafts.get(this.id))); }

  /** What waits of this form's sending, or nothing. */
  waiting() {
    const { reference, service } = this.form.dataset;
    const id = parcelId(account(), reference || service);
    return transact(["outbox"], "readonly", (outbox) => result(outbox.get(id)));
  }

  save(sent) {
    this.#stop();
    const { form, id } = this;
    const draft = { id, account: account(), version: form.dataset.version, sent, typed: typedIn(form) };
    return transact(["drafts"], "readwrite", async (drafts) => { drafts.put(draft); });
  }

  /** The page is about to be left: what is kept by then, the browser need not ask about. */
  #part(waits) {
    if (!this.#isTyped) return;
    this.#isTyped = false;
    waits.push(this.save(false).then(() => dispatchEvent(new Event("typed-kept"))));
  }

  drop() {
    this.rest();
    return transact(["drafts"], "readwrite", async (drafts) => { drafts.delete(this.id); });
  }

  /** What was typed last is kept elsewhere. */
  rest() {
    this.#stop();
    this.#isTyped = false;
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  async put(typed) {
    const { restore } = await import("./notices.js");  // which phones have kept
    restore(this.form, typed);
    this.#announce();
  }

  /** Undo what was put in, and forget it. */
  undo() {
    this.form.reset();
    this.#announce();
    return this.drop();
  }

  /** Let other scripts of the form see what was put in; it need not be kept again. */
  #announce() {
    this.#isOurs = true;
    this.form.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
    this.#isOurs = false;
  }

  #later() {
    if (this.#isOurs) return;
    this.#isTyped = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(false), PAUSE_MS);
  }
}

/** Bring a draft back, or offer it; where it is what the server has, it is one no more. */
const bringBack = async (typed, draft, isCopy) => {
  const { form } = typed;
  if (isAsTyped(form, draft.typed)) return isCopy || typed.drop();
  const { hush, say } = await import("./notices.js");
  const take = async () => {
    await typed.put(draft.typed);
    return typed.save(false);
  };
  if (isCurrent(draft, form.dataset, isCopy)) {
    await take();
    (await say("draft")).querySelector("button").addEventListener("click", () => {
      hush("draft");
      typed.undo();
    });
    return;
  }
  const [use, discard] = (await say("draft-other")).querySelectorAll("button");
  use.addEventListener("click", () => take().then(() => hush("draft-other")));
  discard.addEventListener("click", () => {
    hush("draft-other");
    typed.drop();
  });
};

/** Send by the outbox; `load` brings it. Where that is not to be had, the browser sends as ever. */
const sendByOutbox = (form, typed, load) => {
  let isPlain = false;
  addEventListener("submit", (event) => {
    const { target, submitter } = event;
    if (target !== form || submitter?.value !== "submit" || isPlain) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    typed.rest();
    load().then((outbox) => outbox.send()).catch((error) => {
      reportError(error);
      [isPlain, form.ariaBusy] = [true, null];
      form.requestSubmit(submitter);
    });
  }, { capture: true });
  // What it takes to say that there is no line must be here before there is none; else sending asks again.
  const prepare = () => load().then((outbox) => outbox.prepare()).catch(() => {});
  form.addEventListener("focusin", prepare, { once: true });
};

/**
 * Keep what is typed into `form` from now on, and bring back what was typed or sent before.
 * @param {HTMLFormElement} form
 */
export const keepTyped = async (form) => {
  const isCopy = document.documentElement.dataset.kept !== undefined;
  // The key of a kept form may be spent: another application must not be taken for that one.
  const setKey = (key) => { form.elements[KEY].defaultValue = form.elements[KEY].value = key; };
  if (isCopy) setKey(crypto.randomUUID());
  const typed = new Typed(form);
  let outbox = null;
  const load = async () => (outbox ??= (await import("./submit.js")).outgoing(form, typed.id));
  sendByOutbox(form, typed, load);
  // What waits is on its way as soon as a page is open: who listens first, then reads, misses nothing.
  if (mayWait()) await load().catch(() => {});
  const [draft, parcel] = [await typed.found(), await typed.waiting()];
  // Where the server has all of it and asks for more, its own page says so.
  const isOver = parcel?.state === "attention" && !isCopy;
  if (isOver) (await import("./outbox.js")).remove(parcel);
  if (isOver || !parcel) return draft && bringBack(typed, draft, isCopy);
  await typed.put((draft ?? { typed: parcel.fields }).typed);
  setKey(parcel.key);
  await (await load()).resume(parcel);
};
