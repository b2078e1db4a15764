// The events that a site pushes to its data layer for Google's tags are taken in here too; so is Consent Mode.
import { listenIn } from "./life.js";

// What Google's tags push for themselves, what the tracker sees itself, and what it pushes there.
const OWN = /^(gtm\.|(page_view|scroll|user_engagement|session_start|first_visit|qualify_lead)$)/;

/** Follows the data layer of that name. */
export function dataLayer(life, name, { track, consent }) {
  const layer = (window[name] ||= []);
  const take = (item) => {
    try {
      // As gtag() pushes its arguments, or an object with the event's name.
      const [kind, what, value] = item.event ? ["event", item.event, item] : [item[0], item[1], item[2]];
      if (kind == "event" && !OWN.test(what)) track?.(what, value);
      const storage = kind == "consent" && value.analytics_storage;
      // Refused by default means not asked yet.
      if (storage) consent?.(storage == "granted" ? storage : what == "default" ? "pending" : storage);
    } catch {
      // Nothing that concerns us.
    }
  };
  for (const item of [...layer]) take(item);
  listenIn(life, layer, "push", (...items) => items.forEach(take));
}
