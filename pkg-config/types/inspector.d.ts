/**
 * The inspector: shows on a page what the tracker knows about this visit. The script tag opens it for
 * `?leadscore=inspect` in the address or Ctrl+Alt+Shift+L. It sends nothing.
 *
 * ```ts
 * import { toggle } from "leadscore/inspector";
 *
 * document.querySelector("#inspect").addEventListener("click", toggle);
 * ```
 *
 * Or as an element, shown while it is `open`: `<leadscore-inspector model="/acme.lsm" open></leadscore-inspector>`.
 *
 * @packageDocumentation
 */

import type { ModelTitles } from "./compile.js";

/** The element `<leadscore-inspector>`, which this module defines. */
export class LeadscoreInspector extends HTMLElement {
  /** The address of the compiled model, or its bytes. Default: the script tag's `data-model`. */
  get model(): string | Uint8Array | undefined;
  set model(value: string | Uint8Array | undefined);
  /**
   * The address of the titles of rules and stages, which `leadscore compile` writes beside the model, or those titles.
   * Default: the script tag's `data-titles`. Without titles, the ids of rules and stages are shown.
   */
  get titles(): string | ModelTitles | undefined;
  set titles(value: string | ModelTitles | undefined);
  /** The address to which signals are posted, to show the responses. Default: the script tag's `data-endpoint`. */
  readonly endpoint: string | undefined;
  /** True if it is shown. */
  open: boolean;
}

/** Opens or closes the inspector, on this and the following pages. */
export function toggle(): void;

declare global {
  interface HTMLElementTagNameMap {
    "leadscore-inspector": LeadscoreInspector;
  }
}
