// `leadscore/inspector`: shows on a page what the tracker knows. The runtime is in this file, so that its hash, which
// the tag pins, covers all code that it runs.
import bytes from "#bytes";
import init, { Lead, Model } from "./index.js";
import { elementClass, toggle } from "../inspector/element.js";

const load = () =>
  init(IS_INLINE ? bytes() : fetch(new URL("leadscore.wasm", import.meta.url), { integrity: INTEGRITY }));

const LeadscoreInspector = elementClass({ init: load, Lead, Model });

// Two copies of this file on one page are one element; on a server there is none.
if (globalThis.customElements && !customElements.get("leadscore-inspector")) {
  customElements.define("leadscore-inspector", LeadscoreInspector);
}

export { LeadscoreInspector, toggle };
