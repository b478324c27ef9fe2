// Bundled into one file and run by bun: pages in over a unix socket, documents out.
// Frames both ways: u32 big endian length, JSON header, "\n", body.
import fs from "node:fs";
import net from "node:net";
import zlib from "node:zlib";
import * as build from "./build/server/index.js";
import LOADER from "./build/ssr/loader.min.js" with { type: "text" };

const { renderDocument } = build.entry.module;
const MAX_FRAME = 16 * 1024 * 1024;
const BROTLI = {
  params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4, [zlib.constants.BROTLI_PARAM_MODE]: zlib.constants.BROTLI_MODE_TEXT },
};

const attribute = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;");
const links = (files) => files.map((file) => `<link rel="stylesheet" href="${attribute(file)}">`).join("");

/** Every page by its pattern: its component, its files, and the loader's data about them. */
const pages = new Map();
const entry = build.assets.entry;
const root = build.assets.routes.root;
for (const route of Object.values(build.routes)) {
  if (route.id === "root") continue;
  const files = build.assets.routes[route.id];
  const modules = new Set([files.module, ...files.imports, entry.module, ...entry.imports]);
  const pattern = route.path ?? "";
  pages.set(pattern, {
    Page: route.module.default,
    css: links([...new Set([...(root.css ?? []), ...(files.css ?? [])])]),
    loader:
      `data-page="${attribute(files.module)}" data-entry="${attribute(entry.module)}" ` +
      `data-preload="${attribute([...modules].join(" "))}" data-pattern="${attribute(pattern)}"`,
  });
}

/** To who has no scripts a shell says so in the app's words, and is asked for again until it is drawn. */
const AGAIN = `<noscript><meta http-equiv="refresh" content="2">__undrawn__</noscript>`;

function documentOf({ pattern, url, nonce, mode }, state) {
  const page = pages.get(pattern);
  if (!page) throw new Error(`no page for the pattern ${JSON.stringify(pattern)}`);
  const render = (tail) => renderDocument(page.Page, pattern, url, state, page.css, tail);
  if (mode === "still") return render("");
  const data = state ? `<script type="application/json" id="rx-state">${state}</script>` : "";
  const shell = mode === "shell" ? " data-shell" : "";
  const again = shell && AGAIN;
  return render(`${data}<script nonce="${attribute(nonce)}" ${page.loader}${shell}>${LOADER}</script>${again}`);
}

function compressed(html, encoding) {
  if (encoding === "br") return zlib.brotliCompressSync(html, BROTLI);
  if (encoding === "gzip") return zlib.gzipSync(html, { level: 5 });
  return Buffer.from(html);
}

function answer(frame) {
  const end = frame.indexOf(10);
  const request = JSON.parse(frame.subarray(0, end).toString());
  try {
    const html = documentOf(request, frame.subarray(end + 1).toString());
    return [{ id: request.id }, compressed(html, request.encoding)];
  } catch (error) {
    return [{ id: request.id, error: String(error?.stack ?? error) }, Buffer.alloc(0)];
  }
}

function send(socket, header, body) {
  const head = Buffer.from(JSON.stringify(header) + "\n");
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length + body.length);
  socket.write(Buffer.concat([length, head, body]));
}

function serve(socket) {
  let buffer = Buffer.alloc(0);
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => {
    buffer = buffer.length ? Buffer.concat([buffer, data]) : data;
    while (buffer.length >= 4) {
      const length = buffer.readUInt32BE(0);
      if (length > MAX_FRAME) return socket.destroy();
      if (buffer.length < 4 + length) break;
      send(socket, ...answer(buffer.subarray(4, 4 + length)));
      buffer = buffer.subarray(4 + length);
    }
  });
}

// At build time: every page without state, kept for the day when there is no renderer.
function shells() {
  const all = {};
  for (const pattern of pages.keys()) {
    const url = "/" + pattern.replace(/[:*]/g, "").replace(/\?/g, "");
    all[pattern] = documentOf({ pattern, url, nonce: "__nonce__", mode: pattern === "*" ? "still" : "shell" }, "");
  }
  return JSON.stringify(all);
}

const path = process.argv[2];
if (path === "--shells") {
  fs.writeFileSync(process.argv[3], shells());
  process.exit(0);
}
fs.rmSync(path, { force: true });
net.createServer(serve).listen(path);
// The parent holds our standard input open: when it ends, so do we.
process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
