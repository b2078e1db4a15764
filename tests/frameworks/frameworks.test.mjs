// Real frameworks and tools, in development and built: each app is navigated like by a visitor.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { closeAll, ENGINES, launch, MAIN } from "../browser/lib/engines.mjs";
import { level } from "../lib/level.mjs";
import { build, prepare, serve } from "./app.mjs";
import { LINKS } from "./apps/shared/pages.js";
import { TABLE } from "./table.mjs";
import { walk } from "./walk.mjs";

after(closeAll);

/** Walks through an app in an engine; nothing may be on its console. */
async function through(engine, { url, said }, app) {
  const visitor = await (await launch(engine)).visitor();
  const complaints = [];
  let page;
  try {
    // A development server compiles a page when it is first asked for it, and shows none for seconds.
    for (const path of LINKS) await fetch(url + path).then((response) => response.text());
    page = await visitor.open();
    // Scripts of the page do not receive the browser's own messages, such as about a missing file.
    page.tab.on?.("console", (message) => /^(warn|error)/.test(message.type()) && complaints.push(message.text()));
    await page.goto(url + (app.base ?? "") + "/");
    await walk(page, app);
    complaints.push(...(await page.run(() => globalThis.complaints)));
    assert.deepEqual(complaints, [], "nothing on the console");
  } catch (error) {
    complaints.push(await page?.run(() => `${location} ${document.title}: ${document.body.innerText}`).catch(String));
    error.message += `\non the console: ${complaints.join("\n")}\nthe server: ${said()}`;
    throw error;
  } finally {
    await visitor.close();
  }
}

describe("frameworks", { concurrency: 1 }, () => {
  for (const [name, app] of Object.entries(TABLE)) {
    const skip = app.level !== "test" && level !== "all" && "at LEADSCORE_TESTS=all";
    const engines = ENGINES.filter((engine) => engine === MAIN || (app.everywhere && level === "all"));
    const walked = async (server) => {
      try {
        for (const engine of engines) await through(engine, server, app);
      } finally {
        await server.close();
      }
    };
    if (app.dev)
      test(`${name}, in development`, { skip, timeout: 600_000 }, async () => {
        const folder = await prepare(app.app ?? name, app);
        await walked(await serve(folder, app.dev, app.node));
      });
    test(`${name}, built`, { skip, timeout: 600_000 }, async () => {
      const folder = await prepare(app.app ?? name, app);
      if (app.build) await build(folder, app.build, app.node);
      await walked(await (app.serve?.(folder) ?? serve(folder, app.start, app.node)));
    });
  }
});
