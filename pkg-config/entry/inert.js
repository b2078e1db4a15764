// The API on a page without a tracker: it could not start, has crashed or was stopped. Calls do nothing, except that
// the visitor's choice is stored for all tabs and pages, as by a tracker.
import { setCookie } from "./cookie.js";
import { CONSENT, isOwn } from "./keys.js";
import { tried } from "./page.js";

const NAMES = ["track", "identify", "lifecycle", "reset", "snapshot", "stop"];

/** Milliseconds to the next try if the record cannot be stored; each further pause is twice as long. */
const PAUSE = 100;

/** Returns true if the option `cookie` is set; `data-cookie` without a value sets it. */
export const hasCookie = (cookie) => cookie === "" || !!cookie;

/**
 * `isMirrored`: consent is also written to the cookie that an edge worker reads. If the record cannot be stored, it is
 * tried again after `pause` milliseconds, unless that is 0.
 */
export function inert(isMirrored, pause = PAUSE) {
  let last;
  /** Writes the record; further tries end when the visitor makes another choice. */
  const keep = (choice, pause) => {
    const isKept = tried(() => {
      if (choice) localStorage.setItem(CONSENT, choice);
      else localStorage.removeItem(CONSENT);
      return true;
    });
    if (!isKept && pause) setTimeout(() => last == choice && keep(choice, 2 * pause), pause);
  };
  const tracker = {
    on: () => () => {},
    consent(value) {
      const record = tried(() => localStorage.getItem(CONSENT));
      if (value == "pending") {
        // `pending` takes back a grant, but not a denial.
        if (record == "denied") return;
        value = "";
      } else if (value != "granted") {
        value = "denied";
        // Deletes before the record is written, because full storage may have no room for it.
        tried(() => Object.keys(localStorage).forEach((key) => isOwn(key) && localStorage.removeItem(key)));
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
