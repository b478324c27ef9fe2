// tus-js-client's requests on fetch, which pages and service workers both have.

/** A line is given up when a request takes longer than this at 2 kB/s, the poorest worth waiting for. */
const PATIENCE_MS = 30_000;
const SLOWEST = 2_048;

class Exchange {
  #headers = {};
  #ended = new AbortController();

  constructor(method, url) {
    this.method = method;
    this.url = url;
  }

  getMethod() { return this.method; }
  getURL() { return this.url; }
  setHeader(name, value) { this.#headers[name] = value; }
  getHeader(name) { return this.#headers[name]; }
  /** Bytes that have left the phone mean nothing: progress is what the server has acknowledged. */
  setProgressHandler() {}
  getUnderlyingObject() { return this; }

  async send(body = null) {
    const patience = PATIENCE_MS + ((body?.size ?? 0) / SLOWEST) * 1000;
    const late = setTimeout(() => this.#ended.abort(), patience);
    try {
      const answer = await fetch(this.url, {
        method: this.method,
        headers: this.#headers,
        body,
        signal: this.#ended.signal,
        credentials: "same-origin",
        cache: "no-store",
      });
      const text = await answer.text();
      return {
        getStatus: () => answer.status,
        getHeader: (name) => answer.headers.get(name),
        getBody: () => text,
        getUnderlyingObject: () => answer,
      };
    } finally {
      clearTimeout(late);
    }
  }

  async abort() { this.#ended.abort(); }
}

/** What tus-js-client calls an HTTP stack. */
export const stack = {
  createRequest: (method, url) => new Exchange(method, url),
  getName: () => "fetch",
};

/** What tus-js-client calls a file reader: a Blob is its own. */
export const reader = {
  openFile: async (blob) => ({
    size: blob.size,
    slice: async (start, end) => ({ value: blob.slice(start, end), done: end >= blob.size }),
    close() {},
  }),
};
