import assert from "node:assert/strict";
import { test } from "node:test";
import { decide, get, make, NOW, post, signal } from "./make.mjs";

const HEADER =
  "received,happened,kind,visitor,stage,score,segment,label,lifecycle,provenance,verification,forward,attempts,id,witnessed";

test("lists as CSV, if asked by the address or by the header", async () => {
  const { handle } = make();
  await handle(post(signal()));
  for (const request of [get("?format=csv"), get("", { headers: { accept: "text/csv" } })]) {
    const response = await handle(request);
    assert.match(response.headers.get("content-type"), /^text\/csv; charset=utf-8/);
    assert.match(response.headers.get("content-disposition"), /^attachment/);
    assert.equal(response.headers.get("cache-control"), "no-store");
    assert.match(response.headers.get("vary"), /accept/);
    const time = new Date(NOW).toISOString();
    const { id } = signal();
    const line = `${time},${time},signal,v-1,mql,80,mql,,,client,verified,none,0,${id},`;
    const bytes = new Uint8Array(await response.arrayBuffer());
    assert.deepEqual([...bytes.slice(0, 3)], [0xef, 0xbb, 0xbf], "Excel reads it as UTF-8 by its byte order mark");
    assert.equal(new TextDecoder().decode(bytes), `${HEADER}\r\n${line}\r\n`);
  }
  const json = await handle(get("?format=json", { headers: { accept: "text/csv" } }));
  assert.equal(json.headers.get("content-type"), "application/json");
});

test("quotes values if needed, and never contains a formula", async () => {
  const { handle } = make();
  const visitors = {
    "a,b": '"a,b"',
    'say "hi"': '"say ""hi"""',
    "=1+1": "'=1+1",
    "+1": "'+1",
    "-1": "-1",
    "-1.5": "-1.5",
    "-1+cmd": "'-1+cmd",
    "@SUM(A1)": "'@SUM(A1)",
    '=HYPERLINK("x")': `"'=HYPERLINK(""x"")"`,
    "a=b": "a=b",
    "x;=1+1;y": '"x;\'=1+1;y"',
    "x|=1": "x|'=1",
    "x =1": "x '=1",
    "x,@SUM(A1)": '"x,\'@SUM(A1)"',
    'x"=1': '"x""\'=1"',
    "＝1+1": "'＝1+1",
    "；": "；",
    "near-mql": "near-mql",
    "2026-11-22": "2026-11-22",
    ünï: "ünï",
  };
  for (const visitor of Object.keys(visitors)) await handle(decide({ visitor, stage: "sql" }));
  const lines = (await (await handle(get("?format=csv"))).text()).split("\r\n").slice(1, -1);
  for (const [visitor, cell] of Object.entries(visitors)) {
    assert.ok(
      lines.some((line) => line.includes(`,lifecycle,${cell},sql,`)),
      visitor,
    );
  }
});

test("names the next page in a header", async () => {
  const { handle } = make();
  for (const visitor of ["a", "b", "c"]) await handle(post(signal({ visitor })));
  const visitors = [];
  let search = "?format=csv&limit=2";
  while (search) {
    const response = await handle(get(search));
    const lines = (await response.text()).split("\r\n").slice(1, -1);
    visitors.push(...lines.map((line) => line.split(",")[3]));
    const [, next] = /^<(.*)>; rel="next"$/.exec(response.headers.get("link") ?? "") ?? [];
    search = next && new URL(next).search;
  }
  assert.deepEqual(visitors.sort(), ["a", "b", "c"]);
});
