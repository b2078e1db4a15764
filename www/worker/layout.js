// Puts the shared header and footer into a page and marks where the reader is, so that each stands in one file.
import footer from "./parts/footer.html";
import header from "./parts/header.html";

export function withLayout(page, pathname) {
  const filled = new HTMLRewriter()
    .on("header[data-part]", { element: (slot) => void slot.replace(header, { html: true }) })
    .on("footer[data-part]", { element: (slot) => void slot.replace(footer, { html: true }) })
    .transform(page);
  // A second pass: handlers do not see what the same pass has put in.
  return new HTMLRewriter().on(".site-header a", { element: (link) => markCurrent(link, pathname) }).transform(filled);
}

function markCurrent(link, pathname) {
  const target = link.getAttribute("href");
  if (pathname === target) {
    link.setAttribute("aria-current", "page");
  } else if (target !== "/" && pathname.startsWith(`${target}/`)) {
    link.setAttribute("aria-current", "true");
  }
}
