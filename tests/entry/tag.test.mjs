// Parts of the tag that need no page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { CONSENT, isOwn } from "../../pkg-config/entry/keys.js";
import { pageOf, pathOf } from "../../pkg-config/entry/view.js";

test("only keys of the tracker count as its own", async () => {
  const table = JSON.parse(await readFile(new URL("../browser/lib/keys.json", import.meta.url), "utf8"));
  for (const key of table.own) assert.ok(isOwn(key), key);
  for (const key of table.foreign) assert.ok(!isOwn(key), key);
  // Deleted by name where it must be: it outlives a withdrawal.
  assert.ok(!isOwn(CONSENT) && !CONSENT.startsWith("leadscore."));
});

test("a fragment is part of a page's name only if it is a route", () => {
  for (const [url, page] of [
    ["/a#b", "/a"],
    ["/a?b#c", "/a?b"],
    ["/a#/b", "/a#/b"],
    ["/a#!b", "/a#!b"],
    ["/a#/b#c", "/a#/b#c"],
    ["/a#b#/c", "/a"],
    ["/a", "/a"],
  ])
    assert.equal(pageOf(url), page, url);
});

test("the path of a page has no query and no trailing slash", () => {
  for (const [page, path] of [
    ["https://a.example/x?y=1", "https://a.example/x"],
    ["https://a.example/x/?y=/", "https://a.example/x"],
    ["/", ""],
    ["/a?b#/c?d", "/a?b#/c"],
    ["/a?b#!c/", "/a?b#!c"],
  ])
    assert.equal(pathOf(page), path, page);
});
