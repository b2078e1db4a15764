// Consent tools for a test's page. Klaro, vanilla-cookieconsent and the stub of TCF are the real packages; the others
// implement the interface that their vendor documents. Each provides `choose("yes" | "no")` in the page, like its
// buttons.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";

const require = createRequire(import.meta.url);
const file = (path) => readFile(require.resolve(path), "utf8");

/** A tool's record of the choice; not in cookies, which WebKit's tests share. */
const KEPT = `
  const kept = () => localStorage["the-tool"];
  const keep = (choice) => (localStorage["the-tool"] = choice);
`;

async function tcf() {
  const { outputFiles } = await build({
    stdin: { contents: 'import stub from "@iabtcf/stub"; stub();', resolveDir: import.meta.dirname ?? process.cwd() },
    bundle: true,
    format: "iife",
    write: false,
  });
  // The tool itself comes later, and takes over the calls that the stub has queued.
  return `${outputFiles[0].text}
  setTimeout(() => {${KEPT}
    const listeners = new Map();
    let status = kept() ? "tcloaded" : "cmpuishown";
    const data = (listenerId) => ({
      tcfPolicyVersion: 5, gdprApplies: true, cmpStatus: "loaded", eventStatus: status, listenerId, tcString: kept() ? "CP" : "",
      purpose: { consents: Object.fromEntries([1, 3, 5, 8].map((id) => [id, kept() === "yes"])), legitimateInterests: {} },
    });
    const tell = () => listeners.forEach((call, id) => call(data(id), true));
    const queued = __tcfapi();
    window.__tcfapi = (command, version, call, parameter) => {
      if (command === "addEventListener") listeners.set(listeners.size + 1, call), call(data(listeners.size), true);
      else if (command === "removeEventListener") call(listeners.delete(parameter));
      else if (command === "ping") call({ cmpLoaded: true });
    };
    queued.forEach((call) => __tcfapi(...call));
    window.choose = (choice) => (keep(choice), (status = "useractioncomplete"), tell());
  }, 300);`;
}

const gpp = () => `${KEPT}
  let listener;
  const pingData = () => ({
    gppVersion: "1.1", cmpStatus: "loaded", signalStatus: kept() ? "ready" : "not ready", applicableSections: [7],
    parsedSections: kept()
      ? { usnat: [{ Version: 1, SaleOptOut: kept() === "yes" ? 2 : 1, SharingOptOut: 2, TargetedAdvertisingOptOut: 2 }, { SubsectionType: 1, Gpc: false }] }
      : {},
  });
  window.__gpp = (command, call) => {
    if (command !== "addEventListener") return;
    listener = call;
    call({ eventName: "listenerRegistered", listenerId: 1, data: true, pingData: pingData() }, true);
  };
  window.choose = (choice) => {
    keep(choice);
    listener({ eventName: "signalStatus", listenerId: 1, data: "ready", pingData: pingData() }, true);
  };`;

const onetrust = () => `setTimeout(() => {${KEPT}
  const tell = () => {
    window.OnetrustActiveGroups = kept() === "yes" ? ",C0001,C0002," : ",C0001,";
    dispatchEvent(new CustomEvent("OneTrustGroupsUpdated", { detail: OnetrustActiveGroups.split(",").filter(Boolean) }));
  };
  // If no banner is shown, only this exists at first.
  window.OneTrust = { geolocationResponse: {} };
  setTimeout(() => {
    window.OneTrust = { IsAlertBoxClosed: () => !!kept(), GetDomainData: () => ({}), OnConsentChanged: () => {} };
    tell();
    window.choose = (choice) => (keep(choice), tell());
  }, 100);
}, 200);`;

const cookiebot = () => `${KEPT}
  window.Cookiebot = {
    consent: { necessary: true, preferences: false, statistics: false, marketing: false },
    hasResponse: false, consented: false, declined: false,
  };
  const take = (choice) => {
    Cookiebot.consent.statistics = Cookiebot.consented = choice === "yes";
    Cookiebot.declined = choice === "no";
    Cookiebot.hasResponse = !!choice;
  };
  const tell = (...names) => names.forEach((name) => dispatchEvent(new Event(name)));
  setTimeout(() => {
    take(kept());
    if (kept()) tell("CookiebotOnConsentReady");
    else tell("CookiebotOnDialogInit", "CookiebotOnDialogDisplay");
    window.choose = (choice) => {
      keep(choice);
      take(choice);
      tell("CookiebotOnConsentReady", choice === "yes" ? "CookiebotOnAccept" : "CookiebotOnDecline");
    };
  }, 300);`;

const klaro = async () => `
  window.klaroConfig = {
    storageMethod: "localStorage", storageName: "the-tool", default: false,
    services: [{ name: "leadscore", purposes: ["analytics"] }, { name: "other", purposes: ["other"] }],
  };
  ${await file("klaro/dist/klaro-no-css.js")}
  window.choose = (choice) => {
    const manager = klaro.getManager();
    manager.changeAll(choice === "yes");
    manager.saveAndApplyConsents();
  };`;

const vanilla = (after) => async () => `
  ${await file("vanilla-cookieconsent/dist/cookieconsent.umd.js")}
  const text = { title: "Cookies", description: "?", acceptAllBtn: "Yes", acceptNecessaryBtn: "No" };
  addEventListener("DOMContentLoaded", () => {
    const { run, acceptCategory } = CookieConsent;
    run({
      cookie: { name: "the-tool", useLocalStorage: true },
      categories: { necessary: { enabled: true, readOnly: true }, analytics: {} },
      language: { default: "en", translations: { en: { consentModal: text, preferencesModal: { title: "?", sections: [] } } } },
    });
    window.choose = (choice) => acceptCategory(choice === "yes" ? "all" : []);
    ${after}
  });`;

/** By the value of `data-consent`: what makes the script of the page. */
export const TOOLS = { tcf, gpp, onetrust, cookiebot, klaro, "vanilla-cookieconsent": vanilla("") };

/** As where a bundle keeps the tool's interface to itself: there are its events alone. */
export const bundledVanilla = vanilla("delete window.CookieConsent;");
