// Scrolling, links and downloads.
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, started, track } from "./lib/tag.mjs";

// A second passes with each look at the clock, so nothing that is counted twice goes unnoticed; links are not followed.
const before = ["date?step=1000", "stay"];
const END = { end: { event: "end" } };

async function inTheEnd(page, expected) {
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

const scrolled = (percent) => ({ event: "scroll", where: { percent_scrolled: percent } });
const SCROLLS = {
  all: { event: "scroll" },
  s25: scrolled(25),
  s50: scrolled(50),
  s75: scrolled(75),
  s90: scrolled(90),
};
const LONG = '<div style="height: 10000px">Long</div>';

const scroll = (page, share) =>
  page.run((share) => scrollTo(0, document.documentElement.scrollHeight * share - innerHeight), share);

suite("interactions", (everywhere, once) => {
  everywhere("scrolling counts at 25, 50, 75 and 90 percent, each once in a page view", async ({ site, open }) => {
    site.model(counting({ ...SCROLLS, ...END }));
    site.pages({ before, body: LONG });
    const page = await open("/");
    await scroll(page, 0.3);
    await counted(page, { all: 1, s25: 1 });
    await scroll(page, 0.8);
    await counted(page, { all: 3, s25: 1, s50: 1, s75: 1 });
    await scroll(page, 0.1);
    await scroll(page, 1);
    await counted(page, { all: 4, s25: 1, s50: 1, s75: 1, s90: 1 });
    await scroll(page, 0);
    await scroll(page, 1);
    await inTheEnd(page, { all: 4 });
  });

  everywhere("scrolling is counted again on the next page of a single-page app", async ({ site, open }) => {
    site.model(counting({ ...SCROLLS, ...END }));
    site.pages({ before, body: LONG });
    const page = await open("/");
    await scroll(page, 0.3);
    await counted(page, { all: 1 });
    await page.run(() => {
      history.pushState(null, "", "/next");
      scrollTo(0, 0);
    });
    await scroll(page, 0.3);
    await counted(page, { all: 2, s25: 2 });
  });

  everywhere("a page without scrolling does not count as scrolled", async ({ site, open }) => {
    site.model(counting({ ...SCROLLS, ...END }));
    site.pages({ before });
    const page = await open("/");
    await page.move(50, 50);
    await page.press("Shift");
    await inTheEnd(page, { all: 0 });
  });

  everywhere("a click on a link to another site counts, with the link's properties", async ({ site, open }) => {
    const href = "https://partner.example/offer?id=7#top";
    site.model(
      counting({
        clicks: { event: "click" },
        known: {
          event: "click",
          where: {
            link_url: href,
            link_domain: "partner.example",
            link_id: "offer",
            link_classes: "big blue",
            link_text: "Our partner",
            outbound: true,
          },
        },
        ...END,
      }),
    );
    site.pages({ before, body: `<a id="offer" class="big blue" href="${href}">Our <b>partner</b></a>` });
    const page = await open("/");
    await page.click("b");
    await page.click("#offer");
    await inTheEnd(page, { clicks: 2, known: 2 });
  });

  everywhere("mail and telephone links count, but are not outbound", async ({ site, open }) => {
    const where = (link_url) => ({ event: "click", where: { link_url, outbound: false } });
    site.model(
      counting({
        mail: where("mailto:sales@acme.example"),
        tel: where("tel:+4930123"),
        all: { event: "click" },
        ...END,
      }),
    );
    site.pages({
      before,
      body: '<a id="m" href="mailto:sales@acme.example">Mail</a> <a id="t" href="tel:+4930123">Call</a>',
    });
    const page = await open("/");
    await page.click("#m");
    await page.click("#t");
    await inTheEnd(page, { mail: 1, tel: 1, all: 2 });
  });

  everywhere("links within the site, buttons and other places do not count", async ({ site, open }) => {
    site.model(counting({ clicks: { event: "click" }, downloads: { event: "file_download" }, ...END }));
    site.pages({
      before,
      body: '<a id="in" href="/next">In</a> <a id="hash" href="#x">Hash</a> <a id="none">None</a> <button>B</button>',
    });
    const page = await open("/");
    for (const selector of ["#in", "#hash", "#none", "button", "body"]) await page.click(selector);
    await inTheEnd(page, { clicks: 0, downloads: 0 });
  });

  everywhere("a download counts with its file name, and not as a click too", async ({ site, open }) => {
    const file = (file_name, file_extension) => ({ event: "file_download", where: { file_name, file_extension } });
    site.model(
      counting({
        downloads: { event: "file_download" },
        pdf: file("/files/Price%20List.pdf", "pdf"),
        zip: file("/setup.zip", "zip"),
        text: { event: "file_download", where: { link_text: "Prices", link_id: "pdf", outbound: false } },
        clicks: { event: "click" },
        ...END,
      }),
    );
    site.pages({
      before,
      body: `<a id="pdf" href="/files/Price%20List.pdf?v=2">Prices</a>
        <a id="zip" href="https://cdn.example/setup.zip">Setup</a> <a id="page" href="/about.html">About</a>`,
    });
    const page = await open("/");
    for (const selector of ["#pdf", "#zip", "#page"]) await page.click(selector);
    await inTheEnd(page, { downloads: 2, pdf: 1, zip: 1, clicks: 0 });
  });

  everywhere("a link opened by the keyboard counts", async ({ site, open }) => {
    site.model(counting({ clicks: { event: "click" }, ...END }));
    site.pages({ before, body: '<a href="https://partner.example/">Partner</a>' });
    const page = await open("/");
    await page.run(() => document.querySelector("a").focus());
    await page.press("Enter");
    await counted(page, { clicks: 1 });
  });

  everywhere("clicks that scripts dispatch do not count", async ({ site, open }) => {
    site.model(counting({ clicks: { event: ["click", "file_download", "demo", "form_submit", "scroll"] }, ...END }));
    site.pages({
      before,
      body: `<a href="https://partner.example/" data-lead-event="demo">P</a><a href="/x.pdf">X</a><form></form>`,
    });
    const page = await open("/");
    await page.run(() => {
      for (const link of document.querySelectorAll("a")) {
        link.click();
        link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
      }
      document.querySelector("form").dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
      dispatchEvent(new Event("scroll"));
    });
    await inTheEnd(page, { clicks: 0 });
  });

  everywhere("a click counts although the page stops the event's propagation", async ({ site, open }) => {
    site.model(counting({ clicks: { event: "click" }, ...END }));
    site.file(
      "/own.js",
      `addEventListener("DOMContentLoaded", () => document.querySelector("a").addEventListener("click", (event) => {
         event.preventDefault();
         event.stopImmediatePropagation();
       }));`,
    );
    site.pages({ before, head: '<script src="/own.js"></script>', body: '<a href="https://partner.example/">P</a>' });
    const page = await open("/");
    await page.click("a");
    await counted(page, { clicks: 1 });
  });

  everywhere("links of vector graphics and of web components count", async ({ site, open }) => {
    const where = { link_domain: "partner.example", link_classes: "blue" };
    site.model(counting({ clicks: { event: "click", where }, ...END }));
    site.file(
      "/own.js",
      `customElements.define("x-link", class extends HTMLElement {
         connectedCallback() {
           const link = document.createElement("a");
           link.href = "https://partner.example/";
           link.className = "blue";
           link.textContent = "From a component";
           this.attachShadow({ mode: "open" }).append(link);
         }
       });`,
    );
    const svg =
      '<svg width="200" height="50"><a class="blue" href="https://partner.example/"><rect width="200" height="50"/></a></svg>';
    const head = '<script src="/own.js"></script>';
    site.pages({ before, head, body: `${svg}<br><x-link></x-link>` });
    const page = await open("/");
    await page.run(() => addEventListener("click", (event) => event.preventDefault()));
    await page.click("rect");
    await counted(page, { clicks: 1 });
    await page.click("x-link");
    await counted(page, { clicks: 2 });
  });

  everywhere("a link with the attribute `download` is a download, with any address", async ({ site, open }) => {
    const file = (file_name, file_extension) => ({ event: "file_download", where: { file_name, file_extension } });
    site.model(
      counting({
        downloads: { event: "file_download" },
        named: file("report.pdf", "pdf"),
        blob: file("offer.pdf", "pdf"),
        plain: file("/export", ""),
        other: { event: "file_download", where: { outbound: true, link_url: "https://cdn.example/x" } },
        data: { event: "file_download", where: { link_url: "data" } },
        clicks: { event: "click" },
        ...END,
      }),
    );
    site.file(
      "/own.js",
      'const blob = new Blob(["x"]); document.querySelector("#blob").href = URL.createObjectURL(blob);',
    );
    site.pages({
      before,
      body: `<a id="named" href="/export?id=7" download="report.pdf">Report</a> <a id="blob" download="offer.pdf">Offer</a>
        <a id="plain" href="/export" download>Export</a> <a id="other" href="https://cdn.example/x" download>Elsewhere</a>
        <a id="data" href="data:text/csv,secret" download="x.csv">Data</a><script src="/own.js"></script>`,
    });
    const page = await open("/");
    for (const link of ["#named", "#blob", "#plain", "#other", "#data"]) await page.click(link);
    await inTheEnd(page, { downloads: 5, named: 1, blob: 1, plain: 1, other: 1, data: 1, clicks: 0 });
  });

  once("so is one in an image map, in a web component and in vector graphics", async ({ site, open }) => {
    const file = (file_name) => ({ event: "file_download", where: { file_name } });
    site.model(
      counting({
        area: file("map.bin"),
        shadow: file("shadow.bin"),
        svg: file("svg.bin"),
        clicks: { event: "click" },
        ...END,
      }),
    );
    const link = '<a href="/export" download="shadow.bin">Export</a>';
    site.file(
      "/own.js",
      `document.querySelector("x-link").attachShadow({ mode: "open" }).innerHTML = ${JSON.stringify(link)};`,
    );
    const image = "data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==";
    site.pages({
      before,
      policy: null,
      body: `<img id="map" src="${image}" width="100" height="40" usemap="#m"><map name="m"><area shape="default" href="/export" download="map.bin"></map>
        <svg width="100" height="40"><a href="/export" download="svg.bin"><rect width="100" height="40"/></a></svg>
        <x-link></x-link><script src="/own.js"></script>`,
    });
    const page = await open("/");
    await page.run(() => addEventListener("click", (event) => event.preventDefault()));
    for (const target of ["#map", "rect", "x-link"]) await page.click(target);
    await inTheEnd(page, { area: 1, shadow: 1, svg: 1, clicks: 0 });
  });

  everywhere("a click that really leaves the page is counted on the next", async ({ site, open }) => {
    site.model(
      counting({ clicks: { event: "click", where: { outbound: true, link_url: `${site.other}/elsewhere` } } }),
    );
    site.page("/", { body: `<a href="${site.other}/elsewhere">Elsewhere</a>` });
    const page = await open("/");
    await page.click("a");
    await page.until(() => location.hostname === "localhost");
    await page.goto(`${site.origin}/`);
    await started(page);
    await counted(page, { clicks: 1 });
  });
});
