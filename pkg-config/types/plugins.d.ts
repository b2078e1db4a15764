/**
 * The tracker as a plugin for analytics tools: it records the tool's events and traits. It records page views itself.
 *
 * ```ts
 * import Analytics from "analytics";
 * import { analyticsPlugin } from "leadscore/plugins";
 *
 * const analytics = Analytics({ app: "acme", plugins: [analyticsPlugin({ model: "/acme.lsm", endpoint: "/signals" })] });
 * analytics.track("demo_request", { plan: "pro" });
 * ```
 *
 * @packageDocumentation
 */
import type { Options } from "./browser.js";

/** For the npm package `analytics`: `Analytics({ plugins: [analyticsPlugin(options)] })`. */
export function analyticsPlugin(options: Options): {
  name: "leadscore";
  initialize(): void;
  track(call: { payload: any }): void;
  identify(call: { payload: any }): void;
  loaded(): boolean;
};

/** For Segment's Analytics.js 2: `analytics.register(segmentPlugin(options))`. */
export function segmentPlugin(options: Options): {
  name: "leadscore";
  version: string;
  type: "after";
  isLoaded(): boolean;
  load(): Promise<void>;
  track<Context extends { event: any }>(context: Context): Context;
  identify<Context extends { event: any }>(context: Context): Context;
};

/** For RudderStack: `rudderanalytics.addCustomIntegration(destinationId, rudderStackIntegration(options))`. */
export function rudderStackIntegration(options: Options): {
  init(): void;
  isReady(): boolean;
  track(analytics: unknown, logger: unknown, event: any): void;
  identify(analytics: unknown, logger: unknown, event: any): void;
};
