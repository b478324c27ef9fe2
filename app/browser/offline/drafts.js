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
import { account, hush, say } from "./say.js";
import { result, transact } from "./store.js";

const PAUSE_MS = 300;
const KEY = "form_key";

const typedIn = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== KEY);

const isAsTyped = (form, typed) => JSON.stringify(typedIn(form)) === JSON.stringify(typed);

const put = (form, typed) => {
  const fields = typed.filter(([name]) => form.elements[name]);
  for (const input of form.querySelectorAll("input[type=checkbox]")) input.checked = false;
  // A name that stands several times is radio buttons, or hidden beside them: the value chooses.
  for (const [name, value] of fields) {
    const found = form.elements[name];
    if (found.type === "checkbox") found.checked = found.value === value;
    else found.value = value;
  }
};

/** What decides about a draft that is found when a form is opened. */
const isCurrent = (draft, version, isCopy) => isCopy || (draft.version === version && !(draft.sent && version === ""));
const hasArrived = (draft, version) => draft.sent && draft.version !== version;

/**
 * Keep what is typed into `form` from now on, and bring back what was typed before.
 * @param {HTMLFormElement} form
 */
export const keepTyped = async (form) => {
  const isCopy = document.documentElement.dataset.kept !== undefined;
  // The property of that name is one of the form's buttons.
  const id = `${account()} ${form.getAttribute("action")}`;
  const { version } = form.dataset;
  // The key of a kept form may be spent: another application must not be taken for that one.
  if (isCopy) form.elements[KEY].defaultValue = form.elements[KEY].value = crypto.randomUUID();

  const inDrafts = (mode, act) => transact(["drafts"], mode, act);
  const save = (sent) => {
    const draft = { id, account: account(), version, sent, typed: typedIn(form) };
    return inDrafts("readwrite", async (drafts) => { drafts.put(draft); });
  };
  const drop = () => inDrafts("readwrite", async (drafts) => { drafts.delete(id); });

  let timer = 0;
  const saveNow = (sent) => {
    clearTimeout(timer);
    timer = 0;
    return save(sent);
  };
  let isOurs = false;
  /** Let other scripts of the form see what was put in; it need not be kept again. */
  const announce = () => {
    isOurs = true;
    form.querySelector("input")?.dispatchEvent(new Event("input", { bubbles: true }));
    isOurs = false;
  };
  const onTyped = () => {
    if (isOurs) return;
    clearTimeout(timer);
    timer = setTimeout(saveNow, PAUSE_MS, false);
  };
  const take = (draft) => {
    put(form, draft.typed);
    announce();
    return save(false);
  };
  const forget = (name) => {
    clearTimeout(timer);
    hush(name);
    return drop();
  };
  const watch = () => {
    form.addEventListener("input", onTyped);
    addEventListener("submit", ({ target, defaultPrevented }) => target === form && !defaultPrevented && saveNow(true));
    addEventListener("pagehide", () => timer && saveNow(false));
  };

  watch();
  const draft = await inDrafts("readonly", (drafts) => result(drafts.get(id)));
  if (!draft || isAsTyped(form, draft.typed)) return;
  if (!isCopy && hasArrived(draft, version)) return drop();
  if (isCurrent(draft, version, isCopy)) {
    await take(draft);
    (await say("draft")).querySelector("button").addEventListener("click", () => {
      form.reset();
      announce();
      forget("draft");
    });
    return;
  }
  const [use, discard] = (await say("draft-other")).querySelectorAll("button");
  use.addEventListener("click", () => take(draft).then(() => hush("draft-other")));
  discard.addEventListener("click", () => forget("draft-other"));
};
