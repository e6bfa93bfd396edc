import assert from "node:assert/strict";
import { test } from "node:test";
import { hostRulesOf } from "../../scripts/blocking-lists/host-rules.ts";

test("only rules that need nothing but a host become rules by host", () => {
  const rules = hostRulesOf(
    [
      "! Title: A list",
      "||whole.example^",
      "||others.example^$third-party",
      "||both.example^",
      "||both.example^$third-party",
      "||path.example/ads/",
      "||typed.example^$script",
      "||popup.example^$popup",
      "||wrong.example^",
      "||wrong.example^$badfilter",
      "whole.example##.ad",
    ].join("\n"),
  );
  assert.deepEqual(rules, {
    blocked: ["both.example", "whole.example"],
    blockedForOthers: ["others.example"],
    exceptions: {},
  });
});

test("an exception for something of a host counts for the pages it names", () => {
  const { exceptions } = hostRulesOf(
    [
      "@@||a.example/player.js$script,domain=tv.example|~other.example",
      "@@||a.example^$domain=film.*",
      "@@||b.example^",
      "@@||c.example^$generichide",
      "@@||d.example^$stealth=referrer,domain=x.example",
    ].join("\n"),
  );
  assert.deepEqual(exceptions, { "a.example": ["tv.example", "film.*"], "b.example": ["*"] });
});
