// What Vite is told, so that phones get no more of Reflex's pages than they need.
import { basename } from "node:path";

// Modules that the browser and the renderer get in place of the ones that are asked for.
const STAND_INS = {
  "react-router": "$/utils/mini-router.js",
  "@emotion/react": "$/utils/emotion-lite.js",
  "$/utils/react-theme": "$/utils/theme-lite.js",
  mergician: "$/utils/merge-lite.js",
  "universal-cookie": "$/utils/cookie-lite.js",
  "socket.io-client": "$/utils/socket-lite.js",
  "$/utils/helpers/upload": "$/utils/upload-late.js",
  react: "preact/compat",
  "react-dom": "preact/compat",
  "react-dom/client": "preact/compat/client",
  "react-dom/server": "preact-render-to-string",
  "react/jsx-runtime": "preact/jsx-runtime",
};

const isOurs = (name, source) => name.startsWith("$/") && source.endsWith(name.slice(1));

function standIns() {
  return {
    name: "ssr-stand-ins",
    enforce: "pre",
    resolveId(source, importer) {
      // Where `$/` leads has been put in its place by now.
      const target = STAND_INS[source] ?? Object.entries(STAND_INS).find(([name]) => isOurs(name, source))?.[1];
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

export default () => [standIns(), ownParts()];
