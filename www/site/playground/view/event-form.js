// One event in a dialog: a new one, or one of the journey to be changed.
import { TYPES } from "../page/ga4.js";
import { exactTime } from "../page/format.js";

export class EventForm {
  #dialog;
  #form;
  #error;
  #check;
  #original;
  #suggested = "";
  #done;
  /** The pending action for the event that is being checked: pressed twice, it is saved once. */
  #saving;

  /** @param {(event: object) => Promise<string>} check what is wrong with an event; "" where nothing is */
  constructor(dialog, check) {
    this.#dialog = dialog;
    this.#form = dialog.querySelector("form");
    this.#error = dialog.querySelector("[role=alert]");
    this.#check = check;
    const { type } = this.#form.elements;
    type.addEventListener("input", () => this.#suggest(type.value));
    dialog.querySelector("[data-do=cancel]").addEventListener("click", () => dialog.close());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
  }

  /** @param done what to do with the event once it is sound */
  open(title, event, done) {
    this.#original = event;
    this.#done = done;
    this.#dialog.querySelector("h2").textContent = title;
    const { type, at, url, props } = this.#form.elements;
    type.value = event.type;
    at.value = exactTime(event.at).replace(" ", "T");
    url.value = event.url ?? "";
    props.value = event.props ? JSON.stringify(event.props, null, 2) : "";
    this.#suggested = props.value;
    this.#error.textContent = "";
    this.#dialog.showModal();
    type.focus();
  }

  // The props that the tag sends with such an event, if nothing else was typed.
  #suggest(type) {
    const { props } = this.#form.elements;
    if (!Object.hasOwn(TYPES, type) || props.value !== this.#suggested) return;
    const suggested = TYPES[type];
    props.value = Object.keys(suggested).length > 0 ? JSON.stringify(suggested, null, 2) : "";
    this.#suggested = props.value;
  }

  async #save() {
    const done = this.#done;
    if (this.#saving === done) return;
    this.#saving = done;
    const { event, message } = this.#read();
    const fault = message ?? (await this.#check(event));
    this.#saving = undefined;
    // Closed meanwhile, or open for another event.
    if (done !== this.#done || !this.#dialog.open) return;
    this.#error.textContent = fault;
    if (fault) return;
    this.#dialog.close();
    done(event);
  }

  #read() {
    const { type, at, url, props } = this.#form.elements;
    const time = Date.parse(`${at.value}Z`);
    if (!Number.isFinite(time) || time < 0) return { message: "give the time as a date and a time of day, after 1970" };
    const event = { type: type.value.trim(), at: this.#withMilliseconds(time) };
    if (url.value.trim()) event.url = url.value.trim();
    if (props.value.trim()) {
      try {
        event.props = JSON.parse(props.value);
      } catch (error) {
        return { message: `props must be a JSON object: ${error.message}` };
      }
    }
    return { event };
  }

  // The field has whole seconds only: a time that was not edited is kept exactly.
  #withMilliseconds(time) {
    return Math.floor(this.#original.at / 1000) * 1000 === time ? this.#original.at : time;
  }
}
