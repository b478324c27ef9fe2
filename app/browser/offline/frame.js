/** What the frame of a page says of it: its language, for whom it was made, where its words lie. */

export const frame = document.querySelector("[data-words]");

/** The language of the page. */
export const spoken = () => frame.lang;

/** The account for which the server made this page; "" for a stranger. */
export const account = () => frame.dataset.account ?? "";
