import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob, aRecord, createdMilliseconds } from "../../../test/support/job-records.ts";
import { JobProofs } from "../../core/tokens/job-proof.ts";
import { verifyProxyToken } from "../../core/tokens/proxy-token.ts";
import { createCaptureRequest } from "./capture-request.ts";
import { projectJob } from "./job-record.ts";

const keys = { attemptKey: "a".repeat(32), proxyKey: "p".repeat(32) };

const proofs = new JobProofs({ key: "j".repeat(32), requiredFromMilliseconds: 0 });

const options = { ...keys, proofs, targets: undefined, nowMilliseconds: createdMilliseconds };

/** The reply of a job that a gateway created with an annotation. */
function replyOf(annotation: string | undefined, changes: Record<string, string> = {}) {
  const job = aJob();
  const { namespace, name } = job.metadata;
  const facts = { namespace, name, account: "shop", reply: annotation, spec: job.spec };
  job.metadata.labels = { "stills.dev/account": "shop" };
  job.metadata.annotations = {
    "stills.dev/proof": proofs.create(facts),
    ...(annotation === undefined ? {} : { "stills.dev/reply": annotation }),
    ...changes,
  };
  return createCaptureRequest(job, aRecord(), { ...options, dispatch: 1 }).reply;
}

test("the reply annotation of a gateway becomes the request's reply", () => {
  assert.deepEqual(replyOf("0123abcd.ff00"), { gateway: "0123abcd", token: "ff00" });
});

test("a malformed reply annotation is ignored", () => {
  for (const annotation of [
    undefined,
    "",
    "one",
    "a.b.c",
    "a.*",
    ">.b",
    "a. b",
    `a.${"b".repeat(65)}`,
  ])
    assert.equal(replyOf(annotation), undefined, String(annotation));
});

test("a reply annotation that no gateway wrote on this job is ignored", () => {
  assert.equal(replyOf(undefined, { "stills.dev/reply": "0123abcd.ff00" }), undefined);
  assert.equal(replyOf("0123abcd.ff00", { "stills.dev/reply": "0123abcd.ff11" }), undefined);
  assert.equal(replyOf("0123abcd.ff00", { "stills.dev/proof": "" }), undefined);
});

test("the time that is left is sent as a duration", () => {
  const record = aRecord({ activeDeadlineSeconds: 120 });
  const budgetAt = (nowMilliseconds: number) =>
    createCaptureRequest(aJob(), record, { ...options, dispatch: 1, nowMilliseconds })
      .budgetMilliseconds;
  assert.equal(budgetAt(createdMilliseconds + 20_000), 100_000);
  assert.equal(budgetAt(createdMilliseconds + 500_000), 0);
});

test("the worker gets the account's targets, the token for pages the ranges that are denied", () => {
  const targets = {
    allow: ["*.example.com"],
    deny: ["evil.test", "198.51.100.0/24", "2001:db8::/32", "192.0.2.1", "0x7f.1"],
  };
  const { proxyTokens, ...request } = createCaptureRequest(aJob(), aRecord(), {
    ...{ ...options, targets, dispatch: 1 },
  });
  assert.deepEqual(request.targets, targets);
  const grantOf = (token: string) => {
    const verdict = verifyProxyToken(token, keys.proxyKey, createdMilliseconds);
    assert.ok(verdict.valid);
    return verdict.grant;
  };
  assert.deepEqual(grantOf(proxyTokens.page).deny, targets.deny.slice(1));
  assert.equal(grantOf(proxyTokens.store).deny, undefined);
});

test("a worker hears of a bucket of the job's own, and of sealed fields that are for the page", () => {
  const requestOf = (spec: Parameters<typeof aJob>[0]) => {
    const job = aJob(spec);
    return createCaptureRequest(job, projectJob(job), { ...options, dispatch: 1 });
  };
  const sealed = (field: "Cookies" | "StorageKeys") => ({
    sealed: [{ field, keyID: "0".repeat(16), encapsulatedKey: "e", ciphertext: "c" }],
  });
  const own = { path: "a", bucket: "mine", accountName: "acme" };
  const told = ({ hasOwnBucket, hasSealedFields }: ReturnType<typeof requestOf>) => [
    hasOwnBucket,
    hasSealedFields,
  ];
  assert.deepEqual(told(requestOf({ storage: { path: "a" } })), [undefined, undefined]);
  assert.deepEqual(told(requestOf({ storage: own })), [true, undefined]);
  assert.deepEqual(told(requestOf({ storage: own, ...sealed("StorageKeys") })), [true, undefined]);
  assert.deepEqual(told(requestOf(sealed("Cookies"))), [undefined, true]);
  assert.doesNotMatch(JSON.stringify(requestOf({ storage: own })), /mine|acme/);
});
