// The frame of every page: navigation, the page's own headings, the pages before and after.
import { addressOf, GROUPS, PAGES } from "./pages.mjs";
import { escape } from "./html.mjs";

export function layout({ page, title, description, html, headings }) {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escape(title)} · leadscore guide</title>
    <meta name="description" content="${escape(description)}" />
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <!-- Nothing is painted half: what is parsed later would move it. -->
    <link rel="expect" href="#end" blocking="render" />
    <link rel="stylesheet" href="/css/base.css" />
    <link rel="stylesheet" href="/css/guide.css" />
    <link rel="stylesheet" href="/css/guide-text.css" />
    <script type="module" src="/guide/guide.js"></script>
  </head>
  <body class="guide">
    <a class="skip" href="#main">Skip to the content</a>
    <header class="site-header">
      <div class="wrap">
        <a class="brand" href="/guide">leadscore <span>guide</span></a>
        <nav aria-label="Main">
          <a href="/playground">Playground</a>
          <a href="/">Demo site</a>
          <a href="/signals">Signals</a>
        </nav>
      </div>
    </header>
    <div class="wrap frame">
      <div class="side">
        <search class="find">
          <label for="find">Find in the guide</label>
          <input id="find" type="search" autocomplete="off" spellcheck="false" aria-describedby="found-count" />
          <p class="hidden" id="found-count" role="status"></p>
          <ul class="found" id="found" hidden></ul>
        </search>
        <details class="pages">
          <summary>All pages</summary>
          <nav aria-label="Guide">${navigation(page)}</nav>
        </details>
      </div>
      ${contents(headings)}
      <main id="main" tabindex="-1">
${html}
        ${around(page)}
      </main>
    </div>
    <footer class="site-footer">
      <div class="wrap">
        <p>leadscore is licensed under MIT or Apache-2.0. Every block of code in this guide is run by its tests.</p>
      </div>
    </footer>
    <template id="end"></template>
  </body>
</html>
`;
}

function navigation(current) {
  const link = (page) =>
    `<li><a href="${addressOf(page.slug)}"${page === current ? ' aria-current="page"' : ""}>${escape(page.title)}</a></li>`;
  return GROUPS.map(({ title, pages }) => `<h2>${escape(title)}</h2><ul>${pages.map(link).join("")}</ul>`).join("\n");
}

function contents(headings) {
  const shown = headings.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return "";
  const links = shown.map(
    ({ depth, id, text }) => `<li class="depth-${depth}"><a href="#${escape(id)}">${escape(text)}</a></li>`,
  );
  return `<details class="contents"><summary>On this page</summary><nav aria-label="On this page"><ul>${links.join("")}</ul></nav></details>`;
}

function around(page) {
  const at = PAGES.indexOf(page);
  const link = (other, label, rel) =>
    other
      ? `<a rel="${rel}" class="${rel}" href="${addressOf(other.slug)}"><span>${label}</span> ${escape(other.title)}</a>`
      : "";
  const links = link(PAGES[at - 1], "Before", "prev") + link(PAGES[at + 1], "Next", "next");
  return `<nav class="around" aria-label="Pages before and after">${links}</nav>`;
}
