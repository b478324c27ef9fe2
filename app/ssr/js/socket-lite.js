// Stands in for socket.io-client, of whose ways Reflex takes one: text over a websocket, one namespace, nothing
// acknowledged. It connects when it is told to; when to do so again is for Reflex's own code to say.
// What goes over the line is Engine.IO 4 (the first digit of a frame) and, in its messages, Socket.IO 5 (the next).
const [OPEN, CLOSE, PING, PONG, MESSAGE] = "01234";
const [CONNECT, DISCONNECT, EVENT, , CONNECT_ERROR] = [0, 1, 2, 3, 4];
const EVENT_TEXT = /^(\d*)(\[.*)$/s;

class Client {
  connected = false;
  /** By `$` and name, as Reflex looks for them when it sends files. */
  _callbacks = {};
  /** The websocket, from when it is opened until it has ended. */
  #wire = null;
  /** Whether the server has greeted the wire. */
  #isOpen = false;
  /** Whether the namespace is asked for: before, a wire may be opened ahead of its need. */
  #isWanted = false;
  /** What came before the namespace was granted. */
  #early = [];
  #patience = 0;
  #silence;
  #opened;

  constructor(href, { path, query, transports, protocols }) {
    const { origin, pathname } = new URL(href);
    this.namespace = pathname === "/" ? "" : `${pathname},`;
    const encode = ({ type, data }) => [`${type}${this.namespace}${JSON.stringify(data, this.io.encoder.replacer) ?? ""}`];
    this.io = {
      opts: { path, query, transports, protocols, origin },
      encoder: { encode, replacer: undefined },
      decoder: { tryParse: JSON.parse },
      engine: { transport: { name: "websocket" }, _maxPayload: Infinity },
      open: (told) => this.#open(told),
    };
  }

  on(name, heed) { (this._callbacks[`$${name}`] ??= []).push(heed); }
  off() { this._callbacks = {}; }
  #tell(name, ...news) { for (const heed of this._callbacks[`$${name}`] ?? []) heed(...news); }

  connect() {
    if (this.connected) return;
    this.#isWanted = true;
    if (this.#isOpen) this.#greet();
    else this.#open();
  }

  disconnect() {
    const wasConnected = this.connected;
    if (wasConnected) this.#send({ type: DISCONNECT });
    this.#hangUp();
    if (wasConnected) this.#tell("disconnect", "io client disconnect");
  }

  emit(...event) {
    if (this.connected) this.#send({ type: EVENT, data: event });
  }

  #greet() { this.#send({ type: CONNECT, data: this.auth }); }

  #send(packet) {
    for (const text of this.io.encoder.encode(packet)) this.#wire.send(MESSAGE + text);
  }

  #open(told) {
    if (this.#wire) return;
    const { origin, path, query, protocols } = this.io.opts;
    const asked = new URLSearchParams({ ...query, EIO: 4, transport: "websocket" });
    this.#opened = told;
    this.#wire = new WebSocket(`${origin}${path.replace(/\/?$/, "/")}?${asked}`, protocols);
    this.#wire.onmessage = ({ data }) => this.#hear(data);
    this.#wire.onclose = () => this.#end("transport close");
    addEventListener("offline", this.#lost);
  }

  #lost = () => this.#end("transport close");

  #hear(frame) {
    const text = frame.slice(1);
    if (frame[0] === OPEN) this.#begin(JSON.parse(text));
    if (frame[0] === PING) {
      this.#wire.send(PONG);
      this.#wait();
    }
    if (frame[0] === MESSAGE) this.#take(Number(text[0]), text.slice(1));
    if (frame[0] === CLOSE) this.#end("transport close");
  }

  #begin({ pingInterval, pingTimeout, maxPayload }) {
    this.#isOpen = true;
    this.#patience = pingInterval + pingTimeout;
    this.io.engine._maxPayload = maxPayload;
    this.#wait();
    this.#opened?.();
    if (this.#isWanted) this.#greet();
  }

  /** A server that is there says so now and then. */
  #wait() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#end("ping timeout"), this.#patience);
  }

  #take(type, text) {
    if (!text.startsWith(this.namespace)) return;
    const said = text.slice(this.namespace.length);
    if (type === CONNECT) this.#granted();
    if (type === EVENT) this.#heed(said);
    if (type === DISCONNECT) this.#end("io server disconnect");
    if (type === CONNECT_ERROR) this.#refused(JSON.parse(said));
  }

  #granted() {
    this.connected = true;
    for (const said of this.#early.splice(0)) this.#heed(said);
    this.#tell("connect");
  }

  #heed(said) {
    if (!this.connected) return this.#early.push(said);
    const event = this.io.decoder.tryParse(EVENT_TEXT.exec(said)?.[2] ?? "");
    if (event) this.#tell(...event);
    else this.#end("parse error");
  }

  #refused({ message }) {
    this.#hangUp();
    this.#tell("connect_error", new Error(message));
  }

  /** The wire has ended by itself. */
  #end(reason) {
    const [wasOpen, isWanted, told] = [this.#isOpen, this.#isWanted, this.#opened];
    this.#hangUp();
    const error = new Error(reason);
    if (!wasOpen) told?.(error);
    if (!isWanted) return;
    if (wasOpen) this.#tell("disconnect", reason);
    else this.#tell("connect_error", error);
  }

  #hangUp() {
    const wire = this.#wire;
    clearTimeout(this.#silence);
    removeEventListener("offline", this.#lost);
    [this.#wire, this.#isOpen, this.#isWanted, this.connected] = [null, false, false, false];
    this.#early = [];
    if (!wire) return;
    wire.onmessage = wire.onclose = null;
    wire.close();
  }
}

const io = (href, options) => new Client(href, options);
export default io;
