// Elements without markup in strings: text stays text, and the content security policy has nothing to object to.
/**
 * @param {string} name
 * @param {{ [name: string]: any }} attributes
 * @param {any} children a node, a text, or a list of them
 * @returns {any}
 */
export function element(name, attributes = {}, children = []) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...[children].flat());
  return node;
}
