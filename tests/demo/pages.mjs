import { addressOf, PAGES as OF_GUIDE } from "../../www/docs/build/pages.mjs";

/** The pages of the demo, by address. Those of the guide have tests of their own. */
export const PAGES = [
  "/",
  "/product",
  "/product/routing",
  "/product/forecasts",
  "/product/integrations",
  "/pricing",
  "/customers",
  "/help",
  "/help/first-plan",
  "/help/late-orders",
  "/blog",
  "/blog/planning-before-the-orders",
  "/blog/what-a-missed-window-costs",
  "/newsletter",
  "/careers",
  "/demo",
  "/signals",
  "/playground",
  "/nowhere",
];

/** All that there is to photograph and to measure. */
export const ALL = [...PAGES, ...OF_GUIDE.map(({ slug }) => addressOf(slug))];

export const nameOf = (path) => (path === "/" ? "home" : path.slice(1).replaceAll("/", "-"));

/** By page: the sign that its scripts have completed their start. */
const SIGNS = {
  "/signals": "#live[data-state]",
  "/playground": "#issues [data-show=summary]:not(:text('Loading'))",
  "/nowhere": "h1",
};

export const isReady = (page, path) =>
  page
    .locator(SIGNS[path] ?? (path.startsWith("/guide") ? "h1" : ".panel[data-score]"))
    .first()
    .waitFor();
