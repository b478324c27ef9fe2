// Sizes as people read them, in the page's language.
const spoken = () => document.querySelector("[lang]:not(html)")?.lang;

/** Return a number of bytes in words: `312 kB`, `3,1 MB`. */
export const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB`
  : `${(bytes / 1e6).toLocaleString(spoken(), { maximumFractionDigits: 1 })} MB`;

/** Put values into a sentence of the catalogue: `{sent} dari {total}`. */
export const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
