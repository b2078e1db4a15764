// A form counts once, when its data is sent. An attempt that the page or the browser stops does not count.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, pass, started, track } from "./lib/tag.mjs";

// Time passes only in `pass`, so that no machine is too slow; each reading of the date moves it by a second, because
// two events in one second count once.
const before = ["clock", "date?step=1000"];
const EVENTS = { starts: { event: "form_start" }, submits: { event: "form_submit" }, end: { event: "end" } };

/** Longer than the tag waits before it decides about a form, or takes a second click for a new submission. */
const LONG = 1_200;

async function inTheEnd(page, expected) {
  await pass(page, LONG);
  await track(page, "end");
  await counted(page, { ...expected, end: 1 });
}

/** Types with key presses, because the drivers' `type` does not look for a field in the shadow tree of these hosts. */
async function enter(page, hosts, text) {
  await page.run((hosts) => {
    const root = hosts.reduce((root, host) => root.querySelector(host).shadowRoot, document);
    root.querySelector("input").focus();
  }, hosts);
  for (const key of text) await page.press(key);
}

const own = (script) => `<script>${script}</script>`;
const onSubmit = (body) =>
  own(
    `document.querySelector("form").addEventListener("submit", async (event) => { const form = event.target; ${body} });`,
  );
const FORM = '<form id="demo" action="/thanks"><input name="email" required><button id="send">Send</button></form>';

