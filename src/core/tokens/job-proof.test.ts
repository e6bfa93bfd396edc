import assert from "node:assert/strict";
import { test } from "node:test";
import type { ScreenshotJob } from "../../api/kinds/resource-types.ts";
import { JobProofs } from "./job-proof.ts";

const key = "k".repeat(32);
const proofs = new JobProofs({ key, requiredFromMilliseconds: 0 });
const spec = { url: "https://example.com/", webhook: { url: "https://hooks.example.com/" } };

interface Changes {
  metadata?: Record<string, unknown>;
  labels?: Record<string, string>;
  annotations?: Record<string, string | undefined>;
  spec?: object;
}

/** A job as a gateway creates it, and what happened to it since. */
function aJob(reply: string | undefined, changes: Changes = {}): ScreenshotJob {
  const facts = { namespace: "marketing", name: "take-1", account: "shop", reply, spec };
  return {
    metadata: {
      ...{ namespace: "marketing", name: "take-1", creationTimestamp: "2026-11-30T12:00:00Z" },
      labels: { "stills.dev/account": "shop", ...changes.labels },
      annotations: {
        "stills.dev/proof": proofs.create(facts),
        ...(reply === undefined ? {} : { "stills.dev/reply": reply }),
        ...changes.annotations,
      },
      ...changes.metadata,
    },
    spec: changes.spec ?? spec,
  } as unknown as ScreenshotJob;
}

test("a job of a gateway counts for its account, which is the author of its spec, and has its reply address", () => {
  for (const reply of [undefined, "gateway.token"]) {
    const job = aJob(reply);
    assert.equal(proofs.accountOf(job), "shop");
    assert.equal(proofs.authorOf(job), "shop");
    assert.equal(proofs.replyOf(job), reply);
  }
});

test("what the API server fills in and what may change keeps the author", () => {
  const stored = { ...spec, format: "PNG", backoffLimit: 3, suspend: true, cancel: true };
  assert.equal(proofs.authorOf(aJob(undefined, { spec: stored })), "shop");
});

const forgeries: [what: string, changes: Changes][] = [
  ["no proof", { annotations: { "stills.dev/proof": undefined } }],
  ["an empty proof", { annotations: { "stills.dev/proof": "" } }],
  ["another account", { labels: { "stills.dev/account": "victim" } }],
  ["another name", { metadata: { name: "take-2" } }],
  ["another namespace", { metadata: { namespace: "sales" } }],
  ["another reply address", { annotations: { "stills.dev/reply": "gateway.other" } }],
  ["a reply address taken away", { annotations: { "stills.dev/reply": undefined } }],
];

test("a proof is for one job, one account and one reply address", () => {
  for (const [what, changes] of forgeries) {
    const job = aJob("gateway.token", changes);
    assert.equal(proofs.accountOf(job), undefined, what);
    assert.equal(proofs.authorOf(job), undefined, what);
    assert.equal(proofs.replyOf(job), undefined, what);
  }
  const added = aJob(undefined, { annotations: { "stills.dev/reply": "gateway.token" } });
  assert.equal(proofs.replyOf(added), undefined);
  const other = new JobProofs({ key: "o".repeat(32), requiredFromMilliseconds: 0 });
  assert.equal(other.accountOf(aJob(undefined)), undefined, "another key");
});

test("a proof with another spec has no author", () => {
  const webhook = { url: "https://hooks.attacker.example/" };
  const job = aJob(undefined, { spec: { ...spec, webhook } });
  assert.equal(proofs.authorOf(job), undefined);
});

test("a job from before proofs were required needs none, a later one does", () => {
  const since = Date.parse("2026-11-30T12:00:00Z");
  const job = aJob("gateway.token", { annotations: { "stills.dev/proof": undefined } });
  const lenient = new JobProofs({ key, requiredFromMilliseconds: since + 1 });
  assert.equal(lenient.accountOf(job), "shop");
  assert.equal(lenient.authorOf(job), "shop");
  assert.equal(lenient.replyOf(job), "gateway.token");
  const strict = new JobProofs({ key, requiredFromMilliseconds: since });
  assert.equal(strict.accountOf(job), undefined);
});
