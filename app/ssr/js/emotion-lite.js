// Stands in for @emotion/react where an app is styled by class names alone: every element of every
// page is made here, so this is also where what a document needs is seen to.
import { createContext, createElement, useContext, useEffect } from "react";
import { Piece, isPiece } from "$/utils/pieces";

const onServer = typeof document === "undefined";
const HANDLER = /^on[A-Z]/;

// What answers to a person is marked, so that the loader knows what a touch should wake.
const isLive = (props) => {
  for (const name in props) if (typeof props[name] === "function" && HANDLER.test(name)) return true;
  return false;
};

// A page's title and meta elements stand in its body: the server lifts them into the head.
export const Head = createContext(null);
function Lifted({ element }) {
  const head = useContext(Head);
  if (onServer && head === null) return element;
  head?.push(element);
  return null;
}
// A page may say its own language: `html` within it is no element, only the word for the whole.
function Language({ lang }) {
  const head = useContext(Head);
  if (head !== null) head.lang = lang;
  return null;
}
function Title({ words }) {
  const text = words.join("");
  useEffect(() => {
    document.title = text;
  }, [text]);
  return null;
}

// The option that a select begins with is marked in the document, however deep it is made.
const Chosen = createContext(undefined);
function Option({ props, words }) {
  const chosen = useContext(Chosen);
  const value = props?.value ?? words.join("");
  const selected = chosen !== undefined && [chosen].flat().map(String).includes(String(value));
  return createElement("option", selected ? { ...props, selected } : props, ...words);
}
const select = (props, children) =>
  createElement(Chosen.Provider, { value: props.defaultValue }, createElement("select", props, ...children));

export const jsx = (type, props, ...children) => {
  if (props?.css !== undefined) {
    const { css, ...rest } = props;
    props = rest;
  }
  if (typeof type !== "string") return createElement(type, props, ...children);
  if (type === "html" && props?.lang && children.length === 0) return createElement(Language, props);
  if (type === "title" && !onServer) return createElement(Title, { words: children });
  if (type === "title" || type === "meta") {
    return createElement(Lifted, { element: createElement(type, props, ...children) });
  }
  if (isLive(props)) props = { "data-live": "", ...props };
  if (type === "option" && onServer) return createElement(Option, { props, words: children });
  if (type === "select" && onServer && props?.defaultValue !== undefined) return select(props, children);
  const element = createElement(type, props, ...children);
  return onServer || !isPiece(type) ? element : createElement(Piece, { key: props?.key, element });
};
export const keyframes = () => "";
export const css = (value) => value;
export const Global = () => null;
