// Interactions with the page: outbound links, downloads, forms, scrolling, and elements that the site has marked up.
// Clicks, keys and movements without effect are dropped here.
import { forms } from "./forms.js";
import { hand } from "./hand.js";
import { read, tried } from "./page.js";
import { cut } from "./runtime/address.js";

/** The attributes that mark an element: the name of an event, and its props. */
const MARK = "data-lead-";
const EVENT = MARK + "event";

/** Files, by how a path ends: Google Analytics' list. */
const FILES =
  /^(pdf|xlsx?|docx?|txt|rtf|csv|exe|key|pp[st]|pptx|7z|pkg|rar|gz|zip|avi|mov|mp4|mpe|mpeg|wmv|midi?|mp3|wav|wma)$/;

// Of the prototype: a form field with the name `getAttribute` hides the form's own. A server that imports this has
// none.
const prototype = globalThis.Element?.prototype;
const attribute = (of, name) => tried(() => prototype.getAttribute.call(of, name)) ?? "";

/** Returns a property as a string; empty for none. In SVG the value is an object. */
const text = (of, name) =>
  tried(() => {
    const value = read(of, name);
    return String(value?.baseVal ?? value ?? "");
  }) ?? "";

/** Returns the innermost node around what an event happened to, in a shadow tree too. */
const find = (event, kind, selector) =>
  tried(() =>
    event.composedPath().find((node) => node instanceof kind && (!selector || prototype.matches.call(node, selector))),
  );

/** Returns the props of a link that leads away, to a file, to mail or telephone; undefined for any other. */
function linkProps(link, isDownload, viewUrl) {
  let href = tried(() => new URL(link.href.baseVal ?? link.href, read(document, "baseURI")).href) ?? "";
  const [scheme] = href.split(":", 1);
  // A `data:` address contains the file itself, which may be large or private.
  if (scheme == "data") href = scheme;
  const { host = "", path = "" } = cut(href);
  const name = attribute(link, "download") || path;
  const extension = /\.([^./]*)$/.exec(name)?.[1].toLowerCase() ?? "";
  const isFile = isDownload || FILES.test(extension);
  const outbound = !!host && cut(viewUrl).host != host;
  if (!isFile && !outbound && scheme != "mailto" && scheme != "tel") return;
  return {
    isFile,
    props: {
      link_url: href,
      link_domain: host,
      link_id: text(link, "id"),
      link_classes: text(link, "className"),
      link_text: text(link, "textContent"),
      ...(isFile && { file_name: name, file_extension: extension }),
      outbound,
    },
  };
}

/** Returns the props of a form that is submitted by a button, without its contents. */
function formProps(form, submitter) {
  // A button's `formaction` overrides the form's address.
  const isOwn = submitter && attribute(submitter, "formaction");
  const props = {
    form_id: attribute(form, "id"),
    form_name: attribute(form, "name"),
    form_destination: isOwn ? text(submitter, "formAction") : text(form, "action"),
  };
  for (const name in props) if (!props[name]) delete props[name];
  return props;
}

/**
 * `view` is the page view, `record(type, props, at, url)` records an event, `arrive` the address that is not recorded
 * yet.
 */
export function interactions(life, { view, hasArrival, hasBegun, scroll, step, beginForm }, record, arrive) {
  const last = hand();

  function recordMarked(element, at, url) {
    const type = attribute(element, EVENT);
    if (!type) return;
    const props = {};
    for (const name of tried(() => prototype.getAttributeNames.call(element)) ?? [])
      if (name.startsWith(MARK) && name != EVENT)
        props[name.slice(MARK.length).replaceAll("-", "_")] = attribute(element, name);
    record(type, props, at, url);
  }

  const sending = forms(life, last, (form, submitter, url, at) => {
    record("form_submit", formProps(form, submitter), at, url);
    recordMarked(form, at, url);
  });

  /** With the main button or the keyboard, on links with the middle button too. */
  function click(event) {
    const { button } = event;
    const link = find(event, Element, "a[*|href],area[href]");
    if (button > 1 || (button == 1 && !link)) return;
    const led = link && linkProps(link, find(event, Element, "[download]"), view.url);
    if (led) record(led.isFile ? "file_download" : "click", led.props);
    // A form's mark is for when it is sent.
    const marked = find(event, Element, `[${EVENT}]:not(form)`);
    if (marked && !tried(() => last.isEcho(event))) recordMarked(marked);
  }

  /** The first input in a page view begins a form. */
  function input(event) {
    // A field may be outside of its form and name it with the attribute `form`.
    const form = tried(() => event.composedPath()[0].form) || find(event, HTMLFormElement);
    if (!form) return;
    sending.entered(form);
    // In a form that was begun nothing is recorded, so a search that is typed there goes on waiting for its end.
    if (hasBegun(form)) return;
    if (hasArrival()) arrive();
    if (beginForm(form)) record("form_start", formProps(form));
  }

  /**
   * Returns false if neither the page has scrolled nor an element that fills most of it and that the visitor scrolls.
   */
  function scrolled(event) {
    let box = event.composedPath()[0];
    if (box instanceof Element) {
      const isLarge = box.clientWidth * box.clientHeight * 2 >= innerWidth * innerHeight;
      if (!isLarge || !last.hasMoved(box)) return false;
    } else box = read(document, "scrollingElement") || read(document, "documentElement");
    const { scrollHeight, clientHeight, scrollTop } = box;
    // A pixel of tolerance: positions are fractions, heights are rounded. The top is a depth of 0.
    const depth = scrollTop > 0 ? (100 * (scrollTop + clientHeight + 1)) / scrollHeight : 0;
    if (scroll(depth)) for (let props; (props = step());) record("scroll", props);
    return true;
  }

  return { last, sending, click, auxclick: click, input, scroll: scrolled };
}
