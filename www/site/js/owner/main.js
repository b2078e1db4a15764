// The owner's view: signals as they arrive, with their details and the decisions of sales.
import { date } from "../formats.js";
import { Chart } from "./chart.js";
import { downloadCsv } from "./csv.js";
import { Feed } from "./feed.js";
import { Filters } from "./filters.js";
import { History } from "./history.js";
import { List } from "./list.js";
import { Poll } from "./poll.js";
import { loadTitles } from "./titles.js";
import { takeToken } from "./token.js";
import { count, points } from "./words.js";

takeToken();
addEventListener("hashchange", takeToken);

const $ = (id) => document.getElementById(id);
const clock = date(undefined, { timeStyle: "medium" });

const feed = new Feed();
const past = new History();
const chart = new Chart($("chart"));
const filters = new Filters($("filters"), narrow);
const list = new List($("signals"), { onVisitor: showOnly, onStored: () => poll.run() });
const poll = new Poll(sync, showError);

feed.filter(filters.values);
await loadTitles();
poll.run();

async function sync() {
  if (feed.isLoaded) await takeNews();
  else await loadFirst();
  if (!past.isLoaded) await past.load(feed.filters, feed.abort);
  if (past.isLoaded) chart.show(past.count(), past.isCut);
}

async function loadFirst() {
  const entries = await feed.load();
  list.replace(entries);
  showList();
  offerStages(entries);
  showStatus(shown());
}

async function takeNews() {
  const { signals, entries } = await feed.poll();
  // Every entry has the current decision about its visitor.
  list.decide(new Map(entries.map(({ visitor, lifecycle }) => [visitor, lifecycle])));
  if (signals.length === 0) return;
  list.insert(signals);
  past.add(signals);
  showList();
  offerStages(signals);
  const [{ stage, visitor, score }] = signals;
  const one = `New signal: ${stage} of ${visitor}${score === null ? "" : ` at ${points(score)} points`}.`;
  showStatus(`${signals.length === 1 ? one : `${count(signals.length, "new signal", "new signals")}.`} ${shown()}`);
}

function offerStages(entries) {
  filters.offer(entries.map(({ stage }) => stage));
}

// The old content stays until the receiver has answered.
function narrow() {
  feed.filter(filters.values);
  past.reset();
  $("signals").setAttribute("aria-busy", "true");
  poll.run();
}

function showOnly(visitor) {
  filters.narrowTo(visitor);
  $("filters").scrollIntoView();
  $("filters").elements.visitor.focus();
}

function showList() {
  const isEmpty = list.size === 0;
  const isNarrowed = Object.keys(feed.filters).length > 0;
  $("signals").removeAttribute("aria-busy");
  $("none-yet").hidden = !isEmpty || isNarrowed;
  $("none-match").hidden = !isEmpty || !isNarrowed;
  $("more").hidden = !feed.hasMore;
}

const shown = () => `${count(list.size, "signal is", "signals are")} shown${feed.hasMore ? "; there are more" : ""}.`;

// True if the list shows what the receiver has.
function showError(error) {
  const live = $("live");
  live.dataset.state = error ? "lost" : "live";
  $("live-text").textContent = error ? "Not up to date" : `Live, checked at ${clock(new Date())}`;
  const trouble = $("trouble");
  const text =
    error && `The list is not up to date: ${error.message}. The page tries again automatically, or with “Refresh”.`;
  // Said once, not at every try.
  if (trouble.textContent !== (text ?? "")) list.keepInPlace(() => (trouble.textContent = text ?? ""));
  $("signals").removeAttribute("aria-busy");
}

function showStatus(text) {
  // It may take another number of lines.
  list.keepInPlace(() => ($("status").textContent = text));
}

$("refresh").addEventListener("click", () => poll.run());

$("clear").addEventListener("click", () => {
  filters.clear();
  $("filters").elements.stage.focus();
});

$("more").addEventListener("click", async () => {
  const button = $("more");
  if (button.getAttribute("aria-disabled") === "true") return;
  button.setAttribute("aria-disabled", "true");
  try {
    const entries = await feed.more();
    const before = list.size;
    list.append(entries);
    // The button disappears with the last of them.
    if (!feed.hasMore && document.activeElement === button) list.focus(before);
    offerStages(entries);
    showStatus(shown());
    showList();
  } catch (error) {
    if (error.name !== "AbortError")
      showStatus(`More signals could not be loaded: ${error.message}. Try again in a moment.`);
  } finally {
    button.removeAttribute("aria-disabled");
  }
});

$("csv").addEventListener("click", async () => {
  showStatus("Loading the CSV file.");
  try {
    await downloadCsv(feed.filters);
    showStatus("The CSV file is ready.");
  } catch (error) {
    showStatus(`The CSV file could not be loaded: ${error.message}. Try again in a moment.`);
  }
});

for (const input of document.querySelectorAll("[name=range]")) {
  input.addEventListener("change", () => {
    past.reset(input.value);
    poll.run();
  });
}
