// The decision of sales about a visitor or account: three buttons, and the token if the receiver requires one.
import { element } from "../dom.js";
import { decide } from "./receiver.js";
import { isToken, keepToken, token } from "./token.js";
import { decision } from "./words.js";

const CHOICES = [
  { stage: "accepted", stored: "sal", label: "Accept" },
  { stage: "recycled", stored: "recycled", label: "Recycle" },
  { stage: "customer", stored: "customer", label: "Mark as customer" },
];

export class Decision {
  #visitor;
  #onStored;
  #lifecycle = null;
  #chosen = CHOICES[0];
  #isBusy = false;
  #buttons = CHOICES.map((choice) => {
    const button = element(
      "button",
      { type: "button", class: "button button-quiet button-small", "data-decide": choice.stage },
      choice.label,
    );
    button.addEventListener("click", () => this.#choose(choice));
    return button;
  });
  #said = element("p", { class: "decision-said" });
  #note = element("p", { class: "decision-note", role: "status" });
  /** @type {HTMLFormElement | null} */
  #form = null;
  node;

  /** @param {() => void} onStored reloads the list, which shows the stored decision */
  constructor(visitor, onStored) {
    this.#visitor = visitor;
    this.#onStored = onStored;
    this.node = element("section", { class: "decision", "aria-label": `Decision of sales about ${visitor}` }, [
      this.#said,
      element("div", { class: "decision-buttons" }, this.#buttons),
      this.#note,
    ]);
  }

  show(lifecycle) {
    this.#lifecycle = lifecycle;
    this.#said.textContent = `Sales: ${decision(lifecycle)}`;
    this.#mark();
  }

  // Not `disabled`, which would take the focus away from where it is.
  #mark() {
    CHOICES.forEach(({ stored }, i) => {
      const isIdle = this.#isBusy || stored === this.#lifecycle;
      this.#buttons[i].setAttribute("aria-disabled", String(isIdle));
    });
  }

  async #choose(choice) {
    if (this.#isBusy || choice.stored === this.#lifecycle) return;
    this.#chosen = choice;
    const known = token();
    if (known === null) return this.#askToken(`“${choice.label}” needs the token of the site’s owner.`);
    await this.#send(known);
  }

  async #send(given) {
    const { stage, label } = this.#chosen;
    this.#setBusy(true);
    this.#note.textContent = `Sending to the receiver: ${label}`;
    try {
      await decide(this.#visitor, stage, given);
    } catch (error) {
      if (error.status === 401) {
        keepToken(null);
        return this.#askToken(
          `The receiver does not know this token. “${label}” is still selected: correct the token and send again.`,
        );
      }
      this.#note.textContent = `“${label}” is not stored: ${error.message}. Choose it again in a moment.`;
      return;
    } finally {
      this.#setBusy(false);
    }
    keepToken(given);
    this.#dropForm();
    this.#note.textContent = "The receiver has stored it.";
    await this.#onStored();
  }

  #setBusy(isBusy) {
    this.#isBusy = isBusy;
    this.#mark();
  }

  #askToken(why) {
    this.#note.textContent = why;
    const form = (this.#form ??= tokenForm((given) => this.#taken(given)));
    if (!form.parentNode) this.node.append(form);
    const input = form.querySelector("input");
    input?.focus();
    input?.select();
  }

  #taken(given) {
    if (this.#isBusy) return;
    if (isToken(given)) return this.#send(given);
    this.#note.textContent =
      "A token is one word of letters, digits and signs. It is in the link that the server printed.";
  }

  #dropForm() {
    if (this.#form === null) return;
    const hadFocus = this.#form.contains(document.activeElement);
    this.#form.remove();
    this.#form = null;
    if (hadFocus) this.#buttons[CHOICES.indexOf(this.#chosen)].focus();
  }
}

function tokenForm(onToken) {
  const input = element("input", {
    type: "password",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": "Owner’s token",
    placeholder: "Owner’s token",
  });
  const form = element("form", { class: "token" }, [
    input,
    element("button", { class: "button button-small" }, "Send with this token"),
  ]);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onToken(input.value.trim());
  });
  return form;
}
