// Sends one file so that it survives a line that breaks, a page that closes, a server that restarts.
// Works in pages and in service workers; it knows no document.
import Upload from "tus-js-client/lib/upload.js";
import { reader, stack } from "./http.js";

const KIB = 1024;
/** A piece should take some seconds: long enough for the line, short enough to lose. */
const [LEAST, FIRST, MOST] = [32 * KIB, 64 * KIB, 256 * KIB];
const PIECE_MS = 4_000;
/** Beyond any limit of Loket; such a file is refused before it is read. */
const TOO_LARGE_TO_HASH = 64e6;
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000, ...Array(30).fill(15_000)];
/** Answers that are no answer yet: the line, the server, or another piece was faster. */
const PASSING = new Set([0, 408, 409, 423, 425, 502, 503, 504]);
/** The upload is not there any more, or its bytes were not this file's: begin it anew, once. */
const BEGIN_ANEW = new Set([404, 410, 460]);

/**
 * Why a file did not arrive. `status` is the server's answer, or 0 when the line stayed dead;
 * `message` is the server's sentence for people, or empty.
 */
export class NotSent extends Error {
  constructor(status, sentence = "") {
    super(sentence);
    this.name = "NotSent";
    this.status = status;
  }
}

/** Return the SHA-256 of a file as hex; empty where the browser has none or the file is too large. */
export const digestOf = async (file) => {
  if (!globalThis.crypto?.subtle || file.size > TOO_LARGE_TO_HASH) return "";
  const hash = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const nextSize = (size, tookMs) => {
  const fitting = (size * PIECE_MS) / Math.max(tookMs, 1);
  const steady = Math.min(fitting, size * 2);
  return Math.round(Math.min(MOST, Math.max(LEAST, steady)) / KIB) * KIB;
};

const metadataOf = (file, to, sha256) => {
  const told = { requirement: to.requirement, filename: file.name || "berkas", kind: file.type, sha256 };
  const place = to.reference ? { reference: to.reference } : { service: to.service, form_key: to.formKey };
  return Object.fromEntries(Object.entries({ ...told, ...place }).filter(([, value]) => value));
};

const failure = (error) => {
  const answer = error.originalResponse;
  return answer ? new NotSent(answer.getStatus(), answer.getBody()) : new NotSent(0);
};

/** Make one try, which itself tries again whenever the line comes back. */
const attempt = (file, to, sha256, { onProgress, signal, store, pauses = PAUSES_MS }) => new Promise((resolve, reject) => {
  let began = 0;
  let received = 0;
  let waiting = false;
  let isAhead = false;
  const again = () => waiting && upload.abort().then(() => signal?.aborted || upload.start());
  const stop = () => upload.abort().then(() => end(reject, signal.reason));
  const end = (settle, value) => {
    globalThis.removeEventListener?.("online", again);
    signal?.removeEventListener("abort", stop);
    settle(value);
  };
  const upload = new Upload(file, {
    ...Upload.defaultOptions,
    endpoint: new URL(to.endpoint ?? "/unggah", globalThis.location?.href).href,
    uploadUrl: store?.url || null,
    metadata: metadataOf(file, to, sha256),
    chunkSize: FIRST,
    retryDelays: pauses,
    headers: to.account ? { "Loket-Account": to.account } : {},
    storeFingerprintForResuming: false,
    fingerprint: async () => null,
    httpStack: stack,
    fileReader: reader,
    onUploadUrlAvailable: () => store?.keep?.(upload.url),
    onBeforeRequest: (request) => {
      [waiting, began] = [false, performance.now()];
      if (request.getMethod() !== "PATCH" || !isAhead) return;
      isAhead = false;
      throw new Error("the server has some of it already: ask it where to go on");
    },
    // A creation that was answered before, or by another page, is answered with that upload.
    onAfterResponse: (request, answer) => {
      if (request.getMethod() === "POST") isAhead = Number(answer.getHeader("Upload-Offset")) > 0;
    },
    onShouldRetry: (error) => {
      upload.options.chunkSize = Math.max(LEAST, upload.options.chunkSize / 2);
      waiting = PASSING.has(error.originalResponse?.getStatus() ?? 0);
      if (waiting) onProgress?.(received, file.size, { waiting });
      return waiting;
    },
    onProgress: (durable, total) => {
      received = durable;
      onProgress?.(received, total, { waiting });
    },
    onChunkComplete: (size) => {
      if (size >= upload.options.chunkSize) upload.options.chunkSize = nextSize(size, performance.now() - began);
    },
    onSuccess: () => end(resolve),
    onError: (error) => end(reject, failure(error)),
  });
  globalThis.addEventListener?.("online", again);
  signal?.addEventListener("abort", stop);
  if (signal?.aborted) stop();
  else upload.start();
});

/**
 * Send a file; resolve when the server has acknowledged all of it.
 *
 * @param {File} file
 * @param {{requirement: string, service?: string, formKey?: string, reference?: string, endpoint?: string,
 *   account?: string}} to  the form it belongs to (`service` and `formKey`), or the case (`reference`);
 *   `account` is whose it is: the server takes it from nobody else
 * @param {{onProgress?: (received: number, total: number, how: {waiting: boolean}) => void,
 *   signal?: AbortSignal, sha256?: string, pauses?: number[], store?: {url?: string, keep?: (url: string) => void}}} [by]
 *   `received` counts bytes that are durable on the server. `store` remembers where the upload
 *   stands; without one the server finds it again by the file's SHA-256.
 * @throws {NotSent} the server refused it, or the line stayed dead for minutes
 * @throws whatever `signal` was aborted with; the upload stays, and may go on later
 */
export const send = async (file, to, by = {}) => {
  const sha256 = by.sha256 ?? (await digestOf(file));
  try {
    await attempt(file, to, sha256, by);
  } catch (error) {
    if (!BEGIN_ANEW.has(error?.status)) throw error;
    await attempt(file, to, sha256, { ...by, store: { ...by.store, url: undefined } });
  }
};

/** Take an upload back; one that is gone already is what was asked for. */
export const cancel = async (url) => {
  await fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" }, credentials: "same-origin" });
};
