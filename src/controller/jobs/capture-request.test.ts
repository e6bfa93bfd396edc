import assert from "node:assert/strict";
import { test } from "node:test";
import { aJob, aRecord } from "../../../test/support/job-records.ts";
import { createCaptureRequest } from "./capture-request.ts";

const keys = { attemptKey: "a".repeat(32), proxyKey: "p".repeat(32) };

function replyOf(annotation: string | undefined) {
  const job = aJob();
  if (annotation !== undefined) job.metadata.annotations = { "stills.dev/reply": annotation };
  return createCaptureRequest(job, aRecord(), { ...keys, dispatch: 1 }).reply;
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
