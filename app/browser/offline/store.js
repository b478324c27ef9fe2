/**
 * What this phone keeps for Loket: one database, every change one transaction of it.
 *
 * `facts` holds `owner` (the account that the copies belong to), `uncertain` (somebody has signed
 * in since, and no page has said yet who), `leaving` (the server is still to be told of a sign-out)
 * and `turn` (counts what was kept).
 */
const NAME = "loket";
const VERSION = 1;
/** Store to the path of its key; null where the key is given from outside. */
const STORES = { facts: null, pages: "path", texts: "path", drafts: "id", outbox: "id" };

let opened = null;

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export const result = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const open = () => {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    for (const [name, keyPath] of Object.entries(STORES)) request.result.createObjectStore(name, keyPath ? { keyPath } : {});
  };
  return result(request).then((database) => {
    const forget = () => { opened = null; };
    database.onclose = forget;  // the browser cleared the site's data
    database.onversionchange = () => { database.close(); forget(); };
    return database;
  });
};

/** Whether anything was ever kept; looking must not make the database. */
export const isThere = async () => !indexedDB.databases || (await indexedDB.databases()).some(({ name }) => name === NAME);

/**
 * Run `act` in one transaction over `stores`; all of it is on disk afterwards, or nothing.
 * @template T
 * @param {string[]} stores
 * @param {IDBTransactionMode} mode
 * @param {(...stores: IDBObjectStore[]) => Promise<T>} act  May only await results of its stores.
 * @returns {Promise<T>} rejects with `QuotaExceededError` when the phone has no room.
 */
export const transact = async (stores, mode, act) => {
  const database = await (opened ??= open().catch((error) => { opened = null; throw error; }));
  const transaction = database.transaction(stores, mode, { durability: "strict" });
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });
  ended.catch(() => {});  // whoever waits below is told
  const found = await act(...stores.map((name) => transaction.objectStore(name))).catch((error) => {
    if (!transaction.error) abort(transaction);
    throw transaction.error ?? error;
  });
  await ended;
  return found;
};

const abort = (transaction) => {
  try {
    transaction.abort();
  } catch (error) {
    if (error.name !== "InvalidStateError") throw error;  // it had ended by itself
  }
};
