// Signals as GA4's event `qualify_lead`, by the Measurement Protocol. Google answers 204 to whatever it gets: try
// requests at www.google-analytics.com/debug/mp/collect first. The event's value is the score, in no currency.

/**
 * @param {object} signal
 * @param {object} options
 * @param {string} options.measurementId such as G-XXXXXXXXXX
 * @param {string} options.apiSecret made in GA4 for this data stream
 * @param {string | ((signal: object) => string)} [options.clientId] GA4's own id of the visitor, from its cookie `_ga`,
 * so that it is one user there; else the signal's subject
 * @returns {Request | null} null for an account's signal: it is no user
 */
export function toGA4(signal, { measurementId, apiSecret, clientId = ({ subject }) => subject }) {
  if (signal.type !== "leadscore.stage.reached") return null;
  const { stage, snapshot } = signal.data;
  const url = new URL("https://www.google-analytics.com/mp/collect");
  url.search = String(new URLSearchParams({ measurement_id: measurementId, api_secret: apiSecret }));
  return new Request(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_id: typeof clientId === "function" ? clientId(signal) : clientId,
      timestamp_micros: Date.parse(signal.time) * 1000,
      // It is measured, and used for no advertisement.
      consent: { ad_user_data: "DENIED", ad_personalization: "DENIED" },
      events: [
        {
          name: "qualify_lead",
          params: { value: snapshot.score, stage, score: snapshot.score, segment: snapshot.segment },
        },
      ],
    }),
  });
}
