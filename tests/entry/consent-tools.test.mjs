// The interpretation of each consent tool's answers, without a browser.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { begin, end } from "../../pkg-config/entry/life.js";
import { follow } from "../../pkg-config/entry/consent-tools.js";

const page = (globalThis.window = /** @type {any} */ (new EventTarget()));
globalThis.document = /** @type {any} */ (new EventTarget());

let life;
/** Follows the tool with this name; returns the reported choices, the newest last. */
function followed(text, globals) {
  Object.assign(page, globals);
  const said = [];
  life = begin();
  follow(life, text, {
    assume: (value) => said.push(`assumed ${value}`),
    consent: (value) => said.push(value),
  });
  return said;
}
afterEach(() => {
  end(life);
  for (const name of ["__tcfapi", "__gpp", "OneTrust", "OnetrustActiveGroups", "Cookiebot", "klaro"]) delete page[name];
});

/** A tool with TCF's interface; its listener gets the given data. */
function tcf() {
  const removed = [];
  let listener;
  const api = (command, version, call, parameter) => {
    if (command === "addEventListener") listener = call;
    else removed.push([command, version, parameter]);
  };
  const tell = (data, isDone = true) => listener({ listenerId: 7, gdprApplies: true, ...data }, isDone);
  return { api, tell, removed };
}
const allowed = (...purposes) => ({ purpose: { consents: Object.fromEntries(purposes.map((id) => [id, true])) } });

test("TCF: all required purposes, and a choice that is reopened remains valid", () => {
  const { api, tell, removed } = tcf();
  const said = followed("tcf", { __tcfapi: api });
  tell({ eventStatus: "cmpuishown", ...allowed() });
  tell({ eventStatus: "useractioncomplete", ...allowed(1, 5) });
  tell({ eventStatus: "useractioncomplete", ...allowed(1, 5, 8) });
  tell({ eventStatus: "cmpuishown", ...allowed(1, 5, 8) });
  tell({ eventStatus: "useractioncomplete", purpose: { consents: { 1: "yes", 5: 1, 8: true } } });
  assert.deepEqual(said, ["pending", "denied", "granted", "denied"]);
  end(life);
  tell({ eventStatus: "useractioncomplete", ...allowed(1, 5, 8) });
  assert.equal(said.length, 4, "a tracker that has ended is told nothing");
  assert.deepEqual(removed, [["removeEventListener", 2, 7]]);
});

test("TCF: other purposes, invalid data, and places where the law does not apply", () => {
  const { api, tell } = tcf();
  const said = followed("tcf 1 3", { __tcfapi: api });
  tell({ eventStatus: "tcloaded", ...allowed(1, 3) });
  tell({ eventStatus: "tcloaded" });
  tell({ eventStatus: "tcloaded", purpose: null });
  tell({ eventStatus: "tcloaded", ...allowed(1, 3) }, false);
  tell({ eventStatus: "something" });
  tell({ gdprApplies: false, eventStatus: "tcloaded" });
  assert.deepEqual(said, ["granted", "denied", "denied", "assumed granted"]);
});

test("GPP: opt-outs, Global Privacy Control, sections that do not apply or are missing", () => {
  /** @type {any} */
  let listener;
  const __gpp = (command, call) => command === "addEventListener" && (listener = call);
  const said = followed("gpp", { __gpp });
  const tell = (parsedSections, applicableSections = [7], signalStatus = "ready") => {
    const before = said.length;
    listener({ listenerId: 1, pingData: { signalStatus, applicableSections, parsedSections } }, true);
    return said.slice(before);
  };
  const states = { SaleOptOut: 2, SharingOptOut: 2, TargetedAdvertisingOptOut: 2 };
  for (const [expected, ...pingData] of [
    ["granted", { usnat: states }],
    ["granted", { usnat: [states, { SubsectionType: 1, Gpc: false }] }],
    ["granted", { usca: { SaleOptOut: 0, SharingOptOut: 0 } }],
    ["denied", { usnat: { ...states, SaleOptOut: 1 } }],
    ["denied", { usnat: { ...states, SharingOptOut: 1 } }],
    ["denied", { usnat: { ...states, TargetedAdvertisingOptOut: 1 } }],
    ["denied", { usnat: [states, { Gpc: true }] }],
    ["denied", { usnat: states, usca: { SaleOptOut: 1 } }],
    ["denied", { tcfeuv2: { PurposeConsents: [true, false, false, false, true] } }, [2]],
    ["granted", { tcfeuv2: { PurposeConsents: [true, false, false, false, true, false, false, true] } }, [2]],
    ["denied", { tcfeuv2: { PurposeConsents: "garbage" } }, [2]],
    ["pending", {}],
    ["pending", null],
    ["assumed granted", {}, [-1]],
    ["assumed granted", {}, [0]],
    ["assumed granted", {}, []],
    [undefined, { usnat: states }, [7], "not ready"],
  ]) {
    assert.deepEqual(tell(...pingData), expected ? [expected] : [], JSON.stringify(pingData));
  }
  listener({ listenerId: 1 }, true);
  listener({ listenerId: 1, pingData: { signalStatus: "ready", parsedSections: { usnat: states } } }, false);
  assert.equal(said.length, 16, "neither without data nor without success");
});

test("OneTrust: the required groups, by default or by option", () => {
  let isClosed = false;
  const OneTrust = { IsAlertBoxClosed: () => isClosed };
  const said = followed("onetrust C0002 C0004", { OneTrust, OnetrustActiveGroups: ",C0001,C0002,C0004," });
  const change = (groups) => {
    page.OnetrustActiveGroups = groups;
    page.dispatchEvent(new Event("OneTrustGroupsUpdated"));
  };
  isClosed = true;
  change(",C0001,C0002,");
  change(",C0001,C0002,C0004,");
  isClosed = false;
  change(",C0001,");
  change(undefined);
  assert.deepEqual(said, ["assumed granted", "denied", "granted", "pending", "pending"]);
});

test("Cookiebot: not before there is a choice, and again when it asks again", () => {
  const Cookiebot = { consent: { statistics: false, marketing: false }, hasResponse: false };
  const said = followed("cookiebot statistics,marketing", { Cookiebot });
  assert.deepEqual(said, []);
  const respond = (statistics, marketing, hasResponse, event) => {
    Object.assign(Cookiebot, { consent: { statistics, marketing }, hasResponse });
    page.dispatchEvent(new Event(event));
  };
  respond(true, false, true, "CookiebotOnAccept");
  respond(true, true, true, "CookiebotOnAccept");
  respond(false, false, false, "CookiebotOnDialogDisplay");
  assert.deepEqual(said, ["denied", "granted", "pending"]);
});

test("Klaro: applied choices, not ticked boxes", () => {
  const watchers = new Set();
  const manager = {
    states: { leadscore: false },
    confirmed: false,
    watch: (watcher) => watchers.add(watcher),
    unwatch: (watcher) => watchers.delete(watcher),
  };
  const said = followed("klaro", { klaro: { getManager: () => manager } });
  const notify = (name) => watchers.forEach((watcher) => watcher.update(manager, name));
  manager.states.leadscore = true;
  notify("consents");
  manager.confirmed = true;
  notify("applyConsents");
  assert.deepEqual(said, ["pending", "granted"]);
  end(life);
  assert.equal(watchers.size, 0);
});

test("a tool that throws changes nothing, and an unknown tool counts as denied", () => {
  const broken = () => {
    throw new Error("broken");
  };
  assert.deepEqual(followed("tcf", { __tcfapi: broken }), []);
  end(life);
  assert.deepEqual(followed("constructor", {}), ["assumed denied"]);
});
