/**
 * The tracker as a plugin of the tool that a site already tells its events to: what is tracked and identified there, the
 * tracker takes too. Views of pages it counts itself.
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
