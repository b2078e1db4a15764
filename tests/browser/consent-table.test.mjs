// Consent in one and two tabs: every order of attribute, choice, record, Global Privacy Control and Consent Mode, with
// the same table as the core's tests.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { level } from "../lib/level.mjs";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { shared, started } from "./lib/tag.mjs";

const TABLE = JSON.parse(await readFile(new URL("lib/consent-table.json", import.meta.url), "utf8"));
const find = (rows, wanted) => rows.find((row) => Object.entries(wanted).every(([name, value]) => row[name] === value));

const gtagScript = (script) =>
  `window.dataLayer = []; window.gtag = function () { dataLayer.push(arguments); }; ${script}`;
/** @param {string} [region] */
const byDefault = (value, region) =>
  `gtag("consent", "default", { analytics_storage: "${value}"${region ? `, region: ["${region}"]` : ""} });`;

// The start of a tab: its attribute, the state of Consent Mode, and the resulting consent until the visitor chooses.
const TABS = {
  granted: { consent: "granted", is: "granted" },
  pending: { consent: "pending", is: "pending" },
  denied: { consent: "denied", is: "denied" },
  "google, granted": { consent: "google", head: gtagScript(byDefault("granted")), is: "granted" },
  "google, denied": { consent: "google", head: gtagScript(byDefault("denied")), is: "pending" },
  "google, nothing": { consent: "google", head: gtagScript(""), is: "pending" },
};
const NAMES = Object.keys(TABS);
const PAIRS = {
  check: [["granted", "pending"]],
  test: [
    ["granted", "pending"],
    ["google, denied", "granted"],
    ["pending", "denied"],
  ],
  all: NAMES.flatMap((one, index) => NAMES.slice(index).map((two) => [one, two])),
}[level];

// Each act after each other.
const ACTS = "granted granted pending granted denied pending pending denied denied granted".split(" ");

/** In the page: notes what this tab stores. */
function noteWrites() {
  window.written = [];
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (key, value) {
    if (key.startsWith("leadscore.")) written.push(key);
    return setItem.call(this, key, value);
  };
}

/** In the page: what the visitor does next is collected, stored, or neither. */
async function observe() {
  written.length = 0;
  const said = () => leadscore.snapshot().dimensions.said;
  const before = said();
  leadscore.track("said");
  const isCollected = said() > before;
  await new Promise((done) => setTimeout(done, 200));
  const isStored = written.includes("leadscore.lead.2");
  return isStored ? (isCollected ? "granted" : "stored, not collected") : isCollected ? "pending" : "denied";
}

suite("consent table", (everywhere, once) => {
  for (const gpc of level === "check" ? [false] : [false, true]) {
    for (const [index, names] of (gpc ? PAIRS.slice(0, 1) : PAIRS).entries()) {
      const register = index || gpc ? once : everywhere;
      register(`${names.join(" beside ")}${gpc ? ", with Global Privacy Control" : ""}`, async ({ site, open }) => {
        site.model(counting({ said: { event: "said" } }));
        const before = ["date?step=1000", ...(gpc ? ["gpc"] : [])];
        const tabs = [];
        for (const [index, name] of names.entries()) {
          const { consent, head = "", is } = TABS[name];
          site.file(`/${index}.js`, head);
          site.page(`/${index}`, { before, tag: { consent }, head: `<script src="/${index}.js"></script>` });
          const page = await open(`/${index}`);
          await page.run(noteWrites);
          tabs.push({ page, is, isGoogle: consent === "google", standing: is });
        }
        let record = "pending";
        const agree = async (what) => {
          const expected = tabs.map(({ standing }) => find(TABLE.consent, { gpc, default: standing, record }).consent);
          const agreed = () => Promise.all(tabs.map(({ page }) => page.run(() => leadscore.agreed)));
          await site.until(async () => `${await agreed()}` === `${expected}`).catch(() => {});
          // Where the consent does not change, nothing else shows that a tab has the record, from which its next act
          // starts.
          await shared("leadscore-consent", ...tabs.map(({ page }) => page));
          assert.deepEqual(await agreed(), expected, what);
          const seen = await Promise.all(tabs.map(({ page }) => page.run(observe)));
          assert.deepEqual(seen, expected, what);
        };
        await agree("at first");
        for (const [step, act] of ACTS.entries()) {
          const tab = tabs[step % 2];
          if (tab.isGoogle && act !== "pending") {
            await tab.page.run((value) => gtag("consent", "update", { analytics_storage: value }), act);
          } else await tab.page.run((value) => leadscore.consent(value), act);
          const { then } = find(TABLE.acts, { gpc, default: tab.standing, record, act });
          ({ default: tab.standing, record } = then);
          await agree(`${ACTS.slice(0, step + 1).join(", ")}`);
          if (step % 4 === 3) {
            await tab.page.reload();
            await started(tab.page);
            await tab.page.run(noteWrites);
            tab.standing = tab.is;
            await agree(`${ACTS.slice(0, step + 1).join(", ")}, reloaded`);
          }
        }
      });
    }
  }

  /** @type {[string, [string, string?][], string][]} */
  const REGIONS = [
    ["denied in one region, granted elsewhere", [["denied", "DE"], ["granted"]], "pending"],
    ["granted, denied in one region", [["granted"], ["denied", "DE"]], "pending"],
    ["granted in one region, denied elsewhere", [["granted", "US"], ["denied"]], "pending"],
    ["denied, granted in one region", [["denied"], ["granted", "US"]], "pending"],
    ["granted everywhere", [["granted"], ["granted", "US"]], "granted"],
  ];
  for (const [what, defaults, expected] of REGIONS) {
    once(`Consent Mode by region: ${what}`, async ({ site, open }) => {
      site.model({
        name: "seen",
        rules: [{ id: "view", event: "page_view", points: 10 }],
        stages: [{ id: "a", at: 10 }],
      });
      const script = defaults.map((one) => byDefault(...one)).join("");
      site.file("/own.js", gtagScript(script));
      site.file("/none.js", gtagScript(""));
      site.page("/", { tag: { consent: "google" }, head: '<script src="/own.js"></script>' });
      // Set after the tag has started.
      site.page("/late", { tag: { consent: "google" }, head: '<script src="/none.js"></script>' });
      const late = await open("/late");
      for (const page of [late, await open("/")]) {
        if (page === late) {
          await page.run((defaults) => {
            for (const [analytics_storage, region] of defaults) {
              gtag("consent", "default", { analytics_storage, ...(region && { region: [region] }) });
            }
          }, defaults);
        }
        await page.run(() => new Promise((done) => setTimeout(done, 300)));
        assert.equal(await page.run(() => leadscore.agreed), expected);
        assert.equal(await page.run(() => "leadscore.lead.2" in localStorage), expected === "granted");
        assert.equal(site.received.length > 0, expected === "granted");
      }
      await late.run(() => gtag("consent", "update", { analytics_storage: "granted" }));
      await site.signals(1);
    });
  }
});
