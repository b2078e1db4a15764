import { createLeadscore } from "leadscore/vue";

export default defineNuxtPlugin(({ vueApp }) => {
  vueApp.use(createLeadscore({ model: "/acme.lsm" }));
});
