// The third tab: events as they arrive, each with the rules that it hit, or why it hit none.
import { clock, element, plural, signed, write } from "./dom.js";

const MOST = 200;

export class Events {
  #list = element("ol", { class: "events", reversed: true });
  #note = element("p", { class: "quiet" });
  #last = 0;
  node = [this.#note, this.#list];

  /** Returns a sentence about new events, for a screen reader. */
  show({ events, model }) {
    if (!events) return "";
    write(
      this.#note,
      events.length
        ? `${plural(events.length, "event")} since the inspector was opened, the newest first.`
        : "No event has arrived since the inspector was opened.",
    );
    const fresh = events.filter(({ number }) => number > this.#last);
    for (const event of fresh) this.#list.prepend(entry(event, model));
    this.#last = events.at(-1)?.number ?? 0;
    while (this.#list.children.length > MOST) this.#list.lastChild?.remove();
    return fresh.map(({ event, changes }) => `${event.type}: ${changesText(changes)}`).join("; ");
  }
}

const changesText = (changes) =>
  [...changes].map(([rule, more]) => `${signed(more)} ${rule}`).join(", ") || "no points";

function path(url) {
  try {
    const { pathname, search } = new URL(url, location.href);
    return pathname + search;
  } catch {
    return url ?? "";
  }
}

function entry({ event, hit, missed, changes, hits }, model) {
  const chips = [...changes].map(([rule, more]) =>
    element("li", { class: more < 0 ? "hit hit-negative" : "hit" }, [
      element("span", { class: "hit-points" }, signed(more)),
      element("code", {}, rule),
    ]),
  );
  const still = hit.filter(({ id }) => !changes.has(id));
  const quiet = still.map((rule) =>
    element("li", { class: "hit hit-quiet" }, [element("code", {}, rule.id), state(rule, hits)]),
  );
  return element("li", {}, [
    element("details", {}, [
      element("summary", {}, [
        element("span", { class: "event-line" }, [
          element("strong", {}, event.type),
          element("time", { datetime: new Date(event.at).toISOString() }, clock(event.at)),
        ]),
        element("span", { class: "event-path" }, path(event.url)),
      ]),
      details(event, hit, missed),
    ]),
    chips.length || quiet.length
      ? element("ul", { class: "hits" }, [...chips, ...quiet])
      : element("p", { class: "miss" }, why(event, missed, model)),
  ]);
}

/** Of a rule that was hit and adds no points now. */
function state({ id, needs }, hits) {
  const count = hits.get(id) ?? 0;
  if (needs && count < needs) return ` ${count} of the ${needs} it takes`;
  return " hit; adds nothing more";
}

function why({ type }, missed, model) {
  if (!missed.length) {
    if (type === "lifecycle") return "Records a decision of sales; rules do not use it.";
    const types = new Set(model.rules.flatMap((rule) => rule.types));
    return types.size ? `No rule uses ${type}.` : "The model has no rule for events.";
  }
  const [{ rule, part }] = missed;
  if (missed.length === 1) return `${rule.id} uses ${type}, but ${failed(rule, part)}.`;
  const parts = new Set(missed.map(({ part }) => part));
  const where = {
    path: "not on this path",
    where: "their conditions are false",
    distinct: "the field they count by is missing",
  };
  const what = parts.size === 1 ? where[[...parts][0]] : "not on this path, or their conditions are false";
  return `${missed.length} rules use ${type}, but ${what}.`;
}

/** Why a rule that looks at the event's type was not hit. */
function failed({ paths, where, distinct, kind }, part) {
  if (part === "path") return `on ${paths.join(" or ")} only`;
  if (part === "distinct") return `counts each ${distinct} once, which is missing`;
  return kind === "trait" ? `its condition is not met: ${where}` : `its condition is false: ${where}`;
}

function details(event, hit, missed) {
  const props = Object.entries(event.props ?? {}).map(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, typeof value === "string" ? value || "“”" : JSON.stringify(value)),
  ]);
  const line = (rule, said) => element("li", {}, [element("code", {}, rule.id), ` ${said}`]);
  return element("div", { class: "event-details" }, [
    props.length ? element("dl", {}, props.flat()) : element("p", { class: "quiet" }, "No props."),
    hit.length || missed.length
      ? element("ul", { class: "verdicts" }, [
          ...hit.map((rule) => line(rule, "was hit.")),
          ...missed.map(({ rule, part }) => line(rule, `was not: ${failed(rule, part)}.`)),
        ])
      : false,
  ]);
}
