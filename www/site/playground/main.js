// The playground: passes changes to the engine and its results to the page.
import "/built/model-editor.js";
import { element } from "/js/dom.js";
import { download } from "/js/download.js";
import { startEngine } from "./engine/client.js";
import { offerFile } from "./page/files.js";
import { Draft } from "./page/draft.js";
import { DEFAULT, fetchExample, fetchSchema } from "./page/examples.js";
import { count, plural, time } from "./page/format.js";
import { TYPES } from "./page/ga4.js";
import { Journey } from "./page/journey.js";
import { TooLarge } from "./page/limits.js";
import { nameOf } from "./page/names.js";
import { isShared, openLink, toFragment } from "./page/share.js";
import { Chart } from "./view/chart.js";
import { EventForm } from "./view/event-form.js";
import { Issues } from "./view/issues.js";
import { JourneyTable } from "./view/journey.js";
import { Moment } from "./view/moment.js";
import { Notice } from "./view/notice.js";
import { Recorder } from "./view/recorder.js";
import { Result } from "./view/result.js";
import { RulesForm } from "./view/rules-form.js";
import { Trips } from "./view/trips.js";

/** Characters from which mail and chat programs begin to cut links. */
const LONG_LINK = 8000;

/** Milliseconds after which the little site follows the model. */
const SITE_PAUSE = 200;

const $ = (id) => document.getElementById(id);

const editor = $("model");
const notice = new Notice($("notice"));
const journeyNotice = new Notice($("journey-notice"));
const draft = new Draft(() =>
  notice.say({ text: "This browser has no room to store the draft: share or download it before you leave." }),
);
const journey = new Journey();
const chart = new Chart($("chart"), (at) => moment.pick(at));
const moment = new Moment($("result"), journey, (at) => {
  engine.send({ kind: "moment", at });
  chart.moment = moment.at;
});
const result = new Result($("result"));
const trips = new Trips($("trips"), (at) => moment.pick(at));
const issues = new Issues($("issues"), (mark) => {
  editAs(false);
  editor.show(mark);
});
const form = new EventForm($("event-dialog"), async (event) => (await engine.ask({ kind: "event", event })).message);
const table = new JourneyTable($("journey"), { edit: editEvent, remove: removeEvent, pick: showEvent });
const rules = new RulesForm($("rules-form"), (path, value) => editor.setAt(path, value));
const recorder = new Recorder($("recorder"), recordEvent);

/** Counts the model versions sent to the engine, to detect outdated results. */
let version = 0;
let compiled;
let example = "";
let siteTimer;
/**
 * Counts what was asked for that comes later, an example, a file, a link: the newest is shown, whichever comes first.
 */
let asks = 0;
/** The text of the last model without errors. */
let sound = "";
/** The titles of the last model without errors. */
let names = {};
/** The parts of the draft that are kept. */
const kept = new Set();

const engine = startEngine({
  report({ version: answered, errors, warnings, bytes, stages, titles }) {
    if (answered !== version) return;
    const all = [...errors.map(asError), ...warnings.map(asWarning)];
    issues.show(editor.mark(all), { errors: errors.length, warnings: warnings.length });
    compiled = bytes;
    const isStale = errors.length > 0;
    $("result").dataset.stale = String(isStale);
    const reason = sound
      ? "Outdated: this is the result of the last model without errors."
      : "The model has errors: no score yet.";
    const text = isStale ? reason : "";
    if ($("stale").textContent !== text) $("stale").textContent = text;
    if (isStale) return;
    sound = editor.value;
    chart.stages = stages.map((stage) => ({ ...stage, name: nameOf(titles, "stages", stage.id) }));
    result.titles = titles;
    trips.titles = titles;
    names = titles;
    showRules();
    showSite();
  },
  moment: (found) => result.show(found),
  refused({ count: number, first }) {
    if (number === 0) return;
    const lines = first.map(({ index, message }) => `event ${count(index + 1)}: ${message}`);
    journeyNotice.say({ text: `${plural(number, "event")} could not be recorded.`, lines, isProblem: true });
  },
  curve(curve) {
    chart.show(curve);
    chart.moment = moment.at;
    trips.show(curve);
  },
  failure: ({ message }) =>
    notice.say({ text: `Scoring stopped: ${message}. Reload the page to go on.`, isProblem: true }),
});

function asked() {
  const own = (asks += 1);
  return () => own === asks;
}

const asError = (issue) => ({ ...issue, severity: "error" });
const asWarning = (issue) => ({ ...issue, severity: "warning" });

