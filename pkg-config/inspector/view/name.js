// A rule or a stage by its title, if it has one, and by its id.
import { titleOf } from "../../entry/why.js";
import { element } from "./dom.js";

const language = () => document.documentElement.lang || navigator.language || "en";

/** The title of a rule or a stage; undefined if it has none. */
export const given = (titles, kind, id) =>
  titles?.[kind] && Object.hasOwn(titles[kind], id) ? titleOf(titles, kind, id, language()) : undefined;

/** In words if it has a title, else as the code that it is. */
export function name(titles, kind, id) {
  const title = given(titles, kind, id);
  return title ? element("span", { title: id }, title) : element("code", {}, id);
}
