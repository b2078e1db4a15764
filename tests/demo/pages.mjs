/** Every page of the demo, by its address: what is photographed, measured and checked for accessibility. */
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

export const nameOf = (path) => (path === "/" ? "home" : path.slice(1).replaceAll("/", "-"));

/** What says that a page's scripts have done their first work. */
const SIGNS = {
  "/signals": "#live[data-state]",
  "/playground": "#issues [data-show=summary]:not(:text('Loading'))",
  "/nowhere": "h1",
};

export const isReady = (page, path) =>
  page
    .locator(SIGNS[path] ?? ".panel[data-score]")
    .first()
    .waitFor();
