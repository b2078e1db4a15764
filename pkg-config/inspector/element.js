// `<leadscore-inspector>`: shown while it has the attribute `open`. It sends nothing; it loads the runtime and the
// model.
import { Inspection } from "./inspection.js";
import content from "./style/content.css";
import frame from "./style/frame.css";
import { Panel } from "./view/panel.js";

/** Milliseconds after which what is shown is right again: points fade, and other tabs add some. */
const EVERY = 1_000;
/** The same while a signal waits for its answer. */
const OFTEN = 200;
/**
 * Milliseconds after a signal was removed in which its response may still be reported; some browsers never report it.
 */
const PATIENCE = 3_000;
/** The marker that the tag looks for in the tab's name on the following pages. */
const FLAG = "&leadscore=inspect";

// A server that renders a page may import this too.
const Base = globalThis.HTMLElement ?? class {};

/** The element, given the runtime's classes. */
export const elementClass = (runtime) =>
  class LeadscoreInspector extends Base {
    static observedAttributes = ["open"];
    #inspection;
    #panel;
    #timer;
    #frame;
    #before;

    /** The address of the compiled model, or its bytes. Default: the script tag's `data-model`. */
    get model() {
      return this.#model ?? this.getAttribute("model") ?? undefined;
    }

    set model(value) {
      this.#model = value;
    }

    #model;

    /** The address of the model's titles, which `leadscore compile` writes, or the content of that file. */
    get titles() {
      return this.#titles ?? this.getAttribute("titles") ?? undefined;
    }

    set titles(value) {
      this.#titles = value;
    }

    #titles;

    get endpoint() {
      return this.getAttribute("endpoint") ?? undefined;
    }

    get open() {
      return this.hasAttribute("open");
    }

    set open(value) {
      this.toggleAttribute("open", value);
    }

    connectedCallback() {
      if (this.open) this.#begin();
    }

    disconnectedCallback() {
      this.#end();
    }

    attributeChangedCallback() {
      if (!this.isConnected) return;
      if (this.open) this.#begin();
      else this.#end();
    }

    #begin() {
      if (this.#inspection) return;
      this.#panel = new Panel({ onClose: this.#close, onTravel: () => this.#refresh() });
      const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [frame, content].map((text) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(text);
        return sheet;
      });
      root.replaceChildren(this.#panel.node);
      // Above everything on the page, if the browser supports it.
      if (this.#panel.node.showPopover) {
        this.#panel.node.popover = "manual";
        this.#panel.node.showPopover();
      }
      document.addEventListener("keydown", this.#escape);
      this.#inspection = new Inspection(this, this.#soon);
      const panel = this.#panel;
      this.#inspection.load(runtime).catch((error) => {
        panel.fail(`The receipt is not available: ${error.message}`);
      });
      this.#refresh();
    }

    #end() {
      if (!this.#inspection) return;
      clearTimeout(this.#timer);
      cancelAnimationFrame(this.#frame);
      document.removeEventListener("keydown", this.#escape);
      this.#inspection.end();
      this.#inspection = undefined;
      this.#frame = undefined;
      this.shadowRoot?.replaceChildren();
      if (window.name.endsWith(FLAG)) window.name = window.name.slice(0, -FLAG.length);
      this.#before?.focus();
      this.#before = undefined;
    }

    #close = () => (this.open = false);

    /** Only if the focus is in the inspector or nowhere, because a page's own dialogs handle Escape themselves. */
    #escape = (event) => {
      const { activeElement } = document;
      const isOurs = activeElement === this || activeElement === document.body || !activeElement;
      if (event.key === "Escape" && isOurs && !event.defaultPrevented) this.#close();
    };

    /** Opens with the focus in it, and gives that back at the end. */
    enter() {
      this.#before = document.activeElement ?? undefined;
      this.open = true;
      this.#panel.node.focus();
    }

    /** Once for all that happens at one moment. */
    #soon = () => {
      this.#frame ??= requestAnimationFrame(() => this.#refresh());
    };

    #refresh() {
      cancelAnimationFrame(this.#frame);
      this.#frame = undefined;
      clearTimeout(this.#timer);
      if (!this.#inspection) return;
      const data = this.#inspection.look(this.#panel.days);
      this.#panel.show(data, (days) => this.#inspection.ahead(days));
      const isWaiting = data.signals?.some(
        ({ status, answer, gone }) =>
          status === "pending" || (status === "acknowledged" && !answer && performance.now() - gone < PATIENCE),
      );
      this.#timer = setTimeout(() => this.#refresh(), isWaiting ? OFTEN : EVERY);
    }
  };

/** Opens the page's inspector, or closes it. With `stay`, pages after this one open it too until it is closed. */
export function toggle() {
  /** @type {any} the element, with what only this file calls */
  let inspector = document.querySelector("leadscore-inspector");
  if (inspector?.open) {
    inspector.open = false;
    return;
  }
  if (!inspector) {
    inspector = document.createElement("leadscore-inspector");
    (document.body ?? document.documentElement).append(inspector);
  }
  if (!window.name.endsWith(FLAG)) window.name += FLAG;
  // One that opens by the address leaves the focus to the page.
  if (navigator.userActivation?.isActive) inspector.enter();
  else inspector.open = true;
}
