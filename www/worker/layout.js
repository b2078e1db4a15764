// Inserts the shared parts into a page and marks the current page in the navigation, so that each part is in one file.
import footer from "./parts/footer.html";
import head from "./parts/head.html";
import header from "./parts/header.html";
import nearMql from "./parts/near-mql.html";
import scoring from "./parts/scoring.html";

/** The top of the home page for visitors of a segment; all others see the page's own. */
export const OFFERS = { "near-mql": nearMql, default: null };

export const withOffer = (page, offer) =>
  new HTMLRewriter()
    .on(".hero-copy", { element: (copy) => void copy.setInnerContent(offer, { html: true }) })
    .transform(page);

export function withLayout(page, pathname) {
  const filled = new HTMLRewriter()
    .on("head[data-part]", { element: (slot) => void slot.prepend(head, { html: true }) })
    .on("script[data-part]", part(scoring))
    .on("header[data-part]", part(header))
    .on("footer[data-part]", part(footer))
    .transform(page);
  // A second pass: handlers do not see what the same pass has put in.
  return new HTMLRewriter().on(".site-header a", { element: (link) => markCurrent(link, pathname) }).transform(filled);
}

function part(html) {
  return { element: (slot) => void slot.replace(html, { html: true }) };
}

function markCurrent(link, pathname) {
  const target = link.getAttribute("href");
  if (pathname === target) {
    link.setAttribute("aria-current", "page");
  } else if (target !== "/" && pathname.startsWith(`${target}/`)) {
    link.setAttribute("aria-current", "true");
  }
}
