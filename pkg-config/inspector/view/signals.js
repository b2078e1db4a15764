// The fourth tab: signals with their status, consent, and the stored data.
import { why } from "../../entry/why.js";
import { clock, date, element, plural, points, renew, write } from "./dom.js";
import { given } from "./name.js";

const STATUS = {
  pending: "Pending",
  acknowledged: "Acknowledged",
  refused: "Refused",
  announced: "In the page only",
  deleted: "Deleted with consent",
};

export class Signals {
  #list = element("ul", { class: "signals" });
  #note = element("p", { class: "quiet" });
  #consent = element("div");
  #table = element("tbody");
  #size = element("p", { class: "quiet" });
  node = [
    element("section", {}, [element("h3", {}, "Signals"), this.#list, this.#note]),
    element("section", {}, [element("h3", {}, "Consent"), this.#consent]),
    element("section", {}, [
      element("h3", {}, "Storage"),
      element("table", { class: "storage" }, [
        element("caption", {}, "Data that the tracker stores in this browser"),
        element("thead", {}, element("tr", {}, [heading("Key"), heading("Bytes", true)])),
        this.#table,
      ]),
      this.#size,
    ]),
  ];

  show({ signals, retry, consent, items, bytes, endpoint, now, titles, trips, snapshot }) {
    if (!signals) return;
    const listed = signals.map(({ data, ...signal }) => ({
      ...signal,
      why: reasons({ ...signal, data }, titles, now),
    }));
    renew(this.#list, [listed, titles], () => listed.map((signal) => row(signal, titles)));
    write(this.#note, note(signals, retry, endpoint, now) ?? none(trips, snapshot, consent, titles));
    renew(this.#consent, consent, () => [
      element("p", {}, [
        element("span", { class: `badge consent-${consent.value}` }, consent.value),
        ` ${consent.why}`,
      ]),
    ]);
    renew(this.#table, items ?? null, () => rows(items));
    write(this.#size, `The state is ${plural(bytes, "byte")} of at most 65,536.`);
  }
}

const nameOf = (titles, stage) => given(titles, "stages", stage) ?? stage;

const heading = (name, isNumber) => element("th", { scope: "col", class: isNumber && "number" }, name);

/** A signal of an earlier page comes from the storage, so it is not trusted. */
function reasons(signal, titles, now) {
  try {
    return why(signal, titles, { locale: document.documentElement.lang || "en", now });
  } catch {
    return "";
  }
}

const row = ({ id, stage, score, time, status, answer, why }, titles) =>
  element("li", {}, [
    element("span", { class: "event-line" }, [
      element("strong", {}, `${nameOf(titles, stage)} at ${points(score)} points`),
      element("span", { class: `badge signal-${status}` }, STATUS[status] + (answer ? ` ${answer}` : "")),
    ]),
    why && element("span", {}, why),
    element("span", { class: "sub" }, [
      element("time", { datetime: time }, clock(new Date(time))),
      " · ",
      element("code", {}, id),
    ]),
  ]);

function note(signals, retry, endpoint, now) {
  if (retry) {
    const seconds = Math.max(0, Math.ceil((retry.until - now) / 1000));
    return `The endpoint has failed ${plural(retry.failures, "time")}; next try in ${plural(seconds, "second")}.`;
  }
  if (!endpoint) return "No endpoint is set: signals are dispatched in the page only.";
  if (navigator.webdriver) return "An automated browser: signals are withheld.";
  return signals.length ? "" : undefined;
}

/** `trips` are of earlier pages, as those of this one are listed; of two at one moment the higher stage counts. */
function none(trips, { stage }, consent, titles) {
  if (consent.value !== "granted" || !trips.length) return "None yet. Until a stage trips, nothing leaves this page.";
  const [id, seconds] = trips.reduce((last, trip) => (trip[1] < last[1] ? last : trip));
  const at = new Date(seconds * 1000);
  const met = stage ? `Now the stage is ${nameOf(titles, stage)}.` : "No stage is met now.";
  return `None on this page: ${nameOf(titles, id)} was reached before it was opened. It tripped on ${date(at)} at ${clock(at)}.${id === stage ? "" : ` ${met}`}`;
}

const line = (cells) => element("tr", {}, cells);

function rows(items) {
  if (!items) return [line(element("td", { colspan: "2" }, "The browser blocks storage: all data is in memory."))];
  if (!items.length) return [line(element("td", { colspan: "2", class: "quiet" }, "Nothing."))];
  return items.map(({ where, key, bytes }) =>
    line([
      element("th", { scope: "row" }, [element("code", {}, key), element("span", { class: "sub" }, where)]),
      element("td", { class: "number" }, bytes.toLocaleString("en")),
    ]),
  );
}
