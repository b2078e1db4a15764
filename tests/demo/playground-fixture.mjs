// Shared by the tests of the playground: the page, and functions that read its values.

export async function openPlayground(page, origin, hash = "") {
  await page.goto(`${origin}/playground${hash}`);
  await settled(page);
}

/** The curve is exact: nothing is being worked out any more. */
export async function settled(page) {
  await page.locator('#chart[data-exact="true"]').waitFor();
}

export const score = async (page) => Number(await page.locator(".score output").innerText());

export const model = (page) => page.locator("model-editor").evaluate((editor) => editor.value);
export const notice = (page) => page.locator("#notice");
export const journeyNotice = (page) => page.locator("#journey-notice");
export const rows = (page) => page.locator(".events tbody tr");
export const range = (page) => page.locator("[data-show=range]");
export const summary = (page) => page.locator("#issues [data-show=summary]");

// As a person would who replaces a part of the text.
export async function replace(page, from, to) {
  await page.locator("model-editor").evaluate(
    (editor, [before, after]) => {
      const at = editor.value.indexOf(before);
      if (at === -1) throw new Error(`the model has no ${before}`);
      editor.replace(at, at + before.length, after);
    },
    [from, to],
  );
}

export async function write(page, text) {
  await page.locator("model-editor").evaluate((editor, all) => editor.replace(0, editor.value.length, all), text);
}

export const lines = (...events) =>
  events.map((event) => (typeof event === "string" ? event : JSON.stringify(event))).join("\n");

export const file = (name, content) => ({ name, mimeType: "application/x-ndjson", buffer: Buffer.from(content) });

export async function shows(page, wanted) {
  await page.waitForFunction((number) => {
    const shown = Number(document.querySelector(".score output").textContent);
    return Math.abs(shown - number) < 0.06;
  }, wanted);
}
