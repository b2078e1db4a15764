// What the visitor's hand has done last: the page does much by itself that looks the same.
import { read, ticks, tried } from "./page.js";

/** Milliseconds for which an element goes on scrolling after a wheel, a finger or a key. */
const MOMENTUM = 2_000;

const ACTS = /^(click|keydown|pointerdown|wheel)$/;
const SCROLLING = /^(Arrow|Page|Home|End)/;
/** Links that lead somewhere. */
const LINKS = 'a[href]:not([href^="#"],[href^="javascript:"])';

/** Returns whether a node is in an element, or in a shadow tree in it. */
function isIn(element, node) {
  while (node && node != element) node = node.parentNode || node.host;
  return !!node;
}

export function hand() {
  /** The last act, on which node, and when. */
  let act, node, at;
  /** The control that a label is about to click. */
  let control;

  return {
    note(event) {
      if (!ACTS.test(event.type)) return;
      act = event;
      node = event.target.shadowRoot ? event.composedPath()[0] : event.target;
      at = ticks();
    },
    /** Returns whether a button was pressed. */
    isPressed: (button) => !!button && isIn(button, node),
    /** Returns whether that very element was. */
    isOn: (element) => node == element && act.type != "wheel",
    /** Returns whether a link was, and the page has left it to the browser. */
    isLeaving: () => tried(() => !act.defaultPrevented && node.closest(LINKS)),
    /** Returns whether what scrolls is, or holds, what was moved. */
    hasMoved: (box) => ticks() - at < MOMENTUM && isIn(box, node) && (act.type != "keydown" || SCROLLING.test(act.key)),
    /** Returns whether a click is what a label has made of the one before: its control's, in the same task. */
    isEcho(event) {
      const path = event.composedPath();
      if (path[0] == control) return true;
      const label = path.find((node) => node instanceof HTMLLabelElement);
      control = label && read(label, "control");
      setTimeout(() => (control = undefined));
    },
  };
}
