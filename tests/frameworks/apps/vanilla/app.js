// A single-page application with a router of a few lines, whose titles come after the page has been rendered.
import "./record.js";
import { start } from "leadscore/browser";
import { model } from "./model.js";
import { FORM, LINKS, PAGES, SEARCH, idOf } from "./pages.js";

/** The path under which the app is served. */
const BASE = /^\/shop(?=\/)/.exec(location.pathname)?.[0] ?? "";

document.querySelector("nav").innerHTML = LINKS.map(
  (path) => `<a id="${idOf(path)}" href="${BASE}${path}">${path}</a> `,
).join("");

function show() {
  const path = location.pathname.slice(BASE.length);
  if (path === "/account") return setTimeout(go, 60, `${BASE}/login`, "replaceState");
  const body = { "/contact": FORM, "/search": SEARCH }[path] ?? "";
  document.querySelector("main").innerHTML = `<h1>${PAGES[path]}</h1>${body}`;
  setTimeout(() => (document.title = PAGES[path]), 30);
}

function go(path, how = "pushState") {
  history[how](null, "", path);
  show();
}

addEventListener("popstate", show);
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (!link) return;
  event.preventDefault();
  go(link.pathname);
});
addEventListener("submit", (event) => {
  event.preventDefault();
  document.querySelector("main").textContent = "Thanks";
});
addEventListener("input", ({ target }) => {
  if (target.id === "q") history.replaceState(null, "", `?q=${encodeURIComponent(target.value)}`);
});

show();
start({ model });
