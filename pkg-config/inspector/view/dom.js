// Creates elements without markup in strings, so that text is never parsed as markup and Trusted Types allow it.
const SVG = "http://www.w3.org/2000/svg";

/** @typedef {any} Child a node, a text, or a list of them; false, undefined and an empty text are left out */

/**
 * @template {Element} T
 * @param {T} node
 * @param {{ [name: string]: any }} attributes
 * @param {Child} children
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...[children].flat().filter((child) => child !== undefined && child !== false && child !== ""));
  return node;
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {{ [name: string]: any }} attributes those that are false or undefined are left out
 * @param {Child} children
 */
export const element = (name, attributes = {}, children = []) =>
  fill(document.createElement(name), attributes, children);

/**
 * @template {keyof SVGElementTagNameMap} T
 * @param {T} name
 * @param {{ [name: string]: any }} attributes
 * @param {Child} children
 */
export const svg = (name, attributes = {}, children = []) =>
  fill(document.createElementNS(SVG, name), attributes, children);

/** Only what is new: nothing is read out twice, and what is selected stays so. */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Rebuilds the children if their data has changed. */
export function renew(node, from, make) {
  const key = JSON.stringify(from);
  if (node.madeFrom === key) return;
  node.madeFrom = key;
  node.replaceChildren(...make().filter(Boolean));
}

const POINTS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SIGNED = new Intl.NumberFormat("en", { maximumFractionDigits: 1, signDisplay: "exceptZero" });
const TIME = new Intl.DateTimeFormat("en", { timeStyle: "medium", hour12: false });
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium" });

/** Replaces hyphens before numbers by minus signs. */
export const points = (number) => POINTS.format(number).replace("-", "−");
export const signed = (number) => SIGNED.format(number).replace("-", "−");
export const clock = (time) => TIME.format(time);
export const date = (time) => DATE.format(time);
export const plural = (count, one) => `${POINTS.format(count)} ${one}${count === 1 ? "" : "s"}`;
