// The visitor's id, and the hidden fields of the page's forms that contain it.
import { read, tried } from "./page.js";

const FIELDS = "input[type=hidden][data-lead-id]";

/** Returns a function that takes the id, empty for none: `life.id` is the last one. */
export function leadId(life) {
  // A form's field with such a name hides the form's own member.
  const { matches, querySelectorAll } = Element.prototype;
  /** Fills an element, or all of the page; fields in frames and shadow trees are not looked for. */
  const fill = (/** @type {any} */ element) => {
    if (matches.call(element, FIELDS)) element.value = life.id;
    querySelectorAll.call(element, FIELDS).forEach((/** @type {any} */ field) => (field.value = life.id));
  };
  const added = (records) => {
    for (const { addedNodes } of records) for (const node of addedNodes) if (node instanceof Element) fill(node);
  };
  let observer;
  life.ends.push(() => observer?.disconnect());
  return (id) => {
    life.id = id;
    const root = read(document, "documentElement");
    fill(root);
    // Forms that are added later are filled too.
    observer ||= tried(() => new MutationObserver(added));
    observer?.observe(root, { childList: true, subtree: true });
  };
}
