// Stands in for @emotion/react where an app is styled by class names alone.
import { createElement } from "react";

const HANDLER = /^on[A-Z]/;

// What answers to a person is marked, so that the loader knows what a touch should wake.
const isLive = (props) => {
  for (const name in props) if (typeof props[name] === "function" && HANDLER.test(name)) return true;
  return false;
};

export const jsx = (type, props, ...children) => {
  if (props?.css !== undefined) {
    const { css, ...rest } = props;
    props = rest;
  }
  if (typeof type === "string" && isLive(props)) props = { "data-live": "", ...props };
  return createElement(type, props, ...children);
};
export const keyframes = () => "";
export const css = (value) => value;
export const Global = () => null;
