// From visits to the account's signal: which states an edge contributes, and which not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createAccount, Lead, Model } from "../../../pkg/edge-node.js";
import { compile } from "../../../pkg/compile-node.js";
import { durable } from "../receiver/make.mjs";
import { html, KEY, make, NOW, request } from "../visit/make.mjs";

const MODEL = compile({
  name: "acme-web",
  rules: [
    { id: "pricing", event: "page_view", path: "/pricing", points: 30 },
    { id: "enterprise", trait: { employees: { $gte: 200 } }, points: 20 },
  ],
  stages: [{ id: "mql", at: 40 }],
  account: { person: { max: 40 }, stages: [{ id: "mqa", at: 60, min: { people: 2 } }] },
});

/** An edge with a binding to accounts in memory, as Cloudflare has it. */
function company(options = {}) {
  const objects = new Map();
  const sent = [];
  const endpoint = async (sentRequest) => (sent.push(await sentRequest.json()), new Response(null, { status: 201 }));
  const Account = createAccount({ model: MODEL, keys: [KEY], endpoint, now: () => NOW });
  const accounts = {
    idFromName: (name) => name,
    get(name) {
      const ctx = durable();
      if (!objects.has(name)) objects.set(name, { object: new Account(ctx, {}), loaded: ctx.loaded });
      const { object, loaded } = objects.get(name);
      return { fetch: async (request) => (await loaded, object.fetch(request)) };
    },
  };
  const made = make({
    model: MODEL,
    accounts,
    account: ({ headers }) => headers.get("x-company"),
    ...options,
  });
  /**
   * A visit with the cookie of the last one; gives what the browser keeps.
   *
   * @param {string} path
   * @param {RequestInit & { cookie?: string, look?: (visit: import("leadscore/edge").Visit) => void, response?: Response }} [init]
   */
  const visit = async (path, { cookie, look = () => {}, response = html(), ...init } = {}) => {
    const visit = await made.edge.visit(request(path, { cookie, ...init }));
    look(visit);
    const pending = [];
    const answer = await visit.respond(response, { waitUntil: (promise) => pending.push(promise) });
    await Promise.all(pending);
    const [set] = answer.headers.getSetCookie();
    return set === undefined ? cookie : set.split(";")[0];
  };
  const people = async (key) => (await made.edge.account(key).snapshot()).people.map(({ points }) => points);
  return { ...made, visit, people, objects, sent };
}

const from = (key) => ({ headers: { "x-company": key } });

test("visitors of one company make one account, which signals", async () => {
  const { visit, people, edge, objects, sent } = company();
  await visit("/pricing", from("acme"));
  await visit("/pricing", from("other"));
  assert.deepEqual([await people("acme"), await people("other"), await people("nobody")], [[30], [30], []]);
  await visit("/pricing", from("acme"));
  const { stage, dimensions, score } = await edge.account("acme").snapshot();
  assert.deepEqual([stage, dimensions, score], ["mqa", { people: 2 }, 60]);
  await objects.get("acme").object.alarm();
  assert.deepEqual(
    sent.map(({ subject, source, data }) => [subject, source, data.stage, data.provenance]),
    [["acme", "https://acme.example", "mqa", "edge"]],
  );
});

test("an account that identify names is sealed and holds for later visits", async () => {
  const { visit, people } = company();
  const look = (visit) => visit.identify({ employees: 500 }, "Åcme & Söhne, 東京");
  const cookie = await visit("/", { look });
  assert.deepEqual(await people("Åcme & Söhne, 東京"), [20]);
  const next = await visit("/pricing", { cookie });
  assert.deepEqual(await people("Åcme & Söhne, 東京"), [40]);
  // A header of the host takes precedence over the sealed account.
  await visit("/pricing", { cookie: next, ...from("other") });
  assert.deepEqual([await people("Åcme & Söhne, 東京"), await people("other")], [[], [40]]);
});

test("a visitor identified by the worker and then by the page is always one person", async () => {
  const { visit, people, edge } = company({ consent: "granted" });
  const cookie = await visit("/pricing", { look: (visit) => visit.identify({ employees: 500 }, "acme") });
  const named = new Lead(new Model(MODEL), { id: "by-the-page" });
  await visit("/pricing", { cookie: `${cookie}; leadscore=AA.by-the-page.${named}` });
  const { stage, people: all } = await edge.account("acme").snapshot();
  assert.deepEqual(
    all.map(({ visitor, points }) => [visitor, points]),
    [["by-the-page", 40]],
  );
  assert.deepEqual([stage, await people("acme")], [null, [40]]);
});

