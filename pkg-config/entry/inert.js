// What is left on a page without a tracker: it could not start, has crashed or was stopped. Whoever calls it goes on as if
// there were nothing, but what the visitor chooses is kept for all tabs and pages, as a tracker would keep it.
import { setCookie } from "./cookie.js";
import { tried } from "./page.js";

// As src/browser/consent.rs and keys.rs have them: tests/browser/lib/consent-table.json and the list of keys hold both.
const RECORD = "leadscore-consent";
const OWN = /^leadscore\.(lead(\.\d)?|session|retry|out\.[\w-]{21}[AQgw])$/;
const NAMES = ["track", "identify", "lifecycle", "reset", "snapshot", "stop"];

/** Milliseconds to the next try where the record cannot be stored; then twice as long each time. */
const PAUSE = 100;

/** Reads the option `cookie`: as an attribute without a value is meant. */
export const hasCookie = (cookie) => cookie === "" || !!cookie;

/**
 * `isMirrored`: the page has the cookie that an edge worker reads, or is to have it. Where the record cannot be stored it
 * is tried again after a `pause`, unless that is 0.
 */
export function inert(isMirrored, pause = PAUSE) {
  let last;
  /** Writes the record, unless the visitor chooses anew meanwhile. */
  const keep = (choice, pause) => {
    const isKept = tried(() => {
      if (choice) localStorage.setItem(RECORD, choice);
      else localStorage.removeItem(RECORD);
      return true;
    });
    if (!isKept && pause) setTimeout(() => last == choice && keep(choice, 2 * pause), pause);
  };
  const tracker = {
    on: () => () => {},
    consent(value) {
      const record = tried(() => localStorage.getItem(RECORD));
      if (value == "pending") {
        // Takes back a grant, not a denial.
        if (record == "denied") return;
        value = "";
      } else if (value != "granted") {
        value = "denied";
        // Before the record is written, as there may be no room left for it.
        tried(() => Object.keys(localStorage).forEach((key) => OWN.test(key) && localStorage.removeItem(key)));
        tried(() => setCookie(value, isMirrored));
      } else if (tried(() => /** @type {any} */ (navigator).globalPrivacyControl)) return;
      last = value;
      keep(value, pause);
    },
    push: (...commands) => commands.forEach((command) => tried(() => tracker[command[0]](...command.slice(1)))),
  };
  for (const name of NAMES) tracker[name] = () => {};
  return tracker;
}
