// The pages that each app has. `account` leads on to `login`.
export const PAGES = {
  "/": "Home",
  "/pricing": "Pricing",
  "/about": "About",
  "/docs": "Docs",
  "/login": "Log in",
  "/contact": "Contact",
  "/search": "Search",
};

export const LINKS = ["/", "/pricing", "/about", "/docs", "/account", "/contact", "/search"];

/** The id of a link. */
export const idOf = (path) => `to-${path.slice(1) || "home"}`;

export const FORM = '<form id="demo" action="/contact"><input name="email"><button id="send">Send</button></form>';
export const SEARCH = '<input id="q" name="q" aria-label="Search">';