suite("sent forms", (everywhere, once) => {
  const SHADOW = {
    "an open shadow root": [
      `<x-demo></x-demo>${own(`customElements.define("x-demo", class extends HTMLElement { connectedCallback() {
        const root = this.attachShadow({ mode: "open" });
        root.innerHTML = '<form id="demo"><input><button>Ask</button></form>';
        root.querySelector("form").onsubmit = (event) => event.preventDefault();
      } });`)}`,
      ["x-demo"],
    ],
    "a shadow root within another": [
      `<x-outer></x-outer>${own(`const inner = document.createElement("div");
        inner.attachShadow({ mode: "open" }).innerHTML = '<form id="demo"><input><button>Ask</button></form>';
        inner.shadowRoot.querySelector("form").onsubmit = (event) => event.preventDefault();
        document.querySelector("x-outer").attachShadow({ mode: "open" }).append(inner);`)}`,
      ["x-outer", "div"],
    ],
    "a declarative shadow root": [
      '<div id="host"><template shadowrootmode="open"><form id="demo" action="/thanks"><input><button>Ask</button></form></template></div>',
      ["#host"],
      "/thanks",
    ],
  };
  for (const [index, [what, [body, hosts, next = "/"]]] of Object.entries(SHADOW).entries()) {
    (index ? once : everywhere)(`a form in ${what} counts as started and as sent`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, demo: { event: "form_submit", where: { form_id: "demo" } } }));
      site.page("/", { before, policy: null, body });
      site.page("/thanks", { before });
      const page = await open("/");
      await enter(page, hosts, "acme");
      await counted(page, { starts: 1, submits: 0 });
      await page.press("Enter");
      // The form counts on the page that the browser is about to leave, so only the next page shows that it has left.
      await page.until((next) => clock.tick(50) && location.pathname === next, next);
      await started(page);
      await inTheEnd(page, { starts: 1, submits: 1, demo: 1 });
    });
  }

  const SCRIPTED = {
    "a script, after a captcha has answered": [
      '<form id="demo" action="/thanks"><input><button type="button">Ask</button></form>',
      'document.querySelector("button").onclick = () => setTimeout(() => document.querySelector("form").submit(), 50);',
    ],
    "a script, from a link": [
      '<form id="demo" action="/thanks"><input><a id="send" href="#">Ask</a></form>',
      'document.querySelector("#send").onclick = () => document.querySelector("form").submit();',
    ],
    "a script, though a field hides its function": [
      '<form id="demo" action="/thanks"><input name="submit"><button type="button">Ask</button></form>',
      'document.querySelector("button").onclick = () => HTMLFormElement.prototype.submit.call(document.querySelector("form"));',
    ],
  };
  for (const [index, [what, [body, script]]] of Object.entries(SCRIPTED).entries()) {
    (index ? once : everywhere)(`a form that is sent by ${what} counts once`, async ({ site, open }) => {
      site.model(counting({ ...EVENTS, demo: { event: "form_submit", path: "/", where: { form_id: "demo" } } }));
      site.page("/", { before, policy: null, body: body + own(script) });
      site.page("/thanks", { before });
      const page = await open("/");
      await page.type("input", "acme");
      await page.click("button, #send");
      await page.until(() => clock.tick(50) && location.pathname === "/thanks");
      await started(page);
      await inTheEnd(page, { starts: 1, submits: 1, demo: 1 });
    });
  }

  everywhere("a form that a script sends into a frame of the page counts once", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.page("/thanks", { tag: null });
    const body =
      '<form action="/thanks" target="into"><input><button type="button">Ask</button></form><iframe name="into"></iframe>';
    const script = own('document.querySelector("button").onclick = () => document.querySelector("form").submit();');
    site.page("/", { before, policy: null, body: body + script });
    const page = await open("/");
    await page.type("input", "acme");
    await page.click("button");
    await page.until(() => leadscore.snapshot().dimensions.submits);
    await inTheEnd(page, { submits: 1 });
  });

  once(
    "a form that a script only reads does not count as sent, even if the visitor leaves by a link",
    async ({ site, open }) => {
      site.model(counting(EVENTS));
      const script =
        'document.querySelector("input").oninput = ({ target }) => (window.draft = new FormData(target.form));';
      const body = '<form><input name="a"></form><a href="/next">Next</a>';
      site.page("/", { before, policy: null, body: body + own(script) });
      site.page("/next", { before });
      const page = await open("/");
      await page.type("input", "acme");
      await page.click("a");
      await page.until(() => location.pathname === "/next");
      await started(page);
      await inTheEnd(page, { starts: 1, submits: 0 });
    },
  );

  /** The typed text, the page's own handler, how often the form counts, and the address after it. */
  const HANDLERS = {
    "a page that refuses an empty field": ["", "event.preventDefault(); if (form.checkValidity()) fetch('/go');", 0],
    "a page that marks a field": ["x", "event.preventDefault(); form[0].setAttribute('aria-invalid', 'true');", 0],
    "a page that marks a field later": ["x", "event.preventDefault(); await new Promise((done) => setTimeout(done, 40)); form[0].setAttribute('aria-invalid', 'true');", 0], // prettier-ignore
    "a page that gives its own reason": ["x", "event.preventDefault(); form[0].setCustomValidity('taken');", 0],
    "a page that sends it itself": ["x", "event.preventDefault(); new FormData(form);", 1],
    "a page that sends it and empties it": ["x", "event.preventDefault(); form.reset();", 1],
    "a page that sends it and clears the field": ["x", "event.preventDefault(); form[0].value = '';", 1],
    "a page that asks something before it sends it": ["x", "event.preventDefault(); if (!form.done) { form.done = true; setTimeout(() => form.requestSubmit(), 300); }", 1], // prettier-ignore
    "a page that asks something, and then lets the browser send it": ["x", "if (!form.done) { event.preventDefault(); form.done = true; setTimeout(() => form.submit(), 300); }", 1, "/thanks"], // prettier-ignore
  };
  for (const [what, [text, handler, submits, next = "/"]] of Object.entries(HANDLERS)) {
    once(`${what}: ${submits ? "counts once" : "does not count"}`, async ({ site, open }) => {
      site.model(counting(EVENTS));
      const body = FORM.replace("<form", "<form novalidate") + onSubmit(handler);
      site.page("/", { before, policy: null, body });
      site.page("/thanks", { before });
      const page = await open("/");
      if (text) await page.type("input", text);
      await page.click("#send");
      await page.until((next) => clock.tick(50) && location.pathname === next, next);
      await started(page);
      await inTheEnd(page, { submits });
    });
  }

  once(
    "a form that the page refuses reaches no stage and sends no signal; the corrected one does",
    async ({ site, open }) => {
      const model = counting({ ...EVENTS, early: { event: "early" } });
      site.model({
        ...model,
        stages: [
          { id: "first", at: 1_000, auto: ["early-rule"] },
          { id: "mql", at: 2_000, auto: ["submits-rule"] },
        ],
      });
      const refusing = onSubmit("event.preventDefault(); if (form.checkValidity()) new FormData(form);");
      site.page("/", { before, policy: null, body: FORM.replace("<form", "<form novalidate") + refusing });
      const page = await open("/");
      await page.click("#send");
      await pass(page, LONG);
      await track(page, "early");
      await site.signals(1);
      assert.deepEqual(
        site.received.map(({ signal }) => signal.data.stage),
        ["first"],
      );
      await page.type("input", "a@acme.example");
      await page.click("#send");
      await pass(page, LONG);
      await site.signals(2);
      assert.deepEqual(
        site.received.map(({ signal }) => signal.data.stage),
        ["first", "mql"],
      );
    },
  );

  everywhere("a second click does not count, but sending the form again with a change does", async ({ site, open }) => {
    site.model(counting(EVENTS));
    site.page("/", { before, policy: null, body: FORM + onSubmit("event.preventDefault();") });
    const page = await open("/");
    await page.type("input", "x");
    await page.click("#send");
    await pass(page, 100);
    await counted(page, { submits: 1 });
    await page.type("input", "y");
    await page.click("#send");
    await pass(page, LONG);
    await counted(page, { submits: 2 });
    await page.click("#send");
    await inTheEnd(page, { submits: 3 });
  });

  everywhere(
    "a form that a script submits at each change counts only once the visitor sends it",
    async ({ site, open }) => {
      site.model(counting(EVENTS));
      const body = `<form onsubmit="event.preventDefault()"><input name="q" oninput="this.form.requestSubmit()"></form>
      <form id="filter" action="/thanks"><select onchange="this.form.submit()"><option>a<option>b</select></form>`;
      site.page("/", { before, policy: null, body });
      site.page("/thanks", { before });
      const page = await open("/");
      await page.type("input", "crm");
      await pass(page, LONG);
      await counted(page, { starts: 1, submits: 0 });
      await page.press("Enter");
      await pass(page, LONG);
      await counted(page, { starts: 1, submits: 1 });
      await page.type("select", "b");
      await page.until(() => location.pathname === "/thanks");
      await started(page);
      await inTheEnd(page, { submits: 1 });
    },
  );

  const DIALOGS = {
    "the Cancel of a dialog":
      '<form><input><button>Send</button><button id="no" formmethod="dialog">Cancel</button></form>',
    "a form that closes a dialog": '<form method="dialog"><input><button id="no">Close</button></form>',
  };
  for (const [index, [what, form]] of Object.entries(DIALOGS).entries()) {
    (index ? once : everywhere)(`${what} sends nothing`, async ({ site, open }) => {
      site.model(counting(EVENTS));
      site.page("/", { before, body: `<dialog open>${form}</dialog>` });
      const page = await open("/");
      await page.click("#no");
      await inTheEnd(page, { submits: 0 });
    });
  }

  everywhere("the form goes to the button's own address", async ({ site, open }) => {
    const to = (path) => ({ event: "form_submit", where: { form_destination: `${site.origin}${path}` } });
    site.model(counting({ ...EVENTS, trial: to("/trial"), image: to("/image"), demo: to("/demo") }));
    const body = `<form action="/demo"><button id="t" formaction="/trial">Trial</button>
      <input id="i" type="image" alt="Go" formaction="/image"><button id="d">Demo</button></form>`;
    site.page("/", { before: [...before, "stay"], body });
    const page = await open("/");
    for (const button of ["#t", "#i", "#d"]) {
      await page.click(button);
      await pass(page, LONG);
    }
    await inTheEnd(page, { submits: 3, trial: 1, image: 1, demo: 1 });
  });

  once(
    "a button outside its form, and one that a script sends it by, have their own addresses too",
    async ({ site, open }) => {
      const to = (path) => ({ event: "form_submit", where: { form_destination: `${site.origin}${path}` } });
      site.model(counting({ ...EVENTS, outside: to("/outside"), script: to("/script") }));
      const body = `<form id="one" action="/demo"></form><button id="o" form="one" formaction="/outside">Outside</button>
        <form id="two" action="/demo"><button id="hidden" formaction="/script">Hidden</button></form><button id="s">Script</button>`;
      const script = own(`document.querySelector("#s").onclick = () =>
        document.querySelector("#two").requestSubmit(document.querySelector("#hidden"));`);
      site.page("/", { before: [...before, "stay"], policy: null, body: body + script });
      const page = await open("/");
      for (const button of ["#o", "#s"]) {
        await page.click(button);
        await pass(page, LONG);
      }
      await inTheEnd(page, { submits: 2, outside: 1, script: 1 });
    },
  );

  once("a field belongs to the form that it names", async ({ site, open }) => {
    const of = (form_id) => ({ event: "form_start", where: { form_id } });
    site.model(counting({ ...EVENTS, a: of("a"), b: of("b") }));
    const body = '<form id="a"><input id="i" form="b"></form><form id="b"></form><textarea id="t" form="a"></textarea>';
    site.page("/", { before, body });
    const page = await open("/");
    await page.type("#i", "x");
    await counted(page, { b: 1, a: 0 });
    await page.type("#t", "x");
    await inTheEnd(page, { starts: 2, a: 1, b: 1 });
  });

  once("a form belongs to the address at which it was sent", async ({ site, open }) => {
    const sent = (path) => ({ event: "form_submit", path });
    site.model(counting({ ...EVENTS, here: sent("/contact"), there: sent("/thanks"), views: { event: "page_view" } }));
    const body = FORM + onSubmit("event.preventDefault(); history.pushState(null, '', '/thanks');");
    site.page("/contact", { before, policy: null, body });
    const page = await open("/contact");
    await page.type("input", "x");
    await page.click("#send");
    await pass(page, LONG);
    await counted(page, { views: 2 });
    await inTheEnd(page, { here: 1, there: 0 });
  });

  once(
    "an event that both a plugin and the tag report counts once; one that only the plugin reports counts",
    async ({ site, open }) => {
      site.model(counting({ ...EVENTS, own: { event: "newsletter" } }));
      const handler =
        "event.preventDefault(); dataLayer.push({ event: 'form_submit', formId: 'demo' }); setTimeout(() => dataLayer.push({ event: 'form_submit' }), 300);";
      site.page("/", { before, policy: null, tag: { listen: "dataLayer" }, body: FORM + onSubmit(handler) });
      site.page("/embedded", { before, policy: null, tag: { listen: "dataLayer" } });
      const page = await open("/");
      await page.type("input", "x");
      await page.click("#send");
      await pass(page, LONG);
      await counted(page, { submits: 1 });
      await page.goto(`${site.origin}/embedded`);
      await started(page);
      await page.run(() => dataLayer.push({ event: "form_submit" }, { event: "newsletter" }));
      await inTheEnd(page, { submits: 2, own: 1 });
    },
  );
});
