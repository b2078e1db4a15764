// The source of sessions, and when a new one begins.
import assert from "node:assert/strict";
import { counting } from "./lib/models.mjs";
import { suite } from "./lib/suite.mjs";
import { counted, counts, started, track } from "./lib/tag.mjs";

const MINUTE = 60_000;
const session = (where) => ({ event: "session_start", where });
const SESSIONS = {
  sessions: { event: "session_start" },
  first: session({ session_number: 1 }),
  second: session({ session_number: 2 }),
  visits: { event: "first_visit" },
  end: { event: "end" },
};

// Referrer, query, and the channel that GA4 would report.
const CHANNELS = [
  ["", "", "Direct"],
  ["https://www.google.com/", "", "Organic Search"],
  ["https://www.google.com/", "?gclid=abc", "Paid Search"],
  ["https://www.bing.com/search", "?utm_source=bing&utm_medium=cpc", "Paid Search"],
  ["https://duckduckgo.com/", "", "Organic Search"],
  ["https://www.facebook.com/", "", "Organic Social"],
  ["https://t.co/", "", "Organic Social"],
  ["https://www.linkedin.com/", "?utm_source=linkedin&utm_medium=paid_social", "Paid Social"],
  ["", "?utm_source=newsletter&utm_medium=email", "Email"],
  ["", "?utm_source=adnet&utm_medium=banner", "Display"],
  ["", "?utm_source=partner&utm_medium=affiliate", "Affiliates"],
  ["https://www.youtube.com/", "", "Organic Video"],
  ["https://blog.example/post", "", "Referral"],
];
const NAMES = [...new Set(CHANNELS.map(([, , channel]) => channel))];
const key = (channel) => channel.toLowerCase().replace(" ", "-");

/** The page at `path` is read so many minutes later. */
const later = (site, path, minutes, more = {}) =>
  site.page(path, { before: [`date?ahead=${minutes * MINUTE}`], ...more });

async function visit(page, url) {
  await page.goto(url);
  await started(page);
  await track(page, "end");
}

suite("sessions", (everywhere, once) => {
  once("every channel has its GA4 name", async ({ site, open }) => {
    const rules = NAMES.map((channel) => [key(channel), session({ channel })]);
    site.model(counting({ ...Object.fromEntries(rules), all: { event: "session_start" } }));
    site.page("/blank", { tag: null });
    CHANNELS.forEach(([referrer], index) => {
      if (referrer) site.page(`/${index}`, { before: [`referrer?${referrer}`] });
    });
    const page = await open("/blank", { start: false });
    const seen = [];
    for (const [index, [, query]] of CHANNELS.entries()) {
      await page.goto(`${site.origin}/${index}${query}`);
      await started(page);
      const live = Object.entries(await counts(page)).filter(([name, count]) => name !== "all" && count);
      seen.push(live.map(([name]) => name).join());
      await page.goto(`${site.origin}/blank`);
      await page.run(() => localStorage.clear());
    }
    assert.deepEqual(
      seen,
      CHANNELS.map(([, , channel]) => key(channel)),
    );
  });

  once("a campaign is reported with all its parameters, on the first visit too", async ({ site, open }) => {
    const where = {
      utm_source: "news",
      utm_medium: "email",
      utm_campaign: "spring sale",
      utm_term: "shoes",
      utm_content: "top",
      channel: "Email",
      session_number: 1,
    };
    site.model(counting({ session: session(where), first: { event: "first_visit", where } }));
    const query = "utm_source=news&utm_medium=email&utm_campaign=spring+sale&utm_term=shoes&utm_content=top";
    await counted(await open(`/?${query}`), { session: 1, first: 1 });
  });

  once("each click id is reported as present or absent", async ({ site, open }) => {
    const ids = ["gclid", "dclid", "gbraid", "wbraid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id"];
    site.model(
      counting(
        Object.fromEntries(
          ids.map((id) => [id, session(Object.fromEntries(ids.map((other) => [other, other === id])))]),
        ),
      ),
    );
    site.page("/blank", { tag: null });
    const page = await open("/blank", { start: false });
    for (const id of ids) {
      await page.goto(`${site.origin}/?${id}=x1`);
      await started(page);
      await counted(page, { [id]: 1 });
      await page.goto(`${site.origin}/blank`);
      await page.run(() => localStorage.clear());
    }
  });

  everywhere("a link from another site is a referral from its host", async ({ site, open }) => {
    const { host, hostname } = new URL(site.other);
    site.model(counting({ referral: session({ channel: "Referral", referrer_host: { $in: [host, hostname] } }) }));
    site.page("/blank.html", { tag: null });
    site.page("/elsewhere", { tag: null, body: `<a href="${site.origin}/">Here</a>` });
    const page = await open("/blank.html", { start: false });
    await page.goto(`${site.other}/elsewhere`);
    await page.click("a");
    await page.until(() => location.hostname === "127.0.0.1");
    await started(page);
    await counted(page, { referral: 1 });
  });

  everywhere("an event within half an hour is in the same session", async ({ site, open }) => {
    site.model(counting(SESSIONS));
    later(site, "/one", 20);
    later(site, "/two", 45); // 25 minutes after that
    const page = await open("/");
    await visit(page, `${site.origin}/one`);
    await visit(page, `${site.origin}/two`);
    await counted(page, { sessions: 1, first: 1, second: 0, visits: 1 });
  });

  everywhere("coming back after half an hour is a new session, but no first visit", async ({ site, open }) => {
    site.model(counting(SESSIONS));
    later(site, "/later", 31);
    const page = await open("/");
    await visit(page, `${site.origin}/later`);
    await counted(page, { sessions: 2, first: 1, second: 1, visits: 1 });
  });

  everywhere("a page left open over lunch has a new session when the visitor is back", async ({ site, open }) => {
    site.model(counting(SESSIONS));
    site.pages({ before: ["clock?now=1800000000000"] });
    const page = await open("/");
    await counted(page, { sessions: 1 });
    await page.run(() => clock.jump(45 * 60_000));
    await page.run(() => history.pushState(null, "", "/after-lunch"));
    // The view waits for its title, for at most a second.
    await page.run(() => clock.tick(1_000));
    await counted(page, { sessions: 2, second: 1, visits: 1 });
  });

  everywhere("another campaign begins a new session, the same one does not", async ({ site, open }) => {
    site.model(counting(SESSIONS));
    later(site, "/a", 1);
    later(site, "/b", 2);
    const page = await open("/?utm_source=news&utm_medium=email");
    await visit(page, `${site.origin}/a?utm_source=news&utm_medium=email`);
    await visit(page, `${site.origin}/`);
    await counted(page, { sessions: 1 });
    await visit(page, `${site.origin}/b?utm_source=partner&utm_medium=affiliate`);
    await counted(page, { sessions: 2, second: 1, visits: 1 });
  });

  everywhere("a second tab is in the same session", async ({ site, open }) => {
    site.model(counting(SESSIONS));
    later(site, "/second", 1);
    const first = await open("/");
    await counted(first, { sessions: 1 });
    const second = await open("/second");
    await track(second, "end");
    await counted(second, { sessions: 1, visits: 1, end: 1 });
  });

  everywhere("links within the site are not referrals", async ({ site, open }) => {
    site.model(counting({ ...SESSIONS, referral: session({ channel: "Referral" }) }));
    later(site, "/later", 40);
    site.page("/", { body: '<a href="/later">Later</a>' });
    const page = await open("/");
    await page.click("a");
    await page.until(() => location.pathname === "/later");
    await started(page);
    await counted(page, { sessions: 2, referral: 0 });
  });
});
