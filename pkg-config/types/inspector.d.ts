/**
 * The inspector: shows on a page what the tracker knows of this visit. The script tag opens it by itself, for
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

/** The element `<leadscore-inspector>`, which importing this defines. */
export class LeadscoreInspector extends HTMLElement {
  /** Where the compiled model is, or its bytes. Default: what the script tag's `data-model` says. */
  get model(): string | Uint8Array | undefined;
  set model(value: string | Uint8Array | undefined);
  /**
   * Where the titles of rules and stages are, which `leadscore compile` writes beside the model, or those titles. Default:
   * what the script tag's `data-titles` says; without any, rules and stages are named by their ids.
   */
  get titles(): string | ModelTitles | undefined;
  set titles(value: string | ModelTitles | undefined);
  /** Where signals are posted, to tell how they were answered. Default: what the script tag's `data-endpoint` says. */
  readonly endpoint: string | undefined;
  /** Whether it is shown. */
  open: boolean;
}

/** Opens the page's inspector, on the pages after it too; or closes it. */
export function toggle(): void;

declare global {
  interface HTMLElementTagNameMap {
    "leadscore-inspector": LeadscoreInspector;
  }
}
