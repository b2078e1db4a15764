// A visitor's consent: from the tag's cookie, the sealed cookie, the site's option and Global Privacy Control.
import assert from "node:assert/strict";
import { test } from "node:test";
import { browser, lead, make, mirrored, request, viewOf } from "./make.mjs";

const scoreOf = async (edge, path, init) => (await edge.visit(request(path, init))).snapshot.score;

test("data from the page counts, but is not sealed as witnessed", async () => {
  const { edge } = make({ consent: "page" });
  const visitor = browser(edge);
  visitor.jar.page = mirrored("v-page", lead("v-page", viewOf("/pricing")));
  const { set, visitor: id } = await visitor.go("/product/a");
  assert.equal(id, "v-page");
  assert.match(set, /\.v-page\./);
  assert.equal((await visitor.known()).score, 50);

  // A script's cookie may expire before the seal, which then counts as consent.
  const { jar } = visitor;
  jar.page = "";
  assert.equal((await visitor.go("/blog")).consent, "granted");
  const { edge: granted } = make();
  const own = browser(granted);
  own.jar.own = set.slice(0, set.indexOf(";"));
  assert.equal((await own.known()).score, 20, "only what the worker saw");
});

test("only a cookie that can be read is the tag's word, and `denied` takes back what was agreed to", async () => {
  const genuine = mirrored("v-page", lead("v-page", viewOf("/pricing")));
  const secure = genuine.replace("leadscore=", "__Host-leadscore-page=");
  const consentOf = async (cookie) => {
    const visit = await make({ consent: "page" }).edge.visit(request("/blog", { cookie }));
    return `${visit.consent} ${visit.snapshot.score}`;
  };
  for (const [cookie, expected] of [
    ["", "pending 0"],
    ["leadscore=x", "pending 0"],
    ["leadscore=", "pending 0"],
    ["leadscore=AA.v-1.AAAA", "pending 0"],
    ["leadscore=granted", "pending 0"],
    ["leadscores=1; xleadscore=AA", "pending 0"],
    [`__Host-leadscore=x`, "pending 0"],
    [genuine, "granted 30"],
    [secure, "granted 30"],
    ["leadscore=denied", "denied 0"],
    ["__Host-leadscore-page=denied", "denied 0"],
    ["leadscore=Denied", "pending 0"],
    // The first valid one counts; the name that no other host can set comes before the other.
    [`leadscore=x; ${genuine}`, "granted 30"],
    [`${genuine}; __Host-leadscore-page=denied`, "denied 0"],
    [`leadscore=denied; ${secure}`, "granted 30"],
    [`__Host-leadscore-page=x; ${genuine}`, "granted 30"],
    [`\u00a0${genuine}`, "pending 0"],
  ])
    assert.equal(await consentOf(cookie), expected, cookie);

  for (const consent of ["page", "granted"]) {
    const { edge, sent } = make({ consent });
    const visitor = browser(edge);
    visitor.jar.page = genuine;
    await visitor.go("/product/a");
    assert.notEqual(visitor.jar.own, "");
    visitor.jar.page = "__Host-leadscore-page=denied";
    const gone = await visitor.go("/pricing", { during: (visit) => visit.track("form_submit") });
    assert.deepEqual([gone.consent, sent], ["denied", []]);
    assert.match(gone.set, /^__Host-leadscore=; Max-Age=0; Path=\/; Secure/);
  }
});

// Safari deletes the page's cookie after seven days.
test("without the page's cookie a valid seal keeps its consent and what it holds", async () => {
  const { edge } = make({ consent: "page" });
  const visitor = browser(edge);
  visitor.jar.page = mirrored("v-page", lead("v-page", viewOf("/pricing")));
  await visitor.go("/product/a");
  const { own } = visitor.jar;
  assert.notEqual(own, "");
  visitor.jar.page = "";
  const later = await visitor.go("/pricing");
  assert.equal(later.consent, "granted");
  assert.doesNotMatch(later.set ?? "", /Max-Age=0/);
  assert.notEqual(visitor.jar.own, "");
});

test("Global Privacy Control is a refusal in any header list", async () => {
  const consentOf = async (value) => {
    const visit = await make().edge.visit(request("/blog", { headers: { "sec-gpc": value } }));
    return visit.consent;
  };
  for (const value of ["1", " 1 ", "1, 1", "1,1", "0, 1", "1;a", "1;a=2, 0", '"a, b", 1', "?1", "1.0", "\t1\t,"])
    assert.equal(await consentOf(value), "denied", value);
  for (const value of ["", "0", "?0", "10", "11, 2", '"1"', '"a, 1"', "a;b=1", "on", "-1"])
    assert.equal(await consentOf(value), "granted", value);
});

test("an unreadable page cookie is ignored, and counted", async () => {
  const { edge } = make();
  const long = mirrored("v-1", "A".repeat(2_000));
  for (const cookie of ["leadscore=x", "leadscore=AA.v-1.????", mirrored("", lead("v-1")), long]) {
    assert.equal(await scoreOf(edge, "/pricing", { cookie }), 30, cookie);
  }
  assert.deepEqual(edge.counts, { visits: 4, page_unreadable: 3, page_oversized: 1 });
});

test("without consent nothing is kept or sent, and GPC is a refusal", async () => {
  const page = mirrored("v-1", lead("v-1", viewOf("/pricing"), viewOf("/product/a")));
  for (const [consent, headers, score, expected] of /** @type {[any, Record<string, string>, number, string][]} */ ([
    ["granted", {}, 70, "granted"],
    ["page", {}, 70, "granted"],
    ["pending", {}, 20, "pending"],
    ["denied", {}, 0, "denied"],
    ["nonsense", {}, 0, "denied"],
    [() => "page", {}, 70, "granted"],
    [async (request) => request.headers.get("x-consent"), { "x-consent": "pending" }, 20, "pending"],
    ["granted", { "sec-gpc": "1" }, 0, "denied"],
  ])) {
    const { edge, sent } = make({ consent });
    const visitor = browser(edge);
    visitor.jar.page = page;
    /** @type {any} */
    let seen;
    const during = (visit) => (seen = visit.snapshot);
    const { set, response, consent: own } = await visitor.go("/product/b", { headers, during });
    assert.deepEqual([own, seen.score], [expected, score], `${consent}`);
    assert.equal(set !== null, own === "granted");
    assert.equal(response.headers.has("server-timing"), own === "granted");
    assert.equal(sent.length, own === "granted" ? 1 : 0);
  }
  const { edge, clock } = make();
  const visitor = browser(edge);
  await visitor.go("/pricing");
  clock.now += 1_000;
  const { set } = await visitor.go("/pricing", { headers: { "sec-gpc": "1" } });
  assert.match(set, /Max-Age=0/, "a refusal deletes what there was");
});
