/**
 * An application's form is sent by way of the outbox: first it is on the phone, then on its way.
 * On a good line the resident notices nothing; on none, the form says what becomes of it.
 */
import { newCard, show } from "./cards.js";
import { deliver } from "./deliver.js";
import { account } from "./frame.js";
import { fileId, parcelId } from "./mark.js";
import { hold, onNews, waitingAt } from "./outbox.js";
import { heedButtons, sendFilesBy, sendNow, uploadDirectly, wakeLater, watch } from "./waiting.js";

/** A line that is good has answered by then. */
const PATIENCE_MS = 1_500;
const KEY = "form_key";

const placeOf = ({ dataset }) => dataset.reference || dataset.service;
const uploads = () => import("../upload/page.js");

const chosen = (form) => [...form.querySelectorAll("input[type=file][data-requirement]")].filter((one) => one.files.length);

/** Return what is on its way from this page, and what is only chosen yet. */
const filesOf = async (form, place) => {
  const inputs = chosen(form);
  const moving = document.querySelector("[data-testid=upload-progress][data-state]") ? await (await uploads()).underWay() : [];
  const isMoving = (input) => moving.some(({ requirement }) => requirement === input.dataset.requirement);
  const single = inputs.filter((input) => input.files.length === 1 && !isMoving(input)).map((input) => {
    const [[file], { requirement }] = [input.files, input.dataset];
    const id = fileId(account(), place, requirement);
    return { id, kind: "file", account: account(), place, requirement, file, name: file.name, size: file.size, sha256: "", url: "" };
  });
  const bundles = inputs.filter((input) => input.files.length > 1).map((input) => ({ name: input.name, files: [...input.files] }));
  return { files: [...moving, ...single], bundles };
};

const packed = (form, place, bundles) => {
  const { service, reference, upload: endpoint } = form.dataset;
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== KEY && name !== "action");
  const key = form.elements[KEY].value;
  return {
    id: parcelId(account(), place), kind: "form", account: account(), place, action: form.getAttribute("action"),
    key, mark: crypto.randomUUID(), fields, bundles, to: { endpoint, service, reference, formKey: key },
    title: document.querySelector("h1").textContent, at: Date.now(), state: "waiting", leads: "",
  };
};

/** Go to an address as a form's answer does: also where one is already. */
const goTo = (to) => {
  const there = new URL(to, location.href);
  if (there.pathname + there.search !== location.pathname + location.search) return location.assign(there);
  history.scrollRestoration = "manual";
  history.replaceState(null, "", there);
  location.reload();
};

/** What the form says of its application, above its buttons. */
class Note {
  #card = null;
  #timer = 0;

  constructor(form) {
    this.form = form;
    this.region = form.querySelector("[data-outbox-note]");
  }

