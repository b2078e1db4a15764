// The names of all storage keys of the tracker. A withdrawal of consent deletes exactly these keys, and no other key of
// the site, however similar its name is.

/**
 * By the numbers in `src/browser/host.rs`: the lead, as `RESETS.VISITOR.STATE`; the lead as tags store it whose states
 * have format 1; the record of sessions; when the endpoint may be tried again. Each format of the state has a key of
 * its own, so that a version never overwrites what only a newer one can read.
 */
export const KEYS = ["leadscore.lead.2", "leadscore.lead", "leadscore.session", "leadscore.retry"];

/** A signal on its way; its id follows. */
export const SIGNAL = "leadscore.out.";

/**
 * The visitor's choice, `granted` or `denied`, and nothing else. It does not begin with `leadscore.`, because former
 * tags delete every key that does as soon as the lead is gone, and would delete the withdrawal with it.
 */
export const CONSENT = "leadscore-consent";

/**
 * Returns true for a key that is deleted when consent is withdrawn. Leads in formats of newer versions are among them.
 */
export const isOwn = (key) => /^leadscore\.(lead(\.\d)?|session|retry|out\.[\w-]{21}[AQgw])$/.test(key);

/** Returns true for the key of a signal. */
export const isSignal = (key) => key.startsWith(SIGNAL) && isOwn(key);
