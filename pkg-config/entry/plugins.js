// The tracker as a plugin for analytics tools, one object for each. It records the tool's events, but records page
// views itself.
import { holder } from "./holder.js";

/** Starts the tracker once, and passes calls on: those from before it runs wait. */
function passing(options) {
  const { calls, hold } = holder();
  let isHeld;
  return {
    begin() {
      if (!isHeld) hold(options);
      isHeld = true;
    },
    // A tool's own additions to an event are in other fields.
    track: (name, props) => calls.track(name, props),
    // Only the traits: the tracker does not get ids of people.
    identify: (traits) => traits && calls.identify(traits),
  };
}

/**
 * For `analytics`: https://getanalytics.io/plugins/writing-plugins/
 *
 * @param {import("leadscore/browser").Options} options
 */
export function analyticsPlugin(options) {
  const { begin, track, identify } = passing(options);
  return {
    name: /** @type {const} */ ("leadscore"),
    initialize: begin,
    track: ({ payload }) => track(payload.event, payload.properties),
    identify: ({ payload }) => identify(payload.traits),
    // Calls before it wait, so it is loaded at once.
    loaded: () => true,
  };
}

/**
 * For Segment's Analytics.js: https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/#plugins-for-segment
 *
 * @param {import("leadscore/browser").Options} options
 */
export function segmentPlugin(options) {
  const { begin, track, identify } = passing(options);
  return {
    name: /** @type {const} */ ("leadscore"),
    version: "1.0.0",
    // It changes no events, and an event that fails here still reaches Segment.
    type: /** @type {const} */ ("after"),
    isLoaded: () => true,
    load: async () => begin(),
    track(context) {
      track(context.event.event, context.event.properties);
      return context;
    },
    identify(context) {
      identify(context.event.traits);
      return context;
    },
  };
}

/**
 * For RudderStack, by `addCustomIntegration`:
 * https://www.rudderstack.com/docs/destinations/custom-web-device-mode-integrations/implement-custom-integration/
 *
 * @param {import("leadscore/browser").Options} options
 */
export function rudderStackIntegration(options) {
  const { begin, track, identify } = passing(options);
  return {
    init: () => begin(),
    isReady: () => true,
    track: (_analytics, _logger, { message }) => track(message.event, message.properties),
    identify: (_analytics, _logger, { message }) => identify(message.context?.traits ?? message.traits),
  };
}
