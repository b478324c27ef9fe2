// The renderer's side of the bundle: one page and one state in, a whole document out.
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { Route, routeOf } from "react-router";
import { SsrStateContext } from "$/utils/ssr";
import { Layout as Document } from "./_document";
import { EmbedLayout } from "./root";

/** Render `Page` at `url` (path and query) with `state` (JSON text, "" for the compiled defaults). */
export const renderDocument = (Page, pattern, url, state) =>
  renderToString(
    createElement(
      Document,
      null,
      createElement(
        "div",
        { id: "rx-root" },
        createElement(
          SsrStateContext.Provider,
          { value: state || null },
          createElement(
            Route.Provider,
            { value: routeOf(pattern, url) },
            createElement(EmbedLayout, null, createElement(Page)),
          ),
        ),
      ),
    ),
  );

export default function unused() {
  throw new Error("pages are rendered by renderer.js");
}
