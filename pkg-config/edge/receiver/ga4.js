// Signals as GA4's event `qualify_lead`, by the Measurement Protocol
// (https://developers.google.com/analytics/devguides/collection/protocol/ga4). Google answers 204 to every request:
// test requests at www.google-analytics.com/debug/mp/collect first. The event's value is the score, without a currency.

/** Milliseconds: Google silently drops events that are older, and those in the future. */
const OLDEST = 72 * 3_600_000;
// A request may be under way for a while, and is tried again for a while.
const MARGIN = 3_600_000;

/**
 * @param {any} signal
 * @param {object} options
 * @param {string} options.measurementId such as G-XXXXXXXXXX
 * @param {string} options.apiSecret made in GA4 for this data stream
 * @param {string | ((signal: any) => string)} [options.clientId] GA4's own id of the visitor, from its cookie `_ga`,
 * so that it is one user there; else the signal's subject
 * @param {string | ((signal: any) => string)} [options.sessionId] GA4's own id of the session, from its cookie
 * `_ga_XXXXXXXXXX`, so that the lead is attributed to the session's campaign; else a session of its own
 * @param {() => number} [options.now]
 * @returns {Request | null} null for an account's signal: it is not a user
 */
export function toGA4(
  signal,
  { measurementId, apiSecret, clientId = ({ subject }) => subject, sessionId = ownSession, now = Date.now },
) {
  if (signal.type !== "leadscore.stage.reached") return null;
  const { stage, snapshot } = signal.data;
  const url = new URL("https://www.google-analytics.com/mp/collect");
  url.search = new URLSearchParams({ measurement_id: measurementId, api_secret: apiSecret }).toString();
  const at = Date.parse(signal.time);
  const age = now() - at;
  return new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: typeof clientId === "function" ? clientId(signal) : clientId,
      // It is the visitor's clock. Where that is wrong, the time of the request, which GA4 takes if there is none, is
      // nearer.
      timestamp_micros: age >= 0 && age <= OLDEST - MARGIN ? at * 1000 : undefined,
      // It is measured, and used for no advertisement.
      consent: { ad_user_data: "DENIED", ad_personalization: "DENIED" },
      events: [
        {
          name: "qualify_lead",
          params: {
            // Without both, GA4's reports of users, sessions and real time leave the event out.
            session_id: typeof sessionId === "function" ? sessionId(signal) : sessionId,
            engagement_time_msec: 1,
            value: snapshot.score,
            stage,
            score: snapshot.score,
            segment: snapshot.segment,
          },
        },
      ],
    }),
  });
}

// As GA4 names sessions: by the second in which they began.
/** @param {any} signal */
const ownSession = ({ time }) => String(Math.floor(Date.parse(time) / 1000));
