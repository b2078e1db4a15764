// Returns axe-core's findings on the current page.
import { readFile } from "node:fs/promises";

const AXE = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** Each violation in a line: the rule, and where. `rules` are those of axe-core that are off unless asked for. */
export async function violations(page, rules = {}) {
  // As a debugger does, so that the page's policy does not block the script.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run({ resultTypes: ["violations"], rules });
    const told = ({ html, target }) => `${target} ${html.slice(0, 160)}`;
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(told).join("; ")}`);
  }, rules);
}
