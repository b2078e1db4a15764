// Rules and stages by their titles, where the model has some.
import { titleOf } from "/leadscore/why.js";

/** The title of a rule or a stage in the page's language, or its id. */
export const nameOf = (titles, kind, id) =>
  titles?.[kind] && Object.hasOwn(titles[kind], id) ? titleOf(titles, kind, id, document.documentElement.lang) : id;
