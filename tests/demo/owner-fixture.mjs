// The owner's page with the test's own receiver: the real receiver, in this process, so that it can have accounts,
// other versions of a model and years of signals, and can be made unreachable by a test.
import { FUTURE, NOW, SITE, accountSignal, batch, decide, get, make, signal, signed } from "../edge/receiver/make.mjs";
import { demo, visit } from "./fixture.mjs";

export { TOKEN, entries, signal } from "../edge/receiver/make.mjs";

const HOUR = 3_600_000;

/** The receiver at the owner's page, and the page itself when `view` is called. */
export async function owning(
  walk,
  /** @type {{ newContext?: (browser: any, options?: object) => Promise<any> }} */ { newContext } = {},
) {
  await visit(
    async (page) => {
      const backend = receiver();
      await page.context().route("**/signals**", (route) => backend.serve(route));
      await page.clock.install({ time: NOW });
      const view = async (path = "/signals") => {
        await page.goto(demo.origin + path);
        await page.locator("#live[data-state]").waitFor();
      };
      await walk(page, backend, view);
    },
    newContext ? { newContext } : {},
  );
}

function receiver() {
  // Tests send more in an instant than any visitor does.
  const limits = { visitor: { most: 10_000, per: 60 } };
  const made = make({ limits, names: ["acme-web"] });
  const asked = [];
  let trouble = null;

  const take = async (request) => {
    const response = await made.handle(request);
    if (!response.ok) throw new Error(`the receiver refused: ${await response.text()}`);
  };

  return {
    ...made,
    asked,
    /** `"abort"`, or an answer to give instead of the receiver's; null for none. */
    fail: (answer) => void (trouble = answer),

    /** Signals as pages send them, in the order given; `ago` in hours. */
    async receive(signals, { ago = 0 } = {}) {
      made.clock.now = NOW - ago * HOUR;
      for (let i = 0; i < signals.length; i += 20) await take(batch(signals.slice(i, i + 20)));
      made.clock.now = NOW;
    },

    /** One as the site's own worker sends it. */
    receiveSigned: async (one) => take(await signed(one)),

    /** A decision of sales from elsewhere. */
    decide: (decision) => take(decide(decision)),

    async serve(route) {
      const request = route.request();
      if (request.resourceType() !== "fetch") return route.continue();
      const { pathname, search } = new URL(request.url());
      asked.push({ method: request.method(), path: pathname, search });
      if (trouble === "abort") return route.abort();
      const response = trouble ?? (await answer(request, search));
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await response.clone().text(),
      });
    },
  };

  // The list is open here as in the demo; to decide takes the token that the page sends.
  async function answer(request, search) {
    if (request.method() === "GET") return made.handle(get(search, { headers: { accept: request.headers().accept } }));
    const { authorization = "", "content-type": type } = request.headers();
    const headers = { authorization, "content-type": type };
    const address = `${SITE}/signals/lifecycle`;
    return made.handle(new Request(address, { method: "POST", headers, body: request.postData() }));
  }
}

/** Signals of as many visitors, all of one stage. */
export const many = (count, { stage = "mql", prefix = "v" } = {}) =>
  Array.from({ length: count }, (_, i) => signal({ visitor: `${prefix}-${String(i).padStart(4, "0")}`, stage }));

/** An account's signal, one of the edge, one of the page, one of a version that the receiver does not have. */
export async function mixed(backend) {
  await backend.receive([signal({ visitor: "by-page" }), signal({ visitor: "by-future", bytes: FUTURE })]);
  await backend.receiveSigned(signal({ visitor: "by-edge", provenance: "edge" }));
  await backend.receiveSigned(await accountSignal());
}

/** As if so many seconds passed for the page. */
export const pass = (page, seconds) => page.clock.runFor(seconds * 1000);

// The content of the page.
export const rows = (page) => page.locator("#signals > li");
export const row = (page, visitor) => page.locator(`#signals > li[data-visitor="${visitor}"]`);
export const openRow = (page, visitor) => row(page, visitor).locator(".signal-open").click();
export const says = (page, text) => page.locator("#status").getByText(text).waitFor();
export const visitors = (page) => rows(page).evaluateAll((nodes) => nodes.map(({ dataset }) => dataset.visitor));
export const cells = (page, visitor, table) =>
  row(page, visitor)
    .locator(`[data-table=${table}] tr`)
    .evaluateAll((nodes) => nodes.map((node) => [...node.cells].map((cell) => cell.textContent)));
export const chartRows = (page) =>
  page
    .locator(".chart-table tr")
    .evaluateAll((nodes) => nodes.map((node) => [...node.cells].map((cell) => cell.textContent)));
export const rowsAre = (page, count) =>
  page.waitForFunction((wanted) => document.querySelectorAll("#signals > li").length === wanted, count);
