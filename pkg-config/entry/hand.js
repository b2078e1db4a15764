// Remembers the visitor's last input, to distinguish it from clicks, submissions and scrolling that the page causes
// itself.
import { read, ticks, tried } from "./page.js";

/** Milliseconds for which an element goes on scrolling after a wheel, a finger or a key. */
const MOMENTUM = 2_000;

const ACTS = /^(click|keydown|pointerdown|wheel)$/;
const SCROLLING = /^(Arrow|Page|Home|End)/;
/** Links that lead somewhere. */
const LINKS = 'a[href]:not([href^="#"],[href^="javascript:"])';

/** Returns true if a node is in an element, or in a shadow tree in it. */
function isIn(element, node) {
  while (node && node != element) node = node.parentNode || node.host;
  return !!node;
}

export function hand() {
  /** The event of the last input, its node, and its time. */
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
    /** Returns true if the last input was in a field of this form, and not the key that sends it. */
    isFilling: (form) =>
      tried(() => act.key != "Enter" && read(node, "form") == form && !/submit|image|button/.test(node.type)),
    /** Returns true if the last input was on this button. */
    isPressed: (button) => !!button && isIn(button, node),
    /** Returns true if the last input was on this element itself, and not a wheel's. */
    isOn: (element) => node == element && act.type != "wheel",
    /** Returns true if the last input was on a link that the page leaves to the browser. */
    isLeaving: () => tried(() => !act.defaultPrevented && node.closest(LINKS)),
    /** Returns true if the element that scrolls is, or contains, the one that the visitor has just scrolled. */
    hasMoved: (box) => ticks() - at < MOMENTUM && isIn(box, node) && (act.type != "keydown" || SCROLLING.test(act.key)),
    /** Returns true if a label has caused this click: it passes a click on to its control, in the same task. */
    isEcho(event) {
      const path = event.composedPath();
      if (path[0] == control) return true;
      const label = path.find((node) => node instanceof HTMLLabelElement);
      control = label && read(label, "control");
      setTimeout(() => (control = undefined));
    },
  };
}
