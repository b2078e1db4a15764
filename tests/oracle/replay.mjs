// `leadscore replay`: events in, lines out.

import { parseEventLine } from "./event.mjs";
import { compileModel } from "./model.mjs";
import { assess, snapshot } from "./score.mjs";
import { atSecond, confirmedPlace, emptyState, joinEvent, joinTrip, second } from "./state.mjs";

const MAX_TOUCHPOINTS = 50;

// Replays a model (as written) over the text of an events file. `at` is in milliseconds or null.
// Events later than `at` are left out. Returns the lines of each mode (`finalsAt` gives the final ones for another
// time), the numbers of the bad lines and, per signal, the arming its id stands for.
export function replay(modelAsWritten, eventsText, at = null) {
  const model = compileModel(modelAsWritten);
  const leads = new Map();
  const trace = [];
  const signals = [];
  const badLines = [];

  linesOf(eventsText).forEach((line, index) => {
    if (line.trim() === "") return;
    const { event, bad } = parseEventLine(line);
    if (bad) {
      badLines.push(index + 1);
      return;
    }
    if (at !== null && event.at > at) return;
    const { visitor } = event;
    const lead = leads.get(visitor) ?? { state: emptyState(model), newest: 0 };
    leads.set(visitor, lead);
    const now = second(event.at);
    const { state, trips } = ingest(model, lead.state, event, event.at);
    lead.state = state;
    lead.newest = Math.max(lead.newest, event.at);
    trace.push({ visitor, at: event.at, ...snapshot(model, state, now) });
    for (const trip of trips) signals.push(signalOf(model, event, state, now, trip));
  });

  const finals = [...leads].map(([visitor, { state, newest }]) => ({
    visitor,
    ...snapshot(model, atSecond(model, state, Infinity), second(at ?? newest)),
  }));
  const finalsAt = (time) => replay(modelAsWritten, eventsText, time).finals;
  return { finals, finalsAt, trace, signals, badLines, exitCode: badLines.length > 0 ? 1 : 0 };
}

function linesOf(text) {
  return text.replace(/^\ufeff/, "").split("\n");
}

// Join at millisecond `ms`, then see which stages trip. `trips` holds those that yield a signal, each with its arming.
export function ingest(model, former, event, ms) {
  const now = second(ms);
  const state = atSecond(model, former, now);
  const before = assess(model, state, now);
  const after = joinEvent(model, state, event, ms);
  const { met } = assess(model, after, now);
  const confirmed = confirmedPlace(after);
  const tripping = model.stages.map((stage, index) => met[index] && trips(stage, state.trips[index]));

  function trips(stage, lastTrip) {
    if (lastTrip === null) return true;
    if (before.met[model.stages.indexOf(stage)]) return false;
    const rearmed = stage.rearm !== null && now - second(lastTrip) >= stage.rearm;
    return rearmed || (after.recycled !== null && after.recycled > lastTrip);
  }

  const highest = tripping.lastIndexOf(true);
  const next = { ...after, trips: [...state.trips] };
  const signalled = [];
  model.stages.forEach((stage, index) => {
    if (tripping[index]) {
      joinTrip(next, index, ms);
      const withheld = !stage.signal || (confirmed !== null && stage.rank <= confirmed);
      if (!withheld) signalled.push({ stage, previous: state.trips[index], recycled: after.recycled });
    } else if (index < highest && !met[index] && state.trips[index] === null) {
      joinTrip(next, index, ms); // silent: a lower signal never follows a higher one
    }
  });
  return { state: next, trips: signalled };
}

function signalOf(model, event, state, now, { stage, previous, recycled }) {
  const { rules } = assess(model, state, now);
  const reasons = model.rules
    .map(({ id }, index) => ({ rule: id, ...rules[index] }))
    .filter(({ live }) => live)
    .sort((a, b) => b.points - a.points)
    .map(({ rule, points, hits, last }) => ({ rule, points: points / 1000, hits, last: rfc3339(last) }));
  const touchpoints = model.rules
    .flatMap(({ id }, index) => [...state.hits[index].values()].map((t) => ({ rule: id, t })))
    .sort((a, b) => b.t - a.t)
    .slice(0, MAX_TOUCHPOINTS)
    .map(({ rule, t }) => ({ rule, time: rfc3339(t) }));
  return {
    arming: JSON.stringify([event.visitor, model.name, stage.id, previous, recycled]),
    line: {
      specversion: "1.0",
      source: "leadscore:replay",
      type: "leadscore.stage.reached",
      subject: event.visitor,
      time: new Date(event.at).toISOString(),
      datacontenttype: "application/json",
      data: {
        stage: stage.id,
        snapshot: snapshot(model, state, now),
        reasons,
        touchpoints,
        model: { name: model.name, version: model.version },
        provenance: "client",
      },
    },
  };
}

// Whole seconds, so without milliseconds.
function rfc3339(seconds) {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}