function tellModel() {
  version += 1;
  showRules();
  engine.send({ kind: "model", text: editor.value, version });
}

function showRules() {
  if ($("rules-form").hidden) return;
  let model;
  try {
    model = JSON.parse(editor.value);
  } catch {
    // The form reports it.
  }
  rules.show(model, names);
}

function editAs(form) {
  $("rules-form").hidden = !form;
  editor.hidden = form;
  $("editor-hint").hidden = form;
  $("as-form").setAttribute("aria-pressed", String(form));
  $("as-json").setAttribute("aria-pressed", String(!form));
  showRules();
}

/** @param {number} [index] the event to have in view */
function tellJourney(index) {
  moment.follow();
  engine.send({ kind: "moment", at: moment.chosen });
  engine.send({ kind: "journey", events: journey.events, horizon: journey.horizon });
  table.show(journey.events, index);
  showSite();
  editor.known = journey.known();
}

// After the results that the typing user waits for.
function showSite() {
  clearTimeout(siteTimer);
  siteTimer = setTimeout(() => {
    if (sound) recorder.show(JSON.parse(sound), journey.paths);
  }, SITE_PAUSE);
}

// A manual change: it is kept as a draft, and the link in the address bar no longer matches.
function changed(part) {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  // Unchanged parts are needed as well, once.
  const contents = { model: { model: editor.value, example }, journey: journey.content };
  for (const [name, value] of Object.entries(contents)) {
    if (name === part || !kept.has(name)) draft.change(name, value);
    kept.add(name);
  }
}

function show(content) {
  journeyNotice.clear();
  kept.clear();
  example = content.example ?? "";
  $("example").value = example;
  editor.value = content.model;
  journey.content = content.journey;
  showVisitors();
  moment.chosen = content.moment ?? null;
  tellModel();
  tellJourney(0);
}

function journeyChanged(index) {
  // A way back that is still offered would undo this as well.
  journeyNotice.clear();
  changed("journey");
  showVisitors();
  tellJourney(index);
}

function showVisitors() {
  const names = journey.content.visitors.map(({ visitor, events }) =>
    element("option", { value: visitor }, `${visitor} (${plural(events.length, "event")})`),
  );
  $("visitor").replaceChildren(...names);
  $("visitor").value = journey.content.chosen;
  $("visitors").hidden = names.length < 2;
}

const current = () => ({ model: editor.value, journey: journey.content, moment: moment.chosen, example });

/** Shows something else, with a way back to what was there. */
function replace(content, text) {
  const before = current();
  show(content);
  keepAll();
  notice.say({
    text,
    action: { label: "Undo", run: () => replace(before, "The replacement was undone.") },
  });
}

function keepAll() {
  changed("model");
  changed("journey");
}

// Examples

async function contentOf(name) {
  const { model, events } = await fetchExample(name);
  const { visitors } = await engine.ask({ kind: "file", file: new Blob([events]) });
  return { model, example: name, journey: { visitors, chosen: visitors[0].visitor } };
}

$("example").addEventListener("change", async ({ target }) => {
  const { label } = target.selectedOptions[0];
  const isNewest = asked();
  try {
    const content = await contentOf(target.value);
    if (isNewest()) replace(content, `${label}: model and journey were replaced.`);
  } catch (error) {
    if (!isNewest()) return;
    target.value = example;
    notice.say({ text: `The example could not be loaded (${error.message}). Try again.`, isProblem: true });
  }
});

$("as-json").addEventListener("click", () => editAs(false));
$("as-form").addEventListener("click", () => editAs(true));

editor.addEventListener("edit", () => {
  tellModel();
  changed("model");
});

// Events of the journey

$("add").addEventListener("click", () => {
  form.open("Add an event", { type: "page_view", at: journey.nextTime(60_000) }, addEvent);
});

function addEvent(event) {
  const index = journey.add(event);
  moment.chosen = null;
  journeyChanged(index);
  return index;
}

function recordEvent(event, gap) {
  addEvent({ ...event, at: journey.nextTime(gap) });
}

function editEvent(index) {
  form.open("Change the event", journey.events[index], (event) => {
    journey.remove(index);
    table.focus(addEvent(event), "edit");
  });
}

function removeEvent(index) {
  const before = current();
  const [removed] = journey.remove(index);
  journeyChanged();
  table.focus(index, "remove");
  sayRemoved(`Removed ${removed.type} at ${time(removed.at)}.`, before);
}

