// Signals as contacts of HubSpot, with its batch upsert, the only call that finds a contact by a custom property.

import { why } from "../../entry/why.js";

// For each of the core's lifecycle stages, which a test compares. HubSpot has no stage between MQL and SQL, so a lead
// that sales has accepted (SAL) is still an MQL there.
/** @type {Record<string, string>} */
const LIFECYCLE = {
  subscriber: "subscriber",
  lead: "lead",
  mql: "marketingqualifiedlead",
  sal: "marketingqualifiedlead",
  sql: "salesqualifiedlead",
  opportunity: "opportunity",
  customer: "customer",
  evangelist: "evangelist",
};

/**
 * @param {any} signal
 * @param {object} options
 * @param {string} options.token of a private app that may write contacts
 * @param {string} [options.property] the contact's property that holds the visitor's id: text, unique; your form or CRM
 * fills it in, else a contact without a name is made
 * @param {Record<string, string>} [options.lifecycle] HubSpot's value of `lifecyclestage` for each stage; for a
 * stage that is not in it, none is sent. HubSpot moves contacts forward only.
 * @param {(signal: object) => Record<string, string>} [options.properties] what else to set, such as a score
 * @param {string} [options.note] a text property of contacts that gets the reasons in one line, as `why` says them
 * @param {object} [options.titles] for the note: what `leadscore compile` writes to `MODEL.titles.json`
 * @param {string} [options.locale] of the note
 * @param {string} [options.timeZone] of the note
 * @returns {Request | null} null for an account's signal: it is not a contact
 */
export function toHubSpot(
  signal,
  { token, property = "leadscore_visitor", lifecycle = LIFECYCLE, properties, note, titles, locale, timeZone },
) {
  if (signal.type !== "leadscore.stage.reached") return null;
  const { stage } = signal.data;
  /** @type {Record<string, string>} */
  const values = { ...properties?.(signal), [property]: signal.subject };
  if (note) values[note] = why(signal, titles, { locale, timeZone });
  if (Object.hasOwn(lifecycle, stage)) values.lifecyclestage = lifecycle[stage];
  return new Request("https://api.hubapi.com/crm/v3/objects/contacts/batch/upsert", {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ inputs: [{ idProperty: property, id: signal.subject, properties: values }] }),
  });
}
