// Shows this visit's score in the panel. Only the demo has this script; the tag does not need it.
import { Panel } from "./panel.js";
import { receipt } from "./receipt.js";

const WAITING = "leadscore.out.";

/** Milliseconds after which the panel is right again: points fade, and other tabs add some. */
const EVERY = 1000;

const panel = new Panel();
/** Returns true if a signal was seen that has to be shown, and its stage if this page has tripped it. */
let isTold = false;
let stage = "";

function refresh() {
  /** @type {any} */
  const { leadscore } = window;
  // Until the tag runs this is the array that it takes over; where it cannot run, something without a snapshot.
  if (Array.isArray(leadscore)) return;
  const snapshot = leadscore.snapshot?.();
  if (!snapshot) return panel.explain("Scoring could not start in this browser.");
  panel.show(snapshot);
  showSignal();
  if (panel.isReceiptOpen) receipt().then(panel.showReceipt, panel.showNoReceipt);
}

/** The tag keeps each signal in the storage, under a key of its own, until the backend has answered. */
function showSignal() {
  let outcome;
  try {
    outcome = Object.keys(localStorage).some((key) => key.startsWith(WAITING)) ? "waiting" : "answered";
  } catch {
    // Blocked: the tag keeps it in memory, where this script cannot look.
    outcome = "unseen";
  }
  isTold ||= outcome === "waiting";
  if (isTold) panel.showSignal(stage, outcome);
}

function startOver() {
  /** @type {any} */ (window.leadscore).reset();
  isTold = false;
  panel.forget("This browser has deleted the data of your visit: you are a new visitor.");
  refresh();
}

function begin() {
  showSignal();
  (window.leadscore ||= []).push(["on", "segment", refresh]);
  document.addEventListener("leadscore:signal", ({ detail }) => {
    isTold = true;
    ({ stage } = detail.data);
    refresh();
  });
  // The tag hears of these in the capturing phase, that is before this script does.
  for (const kind of ["input", "submit", "click", "storage"]) addEventListener(kind, refresh);
  setInterval(() => document.hidden || refresh(), EVERY);
  panel.onReceipt(refresh);
  panel.onStartOver(startOver);
}

if (navigator.globalPrivacyControl) {
  panel.explain("Your browser asks sites not to track you, so this visit is not scored.");
} else {
  begin();
}
