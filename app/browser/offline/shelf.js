/** The page for no network lists what can be read all the same. */
import { list } from "./pages.js";
import { tell } from "./say.js";

/** Fill the list with the kept pages that may be shown, if there are any. */
export const fill = async () => {
  const section = document.getElementById("kept-pages");
  const shelf = section.querySelector("ul");
  const line = section.querySelector("template").content.firstElementChild;
  for (const { path, title, at } of await list()) {
    const item = line.cloneNode(true);
    const link = item.querySelector("a");
    link.href = path;
    link.querySelector("div > div").textContent = title;
    tell(link.querySelector("time"), at);
    shelf.append(item);
  }
  section.hidden = shelf.childElementCount === 0;
};
