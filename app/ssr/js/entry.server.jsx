// The renderer's side of the bundle: one page and one state in, a whole document out.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { Route, routeOf } from "react-router";
import { Head } from "@emotion/react";
import { SsrStateContext } from "$/utils/ssr";
import { Layout as Document } from "./_document";
import { EmbedLayout } from "./root";

const within = (Context, value, child) => createElement(Context.Provider, { value }, child);

// The frame around a page is the same for all: rendered once and cut where pages differ.
const frame = renderToString(
  createElement(Document, null, createElement("div", { id: "rx-root" })),
).replace(" suppressHydrationWarning", "");
const [beforeHeadEnds, rest] = frame.split("</head>");
const LANG = /<html( lang="[^"]*")?/;
const [beforePage, afterPage] = rest.split('<div id="rx-root"></div>');

/**
 * Render `Page` at `url` (path and query) with `state` (JSON text, "" for the compiled defaults).
 * `css` goes to the end of the head and `tail` to the end of the body, as they are.
 */
export const renderDocument = (Page, pattern, url, state, css, tail) => {
  const lifted = [];
  const page = createElement(EmbedLayout, null, createElement(Page));
  const tree = within(SsrStateContext, state || null, within(Route, routeOf(pattern, url), page));
  const body = renderToString(within(Head, lifted, tree));
  const head = lifted.map((element) => renderToString(element)).join("");
  const start = lifted.lang ? beforeHeadEnds.replace(LANG, `<html lang="${lifted.lang}"`) : beforeHeadEnds;
  const end = afterPage.replace("</body>", () => tail + "</body>");
  return `<!DOCTYPE html>${start}${head}${css}</head>${beforePage}<div id="rx-root">${body}</div>${end}`;
};

export default function unused() {
  throw new Error("pages are rendered by renderer.js");
}
