// Started by the loader, which has imported the page and left it at window.__rxPage.
import { createElement, useEffect } from "react";
import { hydrateRoot } from "react-dom/client";
import { Route, routeOf } from "react-router";
import { begin, finish } from "$/utils/pieces";
import { EmbedLayout } from "./root";

const { Page, pattern } = window.__rxPage;

function Hydrated({ children }) {
  useEffect(() => { finish(() => dispatchEvent(new Event("rx:hydrated"))); }, []);
  return children;
}

begin();
hydrateRoot(
  document.getElementById("rx-root"),
  createElement(
    Route.Provider,
    { value: routeOf(pattern, location.href) },
    createElement(Hydrated, null, createElement(EmbedLayout, null, createElement(Page))),
  ),
);
