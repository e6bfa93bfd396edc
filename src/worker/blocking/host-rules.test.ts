import assert from "node:assert/strict";
import { test } from "node:test";
import { HostMatcher, isSameSite } from "./host-rules.ts";

const matcher = new HostMatcher({
  blocked: ["ads.example", "count.tracker.example"],
  blockedForOthers: ["chat.example", "widgets.co.uk"],
  exceptions: { "ads.example": ["news.example"], "count.tracker.example": ["shop.*"] },
});

const cases: [host: string, page: string | undefined, isBlocked: boolean][] = [
  ["ads.example", "blog.example.org", true],
  ["a.b.ads.example", "blog.example.org", true],
  ["myads.example", "blog.example.org", false],
  ["tracker.example", "blog.example.org", false],
  ["count.tracker.example", "blog.example.org", true],
  ["chat.example", "blog.example.org", true],
  ["chat.example", "www.chat.example", false],
  ["www.widgets.co.uk", "other.co.uk", true],
  ["chat.example", undefined, true],
  ["ads.example", "www.news.example", false],
  ["ads.example", "notnews.example", true],
  ["count.tracker.example", "shop.co.uk", false],
  ["count.tracker.example", "shopping.com", true],
];
for (const [host, page, isBlocked] of cases)
  test(`${host} is ${isBlocked ? "" : "not "}blocked on ${page ?? "content of a job"}`, () => {
    assert.equal(matcher.isBlocked(host, page), isBlocked);
  });

test("hosts are of one site by their registrable domain", () => {
  assert.equal(isSameSite("a.example.co.uk", "b.example.co.uk"), true);
  assert.equal(isSameSite("a.co.uk", "b.co.uk"), false);
  assert.equal(isSameSite("127.0.0.1", "127.0.0.1"), true);
  assert.equal(isSameSite("127.0.0.1", "127.0.0.2"), false);
});
