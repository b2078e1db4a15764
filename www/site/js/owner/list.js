// The list of signals, newest first. New signals are inserted without moving the visible ones.
import { newestFirst } from "./feed.js";
import { Row } from "./row.js";

export class List {
  #node;
  #context;
  #rows = [];

  constructor(node, context) {
    this.#node = node;
    this.#context = context;
  }

  get size() {
    return this.#rows.length;
  }

  replace(entries) {
    this.#rows = entries.map((entry) => new Row(entry, this.#context));
    this.#node.replaceChildren(...this.#rows.map(({ node }) => node));
    this.#node.style.paddingBlockEnd = "";
  }

  append(entries) {
    const rows = entries.map((entry) => new Row(entry, this.#context));
    this.#rows.push(...rows);
    this.#node.append(...rows.map(({ node }) => node));
  }

  focus(index) {
    this.#rows[index]?.node.querySelector("button").focus();
  }

  /** Those that have just arrived. */
  insert(entries) {
    const rows = entries.toSorted(newestFirst).map((entry) => new Row(entry, this.#context, { isNew: true }));
    this.keepInPlace(() => {
      let at = 0;
      for (const row of rows) {
        while (at < this.#rows.length && newestFirst(this.#rows[at].entry, row.entry) < 0) at++;
        this.#node.insertBefore(row.node, this.#rows[at]?.node ?? null);
        this.#rows.splice(at, 0, row);
      }
    });
  }

  /** The decisions of sales, by visitor. */
  decide(decisions) {
    for (const row of this.#rows) {
      const lifecycle = decisions.get(row.entry.visitor);
      if (lifecycle !== undefined) row.decide(lifecycle);
    }
  }

  /** Makes a change before or in the list, without moving the part that is being read. */
  keepInPlace(change) {
    const anchor = this.#anchor();
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor) return;
    const moved = anchor.getBoundingClientRect().top - before;
    const { scrollHeight, clientHeight } = document.documentElement;
    // A page that is shorter than its window could not scroll.
    const lacking = scrollY + moved - (scrollHeight - clientHeight);
    if (lacking > 0) {
      const padding = parseFloat(getComputedStyle(this.#node).paddingBlockEnd);
      this.#node.style.paddingBlockEnd = `${padding + lacking}px`;
    }
    scrollBy({ top: moved, behavior: "instant" });
  }

  // Rows that have the focus, are pointed at, are open, or are being read because the list's beginning is out of sight.
  #anchor() {
    const { activeElement } = document;
    const section = this.#node.parentElement;
    if (section.contains(activeElement) && follows(activeElement, this.#node)) return activeElement;
    const pointed = this.#node.querySelector(":scope > :hover");
    if (pointed) return pointed;
    const shown = this.#rows.filter(({ node }) => isInSight(node)).map(({ node }) => node);
    const open = shown.find((node) => node.hasAttribute("data-open"));
    return open ?? (this.#node.getBoundingClientRect().top < 0 ? shown[0] : undefined);
  }
}

// Inside the list or after it, so that content before it does not move.
function follows(node, list) {
  return list.contains(node) || (list.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}

function isInSight(node) {
  const { top, bottom } = node.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
