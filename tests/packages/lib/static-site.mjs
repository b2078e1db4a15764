// A static site of 20 pages, like that of a small company: addresses with .html, one header and footer.
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const text = (words) => `<p>${words}</p>\n`;
const FORM = `<form id="book-demo" action="/thanks.html"><label>E-mail <input type="email" name="email"></label>
<label>Company <input name="company"></label><button>Book</button></form>\n`;
const NEWSLETTER = `<form id="news" action="/thanks.html"><input type="email" name="email"><button>Subscribe</button></form>`;

/** The pages: address, title and content. */
const PAGES = [
  ["index.html", "Kite: rota planning", text("Plan a week in a minute.")],
  ["pricing.html", "Prices", text("From 9 euros.")],
  ["demo.html", "Book a demo", FORM],
  ["careers.html", "Work with us", text("We look for two engineers.")],
  ["about.html", "About us", text("Six people in Ghent.")],
  ["contact.html", "Contact", text("Write to us.")],
  ["thanks.html", "Thank you", text("We will be in touch.")],
  ["imprint.html", "Imprint", text("Kite BV.")],
  ["privacy.html", "Privacy", text("No cookies.")],
  ["search.html", "Search", `<form role="search" action="/search.html"><input type="search" name="q"></form>`],
  ["features/rota.html", "Rota", text("Drag, drop, done.")],
  ["features/leave.html", "Leave", text("Everybody sees who is away.")],
  ["features/payroll.html", "Payroll", text("Hours go to payroll.")],
  ["customers/bakery.html", "A bakery", text("Forty people in three shops.")],
  ["customers/clinic.html", "A clinic", text("Nurses swap shifts.")],
  ["blog/index.html", "Blog", text("What we learn.")],
  ["blog/overtime.html", "Overtime", text("How to have less of it.")],
  ["blog/holidays.html", "Holidays", text("Plan them in January.")],
  ["help/start.html", "First steps", text("Make a team.")],
  ["files/index.html", "Downloads", `<a href="/files/guide.pdf">Guide</a>\n`],
];

const page = (title, body) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>${title}</title>
    <!-- <form id="old-form"><input name="x"></form> -->
  </head>
  <body>
    <nav><a href="/">Kite</a> <a href="/pricing.html">Prices</a> <a href="/demo.html">Demo</a> <a href="/features/rota.html">Features</a></nav>
    <h1>${title}</h1>
    ${body}
    <footer>${NEWSLETTER}</footer>
  </body>
</html>
`;

/** Writes the site into a folder of its own, or into `folder`. */
export function staticSite(folder = mkdtempSync(join(tmpdir(), "leadscore-site-"))) {
  for (const [path, title, body] of PAGES) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), page(title, body));
  }
  return folder;
}

export const PATHS = PAGES.map(([path]) => `/${path.replace(/(^|\/)index\.html$/, "$1")}`);
