// Server-rendered pages with htmx navigation.
import { FORM, LINKS, PAGES, idOf } from "./pages.js";

const SEARCH = `<input id="q" name="q" aria-label="Search" hx-get="/search" hx-trigger="input changed delay:100ms"
  hx-target="#results" hx-select="#results" hx-replace-url="true"><p id="results"></p>`;

export const page = (path) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${PAGES[path] ?? "Thanks"}</title><link rel="icon" href="data:,">
<script src="/record.js"></script>
<script src="/dist/htmx.min.js"></script>
<script type="module" src="/tag.js" data-model="/acme.lsm"></script></head>
<body hx-boost:inherited="true"><nav>${LINKS.map((link) => `<a id="${idOf(link)}" href="${link}">${link}</a> `).join("")}</nav>
<h1>${PAGES[path] ?? "Thanks"}</h1>${{ "/contact": FORM.replace("<form", '<form method="post"'), "/search": SEARCH }[path] ?? ""}</body>
</html>`;
