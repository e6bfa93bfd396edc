import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTargetEntries } from "../../core/targets/address-policy.ts";
import { checkResolvedTarget, checkWebhookURL } from "./webhook-target-policy.ts";
import type { WebhookTargetRules } from "./webhook-target-policy.ts";

const strict: WebhookTargetRules = {
  targets: { allow: [], deny: [], clusterDomain: "cluster.local" },
  allowsHTTP: false,
};
const lenient: WebhookTargetRules = {
  targets: {
    ...strict.targets,
    allow: parseTargetEntries(["10.96.0.0/12"]),
    deny: parseTargetEntries(["10.96.0.1"]),
  },
  allowsHTTP: true,
};

test("an internal address is refused without a lookup", () => {
  for (const host of [
    ...["10.1.2.3", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "169.254.169.254"],
    ...["[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[fe80::1]", "0.0.0.0", "100.64.0.1"],
    ...["localhost", "a.localhost", "LOCALHOST."],
  ]) {
    const checked = checkWebhookURL(`https://${host}/hook`, strict);
    assert.equal(checked.kind, "Refused", host);
    assert.match(checked.kind === "Refused" ? checked.message : "", /is not public, so it may not/);
  }
});

test("a URL that the egress proxy would refuse is refused with its sentence", () => {
  const cases: [string, RegExp][] = [
    [
      "http://hooks.example.com/",
      /must begin with https:; an operator can allow http with STILLS_WEB/,
    ],
    ["https://me:secret@hooks.example.com/", /contains a user name or password/],
    ["https://hooks.example.com:25/", /^Port 25 of hooks\.example\.com may not be visited/],
  ];
  for (const [url, sentence] of cases) {
    const checked = checkWebhookURL(url, strict);
    assert.match(checked.kind === "Refused" ? checked.message : checked.kind, sentence);
  }
  assert.equal(checkWebhookURL("http://hooks.example.com/", lenient).kind, "Unresolved");
  assert.equal(checkWebhookURL("https://8.8.8.8/", strict).kind, "Allowed");
  assert.equal(checkWebhookURL("http://10.96.0.2/", lenient).kind, "Allowed");
  assert.equal(checkWebhookURL("http://10.96.0.1/", lenient).kind, "Refused");
});

test("a public name is refused for its addresses, and allowed if they are not known", () => {
  const name = checkWebhookURL("https://hooks.example.com/", strict);
  assert.ok(name.kind === "Unresolved");
  assert.equal(checkResolvedTarget(name, [], strict).kind, "Allowed");
  assert.equal(checkResolvedTarget(name, ["8.8.8.8"], strict).kind, "Allowed");
  assert.equal(checkResolvedTarget(name, ["8.8.8.8", "10.0.0.1"], strict).kind, "Refused");
});

test("an internal name is refused without a lookup, whatever addresses are allowed", () => {
  for (const host of [
    ...["kubernetes", "kubernetes.default.svc", "stills-nats.stills-system.svc.cluster.local"],
    ...["metadata.google.internal", "nas.lan."],
  ])
    for (const rules of [strict, lenient]) {
      const checked = checkWebhookURL(`https://${host}/hook`, rules);
      assert.match(checked.kind === "Refused" ? checked.message : "", /is internal, so it may not/);
    }
});