test("who takes on a colleague's name is nobody else in the account, and takes nobody along", async () => {
  const consent = ({ headers }) => headers.get("x-consent") ?? "granted";
  const { visit, edge } = company({ consent });
  let victim;
  const look = (visit) => (victim = visit.visitor);
  await visit("/pricing", { ...from("acme"), look });
  const attacker = await visit("/pricing", from("acme"));
  const named = `leadscore=AA.${victim}.${new Lead(new Model(MODEL), { id: "q" })}`;
  const own = await visit("/pricing", { ...from("acme"), cookie: `${attacker}; ${named}` });
  const people = async () =>
    (await edge.account("acme").snapshot()).people.map(({ visitor, points }) => [visitor, points]);
  assert.deepEqual(await people(), [
    [victim, 30],
    [victim, 30],
  ]);
  // Without a seal of one's own either.
  await visit("/", { ...from("acme"), cookie: named });
  for (const cookie of [own, `${own}; ${named}`, named])
    await visit("/pricing", { cookie, headers: { "x-consent": "denied" } });
  assert.deepEqual(await people(), [[victim, 30]]);
});

test("a file of a site whose host names the account costs no cookie", async () => {
  const { visit } = company();
  const file = new Response("", { headers: { "content-type": "text/css" } });
  assert.equal(await visit("/site.css", { ...from("acme"), response: file }), undefined);
});

test("a visitor who leaves an account is forgotten there", async () => {
  const { visit, people } = company();
  const cookie = await visit("/pricing", { look: (visit) => visit.identify({}, "acme") });
  assert.deepEqual(await people("acme"), [30]);
  const left = await visit("/", { cookie, look: (visit) => visit.identify({}, null) });
  assert.deepEqual(await people("acme"), []);
  await visit("/pricing", { cookie: left });
  assert.deepEqual(await people("acme"), []);
});

test("the account forgets a visitor who withdraws consent, and without consent nothing is contributed", async () => {
  const consent = ({ headers }) => headers.get("x-consent") ?? "granted";
  for (const headers of [{ "sec-gpc": "1" }, { "x-consent": "denied" }, { "x-consent": "pending" }]) {
    const { visit, people } = company({ consent });
    const cookie = await visit("/pricing", { look: (visit) => visit.identify({}, "acme") });
    assert.deepEqual(await people("acme"), [30]);
    assert.equal(await visit("/pricing", { cookie, headers }), "__Host-leadscore=");
    assert.deepEqual(await people("acme"), []);
    await visit("/pricing", { headers: { ...headers, "x-company": "acme" } });
    assert.deepEqual(await people("acme"), []);
  }
});

test("files, crawlers and invalid keys contribute nothing", async () => {
  const { visit, people, edge } = company();
  const file = new Response("", { headers: { "content-type": "text/css" } });
  await visit("/pricing", { ...from("acme"), response: file });
  await visit("/pricing", { headers: { "x-company": "acme", "user-agent": "Googlebot/2.1" } });
  assert.deepEqual(await people("acme"), []);
  for (const key of ["a".repeat(129), "\ud800", /** @type {any} */ (7)])
    await visit("/pricing", { look: (visit) => visit.identify({}, key) });
  await visit("/pricing", { look: (visit) => visit.identify({}, "") });
  assert.equal(edge.counts.dropped, 3);
});

test("an unreachable account does not affect the page", async () => {
  const accounts = { idFromName: (name) => name, get: () => ({ fetch: () => Promise.reject(new Error("away")) }) };
  const { visit, edge } = company({ accounts });
  assert.ok(await visit("/pricing", from("acme")));
  assert.equal(edge.counts.account_failed, 1);
  await assert.rejects(edge.account("acme").snapshot(), /away/);
});

test("forgets on request, and reports what is missing", async () => {
  const { visit, people, edge } = company();
  await visit("/pricing", from("acme"));
  const { people: all } = await edge.account("acme").snapshot();
  await edge.account("acme").forget(all[0].visitor);
  assert.deepEqual(await people("acme"), []);
  assert.throws(() => make({ model: MODEL }).edge.account("acme"), /accounts must be the binding/);
  assert.throws(() => make({ accounts: {} }), { code: "model_account" });
});

test("a sealed cookie with an account and a state of any size stays within 1 kB", async () => {
  const { visit } = company();
  const key = "ü".repeat(128);
  const cookie = await visit("/pricing", { look: (visit) => visit.identify({ employees: 500 }, key) });
  assert.ok(cookie.length <= 1024, String(cookie.length));
});
