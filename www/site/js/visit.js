// What this site tells the scoring about a visit: page views, a form begun, a form sent. Nothing leaves the page
// until a stage trips; then one signal does.
import init, { Model } from "/leadscore/index.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { VISITOR_KEY, Visitor } from "./visitor.js";

async function start() {
  const panel = new Panel();
  if (navigator.globalPrivacyControl) {
    panel.explainSilence("Your browser asks sites not to track you, so this visit is not scored.");
    return;
  }

  let visitor;
  try {
    const [bytes] = await Promise.all([fetchModel(), init(), untilShown()]);
    visitor = new Visitor(new Model(bytes));
  } catch (error) {
    // The site works without a score; say so once and stay out of the way.
    console.warn("leadscore: this visit is not scored:", error);
    panel.explainSilence("Scoring could not start in this browser.");
    return;
  }
  wire(visitor, panel);
}

function wire(visitor, panel) {
  const outbox = new Outbox((signal, outcome) => panel.showSignal(signal.data.stage, outcome));
  const show = () => panel.show(visitor.snapshot(), visitor.receipt());
  const take = (event) => {
    try {
      visitor.take({ ...event, url: location.href }, outbox);
      show();
    } catch (error) {
      // The site's own forms and links go on working whatever the scoring says.
      console.warn("leadscore: an event was not scored:", error);
    }
    outbox.flush();
  };
  const takePageView = () => take({ type: "page_view" });

  takePageView();
  addEventListener("pageshow", (event) => {
    // Back and forward bring a page to life again without loading it.
    if (!event.persisted) return;
    visitor.restore();
    takePageView();
  });
  addEventListener("storage", ({ key }) => {
    if (key !== VISITOR_KEY && key !== null) return;
    visitor.join();
    show();
  });
  // Two tabs that wrote at one moment: the one whose write was overtaken still holds its hits and joins them here.
  addEventListener("pagehide", () => {
    visitor.join();
    visitor.store();
  });
  panel.onStartOver(() => {
    visitor.forget();
    outbox.forget();
    show();
  });
  for (const form of document.querySelectorAll("form[data-scored]")) wireForm(form, take);
}

// Which form it is, never what stands in it. The attributes are read as such because a field named "id" or "name"
// would hide the form's own properties.
function wireForm(form, take) {
  const props = { form_id: form.getAttribute("id"), form_name: form.getAttribute("name") };
  form.addEventListener("input", () => take({ type: "form_start", props }), { once: true });
  form.addEventListener("submit", () => take({ type: "form_submit", props }));
}

async function fetchModel() {
  const response = await fetch("/model.lsm");
  if (!response.ok) throw new Error(`the model answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

// A page that is rendered ahead of a click is no view until it is shown.
function untilShown() {
  if (!document.prerendering) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("prerenderingchange", resolve, { once: true }));
}

start();
