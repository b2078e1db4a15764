// Computes the score over a journey: at every event of a short journey, otherwise at as many points as a wide chart can
// show.
import { Lead } from "/leadscore/index.js";
import { why } from "/leadscore/why.js";

const POINTS = 480;
/** The minimum number of points of the outline, however slow the machine. */
const OUTLINE_POINTS = 12;
/** Of the outline, after the last event. */
const TAIL_POINTS = 4;

/** The times to look at, from the first event to the end of the chart. */
export function timesOf(events, horizon) {
  const first = events[0].at;
  const step = (horizon - first) / POINTS;
  const times = Array.from({ length: POINTS + 1 }, (_, index) => Math.round(first + index * step));
  // The end of the journey is a moment of its own: what follows only fades.
  const last = events.at(-1).at;
  return [...new Set([...times, last])].sort((a, b) => a - b);
}

/** Right at every point, with as many points as the time allows. */
export function previewCurve(model, hits, horizon, deadline) {
  const last = hits.times.at(-1);
  const tail = Array.from({ length: TAIL_POINTS }, (_, index) => last + ((index + 1) * (horizon - last)) / TAIL_POINTS);
  const times = [...hits.times, ...tail];
  const points = [];
  for (const [count, index] of coarseToFine(times.length).entries()) {
    if (count >= OUTLINE_POINTS && performance.now() > deadline) break;
    const at = times[index];
    const lead = hits.leadAt(model, at);
    points.push(point(at, lead.snapshot(at)));
    lead.free();
  }
  return points.sort((a, b) => a.at - b.at);
}

/** Takes the events in one by one, as a visitor's page does, so that the trips are those that would be sent. */
export function* exactCurve(model, titles, events, times, isEveryEvent) {
  const lead = new Lead(model, { id: "visitor" });
  const points = [];
  const trips = [];
  try {
    let index = 0;
    for (const time of times) {
      for (; events[index]?.at <= time; index += 1) {
        const { at } = events[index];
        if (isEveryEvent) points.push(point(at, lead.snapshot(at)));
        trips.push(...ingest(lead, events[index], index, titles));
        if (isEveryEvent) points.push({ ...point(at, lead.snapshot(at)), index });
        yield;
      }
      points.push(point(time, lead.snapshot(time)));
      yield;
    }
  } finally {
    lead.free();
  }
  return { points, trips, changes: changesIn(points) };
}

function ingest(lead, event, index, titles) {
  try {
    return lead.ingest(event, event.at).map((signal) => ({
      at: event.at,
      index,
      stage: signal.data.stage,
      score: signal.data.snapshot.score,
      why: why(signal, titles),
    }));
  } catch {
    // The page was notified when the journey arrived.
    return [];
  }
}

const point = (at, { score, stage, disqualified }) => ({ at, score, stage: disqualified ? "disqualified" : stage });

// The points at which the stage changes.
function changesIn(points) {
  return points.filter(({ stage }, index) => stage !== (points[index - 1]?.stage ?? null));
}

// 0, the last, the middle, the quarters and so on: whenever one stops, what is there covers the whole.
function coarseToFine(length) {
  const order = [0, length - 1];
  const seen = new Set(order);
  for (let step = length - 1; step > 1; step /= 2) {
    for (let at = step / 2; at < length - 1; at += step / 2) {
      const index = Math.round(at);
      if (!seen.has(index)) order.push(index);
      seen.add(index);
    }
  }
  return order;
}
