// The source of a session, from address and referrer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { campaign, origin } from "../../pkg-config/entry/campaign.js";

test("channels", () => {
  for (const [query, referrer, channel] of [
    ["", "", "Direct"],
    ["", "https://shop.example/other", "Direct"],
    ["", "https://www.google.de/", "Organic Search"],
    ["", "https://t.co/x", "Organic Social"],
    ["", "https://support.co/x", "Referral"],
    ["", "https://www.youtube.com/", "Organic Video"],
    ["", "https://partner.example/", "Referral"],
    ["?gclid=1", "https://www.google.com/", "Paid Search"],
    ["?gclid=1", "", "Paid Search"],
    ["?fbclid=1", "https://l.facebook.com/", "Organic Social"],
    ["?utm_source=facebook&utm_medium=cpc", "", "Paid Social"],
    ["?utm_source=LinkedIn&utm_medium=paid-social", "", "Paid Social"],
    ["?utm_source=bing&utm_medium=ppc", "", "Paid Search"],
    ["?utm_source=x&utm_medium=cpa", "", "Paid Other"],
    ["?utm_source=x&utm_medium=cpm", "", "Display"],
    ["?utm_source=x&utm_medium=banner", "", "Display"],
    ["?utm_source=news&utm_medium=email", "", "Email"],
    ["?utm_source=news&utm_medium=social", "", "Organic Social"],
    ["?utm_source=x&utm_medium=affiliate", "", "Affiliates"],
    ["?utm_source=x&utm_medium=sms", "", "SMS"],
    ["?utm_source=x&utm_medium=referral", "", "Referral"],
    ["?utm_source=x", "", "Unassigned"],
    ["", "https://mail.google.com/", "Referral"],
    ["", "https://accounts.google.com/", "Referral"],
    ["", "https://bravegoods.example/", "Referral"],
    ["", "https://google.phish.example/", "Referral"],
    ["", "https://notfacebook.com/", "Referral"],
    ["", "https://netflix.com/", "Referral"],
    ["", "https://finance.yahoo.com/", "Referral"],
    ["", "https://www.google.co.uk/", "Organic Search"],
    ["", "https://uk.search.yahoo.com/", "Organic Search"],
    ["", "https://cn.bing.com/", "Organic Search"],
    ["", "https://search.brave.com/", "Organic Search"],
    ["", "android-app://com.google.android.googlequicksearchbox/", "Organic Search"],
    ["", "https://m.facebook.com/", "Organic Social"],
    ["", "https://out.reddit.com/", "Organic Social"],
    ["?utm_source=partner&utm_medium=cosmetics", "", "Unassigned"],
    ["?utm_source=partner&utm_medium=blackmailing", "", "Unassigned"],
    ["?utm_source=partner&utm_medium=tcpa", "", "Unassigned"],
    ["?utm_source=partner&utm_medium=unpaid", "", "Unassigned"],
    ["?utm_source=partner&utm_medium=happy", "", "Unassigned"],
    ["?utm_source=emailio.example&utm_medium=x", "", "Unassigned"],
    ["?utm_source=Google%20Ads&utm_medium=cpc", "", "Paid Search"],
    ["?utm_source=news&utm_medium=e-mail", "", "Email"],
    ["?utm_source=x&utm_medium=social_network", "", "Organic Social"],
    ["?utm_source=x&utm_medium=ai-assistant", "", "AI Assistant"],
    ["?utm_source=chatgpt.com", "", "AI Assistant"],
    ["", "https://chatgpt.com/", "AI Assistant"],
    ["", "https://www.perplexity.ai/", "AI Assistant"],
    ["", "https://claude.ai/", "AI Assistant"],
    ["", "https://gemini.google.com/app", "AI Assistant"],
    ["", "https://copilot.microsoft.com/", "AI Assistant"],
    ["?utm_source=openai&utm_medium=cpc", "", "Paid Other"],
    // Two rules that meet.
    ["?utm_source=chatgpt.com&utm_medium=cpm", "", "Paid Other"],
    ["?gclid=1&utm_source=partner&utm_medium=banner", "", "Display"],
    ["?gclid=1&utm_source=partner", "", "Paid Other"],
    ["", "https://co.uk/", "Referral"],
  ])
    assert.equal(origin(`https://shop.example/${query}`, referrer).channel, channel, `${query} ${referrer}`);
});

test("a session has its campaign and never a click id", () => {
  const props = origin("https://a.example/?utm_source=News&utm_campaign=a%20b&gclid=secret", "https://b.example/x?y");
  assert.equal(props.utm_source, "News");
  assert.equal(props.utm_campaign, "a b");
  assert.equal(props.gclid, true);
  assert.equal(props.fbclid, false);
  assert.equal(props.referrer_host, "b.example");
  assert.ok(!JSON.stringify(props).includes("secret"));
});

test("a different campaign has a different name", () => {
  const queries = ["", "?utm_source=a", "?utm_source=b", "?utm_medium=a", "?gclid=1", "?gclid=2", "?utm_source="];
  const names = queries.map((query) => campaign("/" + query));
  assert.equal(new Set(names).size, names.length);
  assert.equal(names[0], "");
  assert.equal(campaign("/x?utm_source=a&y=1#z"), campaign("/?utm_source=a"));
  // As `src/browser/session.rs` hashes it.
  assert.equal(campaign("/?utm_source=a&gclid="), "utm_sourcea\0gclid\0");
});
