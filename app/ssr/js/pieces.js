// A page comes alive piece by piece: between two of them the browser answers whoever reads it.
// Preact keeps the document of a component that is not ready while it hydrates; here none is, once time is up.
import { options } from "preact";

/** A processor that is four times slower is busy for a twentieth of a second then. */
const AT_ONCE_MS = 5;
const ELEMENTS = new Set(["article", "section", "header", "footer", "nav", "form", "fieldset", "details", "li", "tr"]);
/** What is thrown where time is up; to Preact it is a promise. */
const LATER = { then: () => {} };

let until = Infinity;
const waiting = [];

const caught = options.__e;
options.__e = (error, vnode, ...rest) => (error === LATER ? waiting.push(vnode.__c) : caught(error, vnode, ...rest));

/** One element, whose insides come alive when there is time. */
export function Piece({ element }) {
  if (performance.now() > until) throw LATER;
  return element;
}

/** Whether elements of this name are pieces. */
export const isPiece = (name) => ELEMENTS.has(name);

/** Begin a stretch of work. */
export const begin = () => { until = performance.now() + AT_ONCE_MS; };

const later = (act) => (self.requestIdleCallback ?? setTimeout)(act, { timeout: 200 });

/** Bring what waits to life, a stretch at a time; then call `done`. */
export const finish = (done) => later(() => {
  if (!waiting.length) {
    until = Infinity;
    return done();
  }
  begin();
  for (const piece of waiting.splice(0)) piece.forceUpdate();
  return finish(done);
});
