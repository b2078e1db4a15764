// Accessibility of every page of the demo: axe-core's rules, and a visible focus.
import assert from "node:assert/strict";
import { test } from "node:test";
import { level } from "../lib/level.mjs";
import { violations } from "./axe.mjs";
import { demo, until, visit } from "./fixture.mjs";
import { PAGES, isReady } from "./pages.mjs";

const RULES = { "target-size": { enabled: true } };
/** Widths and colour schemes: each of both is in the list; `make test-all` combines them. */
const VIEWS = [
  [390, "light"],
  [1440, "dark"],
  ...(level === "all" ? [[1440, "light"], [390, "dark"]] : []), // prettier-ignore
];
/** More than any page has of what takes the focus. */
const MOST = 400;

async function openPage(page, path) {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(demo.origin + path);
  await isReady(page, path);
}

for (const path of PAGES) {
  test(`${path} has no violations in axe-core`, async () => {
    await visit(async (page) => {
      await openPage(page, path);
      for (const [width, colorScheme] of VIEWS) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page, RULES), [], `${width} px, ${colorScheme}`);
      }
    });
  });

  test(`${path} shows the keyboard focus`, async () => {
    await visit(async (page) => {
      await page.setViewportSize({ width: 390, height: 700 });
      await openPage(page, path);
      const seen = new Set();
      let last;
      for (let presses = 0; presses < MOST; presses += 1) {
        await page.keyboard.press("Tab");
        // An editor marks itself a moment later.
        const focus = await until(
          () => page.evaluate(focused),
          (place) => place === null || (place.isMarked && place.isInView),
        );
        // The controls of a video are several places, of which a page learns the video only.
        if (focus === null || (seen.has(focus.id) && focus.id !== last)) break;
        last = focus.id;
        seen.add(last);
      }
      assert.ok(seen.size > 10 && seen.size < MOST, `${seen.size} places`);
    });
  });
}

// In the page: what has the focus, whether that is marked, and whether it is in view and not below something else.
function focused() {
  window.places ??= [];
  let node = document.activeElement;
  while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
  if (node === null || node === document.body) return null;
  if (!window.places.includes(node)) window.places.push(node);
  const marked = (each) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  };
  // Some part of it, at least, is what one would hit there.
  const box = node.getBoundingClientRect();
  const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
  const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
  const PARTS = [0.1, 0.3, 0.5, 0.7, 0.9];
  const isHit = (x, y) => {
    const hit = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
    return node.contains(hit) || hit?.shadowRoot?.contains(node);
  };
  const isInView = right > left && bottom > top && PARTS.some((y) => PARTS.some((x) => isHit(x, y)));
  return {
    id: window.places.indexOf(node),
    html: node.outerHTML.slice(0, 160),
    // An editor may show focus by the frame around it; the controls of a video have the browser's own focus marks.
    isMarked:
      node.matches("video") || marked(node) || marked(node.parentElement) || marked(node.parentElement.parentElement),
    isInView,
  };
}
