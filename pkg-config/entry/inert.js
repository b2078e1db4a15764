// What is left on a page without a tracker: it could not start, has crashed or was stopped. Whoever calls it goes on as if
// there were nothing, but what the visitor chooses is kept for the tabs and pages that have one.
import { setCookie } from "./cookie.js";
import { tried } from "./page.js";

const RECORD = "leadscore-consent";
const NAMES = ["track", "identify", "lifecycle", "reset", "snapshot", "stop"];

export function inert() {
  const tracker = {
    on: () => () => {},
    consent(value) {
      if (value == "pending") return;
      if (value != "granted") value = "denied";
      // The record of src/browser/consent.rs: where it says denied, the next tracker deletes all that is stored. Nothing
      // else is stored here, so a grant only replaces a denial.
      tried(() => (value == "denied" || localStorage.getItem(RECORD)) && localStorage.setItem(RECORD, value));
      if (value == "denied") tried(() => setCookie(value, false));
    },
    push: (...commands) => commands.forEach((command) => tried(() => tracker[command[0]](...command.slice(1)))),
  };
  for (const name of NAMES) tracker[name] = () => {};
  return tracker;
}
