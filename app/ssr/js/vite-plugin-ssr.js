// What Vite is told, so that phones get no more of Reflex's pages than they need.
import { basename } from "node:path";

// Modules that the browser and the renderer get in place of the ones that are asked for.
const STAND_INS = {
  "react-router": "$/utils/mini-router.js",
  "@emotion/react": "$/utils/emotion-lite.js",
  "$/utils/react-theme": "$/utils/theme-lite.js",
  mergician: "$/utils/merge-lite.js",
  "universal-cookie": "$/utils/cookie-lite.js",
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react-dom/client": "preact/compat/client",
  "react-dom/server": "preact-render-to-string",
  "react/jsx-runtime": "preact/jsx-runtime",
};

function standIns() {
  return {
    name: "ssr-stand-ins",
    enforce: "pre",
    resolveId(source, importer) {
      const target = STAND_INS[source];
      return target ? this.resolve(target, importer, { skipSelf: true }) : null;
    },
  };
}

const PARTS = "/app_components/";
const PAGES = "/app/routes/";

/**
 * Gives each page a copy of the module that holds the live parts of all pages: what a page does not
 * name falls out of its copy. Shared, all of it would go to whoever opens any page.
 */
function ownParts() {
  return {
    name: "ssr-own-parts",
    enforce: "pre",
    async resolveId(source, importer, { ssr }) {
      if (ssr || !source.includes(PARTS) || !importer?.includes(PAGES)) return null;
      const parts = await this.resolve(source, importer, { skipSelf: true });
      return parts && { ...parts, id: `${parts.id}?of=${encodeURIComponent(basename(importer))}` };
    },
    transform(code, id) {
      if (!id.includes(PARTS)) return null;
      // What developers' tools would call a part, hundreds of times.
      return code.replace(/^\w+\.displayName = "\w+";$/gm, "");
    },
  };
}

const OTHER_WAYS = /^\s*(polling|webtransport): \w+,\n/gm;

/** Leaves out of Engine.IO the ways to connect that Reflex, which names the websocket, never takes. */
function websocketsOnly() {
  return {
    name: "ssr-websockets-only",
    enforce: "pre",
    transform(code, id) {
      if (!id.endsWith("/engine.io-client/build/esm/transports/index.js")) return null;
      const left = code.replace(OTHER_WAYS, "");
      if (left === code) throw new Error(`not the transports of Engine.IO: ${id}`);
      return left;
    },
  };
}

export default () => [standIns(), ownParts(), websocketsOnly()];
