// Server-rendered pages with Turbo navigation.
import { FORM, LINKS, PAGES, idOf } from "./pages.js";

const SEARCH = `<form action="/search" data-turbo-action="replace" data-turbo-frame="results">
  <input id="q" name="q" aria-label="Search" oninput="this.form.requestSubmit()"></form><turbo-frame id="results"></turbo-frame>`;

export const page = (path) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${PAGES[path] ?? "Thanks"}</title><link rel="icon" href="data:,">
<script src="/record.js"></script>
<script type="module" src="/dist/turbo.es2017-esm.js"></script>
<script type="module" src="/tag.js" data-model="/acme.lsm"></script></head>
<body><nav>${LINKS.map((link) => `<a id="${idOf(link)}" href="${link}">${link}</a> `).join("")}</nav>
<h1>${PAGES[path] ?? "Thanks"}</h1>${{ "/contact": FORM.replace("<form", '<form method="post"'), "/search": SEARCH }[path] ?? ""}</body>
</html>`;
