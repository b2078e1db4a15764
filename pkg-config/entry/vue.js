// `leadscore/vue`: a plugin that runs the tracker while the app is mounted, and gives components the lead.
import { inject, shallowRef } from "vue";
import { holder } from "./holder.js";

const KEY = Symbol("leadscore");

export const createLeadscore = (options) => ({
  install(app) {
    const own = holder();
    const snapshot = shallowRef();
    own.subscribe((value) => (snapshot.value = value));
    app.provide(KEY, { snapshot, ...own.calls });
    app.onUnmount(own.hold(options));
  },
});

export function useLead() {
  const lead = inject(KEY, undefined);
  if (!lead) throw new Error("useLead needs app.use(createLeadscore(…))");
  return lead;
}
