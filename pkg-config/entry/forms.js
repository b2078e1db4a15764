// Detects when a form has been sent. The page can prevent that, reject the input, or send the form by script.
import { attach, begin, end } from "./life.js";
import { clock, read, ticks } from "./page.js";

/** Milliseconds in which a page that has prevented a submission may mark a field as wrong. */
const JUDGEMENT = 100;
/**
 * Milliseconds within which a form that a script sends begins to load, and for which clicks after a counted submission
 * belong to it.
 */
const ONE = 1_000;

const isInvalid = (form) => Element.prototype.matches.call(form, ":invalid");

/** Returns true if the page has found an error in a form: a field that it marks or that has its own error message. */
const isRefused = (form, wasInvalid) =>
  (wasInvalid && isInvalid(form)) ||
  Element.prototype.querySelector.call(form, "[aria-invalid=true]") ||
  [...read(form, "elements")].some(({ validity }) => validity?.customError);

/** @type {(isLeaving?: boolean) => void} */
const idle = () => {};

/** Calls `sent` with each form that was sent, the button that did it, the page's address then, and the time. */
export function forms(life, hand, sent) {
  /** The time at which each form was counted last; input removes the form. */
  const counted = new WeakMap();
  /** Decides whether the submission in progress counts; `isLeaving` is true if the page is being left. */
  let decide = idle;
  /** Its `submit` event and its form; both undefined if a script sends the form. */
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
    // When the next page is requested; or, where `beforeunload` is not fired, as on iPhones, when it replaces this one.
    const kinds = ["beforeunload", "pagehide"];
    const target = read(form, "target");
    if (target) {
      // The target is a frame of the page, which loads, or another window, which takes the focus.
      attach(waiting, document, ["load"], (event) => event.target.name == target && leave());
      kinds.push("blur", "visibilitychange");
    }
    attach(waiting, window, kinds, leave);
  }

  return {
    /** Call it after input in a form. */
    entered: (form) => counted.delete(form),
    /** A `submit` or `formdata` event. */
    heard(event) {
      const { type, isTrusted, target: form, submitter } = event;
      if (!isTrusted || (life.embedded && Element.prototype.matches.call(form, life.embedded))) return;
      const since = ticks() - counted.get(form);
      if (type == "submit") {
        // A form that was counted already: sent again by a second click, or by a script after a question.
        const isAgain = form == submitting || since < ONE || (since >= ONE && !hand.isPressed(submitter));
        // A search or a filter that the page sends at each change is not sent by the visitor.
        const isByChange = !submitter && hand.isFilling(form);
        if (isAgain || isByChange || (submitter?.formMethod || read(form, "method")) == "dialog") return;
        life.sending = ticks();
        wait(form, event);
      } else if (form == submitting) {
        // During the `submit` event its handlers read the form's data; after it only the browser does, to send the
        // form.
        if (!submission.eventPhase && !submission.defaultPrevented) decide();
      } else if (!(since >= 0) && !hand.isFilling(form)) wait(form);
    },
    /** Call it when the page is left. */
    leave: () => submission && decide(true),
  };
}
