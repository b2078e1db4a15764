// Creates elements without markup in strings, so that text is never parsed as markup and the content security policy
// allows it.
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