  /** Have the words ready before they are needed: there may be no line then. */
  async prepare(by) {
    const card = await newCard();
    if (this.#card) return;
    this.#card = card;
    heedButtons(card, by);
  }

  say(parcel, how) {
    this.hush();
    const shown = show(this.#card, parcel, { ...how, isHere: true });
    if (this.#card.isConnected) return shown;
    this.region.append(this.#card);
    // The button that was pressed follows the reader; its answer stands at the form's end.
    return shown.then(() => this.#card.scrollIntoView({ block: "center" }));
  }

  /** Say it when there is still nothing better to say. */
  sayLater(parcel, how) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.say(parcel, how), PATIENCE_MS);
  }

  hush() { clearTimeout(this.#timer); }

  remove() {
    this.hush();
    this.#card?.remove();
  }
}

/** A store that is full, or is none. */
const NO_ROOM = ["QuotaExceededError", "UnknownError", "DataCloneError", "InvalidStateError"];

/** The way of one form through the outbox. */
class Outgoing {
  /** What the phone had no room for: it lives as long as this page. */
  #unkept = null;
  #current = null;
  #isEdited = false;
  /** What was said last of this form's sending, by whoever sends. */
  #news = null;

  /**
   * @param {HTMLFormElement} form
   * @param {string} draft  Id of what is kept of it while it is typed.
   */
  constructor(form, draft) {
    this.form = form;
    this.draft = draft;
    this.place = placeOf(form);
    this.note = new Note(form);
    sendFilesBy((...args) => this.#sendFile(...args));
    form.addEventListener("input", () => { this.#isEdited = true; });
    addEventListener("beforeunload", (event) => this.#unkept && event.preventDefault());
    addEventListener("online", () => this.#unkept && this.#sendUnkept());
    onNews((news) => this.#hear(news));
  }

  /** Have ready what must be said when the line is gone. */
  async prepare() {
    await this.note.prepare({
      find: () => waitingAt(account(), this.place),
      again: () => this.#unkept && this.send(),
    });
    this.form.dataset.ready = "";
  }

  /** Show that the form's application waits: `parcel` was read of the outbox after this was made. */
  async resume(parcel) {
    await this.prepare();
    this.#takeOn(parcel);
    this.#isEdited = false;
    // What waits is sent while the form gets ready: it may be over already.
    if (this.#news?.mark === parcel.mark) await this.#ended(this.#news);
    else await this.note.say(parcel);
    await watch();
  }

  /** Send the form: what is in it is kept first. */
  async send() {
    const { form, place, note } = this;
    if (form.ariaBusy === "true") return;
    form.ariaBusy = "true";
    await this.prepare();
    const { files, bundles } = await filesOf(form, place);
    const parcel = packed(form, place, bundles);
    this.#isEdited = false;
    if (!(await this.#keep(parcel, files))) return;
    if (!navigator.onLine) note.say(this.#current);
    else if (files.length) note.say(this.#current, { state: "files", n: files.length });
    else note.sayLater(this.#current, { state: "sending" });
    sendNow();
  }

  async #keep(parcel, files) {
    try {
      this.#takeOn(await hold(parcel, files, this.draft));
    } catch (error) {
      if (!NO_ROOM.includes(error.name)) throw error;
      this.#takeOn(parcel);
      this.#unkept = { parcel, files };
      await this.note.say(parcel, { state: "full" });
      await this.#sendUnkept();
      return false;
    }
    this.#unkept = null;
    this.#settled();
    await wakeLater();
    return true;
  }

  /** From now on it is this form that says what becomes of `parcel`. */
  #takeOn(parcel) {
    this.#current = parcel;
    this.form.dataset.mark = parcel.mark;
  }

  /** Whoever is about to `resume` is told then what was said before. */
  #hear(news) {
    if (news.place === this.place) this.#news = news;
    return news.mark === this.#current?.mark && this.#ended(news);
  }

  async #sendUnkept() {
    const { parcel, files } = this.#unkept;
    const outcome = await deliver(parcel, files, (...args) => this.#sendFile(...args));
    const isOver = outcome.state === "sent" || outcome.state === "attention";
    if (isOver) this.#unkept = null;
    this.#ended(isOver ? outcome : { state: "full" });
  }

  /** Files go by the transfers that this page shows; what it does not show goes by itself. */
  async #sendFile(parcel, file) {
    const isOurs = parcel.place === this.place && parcel.account === account();
    const arrival = isOurs ? await uploads().then((here) => here.arrivalOf(file), () => null) : null;
    return arrival ?? uploadDirectly(parcel, file);
  }

  #ended({ state, to = "" }) {
    const { form, note } = this;
    form.ariaBusy = null;
    if (state === "removed") return note.remove();
    const isDone = state === "sent" || state === "attention";
    if (!isDone || this.#isEdited) return note.say(this.#current, { state, to });
    this.#settled();
    note.hush();
    return goTo(to);
  }

  /** Nothing is lost if the page is left now. */
  #settled() { this.form.dispatchEvent(new Event("settled", { bubbles: true })); }
}

export const outgoing = (form, draft) => new Outgoing(form, draft);
