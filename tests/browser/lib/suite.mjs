// Registers every test once for each engine. The engines run side by side, the tests of an engine one after the other.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { level } from "../../lib/level.mjs";
import { LONG_PATIENCE } from "../../lib/patience.mjs";
import { closeAll, ENGINES, launch, MAIN } from "./engines.mjs";
import { serve } from "./site.mjs";
import { started } from "./tag.mjs";

after(closeAll, { timeout: LONG_PATIENCE });

/**
 * Creates the arguments of a test; everything that it opened is closed afterwards. Pages must not have reported
 * problems.
 */
async function scene(engine, browser, run, certificate) {
  const site = await serve(certificate);
  const visitors = [];
  const pages = new Set();
  async function newVisitor() {
    const visitor = await browser.visitor();
    visitors.push(visitor);
    const open = async (path, { start = true } = {}) => {
      const page = await visitor.open(site.origin + path);
      pages.add(page);
      const close = page.close;
      page.close = () => (pages.delete(page), close());
      if (start) await started(page);
      return page;
    };
    return { open, close: () => visitor.close() };
  }
  try {
    const first = await newVisitor();
    await run({ engine, site, open: first.open, visitor: first, newVisitor });
    for (const page of pages) assert.deepEqual(await page.complaints(), [], "nothing on the console");
  } finally {
    await Promise.allSettled(visitors.map((visitor) => visitor.close()));
    await site.close();
  }
}

/**
 * Registers a test.
 *
 * @typedef {(
 *   what: string,
 *   run: (scene: any) => Promise<unknown>,
 *   options?: { not?: Record<string, string>, timeout?: number, certificate?: { key: string, cert: string } },
 * ) => void} Register
 */

/**
 * `define` gets two functions. `everywhere(what, run)` registers a test in each engine; `{ not: { engine: why } }`
 * names engines that cannot run it. With a `certificate` the site uses HTTPS. `once(what, run)` is for behaviour that
 * does not depend on the engine: `make test` runs it in one engine, `make test-all` in each.
 */
export const suite = (name, define) => suiteIn(ENGINES, name, define);

/** As `suite`, for what these engines only have. */
export function suiteIn(among, name, define) {
  const engines = ENGINES.filter((engine) => among.includes(engine));
  describe(name, { concurrency: engines.length || 1 }, () => {
    for (const engine of engines) {
      describe(engine, { concurrency: 1 }, () => {
        let browser;
        before(async () => (browser = await launch(engine)), { timeout: LONG_PATIENCE });
        /** @type {Register} */
        const everywhere = (what, run, { not = {}, timeout = LONG_PATIENCE, certificate } = {}) =>
          void test(what, { timeout, skip: not[engine] }, () => scene(engine, browser, run, certificate));
        /** @type {Register} */
        const once = (...args) => (level === "all" || engine === MAIN ? everywhere(...args) : undefined);
        define(everywhere, once);
      });
    }
  });
}
