// Follows the data layer that a site fills for Google's tags: its events, and Consent Mode.
import { attach, listenIn } from "./life.js";
import { own, ticks, tried } from "./page.js";

// Events of Google's own tags, events that the tracker sees itself, and events that the tracker pushes.
const OWN = /^(gtm\.|(page_view|scroll|user_engagement|session_start|first_visit|qualify_lead)$)/;
/** Events that the tracker may record and a plugin may push too; within `SAME` milliseconds both are one event. */
const BOTH = /^(click|file_download|form_(start|submit)|video_(start|progress|complete)|view_search_results)$/;
const SAME = 5_000;
/** Milliseconds between two looks whether the site has put another array in the place of its data layer. */
const PAUSE = 1_000;

/**
 * Follows the data layer of that name. `track` takes its events if `isListening`; with `isGoogle`, `assume` takes what
 * Consent Mode's defaults come to, and `consent` its updates.
 */
export function follow(life, name, { track, assume, consent, isListening, isGoogle }) {
  let layer, byDefault, update, isWaiting, isTaking;
  const seen = {};
  /** Events of the tracker, which are dispatched again once consent is given; items of the data layer. */
  const known = new WeakSet();
  attach(life, window, ["leadscore:event", "leadscore:held"], ({ detail }) => {
    if (!isTaking && !known.has(detail)) seen[detail.type] = ticks();
    known.add(detail);
  });
  const isSeen = (type) => {
    // The tracker records a form only after it has waited for the page's checks.
    if (type == "form_submit") seen[type] = Math.max(seen[type] || -SAME, life.sending || -SAME);
    return BOTH.test(type) && ticks() - seen[type] < SAME;
  };
  // At the end of the task, so that neither the order of defaults nor an update that another one replaces matters.
  const decide = () => {
    isWaiting = false;
    if (byDefault) assume(byDefault);
    if (update) consent(update);
    update = 0;
  };
  const recordItem = (item) => {
    try {
      if (Object(item) === item) known.add(item);
      // As gtag() pushes its arguments, or an object with the event's name.
      const [kind, what, value] = item.event ? ["event", item.event, item] : [item[0], item[1], item[2]];
      if (isListening && kind == "event" && !OWN.test(what) && !isSeen(what)) {
        isTaking = true;
        track(what, value);
        isTaking = false;
      }
      const storage = isGoogle && kind == "consent" && value.analytics_storage;
      if (!storage) return;
      // Refused by default means not asked yet. A default may hold in some regions only, and which one this is only
      // Google knows: the strictest of all counts.
      if (what == "update") update = storage;
      else byDefault = storage == "granted" ? byDefault || storage : "pending";
      if (!isWaiting) Promise.resolve().then(decide);
      isWaiting = true;
    } catch {
      // Nothing that concerns us.
    }
  };
  const look = () => {
    const found = own(name) || (window[name] = []);
    if (found === layer) return;
    layer = found;
    if (!Array.isArray(layer)) throw new Error(`window.${name} is not an array, so its events are not recorded`);
    // One that takes the place of another may begin with its items.
    for (const item of [...layer]) if (!known.has(item)) recordItem(item);
    listenIn(life, layer, "push", (...items) => items.forEach(recordItem));
  };
  look();
  const timer = setInterval(() => tried(look), PAUSE);
  life.ends.push(() => clearInterval(timer));
}
