// Loads further files, each only if its hash is the one in this build.
import { read } from "./page.js";

/**
 * Imports a file beside this one. `import` cannot check a hash, but it uses the module that an element with a hash has
 * fetched. Trusted Types restrict scripts but not preloads, so the element is a preload. WebKit does not check the hash
 * of a preload, so there a file of another origin is loaded by a script element.
 *
 * @returns {Promise<any>}
 */
export const pinned = (file, integrity) =>
  new Promise((resolve, reject) => {
    const url = new URL(file, import.meta.url);
    const isScript = url.origin != origin && /^Apple/.test(navigator.vendor);
    const element = read(document, "createElement").call(document, isScript ? "script" : "link");
    read(document, "head").append(
      Object.assign(element, {
        onload: () => resolve(import(/** @type {any} */ (url))),
        onerror: () => reject(new Error("cannot load " + url)),
        integrity,
        [isScript ? "type" : "rel"]: isScript ? "module" : "modulepreload",
        [isScript ? "src" : "href"]: url,
      }),
    );
  });
