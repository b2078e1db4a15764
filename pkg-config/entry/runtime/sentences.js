// The messages of errors. The script tag does not contain them: its errors have only codes.

/**
 * By code: the error's name and message.
 *
 * @type {Record<string, string[]>}
 */
export const ERRORS = {
  model_corrupt: ["ModelError", "not a compiled model, or corrupted: recompile it"],
  model_version: ["ModelError", "compiled by another version: recompile it"],
  visitor_id: ["LeadError", "the visitor's id must have 1 to 1024 characters"],
  now: ["LeadError", "`now` must be in milliseconds since 1970, as from Date.now()"],
  event_syntax: ["EventError", "an event must be a JSON object: finite numbers, valid Unicode, no cycles"],
  event_type: ["EventError", "the event needs a `type` of at most 128 characters"],
  event_time: ["EventError", "`at` must be in milliseconds since 1970, before 2106"],
  event_url: ["EventError", "`url` must be a string of at most 64 KiB"],
  event_props: ["EventError", "`props` must be an object of at most 64 KiB and 8 levels"],
  event_lifecycle: [
    "EventError",
    "`props.stage` must be subscriber, lead, mql, sal, sql, opportunity, customer, evangelist or recycled",
  ],
  state_corrupt: ["StateError", "not a state, or corrupted: start without it"],
  state_version: ["StateError", "written by another version: update, or start without it"],
  state_too_large: ["StateError", "the state would exceed 64 KiB: lower the rules' limits"],
  signal_syntax: ["SignalError", "not a leadscore signal: send it unchanged"],
  signal_model: ["SignalError", "made under another model: verify it with that model"],
  signal_mismatch: ["SignalError", "does not follow from its state: do not trust it"],
  freed: ["UsageError", "this object was freed, or is in use"],
  model: ["UsageError", "expected a Model"],
};
