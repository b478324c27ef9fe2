// The dialog in which photos are turned, cropped, put in order and judged before they are sent.

import { fill, size } from "../upload/sizes.js";
import { cut, letCrop, showPart } from "./crop.js";
import { keep, renew, settle, turn } from "./pages.js";
import { WHOLE } from "./picture.js";

const THUMB = 64;

/**
 * Let the resident look at pages and mend them.
 * @param {HTMLTemplateElement} template
 * @param {import("./pages.js").Page[]} pages
 * @param {{label: string, several: boolean, read: (files: Iterable<File>) => Promise<import("./pages.js").Page[]>}} of
 * @returns {Promise<import("./pages.js").Page[] | null>} what to send, written; null: nothing
 */
export const edit = (template, pages, of) => new Promise((resolve) => {
  new Editor(template.content.querySelector("dialog").cloneNode(true), [...pages], of, resolve).begin();
});

class Editor {
  #at = 0;

  constructor(dialog, pages, of, resolve) {
    Object.assign(this, { dialog, pages, of, resolve });
  }

  get page() {
    return this.pages[this.#at];
  }

  begin() {
    const { dialog, of } = this;
    this.part("title").textContent = this.words("title", { label: of.label });
    dialog.querySelector("label:has([data-do=add])").hidden = !of.several;
    dialog.addEventListener("cancel", () => this.end(null));
    dialog.addEventListener("click", ({ target }) => this.press(target.closest("button")));
    dialog.addEventListener("change", ({ target }) => this.take(target));
    letCrop(this.part("frame"), {
      read: () => this.page.part,
      write: (part, isDone) => {
        keep(this.page, part);
        if (isDone) this.settle();
        else showPart(this.part("frame"), part);
      },
    });
    document.body.append(dialog);
    dialog.showModal();
    this.part("title").focus();
    this.show();
    this.pages.forEach((page) => this.renew(page));
  }

  end(result) {
    this.dialog.close();
    this.dialog.remove();
    this.resolve(result);
  }

  part(name) {
    return this.dialog.querySelector(`[data-part=${name}]`);
  }

  words(name, facts) {
    return fill(this.dialog.dataset[name], facts);
  }

  press(button) {
    if (!button) return;
    const [act, side] = (button.dataset.do ?? "").split("-");
    if (act) this[act](side);
    else if (button.closest("[data-part=pages]")) this.go([...this.part("pages").children].indexOf(button.parentElement));
  }

  cancel() {
    this.end(null);
  }

  async use() {
    await Promise.all(this.pages.map(settle));
    this.end(this.pages);
  }

  left() {
    turn(this.page, 3);
    this.settle();
  }

  right() {
    turn(this.page, 1);
    this.settle();
  }

  cut(side) {
    keep(this.page, cut(this.page.part, side));
    this.settle();
  }

  whole() {
    keep(this.page, WHOLE);
    this.settle();
  }

  accept() {
    this.page.warning = "";
    this.show();
    this.dialog.querySelector("[data-do=use]").focus();
  }

  earlier() {
    this.move(-1);
  }

  later() {
    this.move(1);
  }

  move(by) {
    this.pages.splice(this.#at + by, 0, ...this.pages.splice(this.#at, 1));
    this.go(this.#at + by);
  }

  remove() {
    this.pages.splice(this.#at, 1);
    this.go(this.#at);
  }

  /** Take up what an input of the dialog was given: in the place of this page, or behind all. */
  async take(input) {
    const found = await this.of.read([...input.files]);
    input.value = "";
    if (!found.length) return;
    const isAgain = input.dataset.do === "again";
    const place = isAgain ? this.#at : this.pages.length;
    this.pages.splice(place, isAgain ? 1 : 0, ...found);
    this.go(place);
    found.forEach((page) => this.renew(page));
  }

  async renew(page) {
    await renew(page);
    this.show();
  }

  async settle() {
    this.show();
    await settle(this.page);
    this.show();
  }

  go(to) {
    this.#at = Math.min(this.pages.length - 1, Math.max(0, to));
    this.show();
  }

  show() {
    const { pages, page } = this;
    this.showPages();
    this.showPage(page);
    this.part("order").hidden = pages.length < 2;
    this.dialog.querySelector("[data-do=earlier]").disabled = page === pages[0];
    this.dialog.querySelector("[data-do=later]").disabled = page === pages.at(-1);
    const sum = (sizes) => size(sizes.reduce((all, one) => all + one, 0));
    this.part("cost").textContent = pages.every(({ out }) => out)
      ? this.words("cost", { now: sum(pages.map(({ out }) => out.blob.size)), was: sum(pages.map(({ file }) => file.size)) })
      : this.words("opening");
  }

  showPage({ file, width, shown, part, warning }) {
    const preview = this.part("preview");
    preview.ariaLabel = `${this.called(this.#at)}: ${file.name}`;
    if (shown) draw(preview, shown, Infinity);
    showPart(this.part("frame"), part);
    this.part("stage").hidden = !shown;
    this.part("tools").hidden = !shown;
    this.part("told").hidden = Boolean(shown);
    this.part("told").textContent = this.words(width ? "opening" : "untouched", { name: file.name });
    this.part("warning").hidden = !warning;
    this.part("why").textContent = warning && this.words(warning);
  }

  showPages() {
    const list = this.part("pages");
    list.hidden = this.pages.length < 2;
    while (list.children.length < this.pages.length) list.append(list.firstElementChild.cloneNode(true));
    while (list.children.length > this.pages.length) list.lastElementChild.remove();
    this.pages.forEach(({ shown, warning }, index) => {
      const button = list.children[index].firstElementChild;
      button.ariaLabel = this.called(index);
      button.ariaCurrent = index === this.#at ? "true" : null;
      button.dataset.warned = Boolean(warning);
      button.lastElementChild.textContent = index + 1;
      if (shown) draw(button.firstElementChild, shown, THUMB);
    });
  }

  called(index) {
    return this.words("page", { n: index + 1, m: this.pages.length });
  }
}

/** Show a picture on a canvas, its longer side at most `longest`. */
const draw = (canvas, picture, longest) => {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  canvas.width = picture.width * scale;
  canvas.height = picture.height * scale;
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
};
