// Files under way, kept on the phone until the server has them: they outlive a closed page.
// The server has the browser forget them at sign-out (Clear-Site-Data).

const [DATABASE, FILES] = ["loket-unggah", "files"];
/** Whether there is anything to look for, answered without opening the database. */
const MARK = "loket-unggah";
const LIVES_MS = 7 * 24 * 3600e3;

/**
 * @typedef {{id: string, account: string, place: string, requirement: string, name: string,
 *   size: number, sha256: string, url: string, received: number, at: number, file: File|null}} Kept
 */

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
const database = () => {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(FILES, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
};

const files = async (mode) => (await database()).transaction(FILES, mode).objectStore(FILES);

/** Tell whether anything may be kept here. */
export const mayHaveAny = () => localStorage.getItem(MARK) !== null;

const put = async (kept) => {
  await asked((await files("readwrite")).put(kept));
  localStorage.setItem(MARK, "1");
};

/**
 * Keep a file and where it stands.
 *
 * @returns {Promise<"whole"|"name"|"">} its bytes too; all but its bytes, where there is no room
 *   for them; or nothing, on a phone that keeps nothing: such a file is sent all the same
 */
export const keep = (kept) => put(kept).then(() => "whole",
  () => put({ ...kept, file: null }).then(() => "name", () => ""));

/** Change what is known of a kept file, if it is still kept. */
export const note = async (id, facts) => {
  const kept = await asked((await files("readonly")).get(id));
  if (kept) await asked((await files("readwrite")).put({ ...kept, ...facts }));
};

/** Forget a file. */
export const forget = async (id) => {
  await asked((await files("readwrite")).delete(id));
  if ((await asked((await files("readonly")).count())) === 0) localStorage.removeItem(MARK);
};

/**
 * Return what one account has not finished at one place. Another account's files are forgotten:
 * who signs in on a lent phone must not find them, nor may they stay.
 *
 * @returns {Promise<Kept[]>}
 */
export const unfinished = async (account, place) => {
  const all = await asked((await files("readonly")).getAll());
  const isOurs = (kept) => kept.account === account && Date.now() - kept.at < LIVES_MS;
  for (const kept of all) if (!isOurs(kept)) await forget(kept.id);
  return all.filter((kept) => isOurs(kept) && kept.place === place);
};
