// `leadscore/vue`: a plugin that runs the tracker for as long as the app is mounted, and the lead for who renders by it.
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
