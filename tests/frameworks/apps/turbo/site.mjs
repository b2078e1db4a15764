// Server-rendered pages with Turbo navigation.
import { FORM, LINKS, PAGES, idOf } from "./pages.js";

const SEARCH = `<form action="/search" data-turbo-action="replace" data-turbo-frame="results">
  <input id="q" name="q" aria-label="Search"></form><turbo-frame id="results"></turbo-frame>`;

/** Searches while somebody types, with one request at a time: Turbo fails if it aborts one that it renders. */
const SCRIPT = `let asked = 0;
addEventListener("input", ({ target }) => target.id === "q" && asked++ === 0 && target.form.requestSubmit());
addEventListener("turbo:frame-load", () => {
  asked = asked > 1 ? 1 : 0;
  if (asked) document.querySelector("#q").form.requestSubmit();
});`;

export const page = (path) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${PAGES[path] ?? "Thanks"}</title><link rel="icon" href="data:,">
<script src="/record.js"></script>
<script>${SCRIPT}</script>
<script type="module" src="/dist/turbo.es2017-esm.js"></script>
<script type="module" src="/tag.js" data-model="/acme.lsm"></script></head>
<body><nav>${LINKS.map((link) => `<a id="${idOf(link)}" href="${link}">${link}</a> `).join("")}</nav>
<h1>${PAGES[path] ?? "Thanks"}</h1>${{ "/contact": FORM.replace("<form", '<form method="post"'), "/search": SEARCH }[path] ?? ""}</body>
</html>`;
