// Creates SVG elements, as element() does for HTML.
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {{ [name: string]: any }} attributes
 * @param {any} children a node, a text, or a list of them
 * @returns {any}
 */
export function svg(name, attributes = {}, children = []) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...[children].flat());
  return node;
}

/** One of the page's symbols, which only repeats the text beside it. */
export const icon = (name) =>
  svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `#icon-${name}` }));
