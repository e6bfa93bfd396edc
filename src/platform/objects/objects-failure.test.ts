import assert from "node:assert/strict";
import { test } from "node:test";
import { failureOfAnswer, toObjectsFailure } from "./objects-failure.ts";

const answers = [
  { status: 403, code: "AccessDenied", reason: "StorageDenied" },
  { status: 403, code: "", reason: "StorageDenied" },
  { status: 401, code: "", reason: "StorageDenied" },
  { status: 403, code: "RequestTimeTooSkewed", reason: "StorageUnavailable" },
  { status: 400, code: "ExpiredToken", reason: "StorageDenied" },
  { status: 400, code: "BadDigest", reason: "StorageUnavailable" },
  { status: 400, code: "RequestTimeout", reason: "StorageUnavailable" },
  { status: 404, code: "NoSuchBucket", reason: "StorageInvalid" },
  { status: 301, code: "PermanentRedirect", reason: "StorageInvalid" },
  { status: 409, code: "OperationAborted", reason: "StorageUnavailable" },
  { status: 429, code: "", reason: "StorageUnavailable" },
  { status: 503, code: "SlowDown", reason: "StorageUnavailable" },
  { status: 500, code: "InternalError", reason: "StorageUnavailable" },
];

for (const { status, code, reason } of answers)
  test(`an answer ${status} ${code || "without a code"} is ${reason}`, () => {
    assert.equal(failureOfAnswer(status, code, "take the picture").reason, reason);
  });

test("an error without an answer is StorageUnavailable, and its text stays in the cause", () => {
  const cause = new Error("connect ECONNREFUSED 10.0.0.7:9000");
  const failure = toObjectsFailure(cause, "take the picture");
  assert.equal(failure.reason, "StorageUnavailable");
  assert.doesNotMatch(failure.message, /10\.0\.0\.7/);
  assert.equal(failure.cause, cause);
});

test("a failure is not wrapped again", () => {
  const failure = failureOfAnswer(503, "", "take the picture");
  assert.equal(toObjectsFailure(failure, "look"), failure);
});
