// When a form has been sent. The page can prevent that, refuse what was entered, or send the form itself.
import { attach, begin, end } from "./life.js";
import { clock, read, ticks } from "./page.js";

/** Milliseconds in which a page that has prevented a submission says what is wrong with it. */
const JUDGEMENT = 100;
/** Milliseconds within which a form that a script sends begins to load, and within which two clicks are one. */
const ONE = 1_000;

const isInvalid = (form) => Element.prototype.matches.call(form, ":invalid");

/** Returns whether the page has found something wrong with a form: what it marks, or says itself of a field. */
const isRefused = (form, wasInvalid) =>
  (wasInvalid && isInvalid(form)) ||
  Element.prototype.querySelector.call(form, "[aria-invalid=true]") ||
  [...read(form, "elements")].some(({ validity }) => validity?.customError);

/** @type {(isLeaving?: boolean) => void} */
const idle = () => {};

/** Calls `sent` with each form that was sent, the button that did it, the page's address then, and the time. */
export function forms(life, hand, sent) {
  /** When a form was counted last; nothing was entered since. */
  const counted = new WeakMap();
  /** Decides about the sending that is going on, and whether the page is being left. */
  let decide = idle;
  /** Its `submit` event, and the form; none of one that a script does. */
  let submission, submitting;

  /** @param {SubmitEvent} [event] */
  function wait(form, event) {
    decide();
    submission = event;
    submitting = event && form;
    const submitter = event?.submitter;
    const wasInvalid = event && isInvalid(form);
    const [{ href }, at, waiting] = [location, clock(), begin()];
    decide = (isLeaving) => {
      end(waiting);
      decide = idle;
      submission = submitting = undefined;
      if (event ? event.defaultPrevented && isRefused(form, wasInvalid) : !isLeaving || hand.isLeaving()) return;
      counted.set(form, ticks());
      sent(form, submitter, href, at);
    };
    const leave = () => decide(true);
    const timer = setTimeout(decide, event ? JUDGEMENT : ONE);
    waiting.ends.push(() => clearTimeout(timer));
    // As soon as the next page is asked for, or where that is not told, as on iPhones, when it has come.
    const kinds = ["beforeunload", "pagehide"];
    const target = read(form, "target");
    if (target) {
      // Into a frame of the page, or another window, which comes to the front.
      attach(waiting, document, ["load"], (event) => event.target.name == target && leave());
      kinds.push("blur", "visibilitychange");
    }
    attach(waiting, window, kinds, leave);
  }

  return {
    /** Something was entered in a form. */
    entered: (form) => counted.delete(form),
    /** A `submit` or `formdata` event. */
    heard(event) {
      const { type, isTrusted, target: form, submitter } = event;
      if (!isTrusted) return;
      const since = ticks() - counted.get(form);
      if (type == "submit") {
        // Once more for what was counted: by a second click, or by a script that had something to ask before.
        const isAgain = form == submitting || since < ONE || (since >= ONE && !hand.isPressed(submitter));
        if (isAgain || (submitter?.formMethod || read(form, "method")) == "dialog") return;
        life.sending = ticks();
        wait(form, event);
      } else if (form == submitting) {
        // What the handlers gather while it is dispatched is theirs; after that it is the browser's, which sends it.
        if (!submission.eventPhase && !submission.defaultPrevented) decide();
      } else if (!(since >= 0)) wait(form);
    },
    /** The page is left. */
    leave: () => submission && decide(true),
  };
}
