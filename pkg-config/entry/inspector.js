// `leadscore/inspector`: shows on a page what the tracker knows. The runtime is the file beside this one.
import init, { Lead, Model } from "./index.js";
import { elementClass, toggle } from "../inspector/element.js";

const LeadscoreInspector = elementClass({ init, Lead, Model });

// Two copies of this file on one page are one element; on a server there is none.
if (globalThis.customElements && !customElements.get("leadscore-inspector")) {
  customElements.define("leadscore-inspector", LeadscoreInspector);
}

export { LeadscoreInspector, toggle };
