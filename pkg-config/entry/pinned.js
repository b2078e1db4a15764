// Files that are loaded later, each only if it is the one that this script was built with.
import { read } from "./page.js";

/**
 * Imports a file from beside this one. `import` cannot check a hash, but takes the module that a checked element has fetched.
 * A preload, unlike a script, is no concern of Trusted Types, but WebKit does not check its hash: there a file of another
 * origin is a script.
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
