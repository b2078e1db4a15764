// Reads the visitor's choice from the page's consent tool, and follows changes.
import { attach } from "./life.js";
import { own, tried, warn } from "./page.js";
import { whenThere } from "./there.js";

/** TCF's purposes: store on a device; create profiles to personalise content; measure the performance of content. */
const PURPOSES = ["1", "5", "8"];

/** The opt-outs in the sections of the United States. */
const OPT_OUTS = ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"];

/**
 * By tool: `find` returns its interface once it is there; `needs` are the purposes, categories or services that have to
 * be allowed unless the site names others; `follow(life, tool, apply, needs)` calls `apply(isAllowed, isChosen)`: a
 * choice of the visitor's, or what holds as long as there is none.
 */
const TOOLS = {
  // https://github.com/InteractiveAdvertisingBureau/GDPR-Transparency-and-Consent-Framework/blob/master/TCFv2/IAB%20Tech%20Lab%20-%20CMP%20API%20v2.md
  tcf: {
    find: () => own("__tcfapi"),
    needs: PURPOSES,
    follow(life, api, apply, needs) {
      let isChosen, listener;
      life.ends.push(() => api("removeEventListener", 2, () => {}, listener));
      api("addEventListener", 2, (data, isDone) => {
        if (!isDone || life.isOver) return;
        const { gdprApplies, eventStatus, purpose, listenerId } = data;
        listener = listenerId;
        if (gdprApplies === false) apply(true, false);
        else if (/^(tcloaded|useractioncomplete)$/.test(eventStatus)) {
          isChosen = true;
          apply(
            needs.every((need) => purpose?.consents?.[need] === true),
            true,
          );
        }
        // Opening the dialog again does not change an earlier choice.
        else if (eventStatus == "cmpuishown" && !isChosen) apply(false, false);
      });
    },
  },
  // https://github.com/InteractiveAdvertisingBureau/Global-Privacy-Platform/blob/main/Core/CMP%20API%20Specification.md
  gpp: {
    find: () => own("__gpp"),
    needs: PURPOSES,
    follow(life, api, apply, needs) {
      let listener;
      life.ends.push(() => api("removeEventListener", () => {}, listener));
      api("addEventListener", ({ pingData, listenerId }, isDone) => {
        listener = listenerId;
        const { signalStatus, applicableSections, parsedSections } = pingData || {};
        if (!isDone || life.isOver || signalStatus != "ready") return;
        // 0 and -1: none applies here.
        if (![].concat(applicableSections ?? []).some((section) => section > 0)) return apply(true, false);
        // A section is an object, or a list of its parts.
        const sections = Object.values(parsedSections || {}).map((parts) => Object.assign({}, ...[].concat(parts)));
        const isRefused = ({ PurposeConsents, Gpc, ...section }) =>
          PurposeConsents
            ? needs.some((need) => PurposeConsents[need - 1] !== true)
            : Gpc === true || Gpc === 1 || OPT_OUTS.some((name) => section[name] === 1);
        apply(sections.length > 0 && !sections.some(isRefused), sections.length > 0);
      });
    },
  },
  // https://developer.onetrust.com/onetrust/docs/javascript-events-guide
  onetrust: {
    find: () => own("OneTrust").IsAlertBoxClosed && own("OneTrust"),
    needs: ["C0002"],
    follow(life, tool, apply, needs) {
      const readChoice = () => {
        const groups = String(own("OnetrustActiveGroups")).split(",");
        apply(
          needs.every((need) => groups.includes(need)),
          tool.IsAlertBoxClosed(),
        );
      };
      attach(life, window, ["OneTrustGroupsUpdated"], readChoice);
      readChoice();
    },
  },
  // https://www.cookiebot.com/en/developer/
  cookiebot: {
    find: () => own("Cookiebot").consent && own("Cookiebot"),
    needs: ["statistics"],
    follow(life, tool, apply, needs) {
      const readChoice = () =>
        apply(
          needs.every((need) => tool.consent[need] === true),
          tool.hasResponse,
        );
      const kinds = ["CookiebotOnConsentReady", "CookiebotOnAccept", "CookiebotOnDecline", "CookiebotOnDialogDisplay"];
      attach(life, window, kinds, readChoice);
      // Without a response it may not have read its cookie yet.
      if (tool.hasResponse) readChoice();
    },
  },
  // https://github.com/klaro-org/klaro-js/blob/master/src/consent-manager.js
  klaro: {
    find: () => own("klaro").getManager(),
    needs: ["leadscore"],
    follow(life, manager, apply, needs) {
      const readChoice = () =>
        apply(
          needs.every((need) => manager.states[need] === true),
          manager.confirmed,
        );
      const watcher = { update: (_, name) => name == "applyConsents" && readChoice() };
      manager.watch(watcher);
      life.ends.push(() => manager.unwatch(watcher));
      readChoice();
    },
  },
  // https://cookieconsent.orestbida.com/advanced/callbacks-events.html
  "vanilla-cookieconsent": {
    // Its events need no interface, which a bundle may keep to itself.
    find: () => true,
    needs: ["analytics"],
    follow(life, _, apply, needs) {
      const chosen = (categories) =>
        apply(
          needs.every((need) => categories.includes(need)),
          true,
        );
      attach(life, window, ["cc:onConsent", "cc:onChange"], ({ detail }) => chosen(detail.cookie.categories));
      attach(
        life,
        window,
        ["cc:onModalShow"],
        ({ detail }) => detail.modalName == "consentModal" && apply(false, false),
      );
      const tool = own("CookieConsent");
      if (tool?.validConsent?.()) chosen(tool.getUserPreferences().acceptedCategories);
    },
  },
};

/**
 * Follows the tool of a string such as `tcf` or `tcf 1 3`: the requirements may follow the name. `consent` takes a
 * choice, `assume` what holds as long as there is none.
 */
export function follow(life, text, { assume, consent }) {
  const [name, ...needs] = String(text)
    .trim()
    .split(/[\s,]+/);
  if (!Object.hasOwn(TOOLS, name)) {
    warn(`consent: there is no "${name}", only granted, pending, denied, google, ${Object.keys(TOOLS).join(", ")}`);
    // Without a tool there is no choice, so consent is denied.
    return assume("denied");
  }
  const tool = TOOLS[name];
  const apply = (isAllowed, isChosen) => {
    if (isChosen) consent(isAllowed ? "granted" : "denied");
    else if (isAllowed) assume("granted");
    // The tool asks again, so the earlier choice no longer applies.
    else consent("pending");
  };
  whenThere(life, tool.find, (found) =>
    tried(() => tool.follow(life, found, apply, needs.length ? needs : tool.needs)),
  );
}
