// The example site: each click adds an event to the journey, some time after the last one.
import { element } from "/js/dom.js";
import { details } from "../page/format.js";
import { siteOf } from "../page/site.js";

const ORIGIN = "https://site.example";

export class Recorder {
  #pages;
  #actions;
  #address;
  #gap;
  #path = "/";
  #onEvent;
  /** @type {ReturnType<typeof siteOf>} */
  #site = { pages: [], actions: [] };

  /** @param {(event: object, gap: number) => void} onEvent an event without its time, and how long after the last */
  constructor(root, onEvent) {
    this.#pages = root.querySelector("[data-show=pages]");
    this.#actions = root.querySelector("[data-show=visitor-actions]");
    this.#address = root.querySelector("[data-show=address]");
    this.#gap = root.querySelector("select");
    this.#onEvent = onEvent;
    this.#pages.addEventListener("click", ({ target }) => this.#follow(target.closest("button")));
    this.#actions.addEventListener("click", ({ target }) => this.#do(target.closest("button")));
  }

  /** Rebuilt only for another site, so that the focus is kept while clicking. */
  show(model, paths) {
    const site = siteOf(model, paths);
    if (JSON.stringify(site) === JSON.stringify(this.#site)) return;
    this.#site = site;
    if (!site.pages.includes(this.#path)) this.#go("/");
    this.#pages.replaceChildren(...site.pages.map(pageButton));
    this.#actions.replaceChildren(...site.actions.map(actionButton));
    this.#mark();
  }

  #follow(button) {
    if (!button) return;
    this.#go(button.textContent);
    this.#send({ type: "page_view", url: ORIGIN + this.#path });
  }

  #do(button) {
    if (!button) return;
    const { event, path, query } = this.#site.actions[Number(button.dataset.index)];
    if (path) this.#go(path);
    this.#send({ ...event, url: ORIGIN + this.#path + (query ? `?${query}` : "") });
  }

  #go(path) {
    this.#path = path;
    this.#address.textContent = ORIGIN.slice("https://".length) + path;
    this.#mark();
  }

  #mark() {
    for (const button of this.#pages.querySelectorAll("button")) {
      if (button.textContent === this.#path) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  #send(event) {
    this.#onEvent(event, Number(this.#gap.value) * 1000);
  }
}

const pageButton = (path) => element("li", {}, element("button", { type: "button", class: "page-link" }, path));

function actionButton({ label, event }, index) {
  const what = [event.type, details(event.props)].filter(Boolean).join(": ");
  return element(
    "li",
    {},
    element("button", { type: "button", class: "visitor-action", "data-index": index }, [
      element("strong", {}, label),
      element("span", { class: "note" }, what),
    ]),
  );
}
