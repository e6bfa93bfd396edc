import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTargetEntries } from "../../core/targets/target-policy-rules.ts";
import { judgeResolvedTarget, judgeWebhookTarget } from "./webhook-target.ts";
import type { WebhookTargetRules } from "./webhook-target.ts";

const strict: WebhookTargetRules = { targets: { allow: [], deny: [] }, allowsHTTP: false };
const lenient: WebhookTargetRules = {
  targets: { allow: parseTargetEntries(["10.96.0.0/12"]), deny: parseTargetEntries(["10.96.0.1"]) },
  allowsHTTP: true,
};

test("what is inside by its looks is refused without asking anybody", () => {
  for (const host of [
    ...["10.1.2.3", "127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "169.254.169.254"],
    ...["[::1]", "[fd00::1]", "[::ffff:10.0.0.1]", "[fe80::1]", "0.0.0.0", "100.64.0.1"],
    ...["localhost", "a.localhost", "LOCALHOST.", "kubernetes", "kubernetes.default.svc"],
    ...["stills-nats.stills-system.svc.cluster.local", "metadata.google.internal", "nas.lan."],
  ]) {
    const judged = judgeWebhookTarget(`https://${host}/hook`, strict);
    assert.equal(judged.kind, "Refused", host);
    assert.match(judged.kind === "Refused" ? judged.message : "", /is not public, so it may not/);
  }
});

test("the rest of what the egress proxy would refuse is refused with its sentences", () => {
  const cases: [string, RegExp][] = [
    [
      "http://hooks.example.com/",
      /must begin with https:; an operator can allow http with STILLS_WEB/,
    ],
    ["https://me:secret@hooks.example.com/", /contains a user name or password/],
    ["https://hooks.example.com:25/", /^Port 25 of hooks\.example\.com may not be visited/],
  ];
  for (const [url, sentence] of cases) {
    const judged = judgeWebhookTarget(url, strict);
    assert.match(judged.kind === "Refused" ? judged.message : judged.kind, sentence);
  }
  assert.equal(judgeWebhookTarget("http://hooks.example.com/", lenient).kind, "Unresolved");
  assert.equal(judgeWebhookTarget("https://8.8.8.8/", strict).kind, "Fine");
  assert.equal(judgeWebhookTarget("http://10.96.0.2/", lenient).kind, "Fine");
  assert.equal(judgeWebhookTarget("http://10.96.0.1/", lenient).kind, "Refused");
});

test("a public name is refused for what it leads to, and passes when that is not known", () => {
  const name = judgeWebhookTarget("https://hooks.example.com/", strict);
  assert.ok(name.kind === "Unresolved" && !name.isInternal);
  assert.equal(judgeResolvedTarget(name, [], strict).kind, "Fine");
  assert.equal(judgeResolvedTarget(name, ["8.8.8.8"], strict).kind, "Fine");
  assert.equal(judgeResolvedTarget(name, ["8.8.8.8", "10.0.0.1"], strict).kind, "Refused");
});

test("a name of the cluster passes only where it leads to what the operator allows", () => {
  const name = judgeWebhookTarget("https://hooks.shop.svc.cluster.local/", lenient);
  assert.ok(name.kind === "Unresolved" && name.isInternal);
  assert.equal(judgeResolvedTarget(name, [], lenient).kind, "Refused");
  assert.equal(judgeResolvedTarget(name, ["10.96.0.2"], lenient).kind, "Fine");
  assert.equal(judgeResolvedTarget(name, ["10.96.0.1"], lenient).kind, "Refused");
});
