// The journey as a table, a page of it at a time.
import { element } from "/js/dom.js";
import { count, details, exactTime, short, time } from "../page/format.js";

const PER_PAGE = 12;

export class JourneyTable {
  #root;
  #rows;
  #range;
  #previous;
  #next;
  #events = [];
  #page = 0;
  #handlers;

  /** @param {{ edit: (index: number) => void, remove: (index: number) => void, pick: (at: number) => void }} handlers */
  constructor(root, handlers) {
    this.#root = root;
    this.#handlers = handlers;
    this.#rows = root.querySelector("tbody");
    this.#range = root.querySelector("[data-show=range]");
    this.#previous = root.querySelector("[data-do=previous]");
    this.#next = root.querySelector("[data-do=next]");
    this.#previous.addEventListener("click", () => this.#turn(-1));
    this.#next.addEventListener("click", () => this.#turn(1));
    this.#rows.addEventListener("click", ({ target }) => this.#act(target.closest("button")));
  }

  /** @param {number} [index] an event to have in view */
  show(events, index) {
    this.#events = events;
    if (index !== undefined) this.#page = Math.floor(index / PER_PAGE);
    this.#draw();
  }

  /** Puts the focus on what can be done with an event, or on the whole where none is left. */
  focus(index, action) {
    const buttons = this.#rows.querySelectorAll(`[data-do=${action}]`);
    (buttons[Math.min(index - this.#page * PER_PAGE, buttons.length - 1)] ?? this.#root).focus();
  }

  #turn(by) {
    this.#page += by;
    this.#draw();
  }

  #act(button) {
    if (button) this.#handlers[button.dataset.do](Number(button.dataset.index));
  }

  #draw() {
    const { length } = this.#events;
    const pages = Math.max(1, Math.ceil(length / PER_PAGE));
    this.#page = Math.min(Math.max(0, this.#page), pages - 1);
    const from = this.#page * PER_PAGE;
    const shown = this.#events.slice(from, from + PER_PAGE);
    this.#rows.replaceChildren(...shown.map((event, index) => row(event, from + index)));
    this.#range.textContent =
      length === 0 ? "no events yet" : `${count(from + 1)}–${count(from + shown.length)} of ${count(length)}`;
    // Not `disabled`, which would drop the focus after turning to the last page.
    this.#previous.setAttribute("aria-disabled", this.#page === 0);
    this.#next.setAttribute("aria-disabled", this.#page === pages - 1);
  }
}

function row(event, index) {
  const type = short(event.type);
  const what = `${type} at ${time(event.at)}`;
  const button = (name, label, content = name) =>
    element(
      "button",
      { type: "button", class: "link-button", "data-do": label, "data-index": index, "aria-label": `${name} ${what}` },
      content,
    );
  return element("tr", {}, [
    element(
      "td",
      { class: "when" },
      element(
        "button",
        {
          type: "button",
          class: "link-button",
          "data-do": "pick",
          "data-index": index,
          title: `${exactTime(event.at)} UTC: show the lead then`,
        },
        time(event.at),
      ),
    ),
    element("th", { scope: "row" }, type),
    element("td", { class: "where" }, [
      element("span", { title: short(event.url ?? "") }, short(pathOf(event.url))),
      element("span", { class: "note" }, details(event.props)),
    ]),
    element("td", { class: "row-actions" }, [button("Edit", "edit"), button("Remove", "remove")]),
  ]);
}

// The site is the same on every line: so only the rest of the address is shown.
const pathOf = (url = "") => url.replace(/^https?:\/\/[^/?#]*(?=[/?#])/, "");
