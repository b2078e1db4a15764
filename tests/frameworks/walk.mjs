// The path through each app: first load, three navigations, back, forward, redirect, form, search as you type.
import assert from "node:assert/strict";
import { until } from "../browser/lib/page.mjs";
import { PAGES, idOf } from "./apps/shared/pages.js";

/** A development server may compile a page when it is asked for. */
const PATIENCE = 45_000;

const view = (path) => `page_view ${path} ${PAGES[path] ?? "Thanks"}`;

/**
 * Walks, and checks the reported events. `thanks` is the address that the form leads to, if any; `base` is the
 * path that the app lies under.
 */
export async function walk(page, /** @type {{ thanks?: string, base?: string }} */ { thanks, base = "" } = {}) {
  const expected = [];
  async function tells(what) {
    expected.push(base ? what.replace(" /", ` ${base}/`) : what);
    const isTold = () => page.run((count) => globalThis.told?.length >= count, expected.length);
    await until(isTold, what).catch(() => {});
    assert.deepEqual(await page.run(() => globalThis.told), expected);
  }
  async function shows(path) {
    const isShown = (title) => document.title === title && document.querySelector("h1")?.textContent === title;
    await until(() => page.run(isShown, PAGES[path]), path, PATIENCE);
    // A page takes no click while it changes with a view transition.
    await page.until(() => document.getAnimations().length === 0);
    await tells(view(path));
  }
  async function goes(path, to = path) {
    await page.click(`#${idOf(path)}`);
    await shows(to);
  }

  await shows("/");
  await goes("/pricing");
  await goes("/about");
  await goes("/docs");
  await page.back();
  await shows("/about");
  await page.forward();
  await shows("/docs");
  await goes("/account", "/login");
  await goes("/contact");
  await page.type("input[name=email]", "ada@acme.example");
  await page.click("#send");
  await tells("form_submit /contact demo");
  if (thanks) await tells(view(thanks));
  await goes("/search");
  await page.type("#q", "crm tool");
  await page.until(() => new URLSearchParams(location.search).get("q") === "crm tool");
  await tells("view_search_results /search?q=crm tool crm tool");
  // Longer than any address has to rest.
  await page.run(() => new Promise((done) => setTimeout(done, 1_500)));
  assert.deepEqual(await page.run(() => globalThis.told), expected, "and nothing more");
}