function sayRemoved(text, before) {
  const run = () => {
    journey.content = before.journey;
    journeyChanged();
  };
  journeyNotice.say({ text, action: { label: "Put it back", run } });
}

function showEvent(index) {
  moment.pick(journey.events[index].at);
}

$("clear").addEventListener("click", () => {
  if (journey.events.length === 0) return;
  const before = current();
  const number = journey.events.length;
  journey.clear();
  journeyChanged();
  sayRemoved(`Removed ${plural(number, "event")}.`, before);
});

$("visitor").addEventListener("change", ({ target }) => {
  journey.choose(target.value);
  moment.chosen = null;
  journeyChanged(0);
});

$("ahead").addEventListener("change", ({ target }) => {
  journey.ahead = Number(target.value);
  tellJourney();
});

offerFile($("file"), $("journey"), async (file, refusal) => {
  if (refusal) return journeyNotice.say({ text: refusal, isProblem: true });
  journeyNotice.say({ text: `Reading ${file.name}…` });
  const isNewest = asked();
  const { visitors, bad, failure } = await engine.ask({ kind: "file", file });
  if (!isNewest()) return;
  const lines = (bad?.first ?? []).map(({ line, message }) => `line ${count(line)}: ${message}`);
  if (failure || visitors.length === 0) {
    const text = `${file.name} has no usable event, so the journey is unchanged. ${failure ?? ""}`;
    return journeyNotice.say({ text, lines, isProblem: true });
  }
  const number = visitors.reduce((sum, { events }) => sum + events.length, 0);
  const skipped = bad.count > 0 ? ` ${plural(bad.count, "line")} skipped:` : "";
  const text = `${plural(number, "event")} of ${plural(visitors.length, "visitor")} from ${file.name}.${skipped}`;
  const before = current();
  journey.content = { visitors, chosen: visitors[0].visitor };
  moment.chosen = null;
  journeyChanged(0);
  sayRemoved(text, before);
  journeyNotice.addLines(lines);
});

// Links and files

$("share").addEventListener("click", async () => {
  let fragment;
  try {
    fragment = await toFragment({ model: editor.value, events: journey.events, moment: moment.chosen });
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const text = `No link was made: ${error.message}. Download model and journey instead.`;
    return notice.say({ text, isProblem: true });
  }
  const { length } = fragment;
  history.replaceState(null, "", fragment);
  const isCopied = await navigator.clipboard.writeText(location.href).then(
    () => true,
    () => false,
  );
  const warning =
    length > LONG_LINK ? ` It has ${count(length)} characters, and some mail programs cut such links.` : "";
  notice.say({ text: `${isCopied ? "The link is copied" : "The link is in the address bar"}.${warning}` });
});

$("download-compiled").addEventListener("click", () => {
  if (compiled) return download("model.lsm", compiled, "application/octet-stream");
  notice.say({
    text: "A model with errors cannot be compiled: correct the errors listed below it first.",
    isProblem: true,
  });
});
$("download-model").addEventListener("click", () => download("model.json", editor.value, "application/json"));
$("download-journey").addEventListener("click", () =>
  download("journey.ndjson", journey.toLines(), "application/x-ndjson"),
);

// Beginning

async function begin() {
  const drafted = draft.read();
  const back = { label: "Back to my draft", run: () => (show(drafted), keepAll(), notice.clear()) };
  if (!isShared(location.hash)) return show(drafted ?? (await contentOf(DEFAULT)));
  const { shared, refusal } = await openLink(location.hash);
  show(shared ?? (await contentOf(DEFAULT)));
  if (shared) return drafted && notice.say({ text: "This playground comes from a link.", action: back });
  const text = `${refusal} Here is an example instead.`;
  notice.say({ text, isProblem: true, ...(drafted && { action: back }) });
  dropLink();
}

const dropLink = () => history.replaceState(null, "", location.pathname + location.search);

addEventListener("hashchange", async () => {
  if (!isShared(location.hash)) return;
  const isNewest = asked();
  const { shared, refusal } = await openLink(location.hash);
  if (!isNewest()) return;
  if (shared) return replace(shared, "The playground from the link was opened.");
  dropLink();
  notice.say({ text: `${refusal} Nothing was changed.`, isProblem: true });
});

$("event-types").append(...Object.keys(TYPES).map((value) => element("option", { value })));
fetchSchema().then((schema) => (editor.schema = schema));
begin().catch((error) =>
  notice.say({ text: `The playground could not start (${error.message}). Reload the page.`, isProblem: true }),
);
