// Stands in for react-router, in the browser and in the renderer: every navigation is a page load.
import { createContext, createElement, useContext } from "react";

export const Route = createContext(null);

const decode = (part) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Read the parameters of `pathname` by a pattern such as "cases/:id" or "files/*". */
const readParams = (pattern, pathname) => {
  const parts = pathname.split("/").filter(Boolean);
  const params = {};
  pattern
    .split("/")
    .filter(Boolean)
    .forEach((name, i) => {
      if (name === "*") params["*"] = parts.slice(i).map(decode).join("/");
      else if (name[0] === ":" && parts[i] !== undefined)
        params[name.slice(1).replace("?", "")] = decode(parts[i]);
    });
  return params;
};

const RELOADED_KEY = "rx-reloaded";
const RELOAD_PAUSE_MS = 5000;

// A handler may ask for the page it stands on: once is a reload, twice in a row is a loop.
const mayReload = () => {
  const last = Number(sessionStorage.getItem(RELOADED_KEY)) || 0;
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  return Date.now() - last > RELOAD_PAUSE_MS;
};

const navigate = (to, options) => {
  if (typeof to === "number") return history.go(to);
  const target = new URL(typeof to === "string" ? to : to.pathname + (to.search || "") + (to.hash || ""), location.href);
  if (target.href === location.href) return mayReload() && location.reload();
  return options?.replace ? location.replace(target) : location.assign(target);
};

/** The routing facts of one page: `url` is a path with its query. */
export const routeOf = (pattern, url) => {
  const { pathname, search, hash } = new URL(url, "http://route");
  return {
    params: readParams(pattern, pathname),
    location: { pathname, search, hash, state: null, key: "default" },
    query: [new URLSearchParams(search), (values) => navigate("?" + new URLSearchParams(values))],
  };
};

export const useLocation = () => useContext(Route).location;
export const useNavigate = () => navigate;
export const useParams = () => useContext(Route).params;
export const useSearchParams = () => useContext(Route).query;
export const Link = ({ to, replace, state, reloadDocument, prefetch, viewTransition, preventScrollReset, ...rest }) =>
  createElement("a", { href: to, ...rest });
export const NavLink = Link;

const nothing = () => null;
const same = (component) => component;
export { nothing as Links, nothing as Meta, nothing as Scripts, nothing as ScrollRestoration, nothing as Outlet };
export { same as UNSAFE_withComponentProps, same as UNSAFE_withHydrateFallbackProps, same as UNSAFE_withErrorBoundaryProps };
