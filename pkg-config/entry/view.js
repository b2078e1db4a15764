// The current page view: its address, and events that count once in it. The wasm decides when a view begins.
import { read, tried } from "./page.js";
import { cut, queried } from "./runtime/address.js";

/** Percent of the page. */
const STEPS = [25, 50, 75, 90];

/** The address as far as it names a page: a fragment does so only where a site routes by it. */
export const pageOf = (url) => url.replace(/^([^#]*)#(?![/!])[^]*/, "$1");

/** Returns a page's address without its query (of its route, if it has one) and without a slash at its end. */
export const pathOf = (page) => page.replace(/^([^#]*#)?([^?]*)[^]*/, "$1$2").replace(/\/$/, "");

/** `names` are the query parameters of the site's search, with commas between. */
export function views(names) {
  const view = { url: "", referrer: "", title: "" };
  /** The address that is not recorded yet, whether it begins a view, and the one that was compared last. */
  let arrival, isView, next;
  /** The scroll depth in percent, the recorded steps, and the forms with `form_start`. */
  let depth, steps, begun;

  const title = () => tried(() => read(document, "title")) ?? "";
  const here = () => tried(() => location.href) ?? "";
  const term = (url) => {
    const address = cut(url);
    return (
      names
        .split(",")
        .map((name) => queried(address, name))
        .find((term) => term) ?? ""
    );
  };
  const isNext = () => depth >= STEPS[steps];

  return {
    view,
    term: () => term(view.url),
    /** Returns true if the page has an address that is not recorded yet. */
    hasArrival: () => arrival != null,
    /** Returns true if the page has a title; with `isNew` another than the view's. */
    hasTitle: (isNew) => !["", isNew && view.title].includes(title()),
    /** Returns bits: another page, the same path, another search term; the page of the view. */
    compare() {
      next = here();
      const known = arrival ?? view.url;
      const [page, other] = [pageOf(next), pageOf(known)];
      return (
        +(page != other) |
        (+(pathOf(page) == pathOf(other)) << 1) |
        (+(term(next) != term(known)) << 2) |
        (+(page == pageOf(view.url)) << 3)
      );
    },
    /** By the numbers in `src/browser/page.rs`. */
    keep(slot) {
      if (slot == 0) view.url = next;
      else if (slot == 3) view.url = arrival;
      if (slot > 3) [depth, isView] = [0, slot == 4];
      arrival = slot % 3 == 1 ? next : undefined;
    },
    /**
     * Begins at the address that is not recorded yet (0), with the document (1), or resets the counts in the same view
     * (2).
     */
    begin(what) {
      if (what == 0) [view.referrer, view.url] = [view.url, arrival];
      if (what == 1) [view.referrer, view.url, depth] = [tried(() => read(document, "referrer")) ?? "", here(), 0];
      if (what == 2) depth = 0;
      else arrival = undefined;
      view.title = title();
      steps = 0;
      begun = new WeakSet();
    },
    /** Takes note of the depth of the lower visible edge; returns true if it reaches a step of the view. */
    scroll(to) {
      depth = to;
      return arrival == null && isNext();
    },
    /** Returns the props of the step that is reached; undefined for none. */
    step: () => (isNext() ? { percent_scrolled: STEPS[steps++] } : undefined),
    /** Returns true for a form that was begun in this view. */
    hasBegun: (form) => begun.has(form) && !(arrival != null && isView),
    /** Returns true the first time that a form is begun. */
    beginForm: (form) => !begun.has(form) && begun.add(form),
  };
}
