// What the tests of the playground share: the page, and what a person reads off it.

export async function openPlayground(page, origin, hash = "") {
  await page.goto(`${origin}/playground${hash}`);
  await settled(page);
}

/** The curve is exact: nothing is being worked out any more. */
export async function settled(page) {
  await page.locator('#chart[data-exact="true"]').waitFor();
}

export const score = async (page) => Number(await page.locator(".score output").innerText());
